//! Printed forms: every form of every shipped procedure, signatures, what stays in the house, and who sees which; long because of the many forms and readers.

use kesu_app::session::Session;
use kesu_app::texts::{Language, texts};
use kesu_rules::clock::Moment;
use kesu_rules::domain::approval::{Approval, Decided};
use kesu_rules::domain::capa::{Capa, CapaStage};
use kesu_rules::domain::command::CommandKind;
use kesu_rules::domain::names::{Desk, RequestId, RuleId};
use kesu_rules::domain::slip::{Slip, SlipStage};
use kesu_rules::domain::value::{Kind, Money, Value as FieldValue};
use kesu_rules::procedure::Procedure;
use kesu_rules::procedure::load::Source;
use kesu_rules::procedure::model::FormRecord;
use serde_json::{Value, json};

use super::{MONDAY, Site, WORD, user};
use crate::sheet::{Line, Press, complaint, list};
use crate::shown::Shown;

/// A page with the signs of its addresses as they are read.
fn plain(page: &str) -> String {
    page.replace("&#x2f;", "/").replace("&amp;", "&")
}

/// Some value of each kind; the words are those of the description.
fn value(kind: &Kind, words: &FieldValue) -> FieldValue {
    let at: Moment = MONDAY.parse().unwrap();
    match kind {
        Kind::Text | Kind::Link => FieldValue::Text("样品".to_owned()),
        Kind::Face => FieldValue::Face("0".to_owned()),
        Kind::Words => words.clone(),
        Kind::Choice(of) => FieldValue::Text(of.last().cloned().unwrap_or_default()),
        Kind::Choices(of) => FieldValue::List(of.clone()),
        Kind::List => FieldValue::List(vec!["批一".to_owned(), "批二".to_owned()]),
        Kind::Date => FieldValue::Date(at.date_naive()),
        Kind::Moment => FieldValue::Moment(at),
        Kind::Number | Kind::Integer => FieldValue::Number(7.into()),
        Kind::Money => FieldValue::Money(Money {
            amount: 6000.into(),
            currency: "CNY".to_owned(),
        }),
        Kind::Flag => FieldValue::Flag(true),
    }
}

/// Every field filled, a slip of each kind, a corrective action, and everybody who signs has approved.
fn fill(shown: &mut Shown, procedure: &Procedure) {
    let at: Moment = MONDAY.parse().unwrap();
    let words = shown.loaded.complaint.fields["description"].clone();
    for (key, kind) in procedure.fields.iter() {
        shown.loaded.complaint.fields.insert(key.clone(), value(kind, &words));
        if *kind == Kind::Face {
            shown.loaded.face.insert(key.clone(), "李女士".to_owned());
        }
    }
    let it = &mut shown.loaded.complaint;
    for rule in &procedure.pack.slip {
        let n = it.slips.iter().filter(|slip| slip.kind == rule.kind).count() as u32 + 1;
        let fields = rule.carried().into_iter().map(|key| {
            let kind = procedure.fields.kind(key.as_str()).unwrap();
            let value = if *kind == Kind::Face { &Kind::Words } else { kind };
            (key.clone(), self::value(value, &words))
        });
        it.slips.push(Slip {
            kind: rule.kind,
            n,
            rule: rule.rule.clone(),
            opened_at: at,
            stage: SlipStage::Open { at },
            fields: fields.collect(),
            requests: vec![RequestId::parse("all").unwrap()],
        });
    }
    it.capa.push(Capa {
        n: 1,
        stage: CapaStage::Opened { at },
        round: 1,
    });
    for desk in procedure.pack.form.iter().flat_map(|form| &form.sign) {
        it.approvals.push(Approval {
            request: RequestId::parse("all").unwrap(),
            rule: RuleId::parse("A01").unwrap(),
            at: CommandKind::Submit,
            slip: None,
            approver: procedure
                .pack
                .aliases
                .get(desk)
                .cloned()
                .unwrap_or(Desk::parse(desk).unwrap()),
            asked_at: at,
            decision: Some(Decided {
                granted: true,
                at,
                by: user("approver"),
            }),
        });
    }
}

