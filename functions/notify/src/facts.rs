//! What each letter is told: gathered from the complaint when the letter is sent, in the reader's language; long because every letter is told from here.

use chrono::TimeDelta;
use kesu_app::app::DeskWork;
use kesu_app::record::Loaded;
use kesu_app::texts::{field_title, texts};
use kesu_app::{App, Problem, users};
use kesu_rules::clock::Moment;
use kesu_rules::clock::deadline::Deadline;
use kesu_rules::domain::approval::Approval;
use kesu_rules::domain::chain::hash;
use kesu_rules::domain::complaint::{Acknowledged, Complaint, Reached};
use kesu_rules::domain::facts::Role;
use kesu_rules::domain::names::{Desk, RuleId, UserId, known};
use kesu_rules::domain::stage::Stage;
use kesu_rules::domain::value::Value as FieldValue;
use kesu_rules::language::Language;
use kesu_rules::letters::{Item, Letter, To};
use kesu_rules::procedure::model::Then;
use serde_json::{Value, json};

use crate::write::Unsendable;

/// The facts of a letter about a complaint.
pub(crate) async fn of(
    app: &App,
    desk: &DeskWork,
    loaded: &Loaded,
    letter: &Letter,
    name: Option<&str>,
    language: Language,
    at: Moment,
) -> Result<Value, Unsendable> {
    let customer = match &letter.to {
        To::Staff(user) if NAMES_CUSTOMER.contains(&letter.template.as_str()) => {
            customer_for(app, user, letter, loaded).await?
        }
        _ => None,
    };
    let it = &loaded.complaint;
    let about = About {
        app,
        desk,
        it,
        letter,
        language,
        at,
    };
    let values = match letter.template.as_str() {
        "acknowledgement" => json!({
            "number": it.number, "query_code": app.query_code(it.id.as_str()), "link": about.track(),
            "received_at": it.received_at, "first_reply_at": about.first_reply(),
        }),
        "info_wanted" => json!({"number": it.number, "link": about.track(), "fields": about.asked(), "paused": true}),
        "reply" => {
            let text = about.text().await?;
            json!({"number": it.number, "link": about.track(), "nth": letter.nth.unwrap_or(1).max(1), "text": text})
        }
        "reminder" => json!({
            "number": it.number, "link": about.track(), "replied_at": about.when(known::REPLIED), "working_days": about.silence(),
        }),
        "closed" => {
            json!({"number": it.number, "link": about.track(), "closed_at": about.when(known::CLOSED), "reason": letter.code})
        }
        "survey" => about.survey()?,
        "assigned" => json!({
            "number": it.number, "class": it.class, "department": about.department(), "received_at": it.received_at,
            "deadlines": about.rows(), "needs_review": it.needs_review, "link": about.page(),
        }),
        "customer_wrote" => about.customer_wrote().await?,
        "notice" => json!({
            "number": it.number, "class": it.class, "department": about.department(), "received_at": it.received_at,
            "stage": it.stage.name(), "form": about.form(), "deadlines": about.rows(), "link": about.page(),
        }),
        "due_soon" | "overdue" => {
            let items: Vec<Value> = letter.items.iter().map(|item| about.item(item)).collect();
            json!({
                "number": it.number, "class": it.class, "department": about.department(), "items": items,
                "link": about.page(), "escalation": about.escalation(),
            })
        }
        "approval_wanted" => about.approval_wanted(),
        "approval_decided" => about.approval_decided(),
        "confirm_wanted" => json!({
            "number": it.number, "replied_at": about.when(known::REPLIED), "reminded_at": about.when(known::REMINDED),
            "working_days": about.silence(), "rule": letter.rule, "source": about.source(letter.rule.as_ref()), "link": about.page(),
        }),
        "capa_wanted" => json!({
            "number": it.number, "capa": format!("{}-CAPA-{}", it.number, it.capa.len()), "class": it.class,
            "department": about.department(), "requested_at": at, "link": about.page(),
        }),
        "counter" => about.counter(),
        "undelivered" => json!({
            "number": it.number, "class": it.class, "department": about.department(), "why": letter.code, "link": about.page(),
        }),
        "calendar_moved" => {
            let items: Vec<Value> = letter.items.iter().map(|item| about.moved(item)).collect();
            let year = letter
                .items
                .iter()
                .map(|item| item.due_at.format("%Y").to_string())
                .max();
            let year: i64 = year.and_then(|year| year.parse().ok()).unwrap_or_default();
            let calendar = desk.calendar.title().unwrap_or(desk.calendar.name());
            json!({"year": year, "calendar": calendar, "items": items, "link": about.page()})
        }
        _ => return Err(Unsendable::Never("there is no such letter")),
    };
    Ok(match letter.to {
        To::Customer => with_customer(values, app, name),
        To::Staff(_) => {
            let mut values = with_staff(values, app, letter, name);
            if let (Some(customer), Some(map)) = (customer, values.as_object_mut()) {
                map.insert("customer".to_owned(), json!(customer));
            }
            values
        }
    })
}

