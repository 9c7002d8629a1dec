//! Lines by which mail programs announce a quotation or end a letter, in the languages that write to us.

/// Whether a line is a signature that a telephone or a program adds by itself.
pub(super) fn device(line: &str) -> bool {
    const BEGIN: [&str; 18] = [
        "发自我的",
        "發自我的",
        "来自我的",
        "來自我的",
        "发送自我的",
        "傳送自我的",
        "發送自我的",
        "发自 outlook",
        "發自 outlook",
        "获取 outlook",
        "取得 outlook",
        "sent from my ",
        "sent from mail for",
        "sent from outlook",
        "get outlook for",
        "von meinem ",
        "gesendet von ",
        "envoyé de mon ",
    ];
    if line.len() > 240 {
        return false;
    }
    let line = line.trim().to_lowercase();
    let moved =
        |word: &str| line.starts_with(word) && ["发送", "傳送", "寄出", "发出"].iter().any(|end| line.ends_with(end));
    line.chars().count() <= 60
        && (BEGIN.iter().any(|begin| line.starts_with(begin)) || moved("从我的") || moved("從我的"))
}

/// Whether a line stands between what is new and the original: `----- 原始邮件 -----`.
pub(super) fn separator(line: &str) -> bool {
    const WORDS: [&str; 20] = [
        "原始邮件",
        "原邮件",
        "原始郵件",
        "原始訊息",
        "原郵件",
        "转发的邮件",
        "转发的消息",
        "转发邮件",
        "轉寄的郵件",
        "轉寄郵件",
        "轉寄訊息",
        "original",
        "forwarded message",
        "forwarded by",
        "reply message",
        "ursprüngliche nachricht",
        "weitergeleitete nachricht",
        "message d'origine",
        "message original",
        "元のメッセージ",
    ];
    const WHOLE: [&str; 7] = [
        "begin forwarded message",
        "下面是被转发的邮件",
        "开始转发的邮件",
        "以下是轉寄的郵件",
        "開始轉寄郵件",
        "anfang der weitergeleiteten nachricht",
        "début du message transféré",
    ];
    let line = line.trim();
    if line.len() > 200 || !(line.starts_with("--") || line.ends_with([':', '：'])) {
        return false;
    }
    let line = line.to_lowercase();
    if WHOLE.contains(&line.trim_end_matches([':', '：', ' '])) {
        return true;
    }
    let dashed = line.starts_with("--") && line.ends_with("--");
    let inner = line.trim_matches(['-', ' ']);
    dashed && inner.chars().count() <= 40 && WORDS.iter().any(|word| inner.contains(word))
}

/// Whether a line only draws a line.
pub(super) fn rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 5 && line.bytes().all(|byte| matches!(byte, b'_' | b'-' | b'=' | b'*'))
}

/// Whether the lines that follow are the header of an original, as Outlook and Foxmail write it over a quotation.
pub(super) fn block<'t>(mut lines: impl Iterator<Item = &'t str>) -> bool {
    if lines.next().map(label) != Some(Label::From) {
        return false;
    }
    let labels: Vec<Label> = lines
        .filter(|line| !line.trim().is_empty())
        .take(6)
        .map(label)
        .collect();
    // A shipping label has a sender, a recipient and a date as well, but no subject and no time of sending.
    labels.contains(&Label::Letter) && labels.iter().filter(|label| **label != Label::None).count() >= 2
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    None,
    /// Who wrote.
    From,
    /// What only letters have: a subject, a time of sending.
    Letter,
    /// What other papers have too.
    Other,
}

fn label(line: &str) -> Label {
    const FROM: [&str; 10] = [
        "from",
        "发件人",
        "寄件者",
        "寄件人",
        "von",
        "de",
        "差出人",
        "發件人",
        "发信人",
        "sender",
    ];
    const LETTER: [&str; 16] = [
        "subject",
        "sent",
        "主题",
        "主題",
        "主旨",
        "发送时间",
        "发送日期",
        "傳送時間",
        "寄件日期",
        "發送時間",
        "betreff",
        "gesendet",
        "objet",
        "envoyé",
        "件名",
        "送信日時",
    ];
    const OTHER: [&str; 17] = [
        "to",
        "cc",
        "date",
        "收件人",
        "收件者",
        "抄送",
        "副本",
        "日期",
        "时间",
        "an",
        "datum",
        "à",
        "宛先",
        "reply-to",
        "收信人",
        "密送",
        "kopie",
    ];
    let line = line.trim_start_matches(['*', ' ', '\t', '|', '【']);
    let end = line.char_indices().nth(30).map_or(line.len(), |(at, _)| at);
    let Some((name, _)) = line.get(..end).and_then(|start| start.split_once([':', '：'])) else {
        return Label::None;
    };
    let name: String = name
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '*')
        .flat_map(char::to_lowercase)
        .collect();
    match name.as_str() {
        name if FROM.contains(&name) => Label::From,
        name if LETTER.contains(&name) => Label::Letter,
        name if OTHER.contains(&name) => Label::Other,
        _ => Label::None,
    }
}

