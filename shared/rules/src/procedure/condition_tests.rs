//! Conditions on classes and axes that hold several values, or none that is known yet.

use super::*;

struct Stands {
    class: Option<&'static str>,
    axes: BTreeMap<&'static str, &'static str>,
}

impl Situation for Stands {
    fn class(&self) -> Option<&str> {
        self.class
    }
    fn axis(&self, axis: &str) -> Option<&str> {
        self.axes.get(axis).copied()
    }
    fn field(&self, _: &str) -> Option<&Value> {
        None
    }
    fn reached(&self, _: &str) -> bool {
        false
    }
    fn answers(&self) -> u32 {
        0
    }
    fn reaction(&self) -> Option<&str> {
        None
    }
    fn off_hours(&self) -> bool {
        false
    }
}

fn stands(class: Option<&'static str>, axes: &[(&'static str, &'static str)]) -> Stands {
    Stands {
        class,
        axes: axes.iter().copied().collect(),
    }
}

fn when(text: &str) -> Condition {
    toml::from_str(text).unwrap()
}

#[test]
fn each_value_of_an_axis_of_several_is_compared() {
    let of = stands(None, &[("demand", "派人到现场+补货")]);
    assert!(when(r#"axis = { demand = ["补货"] }"#).holds(&of));
    assert!(when(r#"axis = { demand = ["派人到现场+补货"] }"#).holds(&of));
    assert!(!when(r#"axis = { demand = ["换货"] }"#).holds(&of));
}

#[test]
fn what_stands_before_the_colon_of_a_class_may_be_left_out() {
    for class in ["诉求:派人到现场+补货", "诉求:派人到现场+补货"] {
        let of = stands(Some(class), &[]);
        assert!(when(r#"class = ["派人到现场"] "#).holds(&of), "{class}");
        assert!(when(r#"class = ["补货"] "#).holds(&of), "{class}");
        assert!(!when(r#"class = ["诉求"] "#).holds(&of), "{class}");
    }
    let of = stands(Some("诉求:派人到现场+补货"), &[]);
    assert!(when(r#"class = ["诉求:补货"] "#).holds(&of));
    assert!(!when(r#"class = ["别的:补货"] "#).holds(&of));
}

#[test]
fn what_is_not_known_excludes_nothing() {
    let of = stands(None, &[("place", NOT_KNOWN)]);
    let city = when(r#"axis = { place = ["市区"] }"#);
    assert!(city.holds(&of) && !city.surely_holds(&of));
    let elsewhere = when(r#"none = [{ axis = { place = ["市区"] } }, { class = ["服务投诉"] }]"#);
    assert!(elsewhere.holds(&of) && !elsewhere.surely_holds(&of));
    let never = when(r#"none = [{ none = [{ class = ["服务投诉"] }] }]"#);
    assert!(never.holds(&of) && !never.surely_holds(&of));
}

#[test]
fn an_axis_that_is_open_is_not_one_that_is_unknown() {
    let of = stands(Some("故障"), &[]);
    assert!(!when(r#"axis = { place = ["市区"] }"#).holds(&of));
    assert!(when(r#"none = [{ axis = { place = ["市区"] } }]"#).surely_holds(&of));
}
