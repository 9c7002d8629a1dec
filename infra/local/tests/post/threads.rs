//! Letters about one complaint to one person stay together, and answers find their way back.

use kesu_app::post::{marked_complaint, reply_complaint};
use mail_parser::MessageParser;
use serde_json::json;

use super::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn all_letters_to_a_customer_have_one_subject_and_refer_to_the_first() {
    let house = House::new(None, Vec::new()).await;
    let id = house
        .receive(
            "k",
            "zhang@customer.example",
            json!({"channel": "telephone"}),
            &House::officer(),
        )
        .await;
    for step in [
        json!({"type": "register"}),
        json!({"type": "request_info", "fields": ["batch_no"]}),
        json!({"type": "supply_info", "fields": {"batch_no": "B-1"}}),
        json!({"type": "reply", "text": "已更换", "channel": "email", "formal": false}),
    ] {
        house.tell(&id, step).await;
        house.drained().await;
    }
    let number = house.app.load(&id).await.unwrap().complaint.number.to_string();
    let mails = house.mails();
    let (mut mine, mut staff) = (Vec::new(), 0);
    for (name, mail) in &mails {
        let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
        assert_eq!(
            parsed.subject().unwrap().matches(&format!("[KS-{number}]")).count(),
            1,
            "{name}"
        );
        assert_eq!(parsed.subject().unwrap().matches("[KS-").count(), 1, "{name}");
        let reply_to = parsed.reply_to().unwrap().first().unwrap().address().unwrap();
        let secret = &house.app.settings.secret;
        assert_eq!(
            reply_complaint(reply_to, "kesu.example", "reply", secret).as_deref(),
            Some(id.as_str())
        );
        let text = parsed.body_text(0).unwrap();
        let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap();
        assert_eq!(marked_complaint(last, secret).as_deref(), Some(id.as_str()), "{last}");
        assert!(last.starts_with("[kesu:") && last.ends_with(']'));
        let html = parsed.body_html(0).unwrap();
        assert!(html.contains(last) && !html.contains("display:none"));
        assert!(parsed.header_raw("List-Unsubscribe").is_none(), "{name}");
        if parsed.to().unwrap().first().unwrap().address() == Some("zhang@customer.example") {
            mine.push((name.clone(), mail.clone()));
        } else {
            staff += 1;
        }
    }
    assert!(mine.len() >= 3 && staff >= 1, "{} {staff}", mine.len());
    let parsed: Vec<_> = mine
        .iter()
        .map(|(_, mail)| MessageParser::default().parse(mail.as_bytes()).unwrap())
        .collect();
    let root = parsed[0].message_id().unwrap();
    let index = parsed[0].header_raw("Thread-Index").unwrap().trim().to_owned();
    assert!(parsed[0].in_reply_to().is_empty());
    for (n, one) in parsed.iter().enumerate().skip(1) {
        assert_eq!(one.subject(), parsed[0].subject());
        let before = parsed[n - 1].message_id().unwrap();
        assert_eq!(one.in_reply_to().as_text(), Some(before));
        let references = one.references();
        let first = references
            .as_text_list()
            .map_or_else(|| references.as_text().unwrap(), |list| &list[0]);
        assert_eq!(first, root);
        assert_eq!(one.header_raw("Thread-Index").unwrap().trim(), index);
    }
}
