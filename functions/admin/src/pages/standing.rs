//! How a signed link stands: of no use, its person barred, used, or ready to be confirmed.

use kesu_app::Problem;
use kesu_app::app::DeskWork;
use kesu_app::link::{Act, Grant, Used};
use kesu_app::record::Loaded;
use kesu_app::session::Session;
use kesu_app::texts::Language;
use kesu_rules::clock::Moment;
use kesu_rules::domain::command::{Command, Wish};
use kesu_rules::domain::decide::{Allowed, allowed, decide};
use kesu_rules::domain::facts::Facts;
use kesu_rules::domain::names::{ComplaintId, Desk, Number, RequestId, RuleId};
use kesu_rules::domain::refusal::Refusal;

use crate::ask::{Ask, Params};

/// How a link stands now.
pub enum Standing {
    /// It was not made here, was touched, is out of date, or is about nothing: these look alike.
    Nothing,
    /// Its person may not do this, or not any more. Nothing of the complaint is said.
    Barred {
        /// His language.
        language: Language,
        /// Why.
        refusals: Vec<Refusal>,
    },
    /// He has done it.
    Done {
        /// His language.
        language: Language,
        /// When, and what.
        used: Used,
        /// With which complaint.
        complaint: ComplaintId,
        /// Its number.
        number: Number,
    },
    /// He may do it.
    Ready(Box<Ready>),
}

/// A link that can be used.
pub struct Ready {
    /// What it grants.
    pub grant: Grant,
    /// Its person.
    pub session: Session,
    /// His language.
    pub language: Language,
    /// The complaint.
    pub loaded: Loaded,
    /// Its procedure, calendar and directory.
    pub desk: DeskWork,
    /// The moment.
    pub now: Moment,
    /// The rules whose escalation is to be seen.
    pub rules: Vec<RuleId>,
    /// The departments that it may be passed to.
    pub choices: Vec<String>,
}

/// Looks at a link. Nothing is written.
///
/// # Errors
/// When the store does not answer.
pub async fn standing(ask: &Ask, token: &str) -> Result<Standing, Problem> {
    let app = &ask.app;
    let Some(grant) = app.link_grant(token).filter(|grant| grant.expires > app.now()) else {
        return Ok(Standing::Nothing);
    };
    let Some((user, account)) = app.link_person(&grant).await? else {
        return Ok(Standing::Nothing);
    };
    let loaded = match app.load(&grant.complaint).await {
        Err(Problem::NotFound) => return Ok(Standing::Nothing),
        other => other?,
    };
    let desk = app.desk_of(&loaded.complaint).await?;
    let asked = Params(&ask.query).get("lang").or_else(|| ask.form().get("lang"));
    let asked = asked.and_then(Language::parse);
    let language = asked.unwrap_or_else(|| desk.office.directory.language(&user));
    let barred = |refusals: Vec<Refusal>| Ok(Standing::Barred { language, refusals });
    if account.disabled {
        return barred(vec![Refusal::of("account_disabled")]);
    }
    let session = Session::by_link(user, account);
    let now = desk.local(app.now());
    let actor = session.actor();
    let facts = desk.facts(now, &actor, None, loaded.salt(), loaded.reachable());
    if let Some(used) = app
        .used(&grant)
        .await?
        .or_else(|| done_before(&grant, &loaded, &session))
    {
        return Ok(Standing::Done {
            language,
            used,
            complaint: loaded.complaint.id.clone(),
            number: loaded.complaint.number.clone(),
        });
    }
    let all = allowed(&loaded.complaint, &facts);
    match may(&grant, &all) {
        Some((rules, choices)) => Ok(Standing::Ready(Box::new(Ready {
            grant,
            session,
            language,
            rules,
            choices,
            now,
            desk: desk.clone(),
            loaded,
        }))),
        None => barred(why(&grant, &loaded, &facts)),
    }
}

/// What this link may do by the rules: the rules that can be seen, and the departments that can be chosen.
fn may(grant: &Grant, all: &[Allowed]) -> Option<(Vec<RuleId>, Vec<String>)> {
    let choices = |kind: &str| all.iter().find(|one| one.kind == kind).map(|one| one.choices.clone());
    match grant.act {
        Act::Acknowledge => {
            let open = choices("acknowledge")?;
            let own = grant
                .subject
                .split('+')
                .filter(|rule| open.iter().any(|one| one == rule));
            let rules: Vec<RuleId> = own.filter_map(RuleId::parse).collect();
            (!rules.is_empty()).then_some((rules, Vec::new()))
        }
        Act::Assign => Some((Vec::new(), choices("route")?)),
        act => {
            let open = choices(act.name())?;
            open.contains(&grant.subject).then(Default::default)
        }
    }
}

/// Whether the person has done on another way what the link is for.
fn done_before(grant: &Grant, loaded: &Loaded, session: &Session) -> Option<Used> {
    let it = &loaded.complaint;
    let by = session.user.clone();
    match grant.act {
        Act::Acknowledge => {
            let mut last: Option<Moment> = None;
            for rule in grant.subject.split('+') {
                let escalated = it.escalated.get(rule)?;
                let mut own = it.acknowledged.iter().filter(|one| one.by == by && one.rule == *rule);
                let seen = own.find(|one| one.due_at == escalated.due_at && one.rungs >= escalated.rungs)?;
                last = last.max(Some(seen.at));
            }
            let (at, act) = (last?, Act::Acknowledge);
            Some(Used { by, at, act })
        }
        Act::Assign => None,
        Act::Approve | Act::Refuse => {
            let one = it.approvals.iter().find(|one| one.request == *grant.subject)?;
            let decision = one.decision.as_ref().filter(|decision| decision.by == by)?;
            let act = if decision.granted { Act::Approve } else { Act::Refuse };
            let at = decision.at;
            Some(Used { by, at, act })
        }
    }
}

/// Why not, in the words of the rules.
fn why(grant: &Grant, loaded: &Loaded, facts: &Facts<'_>) -> Vec<Refusal> {
    let it = &loaded.complaint;
    let password = String::new();
    let command = match grant.act {
        Act::Acknowledge => {
            let rule = grant.subject.split('+').next().and_then(RuleId::parse);
            rule.map(|rule| Command::Acknowledge { rule })
        }
        Act::Assign => {
            let desks = facts.procedure.desks();
            let department: Option<Desk> = it.department.clone().or_else(|| desks.iter().next().cloned());
            department.map(|department| Command::Route {
                department,
                person: None,
            })
        }
        Act::Approve => RequestId::parse(&grant.subject).map(|request| Command::Approve { request, password }),
        Act::Refuse => RequestId::parse(&grant.subject).map(|request| Command::Refuse { request, password }),
    };
    let refused = command.and_then(|command| decide(Some(it), facts, Wish::Do(command)).err());
    refused.map_or_else(|| vec![Refusal::of("forbidden")], |refused| refused.0)
}
