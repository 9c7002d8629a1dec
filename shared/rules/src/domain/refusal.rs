//! The no that is an answer to a person: a text key and what it speaks of, phrased in the reader's language at the edge.

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::texts::own_name;

/// Why something was not done. Its text stands under `refusal.<code>` in the text files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Which text.
    pub code: String,
    /// The field it is about, as the sender named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What fills the text's placeholders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<(String, String)>,
}

impl Refusal {
    /// A refusal with this text.
    pub fn of(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            field: None,
            values: Vec::new(),
        }
    }

    /// Says which field it is about.
    #[must_use]
    pub fn about(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    /// Fills a placeholder.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.push((name.to_owned(), value.into()));
        self
    }
}

impl Refusal {
    /// The title that a procedure has for what fills a placeholder, where it is the procedure's own.
    pub fn own_title(&self, name: &str, language: Language) -> Option<String> {
        let own = own_name(name, language);
        let found = self.values.iter().find(|(known, _)| *known == own);
        found.map(|(_, title)| title.clone())
    }
}

/// One or more refusals: a form is told everything that is wrong with it at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused(pub Vec<Refusal>);

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(vec![refusal])
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let codes: Vec<&str> = self.0.iter().map(|refusal| refusal.code.as_str()).collect();
        write!(f, "refused: {}", codes.join(", "))
    }
}
