//! Packs the data folders (procedures, their cases, the lexicon) into deflated archives, so that a function carries the
//! packs in a tenth of their size and unpacks only the one it works with.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs, io};

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script by the environment where to write"
)]
fn main() -> io::Result<()> {
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let out = Path::new(&out);
    println!("cargo::rerun-if-changed=procedures");
    println!("cargo::rerun-if-changed=lexicon");
    println!("cargo::rerun-if-changed=likeness");
    let mut packs = Vec::new();
    let mut cases = Vec::new();
    for id in folders(Path::new("procedures"))? {
        let folder = Path::new("procedures").join(&id);
        archive(&folder, "toml", &out.join(format!("{id}.pack")))?;
        packs.push(entry(&id, "pack"));
        let told = folder.join("cases");
        if told.is_dir() {
            archive(&told, "", &out.join(format!("{id}.cases")))?;
            cases.push(entry(&id, "cases"));
        }
    }
    archive(Path::new("lexicon"), "toml", &out.join("all.lexicon"))?;
    archive(Path::new("likeness"), "txt", &out.join("all.likeness"))?;
    let list = |name: &str, entries: &[String]| format!("static {name}: &[(&str, &[u8])] = &[{}];\n", entries.concat());
    let code = [
        list("PACKS", &packs),
        list("CASES", &cases),
        list("LEXICON", &[entry("all", "lexicon")]),
        list("LIKENESS", &[entry("all", "likeness")]),
    ];
    fs::write(out.join("shipped.rs"), code.concat())
}

fn entry(id: &str, ending: &str) -> String {
    format!("(\"{id}\", include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{id}.{ending}\"))),")
}

/// The names of the folders in a folder, in order.
fn folders(of: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(of)? {
        let entry = entry?;
        if entry.path().join("procedure.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// The files of a folder as one deflated JSON object: name → text.
fn archive(folder: &Path, ending: &str, to: &Path) -> io::Result<()> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let fits = ending.is_empty() || path.extension().is_some_and(|own| own == ending);
        if path.is_file() && fits {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.insert(name, fs::read_to_string(&path)?);
        }
    }
    let json = serde_json::to_vec(&files)?;
    fs::write(to, miniz_oxide::deflate::compress_to_vec(&json, 9))
}
