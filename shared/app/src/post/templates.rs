//! Which letters there are, and the exact keys that each may use.
//!
//! Moments are RFC 3339 texts with the zone's offset. Codes (`until`, `reason`, `stage`, `role`, `fields`) are given as
//! codes; the templates turn them into words. A key of [`Template::optional`] that is left out is null.

/// To whom a letter goes; it decides the keys that every such letter may use besides its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The customer: may use `company`, `contact` (how to reach the company, one line) and `name` (of the person).
    Customer,
    /// The customer behind an address that nobody has confirmed: `company` and `contact`, and no word that was submitted.
    Unverified,
    /// A member of staff: may use `company`, `recipient` (name) and `no_holder` (`{position, absent}`: why the letter
    /// comes to this person instead of the holder of the position; `absent` says that there is one, who is away).
    Staff,
}

/// One letter: its folder's name and its keys.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// The folder under `letters/`, and the template's name in stored letters.
    pub name: &'static str,
    /// To whom it goes.
    pub audience: Audience,
    /// Keys without which the letter cannot be written.
    pub required: &'static [&'static str],
    /// Keys that may be missing.
    pub optional: &'static [&'static str],
}

impl Template {
    /// The template of this name.
    pub fn find(name: &str) -> Option<&'static Template> {
        TEMPLATES.iter().find(|template| template.name == name)
    }

    /// The keys that every letter to this audience may use.
    pub fn common(&self) -> &'static [&'static str] {
        match self.audience {
            Audience::Customer => &["company", "contact", "name"],
            Audience::Unverified => &["company", "contact"],
            Audience::Staff => &["company", "recipient", "no_holder"],
        }
    }

    /// Whether a letter may use this key.
    pub fn allows(&self, key: &str) -> bool {
        [self.required, self.optional, self.common()]
            .iter()
            .any(|keys| keys.contains(&key))
    }
}

/// The keys of a thing that can be done from a letter.
const ACTION: &[&str] = &["label", "link", "until"];

/// The keys of the rows of each list. Every row has every key; a value that is not known is null.
pub const ROWS: &[(&str, &[&str])] = &[
    // What runs: `until` milestone, `due_at`, `rule` id, `source` clause, position that is responsible.
    (
        "deadlines",
        &["rule", "source", "until", "due_at", "provisional", "responsible"],
    ),
    // What is about to be missed or was missed; `rung` counts from 1; minutes are elapsed ones; `seen` says who has seen it.
    (
        "due_soon.items",
        &[
            "rule",
            "source",
            "until",
            "due_at",
            "provisional",
            "responsible",
            "left_minutes",
            "seen",
        ],
    ),
    (
        "overdue.items",
        &[
            "rule",
            "source",
            "until",
            "due_at",
            "responsible",
            "rung",
            "late_minutes",
            "late_worked",
            "seen",
        ],
    ),
    // What the reader can do from the letter: what it is called, the signed link, until when it can be used.
    ("due_soon.actions", ACTION),
    ("overdue.actions", ACTION),
    ("assigned.actions", ACTION),
    ("approval_wanted.actions", ACTION),
    (
        "capa_due.items",
        &["rule", "source", "until", "due_at", "responsible", "late_minutes"],
    ),
    (
        "calendar_moved.items",
        &["number", "rule", "source", "until", "before", "after"],
    ),
    // `items` of a complaint in the digest are rows like those of `overdue`; what is due today is not late: null.
    (
        "digest.complaints",
        &["number", "customer", "class", "department", "link", "items"],
    ),
    (
        "digest.approvals",
        &["number", "customer", "what", "requested_at", "link"],
    ),
    // Counts beside those of the period before and of the year before.
    ("rollup.counts", &["title", "n", "before", "year_before"]),
    // `light` is `green`, `amber`, `red` or `grey`; `state` says it in words; a value is a text with its unit.
    ("rollup.kpis", &["title", "value", "target", "light", "state"]),
];

const fn letter(
    name: &'static str,
    audience: Audience,
    required: &'static [&'static str],
    optional: &'static [&'static str],
) -> Template {
    Template {
        name,
        audience,
        required,
        optional,
    }
}

