//! The procedures at hand: those that ship, compiled when first needed, and a company's own, read whole at the start.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use kesu_rules::domain::chain::hash;
use kesu_rules::procedure::Procedure;
use kesu_rules::procedure::change::Change;
use kesu_rules::procedure::check::check;
use kesu_rules::procedure::load::{Fault, Source, load, load_changed};

/// Procedures by id and version. A pack that ships is compiled at its first use: a cold start pays for none. Cheap to clone.
#[derive(Clone, Default)]
pub struct Library(Arc<Shelves>);

#[derive(Default)]
struct Shelves {
    /// The company's own, in the order of their folders.
    company: Vec<Arc<Procedure>>,
    /// As they were read, in the same order.
    own: Vec<OwnPack>,
    shipped: Mutex<BTreeMap<String, Option<Arc<Procedure>>>>,
}

/// A company's pack as it is read: the folder's name and its files.
#[derive(Clone, Debug)]
pub struct OwnPack {
    /// The folder's name, by which others may extend it.
    pub folder: String,
    /// Its files.
    pub source: Source,
}

impl Library {
    /// The procedures that ship and a company's own beside them. A pack `extends` another folder by its name, else one
    /// that ships by its id; a folder that is called like the pack it extends means the one that ships.
    ///
    /// # Errors
    /// Everything that is wrong with the company's packs, each fault with folder, file and line.
    pub fn with(own: &[OwnPack]) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut company: Vec<Arc<Procedure>> = Vec::new();
        for pack in own {
            let placed = |fault: Fault| Fault {
                file: format!("{}/{}", pack.folder, fault.file),
                ..fault
            };
            match load(&pack.source, &base(own, &pack.folder)) {
                Err(wrong) => faults.extend(wrong.into_iter().map(placed)),
                Ok(procedure) => {
                    faults.extend(
                        check(&procedure, &pack.source, &base(own, &pack.folder))
                            .into_iter()
                            .map(placed),
                    );
                    let twin = company.iter().any(|other| twins(other, &procedure));
                    if twin || shipped_twin(&procedure) {
                        faults.push(placed(stands_twice(&procedure, pack, own)));
                    }
                    company.push(Arc::new(procedure));
                }
            }
        }
        if faults.is_empty() {
            let shipped = Mutex::default();
            let own = own.to_vec();
            Ok(Self(Arc::new(Shelves { company, own, shipped })))
        } else {
            Err(faults)
        }
    }

    /// The newest version of that id; nothing if there is none.
    pub fn procedure(&self, id: &str) -> Option<Arc<Procedure>> {
        self.versions(id).pop()
    }

    /// The version that governs what is received at a moment: the newest in force on that day where the procedure counts
    /// days; the oldest for what came before all of them.
    pub fn in_force(&self, id: &str, received: DateTime<Utc>) -> Option<Arc<Procedure>> {
        let versions = self.versions(id);
        let governs = |procedure: &&Arc<Procedure>| {
            let head = &procedure.pack.procedure;
            head.from <= received.with_timezone(&head.zone).date_naive()
        };
        versions.iter().rev().find(governs).or(versions.first()).cloned()
    }

    /// One version of a procedure; nothing once it is gone.
    pub fn version(&self, id: &str, version: &str) -> Option<Arc<Procedure>> {
        let versions = self.versions(id);
        versions.into_iter().find(|one| one.pack.procedure.version == version)
    }

    /// All versions of a procedure, the oldest first.
    pub fn versions(&self, id: &str) -> Vec<Arc<Procedure>> {
        let own = self.0.company.iter();
        let own = own.filter(|one| one.pack.procedure.id == *id).cloned();
        let mut all: Vec<Arc<Procedure>> = own.chain(self.shipped(id)).collect();
        all.sort_by_key(|one| one.pack.procedure.from);
        all
    }

    /// A version with some of its values changed; nothing if there is no such version.
    ///
    /// # Errors
    /// Everything that is wrong with it then.
    pub fn changed(&self, id: &str, version: &str, changes: &[Change]) -> Option<Result<Procedure, Vec<Fault>>> {
        let mut company = self.0.company.iter().zip(&self.0.own);
        let own = company.find(|(one, _)| {
            let head = &one.pack.procedure;
            head.id == *id && head.version == version
        });
        if let Some((_, pack)) = own {
            return Some(checked(&pack.source, &base(&self.0.own, &pack.folder), changes));
        }
        let shipped = self.shipped(id)?;
        (shipped.pack.procedure.version == version)
            .then(|| checked(&Source::shipped(id)?, &Source::shipped, changes).into())
            .flatten()
    }

    /// A pack that stands on no shelf, with some of its values changed; it may extend what does.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(&self, source: &Source, changes: &[Change]) -> Result<Procedure, Vec<Fault>> {
        checked(source, &base(&self.0.own, ""), changes)
    }

    /// A digest of all that is written in the procedures at hand.
    pub fn digest(&self) -> String {
        let own = self.0.own.iter().map(|pack| (&pack.folder, &pack.source.files));
        // INVARIANT: texts by name always serialise.
        let own = serde_json::to_vec(&own.collect::<Vec<_>>()).unwrap_or_default();
        hash(&[Source::shipped_digest().into_bytes(), own].concat())
    }

    /// The ids of all procedures at hand.
    pub fn ids(&self) -> Vec<String> {
        let own = self.0.company.iter().map(|one| one.pack.procedure.id.to_string());
        let mut ids: Vec<String> = own.chain(Source::shipped_ids()).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    fn shipped(&self, id: &str) -> Option<Arc<Procedure>> {
        let ready = || self.0.shipped.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = ready().get(id) {
            return known.clone();
        }
        let procedure = match load(&Source::shipped(id)?, &Source::shipped) {
            Ok(procedure) => Some(Arc::new(procedure)),
            Err(faults) => {
                for fault in faults {
                    tracing::error!(procedure.id = id, %fault, "a procedure has a fault and cannot be used");
                }
                None
            }
        };
        ready().insert(id.to_owned(), procedure.clone());
        procedure
    }
}