/// A code that no words were found for.
fn is_code(text: &str) -> bool {
    text.len() > 1
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c == '_' || c == '.' || c.is_ascii_digit())
        && text.contains(|c: char| c.is_ascii_lowercase())
}

fn sound(line: &Line, filled: bool, procedure: &Procedure, language: Language, name: &str) {
    assert!(
        !line.title.is_empty() && !line.title.contains("field."),
        "{name}: {line:?}"
    );
    let mut said = vec![line.title.as_str()];
    said.extend(line.options.iter().map(String::as_str));
    if let Some(key) = &line.key {
        let kind = procedure.fields.kind(key.as_str());
        assert!(kind.is_some(), "{name}: no such field {key}");
        assert_eq!(line.text.is_some(), filled, "{name}: {line:?}");
        let chosen = matches!(kind, Some(Kind::Choice(_) | Kind::Choices(_) | Kind::Flag));
        said.extend(
            line.text
                .as_deref()
                .filter(|_| chosen)
                .into_iter()
                .flat_map(|text| text.split('、')),
        );
    }
    // English words look like codes.
    for one in said.into_iter().filter(|_| language != Language::En) {
        assert!(!is_code(one), "{name}: `{one}` has no words");
    }
}

#[tokio::test]
async fn every_form_of_every_shipped_procedure_is_filled_without_a_missing_word() {
    let mut printed = 0;
    for id in Source::shipped_ids() {
        let mut site = Site::of(&id).await;
        let key = format!("key-of-forms-{id}");
        let complaint_id = site.intake(&id, &key, "产品漏油,质量差,请处理").await;
        let (session, _) = Session::begin(&site.app, user("officer").as_str(), WORD).await.unwrap();
        let mut shown = Shown::read(&site.app, &session, &complaint_id).await.unwrap();
        let desk = site.app.desk(&id).await.unwrap();
        let listed = list::of_complaint(&shown, Language::ZhHans);
        assert_eq!(listed.is_empty(), desk.procedure.pack.form.is_empty(), "{id}");
        for filled in [false, true] {
            if filled {
                fill(&mut shown, &desk.procedure);
                let registered = shown.loaded.complaint.milestones[0].clone();
                shown
                    .loaded
                    .complaint
                    .milestones
                    .push(kesu_rules::domain::complaint::Reached {
                        name: kesu_rules::domain::names::Milestone::of("registered"),
                        ..registered
                    });
            } else {
                shown
                    .loaded
                    .complaint
                    .fields
                    .retain(|key, _| key.as_str() == "description");
            }
            for (form, language) in desk
                .procedure
                .pack
                .form
                .iter()
                .flat_map(|form| Language::ALL.map(|it| (form, it)))
            {
                let name = format!("{id} {} in {language}", form.rule);
                let press = Press {
                    app: &site.app,
                    session: &session,
                    desk: &desk,
                    language,
                };
                let own = matches!(
                    form.record,
                    FormRecord::Duty | FormRecord::Device | FormRecord::Document
                );
                let sheet = match complaint::sheet(&press, &shown, form.rule.as_str(), None) {
                    Ok(sheet) => sheet,
                    Err(_) if own || !filled => press.blank(form),
                    Err(why) => panic!("{name}: {why:?}"),
                };
                let lines = sheet.sections.iter().flat_map(|section| &section.lines);
                for line in lines.filter(|line| line.key.as_ref().is_none_or(|key| key.as_str() != "description")) {
                    sound(line, filled && !sheet.blank, &desk.procedure, language, &name);
                    if let Some(key) = &line.key {
                        let own = desk.procedure.pack.field.iter().any(|own| own.key == *key);
                        assert!(own || texts().has(language, &format!("field.{key}")), "{name}: {key}");
                    }
                }
                if filled && !sheet.blank {
                    printed += 1;
                    assert!(
                        sheet.sign.iter().all(|one| one.granted == Some(true)),
                        "{name}: {:?}",
                        sheet.sign
                    );
                    let pairs = sheet.sections.iter().flat_map(|section| &section.lines).count();
                    assert!(pairs > 0, "{name} is empty");
                }
            }
        }
    }
    assert!(printed > 100, "{printed}");
}

