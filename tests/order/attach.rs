//! Attach a file to an order, and read it.

use api::id::{self, Kind};
use chrono::Duration;
use entity::enums::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::cast::{Cast, Told, ask};
use crate::{
    harness::{
        both,
        client::{Answer, Client},
    },
    referral::{
        census::census,
        letter::{self, with},
        story::Story,
    },
};

/// Attaches a file, whatever comes of it.
async fn attach(by: &Client, order: &Told, file: &str, said: Value) -> Answer {
    let document = "mutation Attach($input: AttachToOrderInput!) { attachToOrder(input: $input) {
        replayed referral { id } order { id version status attachments { id kind title institution { id } } } attachment { id url } } }";
    let input = json!({ "order": { "id": order.id }, "version": order.version, "file": file, "kind": "IMAGE", "title": "心电图原图" });
    by.call(document, json!({ "input": with(input, said) }))
        .await
}

async fn read(by: &Client, file: &str) -> StatusCode {
    let request = by.request(Method::GET, &format!("/files/{file}"));
    by.send(request).await.status
}

#[test]
fn either_side_attaches_and_whoever_sees_the_order_reads() {
    both(async |w| {
        let (cast, story) = (Cast::of(&w).await, Story::of(&w));
        let examined = cast.bring("EXAMINED", 1).await;
        let before = census(&w).await;
        let image = story.upload(&cast.hill_technician, "胸片原图").await;
        let answer = attach(&cast.hill_technician, &examined, &image, json!({}))
            .await
            .ok();
        let order = answer.data("attachToOrder.order");
        let d = w.district();
        assert_eq!(
            order["attachments"],
            json!([{ "id": image, "kind": "IMAGE", "title": "心电图原图", "institution": { "id": letter::institution(d.hill.id) } }])
        );
        assert_eq!(order["version"], json!(examined.version + 1));
        assert!(answer.data("attachToOrder.referral").is_null());
        let after = census(&w).await;
        for (table, rows) in [("event", 1), ("outbox", 1), ("audit", 2), ("file", 1)] {
            assert_eq!(after.since(&before, table), rows, "{table}");
        }
        // Whoever is granted the centre alone stores, attaches and reads as well.
        let reader = cast.centres.client(Role::Diagnostician, "IMAGING").await;
        let marked = story.upload(&reader, "标注图").await;
        let now = Told {
            version: examined.version + 1,
            ..examined.clone()
        };
        let said = json!({ "kind": "REPORT", "title": "标注" });
        let answer = attach(&reader, &now, &marked, said).await.ok();
        assert_eq!(answer.data("attachToOrder.replayed"), false);
        let (ok, none) = (StatusCode::OK, StatusCode::NOT_FOUND);
        let lake = w.client(Role::Clinician, &d.lake).await;
        let ecg = cast.centres.client(Role::Diagnostician, "ECG").await;
        let manager = w.client(Role::CommunityManager, &d.general).await;
        for (by, status) in [
            (&cast.hill, ok),
            (&cast.hill_technician, ok),
            (&cast.technician, ok),
            (&reader, ok),
            (&cast.county, ok),
            (&ecg, none),
            (&lake, none),
            (&cast.stranger, none),
            (&manager, StatusCode::FORBIDDEN),
        ] {
            assert_eq!(read(by, &marked).await, status);
        }
        // The parties of a referral that cites it read it too.
        let letter = with(
            letter::up(&w, &crate::harness::canary::Patient::nth(1)),
            json!({ "receiver": letter::institution(d.herbs.id), "citedOrders": [{ "id": examined.id }] }),
        );
        story.submit(&cast.hill, letter).await;
        assert_eq!(read(&cast.stranger, &image).await, ok);
        // What is attached is not collected.
        w.wait(Duration::hours(30));
        let gone = api::file::sweep::sweep_once(&w.app).await;
        assert_eq!(gone.expect("it sweeps"), 0);
        let hill = w.client(Role::Clinician, &d.hill).await;
        assert_eq!(read(&hill, &image).await, ok);
    });
}

#[test]
fn what_nobody_attached_is_collected() {
    both(async |w| {
        let (cast, story) = (Cast::of(&w).await, Story::of(&w));
        let reader = cast.centres.client(Role::Diagnostician, "IMAGING").await;
        let file = story.upload(&reader, "无主").await;
        assert_eq!(read(&reader, &file).await, StatusCode::OK);
        assert_eq!(read(&cast.reader, &file).await, StatusCode::NOT_FOUND);
        w.wait(Duration::hours(30));
        let gone = api::file::sweep::sweep_once(&w.app)
            .await
            .expect("it sweeps");
        assert_eq!(gone, 1);
        let reader = cast.centres.client(Role::Diagnostician, "IMAGING").await;
        assert_eq!(read(&reader, &file).await, StatusCode::NOT_FOUND);
    });
}

