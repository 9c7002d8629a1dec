//! Procedure packs: the company's written procedure as dated, sourced data.

pub mod cases;
pub mod change;
pub mod check;
pub mod choice;
pub mod condition;
pub mod counting;
pub mod coverage;
pub mod duty;
pub mod eight_d;
pub mod form;
pub mod imply;
pub mod limits;
pub mod load;
pub mod model;
pub mod numbering;
mod strict;
mod summary;
pub mod tree;
pub mod trial;
pub mod wording;

#[cfg(test)]
mod pack_tests;

use std::collections::BTreeSet;

use crate::classify::Classifier;
use crate::domain::complaint::Complaint;
use crate::domain::names::Desk;
use crate::domain::slip::Slip;
use crate::domain::value::FieldCatalogue;
use condition::Situation;
use model::{DeadlineRule, Pack, SlipRule, Wording};

/// Stands for the department that has the complaint.
pub const DEPARTMENT: &str = "department";
/// In a rung: stands for whoever must meet the deadline; in a closing rule or guard: the department of the complaint.
pub const RESPONSIBLE: &str = "responsible";
/// In a rung: stands for the desks to which lateness goes.
pub const ESCALATION: &str = "escalation";

/// A procedure ready to decide with: the pack, its compiled classifier, and the record's fields.
pub struct Procedure {
    /// The data.
    pub pack: Pack,
    /// The classifier, compiled once.
    pub classifier: Classifier,
    /// The fields of the record.
    pub fields: FieldCatalogue,
}

impl Procedure {
    /// The axis whose class is the class of the complaint.
    pub fn main_axis(&self) -> &str {
        self.pack
            .classes
            .axis
            .iter()
            .find(|axis| axis.main)
            .map_or("", |axis| &axis.id)
    }

    /// The classes of an axis, gravest first.
    pub fn classes(&self, axis: &str) -> Vec<String> {
        let axis = self.pack.classes.axis.iter().filter(|one| one.id == axis);
        axis.flat_map(|axis| &axis.class)
            .map(|class| class.name.clone())
            .collect()
    }

    /// What the procedure calls a field or milestone of its own; nothing for those of the record and the contract.
    pub fn own_title(&self, code: &str) -> Option<&Wording> {
        let field = self.pack.field.iter().find(|own| own.key == *code);
        let milestone = || self.pack.milestones.iter().find(|own| own.name == *code);
        field
            .map(|own| &own.title)
            .or_else(|| milestone().map(|own| &own.title))
    }

    /// Who registers this complaint.
    pub fn registrar(&self, of: &dyn Situation) -> &Desk {
        let head = &self.pack.procedure;
        let own = head.registrar_for.iter().find(|one| one.when.holds(of));
        own.map_or(&head.registrar, |one| &one.desk)
    }

    /// Who must meet a deadline of this complaint: the rule's desk, or the department that has the complaint.
    pub fn responsible(&self, rule: &DeadlineRule, complaint: &Complaint) -> Desk {
        if rule.responsible == *DEPARTMENT {
            let own = complaint.department.as_ref();
            own.unwrap_or_else(|| self.registrar(complaint)).clone()
        } else {
            rule.responsible.clone()
        }
    }

    /// Every desk that the procedure names: where complaints may be routed to.
    pub fn desks(&self) -> BTreeSet<Desk> {
        let pack = &self.pack;
        let named = pack
            .deadline
            .iter()
            .flat_map(|rule| std::iter::once(&rule.responsible).chain(&rule.escalate_to));
        let routed = pack
            .routing
            .route
            .iter()
            .filter_map(|route| Desk::parse(&route.department));
        let approvers = pack.approval.iter().map(|rule| &rule.approver);
        let guards = pack.guard.iter().flat_map(|guard| &guard.by);
        let copies = pack.closing.iter().flat_map(|rule| rule.copies.iter().chain(&rule.by));
        let slips = pack.slip.iter().flat_map(|rule| &rule.by);
        let all = named
            .chain(approvers)
            .chain(guards)
            .chain(copies)
            .chain(&pack.reply.by)
            .chain(slips);
        let told = pack.notice.iter().flat_map(|notice| &notice.tell);
        let rungs = pack
            .ladder
            .iter()
            .flat_map(|ladder| &ladder.rung)
            .flat_map(|rung| &rung.tell);
        let passed = pack.outcome.iter().filter_map(|outcome| outcome.pass_to.as_ref());
        let registrars = pack.procedure.registrar_for.iter().map(|one| &one.desk);
        let duties = pack
            .duty
            .iter()
            .flat_map(|duty| std::iter::once(&duty.owner).chain(&duty.receivers));
        let surveys = pack.survey.iter().flat_map(|survey| &survey.taken_by);
        let counters = pack.counter.iter().flat_map(|counter| &counter.tell);
        let all = all
            .chain(told)
            .chain(duties)
            .chain(counters)
            .chain(surveys)
            .chain(rungs)
            .chain(passed)
            .chain(registrars)
            .chain([&pack.procedure.registrar])
            .chain(&pack.procedure.judge)
            .cloned()
            .chain(routed);
        let stands_for_another = |desk: &Desk| [RESPONSIBLE, ESCALATION, DEPARTMENT].contains(&desk.as_str());
        all.filter(|desk| !stands_for_another(desk)).collect()
    }

    /// The rule that a slip follows.
    pub fn slip(&self, slip: &Slip) -> Option<&SlipRule> {
        let mut all = self.pack.slip.iter();
        all.find(|rule| rule.kind == slip.kind && rule.rule == slip.rule)
    }

    /// The deadline rule of that id.
    pub fn deadline(&self, rule: &str) -> Option<&DeadlineRule> {
        self.pack.deadline.iter().find(|one| one.rule == *rule)
    }
}
