//! The link of the digest: looking changes nothing, a post does, and only the link that was made here.

use kesu_app::post::subscription::{is_off, token};

use super::{Site, user};

#[tokio::test]
async fn the_digests_link_stops_it_by_a_post_and_not_by_a_look() {
    let site = Site::new().await;
    let (officer, token) = (user("officer"), token(&site.app, &user("officer")));
    let off = format!("/digest/off/{token}");
    let seen = site.raw("GET", &off, &[], None).await;
    assert_eq!(seen.status, 200, "{}", seen.text);
    assert!(
        seen.text.contains(&format!("action=\"/digest/off/{token}\"")),
        "{}",
        seen.text
    );
    assert!(!is_off(&site.app, &officer).await.unwrap());
    // RFC 8058: mail programs post either kind of form, without cookies.
    let one = ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click");
    let other = (
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n",
    );
    for (kind, body) in [one, other] {
        let done = site
            .raw("POST", &off, &[("content-type", kind)], Some(body.to_owned()))
            .await;
        assert_eq!(done.status, 200, "{}", done.text);
        assert!(is_off(&site.app, &officer).await.unwrap());
        let again = site.raw("POST", &format!("/digest/on/{token}"), &[], None).await;
        assert_eq!(again.status, 200);
        assert!(!is_off(&site.app, &officer).await.unwrap());
    }
    let forged = format!("/digest/off/{}", token.replace('.', ".0"));
    for method in ["GET", "POST"] {
        assert_eq!(site.raw(method, &forged, &[], None).await.status, 404, "{method}");
    }
}
