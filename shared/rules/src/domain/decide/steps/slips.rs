//! Slips: opened, changed, settled and given up, each as its procedure's rule says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::approvals::ask_for_slip;
use super::{Draft, Step};
use crate::domain::complaint::Complaint;
use crate::domain::decide::allowed::act_for;
use crate::domain::decide::draft::Changes;
use crate::domain::event::Event;
use crate::domain::facts::Facts;
use crate::domain::names::{FieldKey, RequestId};
use crate::domain::refusal::{Refusal, Refused};
use crate::domain::slip::{Slip, SlipOrder, SlipStage, SlipStep};
use crate::domain::value::Value;
use crate::procedure::model::{SlipKind, SlipRule};

type Fields = BTreeMap<FieldKey, Json>;

pub(in crate::domain::decide) fn slip(draft: &mut Draft<'_>, kind: SlipKind, order: SlipOrder) -> Step {
    let SlipOrder { n, step, fields } = order;
    match (n, step) {
        (None, None) => open(draft, kind, &fields),
        (None, Some(_)) => Err(Refusal::of("missing_field").about("n").with("field", "n").into()),
        (Some(n), None | Some(SlipStep::Edit)) => {
            if fields.is_empty() {
                let refusal = Refusal::of("missing_field").about("fields");
                return Err(refusal.with("field", "fields").into());
            }
            edit(draft, kind, n, &fields)
        }
        (Some(n), Some(SlipStep::Done)) => {
            if !fields.is_empty() {
                edit(draft, kind, n, &fields)?;
            }
            done(draft, kind, n)
        }
        (Some(n), Some(SlipStep::Cancel)) => {
            if let Some(key) = fields.keys().next() {
                return Err(Refusal::of("unknown_field")
                    .about(key.as_str())
                    .with("field", key.as_str())
                    .into());
            }
            cancel(draft, kind, n)
        }
    }
}

/// The rule under which this person may open a slip of the kind for the complaint as it stands.
pub(in crate::domain::decide) fn opening<'f>(
    kind: SlipKind,
    complaint: &Complaint,
    facts: &Facts<'f>,
) -> Result<&'f SlipRule, Refused> {
    if complaint.stage.ended() {
        let refusal = Refusal::of("not_allowed_in_stage").with("command", kind.name());
        return Err(refusal.with("stage", complaint.stage.name()).into());
    }
    let mut against = None;
    for rule in facts.procedure.pack.slip.iter().filter(|rule| rule.kind == kind) {
        let refused = if rule.when.holds(complaint) {
            match act_for(facts, &rule.by, complaint) {
                Ok(()) => return Ok(rule),
                Err(refused) => refused,
            }
        } else {
            Refusal::of("slip_condition")
                .with("slip", kind.name())
                .with("source", rule.source.as_str())
                .into()
        };
        // Of two rules, the one that fits but is another desk's says more than the one that does not fit.
        if against.is_none() || rule.when.holds(complaint) {
            against = Some(refused);
        }
    }
    Err(against.unwrap_or_else(|| Refusal::of("no_slip_here").with("slip", kind.name()).into()))
}

/// What stands in the way of settling a slip, besides its fields: an approval outstanding or refused.
pub(in crate::domain::decide) fn awaits(slip: &Slip, complaint: &Complaint) -> Option<Refusal> {
    let approval = slip.not_granted(complaint)?;
    let refusal = Refusal::of("slip_awaits_approval").with("slip", slip.kind.name());
    let refusal = refusal.with("approver", approval.approver.as_str());
    Some(refusal.with("rule", approval.rule.as_str()))
}

fn open(draft: &mut Draft<'_>, kind: SlipKind, fields: &Fields) -> Step {
    let rule = opening(kind, &draft.after, draft.facts)?;
    listed(rule, fields)?;
    let last = draft.after.slips.iter().filter(|slip| slip.kind == kind);
    let n = last.map(|slip| slip.n).max().unwrap_or(0).saturating_add(1);
    let Changes { mut set, .. } = draft.changes(fields, &BTreeMap::new(), |key| Slip::face(kind, n, key))?;
    for key in &rule.needs {
        // What the complaint says already need not be said again; personal fields stay where they are.
        let known = draft
            .after
            .fields
            .get(key)
            .filter(|value| !matches!(value, Value::Face(_)));
        if let Some(known) = known.filter(|_| !fields.contains_key(key)) {
            set.insert(key.clone(), known.clone());
        }
    }
    filled(&rule.needs, &set, rule)?;
    let at = draft.now();
    let rule = rule.rule.clone();
    draft.push(Event::SlipOpened { kind, n, rule, at, set });
    let [opened, ..] = kind.milestones();
    draft.reach_by(opened, n);
    ask_for_slip(draft, kind, n);
    Ok(())
}