#[tokio::test]
async fn every_form_prints_from_its_complaint_and_empty() {
    for id in Source::shipped_ids() {
        let mut site = Site::of(&id).await;
        let complaint = site.intake(&id, &format!("key-of-pages-{id}"), "产品漏油,质量差").await;
        let answer = site.get("officer", &format!("/api/complaints/{complaint}/forms")).await;
        for one in answer["forms"].as_array().unwrap() {
            let rule = one["rule"].as_str().unwrap();
            if let Some(page) = one["page"].as_str() {
                let reply = site.page("officer", page, "en").await;
                assert_eq!(reply.status, 200, "{id} {rule}: {}", reply.text);
                assert!(reply.text.contains(one["title"].as_str().unwrap()), "{id} {rule}");
                let kept = site.get("officer", &page.replace("/admin/", "/api/")).await;
                let language = if id == "P20" { "zh-Hant" } else { "zh-Hans" };
                assert_eq!(
                    (&kept["rule"], &kept["language"]),
                    (&one["rule"], &json!(language)),
                    "the record's language"
                );
            } else {
                assert!(one["why"].is_string(), "{id} {rule} says why it cannot be printed");
            }
            let path = format!("/admin/forms/{rule}/blank?procedure={id}");
            let blank = site.page("officer", &path, "en").await;
            let document = one["record"] == "document";
            assert_eq!(blank.status, if document { 422 } else { 200 }, "{path}: {}", blank.text);
            assert_eq!(one["kept"].is_string(), document, "{id} {rule}");
        }
    }
    let mut site = Site::of("P11").await;
    let list = site.page("auditor", "/admin/forms", "zh-Hans").await.text;
    assert!(
        list.contains("售后服务管理手册") && list.contains("另行保管的文件"),
        "{list}"
    );
}

async fn returned(site: &mut Site, key: &str) -> String {
    let id = site.intake("P19", key, "整批料筒开裂,质量差").await;
    site.done("officer", &id, json!({"type": "register"})).await;
    let proposal = json!({"type": "propose", "treatment": "return", "amount": "100"});
    site.done("officer", &id, proposal).await;
    let fields = json!({"return_reason": "料筒<b>开裂", "slip_basis": "客诉", "quantity_approved": 5});
    site.done("officer", &id, json!({"type": "return_goods", "fields": fields}))
        .await;
    id
}

#[tokio::test]
async fn a_box_names_who_approved_and_each_copy_has_its_page() {
    let mut site = Site::new().await;
    let id = returned(&mut site, "key-of-copies").await;
    let path = format!("/api/complaints/{id}/forms/F48");
    let before = site.get("officer", &path).await;
    let boxes: Vec<&Value> = before["sign"].as_array().unwrap().iter().collect();
    assert_eq!((&boxes[0]["desk"], &boxes[0]["by"]), (&json!("经(副)理"), &Value::Null));
    let shown = site.get("officer", &format!("/api/complaints/{id}")).await;
    let asked = shown["approvals"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["slip"] == 1);
    let asked = asked.unwrap().clone();
    let approve = json!({"type": "approve", "request": asked["request"], "password": WORD});
    site.done("administrator", &id, approve).await;
    let after = site.get("officer", &path).await;
    assert_eq!(
        (
            &after["sign"][0]["by"],
            &after["sign"][0]["rule"],
            &after["sign"][0]["granted"]
        ),
        (&json!("administrator@kesu.example"), &asked["rule"], &json!(true))
    );
    assert!(after["sign"][1]["by"].is_null() && after["about"].as_str().unwrap().contains("1"));
    let line = |key: &str| {
        let lines = after["sections"][0]["lines"].as_array().unwrap();
        lines.iter().find(|line| line["key"] == key).unwrap()["text"].clone()
    };
    assert_eq!(
        (line("treatment"), line("amount"), line("quantity_received")),
        (json!("退货"), json!("¥ 100.00"), Value::Null)
    );
    let page = site
        .page("officer", &format!("/admin/complaints/{id}/forms/F48?n=1"), "en")
        .await
        .text;
    assert_eq!(page.matches("<article").count(), 3, "{page}");
    let page = plain(&page);
    assert!(page.contains("第 1/3 联") && page.contains("第 3/3 联"), "{page}");
    for wrong in ["F48?n=2", "F99", "F05", "N7"] {
        let reply = site
            .call("officer", "GET", &format!("/api/complaints/{id}/forms/{wrong}"), None)
            .await;
        assert!([404, 422].contains(&reply.status.as_u16()), "{wrong}: {}", reply.text);
    }
    assert_eq!(
        site.call("officer", "GET", &format!("{path}?n=x"), None).await.status,
        422
    );
}

