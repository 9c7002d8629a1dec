//! The template for AWS wires what the one-machine edition wires: every route, every setting, the table's keys and indexes.

use std::collections::BTreeSet;
use std::path::Path;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

fn template() -> String {
    read("infra/aws/template.yaml")
}

/// Method, path pattern and integration of every route.
fn routes() -> Vec<(String, String, String)> {
    let text = template();
    let lines = text.lines().filter(|line| line.contains("RouteKey:"));
    lines
        .map(|line| {
            let key = between(line, "RouteKey: \"", "\"");
            let (method, path) = key.split_once(' ').unwrap();
            let target = between(line, "integrations/${", "}");
            (method.to_owned(), path.to_owned(), target.to_owned())
        })
        .collect()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text
        .split_once(from)
        .unwrap_or_else(|| panic!("`{from}` is not in `{text}`"));
    rest.split_once(to).unwrap().0
}

/// Which integration an HTTP API calls: the full path before the greedy one, the longer before the shorter, the method before
/// `ANY`.
fn served_by(method: &str, path: &str) -> Option<String> {
    let fits = |(own, pattern, _): &&(String, String, String)| {
        // One variable stands for one part of a path, the greedy one for all that follows.
        let deep = pattern.strip_suffix("{proxy+}");
        let one = || Some(pattern.strip_suffix('}')?.rsplit_once('{')?.0);
        let there = deep.or_else(one).map_or(pattern == path, |prefix| {
            let rest = path.strip_prefix(prefix);
            rest.is_some_and(|rest| !rest.is_empty() && (deep.is_some() || !rest.contains('/')))
        });
        there && (own == method || own == "ANY")
    };
    let all = routes();
    let best = all
        .iter()
        .filter(fits)
        .max_by_key(|(own, pattern, _)| (!pattern.ends_with('}'), pattern.len(), own != "ANY"));
    best.map(|(_, _, target)| target.clone())
}

#[test]
fn every_public_route_leads_to_the_public_function() {
    for (method, path) in kesu_intake_web::routes() {
        let path = path.replace(['{', '}'], "");
        assert_eq!(
            served_by(method.as_str(), &path).as_deref(),
            Some("PublicPages"),
            "{method} {path}"
        );
    }
}

#[test]
fn every_route_of_the_staff_leads_to_the_staffs_function() {
    for route in kesu_admin::ROUTES {
        let method = route.method.name().to_uppercase();
        let path = route.path.replace(['{', '}'], "");
        assert_eq!(
            served_by(&method, &path).as_deref(),
            Some("StaffPages"),
            "{method} {path}"
        );
    }
}

/// Every `KESU_…` in a text.
fn settings(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
    words
        .filter(|word| word.starts_with("KESU_"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_template_sets_what_the_functions_read_and_nothing_else() {
    let mut read_by_functions = settings(&read("shared/app/src/config.rs"));
    read_by_functions.extend(settings(&read("shared/app/src/lambda/mod.rs")));
    let set: BTreeSet<String> = template()
        .lines()
        .filter_map(|line| line.trim().split_once(": ").map(|(name, _)| name.to_owned()))
        .filter(|name| name.starts_with("KESU_"))
        .collect();
    let unknown: Vec<_> = set.difference(&read_by_functions).collect();
    assert!(unknown.is_empty(), "nobody reads {unknown:?}");
    // One procedure is the old word for several; sessions and links have defaults that nobody has asked to change there.
    let left = ["KESU_PROCEDURE", "KESU_SESSION_HOURS", "KESU_LINK_DAYS"].map(str::to_owned);
    let unset: Vec<_> = read_by_functions
        .difference(&set)
        .filter(|name| !left.contains(name))
        .collect();
    assert!(unset.is_empty(), "the template does not set {unset:?}");
}

#[test]
fn the_template_has_the_table_that_the_store_makes() {
    let text = template();
    let table = between(&text, "  Table:\n", "\n\n");
    let one_line = table.split_whitespace().collect::<Vec<_>>().join(" ");
    let key = |hash: &str, range: &str| {
        format!("{{AttributeName: {hash}, KeyType: HASH}} - {{AttributeName: {range}, KeyType: RANGE}}")
    };
    use kesu_app::store::{EXPIRES, GRID, keys};
    let grid = format!("INCLUDE, NonKeyAttributes: [{}]", GRID.join(", "));
    for (name, hash, range, projection) in [
        (keys::WAKE, "wp", "ws", "KEYS_ONLY"),
        (keys::MONTH, "mp", "pk", grid.as_str()),
        (keys::CHANGED, "dp", "ds", "KEYS_ONLY"),
    ] {
        let index = format!(
            "IndexName: {name} KeySchema: - {} Projection: {{ProjectionType: {projection}}}",
            key(hash, range)
        );
        assert!(one_line.contains(&index), "{index}\nis not in\n{one_line}");
    }
    assert!(one_line.contains(&format!("KeySchema: - {}", key("pk", "sk"))));
    assert!(one_line.contains(&format!(
        "TimeToLiveSpecification: {{AttributeName: {}, Enabled: true}}",
        EXPIRES
    )));
    assert!(one_line.contains("StreamViewType: NEW_AND_OLD_IMAGES"));
}

#[test]
fn what_wakes_a_function_is_what_it_works_on() {
    use kesu_app::store::{Kind, LetterState, keys};
    let text = template();
    let listed = |kind| keys::small(kind, "").0;
    let letters = format!(
        r#""Keys":{{"sk":{{"S":[{{"prefix":"{}"}}]}}}},"NewImage":{{"st":{{"S":["{}"]}}}}"#,
        keys::LETTER,
        LetterState::Queued.code()
    );
    let partition = |kind| format!(r#""Keys":{{"pk":{{"S":["{}"]}}}}"#, listed(kind));
    for (mapping, filter) in [
        ("LettersToNotify", letters),
        ("QuarantineToIntakeMail", partition(Kind::Quarantine)),
        ("WishesToImport", partition(Kind::Register)),
    ] {
        let own = between(&text, &format!("  {mapping}:\n"), "\n\n");
        assert!(own.contains(&filter), "{mapping} has not {filter}");
        assert!(
            own.contains("Enabled: !If [Moves, true, false]"),
            "{mapping} does not rest"
        );
    }
    let import = read("functions/import/src/event.rs");
    for name in ["REGISTERS", "CONTINUE"] {
        let prefix = between(&import, &format!("pub const {name}: &str = \""), "\"");
        assert!(text.contains(&format!("{{Name: prefix, Value: {prefix}}}")), "{prefix}");
    }
    for schedule in ["Sweep", "Digest", "Count", "MailSweep"] {
        let own = between(&text, &format!("  {schedule}:\n    Type: AWS::Scheduler"), "\n\n");
        assert!(own.contains("State: !If [Moves, ENABLED, DISABLED]"), "{schedule}");
        assert!(
            own.contains("RetryPolicy:") && own.contains("DeadLetterConfig:"),
            "{schedule}"
        );
    }
}
