//! The names that travel through the system, each parsed once at the door and typed from there on.

use serde::{Deserialize, Serialize};

/// The longest name accepted anywhere, in characters.
const LONGEST: usize = 200;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Accepts 1 to 200 characters without control characters; white space at the ends is dropped.
            pub fn parse(text: &str) -> Option<Self> {
                let text = text.trim();
                let fits = !text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
                fits.then(|| Self(text.to_owned()))
            }

            /// The name as it is stored and shown.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                Self::parse(&text).ok_or_else(|| format!("`{text}` is not a name of 1 to {LONGEST} characters"))
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }
    )+};
}

names! {
    /// Opaque identifier of a complaint: a hash of the key under which it was handed in.
    ComplaintId,
    /// The complaint's number (投诉编号) as the procedure writes it; it ends in the serial's digits.
    Number,
    /// Which written procedure governs (程序), such as a catalogue id.
    ProcedureId,
    /// A rule of a procedure, by its catalogue id (`T20.1`, `A21`).
    RuleId,
    /// Something reached in a complaint's life (里程碑); the contract's vocabulary, to which a procedure may add.
    Milestone,
    /// A department (部门) or position (岗位) as the procedure names it; who holds it stands in the directory.
    Desk,
    /// The key of a field of the record (table 3(b) of the catalogue).
    FieldKey,
    /// A member of staff, by the address he signs in with.
    UserId,
    /// One request for an approval (审批单) within a complaint.
    RequestId,
}

impl Milestone {
    /// A milestone the engine itself knows; see [`known`].
    pub fn of(known: &'static str) -> Self {
        Self(known.to_owned())
    }
}

impl FieldKey {
    /// A field the engine itself knows; see [`key`].
    pub fn of(known: &'static str) -> Self {
        Self(known.to_owned())
    }
}

/// The milestones that commands of the engine reach by themselves.
pub mod known {
    #![expect(missing_docs, reason = "each constant is the contract's word for itself")]

    use crate::procedure::model::SlipKind;

    pub const RECEIVED: &str = "received";
    pub const REGISTERED: &str = "registered";
    pub const HANDED_OVER: &str = "handed_over";
    pub const INFORMATION_ASKED: &str = "information_asked";
    pub const INFORMATION_COMPLETE: &str = "information_complete";
    pub const VERIFIED: &str = "verified";
    pub const CLASSIFIED: &str = "classified";
    pub const ROUTED: &str = "routed";
    pub const CONTAINED: &str = "contained";
    pub const INVESTIGATED: &str = "investigated";
    pub const RESPONSIBILITY_JUDGED: &str = "responsibility_judged";
    pub const PROPOSED: &str = "proposed";
    pub const SUBMITTED: &str = "submitted";
    pub const APPROVED: &str = "approved";
    pub const REFUSED: &str = "refused";
    pub const EXECUTED: &str = "executed";
    pub const REPLIED: &str = "replied";
    pub const CUSTOMER_REACTED: &str = "customer_reacted";
    pub const REMINDED: &str = "reminded";
    pub const CONFIRMED: &str = "confirmed";
    pub const CLOSED: &str = "closed";
    pub const ARCHIVED: &str = "archived";
    pub const REOPENED: &str = "reopened";
    pub const CAPA_OPENED: &str = "capa_opened";
    pub const CAPA_PLANNED: &str = "capa_planned";
    pub const CAPA_DONE: &str = "capa_done";
    pub const CAPA_CHECKED: &str = "capa_checked";

    /// Every milestone of the contract, in the order of a complaint's life.
    pub const ALL: &[&str] = &[
        RECEIVED,
        REGISTERED,
        HANDED_OVER,
        "acknowledged",
        "contacted",
        INFORMATION_ASKED,
        INFORMATION_COMPLETE,
        VERIFIED,
        CLASSIFIED,
        ROUTED,
        "accepted",
        CONTAINED,
        "meeting_held",
        "visited",
        "arrived",
        "repaired",
        "loaner_provided",
        "investigation_started",
        INVESTIGATED,
        "reported",
        RESPONSIBILITY_JUDGED,
        PROPOSED,
        SUBMITTED,
        APPROVED,
        REFUSED,
        EXECUTED,
        REPLIED,
        CUSTOMER_REACTED,
        REMINDED,
        CONFIRMED,
        CLOSED,
        ARCHIVED,
        REOPENED,
        CAPA_OPENED,
        CAPA_PLANNED,
        CAPA_DONE,
        CAPA_CHECKED,
        "return_goods_opened",
        "return_goods_approved",
        "return_goods_done",
        "return_goods_cancelled",
        "recall_opened",
        "recall_approved",
        "recall_done",
        "recall_cancelled",
        "advise_opened",
        "advise_approved",
        "advise_done",
        "advise_cancelled",
        "report_authority_opened",
        "report_authority_approved",
        "report_authority_done",
        "report_authority_cancelled",
        "isolate_opened",
        "isolate_approved",
        "isolate_done",
        "isolate_cancelled",
        "service_opened",
        "service_approved",
        "service_done",
        "service_cancelled",
    ];

    /// Whether only its own command may reach a milestone, because it carries what the milestone claims.
    pub fn by_command(name: &str) -> bool {
        BY_COMMAND.contains(&name) || SlipKind::reaching(name).is_some()
    }

    const BY_COMMAND: &[&str] = &[
        RECEIVED,
        REGISTERED,
        INFORMATION_ASKED,
        INFORMATION_COMPLETE,
        VERIFIED,
        CLASSIFIED,
        ROUTED,
        CONTAINED,
        INVESTIGATED,
        RESPONSIBILITY_JUDGED,
        PROPOSED,
        SUBMITTED,
        APPROVED,
        REFUSED,
        EXECUTED,
        REPLIED,
        CUSTOMER_REACTED,
        CONFIRMED,
        CLOSED,
        ARCHIVED,
        REOPENED,
        CAPA_OPENED,
        CAPA_PLANNED,
        CAPA_DONE,
        CAPA_CHECKED,
    ];
}

/// The fields that the engine itself reads or writes.
pub mod key {
    #![expect(missing_docs, reason = "each constant is the record's key for itself")]
    pub const AMOUNT: &str = "amount";
    pub const CAUSE_MAIN: &str = "cause_main";
    pub const CAUSE_SECONDARY: &str = "cause_secondary";
    pub const CLOSING_NOTE: &str = "closing_note";
    pub const CORRECTIVE: &str = "corrective";
    pub const CUSTOMER_EMAIL: &str = "customer_email";
    pub const CUSTOMER_OPINION: &str = "customer_opinion";
    pub const DEMAND: &str = "demand";
    pub const DESCRIPTION: &str = "description";
    pub const INTERIM_MEASURES: &str = "interim_measures";
    pub const INVESTIGATION_RESULT: &str = "investigation_result";
    pub const NO_ACTION_REASON: &str = "no_action_reason";
    pub const OCCURRED_AT: &str = "occurred_at";
    pub const QUANTITY_AFFECTED: &str = "quantity_affected";
    pub const RESPONSIBLE_DEPT: &str = "responsible_dept";
    pub const RESPONSIBLE_PARTY: &str = "responsible_party";
    pub const RETAIN_UNTIL: &str = "retain_until";
    pub const TREATMENT: &str = "treatment";
    pub const VALID: &str = "valid";
}
