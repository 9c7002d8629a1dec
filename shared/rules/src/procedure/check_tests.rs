//! Each kind of mistake is found, named and placed.

use super::check;
use crate::procedure::load::{Fault, Source, load, shipped};

/// Lays differences over P19 and says what is wrong.
fn faults(differences: &str) -> Vec<Fault> {
    let text = format!("[procedure]\nid = \"T\"\nextends = \"P19\"\n{differences}");
    let source = Source {
        files: [("procedure.toml".to_owned(), text)].into(),
    };
    match load(&source, &Source::shipped) {
        Ok(procedure) => check(&procedure, &source, &Source::shipped),
        Err(faults) => faults,
    }
}

fn finds(differences: &str, words: &str) {
    let found = faults(differences);
    assert!(
        found.iter().any(|fault| fault.message.contains(words)),
        "`{words}` is not among {found:#?}"
    );
}

#[test]
fn the_shipped_packs_are_without_fault() {
    for id in Source::shipped_ids() {
        let source = Source::shipped(&id).unwrap();
        let procedure = shipped(&id).unwrap().unwrap_or_else(|faults| panic!("{faults:?}"));
        let found = check(&procedure, &source, &Source::shipped);
        assert!(found.is_empty(), "{id}: {found:#?}");
    }
}

#[test]
fn a_pack_that_only_extends_is_without_fault() {
    assert_eq!(faults(""), []);
}

#[test]
fn an_unknown_milestone_is_found_with_its_line() {
    let found = faults("[[deadline]]\nrule = \"T19.7\"\nuntil = [\"told\"]\n");
    let fault = found
        .iter()
        .find(|fault| fault.message.contains("no milestone `told`"))
        .unwrap();
    assert_eq!((fault.file.as_str(), fault.line), ("procedure.toml", 6));
    assert!(fault.to_string().starts_with("procedure.toml:6: "));
}

#[test]
fn unknown_names_are_found() {
    finds(
        "[[deadline]]\nrule = \"T19.7\"\nladder = \"steep\"\n",
        "climbs a ladder `steep`",
    );
    finds(
        "[[deadline]]\nrule = \"T19.7\"\nwhen = { class = [\"奇怪\"] }\n",
        "class `奇怪`",
    );
    finds(
        "[[deadline]]\nrule = \"T19.7\"\nwhen = { axis = { mood = [\"x\"] } }\n",
        "axis `mood`",
    );
    finds(
        "[[deadline]]\nrule = \"T19.7\"\nwhen = { field = { colour = [\"red\"] } }\n",
        "no field `colour`",
    );
    finds("[[deadline]]\nrule = \"T19.3\"\nshare_of = \"T9\"\n", "share of T9");
    finds(
        "[[outcome]]\nparty = \"neighbour\"\nsource = \"x\"\n",
        "no party `neighbour`",
    );
    finds("[aliases]\n\"老地方\" = \"不存在部\"\n", "never names");
    finds(
        "[[closing]]\nreason = \"bored\"\nsource = \"x\"\n",
        "none of the closing reasons",
    );
}

#[test]
fn a_deadline_that_nobody_can_meet_is_found() {
    finds(
        "[[deadline]]\nrule = \"T19.7\"\nuntil = []\n",
        "nobody can ever meet T19.7",
    );
}

#[test]
fn shares_that_do_not_make_their_total_are_found() {
    finds(
        "[[deadline]]\nrule = \"T19.3\"\nwithin = \"3 days\"\n",
        "make 7 days, the whole is 6 days",
    );
}

#[test]
fn gaps_and_overlaps_of_bands_are_found() {
    finds(
        "[[approval]]\nrule = \"A21\"\namount = { over = 1200 }\n",
        "between 1000 and 1200 belong to nobody",
    );
    finds(
        "[[approval]]\nrule = \"A21\"\namount = { over = 900 }\n",
        "belong to both A20 and A21",
    );
    finds(
        "[[approval]]\nrule = \"A21\"\namount = { over_included = true }\n",
        "1000 belongs to both",
    );
    finds(
        "[[approval]]\nrule = \"A20\"\namount = { upto_included = false }\n",
        "1000 belongs to nobody",
    );
    finds(
        "[[approval]]\nrule = \"A22\"\namount = { upto = 9000 }\n",
        "above A22 belong to nobody",
    );
}

#[test]
fn slips_that_cannot_work_are_found() {
    let slip = |rest: &str| {
        let head = "rule = \"S1\"\nkind = \"recall\"\ntitle = { zh-Hans = \"召回\" }\nsource = \"x\"";
        format!("[[slip]]\n{head}\n{rest}\n")
    };
    assert_eq!(faults(&slip("needs = [\"batches\"]")), []);
    finds(&slip("needs = [\"colour\"]"), "no field `colour`");
    finds(&slip(""), "carries no field");
    finds(
        &slip("equal = [[\"quantity_approved\", \"reported_on\"]]"),
        "different kinds",
    );
    finds(&slip("equal = [[\"parts\", \"notice_text\"]]"), "free or personal text");
    finds(
        &slip("equal = [[\"quantity_approved\", \"quantity_approved\"]]"),
        "with itself",
    );
    finds(
        &slip("needs = [\"batches\"]\nwhen = { below = { field = \"price\", of = \"list_price\", percent = 1 } }"),
        "no field `price`",
    );
    let approval = "[[approval]]\nrule = \"A9\"\ntitle = { zh-Hans = \"批\" }\nat = \"advise\"\napprover = \"x\"\nsource = \"x\"\n";
    finds(approval, "no [[slip]] of that kind");
    finds(
        "[[deadline]]\nrule = \"T19.7\"\nuntil = [\"isolate_done\"]\n",
        "nothing can ever reach `isolate_done`",
    );
    finds(
        &slip("needs = [\"batches\"]").replace("\"x\"", "\" \""),
        "from which clause",
    );
}

#[test]
fn a_ladder_out_of_order_is_found() {
    let rungs = "rung = [{ name = \"late\", after = \"3 working days\" }]";
    finds(
        &format!("[[ladder]]\nname = \"case\"\n{rungs}\n"),
        "not in order of time",
    );
}

#[test]
fn numbers_that_would_repeat_or_hide_their_serial_are_found() {
    finds(
        "[numbering]\npattern = \"{year}{month}{serial}号\"\n",
        "must end in its serial",
    );
    finds("[numbering]\npattern = \"{year}{serial}\"\n", "numbers would repeat");
    finds("[numbering]\npattern = \"{jahr}{year}{month}{serial}\"\n", "plain text");
}

#[test]
fn a_duty_on_the_32nd_and_a_missing_source_are_found() {
    finds("[[duty]]\nrule = \"D24\"\ndue_day = 32\n", "a day that no month has");
    finds("[[deadline]]\nrule = \"T19.7\"\nsource = \" \"\n", "from which clause");
    finds(
        "[[deadline]]\nrule = \"T19.7\"\nassumed = \"\"\n",
        "assumed without a reason",
    );
}

#[test]
fn everything_is_said_at_once() {
    let found = faults(
        "[[deadline]]\nrule = \"T19.7\"\nuntil = [\"told\"]\nladder = \"steep\"\n[[duty]]\nrule = \"D24\"\ndue_day = 40\n",
    );
    assert_eq!(found.len(), 3, "{found:#?}");
}

#[test]
fn a_misspelt_key_is_refused_with_its_line() {
    let found = faults("[[deadline]]\nrule = \"T19.7\"\nwithinn = \"3 days\"\n");
    assert!(found[0].message.contains("withinn"), "{found:#?}");
    assert_eq!(found[0].line, 6);
}
