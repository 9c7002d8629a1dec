//! Blobs in a folder: what is kept under which name, and what no name reaches.

use super::*;

#[test]
fn keys_of_events_are_unescaped() {
    assert_eq!(unescaped("mail/a+b%2Bc%e4%b8%ad"), "mail/a b+c中");
    assert_eq!(unescaped("100%"), "100%");
}

#[test]
fn a_script_that_calls_itself_a_picture_is_refused() {
    assert!(matches!(
        check(b"<script>alert(1)</script>"),
        Err(Problem::Unsupported { .. })
    ));
}

#[tokio::test]
async fn a_picture_is_kept_under_a_name_of_its_content_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::Folder(folder.path().to_owned());
    let png = b"\x89PNG\r\n\x1a\n0000".to_vec();
    let name = blobs.keep(png.clone()).await.unwrap();
    assert_eq!(blobs.keep(png.clone()).await.unwrap(), name);
    assert_eq!(blobs.read(&name).await, Some(png));
    assert_eq!(blobs.read("../secret.png").await, None);
}

#[tokio::test]
async fn a_script_that_comes_by_mail_is_kept_as_an_opaque_file() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::Folder(folder.path().to_owned());
    let name = blobs.keep_any(b"<script>alert(1)</script>".to_vec()).await.unwrap();
    assert!(name.ends_with(".bin"), "{name}");
    assert_eq!(media_type(&name), Some("application/octet-stream"));
    assert_eq!(
        blobs.read(&name).await.as_deref(),
        Some(b"<script>alert(1)</script>".as_slice())
    );
}

#[tokio::test]
async fn raw_mail_has_a_folder_of_its_own_that_no_attachment_reaches() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::Folder(folder.path().to_owned());
    let name = blobs.keep_raw(b"Subject: x\r\n\r\ny").await.unwrap();
    assert!(folder.path().join("raw").join(&name).exists());
    assert_eq!(
        blobs.raw(&name).await.unwrap().as_deref(),
        Some(b"Subject: x\r\n\r\ny".as_slice())
    );
    assert_eq!(blobs.read(&name).await, None);
    assert_eq!(blobs.raw("../../secret.eml").await.unwrap(), None);
}

#[tokio::test]
async fn lines_take_the_place_of_those_before_and_do_not_move_house() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::Folder(folder.path().to_owned());
    assert_eq!(blobs.lines("0a").await.unwrap(), None);
    for lines in [b"one".to_vec(), b"two".to_vec()] {
        blobs.keep_lines("0a", lines.clone()).await.unwrap();
        assert_eq!(blobs.lines("0a").await.unwrap(), Some(lines));
    }
    assert!(blobs.all_names().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_uploaded_register_is_kept_read_and_forgotten_and_no_path_leads_out() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::Folder(folder.path().to_owned());
    blobs.keep_import("0123-abc.file", b"a,b".to_vec()).await.unwrap();
    assert_eq!(
        blobs.import("0123-abc.file").await.unwrap().as_deref(),
        Some(b"a,b".as_slice())
    );
    assert!(blobs.keep_import("../x", b"y".to_vec()).await.is_err());
    assert_eq!(blobs.import("../secret").await.unwrap(), None);
    for _ in 0..2 {
        blobs.forget_import("0123-abc.file").await.unwrap();
    }
    assert_eq!(blobs.import("0123-abc.file").await.unwrap(), None);
}