/// Letters to staff from which the reader can act.
const ACTED_FROM: &[&str] = &["assigned", "due_soon", "overdue", "approval_wanted"];

/// Adds the signed links by which a member of staff acts from the letter, as far as he may.
pub(crate) async fn with_actions(
    values: &mut Value,
    app: &App,
    desk: &DeskWork,
    loaded: &Loaded,
    letter: &Letter,
    language: Language,
    at: Moment,
) -> Result<(), Problem> {
    let (To::Staff(user), Some(map)) = (&letter.to, values.as_object_mut()) else {
        return Ok(());
    };
    if !ACTED_FROM.contains(&letter.template.as_str()) {
        return Ok(());
    }
    let links = app.links_for(letter, loaded, desk, user, at).await?;
    let until = at + TimeDelta::days(i64::from(app.settings.link_days));
    let acts = links.iter().filter(|link| link.action != "open");
    let told = acts.map(|link| {
        let label = texts().text(language, link.label, &[]);
        json!({"label": label, "link": link.url, "until": until})
    });
    map.insert("actions".to_owned(), told.collect());
    Ok(())
}

/// Letters to staff that name the customer.
const NAMES_CUSTOMER: &[&str] = &[
    "assigned",
    "notice",
    "due_soon",
    "overdue",
    "approval_wanted",
    "approval_decided",
    "confirm_wanted",
    "capa_wanted",
    "undelivered",
    "customer_wrote",
];

/// The customer's name, for a reader who may see the complaint: as on the pages, one whose role is bound to a department
/// sees only that department's, and what is his desk's to deal with.
async fn customer_for(
    app: &App,
    user: &UserId,
    letter: &Letter,
    loaded: &Loaded,
) -> Result<Option<String>, Unsendable> {
    let name = loaded.face.get("customer_name").filter(|name| !name.trim().is_empty());
    let Some(name) = name else { return Ok(None) };
    let department = loaded.complaint.department.as_ref();
    let own = letter.desk.is_some() && letter.desk.as_ref() == department;
    Ok((own || sees(app, user, department).await?).then(|| plain(name)))
}

/// A name on one line, as long as names are: whoever fills in a form cannot write paragraphs into a letter to staff.
pub(crate) fn plain(name: &str) -> String {
    let spaced = name.replace(|c: char| c.is_control() || ('\u{2028}'..='\u{202e}').contains(&c), " ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    words.join(" ").chars().take(80).collect()
}

/// Whether an account may see a complaint of that department. Who has no account gets letters by the directory alone, in
/// which the company has named him for this desk.
pub(crate) async fn sees(app: &App, user: &UserId, department: Option<&Desk>) -> Result<bool, Problem> {
    let account = users::find(&app.store, user).await?.map(|(account, _)| account);
    Ok(account.is_none_or(|account| {
        account.role != Role::Department || (department.is_some() && account.department.as_ref() == department)
    }))
}

/// Adds what every letter to a member of staff is told.
pub(crate) fn with_staff(mut values: Value, app: &App, letter: &Letter, recipient: Option<&str>) -> Value {
    if let Some(map) = values.as_object_mut() {
        map.insert("company".to_owned(), json!(app.settings.company));
        map.insert("recipient".to_owned(), json!(recipient));
        let no_holder = letter
            .no_holder
            .as_ref()
            .map(|desk| json!({"position": desk, "absent": false}));
        map.insert("no_holder".to_owned(), json!(no_holder));
    }
    values
}

fn with_customer(mut values: Value, app: &App, name: Option<&str>) -> Value {
    if let Some(map) = values.as_object_mut() {
        map.insert("company".to_owned(), json!(app.settings.company));
        map.insert("contact".to_owned(), json!(app.settings.contact));
        if let Some(name) = name {
            map.insert("name".to_owned(), json!(name));
        }
    }
    values
}

/// How much of a message a letter quotes, in characters.
const QUOTED: usize = 1000;

/// The beginning of a text.
fn beginning(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTED).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

struct About<'a> {
    app: &'a App,
    desk: &'a DeskWork,
    it: &'a Complaint,
    letter: &'a Letter,
    language: Language,
    at: Moment,
}

