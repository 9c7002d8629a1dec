//! Shipped packs, each broken in one place: every mistake is named at its very line, and no text whatever makes a panic; long because of the table of mistakes.
//! (Long, because the table of mistakes is.)

use proptest::prelude::*;

use super::{check, warnings};
use crate::procedure::load::{Fault, Source, load};

fn look(source: &Source) -> Vec<Fault> {
    match load(source, &Source::shipped) {
        Ok(procedure) => check(&procedure, source, &Source::shipped),
        Err(faults) => faults,
    }
}

/// Puts `to` in the place of the first `from` after `after` in a file of a pack; the file's line where it now stands.
fn broken(id: &str, file: &str, after: &str, from: &str, to: &str) -> (Source, usize) {
    let mut source = Source::shipped(id).unwrap();
    let text = source.files.get_mut(file).unwrap();
    let start = text.find(after).unwrap_or_else(|| panic!("`{after}` is not in {file}"));
    let at = start
        + text[start..]
            .find(from)
            .unwrap_or_else(|| panic!("`{from}` is not in {file}"));
    text.replace_range(at..at + from.len(), to);
    // Where a whole line was put before another, the new line is meant, or the last line of several.
    let mark = at + to.trim_end_matches('\n').rfind('\n').map_or(0, |index| index + 1);
    let line = text[..mark].matches('\n').count() + 1;
    (source, line)
}

