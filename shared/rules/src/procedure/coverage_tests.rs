//! A row is carried only by what a passing case makes use of.

use super::*;

const CATALOGUE: &str = include_str!("../../../../tests/catalogue.txt");

fn pack(id: &str, cases: Vec<(String, String)>) -> Pack {
    Pack {
        id: id.to_owned(),
        source: Source::shipped(id).unwrap(),
        cases,
    }
}

fn row(coverage: &Coverage, id: &str) -> Row {
    coverage.rows.iter().find(|row| row.id == id).unwrap().clone()
}

fn of(id: &str, cases: Vec<(String, String)>) -> Coverage {
    coverage(&[pack(id, cases)], &Catalogue::parse(CATALOGUE), &Source::shipped)
}

#[test]
fn the_catalogue_has_every_row_once() {
    let all = Catalogue::parse(CATALOGUE);
    let ids: BTreeSet<&String> = all.rows.iter().map(|(id, _)| id).collect();
    assert_eq!((all.rows.len(), ids.len()), (866, 866));
    let of_p19 = all.only(&BTreeSet::from(["P19".to_owned()]));
    assert!(of_p19.rows.iter().any(|(id, _)| id == "T19.11"));
    assert!(!of_p19.rows.iter().any(|(id, _)| id == "J02"));
}

#[test]
fn without_cases_nothing_is_carried() {
    let found = of("P10", Vec::new());
    assert_eq!(found.count(Status::Carried), 0);
    let unused = row(&found, "T10.1");
    assert_eq!(
        (unused.status, unused.reason.as_deref()),
        (Status::Setting, Some(UNUSED))
    );
    assert_eq!(row(&found, "R19.01").status, Status::Missing);
}

#[test]
fn a_passing_case_carries_what_it_makes_use_of_and_nothing_else() {
    let case = "[[case]]\nname = \"half an hour\"\ngiven = { received_at = \"2025-03-14 10:00\", text = \"这次工时费比上回多了五十,给个明白账。\" }\nthen = { deadlines = { \"T10.1\" = \"2025-03-14 10:30\" } }\n";
    let found = of("P10", vec![("one.toml".to_owned(), case.to_owned())]);
    let carried = row(&found, "T10.1");
    assert_eq!(carried.status, Status::Carried);
    assert_eq!(carried.case.as_deref(), Some("P10/one.toml#half an hour"));
    assert_eq!(carried.place.as_deref(), Some("P10/deadlines.toml:4"));
    assert_eq!(row(&found, "R10.11").status, Status::Carried, "its clause is cited");
    assert_eq!(row(&found, "R10.04").status, Status::Carried, "the route decided");
    for id in ["T10.2", "A13", "N1", "R10.20", "S24"] {
        assert_eq!(row(&found, id).status, Status::Setting, "{id}");
    }
}

#[test]
fn a_failing_case_carries_nothing_and_is_told() {
    let case = "[[case]]\nname = \"wrong\"\ngiven = { received_at = \"2025-03-14 10:00\", text = \"这次工时费比上回多了五十,给个明白账。\" }\nthen = { deadlines = { \"T10.1\" = \"2025-03-14 11:30\" } }\n";
    let found = of("P10", vec![("one.toml".to_owned(), case.to_owned())]);
    assert_eq!(found.count(Status::Carried), 0);
    assert_eq!(found.faults.len(), 1);
    assert_eq!(
        (found.faults[0].file.as_str(), found.faults[0].line),
        ("P10/cases/one.toml", 2)
    );
}

/// The packs that ship, each with its cases.
fn shipped() -> Vec<Pack> {
    let ids = Source::shipped_ids().into_iter();
    ids.map(|id| {
        let cases = Source::shipped_cases(&id);
        pack(&id, cases)
    })
    .collect()
}

#[test]
fn no_row_that_concerns_the_packs_at_hand_is_missing_and_none_is_carried_without_a_case() {
    let packs = shipped();
    let at_hand: BTreeSet<String> = packs.iter().map(|pack| pack.id.clone()).collect();
    let mut wanted = Catalogue::parse(CATALOGUE);
    if at_hand.len() < 26 {
        wanted = wanted.only(&at_hand);
    }
    let found = coverage(&packs, &wanted, &Source::shipped);
    assert!(found.faults.is_empty(), "{:#?}", found.faults);
    let of = |status: Status| found.rows.iter().filter(move |row| row.status == status);
    let missing: Vec<&str> = of(Status::Missing).map(|row| row.id.as_str()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for row in of(Status::Carried) {
        let case = row.case.as_deref().unwrap_or_else(|| panic!("{row:?}"));
        let (file, name) = case.split_once('#').unwrap();
        let (id, file) = file.split_once('/').unwrap();
        let cases = Source::shipped_cases(id);
        let text = cases.iter().find(|(own, _)| own == file).map(|(_, text)| text).unwrap();
        assert!(text.contains(name), "{row:?}");
    }
    for row in of(Status::Out) {
        assert!(row.reason.as_ref().is_some_and(|why| !why.trim().is_empty()), "{row:?}");
    }
    assert!(found.rows.len() > 300);
}
