//! Who reads whose figures.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::{ask, book::Book, rows, span};
use crate::{
    harness::{World, both, client::Client, fixtures::REGION, people::Place},
    referral::letter::with,
};

async fn requested(by: &Client, w: &World) -> i64 {
    let midnight = w.now() - Duration::hours(9);
    let today = span(midnight, midnight + Duration::days(1), "DAY");
    rows(by, today).await[0]["requested"]
        .as_i64()
        .expect("a count")
}

#[test]
fn each_counts_what_its_relation_opens() {
    both(async |w| {
        let book = Book::open(&w).await;
        let d = w.district();
        for (centre, by) in [
            (&book.laboratory, &d.hill),
            (&book.laboratory, &d.hill_station),
            (&book.laboratory, &d.river),
            (&book.imaging, &d.lake),
            (&book.imaging, &d.hill),
        ] {
            book.place(&book.order(centre, by, w.now())).await;
        }
        for (who, count, client) in [
            (
                "monitor",
                5,
                w.client(Role::Monitor, Place::INSTALLATION).await,
            ),
            (
                "monitor of the region",
                5,
                w.client(Role::Monitor, REGION).await,
            ),
            (
                "monitor of another region",
                0,
                w.client(Role::Monitor, "44").await,
            ),
            (
                "monitor of a community",
                3,
                w.client(Role::Monitor, &d.general).await,
            ),
            (
                "manager of the other",
                2,
                w.client(Role::CommunityManager, &d.traditional).await,
            ),
            (
                "administrator of the host",
                3,
                w.client(Role::InstitutionAdmin, &d.county).await,
            ),
            (
                "technician at the host",
                3,
                w.client(Role::Technician, &d.county).await,
            ),
            (
                "diagnostician at the host",
                2,
                w.client(Role::Diagnostician, &d.herbs).await,
            ),
            (
                "office of a health centre with a station",
                3,
                w.client(Role::Coordinator, &d.hill).await,
            ),
            (
                "office of another",
                1,
                w.client(Role::Coordinator, &d.lake).await,
            ),
            (
                "office of a department",
                0,
                w.client(Role::Coordinator, &d.neurology).await,
            ),
            (
                "technician elsewhere",
                0,
                w.client(Role::Technician, &d.hill).await,
            ),
        ] {
            assert_eq!(requested(&client, &w).await, count, "{who}");
        }
    });
}

#[test]
fn nobody_else_reads_any() {
    both(async |w| {
        let d = w.district();
        let midnight = w.now() - Duration::hours(9);
        let today = span(midnight, midnight + Duration::days(1), "DAY");
        for client in [
            w.client(Role::Clinician, &d.county).await,
            w.client(Role::Integration, &d.county).await,
            w.client(Role::Auditor, Place::INSTALLATION).await,
            w.client(Role::SystemAdmin, Place::INSTALLATION).await,
        ] {
            let answer = ask(&client, today.clone()).await;
            assert_eq!(answer.code("throughput"), "FORBIDDEN", "{}", answer.text);
        }
        let answer = ask(&w.anonymous(), today).await;
        assert_eq!(answer.errors()[0]["extensions"]["code"], "UNAUTHENTICATED");
    });
}

#[test]
fn filters_narrow_and_open_nothing() {
    both(async |w| {
        let book = Book::open(&w).await;
        let d = w.district();
        book.place(&book.order(&book.laboratory, &d.hill, w.now()))
            .await;
        book.place(&book.order(&book.imaging, &d.lake, w.now()))
            .await;
        let midnight = w.now() - Duration::hours(9);
        let today = span(midnight, midnight + Duration::days(1), "DAY");
        let hill = w.client(Role::Coordinator, &d.hill).await;
        let watching = w.client(Role::Monitor, Place::INSTALLATION).await;
        let laboratory = api::id::encode(api::id::Kind::SharedCentre, book.laboratory.id);
        let lake = crate::referral::letter::institution(d.lake.id);
        for (client, filter, count) in [
            (&watching, json!({ "centres": [laboratory] }), 1),
            (&watching, json!({ "kinds": ["IMAGING"] }), 1),
            (&watching, json!({ "kinds": [] }), 0),
            (&watching, json!({ "requestedBy": [lake] }), 1),
            (&hill, json!({ "requestedBy": [lake] }), 0),
            (&hill, json!({ "centres": [laboratory] }), 1),
        ] {
            let told = rows(client, with(today.clone(), filter.clone())).await;
            assert_eq!(told[0]["requested"], count, "{filter}");
        }
    });
}
