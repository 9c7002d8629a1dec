//! Signing in: sessions on the server, a cookie for the browser, a token against forged requests.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use chrono::TimeDelta;
use kesu_rules::domain::chain::hash;
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::names::UserId;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::clock::machine;
use crate::problem::Problem;
use crate::store::{Kind, SmallRecord};
use crate::users::{self, User};

/// The cookie's name.
pub const COOKIE_NAME: &str = "kesu_session";
/// The header that proves that a request comes from our own page.
pub const CSRF_HEADER: &str = "x-kesu-csrf";

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who.
    pub user: UserId,
    /// His account.
    pub account: User,
    /// The token that unsafe requests must carry.
    pub csrf: String,
    token_hash: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    user: UserId,
    csrf: String,
    /// The password hash when the session began: a changed password ends all sessions of before.
    under: String,
}

impl Session {
    /// The person as an actor.
    pub fn actor(&self) -> Actor {
        Actor::Staff(self.account.staff(&self.user))
    }

    /// The session of a request, if it has a valid one.
    ///
    /// # Errors
    /// [`Problem::SignIn`] without a valid session.
    pub async fn of(app: &App, headers: &HeaderMap) -> Result<Self, Problem> {
        let token = cookie(headers).ok_or(Problem::SignIn)?;
        let token_hash = hash(token.as_bytes());
        let record = app
            .store
            .get(Kind::Session, &token_hash)
            .await?
            .ok_or(Problem::SignIn)?;
        if !record.live(machine().timestamp()) {
            return Err(Problem::SignIn);
        }
        let stored: Stored = serde_json::from_str(&record.body).map_err(|_| Problem::SignIn)?;
        let (account, _) = users::find(&app.store, &stored.user).await?.ok_or(Problem::SignIn)?;
        if account.disabled || hash(account.password.as_bytes()) != stored.under {
            return Err(Problem::SignIn);
        }
        Ok(Self {
            user: stored.user,
            account,
            csrf: stored.csrf,
            token_hash,
        })
    }

    /// The right of a person to one act by a signed link: no cookie stands for it, and nobody knows its token.
    pub fn by_link(user: UserId, account: User) -> Self {
        Self {
            user,
            account,
            csrf: users::random_hex(16),
            token_hash: users::random_hex(32),
        }
    }

    /// The same for a request that changes something: it must also carry the token.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] when the token is missing or another's.
    pub fn proved(self, headers: &HeaderMap) -> Result<Self, Problem> {
        let given = headers
            .get(CSRF_HEADER)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        self.proved_by(given)
    }

    /// As [`Self::proved`], with the token from a form.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] when the token is missing or another's.
    pub fn proved_by(self, given: &str) -> Result<Self, Problem> {
        // Compared as hashes: how far they agree says nothing about the token.
        if hash(given.as_bytes()) == hash(self.csrf.as_bytes()) {
            return Ok(self);
        }
        Err(Problem::Forbidden(kesu_rules::domain::refusal::Refusal::of("csrf")))
    }

    /// Begins a session; gives the cookie's value.
    ///
    /// # Errors
    /// [`Problem::Refused`] for a wrong address or password, which look alike; too many attempts.
    pub async fn begin(app: &App, email: &str, password: &str) -> Result<(Self, String), Problem> {
        app.guess_limit
            .count(&format!("session {}", email.to_lowercase()))
            .map_err(|seconds| Problem::TooMany { seconds })?;
        let user = users::user_id(email);
        let account = match &user {
            Some(user) => users::find(&app.store, user).await?.map(|(account, _)| account),
            None => None,
        };
        if !users::verified(account.as_ref(), password).await {
            return Err(Problem::Refused(vec![kesu_rules::domain::refusal::Refusal::of(
                "wrong_sign_in",
            )]));
        }
        let (Some(user), Some(account)) = (user, account) else {
            return Err(Problem::SignIn);
        };
        let token = users::random_hex(32);
        let csrf = users::random_hex(16);
        let token_hash = hash(token.as_bytes());
        let stored = Stored {
            user: user.clone(),
            csrf: csrf.clone(),
            under: hash(account.password.as_bytes()),
        };
        let mut record = SmallRecord::new(
            Kind::Session,
            token_hash.as_str(),
            serde_json::to_string(&stored).unwrap_or_default(),
        );
        let lasts = TimeDelta::hours(i64::from(app.settings.session_hours));
        record.expires = Some((machine() + lasts).timestamp());
        app.store.put(&record).await?;
        Ok((
            Self {
                user,
                account,
                csrf,
                token_hash,
            },
            token,
        ))
    }

    /// Ends the session.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn end(&self, app: &App) -> Result<(), Problem> {
        Ok(app.store.delete(Kind::Session, &self.token_hash).await?)
    }

    /// Whether the password is this person's, for signing again.
    ///
    /// # Errors
    /// Refuses a wrong one; too many attempts.
    pub async fn signs(&self, app: &App, password: &str) -> Result<(), Problem> {
        app.guess_limit
            .count(&format!("sign {}", self.user))
            .map_err(|seconds| Problem::TooMany { seconds })?;
        if users::verified(Some(&self.account), password).await {
            return Ok(());
        }
        Err(kesu_rules::domain::refusal::Refusal::of("wrong_password")
            .about("password")
            .into())
    }
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';'));
    pairs.find_map(|pair| {
        pair.trim()
            .strip_prefix(COOKIE_NAME)?
            .strip_prefix('=')
            .map(str::to_owned)
    })
}

/// The `Set-Cookie` value of a session that begins (`Some`) or ends (`None`).
pub fn set_cookie(token: Option<&str>, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    match token {
        Some(token) => format!("{COOKIE_NAME}={token}; Path=/; HttpOnly; SameSite=Strict{secure}"),
        None => format!("{COOKIE_NAME}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}"),
    }
}