#[tokio::test]
async fn hostile_text_on_paper_is_escaped_and_keeps_its_lines() {
    let mut site = Site::new().await;
    let hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\n第二行 机器漏油";
    let id = site.intake("P19", "key-hostile-form", hostile).await;
    let edit = json!({"type": "edit", "fields": {"model_spec": "<b>x</b>", "penalty": "<i>扣款</i>"}});
    site.done("officer", &id, json!({"type": "register"})).await;
    site.done("officer", &id, edit).await;
    for rule in ["F43", "F37", "F47"] {
        for language in ["zh-Hans", "zh-Hant", "en"] {
            let path = format!("/admin/complaints/{id}/forms/{rule}?lang={language}");
            let reply = site.page("officer", &path, "en").await;
            let page = &reply.text;
            assert!(page.contains(&format!("<html lang=\"{language}\">")), "{page}");
            let tags = ["<script", "<img", "<b>x", "王先生<b>"];
            assert!(!tags.iter().any(|tag| page.contains(tag)), "{path}: {page}");
            assert!(page.contains("王先生&lt;b&gt;"), "{path}");
            let policy = reply.headers["content-security-policy"].to_str().unwrap();
            assert!(
                policy.starts_with("default-src 'none'") && !page.contains("style="),
                "{policy}"
            );
        }
    }
    let page = site
        .page("officer", &format!("/admin/complaints/{id}/forms/F43"), "en")
        .await
        .text;
    assert!(page.contains("&gt;\n第二行"), "{page}");
    let register = site.page("officer", "/admin/forms/F44?month=2026-11", "en").await.text;
    assert!(
        register.contains("&lt;b&gt;x") && !register.contains("<b>x"),
        "{register}"
    );
}

#[tokio::test]
async fn an_internal_form_says_so_and_no_other_does() {
    let mut site = Site::new().await;
    let id = site.intake("P19", "key-internal", "机器漏油").await;
    for (rule, internal) in [("F43", true), ("F47", false), ("F37", false), ("F45", true)] {
        let path = format!("/admin/complaints/{id}/forms/{rule}");
        let page = site.page("officer", &path, "zh-Hans").await.text;
        assert_eq!(page.contains("内部资料，不得交给客户"), internal, "{rule}");
    }
}

#[tokio::test]
async fn a_department_prints_no_form_of_a_complaint_that_is_not_its_own() {
    let mut site = Site::new().await;
    let id = site.intake("P19", "key-of-another", "机器漏油").await;
    site.done("officer", &id, json!({"type": "register"})).await;
    site.done("officer", &id, json!({"type": "route", "department": "品质部"}))
        .await;
    let number = site.get("officer", &format!("/api/complaints/{id}")).await["number"].clone();
    for path in ["forms", "forms/F43"] {
        let api = format!("/api/complaints/{id}/{path}");
        assert_eq!(site.call("department", "GET", &api, None).await.status, 200);
        assert_eq!(site.call("other", "GET", &api, None).await.status, 404);
    }
    let page = format!("/admin/complaints/{id}/forms/F43");
    assert_eq!(site.page("other", &page, "en").await.status, 404);
    let register = "/admin/forms/F44?month=2026-11";
    let number = number.as_str().unwrap();
    assert!(site.page("department", register, "en").await.text.contains(number));
    assert!(!site.page("other", register, "en").await.text.contains(number));
}

