//! The name by which a rule asks for a cue.

use serde::{Deserialize, Serialize};

/// A cue by its name, as files write it. A compiled classifier knows its place as well: each rule asks for its cues in each text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct CueName {
    name: String,
    /// Among the cues of its classifier.
    pub(super) place: usize,
}

impl From<String> for CueName {
    fn from(name: String) -> Self {
        let place = usize::MAX;
        Self { name, place }
    }
}

impl From<CueName> for String {
    fn from(cue: CueName) -> Self {
        cue.name
    }
}

impl std::ops::Deref for CueName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.name
    }
}
