//! Staff accounts: passwords with argon2id, roles, departments; the first administrator.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use kesu_rules::domain::facts::{Role, Staff};
use kesu_rules::domain::names::{Desk, UserId};
use kesu_rules::domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::store::{Kind, SmallRecord, Store};

/// The shortest password a person may choose, in characters.
pub const SHORTEST: usize = 10;

/// An account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// What he may do.
    pub role: Role,
    /// Where he works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Desk>,
    /// What he holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Desk>,
    /// The password's argon2id hash, in the PHC text form.
    pub password: String,
    /// Whether the password was handed out and is to be replaced by one of his own.
    #[serde(default)]
    pub handed_out: bool,
    /// Whether the account is shut.
    #[serde(default)]
    pub disabled: bool,
}

impl User {
    /// As permissions see the account.
    pub fn staff(&self, user: &UserId) -> Staff {
        Staff {
            user: user.clone(),
            role: self.role,
            department: self.department.clone(),
        }
    }
}

/// An account's address in the one form it is kept under.
pub fn user_id(email: &str) -> Option<UserId> {
    let email = crate::post::EmailAddress::parse(email).ok()?;
    UserId::parse(&email.as_str().to_lowercase())
}

/// The account with that address and its version.
///
/// # Errors
/// When the store does not answer.
pub async fn find(store: &Store, id: &UserId) -> Result<Option<(User, u64)>, Problem> {
    let record = store.get(Kind::User, id.as_str()).await?;
    Ok(record.and_then(|record| Some((serde_json::from_str(&record.body).ok()?, record.version))))
}

/// All accounts, by address.
///
/// # Errors
/// When the store does not answer.
pub async fn list(store: &Store) -> Result<Vec<(UserId, User)>, Problem> {
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let page = store.list(Kind::User, "", 100, cursor.as_deref()).await?;
        for record in page.items {
            if let (Some(id), Ok(user)) = (UserId::parse(&record.id), serde_json::from_str(&record.body)) {
                all.push((id, user));
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

/// Writes an account: a new one where `seen` is 0, else the one of that version. False if it moved or was there.
///
/// # Errors
/// When the store does not answer.
pub async fn save(store: &Store, id: &UserId, user: &User, seen: u64) -> Result<bool, Problem> {
    let body = serde_json::to_string(user).unwrap_or_default();
    let mut record = SmallRecord::new(Kind::User, id.as_str(), body);
    record.version = seen + 1;
    let saved = if seen == 0 {
        store.put_new(&record).await?
    } else {
        store.update(&record, seen).await?
    };
    Ok(saved)
}

/// Hashes a password, off the threads that answer requests.
///
/// # Errors
/// Refuses a short one.
pub async fn hashed(password: &str) -> Result<String, Problem> {
    if password.chars().count() < SHORTEST {
        let refusal = Refusal::of("weak_password")
            .about("password")
            .with("min", SHORTEST.to_string());
        return Err(refusal.into());
    }
    let password = password.to_owned();
    let hash = tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
    });
    hash.await.ok().and_then(Result::ok).ok_or(Problem::Fault)
}

/// Checks a password. An account that does not exist costs the same work and gives the same answer as a wrong password.
pub async fn verified(user: Option<&User>, password: &str) -> bool {
    /// The hash of a password that nobody knows, so that an unknown account takes as long as a known one.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$a2VzdS5ub2JvZHkuaGVyZQ$Q2tYf1w0V3mQv0b1m5cJm3sJv0yQm7h8nq4mT3c1xkY";
    let hash = user.map_or_else(|| NOBODY.to_owned(), |user| user.password.clone());
    let open = user.is_some_and(|user| !user.disabled);
    let password = password.to_owned();
    let right = tokio::task::spawn_blocking(move || {
        PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    });
    right.await.unwrap_or(false) && open
}

/// Random bytes from the system, in hexadecimal.
pub fn random_hex(bytes: usize) -> String {
    let mut raw = vec![0; bytes];
    // INVARIANT: the system's source of randomness is there; without it nothing may start.
    if getrandom::fill(&mut raw).is_err() {
        tracing::error!("the system gives no random numbers");
        std::process::abort();
    }
    raw.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A password to hand out: five groups of letters and digits that cannot be mistaken for each other.
pub fn one_time_password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let random = random_hex(20);
    let letters = random.as_bytes().chunks(2).filter_map(|pair| {
        let value = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        LETTERS
            .get(usize::from(value) % LETTERS.len())
            .map(|letter| char::from(*letter))
    });
    let letters: Vec<char> = letters.collect();
    letters
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-")
}

/// Makes the first administrator if there is no account at all; gives the one-time password then.
///
/// # Errors
/// When the store does not answer.
pub async fn first_administrator(store: &Store, id: &UserId) -> Result<Option<String>, Problem> {
    if !store.list(Kind::User, "", 1, None).await?.items.is_empty() {
        return Ok(None);
    }
    let word = one_time_password();
    let password = hashed(&word).await?;
    let user = User {
        role: Role::Administrator,
        department: None,
        position: None,
        password,
        handed_out: true,
        disabled: false,
    };
    Ok(save(store, id, &user, 0).await?.then_some(word))
}
