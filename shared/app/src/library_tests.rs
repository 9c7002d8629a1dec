//! A company's own packs: extending across folders, versions by date, and faults where an officer finds them.

use super::*;

fn own(folder: &str, text: &str) -> OwnPack {
    OwnPack {
        folder: folder.to_owned(),
        source: Source {
            files: [("procedure.toml".to_owned(), text.to_owned())].into(),
        },
    }
}

fn head(id: &str, extends: &str, version: &str, from: &str) -> String {
    format!("[procedure]\nid = \"{id}\"\nextends = \"{extends}\"\nversion = \"{version}\"\nfrom = {from}\n")
}

fn faults(own: &[OwnPack]) -> Vec<String> {
    let faults = Library::with(own).err().unwrap_or_default();
    faults.iter().map(ToString::to_string).collect()
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

#[test]
fn the_version_in_force_changes_at_midnight_where_the_procedure_counts_days() {
    let library = Library::with(&[own("next", &head("P19", "P19", "A1", "2026-12-01"))]).unwrap();
    let version = |when: &str| {
        let found = library.in_force("P19", at(when)).unwrap();
        found.pack.procedure.version.clone()
    };
    assert_eq!(version("2026-11-30T23:59:59+08:00"), "A0");
    assert_eq!(version("2026-12-01T00:00:00+08:00"), "A1");
    assert_eq!(version("2001-01-01T00:00:00+08:00"), "A0");
    assert!(library.version("P19", "A0").is_some() && library.version("P19", "B0").is_none());
}

#[test]
fn a_folder_extends_another_folder_that_extends_one_that_ships() {
    let house = own("house", &head("HOUSE", "P19", "1", "2020-01-01"));
    let plant = own("plant", &head("PLANT", "house", "1", "2020-01-01"));
    let library = Library::with(&[plant, house]).unwrap();
    assert!(library.ids().contains(&"PLANT".to_owned()));
    let plant = library.procedure("PLANT").unwrap();
    assert_eq!(
        plant.pack.deadline.len(),
        library.procedure("P19").unwrap().pack.deadline.len()
    );
}

#[test]
fn a_folder_called_like_the_pack_it_extends_means_the_one_that_ships_also_for_others() {
    let same = own("P19", &head("P19", "P19", "A1", "2026-12-01"));
    let more = own("more", &head("MORE", "P19", "1", "2020-01-01"));
    let library = Library::with(&[same, more]).unwrap();
    assert_eq!(library.versions("P19").len(), 2);
    assert!(library.procedure("MORE").is_some());
}

#[test]
fn a_fault_names_folder_file_and_line() {
    let broken = format!("{}colour = \"red\"\n", head("X", "P19", "1", "2020-01-01"));
    assert!(faults(&[own("broken", &broken)])[0].starts_with("broken/procedure.toml:6: "));
    let lost = head("X", "NOWHERE", "1", "2020-01-01");
    assert_eq!(
        faults(&[own("lost", &lost)]),
        ["lost/procedure.toml:3: there is no pack `NOWHERE` to extend"]
    );
}

#[test]
fn packs_that_extend_each_other_in_a_circle_are_said() {
    let one = own("one", &head("ONE", "two", "1", "2020-01-01"));
    let two = own("two", &head("TWO", "one", "1", "2020-01-01"));
    let all = faults(&[one, two]);
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|fault| fault.contains("in a circle")), "{all:?}");
}

#[test]
fn two_versions_of_one_name_or_one_day_are_refused() {
    let first = own("first", &head("P19", "P19", "A1", "2026-12-01"));
    let second = own("second", &head("P19", "P19", "A1", "2027-01-01"));
    assert!(faults(&[first, second])[0].starts_with("second/procedure.toml:2: procedure `P19` has another version"));
    assert_eq!(
        faults(&[own("same", "[procedure]\nid = \"P19\"\nextends = \"P19\"\n")]).len(),
        1
    );
}