/// What a company's pack extends: another folder by its name, else what ships. Asked for the same name again while one pack
/// is read, it gives what ships, so that a folder may be called like the pack it extends.
fn base<'a>(own: &'a [OwnPack], folder: &str) -> impl Fn(&str) -> Option<Source> + use<'a> {
    let asked: Mutex<BTreeSet<String>> = Mutex::new([folder.to_owned()].into());
    move |name: &str| {
        let first = asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned());
        let other = own.iter().find(|other| other.folder == name).map(|other| &other.source);
        match (first, Source::shipped(name)) {
            (false, Some(shipped)) => Some(shipped),
            (_, shipped) => other.cloned().or(shipped),
        }
    }
}

fn checked(
    source: &Source,
    base: &dyn Fn(&str) -> Option<Source>,
    changes: &[Change],
) -> Result<Procedure, Vec<Fault>> {
    let procedure = load_changed(source, base, changes)?;
    let faults = check(&procedure, source, base);
    if faults.is_empty() { Ok(procedure) } else { Err(faults) }
}

/// Whether nobody could say which of two governs.
fn twins(one: &Procedure, other: &Procedure) -> bool {
    let (one, other) = (&one.pack.procedure, &other.pack.procedure);
    one.id == other.id && (one.version == other.version || one.from == other.from)
}

fn shipped_twin(own: &Procedure) -> bool {
    let shipped = Source::shipped(own.pack.procedure.id.as_str());
    let shipped = shipped.and_then(|source| load(&source, &Source::shipped).ok());
    shipped.is_some_and(|shipped| twins(&shipped, own))
}

fn stands_twice(twin: &Procedure, pack: &OwnPack, own: &[OwnPack]) -> Fault {
    let head = &twin.pack.procedure;
    let message = format!(
        "procedure `{}` has another version that is called `{}` or is in force from {}: give this one a `version` and a \
         `from` of its own",
        head.id, head.version, head.from
    );
    pack.source.head_fault("id", message, &base(own, &pack.folder))
}

#[cfg(test)]
#[path = "library_tests.rs"]
mod tests;
