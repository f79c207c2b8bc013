//! Attach a file to a referral.

use api::id::{self, Kind};
use chrono::Duration;
use entity::enums::{AttachmentKind, Side};
use serde_json::{Value, json};
use uuid::Uuid;

use super::stored;
use crate::{
    harness::both,
    referral::{cast::Cast, census::census, letter::with, story::on},
};

const ATTACHED: &str = "query($id: ID!) { referral(by: { id: $id }) { version attachments { id kind title name fileKind size url institution { name } } timeline { edges { node { action note } } } } }";

async fn seen(by: &crate::harness::client::Client, id: &str) -> Value {
    let answer = by.call(ATTACHED, json!({ "id": id })).await.ok();
    answer.data("referral").clone()
}

#[test]
fn either_side_attaches_and_the_other_reads() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        assert_eq!(seen(&cast.hill, &posted.id).await["attachments"], json!([]));
        let before = census(&w).await;
        let paper = cast.story.upload(&cast.hill, "心电图").await;
        let none = json!({});
        let told = cast.story.attach(&cast.hill, &posted, &paper, none).await;
        assert_eq!(
            (told.version, told.status.as_str()),
            (posted.version + 1, "SUBMITTED")
        );
        let after = census(&w).await;
        for (table, rows) in [("event", 1), ("outbox", 1), ("audit", 2), ("file", 1)] {
            assert_eq!(after.since(&before, table), rows, "{table}");
        }
        let summary = cast.story.upload(&cast.county, "出院小结").await;
        let said = json!({ "kind": "DISCHARGE_SUMMARY", "title": "出院小结" });
        cast.story.attach(&cast.county, &told, &summary, said).await;
        let seen = seen(&cast.office, &posted.id).await;
        let d = w.district();
        assert_eq!(
            seen["attachments"],
            json!([
                { "id": paper, "kind": "REPORT", "title": "头颅 CT 报告", "name": null, "fileKind": "TEXT", "size": 9,
                  "url": format!("/files/{paper}"), "institution": { "name": d.hill.name } },
                { "id": summary, "kind": "DISCHARGE_SUMMARY", "title": "出院小结", "name": null, "fileKind": "TEXT", "size": 12,
                  "url": format!("/files/{summary}"), "institution": { "name": d.county.name } },
            ])
        );
        assert_eq!(
            seen["timeline"]["edges"][1]["node"],
            json!({ "action": "ATTACH_TO_REFERRAL", "note": "头颅 CT 报告" })
        );
    });
}

#[test]
fn attaching_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for (side, by) in [(Side::Sender, &cast.hill), (Side::Receiver, &cast.county)] {
            // One file for each status; each is attached once at most.
            let mut files = Vec::new();
            for _ in 0..24 {
                files.push(cast.story.upload(by, "心电图").await);
            }
            let files = std::cell::RefCell::new(files);
            let said = |_: &_| {
                let file = files.borrow_mut().pop();
                json!({ "file": file, "kind": "REPORT", "title": "心电图" })
            };
            cast.follows_the_table("attachToReferral", side, said).await;
        }
    });
}

#[test]
fn only_those_two_sides_attach() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let technician = &cast.technician;
        let file = id::encode(Kind::File, Uuid::nil());
        let said = json!({ "file": file, "kind": "REPORT", "title": "心电图" });
        let input = with(on(&posted), said);
        for (by, code) in [
            (technician, "NOT_FOUND"),
            (&cast.manager, "FORBIDDEN"),
            (&cast.stranger, "NOT_FOUND"),
        ] {
            let before = census(&w).await;
            let answer = cast.story.ask(by, "attachToReferral", input.clone()).await;
            assert_eq!(answer.code("attachToReferral"), code);
            let changed = census(&w).await.changed_since(&before);
            let denied = [("audit".to_owned(), 1), ("audit_outbox".to_owned(), 1)];
            assert_eq!(changed, denied);
        }
    });
}