#[rstest::rstest]
// Names of people and things.
#[case(
    "P10",
    "procedure.toml",
    "[aliases]",
    "\"综合部经理\"",
    "\"总合部经理\"",
    "never names"
)]
#[case(
    "P19",
    "deadlines.toml",
    "T19.3",
    "\"production_forwarded\"",
    "\"production_forwardet\"",
    "no milestone `production_forwardet`"
)]
#[case(
    "P10",
    "fields.toml",
    "[[intake]]",
    "\"licence_plate\"",
    "\"license_plate\"",
    "no field `license_plate`"
)]
#[case(
    "P10",
    "fields.toml",
    "[[guard]]",
    "confirmed = [\"restated\"]",
    "confirmed = [\"nature\"]",
    "yes or no"
)]
#[case(
    "P10",
    "classes.toml",
    "[[rule]]",
    "\"claim.compensation\"",
    "\"claim.compensations\"",
    "cue `claim.compensations`"
)]
#[case(
    "P10",
    "classes.toml",
    "[[rule]]",
    "value = \"重大投诉\"",
    "value = \"重大投述\"",
    "no class `重大投述`"
)]
#[case(
    "P10",
    "classes.toml",
    "[[rule]]",
    "axis = \"severity\"",
    "axis = \"severety\"",
    "no axis `severety`"
)]
#[case(
    "P10",
    "classes.toml",
    "id = \"severity\"",
    "default = \"一般投诉\"",
    "default = \"普通投诉\"",
    "no class `普通投诉`"
)]
#[case(
    "P10",
    "classes.toml",
    "id = \"subject\"",
    "mode = \"score\"",
    "mode = \"score\"\nmain = true",
    "main axis already"
)]
#[case(
    "P10",
    "classes.toml",
    "number = {",
    "unit = \"money\"",
    "unit = \"mony\"",
    "no unit `mony`"
)]
#[case(
    "P10",
    "routing.toml",
    "[[route]]",
    "severity = [\"重大投诉\"]",
    "severety = [\"重大投诉\"]",
    "no axis `severety`"
)]
#[case(
    "P10",
    "routing.toml",
    "业务经理",
    "subject = [\"销售\"]",
    "subject = [\"零售\"]",
    "no class `零售`"
)]
#[case(
    "P10",
    "deadlines.toml",
    "T10.2",
    "class = [\"重大投诉\"]",
    "class = [\"特大投诉\"]",
    "class `特大投诉`"
)]
#[case(
    "P19",
    "escalation.toml",
    "gravity",
    "gravity = [\"特别严重\"]",
    "gravity = [\"非常严重\"]",
    "`非常严重`, which axis"
)]
#[case(
    "P10",
    "deadlines.toml",
    "T10.3",
    "ladder = \"half_hour_work\"",
    "ladder = \"half_hour_walk\"",
    "ladder `half_hour_walk`"
)]
#[case(
    "P10",
    "replies.toml",
    "[[closing]]",
    "reason = \"customer_satisfied\"",
    "reason = \"customer_satisfyed\"",
    "none of the closing reasons"
)]
#[case(
    "P10",
    "replies.toml",
    "[[closing]]",
    "reached = [\"executed\"]",
    "reached = [\"excuted\"]",
    "no milestone `excuted`"
)]
#[case(
    "P10",
    "replies.toml",
    "[[outcome]]",
    "party = \"company\"",
    "party = \"firm\"",
    "no party `firm`"
)]
#[case("P10", "fields.toml", "[[exemption]]", "\"T10.3\"", "\"T10.9\"", "skips T10.9")]
#[case("P09", "course.toml", "K09", "\"T09.2\"", "\"T09.8\"", "measures T09.8")]
#[case("P09", "course.toml", "K06", "\"dept_loss\"", "\"cause_code\"", "no sum of money")]
#[case(
    "P19",
    "duties.toml",
    "K07",
    "measure = \"entered\"\nfigure = \"rating\"",
    "measure = \"entered\"",
    "set against nothing"
)]
#[case(
    "P01",
    "duties.toml",
    "K03",
    "ask = [\"handling\", ",
    "ask = [",
    "does not ask about the handling"
)]
#[case(
    "P01",
    "duties.toml",
    "K03",
    "\"speed\", ",
    "\"handling\", ",
    "asks twice about `handling`"
)]
#[case(
    "P01",
    "duties.toml",
    "K03",
    "after = \"3 working days\"",
    "after = \"3 rings\"",
    "counts rings"
)]
#[case(
    "P01",
    "duties.toml",
    "K03",
    "lives = \"30 days\"",
    "lives = \"0 days\"",
    "good for no time"
)]
#[case(
    "P12",
    "numbering.toml",
    "D14",
    "by = \"person\"",
    "by = \"person\"\nlives = \"30 days\"",
    "here a person asks"
)]
#[case(
    "P12",
    "numbering.toml",
    "D14",
    "duty = \"D14\"",
    "duty = \"D99\"",
    "there is no duty D99"
)]
#[case(
    "P19",
    "duties.toml",
    "K07",
    "measure = \"entered\"",
    "measure = \"surveyed\"",
    "there is no [survey]"
)]
// Numbers and times.
#[case(
    "P19",
    "deadlines.toml",
    "T19.1\"",
    "within = \"6 days\"",
    "within = \"7 days\"",
    "make 6 days, the whole is 7 days"
)]
#[case(
    "P19",
    "approvals.toml",
    "A21",
    "amount = { over = 1000,",
    "amount = { over = 900,",
    "belong to both A20 and A21"
)]
#[case(
    "P19",
    "approvals.toml",
    "A22",
    "amount = { over = 5000,",
    "amount = { over = 6000,",
    "belong to nobody"
)]
#[case(
    "P10",
    "deadlines.toml",
    "T10.1",
    "within = \"30 working minutes\"",
    "within = \"30 workin minutes\"",
    "not a unit of time"
)]
#[case(
    "P10",
    "procedure.toml",
    "[procedure]",
    "from = 2000-01-01",
    "from = \"2000-13-01\"",
    "not a date such as"
)]
#[case(
    "P10",
    "procedure.toml",
    "[procedure]",
    "hours = \"08:30-12:00, 13:00-17:30\"",
    "hours = \"08:30-12:00, 11:00-17:30\"",
    ""
)]
#[case(
    "P10",
    "procedure.toml",
    "[procedure]",
    "calendar = \"cn\"",
    "calendar = \"cm\"",
    "no calendar `cm`"
)]
#[case(
    "P10",
    "procedure.toml",
    "[procedure]",
    "zone = \"Asia/Shanghai\"",
    "zone = \"Asia/Shanghigh\"",
    "Asia/Shanghigh"
)]
#[case(
    "P10",
    "duties.toml",
    "[numbering]",
    "pattern = \"KF{year}{month}{serial}\"",
    "pattern = \"KF{year}{serial}\"",
    "numbers would repeat"
)]
#[case(
    "P10",
    "duties.toml",
    "[numbering]",
    "pattern = \"KF{year}{month}{serial}\"",
    "pattern = \"KF{serial}{year}{month}\"",
    "must end in its serial"
)]
#[case("P10", "duties.toml", "[numbering]", "width = 3", "width = 0", "1 to 12 digits")]
#[case("P19", "duties.toml", "D24", "due_day = 10", "due_day = 32", "no month has")]
#[case(
    "P10",
    "escalation.toml",
    "[[ladder]]",
    "after = \"1 working hour\"",
    "before = \"1 working hour\"",
    "not in order of time"
)]
#[case(
    "P10",
    "escalation.toml",
    "[[ladder]]",
    "tell = [\"responsible\"]",
    "tell = []",
    "tells nobody"
)]
// What can never be.
#[case(
    "P10",
    "deadlines.toml",
    "T10.3",
    "until = [\"routed\"]",
    "until = []",
    "nobody can ever meet T10.3"
)]
#[case(
    "P10",
    "deadlines.toml",
    "T10.3",
    "until = [\"routed\"]",
    "until = [\"registered\"]",
    "ends with the milestone it begins with"
)]
#[case(
    "P10",
    "routing.toml",
    "业务经理",
    "[[route]]",
    "[[route]]\ndepartment = \"客户部\"\nsource = \"x\"\n\n[[route]]",
    "ever routed to `销售经理`"
)]
#[case(
    "P20",
    "deadlines.toml",
    "T20.5",
    "\"confirmed\"",
    "\"repaired\"",
    "so it must also end with it"
)]
#[case(
    "P10",
    "procedure.toml",
    "[[implied]]",
    "reaches = \"handed_over\"",
    "reaches = \"registered\"",
    "circle"
)]
// What is missing, superfluous or doubled.
#[case(
    "P10",
    "deadlines.toml",
    "T10.2",
    "rule = \"T10.2\"",
    "rule = \"T10.1\"",
    "stands twice"
)]
#[case(
    "P10",
    "deadlines.toml",
    "[[deadline]]",
    "source = \"P10 四 1.1.1 (R10.11)\"",
    "source = \" \"",
    "from which clause"
)]
#[case(
    "P10",
    "deadlines.toml",
    "[[deadline]]",
    "escalate_to = [",
    "escalates_to = [",
    "no `escalates_to` here"
)]
#[case(
    "P10",
    "approvals.toml",
    "[[approval]]",
    "at = \"submit\"",
    "at = \"submitt\"",
    "`submitt` is none of"
)]
#[case(
    "P10",
    "deadlines.toml",
    "[[deadline]]",
    "until = [\"handed_over\", \"registered\"]",
    "until = \"handed_over\"",
    ""
)]
#[case("P10", "procedure.toml", "[aliases]", "\"客服部\" = \"客户部\"", "\"客服部\" = ", "")]
#[case(
    "P10",
    "procedure.toml",
    "[procedure]",
    "id = \"P10\"",
    "id = \"P10\"\nextends = \"P99\"",
    "no pack `P99`"
)]
#[case(
    "P08",
    "course.toml",
    "[[outcome]]",
    "form = \"F18\"",
    "form = \"F98\"",
    "no form F98"
)]
#[case(
    "P08",
    "course.toml",
    "[[outcome]]",
    "reaches = \"confirmation_wanted\"",
    "reaches = \"replied\"",
    "has a command of its own"
)]
#[case(
    "P08",
    "fields.toml",
    "[[guard]]",
    "milestone = \"responsibility_confirmed\"",
    "milestone = \"responsibility_confirmed\"\nformal = true",
    "formal or informal"
)]
fn a_mistake_is_named_at_its_line(
    #[case] id: &str,
    #[case] file: &str,
    #[case] after: &str,
    #[case] from: &str,
    #[case] to: &str,
    #[case] words: &str,
) {
    let (source, line) = broken(id, file, after, from, to);
    let found = look(&source);
    let hit = found
        .iter()
        .any(|fault| fault.file == file && fault.line == line && fault.message.contains(words));
    assert!(hit, "{file}:{line} `{words}` is not among {found:#?}");
}

