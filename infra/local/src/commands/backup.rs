//! `kesu backup` and `kesu restore`: a data folder as one file, also while it is in use.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use super::DONE;
use crate::cli::{Backup, Restore};
use crate::failure::Failure;

/// What a backup holds beside the database: folders and files that only grow.
const BESIDE: &[&str] = &["secret", "kesu.toml", "blobs"];

pub fn backup(args: &Backup) -> Result<ExitCode, Failure> {
    let database = args.data.join("kesu.db");
    if !database.exists() {
        return Err(Failure::refused(format!("`{}` is no data folder", args.data.display())));
    }
    if args.out.exists() {
        return Err(Failure::refused(format!("`{}` exists already", args.out.display())));
    }
    // The copy is SQLite's own, consistent while others write. Attachments are written before the entry that names them,
    // so those copied after the database are all there.
    let copy = beside(&args.out, "database");
    let made = kesu_app::store::backup_of(&database, &copy).map_err(Failure::from);
    let packed = made.and_then(|()| pack(args, &copy));
    let _ = std::fs::remove_file(&copy);
    packed.map(|()| DONE)
}

fn pack(args: &Backup, copy: &Path) -> Result<(), Failure> {
    let unwritable = |error: std::io::Error| Failure::Fault(format!("the backup cannot be written: {error}"));
    let unfinished = beside(&args.out, "part");
    let mut options = std::fs::OpenOptions::new();
    options.create(true).truncate(true).write(true);
    // It holds the secret and everything customers wrote: its owner's alone.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut archive = tar::Builder::new(options.open(&unfinished).map_err(unwritable)?);
    archive.append_path_with_name(copy, "kesu.db").map_err(unwritable)?;
    for name in BESIDE {
        let path = args.data.join(name);
        if path.is_dir() {
            archive.append_dir_all(name, &path).map_err(unwritable)?;
        } else if path.exists() {
            archive.append_path_with_name(&path, name).map_err(unwritable)?;
        }
    }
    let file = archive.into_inner().map_err(unwritable)?;
    file.sync_all().map_err(unwritable)?;
    std::fs::rename(&unfinished, &args.out).map_err(unwritable)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{suffix}-{}", std::process::id()));
    PathBuf::from(name)
}

pub fn restore(args: &Restore) -> Result<ExitCode, Failure> {
    let unreadable =
        |error: std::io::Error| Failure::refused(format!("`{}` cannot be read: {error}", args.from.display()));
    let occupied = std::fs::read_dir(&args.data).is_ok_and(|mut entries| entries.next().is_some());
    if occupied {
        return Err(Failure::refused(format!(
            "`{}` is not empty: name an empty folder",
            args.data.display()
        )));
    }
    let file = File::open(&args.from).map_err(unreadable)?;
    std::fs::create_dir_all(&args.data).map_err(unreadable)?;
    let mut archive = tar::Archive::new(file);
    let mut found = false;
    for entry in archive.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let path = entry.path().map_err(unreadable)?.into_owned();
        let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
        let first = path
            .components()
            .next()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .unwrap_or_default();
        if !plain || !(first == "kesu.db" || BESIDE.contains(&first.as_str())) {
            return Err(Failure::refused(format!(
                "`{}` is no backup of a data folder",
                args.from.display()
            )));
        }
        found |= first == "kesu.db";
        let target = args.data.join(&path);
        if entry.header().entry_type().is_dir() {
            std::fs::create_dir_all(&target).map_err(unreadable)?;
            continue;
        }
        write_entry(&mut entry, &target, first == "secret").map_err(unreadable)?;
    }
    if !found {
        return Err(Failure::refused(format!(
            "`{}` is no backup of a data folder",
            args.from.display()
        )));
    }
    Ok(DONE)
}

fn write_entry(entry: &mut impl Read, target: &Path, private: bool) -> std::io::Result<()> {
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if private { 0o600 } else { 0o644 });
    let mut file = options.open(target)?;
    std::io::copy(entry, &mut file)?;
    file.flush()?;
    file.sync_all()
}
