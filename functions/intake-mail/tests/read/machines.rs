//! Machines are known by the marks that programs set, in many forms; people are not taken for machines.

use crate::support::checked;
use kesu_intake_mail::read::Auto::{self, *};

fn auto(headers: &str) -> Option<Auto> {
    checked(format!("{headers}\r\n\r\ntext\r\n").as_bytes()).unwrap().auto
}

#[test]
fn every_autoresponder_is_known() {
    let samples = [
        ("Auto-Submitted: auto-replied", AutoSubmitted),
        ("Auto-Submitted: auto-generated", AutoSubmitted),
        ("auto-submitted: Auto-Replied (vacation)", AutoSubmitted),
        (
            "Auto-Submitted: auto-notified; owner-email=\"a@b.example\"",
            AutoSubmitted,
        ),
        ("Auto-Submitted:\r\n auto-replied", AutoSubmitted),
        ("Precedence: bulk", Precedence),
        ("Precedence: junk", Precedence),
        ("precedence: LIST", Precedence),
        ("Precedence: auto_reply", Precedence),
        ("X-Precedence: bulk", Precedence),
        ("X-Autoreply: yes", AutoResponder),
        ("X-AutoReply-From: a@b.example", AutoResponder),
        ("X-Autorespond: 1", AutoResponder),
        ("X-Autoresponder: mailbox", AutoResponder),
        ("X-Auto-Response-Suppress: All", AutoResponder),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", AutoResponder),
        ("X-Mail-Autoreply: vacation", AutoResponder),
        ("X-QQ-Autoreply: 1", AutoResponder),
        ("List-Id: <pumps.lists.example>", List),
        ("List-Unsubscribe: <mailto:x@lists.example>", List),
        ("List-Post: <mailto:x@lists.example>", List),
        ("X-Mailing-List: x@lists.example", List),
        ("X-BeenThere: x@lists.example", List),
        ("Return-Path: <>", NullReturnPath),
        ("Return-path:  < >", NullReturnPath),
        ("From: MAILER-DAEMON@mx.example", Daemon),
        ("From: MAILER-DAEMON", Daemon),
        ("From: Mail Delivery Subsystem <bounce@mx.example>", Daemon),
        ("From: PostMaster <Postmaster@163.example>", Daemon),
        ("X-Failed-Recipients: a@b.example", Daemon),
        (
            "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
            Daemon,
        ),
        (
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
            Daemon,
        ),
        ("Subject: Undelivered Mail Returned to Sender", Daemon),
        ("Subject: Delivery Status Notification (Failure)", Daemon),
        ("Subject: Mail delivery failed: returning message to sender", Daemon),
        ("Subject: Unzustellbar: x", Daemon),
        ("Subject: 系统退信", Daemon),
        ("Subject: 退信通知：x", Daemon),
        ("Subject: =?gb18030?B?z7XNs83L0MUvU3lzdGVtcyBib3VuY2U=?=", Daemon),
        ("X-Kesu-Letter: acknowledged", Own),
        (
            "X-Kesu-Letter: acknowledged\r\nAuto-Submitted: auto-generated\r\nReturn-Path: <>",
            Own,
        ),
        ("Return-Path: <>\r\nAuto-Submitted: auto-replied", AutoSubmitted),
        ("Subject: Automatic reply: your letter", Subject),
        ("Subject: Out of Office", Subject),
        ("Subject: Out of the office until Monday", Subject),
        ("Subject: Auto-Reply: x", Subject),
        ("Subject: Auto: x", Subject),
        ("Subject: 自动回复", Subject),
        ("Subject: 自动回复: 受理通知", Subject),
        ("Subject: 【自动回复】受理通知", Subject),
        ("Subject: 自动答复：x", Subject),
        ("Subject: 自動回覆: x", Subject),
        ("Subject: 自動回復：x", Subject),
        ("Subject: 不在辦公室：x", Subject),
        ("Subject: Automatische Antwort: x", Subject),
        ("Subject: Abwesenheitsnotiz: x", Subject),
        ("Subject: =?utf-8?Q?R=C3=A9ponse_automatique_=3A_x?=", Subject),
        ("Subject: Absence du bureau: x", Subject),
        ("Subject: 自動応答: x", Subject),
        ("Subject: 【自動返信】x", Subject),
    ];
    assert!(samples.len() >= 40);
    for (headers, why) in samples {
        assert_eq!(auto(headers), Some(why), "{headers}");
    }
}

#[test]
fn people_are_not_machines() {
    for headers in [
        "From: zhang.wei@customer.example\r\nReturn-Path: <zhang.wei@customer.example>\r\nSubject: 水泵漏油",
        "Auto-Submitted: no",
        "Auto-Submitted: No (a person)",
        "Auto-Submitted:",
        "Precedence: first-class",
        "X-Auto-Response-Suppress: None",
        "Subject: Re: 自动回复机器人答非所问",
        "Subject: 自动回复机器人答非所问",
        "Subject: 你们的退信通知我没有收到",
        "Subject: Your office is out of coffee",
        "Subject: Automatic replying machine is broken",
        "Subject: Listen to me",
        "From: Daemon Hill <d.hill@customer.example>",
        "Return-Path: <a@b.example>",
        // Mail that a person's rule sends on, and mail by a sending service.
        "X-MS-Exchange-Inbox-Rules-Loop: a@b.example",
        "Feedback-ID: 1.eu-west-1.x:AmazonSES",
    ] {
        assert_eq!(auto(headers), None, "{headers}");
    }
}

#[test]
fn a_report_about_a_letter_that_arrived_is_no_bounce() {
    let report = |fields: &str| {
        let mail = format!(
            "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n{fields}\n--b--\n"
        );
        checked(mail.as_bytes()).unwrap().bounce
    };
    assert_eq!(
        report("Final-Recipient: rfc822; a@b.example\nAction: delivered\nStatus: 2.0.0"),
        None
    );
    assert_eq!(report("Final-Recipient: rfc822; a@b.example\nAction: relayed"), None);
    assert_eq!(report("Action: failed\nStatus: 5.0.0"), None);
    let two = "Final-Recipient: rfc822; a@b.example\nAction: delayed\nStatus: 4.0.0\n\nFinal-Recipient: rfc822;<c@d.example>\nAction: failed\nStatus: 5.2.1";
    let bounce = report(two).unwrap();
    assert_eq!(
        (bounce.recipient.as_deref(), bounce.status.as_deref(), bounce.permanent),
        (Some("c@d.example"), Some("5.2.1"), true)
    );
    let odd = report("Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: unknown").unwrap();
    assert_eq!((odd.status, odd.permanent), (None, false));
}
