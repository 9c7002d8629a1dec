//! One form for each command that a person may give now, and the command that comes back from it.

use std::collections::BTreeSet;

use kesu_app::texts::{Language, field_title, milestone_title, texts};
use kesu_rules::domain::command::CommandKind;
use kesu_rules::domain::decide::Allowed;
use kesu_rules::domain::names::FieldKey;
use kesu_rules::domain::stage::Stage;
use kesu_rules::domain::survey::Satisfied;
use kesu_rules::domain::value::Kind;
use kesu_rules::procedure::eight_d;
use kesu_rules::procedure::model::{FormRecord, Pack, SlipKind};
use serde_json::{Map, Value, json};

use crate::ask::Params;
use crate::pages::slips;
use crate::pages::story::{about, axis_title};
use crate::pages::widget::{Widget, for_field, given, held, moment, worded, yes_no};
use crate::shown::Shown;

/// Ways of an answer, as the rules know them.
const WAYS: &[&str] = &[
    "email",
    "letter",
    "fax",
    "web",
    "form",
    "telephone",
    "visit",
    "face_to_face",
    "meeting",
];
/// Fields that steps of their own fill, or that pages fill: not for editing by hand.
pub const NOT_BY_HAND: &[&str] = &["attachments", "photo", "retain_until", "class_provisional"];

/// Forms that show the complaint's own fields.
const ON_PAPER: &[FormRecord] = &[
    FormRecord::Complaint,
    FormRecord::Capa,
    FormRecord::EightD,
    FormRecord::Register,
];
/// Fields that steps fill: until they did, they are not for editing by hand.
pub const BY_STEPS: &[&str] = &[
    "measures",
    "investigation_result",
    "cause_main",
    "cause_secondary",
    "responsible_party",
    "treatment",
    "amount",
    "no_action_reason",
];

/// The inputs of a command's form, with what was typed where it comes back.
pub fn inputs(shown: &Shown, one: &Allowed, typed: Option<Params<'_>>, language: Language) -> Vec<Widget> {
    let mut all: Vec<Widget> = match one.kind {
        "edit" => by_hand(shown)
            .into_iter()
            .filter_map(|key| field_input(shown, &key, true, language))
            .collect(),
        "supply_info" => wanted(shown)
            .into_iter()
            .filter_map(|key| field_input(shown, &key, true, language))
            .collect(),
        "request_info" => {
            let word = |key: FieldKey| {
                (
                    key.to_string(),
                    field_title(&shown.desk.procedure, key.as_str(), language),
                )
            };
            let label = texts().text(language, "admin.fields_wanted", &[]);
            vec![
                Widget::new("many", "c.fields", label)
                    .of(by_hand(shown).into_iter().map(word))
                    .needed(true),
            ]
        }
        _ => one
            .fields
            .iter()
            // The further axes have an input each.
            .filter(|field| (one.kind, field.trim_end_matches('?')) != ("classify", "axes"))
            .map(|field| command_input(shown, one, field, language))
            .collect(),
    };
    if one.kind == "classify" {
        all.extend(further_axes(shown, language));
    }
    match typed {
        Some(form) => all.into_iter().map(|input| input.typed(form)).collect(),
        None => all,
    }
}

/// The fields that a person may fill by hand: what the procedure asks for, what a step will need, and what is filled.
fn by_hand(shown: &Shown) -> Vec<FieldKey> {
    let mut keys = asked_for(&shown.desk.procedure.pack);
    keys.extend(shown.loaded.complaint.fields.keys().cloned());
    let mut seen = BTreeSet::new();
    keys.retain(|key| seen.insert(key.clone()) && !NOT_BY_HAND.contains(&key.as_str()));
    keys
}

/// The fields that people fill by hand under a procedure, in its order; some may stand twice.
pub fn asked_for(pack: &Pack) -> Vec<FieldKey> {
    let mut keys: Vec<FieldKey> = pack.intake.iter().map(|one| one.field.clone()).collect();
    keys.extend(
        pack.guard
            .iter()
            .flat_map(|guard| guard.fields.iter().chain(&guard.confirmed))
            .cloned(),
    );
    keys.extend(pack.exemption.iter().map(|one| one.field.clone()));
    keys.extend(pack.deadline.iter().filter_map(|rule| rule.date_field.clone()));
    // What a paper form asks for and no step fills can be filled here.
    let papers = pack.form.iter().filter(|form| ON_PAPER.contains(&form.record));
    let eight_d = papers.clone().any(|form| form.record == FormRecord::EightD);
    let report = eight_d::fields().filter(|_| eight_d);
    let asked = papers.flat_map(|form| &form.fields).cloned().chain(report);
    keys.extend(asked.filter(|key| !BY_STEPS.contains(&key.as_str())));
    keys
}

/// What the customer was asked for.
fn wanted(shown: &Shown) -> Vec<FieldKey> {
    match &shown.loaded.complaint.stage {
        Stage::WaitingCustomer { fields, .. } => fields.clone(),
        _ => Vec::new(),
    }
}