/// What is missing is told at the entry that lacks it.
#[rstest::rstest]
#[case(
    "P10",
    "approvals.toml",
    "approver = \"总经理\"\n",
    "[[approval]]",
    "`approver` is missing"
)]
#[case(
    "P10",
    "approvals.toml",
    "source = \"P10 三.8 (R10.09)\"\n",
    "[[approval]]",
    "`source` is missing"
)]
#[case(
    "P10",
    "procedure.toml",
    "zone = \"Asia/Shanghai\"\n",
    "[procedure]",
    "`zone` is missing"
)]
fn what_is_missing_is_told_where_it_should_stand(
    #[case] id: &str,
    #[case] file: &str,
    #[case] line: &str,
    #[case] head: &str,
    #[case] words: &str,
) {
    let (source, _) = broken(id, file, line, line, "");
    let wanted = source.files[file].lines().position(|one| one == head).unwrap() + 1;
    let found = look(&source);
    assert!(
        found
            .iter()
            .any(|fault| (fault.file.as_str(), fault.line) == (file, wanted) && fault.message.contains(words)),
        "{found:#?}"
    );
}

#[test]
fn a_procedure_without_an_end_is_told_of() {
    let mut source = Source::shipped("P19").unwrap();
    source
        .files
        .insert("closing.toml".to_owned(), "closing = []\n".to_owned());
    let found = look(&source);
    let fault = found
        .iter()
        .find(|fault| fault.message.contains("can never be closed"))
        .unwrap();
    assert_eq!((fault.file.as_str(), fault.line), ("closing.toml", 1));
}

