//! What the name of a class says of the axes: the one that lists it, and those whose classes its name is made of.

use std::collections::BTreeMap;

use super::Procedure;
use crate::classify::{Axis, Kind};

/// What a class implies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Implied {
    /// The class of the complaint, if it is one: not a value on a further axis.
    pub class: Option<String>,
    /// Values on axes, and `kind`.
    pub axes: BTreeMap<String, String>,
}

/// What this class implies; nothing if no axis knows the name.
pub fn implied(procedure: &Procedure, class: &str) -> Option<Implied> {
    let classes = &procedure.pack.classes;
    let labels = &classes.label;
    let lists = |axis: &&Axis| axis.class.iter().any(|one| one.name == class);
    let composed = labels.class.is_some().then(|| classes.parts(class));
    let composed = composed.filter(|axes| {
        let known = |(axis, value): (&String, &String)| {
            let names = procedure.classes(axis);
            value.split('+').all(|one| names.iter().any(|name| name == one))
        };
        axes.iter().all(known)
    });
    if let Some(mut axes) = composed {
        let class = classes.class_name(Kind::Complaint, &axes);
        axes.insert("kind".to_owned(), Kind::Complaint.code().to_owned());
        return Some(Implied {
            class: Some(class).filter(|class| *class != labels.vague),
            axes,
        });
    }
    let own = classes.axis.iter().filter(lists).min_by_key(|axis| !axis.main)?;
    let kind = match Some(&own.id) {
        id if id == labels.service_axis.as_ref() => Some(Kind::Service),
        id if id == labels.information_axis.as_ref() => Some(Kind::Information),
        _ if own.main => Some(Kind::Complaint),
        _ => None,
    };
    let mut axes = BTreeMap::from([(own.id.clone(), class.to_owned())]);
    axes.extend(kind.map(|kind| ("kind".to_owned(), kind.code().to_owned())));
    for axis in classes
        .axis
        .iter()
        .filter(|axis| axis.id != own.id && made_of(own, axis))
    {
        let mut named = axis.class.iter().filter(|one| class.contains(one.name.as_str()));
        if let (Some(one), None) = (named.next(), named.next()) {
            axes.insert(axis.id.clone(), one.name.clone());
        }
    }
    Some(Implied {
        class: kind.map(|_| class.to_owned()),
        axes,
    })
}

/// Whether names of classes are made of the classes of another axis: each of those stands in one of them.
fn made_of(own: &Axis, other: &Axis) -> bool {
    let stands = |name: &str| own.class.iter().any(|one| one.name != name && one.name.contains(name));
    !other.class.is_empty() && other.class.iter().all(|one| stands(&one.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::procedure::load::shipped;

    type Pairs = Vec<(String, String)>;

    fn axes(id: &str, class: &str) -> Option<(Option<String>, Pairs)> {
        let procedure = shipped(id).unwrap().unwrap_or_else(|faults| panic!("{faults:?}"));
        implied(&procedure, class).map(|found| (found.class, found.axes.into_iter().collect()))
    }

    fn pairs(list: &[(&str, &str)]) -> Pairs {
        list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn a_name_made_of_other_axes_sets_them_and_leaves_open_what_it_does_not_say() {
        let both = pairs(&[
            ("case", "保修期内-市区故障"),
            ("kind", "complaint"),
            ("place", "市区"),
            ("warranty", "保修期内"),
        ]);
        assert_eq!(
            axes("P13", "保修期内-市区故障"),
            Some((Some("保修期内-市区故障".to_owned()), both))
        );
        let (_, open) = axes("P13", "保修期内-故障").unwrap();
        assert!(open.iter().all(|(axis, _)| axis != "place"), "{open:?}");
    }

    #[test]
    fn a_value_on_a_further_axis_is_no_class() {
        let (class, found) = axes("P13", "紧急").unwrap();
        assert_eq!((class, found), (None, pairs(&[("urgency", "紧急")])));
        assert_eq!(axes("P13", "没有这一类"), None);
    }
}
