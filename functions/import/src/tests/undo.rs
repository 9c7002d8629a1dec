//! What is open rests until a person sets it going, and an import can be taken back as far as nobody has touched it.

use std::collections::BTreeSet;

use kesu_rules::domain::command::{Command, Wish};

use super::*;

/// A year passes in steps; gives how many letters there are then.
async fn a_year_passes(app: &App) -> usize {
    let mut letters = 0;
    for _ in 0..12 {
        assert!(app.time.advance(app.now() + chrono::TimeDelta::days(30)));
        for one in all(app).await {
            app.tell(one.complaint.id.as_str(), None, Wish::Tick, &Actor::System, None)
                .await
                .unwrap();
        }
    }
    for one in all(app).await {
        letters += app.store.whole(one.complaint.id.as_str()).await.unwrap().letters.len();
    }
    letters
}

#[tokio::test]
async fn old_complaints_rest_until_a_person_sets_them_going_and_then_their_time_runs_from_that_moment() {
    let house = house().await;
    let register = "K1,示例客户一,2019-03-05,一号泵漏油,已结案\nK2,示例客户二,2019-04-05,二号泵漏油,处理中\n\
                    K3,示例客户三,2019-05-05,三号泵漏油,未处理\n";
    let batch = fed(&house.app, csv("台账.csv", register), &Options::default())
        .await
        .batch
        .unwrap();
    let awake = |all: &[Loaded]| all.iter().filter(|one| one.head.wake.is_some()).count();
    let complaints = all(&house.app).await;
    assert_eq!(awake(&complaints), 0);
    for one in &complaints {
        let desk = house.app.desk_of(&one.complaint).await.unwrap();
        let now = desk.local(house.app.now());
        assert_eq!(desk.deadlines(&one.complaint, now), vec![], "{}", one.complaint.number);
    }
    assert_eq!(a_year_passes(&house.app).await, 0, "nobody is written to");
    let set = house.app.now();
    let done = activate(&house.app, &batch, &Actor::System).await.unwrap();
    assert_eq!((done.activated, done.at_rest), (2, 1));
    let complaints = all(&house.app).await;
    assert_eq!(awake(&complaints), 2, "what is closed stays at rest");
    for one in complaints.iter().filter(|one| one.head.wake.is_some()) {
        let desk = house.app.desk_of(&one.complaint).await.unwrap();
        let deadlines = desk.deadlines(&one.complaint, desk.local(set));
        assert!(!deadlines.is_empty(), "{}", one.complaint.number);
        assert!(deadlines.iter().all(|one| one.due_at > set), "{deadlines:?}");
        let letters = house.app.store.whole(one.complaint.id.as_str()).await.unwrap().letters;
        assert!(letters.is_empty(), "setting it going writes to nobody");
    }
    let again = activate(&house.app, &batch, &Actor::System).await.unwrap();
    assert_eq!((again.activated, again.at_rest), (0, 3));
    assert!(a_year_passes(&house.app).await > 0, "now what is late is told");
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
}

#[tokio::test]
async fn what_was_set_going_is_taken_back_unless_letters_about_it_were_written() {
    let house = house().await;
    let register = "K2,示例客户二,2019-04-05,二号泵漏油,处理中\nK3,示例客户三,2019-05-05,三号泵漏油,已结案\n";
    for letters in [false, true] {
        let batch = fed(&house.app, csv("台账.csv", register), &Options::default())
            .await
            .batch
            .unwrap();
        activate(&house.app, &batch, &Actor::System).await.unwrap();
        if letters {
            assert!(a_year_passes(&house.app).await > 0);
        }
        let undone = undo(&house.app, &batch, &Actor::System).await.unwrap();
        let left: Vec<_> = undone
            .left
            .iter()
            .map(|left| (left.number.as_deref(), left.reason))
            .collect();
        if letters {
            assert_eq!((undone.removed, left), (1, vec![(Some("K2"), "told")]));
        } else {
            assert_eq!((undone.removed, left), (2, vec![]));
            assert_eq!(all(&house.app).await.len(), 0);
        }
    }
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
}

#[tokio::test]
async fn what_people_have_touched_stays_when_an_import_is_taken_back() {
    let house = house().await;
    let report = fed(&house.app, csv("台账.csv", &rows(4)), &Options::default()).await;
    let batch = report.batch.unwrap();
    let staff = administrator();
    let complaints = all(&house.app).await;
    let touched = &complaints[2].complaint;
    let note = Wish::Do(Command::Note {
        text: "客户来电询问".to_owned(),
    });
    house
        .app
        .tell(touched.id.as_str(), None, note, &staff, None)
        .await
        .unwrap();
    let undone = undo(&house.app, &batch, &staff).await.unwrap();
    assert_eq!(undone.removed, 3);
    let left: Vec<_> = undone
        .left
        .iter()
        .map(|left| (left.number.as_deref(), left.reason))
        .collect();
    assert_eq!(left, [(Some("KS-0002"), "touched")]);
    assert_eq!(all(&house.app).await.len(), 1);
    // Who asks for changes finds those that went beside the one that stayed.
    let today = house.app.now().format("%Y-%m-%d").to_string();
    let mut told = BTreeSet::new();
    for shard in 0..house.app.settings.shards {
        let page = house.app.store.changed_since(&today, shard, "", 100).await.unwrap();
        told.extend(page.items.into_iter().map(|one| one.id));
    }
    let went = complaints.iter().map(|one| one.complaint.id.as_str());
    assert!(went.clone().all(|id| told.contains(id)), "{told:?}");
    // Done again it is the same, and the register fed again finds the one that stayed.
    let again = undo(&house.app, &batch, &staff).await.unwrap();
    assert_eq!((again.removed, again.left.len()), (0, 1));
    let report = fed(&house.app, csv("台账.csv", &rows(4)), &Options::default()).await;
    assert_eq!((report.totals().created, report.totals().unchanged), (3, 1));
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
}
