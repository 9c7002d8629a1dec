//! A procedure as a list of its rules: what each says, where it comes from, and what was assumed.

use serde::Serialize;
use serde_json::{Value, json};

use super::Procedure;
use super::model::Wording;

/// One rule as people look it up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Catalogue id, or what the rule is about where it has none.
    pub rule: String,
    /// What it says, in Simplified Chinese.
    pub says: String,
    /// The clause.
    pub source: String,
    /// Why it was assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumed: Option<String>,
}

fn line(rule: impl ToString, says: impl Into<String>, source: &str, assumed: Option<&String>) -> Line {
    Line {
        rule: rule.to_string(),
        says: says.into(),
        source: source.to_owned(),
        assumed: assumed.cloned(),
    }
}

fn titled(title: &Wording, rest: String) -> String {
    format!("{} {rest}", title.zh_hans).trim().to_owned()
}

impl Procedure {
    /// The rules by subject, as JSON.
    pub fn summary(&self) -> Value {
        let pack = &self.pack;
        let head = &pack.procedure;
        let deadlines = pack.deadline.iter().map(|rule| {
            let within = match (&rule.within, rule.at_once) {
                (Some(within), _) => within.to_string(),
                (None, true) => "立即".to_owned(),
                (None, false) => String::new(),
            };
            line(
                &rule.rule,
                titled(&rule.title, format!("{within} ({})", rule.responsible)),
                &rule.source,
                rule.assumed.as_ref(),
            )
        });
        let approvals = pack.approval.iter().map(|rule| {
            line(
                &rule.rule,
                titled(&rule.title, format!("→ {}", rule.approver)),
                &rule.source,
                rule.assumed.as_ref(),
            )
        });
        let closing = pack
            .closing
            .iter()
            .map(|rule| line("", rule.reason.as_str(), &rule.source, rule.assumed.as_ref()));
        let notices = pack.notice.iter().map(|rule| {
            let desks: Vec<&str> = rule.tell.iter().map(|desk| desk.as_str()).collect();
            line(
                &rule.rule,
                format!("{} → {}", rule.at, desks.join("、")),
                &rule.source,
                rule.assumed.as_ref(),
            )
        });
        let duties = pack.duty.iter().map(|rule| {
            line(
                &rule.rule,
                titled(&rule.title, format!("({})", rule.owner)),
                &rule.source,
                rule.assumed.as_ref(),
            )
        });
        let classes = pack.classes.axis.iter().flat_map(|axis| {
            axis.class.iter().map(|class| {
                let source = class.source.as_ref().unwrap_or(&axis.source);
                line(
                    &axis.id,
                    class.name.as_str(),
                    source,
                    class.assumed.as_ref().or(axis.assumed.as_ref()),
                )
            })
        });
        let routes = pack
            .routing
            .route
            .iter()
            .map(|route| line("", route.department.as_str(), &route.source, route.assumed.as_ref()));
        let fields = pack
            .intake
            .iter()
            .map(|field| line("", field.field.as_str(), &field.source, field.assumed.as_ref()));
        let guards = pack
            .guard
            .iter()
            .map(|guard| line("", guard.command.name(), &guard.source, guard.assumed.as_ref()));
        let slips = pack.slip.iter().map(|rule| {
            let says = titled(&rule.title, format!("({})", rule.kind.name()));
            line(&rule.rule, says, &rule.source, rule.assumed.as_ref())
        });
        let statements = pack
            .statement
            .iter()
            .map(|one| line(&one.rule, one.says.as_str(), &one.source, one.assumed.as_ref()));
        let numbering = &pack.numbering;
        json!({
            "procedure": {"id": head.id, "title": head.title, "version": head.version, "from": head.from, "source": head.source,
                "zone": head.zone.name(), "calendar": head.calendar, "hours": head.hours.to_string(), "assumed": head.assumed,
                "registrar": head.registrar},
            "classes": classes.collect::<Vec<_>>(),
            "routing": routes.collect::<Vec<_>>(),
            "fields": fields.collect::<Vec<_>>(),
            "guards": guards.collect::<Vec<_>>(),
            "deadlines": deadlines.collect::<Vec<_>>(),
            "notices": notices.collect::<Vec<_>>(),
            "approvals": approvals.collect::<Vec<_>>(),
            "replies": [line("", if pack.reply.written { "书面" } else { "书面或口头" }, &pack.reply.source, pack.reply.assumed.as_ref())],
            "closing": closing.collect::<Vec<_>>(),
            "numbering": [line(&numbering.rule, numbering.pattern.as_str(), &numbering.source, numbering.assumed.as_ref())],
            "duties": duties.collect::<Vec<_>>(),
            "slips": slips.collect::<Vec<_>>(),
            "statements": statements.collect::<Vec<_>>(),
        })
    }
}