impl About<'_> {
    fn track(&self) -> String {
        format!("{}/track", self.app.settings.base_url)
    }

    fn page(&self) -> String {
        format!("{}/admin/complaints/{}", self.app.settings.base_url, self.it.id)
    }

    /// The question whether the customer is satisfied, with the link by which he answers.
    fn survey(&self) -> Result<Value, Unsendable> {
        let until = self.letter.code.as_deref();
        let until = until.and_then(|until| Moment::parse_from_rfc3339(until).ok());
        let link = until.and_then(|until| self.app.survey_link(self.it.id.as_str(), until));
        let link = link.ok_or(Unsendable::Never("the survey has no link"))?;
        Ok(json!({
            "number": self.it.number, "link": link, "until": until, "closed_at": self.when(known::CLOSED), "track": self.track(),
        }))
    }

    fn department(&self) -> String {
        let desk = self.letter.desk.as_ref().filter(|_| self.letter.template == "assigned");
        let desk = desk.or(self.it.department.as_ref());
        desk.map(ToString::to_string)
            .unwrap_or_else(|| self.desk.procedure.pack.procedure.registrar.to_string())
    }

    /// What the customer is asked for, by the titles that the procedure has for it.
    fn asked(&self) -> Vec<String> {
        let title = |key: &String| field_title(&self.desk.procedure, key, self.language);
        self.letter.fields.iter().map(title).collect()
    }

    fn when(&self, milestone: &str) -> Moment {
        self.it.last(milestone).map_or(self.at, |(_, reached)| reached.at)
    }

    fn deadlines(&self) -> Vec<Deadline> {
        self.desk.deadlines(self.it, self.at)
    }

    fn first_reply(&self) -> Option<Moment> {
        let replies = |one: &&Deadline| one.until.iter().any(|name| name.as_str() == known::REPLIED);
        self.deadlines().iter().find(replies).map(|one| one.due_at)
    }

    /// The working days of silence after which the procedure lets a complaint be closed.
    fn silence(&self) -> i64 {
        let rule = self
            .desk
            .procedure
            .pack
            .deadline
            .iter()
            .find(|rule| rule.then == Some(Then::AskConfirmation));
        let days = rule
            .and_then(|rule| rule.within.as_ref())
            .map(|within| within.count().to_string());
        days.and_then(|days| days.parse().ok()).unwrap_or_default()
    }

    fn source(&self, rule: Option<&RuleId>) -> Option<String> {
        let pack = &self.desk.procedure.pack;
        let rule = rule?;
        let deadline = pack
            .deadline
            .iter()
            .find(|one| one.rule == *rule)
            .map(|one| one.source.clone());
        deadline.or_else(|| {
            pack.approval
                .iter()
                .find(|one| one.rule == *rule)
                .map(|one| one.source.clone())
        })
    }

    /// The form that a judgement of responsibility calls for.
    fn form(&self) -> Option<&str> {
        let rule = self.letter.rule.as_ref()?;
        let form = self.desk.procedure.pack.form.iter().find(|form| form.rule == *rule);
        form.map(|form| form.title.as_str())
    }

    /// What a rule demands, in the reader's language.
    fn demands(&self, rule: &RuleId) -> String {
        let found = self.desk.procedure.deadline(rule.as_str());
        found.map_or_else(|| rule.to_string(), |rule| rule.title.get(self.language).to_owned())
    }

    fn rows(&self) -> Vec<Value> {
        let all = self.deadlines();
        let open = all.iter().filter(|one| one.done_at.is_none() && one.then.is_none());
        open.map(|one| {
            json!({
                "rule": one.rule, "source": self.source(Some(&one.rule)), "until": self.demands(&one.rule),
                "due_at": one.due_at, "provisional": one.provisional, "responsible": one.responsible,
            })
        })
        .collect()
    }

    fn item(&self, item: &Item) -> Value {
        let late = (self.at - item.due_at).num_minutes();
        let ladder = self
            .desk
            .procedure
            .deadline(item.rule.as_str())
            .and_then(|rule| rule.ladder.clone());
        let ladders = &self.desk.procedure.pack.ladder;
        let ladder = ladders
            .iter()
            .find(|one| Some(&one.name) == ladder.as_ref())
            .or(ladders.first());
        let rung = ladder.and_then(|ladder| ladder.rung.iter().position(|rung| rung.name == item.rung));
        let mut row = json!({
            "rule": item.rule, "source": self.source(Some(&item.rule)), "until": self.demands(&item.rule),
            "due_at": item.due_at, "responsible": item.responsible, "seen": self.seen(item),
        });
        if let Some(map) = row.as_object_mut() {
            if self.letter.template == "overdue" {
                map.insert("rung".to_owned(), json!(rung.map_or(1, |place| place + 1)));
                map.insert("late_minutes".to_owned(), json!(late.max(0)));
                map.insert(
                    "late_worked".to_owned(),
                    self.desk.worked_late(&item.rule, item.due_at, self.at).into(),
                );
            } else {
                map.insert("provisional".to_owned(), json!(false));
                map.insert("left_minutes".to_owned(), json!((-late).max(0)));
            }
        }
        row
    }

    /// Who has said that he has seen the deadline as it stands, and when.
    fn seen(&self, item: &Item) -> Option<String> {
        let all = self.it.acknowledged.iter();
        let same = all.filter(|one| one.rule == item.rule && one.due_at == item.due_at);
        let people = &self.desk.office.directory.people;
        let told = |one: &Acknowledged| {
            let named = people.get(&one.by).map(|person| person.name.as_str());
            let name = named.filter(|name| !name.is_empty()).unwrap_or(one.by.as_str());
            format!("{name} {}", one.at.format("%Y-%m-%d %H:%M"))
        };
        let seen: Vec<String> = same.map(told).collect();
        (!seen.is_empty()).then(|| seen.join(", "))
    }

    fn moved(&self, item: &Item) -> Value {
        json!({
            "number": self.it.number, "rule": item.rule, "source": self.source(Some(&item.rule)),
            "until": self.demands(&item.rule), "before": item.before, "after": item.due_at,
        })
    }

    /// A short id of what made the letter: the same for the same rungs, so that a doubled letter is recognised.
    fn escalation(&self) -> String {
        let rungs = self
            .letter
            .items
            .iter()
            .map(|item| format!("{} {} {}", item.rule, item.due_at.to_rfc3339(), item.rung));
        let all = format!("{} {}", self.it.id, rungs.collect::<Vec<_>>().join(" "));
        hash(all.as_bytes()).chars().take(8).collect()
    }

    fn approval_wanted(&self) -> Value {
        let rule = self.letter.rule.as_ref();
        let approval = self.approval();
        let title = self.approval_title(rule) + &self.about(approval);
        let slip = approval.and_then(|one| self.it.slip(one.at.slip()?, one.slip?));
        let own = slip.and_then(|slip| slip.fields.get("amount"));
        let amount = match own.or_else(|| self.it.fields.get("amount")) {
            Some(FieldValue::Money(money)) => Some(format!("{} {}", money.amount, money.currency)),
            _ => None,
        };
        let asker = match slip {
            Some(slip) => {
                let opened = |one: &&Reached| {
                    let same = self.it.slip_of(&one.name, one.slip);
                    same.is_some_and(|one| (one.kind, one.n) == (slip.kind, slip.n))
                };
                self.it.milestones.iter().find(opened)
            }
            None => self.it.last(known::SUBMITTED).map(|(_, reached)| reached),
        };
        let by = asker.and_then(|reached| reached.by.as_ref()).map(ToString::to_string);
        json!({
            "number": self.it.number, "class": self.it.class, "department": self.department(), "what": title,
            "amount": amount, "requested_by": by.unwrap_or_else(|| "-".to_owned()), "requested_at": self.at, "rule": rule,
            "source": self.source(rule), "link": self.page(),
        })
    }

    fn approval_decided(&self) -> Value {
        let approval = self.approval();
        let decided = approval.and_then(|one| one.decision.as_ref());
        json!({
            "number": self.it.number, "what": self.approval_title(approval.map(|one| &one.rule)) + &self.about(approval),
            "approved": self.letter.code.as_deref() == Some("granted"),
            "decided_by": decided.map_or_else(|| "-".to_owned(), |one| one.by.to_string()),
            "decided_at": decided.map_or(self.at, |one| one.at), "link": self.page(),
        })
    }

    /// The request that the letter is about.
    fn approval(&self) -> Option<&Approval> {
        let wanted = self.letter.request.as_ref();
        self.it.approvals.iter().find(|one| Some(&one.request) == wanted)
    }

    /// Which slip a request is about, if it is about one.
    fn about(&self, approval: Option<&Approval>) -> String {
        let slip = approval.and_then(|one| one.at.slip().zip(one.slip));
        slip.map_or_else(String::new, |(kind, n)| {
            format!(" · {} {n}", texts().label(self.language, "slip", kind.name()))
        })
    }

    fn approval_title(&self, rule: Option<&RuleId>) -> String {
        let found = rule.and_then(|rule| self.desk.procedure.pack.approval.iter().find(|one| one.rule == *rule));
        found.map_or_else(String::new, |one| one.title.get(self.language).to_owned())
    }

    fn counter(&self) -> Value {
        let pack = &self.desk.procedure.pack;
        let rule = pack
            .counter
            .iter()
            .find(|one| Some(&one.rule) == self.letter.rule.as_ref());
        let excess = self.it.excesses.iter().rev().find(|one| {
            Some(&one.rule) == self.letter.rule.as_ref() && self.letter.nth.map(u64::from) == Some(one.count)
        });
        json!({
            "number": self.it.number, "department": self.department(),
            "what": rule.map_or("", |rule| rule.title.get(self.language)),
            "values": excess.map_or_else(String::new, |one| one.values.join(" · ")),
            "period": excess.map_or("", |one| one.period.as_str()), "count": self.letter.nth,
            "more_than": rule.map(|rule| rule.more_than), "rule": self.letter.rule,
            "source": rule.map(|rule| rule.source.as_str()), "link": self.page(),
        })
    }

    /// A message that came in, with its beginning: whoever has the complaint can judge whether it is urgent.
    async fn customer_wrote(&self) -> Result<Value, Unsendable> {
        let text = match &self.letter.text {
            Some(_) => self.text().await.ok().map(|text| beginning(&text)),
            None => None,
        };
        let waits = matches!(self.it.stage, Stage::WaitingCustomer { .. });
        Ok(json!({
            "number": self.it.number, "class": self.it.class, "department": self.department(), "stage": self.it.stage.name(),
            "sender": self.letter.code, "written_at": self.at, "text": text, "files": self.letter.nth.filter(|n| *n > 0),
            "asked": waits, "ended": self.it.stage.ended(), "link": self.page(),
        }))
    }

    async fn text(&self) -> Result<String, Unsendable> {
        let at = self
            .letter
            .text
            .as_ref()
            .ok_or(Unsendable::Never("the letter has no text"))?;
        let texts = self
            .app
            .store
            .texts(self.it.id.as_str())
            .await
            .map_err(|error| Unsendable::Store(error.into()))?;
        let kept = texts.into_iter().find(|text| text.seq == at.seq && text.n == at.n);
        kept.map(|text| text.text)
            .ok_or(Unsendable::Never("the letter's text was erased"))
    }
}
