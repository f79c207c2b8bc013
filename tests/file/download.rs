//! Read a file: asked anew whether one may, at every reading.

use api::id::{self, Kind};
use entity::{
    audit,
    enums::{Action, AuditOutcome, Role},
};
use reqwest::{Method, StatusCode};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::json;
use uuid::Uuid;

use super::{PDF, assert_refused, posting, read, stored};
use crate::{
    harness::{World, both, client::Client},
    referral::{
        cast::Cast,
        letter::{self, with},
        story::Told,
    },
};

async fn readings(w: &World, outcome: AuditOutcome) -> u64 {
    audit::Entity::find()
        .filter(audit::Column::Action.eq(Action::ReadFile))
        .filter(audit::Column::Outcome.eq(outcome))
        .count(w.app.db.reader())
        .await
        .expect("the audit trail can be counted")
}

/// A letter from `hill` to `county` with a file attached.
async fn attached(cast: &Cast, letter: serde_json::Value) -> (Told, String) {
    let posted = cast.story.submit(&cast.hill, letter).await;
    let file = cast.story.upload(&cast.hill, "心电图：窦性心律").await;
    let none = json!({});
    let told = cast.story.attach(&cast.hill, &posted, &file, none).await;
    (told, file)
}

async fn statuses(file: &str, readers: &[(&Client, StatusCode)]) {
    for (place, (by, status)) in readers.iter().enumerate() {
        let answer = read(by, file).await;
        assert_eq!(answer.status, *status, "reader {place}: {}", answer.text);
        if *status != StatusCode::OK {
            assert!(!answer.text.contains("窦性心律"));
        }
    }
}

#[test]
fn both_sides_read_what_is_attached_and_nobody_else() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let (_, file) = attached(&cast, cast.story.up()).await;
        let (ok, none) = (StatusCode::OK, StatusCode::NOT_FOUND);
        let readers = [
            (&cast.hill, ok),
            (&cast.system, ok),
            (&cast.county, ok),
            (&cast.office, ok),
            (&cast.stranger, none),
            (&cast.technician, none),
            (&cast.manager, StatusCode::FORBIDDEN),
        ];
        statuses(&file, &readers).await;
        assert_eq!(readings(&w, AuditOutcome::Done).await, 4);
        assert_eq!(readings(&w, AuditOutcome::Denied).await, 3);
        let nobody = w.anonymous();
        assert_refused(
            &read(&nobody, &file).await,
            StatusCode::UNAUTHORIZED,
            "UNAUTHENTICATED",
        );
    });
}

#[test]
fn a_file_is_saved_and_not_shown_and_kept_by_nobody_on_the_way() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let name = "attachment; filename*=UTF-8''%E5%B0%8F%E7%BB%93%20%22a%22%3B.pdf";
        let answer = hill
            .send(posting(&hill, PDF).header("content-disposition", name))
            .await;
        let id = answer.body["id"].as_str().expect("an id");
        let answer = read(&hill, id).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.text.as_bytes(), PDF);
        let headers = [
            ("content-type", "application/pdf".to_owned()),
            ("content-length", PDF.len().to_string()),
            ("cache-control", "no-store".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
            (
                "content-security-policy",
                "default-src 'none'; sandbox".to_owned(),
            ),
            (
                "content-disposition",
                format!(
                    "attachment; filename=\"{id}.pdf\"; filename*=UTF-8''%E5%B0%8F%E7%BB%93%20%22a%22%3B.pdf"
                ),
            ),
        ];
        for (header, value) in headers {
            assert_eq!(answer.header(header), value, "{header}");
        }
        let text = stored(&hill, "无名").await;
        let text = text["id"].as_str().expect("an id");
        let answer = read(&hill, text).await;
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(
            answer.header("content-disposition"),
            format!("attachment; filename=\"{text}.txt\"")
        );
    });
}

