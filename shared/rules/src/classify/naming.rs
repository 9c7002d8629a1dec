//! How a class that several axes make up is written, and how such a name is read back.

use std::collections::BTreeMap;

use super::model::{Axis, Classes, Kind};

impl Classes {
    /// The class under which a complaint of this kind stands, from its axes.
    pub fn class_name(&self, kind: Kind, axes: &BTreeMap<String, String>) -> String {
        let on = |axis: Option<&String>| axis.and_then(|id| axes.get(id)).cloned();
        let named = match kind {
            Kind::Complaint => match &self.label.class {
                Some(pattern) => written(pattern, axes),
                None => on(self.axis.iter().find(|axis| axis.main).map(|axis| &axis.id)),
            },
            Kind::Service => on(self.label.service_axis.as_ref()),
            Kind::Information => on(self.label.information_axis.as_ref()),
            Kind::Enquiry => Some(self.label.enquiry.clone()),
            Kind::Vague => None,
        };
        named.unwrap_or_else(|| self.label.vague.clone())
    }

    /// The axes that a class made up of several names says something of: of a part such as `{warranty}-{place}故障` each of
    /// its axes, else the axis that lists the part. A part that no axis lists stands on the main one, where it will be
    /// refused.
    pub fn parts(&self, class: &str) -> BTreeMap<String, String> {
        let pattern = self.label.class.as_deref().unwrap_or_default();
        let prefix = pattern.split('{').next().unwrap_or_default();
        let composed: Vec<Vec<Segment<'_>>> = pattern
            .split('+')
            .map(segments)
            .filter(|segments| segments.len() > 1)
            .collect();
        let mut axes: BTreeMap<String, String> = BTreeMap::new();
        let mut add = |axis: &str, value: &str| {
            axes.entry(axis.to_owned())
                .and_modify(|had| {
                    had.push('+');
                    had.push_str(value);
                })
                .or_insert_with(|| value.to_owned());
        };
        for part in class.split('+') {
            if let Some(found) = composed.iter().find_map(|segments| self.fitting(segments, part)) {
                found.into_iter().for_each(|(axis, value)| add(axis, value));
                continue;
            }
            let part = part.strip_prefix(prefix).unwrap_or(part);
            let lists = |axis: &&Axis| axis.class.iter().any(|one| one.name == part);
            let listing = self.axis.iter().find(lists);
            if let Some(axis) = listing.or_else(|| self.axis.iter().find(|axis| axis.main)) {
                add(&axis.id, part);
            }
        }
        axes
    }

    /// The axes of a class whose parts may stand in another order, each axis in the order of its classes; nothing where an
    /// axis does not list a part.
    pub(super) fn ordered(&self, class: &str) -> Option<BTreeMap<String, String>> {
        let mut axes = self.parts(class);
        for (id, value) in &mut axes {
            let axis = self.axis.iter().find(|axis| axis.id == *id)?;
            let named: Vec<&str> = value.split('+').collect();
            let listed = axis.class.iter().map(|class| class.name.as_str());
            let sorted: Vec<&str> = listed.filter(|name| named.contains(name)).collect();
            if sorted.len() != named.len() {
                return None;
            }
            *value = sorted.join("+");
        }
        Some(axes)
    }

    /// How a part of a class fits a part of the pattern: the value on each of its axes.
    fn fitting<'a>(&'a self, segments: &[Segment<'a>], part: &str) -> Option<Vec<(&'a str, &'a str)>> {
        let Some((first, rest)) = segments.split_first() else {
            return part.is_empty().then(Vec::new);
        };
        match first {
            Segment::Text(text) => self.fitting(rest, part.strip_prefix(text)?),
            Segment::Axis(id) => {
                let axis = self.axis.iter().find(|axis| axis.id == *id)?;
                axis.class.iter().find_map(|class| {
                    let mut found = self.fitting(rest, part.strip_prefix(class.name.as_str())?)?;
                    found.push((axis.id.as_str(), class.name.as_str()));
                    Some(found)
                })
            }
        }
    }
}

