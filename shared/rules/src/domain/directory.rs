//! Who holds which desk: positions and departments, substitutes, absence, language (通讯录).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::names::{Desk, UserId};
use crate::language::Language;

/// The company's directory. The administrator stands in wherever nobody else does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// Positions and departments, and who holds them.
    #[serde(default)]
    pub desks: BTreeMap<Desk, Vec<UserId>>,
    /// What is known of each person.
    #[serde(default)]
    pub people: BTreeMap<UserId, Person>,
    /// Who gets what nobody else can get.
    pub administrator: UserId,
}

/// A member of staff as letters need him.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Name, for salutations.
    #[serde(default)]
    pub name: String,
    /// The language of his letters.
    #[serde(default)]
    pub language: Language,
    /// Who stands in for him.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substitute: Option<UserId>,
    /// When he is away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absence: Option<Absence>,
}

/// A time away, both days included, in the procedure's zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    /// First day away.
    pub from: NaiveDate,
    /// Last day away.
    pub until: NaiveDate,
}

impl Directory {
    /// A directory in which the administrator holds everything.
    pub fn of(administrator: UserId) -> Self {
        Self {
            desks: BTreeMap::new(),
            people: BTreeMap::new(),
            administrator,
        }
    }

    /// Who can act for a desk on a day: its holders, or the substitutes of those away. May be nobody.
    pub fn holders(&self, desk: &Desk, day: NaiveDate) -> Vec<UserId> {
        let mut present = Vec::new();
        for holder in self.desks.get(desk).into_iter().flatten() {
            if let Some(user) = self.present(holder, day)
                && !present.contains(user)
            {
                present.push(user.clone());
            }
        }
        present
    }

    /// The person himself, or whoever stands in for him, followed through at most four substitutes.
    fn present<'a>(&'a self, user: &'a UserId, day: NaiveDate) -> Option<&'a UserId> {
        let mut user = user;
        for _ in 0..5 {
            let Some(person) = self.people.get(user) else {
                return Some(user);
            };
            let away = person
                .absence
                .as_ref()
                .is_some_and(|absence| absence.from <= day && day <= absence.until);
            if !away {
                return Some(user);
            }
            user = person.substitute.as_ref()?;
        }
        None
    }

    /// Whether a person may act for a desk on a day. A desk that nobody holds is the administrator's.
    pub fn may_act(&self, user: &UserId, desk: &Desk, day: NaiveDate) -> bool {
        let holders = self.holders(desk, day);
        if holders.is_empty() {
            *user == self.administrator
        } else {
            holders.contains(user)
        }
    }

    /// The language of a person's letters.
    pub fn language(&self, user: &UserId) -> Language {
        self.people.get(user).map_or(Language::ZhHans, |person| person.language)
    }
}
