//! What holds for any text: no panic, the same answer twice, offsets inside the text, the tail is read, time is linear.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::check;
use crate::classify::{Classification, Lexicon};

fn sound(text: &str) {
    let total = text.chars().count();
    for id in ["P10", "P19", "P20"] {
        let verdict = check(id, text);
        assert_eq!(verdict, check(id, text));
        assert!((0.0..=1.0).contains(&verdict.confidence));
        for one in &verdict.because {
            assert!(one.start <= one.end && one.end <= total, "{one:?} of {total}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_gives_a_sound_verdict(text in "\\PC{0,300}") {
        sound(&text);
    }

    #[test]
    fn any_mixture_of_telling_words_gives_a_sound_verdict(
        words in proptest::collection::vec(
            prop::sample::select(vec![
                "没有", "不", "受伤", "律师", "如果", "刹车", "失灵", ",", "。", "?", "赔偿", "八万", "3.5", "万", "元", "哈哈", "听说",
                "not", " ", "lawyer", "e\u{301}", "\u{301}", "ﬁ", "Ⅱ", "\n", "第", "三", "次", "修", "零", "亿", "1,2", "１２", "但是", "另外", "气话",
            ]),
            0..60,
        )
    ) {
        sound(&words.concat());
    }
}

#[test]
fn very_long_texts_are_read_at_head_and_tail() {
    for part in [
        "没",
        "刹车",
        "不如果律师,",
        "\u{301}",
        "1",
        "一",
        "万",
        "a ",
        "😀",
        "请问赔偿",
    ] {
        let long = part.repeat(100_000 / part.chars().count());
        sound(&long);
        let verdict = check("P10", &format!("{long}。昨天刹车失灵,车撞了,人送医院。"));
        assert_eq!(verdict.class, "重大投诉", "after many {part:?}");
        assert!(verdict.needs_review);
    }
}

/// The time that this thread has worked: other programs on the machine do not count.
fn worked(since: Instant) -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = stat.and_then(|stat| stat.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| since.elapsed(), Duration::from_nanos)
}

#[test]
fn twice_the_text_costs_about_twice_the_time() {
    let begin = Instant::now();
    let time = |text: &str| {
        let best = (0..3).map(|_| {
            let start = worked(begin);
            check("P10", text);
            worked(begin).saturating_sub(start)
        });
        best.min().unwrap_or_default()
    };
    for part in [
        "没有如果不律师刹车失灵赔偿三千元,",
        "刹车",
        "不",
        "听说哈哈隔壁店很好",
        "损失5000元",
    ] {
        let one = time(&part.repeat(5_000 / part.chars().count()));
        let four = time(&part.repeat(20_000 / part.chars().count()));
        println!("{part}: {one:?} {four:?}");
        assert!(
            four < one * 12 + Duration::from_millis(20),
            "{part}: {one:?} then {four:?}"
        );
    }
}

#[test]
fn a_wrong_pack_is_refused_with_everything_that_is_wrong() {
    let classes = r#"
        [label]
        enquiry = "a"
        vague = "b"
        source = "s"
        [[axis]]
        id = "x"
        title = {}
        main = true
        source = "s"
        class = [{ name = "one", en = "one" }]
        [[rule]]
        rule = "R1"
        axis = "x"
        value = "two"
        cues = ["nowhere"]
        source = "s"
    "#;
    let pack = Classification::parse(classes, "").expect("it reads");
    static EMPTY: LazyLock<Lexicon> = LazyLock::new(Lexicon::default);
    let problems = pack.compile(&EMPTY).expect_err("it is wrong");
    assert!(
        problems.iter().any(|p| p.contains("nowhere")) && problems.iter().any(|p| p.contains("`two`")),
        "{problems:?}"
    );
}
