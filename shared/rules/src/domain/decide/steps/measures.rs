//! Corrective action, and doing without it.

use serde_json::Value as Json;

use super::approvals::ask;
use super::{Draft, Step};
use crate::domain::capa::{Capa, CapaStage};
use crate::domain::command::CommandKind;
use crate::domain::event::Event;
use crate::domain::names::key;
use crate::domain::refusal::{Refusal, Refused};
use crate::domain::value::{TextRef, Value};

/// The corrective action meant, if it stands where the command wants it.
pub(in crate::domain::decide) fn capa(
    draft: &Draft<'_>,
    n: Option<u32>,
    fits: fn(&CapaStage) -> bool,
) -> Result<u32, Refused> {
    let all: &[Capa] = &draft.after.capa;
    let one = match n {
        Some(n) => all.iter().find(|capa| capa.n == n),
        None => all.iter().rev().find(|capa| fits(&capa.stage)),
    };
    let one = one.ok_or_else(|| Refusal::of("no_such_capa"))?;
    if !fits(&one.stage) {
        return Err(Refusal::of("capa_not_there").with("stage", one.stage.name()).into());
    }
    Ok(one.n)
}

pub(in crate::domain::decide) fn waive(draft: &mut Draft<'_>, reason: &str) -> Step {
    if reason.trim().is_empty() {
        return Err(Refusal::of("missing_field")
            .about("reason")
            .with("field", "reason")
            .into());
    }
    draft.carried([(key::NO_ACTION_REASON, Some(Json::from(reason)))])?;
    if ask(draft, CommandKind::CapaWaive, None) {
        return Ok(());
    }
    if let Some(Value::Words(reason)) = draft.after.fields.get(key::NO_ACTION_REASON).cloned() {
        push_waiver(draft, reason);
    }
    Ok(())
}

pub(in crate::domain::decide) fn push_waiver(draft: &mut Draft<'_>, reason: TextRef) {
    let at = draft.now();
    let open = draft
        .after
        .capa
        .iter()
        .rev()
        .find(|capa| !capa.stage.settled())
        .map(|capa| capa.n);
    let n = open.unwrap_or_else(|| {
        u32::try_from(draft.after.capa.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1)
    });
    if open.is_none() {
        draft.push(Event::CapaOpened { n, at });
    }
    draft.push(Event::CapaWaived { n, at, reason });
}
