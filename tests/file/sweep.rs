//! What nobody attached is collected, row and bytes; what is attached stays.

use api::file::sweep;
use chrono::Duration;
use entity::{enums::Role, file};
use reqwest::StatusCode;
use sea_orm::EntityTrait as _;
use serde_json::json;

use super::read;
use crate::{
    harness::{World, both},
    referral::cast::Cast,
};

async fn rows(w: &World) -> usize {
    let rows = file::Entity::find().all(w.app.db.reader()).await;
    rows.expect("files can be listed").len()
}

/// The names of everything below the folder of files.
fn names(w: &World) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![w.folder().join("files")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                _ => found.push(entry.file_name().to_string_lossy().into_owned()),
            }
        }
    }
    found
}

#[test]
fn orphans_are_collected_and_attachments_stay() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let kept = cast.story.upload(&cast.hill, "心电图").await;
        cast.story
            .attach(&cast.hill, &posted, &kept, json!({}))
            .await;
        let orphan = cast.story.upload(&cast.hill, "无人附上").await;
        w.wait(Duration::hours(24));
        assert_eq!(sweep::sweep_once(&w.app).await.ok(), Some(0), "not yet");
        assert_eq!((rows(&w).await, names(&w).len()), (2, 2));
        w.wait(Duration::hours(2));
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let fresh = cast.story.upload(&hill, "新的").await;
        assert_eq!(sweep::sweep_once(&w.app).await.ok(), Some(1));
        assert_eq!((rows(&w).await, names(&w).len()), (2, 2));
        assert_eq!(read(&hill, &fresh).await.status, StatusCode::OK);
        for (file, status) in [(kept, StatusCode::OK), (orphan, StatusCode::NOT_FOUND)] {
            assert_eq!(read(&hill, &file).await.status, status);
        }
        assert_eq!(sweep::sweep_once(&w.app).await.ok(), Some(0));
    });
}

#[test]
fn what_a_crash_leaves_is_collected() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        // Killed after the bytes of one were removed, and before its row was.
        let half = cast.story.upload(&cast.hill, "半途").await;
        let row = api::id::decode_any(&half).expect("an id").1;
        let name = row.simple().to_string();
        let place = w.folder().join("files").join(&name[30..]).join(&name);
        std::fs::remove_file(place).expect("it is there");
        // Killed while another arrived; a third is arriving now.
        let arriving = w.folder().join("files/arriving");
        let cut_short = arriving.join(w.app.new_id().simple().to_string());
        std::fs::write(&cut_short, "cut short").expect("the folder is ours");
        w.wait(Duration::hours(26));
        let under_way = arriving.join(w.app.new_id().simple().to_string());
        std::fs::write(&under_way, "under way").expect("the folder is ours");
        assert_eq!(sweep::sweep_once(&w.app).await.ok(), Some(1));
        assert_eq!(rows(&w).await, 0);
        assert!(!cut_short.exists() && under_way.exists());
    });
}

#[test]
fn an_index_serves_the_sweep_and_the_attachments_of_a_page() {
    both(async |w| {
        let d = w.district();
        for statement in [
            sweep::orphans(w.now()),
            api::file::service::attachments(&[d.hill.id, d.county.id]),
        ] {
            let statement = sea_orm::QueryTrait::build(&statement, w.app.db.backend());
            w.assert_index_serves(&statement).await;
        }
    });
}
