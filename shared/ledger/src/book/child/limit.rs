//! The limits that a child sets itself before it looks at the file.

use rustix::io::Result;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Limits the memory and the time of this process for good; it can write no file and leaves no image of its memory behind.
pub fn limit(memory: u64, seconds: u64) -> Result<()> {
    for (resource, most) in [
        (Resource::As, memory),
        (Resource::Cpu, seconds),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
    ] {
        let most = getrlimit(resource).maximum.map_or(most, |before| before.min(most));
        // At the soft limit of time the process is told why it ends, at the hard one it is not.
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most.saturating_add(u64::from(resource == Resource::Cpu))),
        };
        setrlimit(resource, limit)?;
    }
    Ok(())
}