/// All letters.
pub const TEMPLATES: &[Template] = &[
    // To the customer. `link` is the tracking page; `nth` counts the answers from 1; `text` is the answer as written.
    letter(
        "acknowledgement",
        Audience::Customer,
        &["number", "query_code", "link", "received_at"],
        &["first_reply_at"],
    ),
    letter(
        "acknowledgement_unverified",
        Audience::Unverified,
        &["number", "query_code", "link", "received_at"],
        &["first_reply_at"],
    ),
    letter(
        "received_note",
        Audience::Customer,
        &["number", "link", "received_at"],
        &[],
    ),
    // `fields` are field keys; `note` is staff's explanation; `paused` says that the clock stands still meanwhile.
    letter(
        "info_wanted",
        Audience::Customer,
        &["number", "link", "fields"],
        &["note", "due_at", "paused"],
    ),
    letter(
        "reply",
        Audience::Customer,
        &["number", "link", "nth", "text"],
        &["respond_by"],
    ),
    letter(
        "reminder",
        Audience::Customer,
        &["number", "link", "replied_at", "working_days"],
        &[],
    ),
    // `reason` is a closing reason; `object_by` is the last day for an objection, if the procedure sets one.
    letter(
        "closed",
        Audience::Customer,
        &["number", "link", "closed_at", "reason"],
        &["note", "object_by"],
    ),
    // `link` is the signed link of the survey, good until `until`; `track` the tracking page.
    letter(
        "survey",
        Audience::Customer,
        &["number", "link", "until", "closed_at", "track"],
        &[],
    ),
    // To staff. `link` is the complaint's page, or a signed link to a confirm page.
    letter(
        "assigned",
        Audience::Staff,
        &["number", "class", "department", "received_at", "deadlines", "link"],
        &["customer", "needs_review", "actions"],
    ),
    // `text`: what was written, shortened; `files`: how many; `asked`: the customer was waited for; `ended`: it is closed.
    letter(
        "customer_wrote",
        Audience::Staff,
        &["number", "class", "department", "stage", "sender", "written_at", "link"],
        &["text", "files", "asked", "ended", "customer"],
    ),
    // `because`: the rules or triggers that decided the class, as texts.
    letter(
        "notice",
        Audience::Staff,
        &["number", "class", "department", "received_at", "stage", "link"],
        &["customer", "because", "form", "deadlines"],
    ),
    // `escalation` is a short id of what made the letter; it is in the subject, so that a doubled letter is known.
    letter(
        "due_soon",
        Audience::Staff,
        &["number", "class", "department", "items", "link"],
        &["customer", "escalation", "actions"],
    ),
    letter(
        "overdue",
        Audience::Staff,
        &["number", "class", "department", "items", "link"],
        &["customer", "escalation", "actions"],
    ),
    // `what` and `amount` are texts as people say them.
    letter(
        "approval_wanted",
        Audience::Staff,
        &[
            "number",
            "class",
            "department",
            "what",
            "requested_by",
            "requested_at",
            "link",
        ],
        &["customer", "amount", "due_at", "rule", "source", "actions"],
    ),
    letter(
        "approval_decided",
        Audience::Staff,
        &["number", "what", "approved", "decided_by", "decided_at", "link"],
        &["customer", "note"],
    ),
    letter(
        "confirm_wanted",
        Audience::Staff,
        &["number", "replied_at", "reminded_at", "working_days", "link"],
        &["customer", "rule", "source"],
    ),
    letter(
        "capa_wanted",
        Audience::Staff,
        &["number", "capa", "class", "department", "requested_at", "link"],
        &["customer", "due_at"],
    ),
    letter(
        "capa_due",
        Audience::Staff,
        &["number", "capa", "department", "overdue", "items", "link"],
        &["escalation"],
    ),
    // `values` are what the complaints share; `count` is counted with this one, and no further than it matters.
    letter(
        "counter",
        Audience::Staff,
        &[
            "number",
            "department",
            "what",
            "values",
            "period",
            "count",
            "more_than",
            "rule",
            "link",
        ],
        &["source"],
    ),
    // Periodic duties (定期工作) belong to no complaint.
    letter(
        "duty_due",
        Audience::Staff,
        &["duty", "period", "due_at", "responsible", "rule", "link"],
        &["source"],
    ),
    // The report of a period, to those whom the procedure names: `bars` is `{title, rows}` with rows `{label, n, share, width}`,
    // `signals` and `missing` are sentences, `moved` counts what differs from the version before, `file` names what is attached.
    letter(
        "rollup",
        Audience::Staff,
        &["title", "kind", "period", "version", "counts", "link"],
        &["kpis", "bars", "signals", "missing", "moved", "file"],
    ),
    // A cause, product or batch that left its limits while the period runs: once for each.
    letter(
        "early_warning",
        Audience::Staff,
        &["subject", "period", "text", "link"],
        &["limit", "source"],
    ),
    letter(
        "duty_overdue",
        Audience::Staff,
        &[
            "duty",
            "period",
            "due_at",
            "responsible",
            "rule",
            "late_minutes",
            "link",
        ],
        &["source", "escalation"],
    ),
    // The customer of a complaint cannot be reached by mail: `why` is bounced, complained, refused or gave_up.
    letter(
        "undelivered",
        Audience::Staff,
        &["number", "class", "department", "why", "link"],
        &["customer"],
    ),
    // `date` is a civil date; `open` counts the open complaints in the recipient's charge, `late` and `today` deadlines,
    // `more` the complaints that are not listed; `off` leads to the page that ends the digest.
    letter(
        "digest",
        Audience::Staff,
        &["date", "open", "late", "today", "complaints", "link"],
        &["approvals", "more", "off"],
    ),
    letter(
        "calendar_moved",
        Audience::Staff,
        &["year", "calendar", "items", "link"],
        &[],
    ),
    letter(
        "account",
        Audience::Staff,
        &["email", "role", "made_by", "link"],
        &["department"],
    ),
];
