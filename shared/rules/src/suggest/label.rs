//! Values behind a label, in Chinese (both scripts) and English.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::{Suggestion, at, before, code, is_code, phone, plate};

/// Labels by the field they stand for. A longer label wins over a shorter one that begins at the same place.
const LABELS: &[(&str, &[&str])] = &[
    (
        "order_no",
        &[
            "订单号",
            "订单编号",
            "订单",
            "采购单号",
            "合同订单",
            "訂單號",
            "訂單編號",
            "訂單",
            "採購單號",
            "order no",
            "order number",
            "order id",
            "order",
            "purchase order",
            "po no",
            "p.o. no",
            "po number",
        ],
    ),
    (
        "batch_no",
        &[
            "批号",
            "批次号",
            "批次",
            "生产批号",
            "产品批号",
            "批號",
            "批次號",
            "生產批號",
            "產品批號",
            "batch no",
            "batch number",
            "batch",
            "lot no",
            "lot number",
            "lot",
        ],
    ),
    (
        "serial_no",
        &[
            "序列号",
            "机身号",
            "机身编号",
            "出厂编号",
            "机器编号",
            "机号",
            "序列號",
            "機身號",
            "機身編號",
            "出廠編號",
            "機器編號",
            "機號",
            "serial no",
            "serial number",
            "serial",
            "s/n",
            "sn",
        ],
    ),
    (
        "model_spec",
        &[
            "型号",
            "规格型号",
            "产品型号",
            "机型",
            "型號",
            "規格型號",
            "產品型號",
            "機型",
            "model no",
            "model number",
            "model",
        ],
    ),
    (
        "customer_contact",
        &[
            "电话",
            "联系电话",
            "手机",
            "手机号",
            "手机号码",
            "電話",
            "聯絡電話",
            "聯繫電話",
            "手機",
            "手機號",
            "手機號碼",
            "phone",
            "mobile",
            "telephone",
            "tel",
            "cell",
        ],
    ),
    (
        "licence_plate",
        &[
            "车牌",
            "车牌号",
            "车牌号码",
            "車牌",
            "車牌號",
            "車牌號碼",
            "licence plate",
            "license plate",
            "plate no",
            "plate number",
            "plate",
        ],
    ),
];

/// What may stand between a label and its value.
const BETWEEN: &[&str] = &[
    "号码", "號碼", "编号", "編號", "号", "號", "是", "为", "為", "number", "no", "nr", "is", "was", "id",
];
/// How many such words and signs are passed over.
const BETWEEN_MOST: usize = 8;

static FINDER: LazyLock<Option<(AhoCorasick, Vec<&'static str>)>> = LazyLock::new(|| {
    let pairs = || {
        LABELS
            .iter()
            .flat_map(|(field, labels)| labels.iter().map(move |label| (*field, *label)))
    };
    let finder = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(pairs().map(|(_, label)| label));
    Some((finder.ok()?, pairs().map(|(field, _)| field).collect()))
});

/// The values that stand behind a label.
pub(super) fn labelled(chars: &[char]) -> Vec<Suggestion> {
    let Some((finder, fields)) = FINDER.as_ref() else {
        return Vec::new();
    };
    let text: String = chars.iter().collect();
    let mut all = Vec::new();
    // Places in bytes become places in characters along the way, each character once.
    let (mut bytes, mut place) = (0, 0);
    let mut taken = 0;
    for found in finder.find_iter(&text) {
        place += text.get(bytes..found.start()).unwrap_or_default().chars().count();
        let length = text.get(found.start()..found.end()).unwrap_or_default().chars().count();
        let (start, end) = (place, place + length);
        (bytes, place) = (found.end(), end);
        let Some(field) = fields.get(found.pattern().as_usize()) else {
            continue;
        };
        // What looks like a label inside a value is a part of it.
        if start < taken {
            continue;
        }
        // A Latin label is a word of its own.
        let latin = at(chars, start).is_some_and(is_code);
        let whole =
            !before(chars, start).is_some_and(is_code) && !at(chars, end).is_some_and(|c| c.is_ascii_alphabetic());
        if latin && !whole {
            continue;
        }
        let value = passed_over(chars, end);
        let read = match *field {
            "customer_contact" => phone::read(chars, value),
            "licence_plate" => plate::read(chars, value),
            "model_spec" => code::read(chars, value, 2),
            _ => code::read(chars, value, 3),
        };
        if let Some((read, end)) = read {
            taken = end;
            all.push(Suggestion {
                field,
                value: read,
                start: value,
                end,
                sure: true,
            });
        }
    }
    all
}

/// The place behind what may stand between a label and its value, on the same line.
fn passed_over(chars: &[char], from: usize) -> usize {
    let mut place = from;
    for _ in 0..BETWEEN_MOST {
        let rest = chars.get(place..).unwrap_or_default();
        let sign = rest.first().is_some_and(|c| {
            matches!(
                c,
                ' ' | '\t' | ':' | '#' | '=' | '.' | ',' | '(' | '[' | '"' | '\'' | '【' | '“' | '「' | '、'
            )
        });
        if sign {
            place += 1;
            continue;
        }
        let word = BETWEEN.iter().find(|word| begins_with(rest, word));
        let Some(word) = word else { break };
        place += word.chars().count();
    }
    place
}

fn begins_with(chars: &[char], word: &str) -> bool {
    let length = word.chars().count();
    let same = word
        .chars()
        .zip(chars)
        .filter(|(own, c)| own.eq_ignore_ascii_case(c))
        .count()
        == length;
    // "no" is a word before a blank, and the beginning of a number before a digit.
    let latin = word.is_ascii();
    same && !(latin && chars.get(length).copied().is_some_and(is_code))
}
