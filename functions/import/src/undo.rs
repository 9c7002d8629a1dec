//! An import is taken back, or its open complaints are set going.

use kesu_app::batches::{Batch, BatchState, Fate};
use kesu_app::legacy::Left;
use kesu_app::tell::Told;
use kesu_app::{App, Problem};
use kesu_rules::domain::command::Wish;
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::refusal::Refusal;
use serde::Serialize;
use tokio::task::JoinSet;

/// How many complaints are dealt with at once.
const AT_ONCE: usize = 16;

/// What came of taking an import back.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Undone {
    /// The import.
    pub batch: String,
    /// Complaints that are gone.
    pub removed: u64,
    /// Complaints that say again what they said before.
    pub put_back: u64,
    /// What stays, and why.
    pub left: Vec<LeftOver>,
}

/// A complaint that stays.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOver {
    /// Which.
    pub id: String,
    /// Its number, if it is there.
    pub number: Option<String>,
    /// `touched`, `told` (nobody worked on it, but letters about it were written), `not_ours` or `mended`.
    pub reason: &'static str,
}

/// What came of setting an import going.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Activated {
    /// The import.
    pub batch: String,
    /// Complaints whose clocks run now.
    pub activated: u64,
    /// Complaints that had ended, or ran already.
    pub at_rest: u64,
}

async fn known(app: &App, id: &str) -> Result<(Batch, u64), Problem> {
    let found = app.batch(id).await?;
    found.ok_or_else(|| Refusal::of("unknown_batch").with("batch", id).into())
}

/// Takes back what an import made and nothing that people have touched since. Broken off, it is simply repeated.
///
/// # Errors
/// Refuses an import that there is not; or the store does not answer.
pub async fn undo(app: &App, id: &str, actor: &Actor) -> Result<Undone, Problem> {
    let (mut batch, version) = known(app, id).await?;
    let mut undone = Undone {
        batch: id.to_owned(),
        ..Undone::default()
    };
    let mut cursor = None;
    loop {
        let (parts, next) = app.parts(id, cursor.as_deref()).await?;
        for (record, part) in parts {
            let left = undone.left.len();
            let mut running = JoinSet::new();
            for row in part.rows {
                let (app, batch, actor) = (app.clone(), id.to_owned(), actor.clone());
                if running.len() >= AT_ONCE
                    && let Some(done) = running.join_next().await
                {
                    count(&mut undone, done.map_err(|_| Problem::Fault)??);
                }
                running.spawn(async move {
                    let gone = match row.fate {
                        Fate::Create | Fate::Mend => app.take_back(&row.id, &batch, &actor).await?,
                        Fate::Merge => {
                            app.forget_merged(&row.id).await?;
                            return Ok(None);
                        }
                        Fate::Unchanged => return Ok(None),
                    };
                    let number = match gone {
                        Err(Left::Touched | Left::Told | Left::Mended) => app
                            .load(&row.id)
                            .await
                            .ok()
                            .map(|loaded| loaded.complaint.number.to_string()),
                        _ => None,
                    };
                    Ok::<_, Problem>(Some((row.fate, row.id, gone, number)))
                });
            }
            while let Some(done) = running.join_next().await {
                count(&mut undone, done.map_err(|_| Problem::Fault)??);
            }
            if undone.left.len() == left {
                app.forget_part(&record).await?;
            }
        }
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    undone
        .left
        .sort_by(|one, other| one.number.cmp(&other.number).then(one.id.cmp(&other.id)));
    batch.state = BatchState::Undone;
    batch.undone_at = Some(app.now().to_rfc3339());
    app.keep_batch(id, &batch, Some(version)).await?;
    Ok(undone)
}

type Gone = Option<(Fate, String, Result<(), Left>, Option<String>)>;

fn count(undone: &mut Undone, gone: Gone) {
    let Some((fate, id, gone, number)) = gone else { return };
    let reason = match gone {
        Ok(()) if fate == Fate::Create => {
            undone.removed += 1;
            return;
        }
        Ok(()) => {
            undone.put_back += 1;
            return;
        }
        // An earlier attempt took it out already, or it never came in.
        Err(Left::NotOurs) if fate == Fate::Create => return,
        Err(Left::NotOurs) => "not_ours",
        Err(Left::Touched) => "touched",
        Err(Left::Told) => "told",
        Err(Left::Mended) => "mended",
    };
    undone.left.push(LeftOver { id, number, reason });
}

/// Sets the clocks of what an import left open going: they run from now.
///
/// # Errors
/// Refuses an import that there is not or that was taken back; or the store does not answer.
pub async fn activate(app: &App, id: &str, actor: &Actor) -> Result<Activated, Problem> {
    let (mut batch, version) = known(app, id).await?;
    if batch.state == BatchState::Undone {
        return Err(Refusal::of("batch_undone").with("batch", id).into());
    }
    let mut done = Activated {
        batch: id.to_owned(),
        ..Activated::default()
    };
    let mut cursor = None;
    loop {
        let (parts, next) = app.parts(id, cursor.as_deref()).await?;
        let rows = parts.into_iter().flat_map(|(_, part)| part.rows);
        let mut running = JoinSet::new();
        for row in rows.filter(|row| row.fate == Fate::Create) {
            if running.len() >= AT_ONCE
                && let Some(one) = running.join_next().await
            {
                going(&mut done, one.map_err(|_| Problem::Fault)?)?;
            }
            let (app, actor) = (app.clone(), actor.clone());
            running.spawn(async move { app.tell(&row.id, None, Wish::Activate, &actor, None).await });
        }
        while let Some(one) = running.join_next().await {
            going(&mut done, one.map_err(|_| Problem::Fault)?)?;
        }
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    batch.activated_at = Some(app.now().to_rfc3339());
    app.keep_batch(id, &batch, Some(version)).await?;
    Ok(done)
}

fn going(done: &mut Activated, told: Result<Told, Problem>) -> Result<(), Problem> {
    match told {
        Ok(told) if told.events.is_empty() => done.at_rest += 1,
        Ok(_) => done.activated += 1,
        // It was taken back meanwhile.
        Err(Problem::NotFound) => {}
        Err(other) => return Err(other),
    }
    Ok(())
}