fn field_input(shown: &Shown, key: &FieldKey, filled: bool, language: Language) -> Option<Widget> {
    let kind = shown.desk.procedure.fields.kind(key.as_str())?;
    let mut input = for_field(&shown.desk.procedure, &format!("f.{key}"), key.as_str(), kind, language);
    if filled {
        input = input.filled(kind, current(shown, key));
    }
    Some(input)
}

/// What the complaint's own field holds, as its input would.
pub fn current(shown: &Shown, key: &FieldKey) -> Vec<String> {
    use kesu_rules::domain::value::Value as V;
    let value = shown.loaded.complaint.fields.get(key);
    let words = match value {
        Some(V::Words(at)) => shown.words(at),
        Some(V::Face(_)) => shown.loaded.face.get(key).map(String::as_str),
        _ => None,
    };
    value.map(|value| held(value, words)).unwrap_or_default()
}

fn further_axes(shown: &Shown, language: Language) -> Vec<Widget> {
    let procedure = &shown.desk.procedure;
    let axes = procedure.pack.classes.axis.iter().filter(|axis| !axis.main);
    axes.map(|axis| {
        let label = axis_title(axis, language).to_owned();
        let now = shown.loaded.complaint.axes.get(&axis.id).cloned().unwrap_or_default();
        let choices = procedure
            .classes(&axis.id)
            .into_iter()
            .map(|class| (class.clone(), class));
        Widget::new("select", &format!("a.{}", axis.id), label)
            .of(choices)
            .holding(now)
    })
    .collect()
}

fn command_input(shown: &Shown, one: &Allowed, field: &str, language: Language) -> Widget {
    let plain = field.trim_end_matches('?');
    let name = format!("c.{plain}");
    let label = texts().label(language, "command_field", plain);
    let procedure = &shown.desk.procedure;
    let choices = || one.choices.iter().map(|choice| (choice.clone(), choice.clone()));
    let input = |kind| Widget::new(kind, &name, label.clone());
    let drawn = match (one.kind, plain) {
        ("milestone", "name") => {
            let words = |name: &String| (name.clone(), milestone_title(&shown.desk.procedure, name, language));
            input("select").of(one.choices.iter().map(words))
        }
        ("approve" | "refuse", "request") => {
            let words = |request: &String| (request.clone(), request_words(shown, request, language));
            let mut options = one.choices.iter().map(words);
            let first = one.choices.first().cloned().unwrap_or_default();
            input("select").holding(first).of(options.by_ref())
        }
        ("close", "reason") => input("select").of(worded(
            language,
            "closing_short",
            one.choices.iter().map(String::as_str),
        )),
        ("classify", "class") => input("select")
            .of(choices())
            .holding(shown.loaded.complaint.class.as_str()),
        ("route", "department") => {
            let now = shown
                .loaded
                .complaint
                .department
                .as_ref()
                .map_or("", |desk| desk.as_str());
            input("select").of(choices()).holding(now)
        }
        (_, "department") => {
            let desks = procedure
                .desks()
                .into_iter()
                .map(|desk| (desk.to_string(), desk.to_string()));
            input("select").of(desks)
        }
        (_, "person") => {
            let people = shown.desk.office.directory.people.iter();
            input("select").of(people.map(|(user, person)| (user.to_string(), format!("{} {user}", person.name))))
        }
        ("confirm", "what") => {
            let title = |rule: &String| procedure.deadline(rule).map_or("", |rule| rule.title.get(language));
            input("select").of(one
                .choices
                .iter()
                .map(|rule| (rule.clone(), format!("{rule} {}", title(rule)))))
        }
        ("acknowledge", "rule") => {
            let title = |rule: &String| procedure.deadline(rule).map_or("", |rule| rule.title.get(language));
            let told = one.choices.iter();
            input("select").of(told.map(|rule| (rule.clone(), format!("{rule} {}", title(rule)))))
        }
        (_, "rule") => {
            let open = shown
                .deadlines
                .iter()
                .filter(|one| one.done_at.is_none() && !one.planned);
            let title = |rule: &str| procedure.deadline(rule).map_or("", |rule| rule.title.get(language));
            let rules = open.map(|one| {
                (
                    one.rule.to_string(),
                    format!("{} {}", one.rule, title(one.rule.as_str())),
                )
            });
            input("select").of(rules)
        }
        (_, "party" | "treatment") => {
            let key = if plain == "party" { "responsible_party" } else { plain };
            let codes = match procedure.fields.kind(key) {
                Some(Kind::Choice(of)) => of.clone(),
                _ => Vec::new(),
            };
            input("select").of(worded(language, plain, codes.iter().map(String::as_str)))
        }
        ("reply", "channel") => {
            let first = if shown.loaded.reachable() { "email" } else { "letter" };
            input("select")
                .of(worded(language, "channel", WAYS.iter().copied()))
                .holding(first)
        }
        ("survey", "handling" | "speed") => {
            input("select").of(worded(language, "satisfied", Satisfied::ALL.map(Satisfied::name)))
        }
        ("survey", "channel") => input("select")
            .of(worded(language, "channel", WAYS.iter().copied()))
            .holding("telephone"),
        (_, "reaction") => input("select").of(worded(language, "reaction", ["accepted", "disputed", "none"])),
        ("link", "kind") => input("select").of(worded(language, "link_kind", ["duplicate", "successor", "recurrence"])),
        (_, "upheld" | "consent" | "effective") => input("select").of(yes_no(language)),
        (_, "formal") => input("select").of(yes_no(language)).holding("yes"),
        (_, "at" | "due_at") => input("moment"),
        (_, "password") => input("password"),
        (_, "n" | "quantity" | "amount") => input("number"),
        (_, "to" | "into") => input("text"),
        _ => input("area"),
    };
    drawn.needed(!field.ends_with('?'))
}

