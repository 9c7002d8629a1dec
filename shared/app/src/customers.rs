//! Which customers are one (客户合并): small records beside the complaints, one for each name that is counted under another.

use kesu_rules::customers::{Customers, Merge, folded};
use kesu_rules::domain::names::UserId;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::clock::stamp;
use crate::problem::Problem;
use crate::store::{Kind, SmallRecord};

/// Records read at a time.
const PAGE: u32 = 500;

/// What somebody said of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The name, and under which it is counted.
    #[serde(flatten)]
    pub merge: Merge,
    /// Who said so.
    pub by: UserId,
    /// When, RFC 3339 in UTC.
    pub at: String,
}

/// Everything that was said, in no particular order.
///
/// # Errors
/// When the store does not answer.
pub async fn read(app: &App) -> Result<Vec<Said>, Problem> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = app.store.list(Kind::Customer, "", PAGE, cursor.as_deref()).await?;
        all.extend(page.items.iter().filter_map(|one| serde_json::from_str(&one.body).ok()));
        cursor = page.next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

/// Which names are one customer. Read once for everything that is to be counted.
///
/// # Errors
/// When the store does not answer.
pub async fn directory(app: &App) -> Result<Customers, Problem> {
    let all = read(app).await?;
    Ok(Customers::new(all.into_iter().map(|one| one.merge)))
}

/// The id of what was said of a name: it says nothing of him, so it may stand in logs.
pub fn key(app: &App, name: &str) -> String {
    app.keyed("customer", &folded(name)).chars().take(32).collect()
}

/// Says that these names are one customer, counted under `into`. Gives what was new in it: said again, it is nothing.
///
/// # Errors
/// Refuses what [`Customers::merge`] does; or the store does not answer.
pub async fn merge(app: &App, names: &[String], into: &str, by: &UserId) -> Result<Vec<Merge>, Problem> {
    let made = directory(app).await?.merge(names, into)?;
    for merge in &made {
        let said = Said {
            merge: merge.clone(),
            by: by.clone(),
            at: stamp(app.now()),
        };
        let body = serde_json::to_string(&said).map_err(|_| Problem::Fault)?;
        let record = SmallRecord::new(Kind::Customer, key(app, &merge.name), body);
        app.store.put(&record).await?;
    }
    Ok(made)
}

/// Takes back what was said of these names. Gives what was taken back.
///
/// # Errors
/// Refuses what [`Customers::unmerge`] does; or the store does not answer.
pub async fn unmerge(app: &App, names: &[String]) -> Result<Vec<Merge>, Problem> {
    let gone = directory(app).await?.unmerge(names)?;
    for merge in &gone {
        app.store.delete(Kind::Customer, &key(app, &merge.name)).await?;
    }
    Ok(gone)
}