/// A piece of a pattern.
enum Segment<'a> {
    Text(&'a str),
    Axis(&'a str),
}

fn segments(part: &str) -> Vec<Segment<'_>> {
    let mut all = Vec::new();
    let mut left = part;
    while let Some((text, (axis, after))) = left
        .split_once('{')
        .and_then(|(text, rest)| Some((text, rest.split_once('}')?)))
    {
        if !text.is_empty() {
            all.push(Segment::Text(text));
        }
        all.push(Segment::Axis(axis));
        left = after;
    }
    if !left.is_empty() {
        all.push(Segment::Text(left));
    }
    all
}

/// Fills a pattern such as `{market}+{regulatory}`; parts with an axis that is open fall away, and nothing is left of none.
fn written(pattern: &str, axes: &BTreeMap<String, String>) -> Option<String> {
    let filled = |segment: Segment<'_>| match segment {
        Segment::Text(text) => Some(text.to_owned()),
        Segment::Axis(id) => axes.get(id).cloned(),
    };
    let part = |part: &str| segments(part).into_iter().map(filled).collect::<Option<String>>();
    let parts: Vec<String> = pattern.split('+').filter_map(part).collect();
    (!parts.is_empty()).then(|| parts.join("+"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(pattern: &str) -> Classes {
        let text = format!(
            r#"
            label = {{ enquiry = "咨询", vague = "待补充", class = "{pattern}", source = "s" }}
            [[axis]]
            id = "case"
            title = {{ zh = "事项" }}
            main = true
            class = [{{ name = "故障", en = "fault" }}]
            source = "s"
            [[axis]]
            id = "warranty"
            title = {{ zh = "保修" }}
            class = [{{ name = "保修期内", en = "in" }}, {{ name = "保修期外", en = "out" }}]
            source = "s"
            [[axis]]
            id = "place"
            title = {{ zh = "地点" }}
            class = [{{ name = "郊区", en = "suburb" }}, {{ name = "市区", en = "city" }}]
            source = "s"
            "#
        );
        toml::from_str(&text).unwrap()
    }

    fn axes(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(axis, value)| ((*axis).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn several_axes_may_make_up_one_part_and_a_part_with_an_open_axis_falls_away() {
        let classes = classes("{warranty}-{place}故障+{case}");
        let name = |pairs: &[(&str, &str)]| classes.class_name(Kind::Complaint, &axes(pairs));
        assert_eq!(
            name(&[("warranty", "保修期外"), ("place", "郊区"), ("case", "故障")]),
            "保修期外-郊区故障+故障"
        );
        assert_eq!(name(&[("warranty", "保修期外"), ("case", "故障")]), "故障");
        assert_eq!(name(&[("warranty", "保修期外")]), "待补充");
    }

    #[test]
    fn a_name_made_of_several_axes_is_read_back_onto_them() {
        let classes = classes("{warranty}-{place}故障+{case}");
        assert_eq!(
            classes.parts("保修期内-市区故障+故障"),
            axes(&[("warranty", "保修期内"), ("place", "市区"), ("case", "故障")])
        );
        assert_eq!(
            classes.parts("外观不好"),
            axes(&[("case", "外观不好")]),
            "no axis lists it"
        );
    }

    #[test]
    fn the_values_of_an_axis_are_put_in_its_order_and_none_is_lost() {
        let classes = classes("保修:{warranty}");
        assert_eq!(
            classes.ordered("保修:保修期外+保修期内"),
            Some(axes(&[("warranty", "保修期内+保修期外")]))
        );
        assert_eq!(classes.ordered("外观不好"), None, "no axis lists it");
    }

    #[test]
    fn several_values_after_a_literal_beginning_stand_on_one_axis() {
        let classes = classes("保修:{warranty}");
        assert_eq!(
            classes.parts("保修:保修期内+保修期外"),
            axes(&[("warranty", "保修期内+保修期外")])
        );
    }
}