fn request_words(shown: &Shown, request: &str, language: Language) -> String {
    let approval = shown
        .loaded
        .complaint
        .approvals
        .iter()
        .find(|one| one.request == *request);
    let Some(approval) = approval else {
        return request.to_owned();
    };
    let rule = shown
        .desk
        .procedure
        .pack
        .approval
        .iter()
        .find(|one| one.rule == approval.rule);
    let title = rule.map_or("", |rule| rule.title.get(language));
    format!(
        "{} {title} ({}){}",
        approval.rule,
        approval.approver,
        about(approval, language)
    )
}

/// The command that a form asks for, as the wire would say it. Empty inputs are left out.
pub fn command(shown: &Shown, kind: &str, form: Params<'_>) -> Value {
    let known = CommandKind::ALL.iter().find(|(_, name, _)| *name == kind);
    let zone = shown.desk.procedure.pack.procedure.zone;
    let slip = SlipKind::parse(kind);
    let mut command = Map::from_iter([("type".to_owned(), json!(kind))]);
    for field in known.map(|(_, _, fields)| *fields).unwrap_or_default() {
        let plain = field.trim_end_matches('?');
        let name = format!("c.{plain}");
        let value = match (kind, plain) {
            ("edit" | "supply_info", "fields") => Some(changed(shown, kind == "edit", form, |key| current(shown, key))),
            (_, "fields") if slip.is_some() => slip.and_then(|kind| slips::given(shown, kind, form)),
            ("request_info", "fields") => Some(json!(form.all(&name).collect::<Vec<_>>())),
            ("classify", "axes") => Some(axes(shown, form)),
            (_, "upheld" | "formal" | "consent" | "effective") => form.get(&name).map(|answer| json!(answer == "yes")),
            (_, "at" | "due_at") => form.get(&name).map(|at| json!(moment(at, zone))),
            (_, "n") => form.get(&name).map(|n| n.parse::<u32>().map_or(json!(n), |n| json!(n))),
            (_, "amount") => given(form, &name, &Kind::Money, zone),
            _ => form.get(&name).map(|text| json!(text)),
        };
        if let Some(value) = value {
            command.insert(plain.to_owned(), value);
        }
    }
    Value::Object(command)
}

/// The fields whose inputs hold something else than the record; emptied ones as null.
pub fn changed(shown: &Shown, empties: bool, form: Params<'_>, standing: impl Fn(&FieldKey) -> Vec<String>) -> Value {
    let mut fields = Map::new();
    for (key, kind) in shown.desk.procedure.fields.iter() {
        let name = format!("f.{key}");
        let was = standing(key);
        // A group of boxes without any tick sends nothing: a hidden empty value tells that it was there.
        if !form.names(&name) {
            continue;
        }
        let new = given(form, &name, kind, shown.desk.procedure.pack.procedure.zone);
        let typed: Vec<String> = match kind {
            Kind::Choices(_) | Kind::List => new.as_ref().and_then(Value::as_array).map_or_else(Vec::new, |all| {
                all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }),
            _ => form.get(&name).map(str::to_owned).into_iter().collect(),
        };
        let same = |a: &[String], b: &[String]| {
            let plain = |all: &[String]| {
                all.iter()
                    .map(|one| one.trim().replace("\r\n", "\n"))
                    .collect::<Vec<_>>()
            };
            plain(a) == plain(b)
        };
        match new {
            Some(new) if !same(&typed, &was) => fields.insert(key.to_string(), new),
            None if empties && !was.is_empty() => fields.insert(key.to_string(), Value::Null),
            _ => None,
        };
    }
    Value::Object(fields)
}

fn axes(shown: &Shown, form: Params<'_>) -> Value {
    let axes = shown.desk.procedure.pack.classes.axis.iter().filter(|axis| !axis.main);
    let now = &shown.loaded.complaint.axes;
    let chosen = axes.filter_map(|axis| {
        let value = form.get(&format!("a.{}", axis.id))?;
        (now.get(&axis.id).map(String::as_str) != Some(value)).then(|| (axis.id.clone(), json!(value)))
    });
    Value::Object(chosen.collect())
}
