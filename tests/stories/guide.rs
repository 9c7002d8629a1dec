//! The guide to writing procedures is true: what it shows stands in the sample pack, and the sample pack is clean.

use std::path::{Path, PathBuf};

use crate::world::{command, write_files};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// The TOML that a guide shows, block by block.
fn blocks(guide: &str) -> Vec<String> {
    let block = |part: &str| part.split("```").next().unwrap_or_default().to_owned();
    guide.split("```toml\n").skip(1).map(block).collect()
}

/// A line without its remark.
fn said(line: &str) -> &str {
    line.split("  #").next().unwrap_or_default().trim()
}

#[test]
fn the_worked_example_of_the_guide_is_clean_and_its_stories_come_true() {
    let pack = root().join("samples/procedures/pump");
    let checked = command(&["procedures", "check", pack.to_str().unwrap()]);
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(checked.status.success() && said.contains("0 faults"), "{said}");
}

#[test]
fn every_line_that_the_guides_show_stands_in_the_sample_pack() {
    let mut pack = String::new();
    for file in [
        "procedure.toml",
        "limits.toml",
        "classes.toml",
        "routing.toml",
        "cases/course.toml",
    ] {
        pack.push_str(&text(&format!("samples/procedures/pump/{file}")));
    }
    let pack: Vec<&str> = pack.lines().map(said).collect();
    for guide in ["docs/procedures.md", "docs/procedures.zh-CN.md"] {
        let shown = blocks(&text(guide));
        assert!(shown.len() > 8, "{guide} shows the clauses one by one");
        // The last block is the other example: a pack that states its differences.
        for line in shown[..shown.len() - 1].iter().flat_map(|block| block.lines()) {
            // A story may be shown with fewer of its expectations.
            let part = said(line).trim_end_matches(" } }").to_owned();
            let stands = pack
                .iter()
                .any(|own| own.starts_with(&part) || own.contains(said(line)));
            let shortened = part.starts_with("then = ");
            assert!(stands || shortened, "{guide} shows `{line}`, which is not in the pack");
        }
    }
}

#[test]
fn a_pack_that_states_its_differences_as_the_guide_shows_is_clean() {
    let own = blocks(&text("docs/procedures.md")).pop().unwrap();
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path(), &[("procedure.toml", own.as_str())]);
    let checked = command(&["procedures", "check", folder.path().to_str().unwrap()]);
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(checked.status.success() && said.contains("0 faults"), "{said}");
}
