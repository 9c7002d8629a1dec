//! Every value knows its line, also in packs that extend others.

use super::*;

fn line(text: &str, path: &[Step]) -> usize {
    file("a.toml", text).unwrap().nearest(path).line
}

#[test]
fn entries_keys_and_parts_of_lists_stand_at_their_own_lines() {
    let text = "# first\n[procedure]\nid = \"T\"\n\n[[deadline]]\nrule = \"T1\"\n\n[[deadline]]\nrule = \"T2\"\nuntil = [\n  \"a\",\n  \"b\",\n]\nwhen = { class = [\"x\"] }\n[[deadline.part]]\nname = \"p\"\n";
    assert_eq!(line(text, &way!["procedure"]), 2);
    assert_eq!(line(text, &way!["procedure", "id"]), 3);
    assert_eq!(line(text, &way!["deadline", 0]), 5);
    assert_eq!(line(text, &way!["deadline", 1]), 8);
    assert_eq!(line(text, &way!["deadline", 1, "until", 1]), 12);
    assert_eq!(line(text, &way!["deadline", 1, "when", "class", 0]), 14);
    assert_eq!(line(text, &way!["deadline", 1, "part", 0, "name"]), 16);
    // What is not there stands where it would stand.
    assert_eq!(line(text, &way!["deadline", 1, "within"]), 8);
}

#[test]
fn everything_wrong_with_a_file_is_said_at_once() {
    let faults = file("a.toml", "a = \nb = 1\nb = 2\nc = [1,\n").unwrap_err();
    assert!(faults.len() >= 3, "{faults:#?}");
    assert_eq!(faults[0].line, 1);
}

#[test]
fn differences_keep_their_own_lines_and_the_rest_those_of_the_base() {
    let base = |_: &str| {
        let text = "[procedure]\nid = \"B\"\n[[deadline]]\nrule = \"T1\"\nwithin = \"1 day\"\n".to_owned();
        Some(Source {
            files: [("procedure.toml".to_owned(), text)].into(),
        })
    };
    let text = "[procedure]\nextends = \"B\"\n\n\n\n[[deadline]]\nrule = \"T1\"\ntarget = \"1 hour\"\n".to_owned();
    let source = Source {
        files: [("own.toml".to_owned(), text)].into(),
    };
    let tree = read(&source, &base).unwrap();
    let place = |path: &[Step]| {
        let node = tree.nearest(path);
        (node.file.to_string(), node.line)
    };
    assert_eq!(place(&way!["deadline", 0, "target"]), ("own.toml".to_owned(), 8));
    assert_eq!(
        place(&way!["deadline", 0, "within"]),
        ("B/procedure.toml".to_owned(), 5)
    );
}