#[test]
fn who_may_not_and_what_may_not_be_attached() {
    both(async |w| {
        let (cast, story) = (Cast::of(&w).await, Story::of(&w));
        let examined = cast.bring("EXAMINED", 1).await;
        let unknown = id::encode(Kind::File, Uuid::nil());
        let lake = w.client(Role::Clinician, &w.district().lake).await;
        let admin = &cast.centres.admin;
        for (by, code) in [
            (&cast.stranger, "NOT_FOUND"),
            (&lake, "NOT_FOUND"),
            (admin, "NOT_FOUND"),
        ] {
            let answer = attach(by, &examined, &unknown, json!({})).await;
            assert_eq!(answer.code("attachToOrder"), code);
        }
        let theirs = story.upload(&cast.reader, "心电图").await;
        let own = story.upload(&cast.hill, "心电图").await;
        for (file, said, path, code) in [
            (&theirs, json!({}), "input.file", "UNKNOWN_ID"),
            (&unknown, json!({}), "input.file", "UNKNOWN_ID"),
            (&own, json!({ "title": "" }), "input.title", "REQUIRED"),
            (
                &own,
                json!({ "version": null }),
                "input.version",
                "REQUIRED",
            ),
        ] {
            let before = census(&w).await;
            let answer = attach(&cast.hill, &examined, file, said).await;
            assert_eq!(answer.problems(), [(path, code)], "{}", answer.text);
            assert_eq!(census(&w).await.changed_since(&before), []);
        }
        let first = attach(&cast.hill, &examined, &own, json!({})).await.ok();
        assert_eq!(first.data("attachToOrder.replayed"), false);
        let again = attach(&cast.hill, &examined, &own, json!({})).await.ok();
        assert_eq!(again.data("attachToOrder.replayed"), true);
        let other = cast.bring("EXAMINED", 2).await;
        let answer = attach(&cast.hill, &other, &own, json!({})).await;
        assert_eq!(answer.problems(), [("input.file", "TAKEN")]);
        let off = cast.bring("CANCELLED", 3).await;
        let file = story.upload(&cast.hill, "心电图").await;
        let answer = attach(&cast.hill, &off, &file, json!({})).await;
        assert_eq!(answer.code("attachToOrder"), "INVALID_TRANSITION");
    });
}

/// A CT of a city hospital, on paper: it is recognised with its scan instead of a new one, and whoever sees the order reads it.
#[test]
fn the_ct_of_a_city_hospital_is_recognised_with_its_scan() {
    both(async |w| {
        let (cast, story) = (Cast::of(&w).await, Story::of(&w));
        let scan = story.upload(&cast.hill, "省人民医院 头颅CT 报告单").await;
        let result = |file: &str| {
            let outside = json!({ "institution": "省人民医院", "at": letter::moment(&w, Duration::days(-3)), "marked": true, "file": file });
            with(
                cast.order("HEAD_CT", 1),
                json!({ "result": { "outside": outside } }),
            )
        };
        let theirs = story.upload(&cast.county, "报告单").await;
        let before = census(&w).await;
        let answer = ask(&cast.hill, "recogniseResult", result(&theirs)).await;
        assert_eq!(
            answer.problems(),
            [("input.result.outside.file", "UNKNOWN_ID")]
        );
        assert_eq!(census(&w).await.changed_since(&before), []);
        let told = ask(&cast.hill, "recogniseResult", result(&scan)).await.ok();
        let order = told.text_at("recogniseResult.order.id");
        assert_eq!(told.text_at("recogniseResult.order.status"), "RECOGNISED");
        let document = "query($id: ID!) { order(by: { id: $id }) { recognisedFrom { institution marked file { id title } } attachments { id } } }";
        let seen = cast
            .technician
            .call(document, json!({ "id": order }))
            .await
            .ok();
        assert_eq!(
            seen.data("order.recognisedFrom"),
            &json!({ "institution": "省人民医院", "marked": true, "file": { "id": scan, "title": "省人民医院" } })
        );
        assert_eq!(seen.text_at("order.attachments.0.id"), scan);
        assert_eq!(read(&cast.technician, &scan).await, StatusCode::OK);
        assert_eq!(read(&cast.stranger, &scan).await, StatusCode::NOT_FOUND);
        // It is one order's: another is not recognised by the same file.
        let again = with(
            result(&scan),
            json!({ "item": cast.centres.item("CHEST_CT") }),
        );
        let answer = ask(&cast.hill, "recogniseResult", again).await;
        assert_eq!(answer.problems(), [("input.result.outside.file", "TAKEN")]);
    });
}
