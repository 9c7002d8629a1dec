//! The tricks that real texts play, one by one.

use serde_json::json;

use super::{check, check_with};
use crate::classify::{Kind, Verdict};

fn major(text: &str) -> Verdict {
    let verdict = check("P10", text);
    assert_eq!(verdict.class, "重大投诉", "{text} {verdict:#?}");
    verdict
}

fn general(text: &str) -> Verdict {
    let verdict = check("P10", text);
    assert_eq!(verdict.class, "一般投诉", "{text} {verdict:#?}");
    verdict
}

#[test]
fn a_denied_mention_of_media_and_lawyer_stays_general_and_is_reported_as_denied() {
    let verdict = general("先说清楚,我不找记者也不请律师,就是这次工时费比上回多了五十,给个明白账就行。");
    assert_eq!(verdict.department.as_deref(), Some("业务经理"));
    assert!(
        verdict
            .set_aside
            .iter()
            .any(|a| a.cue == "threat.media" && a.why == "negation")
    );
}

#[test]
fn a_denial_does_not_reach_past_its_own_verb() {
    major("你们没有及时处理导致孩子受伤,车现在还停在你们车间。");
}

#[test]
fn a_denied_injury_is_no_injury() {
    general("洗车的时候水溅到孩子身上了,没有受伤,就是衣服湿了,希望你们洗车时注意点。");
}

#[test]
fn two_denials_are_a_statement() {
    major("我不是不找律师,是先给你们一个机会,保养没做好就要认。");
}

#[test]
fn an_if_makes_a_threat() {
    major("空调修了还是不凉,如果这周再不给我弄好,我就找电视台。");
}

#[test]
fn a_joke_is_not_a_threat_but_somebody_looks() {
    let verdict = general("这次保养等了半小时,再有下次我找记者曝光你们,哈哈开玩笑的,别紧张。");
    assert!(verdict.needs_review);
}

#[test]
fn a_joke_never_silences_safety() {
    major("刹车踩下去没反应,哈哈,你们可真行。");
}

#[test]
fn hearsay_and_other_firms_do_not_count() {
    let verdict = general("听说你们店有台车刹车失灵出过事故。我今天来是因为前台态度太差。");
    assert_eq!(verdict.department.as_deref(), Some("综合部经理"));
    assert!(verdict.needs_review);
    general("隔壁那家4S店都修出事故了,你们这次洗车没洗干净,下次注意。");
}

#[test]
fn an_answer_beats_the_text_but_never_silences_safety() {
    let said = "空调没修好,要求赔偿。";
    let denied = check_with("P10", said, &[("compensation_demanded", json!(false))], false);
    assert_eq!(denied.class, "一般投诉");
    let given = check_with("P10", "空调没修好。", &[("compensation_demanded", json!("是"))], false);
    assert_eq!(given.class, "重大投诉");
    let unsafe_ = check_with("P10", "刹车失灵,差点撞上。", &[("safety_related", json!(false))], false);
    assert_eq!(unsafe_.class, "重大投诉");
    assert!(unsafe_.needs_review);
}

#[test]
fn urgency_is_a_question_outside_working_time_only() {
    let text = "刚换的轮胎螺栓松了,车停在应急车道上。";
    assert_eq!(check_with("P10", text, &[], true).axes["urgency"], "紧急");
    assert_eq!(check_with("P10", text, &[], false).axes["urgency"], "非紧急");
    assert_eq!(
        check("P10", &format!("周六晚上九点半来电:{text}")).axes["urgency"],
        "紧急"
    );
}

#[test]
fn amounts_are_read_as_people_write_them() {
    let tier = |text: &str| check("P19", text).axes.get("amount").cloned().unwrap_or_default();
    assert_eq!(tier("整批料筒开裂,要求退款加赔偿一共八万六。"), ">5000");
    assert_eq!(tier("螺杆崩牙,要求赔偿3.5万。"), ">5000");
    assert_eq!(tier("螺杆崩牙,要求赔偿¥1,200。"), "1000–5000");
    assert_eq!(tier("螺杆崩牙,要求折让8００元。"), "≤1000");
    assert_eq!(tier("螺杆崩牙,要求赔偿5000元。"), "1000–5000");
    assert_eq!(tier("机器12万买的,螺杆裂了,要求折让三千五百块。"), "1000–5000");
    assert_eq!(tier("两千根螺杆有问题,要求退货。"), "");
}

#[test]
fn both_scripts_and_their_mixture_give_the_same_class() {
    for text in [
        "刹车失灵,差点撞车。",
        "煞車失靈,差點撞車。",
        "剎車失灵,差點撞车。",
        "刹 车 失 灵,差点撞车。",
        "杀车失灵,差点撞车。",
    ] {
        major(text);
    }
}

#[test]
fn offsets_are_characters_of_the_original_text() {
    let text = "😀 ﬁrst:煞車 失靈!";
    let verdict = major(text);
    let why = verdict
        .because
        .iter()
        .find(|b| b.cue == "car.danger")
        .expect("the brake is named");
    let cut: String = text.chars().skip(why.start).take(why.end - why.start).collect();
    assert_eq!(cut, "煞車 失靈");
    assert_eq!(why.text.as_deref(), Some("煞車 失靈"));
}

#[test]
fn a_plain_question_is_no_complaint_and_a_bare_grumble_asks_for_more() {
    assert_eq!(
        check("P10", "请问六万公里保养套餐现在什么价?国庆有没有活动?").kind,
        Kind::Enquiry
    );
    let vague = check("P10", "我要投诉!");
    assert_eq!((vague.kind, vague.class.as_str()), (Kind::Vague, "待补充"));
    assert!(vague.needs_review);
    assert_eq!(check("P20", "你們的藥有問題。").kind, Kind::Vague);
}

#[test]
fn a_reclassification_is_routed_by_the_same_table() {
    let axes = [("severity", "重大投诉"), ("subject", "销售")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    assert_eq!(
        super::classifier("P10").department(&axes.into()).as_deref(),
        Some("销售经理")
    );
}

#[test]
fn in_a_mixture_the_graver_matter_wins() {
    assert_eq!(check("P19", "交期晚了五天,而且这批螺杆有裂纹。").class, "质量异常");
    assert_eq!(check("P20", "外箱压扁,另外有一瓶里有玻璃屑。").class, "Ⅰ類");
    assert_eq!(
        major("销售答应送的脚垫没给,上周保养完刹车失灵。").department.as_deref(),
        Some("服务经理")
    );
}