/// How many lines, of these that follow, say who wrote what stands below: `On …, X wrote:`. Programs break that line.
pub(super) fn attribution<'t>(lines: impl Iterator<Item = &'t str>) -> Option<usize> {
    let mut joined = String::new();
    for (at, line) in lines.take(3).enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('>') || joined.len() + line.len() > 400 {
            return None;
        }
        // A line that goes on begins like one and is no sentence of its own.
        if at == 0 && !line.contains(|letter: char| letter.is_ascii_digit() || letter == '@') {
            return None;
        }
        if at > 0 {
            joined.push(' ');
        }
        joined.push_str(line);
        if says(&joined) {
            return Some(at + 1);
        }
        if at == 0 && !begins(line) {
            return None;
        }
    }
    None
}

fn begins(line: &str) -> bool {
    const BEGIN: [&str; 9] = ["On ", "At ", "Am ", "Le ", "El ", "在", "於", "于", "Op "];
    BEGIN.iter().any(|begin| line.starts_with(begin)) || (line.contains('@') && line.contains('<'))
}

fn says(line: &str) -> bool {
    const END: [&str; 12] = [
        "wrote:",
        "写道：",
        "写道:",
        "寫道：",
        "寫道:",
        "schrieb:",
        "a écrit :",
        "a écrit:",
        "escribió:",
        "のメール:",
        "wrote：",
        "書きました:",
    ];
    let dated = line.contains(|letter: char| letter.is_ascii_digit()) || line.contains('@');
    let line = line.trim_end();
    dated
        && (END.iter().any(|end| line.ends_with(end))
            || (line.starts_with("Am ") && line.contains(" schrieb ") && line.ends_with(':')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_known() {
        for line in [
            "------------------ 原始邮件 ------------------",
            "------------------ Original ------------------",
            "-----Original Message-----",
            "---- 回复的原邮件 ----",
            "-----原始郵件-----",
            "---------- Forwarded message ---------",
            "-------- 转发的消息 --------",
            "-----Ursprüngliche Nachricht-----",
            "Begin forwarded message:",
            "下面是被转发的邮件：",
        ] {
            assert!(separator(line), "{line}");
        }
        for line in [
            "原始邮件",
            "-- ",
            "-----",
            "--原始邮件在附件里,请查看,我们上周五下午已经和你们的客服通过电话确认过了这件事情,但是没有结果--",
            "a ---- b",
        ] {
            assert!(!separator(line), "{line}");
        }
    }

    #[test]
    fn attributions_are_known_even_when_broken() {
        let count = |text: &str| attribution(text.lines());
        for text in [
            "On Tue, Mar 10, 2026 at 10:00 AM Kesu <k@c.example> wrote:",
            "张三 <a@b.example> 于2026年3月10日周二 10:00写道：",
            "在 2026年3月10日，10:00，客服 <k@c.example> 写道：",
            "At 2026-03-10 10:00:00, \"客服\" <k@c.example> wrote:",
            "客服 <k@c.example> 於 2026年3月10日 週二 上午10:00寫道：",
            "Am 10.03.2026 um 10:00 schrieb Kesu <k@c.example>:",
            "Le mar. 10 mars 2026 à 10:00, Kesu <k@c.example> a écrit :",
        ] {
            assert_eq!(count(text), Some(1), "{text}");
        }
        assert_eq!(
            count("On Tue, Mar 10, 2026 at 10:00 AM Kesu\n<k@c.example> wrote:\n> a"),
            Some(2)
        );
        for text in [
            "他在说明书里写道：",
            "I wrote:",
            "On 10 March the pump broke.\nIt leaks.\nHe wrote: \"no\"",
            "",
            "> On 1 x wrote:",
        ] {
            assert_eq!(count(text), None, "{text}");
        }
    }

    #[test]
    fn headers_of_an_original_are_known_and_shipping_labels_are_not() {
        for text in [
            "发件人: 客服\n发送时间: 2026年3月10日 10:00\n收件人: a\n主题: 回复",
            "发件人： 客服\n发送时间： 2026-03-10\n收件人： a\n主题： x",
            "From: K <k@c.example>\nSent: Tuesday\nTo: a\nSubject: x",
            "*From:* K\n*Date:* Tuesday\n*To:* a\n*Subject:* x",
            "寄件者: K\n寄件日期: 2026\n收件者: a\n主旨: x",
            "Von: K\nGesendet: Dienstag\nAn: a\nBetreff: x",
            "发件人:\tK\n\n日期:\t2026\n\n收件人:\ta\n\n主题:\tx",
        ] {
            assert!(block(text.lines()), "{text}");
        }
        for text in [
            "寄件人：张三\n收件人：李四\n日期：3月10日\n单号：1",
            "From: a\nhello",
            "发件人: x",
            "主题: x\n发件人: y\n收件人: z",
        ] {
            assert!(!block(text.lines()), "{text}");
        }
    }

    #[test]
    fn signatures_of_devices_are_known() {
        for line in [
            "发自我的iPhone",
            "發自我的 iPhone",
            "Sent from my iPhone",
            "從我的 iPhone 傳送",
            "Von meinem iPhone gesendet",
            "发自我的华为手机",
        ] {
            assert!(device(line), "{line}");
        }
        for line in ["从我的角度看,这台泵不合格", "我的iPhone坏了", ""] {
            assert!(!device(line), "{line}");
        }
    }
}
