//! Who reads what institutions report, and in which order.

use api::{
    page::{Cursor, PageArgs, Window},
    volume::list::{REPORTS, ReportQuery},
};
use chrono::NaiveDate;
use entity::enums::Role;
use sea_orm::QueryTrait as _;
use serde_json::{Value, json};

use super::{COUNTS, REPORT, admin, february};
use crate::{
    harness::{both, client::Client, fixtures::REGION},
    referral::letter::{self, with},
};

async fn listed(by: &Client, filter: Value) -> Vec<(String, String)> {
    let document = format!(
        "query($filter: VolumeReportFilter, $after: String) {{ volumeReports(filter: $filter, first: 2, after: $after) {{ totalCount pageInfo {{ endCursor hasNextPage }} edges {{ node {{ month institution {{ code }} {COUNTS} revisions {{ version }} }} }} }} }}"
    );
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let variables = json!({ "filter": filter, "after": after });
        let answer = by.call(&document, variables).await.ok();
        let page = answer.data("volumeReports");
        for edge in page["edges"].as_array().expect("edges") {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let node = &edge["node"];
            seen.push((text(&node["month"]), text(&node["institution"]["code"])));
        }
        if page["pageInfo"]["hasNextPage"] == false {
            assert_eq!(page["totalCount"], json!(seen.len()), "{filter}");
            return seen;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

#[test]
fn it_is_read_by_the_institution_and_whoever_oversees_it() {
    both(async |w| {
        let d = w.district();
        let made = REPORT.tell(&admin(&w).await, february(&w)).await;
        let id = made["report"]["id"].as_str().expect("an id").to_owned();
        for (client, reads) in [
            (admin(&w).await, true),
            (w.client(Role::Integration, &d.county).await, true),
            (w.client(Role::CommunityManager, &d.general).await, true),
            (w.client(Role::Regulator, REGION).await, true),
            (w.client(Role::Regulator, "330106").await, false),
            (w.client(Role::InstitutionAdmin, &d.river).await, false),
            (
                w.client(Role::InstitutionAdmin, &d.hill_station).await,
                false,
            ),
            (
                w.client(Role::CommunityManager, &d.traditional).await,
                false,
            ),
        ] {
            assert_eq!(listed(&client, json!({})).await.len(), usize::from(reads));
            let answer = client
                .ask(&format!("{{ node(id: \"{id}\") {{ id }} }}"))
                .await
                .ok();
            assert_eq!(answer.data("node").is_object(), reads, "{}", answer.text);
        }
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let answer = doctor.ask("{ volumeReports { totalCount } }").await;
        assert_eq!(answer.code("volumeReports"), "FORBIDDEN");
    });
}

#[test]
fn the_latest_month_comes_first() {
    both(async |w| {
        let (hill, d) = (admin(&w).await, w.district());
        let station = letter::institution(d.hill_station.id);
        for (who, month) in [
            (letter::institution(d.hill.id), "2025-12"),
            (letter::institution(d.hill.id), "2026-02"),
            (station.clone(), "2026-01"),
            (letter::institution(d.hill.id), "2026-01"),
        ] {
            let input = json!({ "institution": who, "month": month });
            REPORT.tell(&hill, with(february(&w), input)).await;
        }
        let months = |seen: &[(String, String)]| -> Vec<String> {
            seen.iter().map(|(month, _)| month.clone()).collect()
        };
        let all = listed(&hill, json!({})).await;
        assert_eq!(months(&all), ["2026-02", "2026-01", "2026-01", "2025-12"]);
        let some = listed(&hill, json!({ "from": "2026-01", "to": "2026-01" })).await;
        assert_eq!(some.len(), 2);
        let one = listed(&hill, json!({ "institution": [station] })).await;
        assert_eq!(one, [("2026-01".to_owned(), "S002".to_owned())]);
        let other = letter::institution(d.county.id);
        assert!(
            listed(&hill, json!({ "institution": [other] }))
                .await
                .is_empty()
        );
        for filter in [
            json!({ "from": "jetzt" }),
            json!({ "from": "2026-02", "to": "2026-01" }),
        ] {
            let document = "query($filter: VolumeReportFilter) { volumeReports(filter: $filter) { totalCount } }";
            let answer = hill.call(document, json!({ "filter": filter })).await;
            assert_eq!(answer.code("volumeReports"), "INVALID_INPUT");
        }
    });
}

#[test]
fn a_page_costs_the_same_however_long() {
    both(async |w| {
        let hill = admin(&w).await;
        let document = "{ volumeReports { edges { node { institution { name } revisions { version editor } } } } }";
        REPORT.tell(&hill, february(&w)).await;
        let few = hill.measure(document, json!({})).await.statements();
        for month in ["2025-10", "2025-11", "2025-12", "2026-01"] {
            REPORT
                .tell(&hill, with(february(&w), json!({ "month": month })))
                .await;
        }
        assert_eq!(hill.measure(document, json!({})).await.statements(), few);
    });
}

#[test]
fn an_index_serves_every_page() {
    both(async |w| {
        let (d, backend) = (w.district(), w.app.db.backend());
        let (first, last) = (
            NaiveDate::from_ymd_opt(2025, 1, 1),
            NaiveDate::from_ymd_opt(2026, 12, 1),
        );
        let place = Cursor::text(REPORTS, "2026-01-01", d.hill.id).encode();
        let all: Vec<_> = w.app.directory.now().institutions.keys().copied().collect();
        for institutions in [vec![d.hill.id], all] {
            for (from, to) in [(None, None), (first, None), (None, last), (first, last)] {
                for after in [None, Some(&place)] {
                    let query = ReportQuery {
                        institutions: institutions.clone(),
                        from,
                        to,
                    };
                    let args = PageArgs::forward(Some(20), after.cloned());
                    let window = Window::parse(&args, REPORTS).expect("good arguments");
                    let page = query.page(&window).build(backend);
                    // Of several institutions SQLite finds what each has, and sorts it.
                    if institutions.len() > 1 {
                        w.assert_index_finds(&page).await;
                    } else {
                        w.assert_index_serves(&page).await;
                    }
                }
            }
        }
    });
}
