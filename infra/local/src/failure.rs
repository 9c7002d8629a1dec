//! How a command ends when it does not end well.

use std::process::ExitCode;

use kesu_app::Problem;
use kesu_app::problem::phrase;
use kesu_app::store::StoreError;
use kesu_rules::language::Language;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Bad input, or something stands against it: exit code 1.
    #[error("{0}")]
    Refused(String),
    /// Our fault, or the machine's: exit code 3.
    #[error("{0}")]
    Fault(String),
}

impl Failure {
    /// A refusal with this message.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::Refused(message.into())
    }

    /// The exit code.
    pub fn code(&self) -> ExitCode {
        match self {
            Self::Refused(_) => ExitCode::from(1),
            Self::Fault(_) => ExitCode::from(3),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Refused(refusals) => {
                let words: Vec<String> = refusals.iter().map(|refusal| phrase(refusal, Language::En)).collect();
                Self::Refused(words.join("; "))
            }
            Problem::NotFound => Self::refused("there is no such thing"),
            other => Self::Fault(format!("the command could not be finished: {other:?}")),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.to_string())
    }
}
