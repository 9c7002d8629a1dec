//! Which links a letter carries: what its reader may do now, by the same rules as on the staff's pages.

use chrono::TimeDelta;
use kesu_rules::clock::Moment;
use kesu_rules::domain::decide::{Allowed, allowed};
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::names::UserId;
use kesu_rules::letters::Letter;

use super::Act;
use crate::app::{App, DeskWork};
use crate::problem::Problem;
use crate::record::Loaded;
use crate::users;

/// Bytes that the rules of one link may take together, so that the link stays in a line.
const SUBJECT: usize = 48;

/// A link for a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// `acknowledge`, `assign`, `approve`, `refuse`, or `open`, which is the complaint's page and needs a session.
    pub action: &'static str,
    /// The address.
    pub url: String,
    /// The text that names it, as a key of the text files.
    pub label: &'static str,
}

impl App {
    /// The links of a letter to a member of staff, written at `at`: nothing that he could not do anyway.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn links_for(
        &self,
        letter: &Letter,
        loaded: &Loaded,
        desk: &DeskWork,
        person: &UserId,
        at: Moment,
    ) -> Result<Vec<Offered>, Problem> {
        let it = &loaded.complaint;
        let base = &self.settings.base_url;
        let mut links = Vec::new();
        let account = users::find(&self.store, person).await?.map(|(account, _)| account);
        if let Some(account) = account.filter(|account| !account.disabled) {
            let actor = Actor::Staff(account.staff(person));
            let facts = desk.facts(desk.local(self.now()), &actor, None, loaded.salt(), loaded.reachable());
            let expires = at.to_utc() + TimeDelta::days(i64::from(self.settings.link_days));
            for (act, subject) in acts(letter, &allowed(it, &facts)) {
                let token = self.link_token(it.id.as_str(), act, &subject, person, expires);
                links.extend(token.map(|token| Offered {
                    action: act.name(),
                    url: format!("{base}/admin/act/{token}"),
                    label: label(act),
                }));
            }
        }
        links.push(Offered {
            action: "open",
            url: format!("{base}/admin/complaints/{}", it.id),
            label: "act.link_open",
        });
        Ok(links)
    }
}

fn label(act: Act) -> &'static str {
    match act {
        Act::Acknowledge => "act.link_acknowledge",
        Act::Assign => "act.link_assign",
        Act::Approve => "act.link_approve",
        Act::Refuse => "act.link_refuse",
    }
}

/// What a letter is an occasion for, as far as its reader may do it.
fn acts(letter: &Letter, allowed: &[Allowed]) -> Vec<(Act, String)> {
    let may = |kind: &str| allowed.iter().find(|one| one.kind == kind);
    let listed = |kind: &str, choice: &str| may(kind).is_some_and(|one| one.choices.iter().any(|own| own == choice));
    let assign = || may("route").map(|_| (Act::Assign, String::new()));
    match letter.template.as_str() {
        "overdue" | "due_soon" => {
            let mut rules: Vec<&str> = Vec::new();
            let own = letter.items.iter().map(|item| item.rule.as_str());
            for rule in own.filter(|rule| !rule.contains('+') && listed("acknowledge", rule)) {
                let length: usize = rules.iter().map(|rule| rule.len() + 1).sum();
                if !rules.contains(&rule) && length + rule.len() <= SUBJECT {
                    rules.push(rule);
                }
            }
            let seen = (!rules.is_empty()).then(|| (Act::Acknowledge, rules.join("+")));
            seen.into_iter().chain(assign()).collect()
        }
        "assigned" => assign().into_iter().collect(),
        "approval_wanted" => {
            let Some(request) = &letter.request else {
                return Vec::new();
            };
            let both = [(Act::Approve, "approve"), (Act::Refuse, "refuse")];
            let open = both.into_iter().filter(|(_, kind)| listed(kind, request.as_str()));
            open.map(|(act, _)| (act, request.to_string())).collect()
        }
        _ => Vec::new(),
    }
}
