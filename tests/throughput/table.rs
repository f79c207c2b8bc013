//! Throughput as a table: the same figures, by the same rights.

use entity::enums::Role;
use reqwest::{Method, StatusCode};

use super::book::Book;
use crate::harness::{
    both,
    client::{Answer, Client},
    people::Place,
};

const DAY: &str = "from=2026-03-02T00:00:00%2B08:00&to=2026-03-03T00:00:00%2B08:00&bucket=DAY";

async fn table(by: &Client, parameters: &str) -> Answer {
    let path = format!("/throughput.csv?{parameters}");
    by.send(by.request(Method::GET, &path)).await
}

#[test]
fn a_table_has_the_figures_under_their_headings() {
    both(async |w| {
        let book = Book::open(&w).await;
        let d = w.district();
        let mut order = book.order(&book.laboratory, &d.hill, w.now());
        order.item_group = "=HYPERLINK(\"x\"), 生化".to_owned();
        book.place(&book.reported(order, 30)).await;
        let monitor = w.client(Role::Monitor, Place::INSTALLATION).await;
        let parameters = format!("{DAY}&by=CENTRE,ITEM_GROUP&by=DIAGNOSTICIAN&kinds=LABORATORY");
        let answer = table(&monitor, &parameters).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert!(answer.header("content-type").starts_with("text/csv"));
        assert!(
            answer
                .header("content-disposition")
                .starts_with("attachment")
        );
        let lines: Vec<&str> = answer.text.split("\r\n").collect();
        assert_eq!(
            lines.len(),
            3,
            "a heading, a row, and an end: {}",
            answer.text
        );
        let headings: Vec<&str> = lines[0].split(',').collect();
        assert_eq!(headings, api::throughput::csv::HEADINGS);
        let centre = api::id::encode(api::id::Kind::SharedCentre, book.laboratory.id);
        let begins = format!(
            "2026-03-02T00:00:00+08:00,2026-03-03T00:00:00+08:00,{centre},滨江区总医院检验中心,,,,,\"'=HYPERLINK(\"\"x\"\"), 生化\",,prac_"
        );
        assert!(lines[1].starts_with(&begins), "{}", lines[1]);
        assert!(
            lines[1].contains(",沈明远,1,1,1,0,0,0,0,1,1,0,0,0,,1,"),
            "{}",
            lines[1]
        );
        assert!(lines[1].ends_with(",false"), "{}", lines[1]);
    });
}

#[test]
fn a_table_is_refused_like_the_query() {
    both(async |w| {
        let d = w.district();
        let monitor = w.client(Role::Monitor, Place::INSTALLATION).await;
        for (parameters, path, code) in [
            ("", "from", "REQUIRED"),
            ("from=2026-03-02T00:00:00Z&bucket=DAY", "to", "REQUIRED"),
            (
                "from=x&to=2026-03-03T00:00:00Z&bucket=DAY",
                "from",
                "FORMAT",
            ),
            (&format!("{DAY}&bucket=HOUR"), "bucket", "REQUIRED"),
            (
                "from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z&bucket=YEAR",
                "bucket",
                "UNKNOWN_VALUE",
            ),
            (
                "from=2026-03-04T00:00:00Z&to=2026-03-03T00:00:00Z&bucket=DAY",
                "to",
                "ORDER",
            ),
            (&format!("{DAY}&by=PATIENT"), "by", "UNKNOWN_VALUE"),
            (&format!("{DAY}&kinds=x"), "kinds", "UNKNOWN_VALUE"),
            (&format!("{DAY}&centres=x"), "centres", "FORMAT"),
            (&format!("{DAY}&requestedBy=x"), "requestedBy", "FORMAT"),
            (&format!("{DAY}&patient=x"), "patient", "NOT_ALLOWED"),
        ] {
            let answer = table(&monitor, parameters).await;
            assert_eq!(
                answer.status,
                StatusCode::BAD_REQUEST,
                "{parameters}: {}",
                answer.text
            );
            assert_eq!(answer.body["code"], "INVALID_INPUT", "{parameters}");
            let problems = answer.body["problems"].as_array().expect("problems");
            let named = problems
                .iter()
                .any(|problem| problem["path"] == path && problem["code"] == code);
            assert!(named, "{parameters}: {}", answer.text);
        }
        let clinician = w.client(Role::Clinician, &d.county).await;
        let answer = table(&clinician, DAY).await;
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (StatusCode::FORBIDDEN, &"FORBIDDEN".into())
        );
        let answer = table(&w.anonymous(), DAY).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        let posted = monitor
            .send(monitor.request(Method::POST, "/throughput.csv"))
            .await;
        assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
    });
}