#[test]
fn a_file_is_attached_once_within_a_day_by_whoever_stored_it() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let good = json!({ "kind": "REPORT", "title": "心电图" });
        let attaching = |file: &str| with(good.clone(), json!({ "file": file }));
        let verb = "attachToReferral";
        let theirs = cast.story.upload(&cast.county, "心电图").await;
        let unknown = id::encode(Kind::File, Uuid::nil());
        for file in [&theirs, &unknown] {
            let fault = [(attaching(file), "input.file", "UNKNOWN_ID")];
            cast.refuses_each(&cast.hill, verb, &posted, json!({}), &fault)
                .await;
        }
        let file = cast.story.upload(&cast.hill, "心电图").await;
        let told = cast
            .story
            .attach(&cast.hill, &posted, &file, json!({}))
            .await;
        let other = cast.bring("SUBMITTED").await;
        let taken = [(attaching(&file), "input.file", "TAKEN")];
        cast.refuses_each(&cast.hill, verb, &other, json!({}), &taken)
            .await;

        let late = cast.story.upload(&cast.hill, "心电图").await;
        w.wait(Duration::hours(24));
        let expired = with(on(&told), attaching(&late));
        let answer = cast.story.ask(&cast.hill, verb, expired).await;
        assert_eq!(answer.problems(), [("input.file", "ORDER")]);
    });
}

#[test]
fn each_field_is_checked() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let file = cast.story.upload(&cast.hill, "心电图").await;
        let good = json!({ "file": file, "kind": "REPORT", "title": "心电图" });
        let patient = id::encode(Kind::Patient, Uuid::nil());
        let late = (w.now() + Duration::hours(1)).to_rfc3339();
        let faults = [
            (json!({ "title": " " }), "input.title", "REQUIRED"),
            (
                json!({ "title": "图".repeat(201) }),
                "input.title",
                "TOO_LONG",
            ),
            (json!({ "title": "图\u{7}" }), "input.title", "CHARACTERS"),
            (json!({ "file": "nothing" }), "input.file", "FORMAT"),
            (json!({ "file": patient }), "input.file", "WRONG_TYPE"),
            (json!({ "occurredAt": late }), "input.occurredAt", "ORDER"),
            (json!({ "version": null }), "input.version", "REQUIRED"),
        ];
        cast.refuses_each(&cast.hill, "attachToReferral", &posted, good, &faults)
            .await;
        let mut told = posted;
        for kind in AttachmentKind::ALL {
            let file = cast.story.upload(&cast.hill, "心电图").await;
            let said = json!({ "kind": kind.code() });
            told = cast.story.attach(&cast.hill, &told, &file, said).await;
        }
    });
}

#[test]
fn a_referral_holds_twenty() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let mut told = cast.bring("SUBMITTED").await;
        for _ in 0..20 {
            let file = cast.story.upload(&cast.hill, "心电图").await;
            told = cast.story.attach(&cast.hill, &told, &file, json!({})).await;
        }
        let file = cast.story.upload(&cast.hill, "心电图").await;
        let one_more = [(
            json!({ "file": file, "kind": "REPORT", "title": "心电图" }),
            "input.file",
            "TOO_LARGE",
        )];
        cast.refuses_each(&cast.hill, "attachToReferral", &told, json!({}), &one_more)
            .await;
    });
}

#[test]
fn the_same_again_is_answered_and_not_done() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let file = cast.story.upload(&cast.hill, "心电图").await;
        let none = json!({});
        let first = cast
            .story
            .attach(&cast.hill, &posted, &file, none.clone())
            .await;
        let again = cast
            .story
            .attach(&cast.hill, &posted, &file, none.clone())
            .await;
        assert!(!first.replayed && again.replayed);
        assert_eq!(again.version, first.version);
        let keyed = cast.hill.clone().with_key("attach-1");
        let file = stored(&cast.hill, "心电图").await;
        let file = file["id"].as_str().expect("an id");
        let one = cast.story.attach(&keyed, &first, file, none.clone()).await;
        let two = cast.story.attach(&keyed, &first, file, none).await;
        assert!(!one.replayed && two.replayed);
    });
}

#[test]
fn attachments_of_a_page_cost_one_statement_more() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for _ in 0..3 {
            let posted = cast.bring("SUBMITTED").await;
            let file = cast.story.upload(&cast.hill, "心电图").await;
            cast.story
                .attach(&cast.hill, &posted, &file, json!({}))
                .await;
        }
        let page = |more: &str| {
            format!("{{ referrals {{ edges {{ node {{ number patient {{ name }} {more} }} }} }} }}")
        };
        let plain = cast.hill.measure(&page(""), json!({})).await.statements();
        let more = page("attachments { title } warnings { code }");
        let more = cast.hill.measure(&more, json!({})).await;
        assert_eq!(
            more.data("referrals.edges").as_array().map(Vec::len),
            Some(3)
        );
        assert_eq!(more.statements(), plain + 1);
    });
}
