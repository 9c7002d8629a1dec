//! What a person does with an import that is in: sets its open complaints going, or takes it back.

use kesu_app::App;
use kesu_app::batches::{BatchState, Fate};
use kesu_app::legacy::Left;
use kesu_app::problem::Problem;
use kesu_rules::domain::command::Wish;
use kesu_rules::domain::facts::Actor;

/// What was taken back.
#[derive(Debug, Default)]
pub struct Undone {
    /// Rows whose complaint is as it was before the import.
    pub taken_back: u64,
    /// Complaints that stay: number, and why.
    pub left: Vec<(String, Left)>,
}

/// Sets the clocks of a batch's open complaints going; gives how many. Again is harmless.
///
/// # Errors
/// There is no such batch, or the store does not answer.
pub async fn activate(app: &App, id: &str) -> Result<u64, Problem> {
    let (mut batch, version) = app.batch(id).await?.ok_or(Problem::NotFound)?;
    let mut going = 0;
    let mut cursor = None;
    loop {
        let (parts, next) = app.parts(id, cursor.as_deref()).await?;
        for row in parts
            .iter()
            .flat_map(|(_, part)| &part.rows)
            .filter(|row| row.fate == Fate::Create)
        {
            match app.tell(&row.id, None, Wish::Activate, &Actor::System, None).await {
                Ok(told) => going += u64::from(!told.events.is_empty()),
                // Its row was refused, or it was taken back.
                Err(Problem::NotFound) => {}
                Err(other) => return Err(other),
            }
        }
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    if batch.activated_at.is_none() {
        batch.activated_at = Some(app.now().to_rfc3339());
        app.keep_batch(id, &batch, Some(version)).await?;
    }
    Ok(going)
}

/// Takes a batch back: all that it made, but nothing that people have touched since.
///
/// # Errors
/// There is no such batch, or the store does not answer; then it goes on when asked again.
pub async fn undo(app: &App, id: &str) -> Result<Undone, Problem> {
    let (mut batch, version) = app.batch(id).await?.ok_or(Problem::NotFound)?;
    let mut undone = Undone::default();
    let mut cursor = None;
    loop {
        let (parts, next) = app.parts(id, cursor.as_deref()).await?;
        for row in parts.iter().flat_map(|(_, part)| &part.rows) {
            match row.fate {
                Fate::Unchanged => {}
                Fate::Merge => {
                    app.forget_merged(&row.id).await?;
                    undone.taken_back += 1;
                }
                Fate::Create | Fate::Mend => {
                    let Some(head) = app.store.head(&row.id).await? else {
                        continue;
                    };
                    match app.take_back(&row.id, id, &Actor::System).await? {
                        Ok(()) => undone.taken_back += 1,
                        Err(why) => {
                            let number = head.columns.get("number").cloned();
                            undone.left.push((number.unwrap_or_else(|| row.id.clone()), why));
                        }
                    }
                }
            }
        }
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    batch.state = BatchState::Undone;
    batch.undone_at = Some(app.now().to_rfc3339());
    app.keep_batch(id, &batch, Some(version)).await?;
    Ok(undone)
}
