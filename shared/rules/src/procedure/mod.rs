//! Procedure packs: the company's written procedure as dated, sourced data.

pub mod condition;
pub mod load;
pub mod model;
pub mod numbering;

use std::collections::BTreeSet;

use crate::classify::Classifier;
use crate::domain::names::Desk;
use crate::domain::value::FieldCatalogue;
use model::{DeadlineRule, Pack};

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
        let all = named.chain(approvers).chain(guards).chain(copies).chain(&pack.reply.by);
        let all = all
            .chain([&pack.procedure.registrar])
            .chain(&pack.procedure.judge)
            .cloned()
            .chain(routed);
        all.filter(|desk| *desk != *"responsible").collect()
    }

    /// The deadline rule of that id.
    pub fn deadline(&self, rule: &str) -> Option<&DeadlineRule> {
        self.pack.deadline.iter().find(|one| one.rule == *rule)
    }
}