#[tokio::test]
async fn an_8d_report_is_made_of_every_complaint_and_tells_both_causes() {
    let mut site = Site::of("P01").await;
    let id = site.intake("P01", "key-of-8d", "零件断裂,要求8D报告").await;
    site.done("officer", &id, json!({"type": "register"})).await;
    let fields = json!({"cause_escape": "终检未查此尺寸", "five_why": "一\n二\n三\n四\n五", "team": ["张工", "李工"]});
    site.done("officer", &id, json!({"type": "edit", "fields": fields}))
        .await;
    site.done("administrator", &id, json!({"type": "capa_open"})).await;
    let plan = json!({"type": "capa_plan", "measures": "改模具"});
    site.done("administrator", &id, plan).await;
    site.done("administrator", &id, json!({"type": "capa_done"})).await;
    let sheet = site.get("officer", &format!("/api/complaints/{id}/forms/F03")).await;
    let titles: Vec<String> = sheet["sections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["title"].as_str().unwrap()[..2].to_owned())
        .collect();
    assert_eq!(titles, ["D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"]);
    let said = |section: usize, title: &str| {
        let lines = sheet["sections"][section]["lines"].as_array().unwrap();
        let line = lines.iter().find(|line| line["title"] == title);
        line.unwrap_or_else(|| panic!("{title}: {lines:?}"))["text"].clone()
    };
    assert_eq!(said(1, "小组成员"), "张工、李工");
    assert_eq!(said(4, "流出原因"), "终检未查此尺寸");
    assert_eq!(said(4, "五个为什么"), "一\n二\n三\n四\n五");
    let measures = texts().label(Language::ZhHans, "field", "measures");
    assert_eq!(
        said(6, &measures),
        "改模具",
        "what was laid down stays on the report once it is done"
    );
    let page = site
        .page("officer", &format!("/admin/complaints/{id}"), "en")
        .await
        .text;
    assert!(
        plain(&page).contains(&format!("\"/admin/complaints/{id}/forms/F03\""))
            && page.contains("name=\"f.cause_escape\"")
    );
}

#[tokio::test]
async fn devices_duties_and_documents_have_their_own_sheets() {
    let mut site = Site::of("P18,P19,P20").await;
    let device = json!({"serial": "SN-1", "product": "监护仪", "procedure": "P18", "shipped_on": "2026-01-05", "customer_name": "某医院<b>"});
    assert_eq!(
        site.call("officer", "POST", "/api/devices", Some(device)).await.status,
        201
    );
    let page = site.page("officer", "/admin/devices/SN-1", "zh-Hans").await.text;
    let link = "\"/admin/forms/F35?procedure=P18&serial=SN-1\"";
    assert!(plain(&page).contains(link), "{page}");
    let sheet = site.page("officer", "/admin/forms/F35?serial=sn-1", "en").await.text;
    assert!(
        sheet.contains("产品售后信息跟踪单") && sheet.contains("2026-01-05") && sheet.contains("某医院&lt;b&gt;"),
        "{sheet}"
    );

    let id = site.intake("P19", "key-of-penalty", "机器漏油,质量差").await;
    site.done("officer", &id, json!({"type": "register"})).await;
    site.done(
        "officer",
        &id,
        json!({"type": "edit", "fields": {"penalty": "班组扣款"}}),
    )
    .await;
    let desk = site.app.desk("P19").await.unwrap();
    let duty = desk
        .procedure
        .pack
        .duty
        .iter()
        .find(|duty| duty.rule.as_str() == "D24")
        .unwrap();
    assert_eq!(
        crate::pages::papers::links_of_duty(&desk, duty, "P19/D24/2026-11")[0]["page"],
        "/admin/forms/F46?procedure=P19&duty=P19%2FD24%2F2026-11"
    );
    let others = desk
        .procedure
        .pack
        .duty
        .iter()
        .find(|duty| duty.rule.as_str() == "D22")
        .unwrap();
    assert!(crate::pages::papers::links_of_duty(&desk, others, "x").is_empty());

    for (path, code) in [
        ("/admin/forms/N8?procedure=P20", 422),
        ("/admin/forms/F43", 422),
        ("/admin/forms/F46", 422),
        ("/admin/forms/F35?serial=unknown", 404),
        ("/admin/forms/F99", 404),
        ("/admin/forms/F44?month=2026-13", 422),
        ("/admin/forms/F44?procedure=P01", 404),
    ] {
        assert_eq!(site.page("officer", path, "en").await.status, code, "{path}");
    }
}
