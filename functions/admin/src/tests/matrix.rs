//! Who may use which route, asked of every route in the table.

use kesu_rules::domain::facts::Role;
use serde_json::{Value, json};

use super::Site;
use crate::table::{Method, ROUTES, Route};
use crate::who::Who;

fn address(route: &Route) -> String {
    let part = |part: &str| {
        if part.starts_with('{') {
            "nothing".to_owned()
        } else {
            part.to_owned()
        }
    };
    route.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

async fn ask(site: &mut Site, route: &Route, who: Option<&str>) -> u16 {
    let (path, method) = (address(route), route.method.name().to_uppercase());
    let (cookie, csrf) = match who {
        Some(who) => site.ticket(who).await,
        None => Default::default(),
    };
    let (kind, body) = if route.is_page() {
        ("application/x-www-form-urlencoded", format!("csrf={csrf}"))
    } else {
        ("application/json", "{\"no-such-field\": 1}".to_owned())
    };
    let mut headers = vec![("content-type", kind)];
    if who.is_some() {
        headers.extend([("cookie", cookie.as_str()), ("x-kesu-csrf", csrf.as_str())]);
    }
    let body = route.changes().then_some(body);
    let status = site.raw(&method, &path, &headers, body).await.status.as_u16();
    if let (true, Some(who)) = (ends(route), who) {
        site.tickets.remove(who);
    }
    status
}

/// Whether a route ends the session that it is asked with.
fn ends(route: &Route) -> bool {
    route.path == "/admin/sign-out" || (route.path == "/api/session" && route.method == Method::Delete)
}

#[tokio::test]
async fn every_route_is_open_to_its_roles_and_to_nobody_else() {
    let mut site = Site::new().await;
    for route in ROUTES {
        let name = format!("{} {}", route.method.name(), route.path);
        let Who::Roles(roles) = route.who else {
            assert!(![401, 403].contains(&ask(&mut site, route, None).await), "{name}");
            continue;
        };
        assert_eq!(ask(&mut site, route, None).await, 401, "{name} without a session");
        for (role, role_name) in Role::ALL {
            let status = ask(&mut site, route, Some(role_name)).await;
            assert_eq!(status == 403, !roles.contains(role), "{name} as {role_name}: {status}");
            assert!(status < 500 && status != 401, "{name} as {role_name}: {status}");
        }
    }
}

#[tokio::test]
async fn what_changes_something_needs_the_token() {
    let mut site = Site::new().await;
    let (cookie, _) = site.ticket("administrator").await;
    for route in ROUTES
        .iter()
        .filter(|route| route.changes() && matches!(route.who, Who::Roles(_)))
    {
        for token in [None, Some(""), Some("0123456789abcdef0123456789abcdef")] {
            let mut headers = vec![("cookie", cookie.as_str())];
            headers.extend(token.map(|token| ("x-kesu-csrf", token)));
            let mut body = "{}".to_owned();
            if route.is_page() {
                headers.push(("content-type", "application/x-www-form-urlencoded"));
                body = token.map(|token| format!("csrf={token}")).unwrap_or_default();
            }
            let method = route.method.name().to_uppercase();
            let reply = site.raw(&method, &address(route), &headers, Some(body)).await;
            assert_eq!(reply.status, 403, "{} {}: {}", method, route.path, reply.text);
        }
    }
}

#[tokio::test]
async fn no_garbage_is_our_fault() {
    let mut site = Site::new().await;
    site.intake("P19", "key-garbage", "机器漏油").await;
    let deep = format!("{}{}", "[".repeat(400), "]".repeat(400));
    let bodies = [
        "",
        "null",
        "[]",
        "{}",
        "0",
        "\"x\"",
        "{\"version\":-1}",
        "[{}]",
        "[null,1,{\"id\":1,\"version\":\"x\"}]",
        &deep,
        "{\"version\":1,\"command\":{\"type\":\"edit\",\"fields\":{\"\":1}}}",
        "{\"version\":1e99,\"command\":[]}",
        "{\"email\":\"\\u0000\",\"password\":[],\"role\":{}}",
        "{\"desks\":{\"\":[\"\"]},\"version\":0}",
        "{\"desks\":[],\"people\":7,\"version\":0}",
        "{\"customer\":[],\"product\":1,\"description\":{\"a\":1},\"answers\":[1]}",
        "{\"description\":\"x\",\"customer\":{\"name\":\"\\ud83d\"}}",
        "{\"old\":null,\"new\":{}}",
        "\u{0}\u{1}",
    ];
    for route in ROUTES {
        let method = route.method.name().to_uppercase();
        for body in bodies {
            let (cookie, csrf) = site.ticket("administrator").await;
            let kind = if route.is_page() {
                "application/x-www-form-urlencoded"
            } else {
                "application/json"
            };
            let body = if route.is_page() {
                format!("csrf={csrf}&{body}&version=%FF&fields.x=%00")
            } else {
                body.to_owned()
            };
            let headers = [
                ("cookie", cookie.as_str()),
                ("x-kesu-csrf", &csrf),
                ("content-type", kind),
                ("idempotency-key", "garbage-key"),
            ];
            let body = route.changes().then_some(body);
            let reply = site.raw(&method, &address(route), &headers, body.clone()).await;
            assert!(
                reply.status.as_u16() < 500,
                "{method} {}: {body:?}: {}",
                route.path,
                reply.text
            );
            if ends(route) {
                site.tickets.remove("administrator");
            }
            if !route.changes() {
                break;
            }
        }
        for query in [
            "?x=1",
            "?month=2026-13",
            "?cursor=%FF",
            "?cursor=0-zz",
            "?cursor=9-",
            "?since=74",
            "?until=x",
            "?lang=%00",
        ] {
            if route.changes() {
                continue;
            }
            let (cookie, _) = site.ticket("administrator").await;
            let path = format!("{}{query}", address(route));
            let reply = site.raw("GET", &path, &[("cookie", &cookie)], None).await;
            assert!(reply.status.as_u16() < 500, "{path}: {}", reply.text);
        }
    }
}

#[tokio::test]
async fn the_document_names_every_route_of_the_api_and_the_public_ones() {
    let site = Site::new().await;
    let document = site.raw("GET", "/api/openapi.json", &[], None).await.json();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/healthz"]["get"].is_object());
    for route in ROUTES {
        let operation = &document["paths"][route.path][route.method.name()];
        assert_eq!(operation.is_object(), !route.is_page(), "{}", route.path);
        if let (Who::Roles(roles), false) = (&route.who, route.is_page()) {
            let names: Vec<Value> = roles.iter().map(|role| json!(role.name())).collect();
            assert_eq!(operation["x-roles"], json!(names));
        }
    }
}