#[test]
fn packs_that_extend_each_other_in_a_circle_are_told_of() {
    let pack = |id: &str, of: &str| Source {
        files: [(
            "procedure.toml".to_owned(),
            format!("[procedure]\nid = \"{id}\"\nextends = \"{of}\"\n"),
        )]
        .into(),
    };
    let base = |id: &str| Some(if id == "A" { pack("A", "B") } else { pack("B", "A") });
    let faults = load(&pack("A", "B"), &base).err().unwrap();
    assert_eq!(faults[0].line, 3);
    assert!(faults[0].message.contains("circle"), "{faults:#?}");
}

#[test]
fn one_subject_in_two_files_is_told_of_with_the_other_file() {
    let mut source = Source::shipped("P10").unwrap();
    source.files.insert(
        "zz.toml".to_owned(),
        "\n[capa]\nclose_before_capa = true\nsource = \"x\"\n".to_owned(),
    );
    let found = look(&source);
    assert_eq!((found[0].file.as_str(), found[0].line), ("zz.toml", 2));
    assert!(found[0].message.contains("approvals.toml"), "{found:#?}");
}

#[test]
fn several_mistakes_of_form_are_all_told_at_once() {
    let (mut source, _) = broken(
        "P10",
        "deadlines.toml",
        "T10.1",
        "within = \"30 working minutes\"",
        "within = 3",
    );
    let text = source.files.get_mut("approvals.toml").unwrap();
    *text = text.replace("at = \"submit\"", "att = \"submit\"");
    let found = look(&source);
    let files: Vec<&str> = found.iter().map(|fault| fault.file.as_str()).collect();
    assert!(
        files.contains(&"deadlines.toml") && files.contains(&"approvals.toml"),
        "{found:#?}"
    );
}

#[test]
fn a_desk_that_stands_once_and_looks_like_another_is_a_warning() {
    let (source, line) = broken(
        "P10",
        "deadlines.toml",
        "T10.3",
        "escalate_to = [\"总经理\"]",
        "escalate_to = [\"总经里\"]",
    );
    let procedure = load(&source, &Source::shipped).unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert_eq!(check(&procedure, &source, &Source::shipped), []);
    let found = warnings(&procedure, &source, &Source::shipped);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].file.as_str(), found[0].line), ("deadlines.toml", line));
    assert!(found[0].message.contains("`总经理`"), "{found:#?}");
}

#[test]
fn no_message_speaks_in_the_names_of_the_program() {
    let (source, _) = broken("P10", "approvals.toml", "[[approval]]", "title = {", "title = 3 # {");
    for fault in look(&source) {
        assert!(
            !fault.message.contains("struct") && !fault.message.contains("enum"),
            "{fault}"
        );
    }
}

/// All files of a pack one after the other, with their bounds.
fn cut(source: &Source, file: usize, from: usize, len: usize, with: &str) -> Source {
    let mut source = source.clone();
    let count = source.files.len();
    let text = source.files.values_mut().nth(file % count).unwrap();
    let chars: Vec<char> = text.chars().collect();
    let from = from % chars.len();
    let end = (from + len).min(chars.len());
    *text = chars[..from]
        .iter()
        .copied()
        .chain(with.chars())
        .chain(chars[end..].iter().copied())
        .collect();
    source
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// However a file is cut, doubled or scribbled in, the answer is a list of faults within its lines, never a panic.
    #[test]
    fn no_text_makes_a_panic(
        id in prop::sample::select(vec!["P10", "P19", "P20"]),
        file in 0..20_usize,
        from in 0..20_000_usize,
        len in prop_oneof![0..3_usize, 0..80_usize, Just(100_000)],
        with in prop_oneof![
            Just(String::new()),
            "[\\[\\]{}=\"',.#0-9a-z\\n]{0,4}",
            "\\PC{0,3}",
            Just("[[deadline]]\n".to_owned()),
            Just("= -9999999999999999999999\n".to_owned()),
            Just("within = \"99999999999 years\"\n".to_owned()),
        ],
    ) {
        let source = cut(&Source::shipped(id).unwrap(), file, from, len, &with);
        for fault in look(&source) {
            let lines = source.files.get(&fault.file).map_or(1, |text| text.lines().count() + 1);
            prop_assert!(fault.line >= 1 && fault.line <= lines, "{fault}");
            prop_assert!(!fault.message.is_empty());
        }
    }
}
