//! The request of each vendor: where the text stands, and how it is signed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::RobotKind;

/// Address and body of a message. DingTalk wants milliseconds, Feishu seconds; both forget a signature after an hour.
pub(super) fn request(
    kind: RobotKind,
    url: &str,
    secret: Option<&str>,
    text: &str,
    seconds: i64,
    millis: i64,
) -> (String, Value) {
    match kind {
        RobotKind::Wecom => (url.to_owned(), json!({"msgtype": "text", "text": {"content": text}})),
        RobotKind::Dingtalk => {
            let body = json!({"msgtype": "text", "text": {"content": text}});
            let Some(secret) = secret else {
                return (url.to_owned(), body);
            };
            // The secret is the key, and what is signed is the moment and the secret once more.
            let sign = mac(secret.as_bytes(), format!("{millis}\n{secret}").as_bytes());
            let joint = if url.contains('?') { '&' } else { '?' };
            (format!("{url}{joint}timestamp={millis}&sign={}", escaped(&sign)), body)
        }
        RobotKind::Feishu => {
            let mut body = json!({"msg_type": "text", "content": {"text": text}});
            if let (Some(secret), Some(map)) = (secret, body.as_object_mut()) {
                // The other way round: moment and secret are the key, and what is signed is empty.
                let sign = mac(format!("{seconds}\n{secret}").as_bytes(), b"");
                map.insert("timestamp".to_owned(), json!(seconds.to_string()));
                map.insert("sign".to_owned(), json!(sign));
            }
            (url.to_owned(), body)
        }
    }
}

fn mac(key: &[u8], text: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("an HMAC takes a key of any length");
    mac.update(text);
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Base64 as it stands in a query.
fn escaped(base64: &str) -> String {
    base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}
