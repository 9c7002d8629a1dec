//! How long each function takes from its start to its first question for work, and how large it is, against a hello.
//!
//! `coldstart [FOLDER]`: the folder with the built binaries, `target/lambda` where nothing is said.

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use kesu_bench::Table;
use kesu_bench::alternate::median;

/// Runs of each binary, in turns.
const RUNS: usize = 40;
/// The baseline: `lambda_runtime` and nothing else.
const HELLO: &str = "hello";
/// The functions.
const FUNCTIONS: [&str; 5] = ["intake-web", "intake-mail", "notify", "escalate", "admin"];
/// Goals: time, size.
const GOALS: (f64, f64) = (3.0, 6.0);
/// What a function is told by Lambda and by the template.
const SETTINGS: &[(&str, &str)] = &[
    ("AWS_REGION", "eu-central-1"),
    ("AWS_ACCESS_KEY_ID", "id"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
    ("AWS_LAMBDA_FUNCTION_NAME", "function"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
    ("KESU_TABLE", "kesu"),
    ("KESU_SECRET", "0123456789abcdef0123456789abcdef"),
    ("KESU_BASE_URL", "https://kesu.example"),
    ("KESU_MAIL_FROM", "kesu@kesu.example"),
    ("KESU_MAIL_DOMAIN", "kesu.example"),
];

struct Start {
    milliseconds: f64,
    resident: f64,
}

#[derive(Default)]
struct Starts {
    milliseconds: Vec<f64>,
    resident: Vec<f64>,
}

fn main() -> Result<()> {
    let folder = match std::env::args().nth(1) {
        Some(folder) => PathBuf::from(folder),
        None => beside()?,
    };
    let present = |name: &&str| folder.join(name).is_file();
    for missing in std::iter::once(HELLO).chain(FUNCTIONS).filter(|name| !present(name)) {
        println!("`{}` is not built", folder.join(missing).display());
    }
    let names: Vec<&str> = std::iter::once(HELLO).chain(FUNCTIONS).filter(present).collect();
    if names.first() != Some(&HELLO) {
        return Err(anyhow!("there is nothing to compare with"));
    }
    let mut starts: Vec<Starts> = names.iter().map(|_| Starts::default()).collect();
    for _ in 0..RUNS {
        for (name, starts) in names.iter().zip(&mut starts) {
            let start = started(&folder.join(name)).with_context(|| format!("`{name}`"))?;
            starts.milliseconds.push(start.milliseconds);
            starts.resident.push(start.resident);
        }
    }
    let mut figures = Vec::new();
    for (name, mut starts) in names.iter().zip(starts) {
        let size = std::fs::metadata(folder.join(name))?.len() as f64 / 1024.0;
        figures.push((
            *name,
            median(&mut starts.milliseconds),
            size,
            median(&mut starts.resident),
        ));
    }
    print(&figures);
    Ok(())
}

fn print(figures: &[(&str, f64, f64, f64)]) {
    let Some((hello, functions)) = figures.split_first() else {
        return;
    };
    let mut table = Table::new(format!(
        "cold start, exec to the first question for work, median of {RUNS}; baseline: hello"
    ));
    for (name, time, size, resident) in functions {
        table.row(format!("{name}: time"), *time, hello.1, "ms", Some(GOALS.0));
        table.row(format!("{name}: size"), *size, hello.2, "KiB", Some(GOALS.1));
        table.row(format!("{name}: resident"), *resident, hello.3, "KiB", None);
    }
    table.print();
}

/// `lambda` beside the folder of this program.
fn beside() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let target = own
        .parent()
        .and_then(Path::parent)
        .context("the folder of this program")?;
    Ok(target.join("lambda"))
}

/// Starts a binary against a runtime interface of our own, and ends it when it has asked for work.
fn started(binary: &Path) -> Result<Start> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let api = listener.local_addr()?;
    let mut command = Command::new(binary);
    command
        .env_clear()
        .envs(SETTINGS.iter().copied())
        .env("AWS_LAMBDA_RUNTIME_API", api.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let (tell, told) = mpsc::channel();
    let waiter = std::thread::spawn(move || tell.send(asked(&listener)));
    let begin = Instant::now();
    let mut child = command.spawn()?;
    let at = first(&told, &mut child);
    let resident = resident(child.id());
    child.kill()?;
    child.wait()?;
    if at.is_err() {
        // Nobody came: the waiter is let go.
        drop(TcpStream::connect(api));
    }
    let _ = waiter.join();
    Ok(Start {
        milliseconds: at?.duration_since(begin).as_secs_f64() * 1000.0,
        resident,
    })
}

/// The moment at which the child asked; an error when it ends or stays silent.
fn first(told: &mpsc::Receiver<Result<Instant>>, child: &mut Child) -> Result<Instant> {
    for _ in 0..100 {
        match told.recv_timeout(Duration::from_millis(100)) {
            Ok(asked) => return asked,
            Err(_) => {
                if let Some(status) = child.try_wait()? {
                    return Err(anyhow!("it ended with {status} before asking for work"));
                }
            }
        }
    }
    Err(anyhow!("it did not ask for work"))
}

/// Waits for `GET /2018-06-01/runtime/invocation/next`.
fn asked(listener: &TcpListener) -> Result<Instant> {
    let (mut stream, _) = listener.accept()?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut line = [0; 128];
    let read = stream.read(&mut line)?;
    let at = Instant::now();
    let line = String::from_utf8_lossy(line.get(..read).unwrap_or_default()).into_owned();
    if line.contains("/runtime/invocation/next") {
        Ok(at)
    } else {
        Err(anyhow!("it asked for `{line}`"))
    }
}

/// Resident memory in KiB; 0 where the system does not tell.
fn resident(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse().ok())
        .unwrap_or(0.0)
}