fn edit(draft: &mut Draft<'_>, kind: SlipKind, n: u32, fields: &Fields) -> Step {
    let (slip, rule) = standing(draft, kind, n)?;
    if let Some(rule) = rule {
        listed(rule, fields)?;
    }
    let Changes { set, cleared } = draft.changes(fields, &slip.fields, |key| Slip::face(kind, n, key))?;
    let touched: BTreeSet<&FieldKey> = set.keys().chain(&cleared).collect();
    if touched.is_empty() {
        return Ok(());
    }
    if let Some(rule) = rule {
        let mut after = slip.fields.clone();
        after.extend(set.clone());
        after.retain(|key, _| !cleared.contains(key));
        filled(&rule.needs, &after, rule)?;
    }
    // Whoever decided about it saw these values: changed, they are put before him again. What is only found out later
    // (received quantity, date of the report) was not part of his decision.
    let later = rule.map(|rule| rule.done_needs.as_slice()).unwrap_or_default();
    let seen = |key: &&FieldKey| slip.fields.contains_key(*key) && !later.contains(key);
    let decided = slip.asked(&draft.after).any(|approval| approval.decision.is_some());
    let again = matches!(slip.stage, SlipStage::Refused { .. }) || (decided && touched.iter().any(seen));
    let at = draft.now();
    draft.push(Event::SlipEdited {
        kind,
        n,
        at,
        set,
        cleared,
        again,
    });
    ask_for_slip(draft, kind, n);
    Ok(())
}

fn done(draft: &mut Draft<'_>, kind: SlipKind, n: u32) -> Step {
    let (slip, rule) = standing(draft, kind, n)?;
    if let Some(refusal) = awaits(&slip, &draft.after) {
        return Err(refusal.into());
    }
    if let Some(rule) = rule {
        let equal = rule.equal.iter().flatten();
        let wanted: Vec<FieldKey> = rule.done_needs.iter().chain(equal).cloned().collect();
        filled(&wanted, &slip.fields, rule)?;
        let differ = rule.equal.iter().filter_map(|pair| mismatch(pair, &slip.fields, rule));
        let differ: Vec<Refusal> = differ.collect();
        if !differ.is_empty() {
            return Err(Refused(differ));
        }
    }
    let at = draft.now();
    draft.push(Event::SlipDone { kind, n, at });
    let [_, _, done, _] = kind.milestones();
    draft.reach_by(done, n);
    Ok(())
}

fn cancel(draft: &mut Draft<'_>, kind: SlipKind, n: u32) -> Step {
    let (slip, _) = standing(draft, kind, n)?;
    if draft.facts.reason.is_none() {
        return Err(Refusal::of("reason_needed").about("reason").into());
    }
    let Some(by) = draft.facts.actor.user().cloned() else {
        return Err(Refusal::of("forbidden").into());
    };
    let at = draft.now();
    let outstanding = slip.asked(&draft.after).filter(|one| one.decision.is_none());
    let outstanding: Vec<RequestId> = outstanding.map(|one| one.request.clone()).collect();
    draft.push(Event::SlipCancelled { kind, n, at });
    // Nobody has to decide any more about what is given up.
    for request in outstanding {
        draft.push(Event::ApprovalDecided {
            request,
            granted: false,
            at,
            by: by.clone(),
        });
    }
    let [_, _, _, cancelled] = kind.milestones();
    draft.reach_by(cancelled, n);
    Ok(())
}

/// The slip meant, if it is not settled and is this person's to deal with, with its rule.
fn standing<'f>(draft: &Draft<'f>, kind: SlipKind, n: u32) -> Result<(Slip, Option<&'f SlipRule>), Refused> {
    let of = |refusal: Refusal| refusal.with("slip", kind.name()).with("n", n.to_string());
    let slip = draft.after.slip(kind, n).cloned();
    let slip = slip.ok_or_else(|| of(Refusal::of("no_such_slip").about("n")))?;
    if slip.stage.settled() {
        return Err(of(Refusal::of("slip_settled")).with("stage", slip.stage.name()).into());
    }
    let rule = draft.facts.procedure.slip(&slip);
    if let Some(rule) = rule {
        act_for(draft.facts, &rule.by, &draft.after)?;
    }
    Ok((slip, rule))
}

/// Every field given must be one that the slip carries.
fn listed(rule: &SlipRule, fields: &Fields) -> Step {
    let stray: Vec<Refusal> = fields
        .keys()
        .filter(|key| !rule.carries(key))
        .map(|key| {
            let refusal = Refusal::of("field_not_on_slip").about(key.as_str());
            refusal.with("field", key.as_str()).with("slip", rule.kind.name())
        })
        .collect();
    if stray.is_empty() { Ok(()) } else { Err(Refused(stray)) }
}

fn filled(wanted: &[FieldKey], fields: &BTreeMap<FieldKey, Value>, rule: &SlipRule) -> Step {
    let mut missing: Vec<Refusal> = Vec::new();
    for key in wanted.iter().filter(|key| !fields.contains_key(*key)) {
        let refusal = Refusal::of("missing_field")
            .about(key.as_str())
            .with("field", key.as_str())
            .with("source", rule.source.as_str());
        if !missing.contains(&refusal) {
            missing.push(refusal);
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Refused(missing))
    }
}

/// The mismatch block (数量不符): two figures that should be the same and are not.
fn mismatch(pair: &[FieldKey; 2], fields: &BTreeMap<FieldKey, Value>, rule: &SlipRule) -> Option<Refusal> {
    let [left, right] = pair;
    let (one, other) = (fields.get(left)?, fields.get(right)?);
    (one != other).then(|| {
        Refusal::of("slip_mismatch")
            .about(right.as_str())
            .with("left", left.as_str())
            .with("left_value", one.plain())
            .with("right", right.as_str())
            .with("right_value", other.plain())
            .with("source", rule.source.as_str())
    })
}