#[test]
fn what_is_not_attached_is_its_sender_s_alone() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let file = cast.story.upload(&cast.hill, "窦性心律").await;
        let (ok, none) = (StatusCode::OK, StatusCode::NOT_FOUND);
        let colleague = w.client(Role::Coordinator, &w.district().hill).await;
        let readers = [(&cast.hill, ok), (&colleague, none), (&cast.county, none)];
        statuses(&file, &readers).await;
    });
}

#[test]
fn a_receiver_that_does_not_take_the_patient_reads_no_more() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let (told, file) = attached(&cast, cast.story.up()).await;
        let (ok, none) = (StatusCode::OK, StatusCode::NOT_FOUND);
        statuses(&file, &[(&cast.county, ok)]).await;
        cast.story.reject(&cast.county, &told, json!({})).await;
        statuses(&file, &[(&cast.county, none), (&cast.hill, ok)]).await;
    });
}

#[test]
fn with_a_sensitive_diagnosis_a_file_is_withheld_once_nobody_treats_any_more() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let sensitive = json!({ "diagnoses": [{ "code": "F20.900", "text": "精神分裂症", "principal": true }] });
        let (told, file) = attached(&cast, with(cast.story.up(), sensitive)).await;
        let (ok, none) = (StatusCode::OK, StatusCode::NOT_FOUND);
        statuses(&file, &[(&cast.county, ok), (&cast.hill, ok)]).await;
        cast.story.withdraw(&cast.hill, &told, json!({})).await;
        statuses(&file, &[(&cast.county, none), (&cast.hill, none)]).await;
    });
}

#[test]
fn the_manager_of_a_station_reads_along() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let station = w.client(Role::Clinician, &d.lake_station).await;
        let lake = w.client(Role::Clinician, &d.lake).await;
        let letter = letter::emergency(&w, &cast.story.patient());
        let posted = cast.story.submit(&station, letter).await;
        let file = cast.story.upload(&station, "心电图：窦性心律").await;
        let none = json!({});
        cast.story.attach(&station, &posted, &file, none).await;
        statuses(&file, &[(&lake, StatusCode::OK)]).await;
    });
}

#[test]
fn no_path_leads_anywhere_else() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let unknown = id::encode(Kind::File, Uuid::nil());
        let other = id::encode(Kind::Patient, Uuid::nil());
        let paths = [
            "..%2f..%2f..%2fetc%2fpasswd",
            "%2e%2e%2fliandong.sqlite",
            "fil_..%2f..%2fx",
            "%00",
            "fil_",
            unknown.as_str(),
            other.as_str(),
        ];
        for path in paths {
            let answer = read(&hill, path).await;
            assert_refused(&answer, StatusCode::NOT_FOUND, "NOT_FOUND");
        }
        for (method, path) in [
            (Method::GET, "/files"),
            (Method::DELETE, "/files/x"),
            (Method::PUT, "/files"),
        ] {
            let answer = hill.send(hill.request(method, path)).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        }
    });
}

#[test]
fn bytes_that_were_changed_on_disk_are_not_given_out_as_they_were() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let file = stored(&hill, PDF).await;
        let (_, id) = id::decode_any(file["id"].as_str().expect("an id")).expect("an id");
        let name = id.simple().to_string();
        let place = w.folder().join("files").join(&name[30..]).join(&name);
        let mut sealed = std::fs::read(&place).expect("it is there");
        *sealed.last_mut().expect("it has bytes") ^= 1;
        std::fs::write(&place, sealed).expect("the folder is ours");
        let request = hill.request(
            Method::GET,
            &format!("/files/{}", file["id"].as_str().unwrap_or_default()),
        );
        let whole = match request.send().await {
            Ok(head) => head.bytes().await.is_ok(),
            Err(_) => false,
        };
        assert!(!whole, "it breaks off");
        std::fs::remove_file(&place).expect("the folder is ours");
        let gone = read(&hill, file["id"].as_str().expect("an id")).await;
        assert_refused(&gone, StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE");
    });
}
