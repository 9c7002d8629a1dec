//! A calendar is published: open deadlines are computed anew, and the people whose dates moved are told which.

use kesu_app::office::save_calendar;
use kesu_app::record::Loaded;
use kesu_app::store::AnyRecord;
use kesu_app::{App, Problem};
use kesu_rules::clock::deadline::deadlines;
use kesu_rules::clock::{Clock, WorkCalendar};
use kesu_rules::domain::command::Wish;
use kesu_rules::domain::event::Moved;
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::refusal::Refusal;
use serde::Serialize;

/// What a new calendar brought about.
#[derive(Clone, Debug, Serialize)]
pub struct Published {
    /// The calendar's name.
    pub calendar: String,
    /// The years it now has from the file.
    pub years: Vec<i32>,
    /// Complaints with open deadlines that were looked at.
    pub complaints: u64,
    /// Dates that moved, by complaint number.
    pub moved: Vec<(String, Moved)>,
}

/// Keeps the years of a calendar file and moves what follows from them.
///
/// # Errors
/// Refuses a file that is no calendar or does not fit the one it adds to.
pub async fn publish(app: &App, toml: &str) -> Result<Published, Problem> {
    let wrong = |error: String| Problem::from(Refusal::of("bad_calendar").about("file").with("error", error));
    let newer = WorkCalendar::parse(toml).map_err(|error| wrong(error.to_string()))?;
    let name = newer.name().to_owned();
    let before = app.office().await?.calendar(&name);
    if let Some(before) = &before {
        before.merge(&newer).map_err(|error| wrong(error.to_string()))?;
    }
    let years: Vec<i32> = newer.years().map(|year| year.year).collect();
    let first = years.first().copied().unwrap_or_default();
    save_calendar(&app.store, &format!("{name}/{first:04}"), toml).await?;
    app.office_changed();
    let mut published = Published {
        calendar: name.clone(),
        years,
        complaints: 0,
        moved: Vec::new(),
    };
    let Some(before) = before else { return Ok(published) };
    let mut cursor = None;
    loop {
        let page = app.store.scan_all(200, cursor.as_deref()).await?;
        for record in page.items {
            if let Ok(AnyRecord::Head(head)) = record {
                look(app, Loaded::read(*head)?, &name, &before, &mut published).await?;
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(published);
        }
    }
}

async fn look(
    app: &App,
    loaded: Loaded,
    name: &str,
    before: &WorkCalendar,
    published: &mut Published,
) -> Result<(), Problem> {
    let it = &loaded.complaint;
    if it.stage.ended() {
        return Ok(());
    }
    let desk = match app.desk_of(it).await {
        // A complaint whose procedure is not at hand must not keep the others from their new dates; it was logged.
        Err(Problem::Refused(_)) => return Ok(()),
        other => other?,
    };
    let header = &desk.procedure.pack.procedure;
    if header.calendar != name {
        return Ok(());
    }
    published.complaints += 1;
    let now = desk.local(app.now());
    let old_clock = Clock {
        calendar: before,
        hours: &header.hours,
        zone: header.zone,
    };
    let old = deadlines(it, &desk.procedure, &old_clock, now);
    let moved: Vec<Moved> = desk
        .deadlines(it, now)
        .into_iter()
        .filter(|one| one.done_at.is_none())
        .filter_map(|one| {
            let was = old
                .iter()
                .find(|was| was.rule == one.rule && was.due_at != one.due_at)?;
            Some(Moved {
                rule: one.rule,
                responsible: one.responsible,
                before: was.due_at,
                after: one.due_at,
            })
        })
        .collect();
    if moved.is_empty() {
        return Ok(());
    }
    published
        .moved
        .extend(moved.iter().map(|one| (it.number.to_string(), one.clone())));
    app.tell(it.id.as_str(), None, Wish::CalendarChanged(moved), &Actor::System, None)
        .await?;
    Ok(())
}
