//! Who wants no daily digest: one signed link for each person, which stops it and starts it again.

use kesu_rules::domain::names::UserId;

use crate::app::App;
use crate::problem::Problem;
use crate::store::{Kind, SmallRecord};

/// How many hexadecimal digits of the signature stand in a link.
const SIGNATURE: usize = 32;

/// The link that leads to the page, and to which a mail program posts at one click.
pub fn off_link(app: &App, user: &UserId) -> String {
    format!("{}/digest/off/{}", app.settings.base_url, token(app, user))
}

/// What stands for a person in the link: his address as hexadecimal digits, and a signature of this purpose alone.
pub fn token(app: &App, user: &UserId) -> String {
    let name: String = user.as_str().bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{name}.{}", signature(app, user.as_str()))
}

/// The person of a token, if it was made here.
pub fn reader_of(app: &App, token: &str) -> Option<UserId> {
    let (name, signed) = token.split_once('.')?;
    let bytes = (0..name.len()).step_by(2).map(|at| {
        let pair = name.get(at..at + 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    let name = String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()?;
    let wanted = signature(app, &name);
    // Compared in a time that says nothing of where the first difference stands.
    let differs = wanted.len() != signed.len()
        || wanted
            .bytes()
            .zip(signed.bytes())
            .fold(0, |all, (one, other)| all | (one ^ other))
            != 0;
    (!differs).then(|| UserId::parse(&name))?
}

fn signature(app: &App, user: &str) -> String {
    app.keyed("digest off", user).chars().take(SIGNATURE).collect()
}

/// Whether a person has stopped the digest.
///
/// # Errors
/// When the store does not answer.
pub async fn is_off(app: &App, user: &UserId) -> Result<bool, Problem> {
    Ok(app.store.get(Kind::Seen, &key(app, user)).await?.is_some())
}

/// Stops the digest for a person, or starts it again; doing it twice changes nothing.
///
/// # Errors
/// When the store does not answer.
pub async fn switch(app: &App, user: &UserId, off: bool) -> Result<(), Problem> {
    if off {
        let record = SmallRecord::new(Kind::Seen, key(app, user), "off");
        app.store.put(&record).await?;
    } else {
        app.store.delete(Kind::Seen, &key(app, user)).await?;
    }
    Ok(())
}

fn key(app: &App, user: &UserId) -> String {
    format!("digest-off#{}", app.person_key(user.as_str()))
}
