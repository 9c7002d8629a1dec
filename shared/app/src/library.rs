//! The procedures at hand, compiled when first needed and kept.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use kesu_rules::procedure::Procedure;
use kesu_rules::procedure::load::{Source, load};

/// Procedures by id. A pack that ships with the program is compiled at its first use; a cold start pays for none.
#[derive(Default)]
pub struct Library {
    ready: Mutex<BTreeMap<String, Arc<Procedure>>>,
}

impl Library {
    /// The procedure of that id; nothing if there is none, or if it has faults.
    pub fn procedure(&self, id: &str) -> Option<Arc<Procedure>> {
        if let Some(ready) = self.ready.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Some(ready.clone());
        }
        let source = Source::shipped(id)?;
        match load(&source, &Source::shipped) {
            Ok(procedure) => {
                let procedure = Arc::new(procedure);
                self.ready
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(id.to_owned(), procedure.clone());
                Some(procedure)
            }
            Err(faults) => {
                for fault in faults {
                    tracing::error!(procedure.id = id, %fault, "a procedure has a fault and cannot be used");
                }
                None
            }
        }
    }

    /// The ids of all procedures at hand.
    pub fn ids(&self) -> Vec<String> {
        Source::shipped_ids()
    }
}
