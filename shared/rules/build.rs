//! Packs the procedures and their cases into deflated archives, so that a function carries them in a tenth of their size and
//! unpacks only the one it works with; and compiles the lexicon, what was learned and the words
//! for people, so that a cold start pays for none of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs, io};

use kesu_words::{Lists, Weights, dotted};

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
    println!("cargo::rerun-if-changed=texts");
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
    fs::write(out.join("lexicon"), lexicon(Path::new("lexicon"))?)?;
    fs::write(out.join("weights"), weights(Path::new("likeness/weights.txt"))?)?;
    fs::write(out.join("texts"), texts(Path::new("texts"))?)?;
    let list = |name: &str, entries: &[String]| format!("static {name}: &[(&str, &[u8])] = &[{}];\n", entries.concat());
    let code = [
        list("PACKS", &packs),
        list("CASES", &cases),
        compiled("LEXICON", "lexicon"),
        compiled("WEIGHTS", "weights"),
        compiled("TEXTS", "texts"),
    ];
    fs::write(out.join("shipped.rs"), code.concat())
}

fn entry(id: &str, ending: &str) -> String {
    format!("(\"{id}\", include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{id}.{ending}\"))),")
}

fn compiled(name: &str, file: &str) -> String {
    format!("static {name}: &[u8] = include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{file}\"));\n")
}

/// The word lists of a folder, ready to be searched for.
fn lexicon(folder: &Path) -> io::Result<Vec<u8>> {
    let files = files(folder, "toml")?;
    let files = files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let lexicon = Lists::parse(files).and_then(Lists::compile);
    let lexicon = lexicon.map_err(|wrong| io::Error::other(wrong.join("\n")))?;
    postcard::to_stdvec(&lexicon).map_err(io::Error::other)
}

/// The words for people by language, a dotted key each.
fn texts(folder: &Path) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    for (name, text) in files(folder, "toml")? {
        let words = dotted(&text).map_err(|wrong| io::Error::other(format!("{name}: {wrong}")))?;
        all.push((name.trim_end_matches(".toml").to_owned(), words));
    }
    postcard::to_stdvec(&all).map_err(io::Error::other)
}

/// What was learned, ready to be weighed.
fn weights(file: &Path) -> io::Result<Vec<u8>> {
    let weights = Weights::parse(&fs::read_to_string(file)?).map_err(io::Error::other)?;
    postcard::to_stdvec(&weights).map_err(io::Error::other)
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
    let json = serde_json::to_vec(&files(folder, ending)?)?;
    fs::write(to, miniz_oxide::deflate::compress_to_vec(&json, 9))
}

/// The files of a folder by name, those with this ending where one is named.
fn files(folder: &Path, ending: &str) -> io::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let fits = ending.is_empty() || path.extension().is_some_and(|own| own == ending);
        if path.is_file() && fits {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(files)
}
