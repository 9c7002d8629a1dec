//! The call itself: HTTPS to the vendor, no redirects, and the vendor's code read from the answer.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;

use super::RobotKind;
use crate::post::{PostError, without_addresses};

/// The largest answer that is read.
const ANSWER_MAX: u64 = 16 * 1024;

pub(super) async fn call(kind: RobotKind, url: String, body: Value) -> Result<(), PostError> {
    let broken = |_| PostError::Transient("the call to the robot was broken off".into());
    tokio::task::spawn_blocking(move || blocking(kind, &url, &body))
        .await
        .map_err(broken)?
}

fn blocking(kind: RobotKind, url: &str, body: &Value) -> Result<(), PostError> {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        // A vendor that sends us elsewhere is not followed: the hosts are fixed.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(10)))
        .build()
        .into();
    let sent = agent
        .post(url)
        .header("content-type", "application/json; charset=utf-8")
        .send(body.to_string());
    // The error would hold the address, which is a password.
    let mut answer = sent.map_err(|_| PostError::Transient("the robot's server cannot be reached".into()))?;
    let status = answer.status().as_u16();
    let text = answer.body_mut().with_config().limit(ANSWER_MAX).read_to_string();
    let told: Value = text
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    judge(kind, status, &told)
}

/// The vendors answer 200 to nearly everything; their own code says what happened.
fn judge(kind: RobotKind, status: u16, told: &Value) -> Result<(), PostError> {
    let number = |name: &str| told.get(name).and_then(Value::as_i64);
    let code = match kind {
        RobotKind::Wecom | RobotKind::Dingtalk => number("errcode"),
        RobotKind::Feishu => number("code").or(number("StatusCode")),
    };
    let words = ["errmsg", "msg", "StatusMessage"]
        .iter()
        .find_map(|name| told.get(*name).and_then(Value::as_str))
        .unwrap_or_default();
    let words: String = without_addresses(words).chars().take(120).collect();
    match code {
        Some(0) => Ok(()),
        Some(code) if later(kind, code) => Err(PostError::Transient(format!("robot: {code} {words}"))),
        Some(code) => Err(PostError::Permanent(format!("robot: {code} {words}"))),
        None if matches!(status, 400 | 401 | 403 | 404) => {
            Err(PostError::Permanent(format!("robot: HTTP status {status}")))
        }
        None => Err(PostError::Transient(format!("robot: HTTP status {status}"))),
    }
}

/// Codes that pass by themselves: too many messages, a busy server.
fn later(kind: RobotKind, code: i64) -> bool {
    match kind {
        RobotKind::Wecom => matches!(code, -1 | 45009 | 45033 | 50001),
        RobotKind::Dingtalk => matches!(code, -1 | 130_101 | 410_100 | 430_103 | 430_104),
        RobotKind::Feishu => matches!(code, 9499 | 11_232 | 11_247 | 99_991_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_vendors_code_decides_and_not_the_status() {
        let ok = [
            (RobotKind::Wecom, json!({"errcode": 0, "errmsg": "ok"})),
            (RobotKind::Feishu, json!({"code": 0, "msg": "success"})),
            (RobotKind::Feishu, json!({"StatusCode": 0, "StatusMessage": "success"})),
        ];
        for (kind, told) in ok {
            assert_eq!(judge(kind, 200, &told), Ok(()));
        }
        let cases = [
            (
                RobotKind::Wecom,
                200,
                json!({"errcode": 45009, "errmsg": "api freq out of limit"}),
                true,
            ),
            (
                RobotKind::Wecom,
                200,
                json!({"errcode": 93000, "errmsg": "invalid webhook url"}),
                false,
            ),
            (
                RobotKind::Dingtalk,
                200,
                json!({"errcode": 310_000, "errmsg": "sign not match"}),
                false,
            ),
            (
                RobotKind::Dingtalk,
                200,
                json!({"errcode": 130_101, "errmsg": "send too fast"}),
                true,
            ),
            (
                RobotKind::Feishu,
                200,
                json!({"code": 19_021, "msg": "sign match fail"}),
                false,
            ),
            (
                RobotKind::Feishu,
                429,
                json!({"code": 9499, "msg": "too many request"}),
                true,
            ),
            (RobotKind::Wecom, 502, json!(null), true),
            (RobotKind::Wecom, 302, json!(null), true),
            (RobotKind::Wecom, 404, json!(null), false),
            (RobotKind::Dingtalk, 200, json!("<html>"), true),
        ];
        for (kind, status, told, transient) in cases {
            let error = judge(kind, status, &told).unwrap_err();
            assert_eq!(error.is_transient(), transient, "{error}");
        }
    }
}
