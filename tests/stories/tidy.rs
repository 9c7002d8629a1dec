//! The invariants of ARCHITECTURE.md that no type can hold: read from the source itself.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All Rust files below a folder, as (path from the root, text), without test files.
fn sources(below: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(below)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                if !["target", ".git", "node_modules"].contains(&path.file_name().unwrap().to_str().unwrap()) {
                    folders.push(path);
                }
            } else if name.ends_with(".rs") {
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

fn production(below: &str) -> Vec<(String, String)> {
    let mut all = sources(below);
    all.retain(|(name, _)| !name.contains("test") && !name.contains("fixture"));
    for (_, text) in &mut all {
        if let Some(at) = text.find("#[cfg(test)]\nmod tests {") {
            text.truncate(at);
        }
    }
    all
}

fn manifest(path: &str) -> toml::Table {
    std::fs::read_to_string(root().join(path)).unwrap().parse().unwrap()
}

#[test]
fn the_rules_depend_on_no_aws_crate_and_nothing_asynchronous() {
    for crate_ in ["shared/rules", "shared/words"] {
        let dependencies = manifest(&format!("{crate_}/Cargo.toml"));
        for name in dependencies["dependencies"].as_table().unwrap().keys() {
            let foreign = ["aws", "tokio", "axum", "http", "lambda", "kesu-app"]
                .iter()
                .any(|word| name.starts_with(word));
            assert!(!foreign, "{crate_} depends on {name}");
        }
        for (name, text) in production(&format!("{crate_}/src")) {
            for word in [
                "async fn",
                "std::fs::",
                "std::env::",
                "std::net::",
                "SystemTime::now",
                "Utc::now",
            ] {
                assert!(!text.contains(word), "{name} uses {word}");
            }
        }
    }
}

#[test]
fn only_the_adapter_and_the_functions_mains_know_lambda() {
    for (name, text) in sources(".") {
        let lawful = name.starts_with("shared/app/src/lambda/")
            || name.ends_with("/main.rs")
            || name.starts_with("bench/")
            || name.starts_with("tests/");
        for word in ["lambda_http", "lambda_runtime"] {
            assert!(lawful || !text.contains(word), "{name} speaks of {word}");
        }
    }
}

#[test]
fn key_strings_are_formatted_in_one_file() {
    for (name, text) in production("shared/app/src")
        .into_iter()
        .chain(production("functions"))
        .chain(production("infra"))
    {
        if name.ends_with("store/keys.rs") {
            continue;
        }
        for prefix in [
            "\"C#", "\"E#", "\"T#", "\"L#", "\"W#", "\"M#", "\"D#", "\"U#", "\"Z#", "\"N#",
        ] {
            assert!(!text.contains(prefix), "{name} formats a key with {prefix}");
        }
    }
}

#[test]
fn functions_do_not_depend_on_functions() {
    for entry in std::fs::read_dir(root().join("functions")).unwrap() {
        let path = format!("functions/{}/Cargo.toml", entry.unwrap().file_name().to_string_lossy());
        for name in manifest(&path)["dependencies"].as_table().unwrap().keys() {
            let lawful = !name.starts_with("kesu-")
                || ["kesu-app", "kesu-ledger", "kesu-report", "kesu-rules"].contains(&name.as_str());
            assert!(lawful, "{path} depends on {name}");
        }
    }
}

/// An internal form may not be given to the customer: what writes to customers does not know how a form is made.
#[test]
fn only_the_staffs_pages_make_forms() {
    let all = production("functions")
        .into_iter()
        .chain(production("shared/app/src"))
        .chain(production("infra"));
    for (name, text) in all {
        let lawful = name.starts_with("functions/admin/");
        assert!(lawful || !text.contains("procedure::form"), "{name} makes forms");
        assert!(lawful || !text.contains("/forms/"), "{name} links to a form");
    }
}

#[test]
fn only_notify_sends_letters() {
    for (name, text) in production("shared/app/src")
        .into_iter()
        .chain(production("functions"))
        .chain(production("infra"))
    {
        let lawful = name.starts_with("functions/notify/") || name.starts_with("shared/app/src/post/");
        assert!(lawful || !text.contains("post.send("), "{name} sends letters");
    }
}

#[test]
fn no_procedure_is_named_in_the_code() {
    for (name, text) in production("shared")
        .into_iter()
        .chain(production("functions"))
        .chain(production("infra/local/src"))
    {
        for (n, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let named = (1..=26).any(|id| code.contains(&format!("\"P{id:02}\"")));
            assert!(!named || name.ends_with("config.rs"), "{name}:{}: {line}", n + 1);
        }
    }
}

#[test]
fn a_functions_main_wires_and_nothing_else() {
    for (name, text) in sources("functions") {
        if name.ends_with("src/main.rs") {
            let lines = text
                .lines()
                .filter(|line| !line.trim().is_empty() && !line.starts_with("//"))
                .count();
            assert!(lines <= 15, "{name} has {lines} lines");
        }
    }
}

#[test]
fn files_say_what_they_are_for_and_stay_small() {
    for (name, text) in sources(".") {
        assert!(text.starts_with("//!"), "{name} does not begin with what it is for");
        let long = text.lines().count() > 400;
        let reasoned = text.lines().next().unwrap_or_default().contains("long because");
        assert!(
            !long || reasoned || name.starts_with("tests/") || name.contains("tests"),
            "{name} has over 400 lines"
        );
    }
}

#[test]
fn every_refusal_in_the_code_has_its_words() {
    let texts = kesu_rules::texts::Texts::builtin();
    let mut codes = std::collections::BTreeSet::new();
    for (_, text) in production("shared")
        .into_iter()
        .chain(production("functions"))
        .chain(production("infra"))
    {
        for rest in text.split("Refusal::of(\"").skip(1) {
            codes.insert(rest.split('"').next().unwrap().to_owned());
        }
    }
    assert!(codes.len() > 30);
    for code in codes {
        for language in kesu_rules::language::Language::ALL {
            assert!(
                texts.has(language, &format!("refusal.{code}")),
                "refusal.{code} has no words in {language:?}"
            );
        }
    }
}
