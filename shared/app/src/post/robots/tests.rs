//! Tests of robots: which settings are taken, what a message looks like on the wire.

use super::*;
use serde_json::json;

fn settings(value: serde_json::Value) -> RobotSettings {
    serde_json::from_value(value).unwrap()
}

fn refused(value: serde_json::Value) -> String {
    Robot::new(settings(value)).unwrap_err()
}

#[test]
fn a_hook_leads_to_its_vendor_and_nowhere_else() {
    for (kind, url) in [
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=t"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/h"),
        ("feishu", "https://open.larksuite.com/open-apis/bot/v2/hook/h"),
    ] {
        assert!(Robot::new(settings(json!({"kind": kind, "url": url}))).is_ok(), "{url}");
    }
    for url in [
        "http://qyapi.weixin.qq.com/x",
        "https://qyapi.weixin.qq.com.evil.example/x",
        "https://qyapi.weixin.qq.com@evil.example/x",
        "https://evil.example/qyapi.weixin.qq.com",
        "https://qyapi.weixin.qq.com:8443/x",
        "https://127.0.0.1/x",
        "https://oapi.dingtalk.com/x",
        "https://QYAPI.weixin.qq.com\\@evil.example/x",
        "file:///etc/passwd",
        "",
    ] {
        let said = refused(json!({"kind": "wecom", "url": url}));
        assert!(
            url.is_empty() || !said.contains(url),
            "the address is a password: {said}"
        );
    }
    let space = "https://qyapi.weixin.qq.com/x y\r\nHost: evil.example";
    refused(json!({"kind": "wecom", "url": space}));
    assert!(Robot::on_loopback(settings(json!({"kind": "wecom", "url": "http://evil.example/"}))).is_err());
}

#[test]
fn wrong_settings_are_named() {
    let url = "https://qyapi.weixin.qq.com/x";
    for (value, wanted) in [
        (
            json!({"kind": "wecom", "url": url, "secret": "s"}),
            "a robot of the kind `wecom` has no secret: its address is one",
        ),
        (
            json!({"kind": "wecom", "url": url, "letters": ["reply"]}),
            "`reply` is no letter to staff",
        ),
        (
            json!({"kind": "wecom", "url": url, "for": "some"}),
            "`for` of a robot is a list of desks or `all`, not `some`",
        ),
        (
            json!({"kind": "wecom", "url": url, "language": "fr"}),
            "`fr` is no language of letters",
        ),
    ] {
        assert_eq!(refused(value), wanted);
    }
    assert!(parse("{}").is_err() && parse(r#"[{"kind": "irc", "url": "x"}]"#).is_err());
}

#[test]
fn a_robot_tells_of_the_letters_and_desks_that_it_was_given() {
    let url = "https://qyapi.weixin.qq.com/x";
    let some = json!({"kind": "wecom", "url": url, "for": ["质量部"], "letters": ["overdue", "assigned"]});
    let robot = Robot::new(settings(some)).unwrap();
    assert!(robot.wants("overdue", Some("质量部")) && robot.wants("assigned", Some("质量部")));
    assert!(
        !robot.wants("overdue", Some("销售部"))
            && !robot.wants("overdue", None)
            && !robot.wants("notice", Some("质量部"))
    );
    let all = Robot::new(settings(json!({"kind": "wecom", "url": url, "for": "all"}))).unwrap();
    assert!(all.wants("overdue", Some("销售部")) && all.wants("overdue", None));
    assert!(!format!("{all:?}").contains("weixin"), "the address is a password");
}

#[test]
fn signatures_are_those_that_openssl_makes() {
    // printf '1599360473000\nSEC-secret' | openssl dgst -sha256 -hmac 'SEC-secret' -binary | base64
    let url = "https://oapi.dingtalk.com/robot/send?access_token=t";
    let (signed, body) = sign::request(
        RobotKind::Dingtalk,
        url,
        Some("SEC-secret"),
        "您好",
        1_599_360_473,
        1_599_360_473_000,
    );
    assert_eq!(signed, format!("{url}&timestamp=1599360473000&sign={DINGTALK}"));
    assert_eq!(body, json!({"msgtype": "text", "text": {"content": "您好"}}));
    // printf '' | openssl dgst -sha256 -hmac $'1599360473\nSEC-secret' -binary | base64
    let (url, body) = sign::request(RobotKind::Feishu, "u", Some("SEC-secret"), "您好", 1_599_360_473, 0);
    assert_eq!(url, "u");
    let wanted = json!({"timestamp": "1599360473", "sign": FEISHU, "msg_type": "text", "content": {"text": "您好"}});
    assert_eq!(body, wanted);
    let (url, body) = sign::request(RobotKind::Wecom, "u", None, "您好", 1, 1);
    assert_eq!(
        (url.as_str(), body),
        ("u", json!({"msgtype": "text", "text": {"content": "您好"}}))
    );
}

#[test]
fn a_text_that_is_too_long_loses_whole_lines_and_says_how_many() {
    let robot = Robot::new(settings(
        json!({"kind": "wecom", "url": "https://qyapi.weixin.qq.com/x"}),
    ))
    .unwrap();
    let lines: Vec<String> = (0..100).map(|n| format!("投诉 KS-2026-{n:04} 已超期")).collect();
    let text = robot.fitted(&lines, |left| format!("另有{left}项"));
    assert!(text.len() <= 2_048 && text.len() > 1_900, "{}", text.len());
    let kept = text.lines().count() - 1;
    assert!(text.ends_with(&format!("\n另有{}项", 100 - kept)));
    assert_eq!(robot.fitted(&lines[..2], |_| String::new()), lines[..2].join("\n"));
}

const DINGTALK: &str = "byEDM2FGkKNs520EXLYE%2BZeihPglz%2F4bZvvGaVpCQkU%3D";
const FEISHU: &str = "SSygY+H90Yyg6Kx3o/JFu5v2izDkRhib5vbVVmWgzyI=";
