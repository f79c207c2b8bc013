//! The folder of a demo: made, gone on with, made anew, and never anybody else's.

use std::{fs, path::Path};

use api::{
    config::Settings,
    demo::{self, book::Book, folder::Folder},
};
use entity::referral;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};

use super::SMALL;

/// The referrals of the small district, and those by which patients are referred back.
const WITH_WAY_BACK: u64 = 165;

/// Starts the demo as `liandong demo` does, and tells its book and how many referrals it holds.
async fn start(path: &Path, fresh: bool) -> (Book, u64) {
    let folder = Folder::take(path, fresh).expect("the folder can be had");
    let settings = Settings {
        data_dir: path.to_owned(),
        ..Settings::default()
    };
    let opened = demo::open(&folder, settings, &SMALL).await;
    let (app, mut book) = opened.unwrap_or_else(|fault| panic!("{fault}"));
    book.renew(&app, "http://127.0.0.1:8080".into())
        .await
        .expect("tokens can be made");
    book.write(path).expect("the book can be written");
    let referrals = referral::Entity::find().count(app.db.reader()).await;
    let referrals = referrals.expect("a count");
    app.db
        .clone()
        .close()
        .await
        .expect("the database can be closed");
    (book, referrals)
}

#[tokio::test(flavor = "multi_thread")]
async fn started_again_it_goes_on_and_fresh_it_is_made_anew() {
    let scratch = tempfile::tempdir().expect("a folder");
    let path = scratch.path().join("demo");
    let (first, referrals) = start(&path, false).await;
    assert_eq!(referrals, WITH_WAY_BACK);
    assert_private(&path);

    let (second, referrals) = start(&path, false).await;
    assert_eq!(referrals, WITH_WAY_BACK);
    assert_eq!(second.accounts[0].password, first.accounts[0].password);
    assert_ne!(
        second.accounts[0].access_token,
        first.accounts[0].access_token
    );

    let kept = path.join("notes.txt");
    fs::write(&kept, "mine").expect("a file can be written");
    let (third, referrals) = start(&path, true).await;
    assert_eq!(referrals, WITH_WAY_BACK);
    assert_ne!(third.accounts[0].password, first.accounts[0].password);
    assert!(kept.exists(), "only what is the demo's goes");

    // Cut short: no book was written.
    fs::remove_file(path.join("demo.json")).expect("there is a book");
    let (fourth, _) = start(&path, false).await;
    assert_ne!(fourth.accounts[0].password, third.accounts[0].password);
}

#[test]
fn a_folder_that_holds_something_else_is_left_alone() {
    let scratch = tempfile::tempdir().expect("a folder");
    let theirs = scratch.path().join("liandong.sqlite");
    fs::write(&theirs, "theirs").expect("a file can be written");
    for fresh in [false, true] {
        let refused = Folder::take(scratch.path(), fresh).expect_err("it is no demo's");
        assert!(refused.to_string().contains("not a demo"), "{refused}");
    }
    assert_eq!(fs::read_to_string(theirs).expect("it is there"), "theirs");
}

#[test]
fn two_cannot_have_one_folder() {
    let scratch = tempfile::tempdir().expect("a folder");
    let first = Folder::take(scratch.path(), false).expect("it is free");
    let refused = Folder::take(scratch.path(), true).expect_err("it is taken");
    assert!(refused.to_string().contains("running already"), "{refused}");
    drop(first);
    Folder::take(scratch.path(), false).expect("it is free again");
}

fn assert_private(path: &Path) {
    #[cfg(unix)]
    for name in ["master-key", "demo.json"] {
        let mode = fs::metadata(path.join(name)).expect("it is there");
        let mode = std::os::unix::fs::PermissionsExt::mode(&mode.permissions());
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
