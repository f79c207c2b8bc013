//! Who reads supervision visits, in which order, and whether the norm was met.

use api::{
    page::{Cursor, PageArgs, Window},
    supervision::list::{VISITS, VisitQuery},
};
use chrono::NaiveDate;
use entity::enums::Role;
use sea_orm::QueryTrait as _;
use serde_json::json;

use super::{CORRECT, RECORD, officer, visit};
use crate::{
    harness::{both, fixtures::REGION},
    referral::letter::{self, with},
};

const LIST: &str = "query($filter: SupervisionVisitFilter, $first: Int, $after: String) {      supervisionVisits(filter: $filter, first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage } edges { node { id visitedOn topic } } } }";

#[test]
fn both_sides_and_whoever_oversees_them_read_it() {
    both(async |w| {
        let d = w.district();
        let made = RECORD.tell(&officer(&w).await, visit(&w)).await;
        let id = made["visit"]["id"].as_str().expect("an id").to_owned();
        for (client, reads) in [
            (officer(&w).await, true),
            (w.client(Role::Clinician, &d.hill).await, true),
            (w.client(Role::CommunityManager, &d.general).await, true),
            (w.client(Role::Regulator, REGION).await, true),
            (w.client(Role::Regulator, "330106").await, false),
            (
                w.client(Role::CommunityManager, &d.traditional).await,
                false,
            ),
            (w.client(Role::InstitutionAdmin, &d.river).await, false),
            (w.client(Role::InstitutionAdmin, &d.herbs).await, false),
        ] {
            let answer = client.call(LIST, json!({})).await.ok();
            let many = i64::from(reads);
            assert_eq!(answer.number_at("supervisionVisits.totalCount"), many);
            let answer = client
                .ask(&format!("{{ node(id: \"{id}\") {{ id }} }}"))
                .await
                .ok();
            assert_eq!(answer.data("node").is_object(), reads, "{}", answer.text);
            // How often hill was visited is for the same.
            let document = format!(
                "{{ institution(id: \"{}\") {{ ... on HealthCentre {{ supervision(year: 2026) {{ visits norm met }} }} }} }}",
                letter::institution(d.hill.id)
            );
            let answer = client.ask(&document).await.ok();
            assert_eq!(
                answer.data("institution.supervision").is_object(),
                reads,
                "{}",
                answer.text
            );
        }
        let technician = w.client(Role::Technician, &d.county).await;
        let answer = technician.call(LIST, json!({})).await;
        assert_eq!(answer.code("supervisionVisits"), "FORBIDDEN");
    });
}

#[test]
fn three_a_year_meet_the_norm_and_what_is_struck_out_does_not_count() {
    both(async |w| {
        let (officer, d) = (officer(&w).await, w.district());
        let mut last = json!(null);
        for day in ["2026-01-05", "2026-02-05", "2026-03-01", "2025-12-31"] {
            let made = RECORD
                .tell(&officer, with(visit(&w), json!({ "visitedOn": day })))
                .await;
            if day == "2026-03-01" {
                last = made["visit"]["id"].clone();
            }
        }
        let hill = letter::institution(d.hill.id);
        let document = format!(
            "{{ institution(id: \"{hill}\") {{ ... on HealthCentre {{ supervision(year: 2026) {{ year visits norm met }} }} }} }}"
        );
        let answer = officer.ask(&document).await.ok();
        let met = json!({ "year": 2026, "visits": 3, "norm": 3, "met": true });
        assert_eq!(*answer.data("institution.supervision"), met);
        let input = json!({ "id": last, "version": 1, "struck": true, "reason": "并未成行" });
        CORRECT.tell(&officer, input).await;
        let answer = officer.ask(&document).await.ok();
        let missed = json!({ "year": 2026, "visits": 2, "norm": 3, "met": false });
        assert_eq!(*answer.data("institution.supervision"), missed);

        // The latest first, page by page, and narrowed.
        let hill = letter::institution(d.hill.id);
        for (filter, days) in [
            (
                json!({}),
                &["2026-03-01", "2026-02-05", "2026-01-05", "2025-12-31"][..],
            ),
            (
                json!({ "from": "2026-01-05", "to": "2026-02-05" }),
                &["2026-02-05", "2026-01-05"],
            ),
            (json!({ "visited": hill, "struck": true }), &["2026-03-01"]),
            (json!({ "visitor": hill }), &[]),
        ] {
            let (mut seen, mut after) = (Vec::new(), json!(null));
            loop {
                let variables = json!({ "filter": filter, "first": 3, "after": after });
                let answer = officer.call(LIST, variables).await.ok();
                let page = answer.data("supervisionVisits");
                let edges = page["edges"].as_array().expect("edges").iter();
                seen.extend(
                    edges.map(|edge| edge["node"]["visitedOn"].as_str().unwrap_or("").to_owned()),
                );
                if page["pageInfo"]["hasNextPage"] == false {
                    break;
                }
                after = page["pageInfo"]["endCursor"].clone();
            }
            assert_eq!(seen, days, "{filter}");
        }
        let answer = officer
            .call(
                LIST,
                json!({ "filter": { "from": "2026-02-05", "to": "2026-02-04" } }),
            )
            .await;
        assert_eq!(answer.code("supervisionVisits"), "INVALID_INPUT");
    });
}

#[test]
fn an_index_serves_every_page() {
    both(async |w| {
        let (d, backend) = (w.district(), w.app.db.backend());
        let (first, last) = (
            NaiveDate::from_ymd_opt(2025, 1, 1),
            NaiveDate::from_ymd_opt(2026, 12, 31),
        );
        let place = Cursor::text(VISITS, "2026-01-05", d.hill.id).encode();
        let all: Vec<_> = w.app.directory.now().institutions.keys().copied().collect();
        for seen in [vec![d.county.id], all] {
            for (visitor, visited) in [
                (Some(d.county.id), None),
                (None, Some(d.hill.id)),
                (Some(d.county.id), Some(d.hill.id)),
                (None, None),
            ] {
                for (from, to) in [(None, None), (first, None), (None, last), (first, last)] {
                    for (struck, after) in [
                        (None, None),
                        (Some(false), None),
                        (None, Some(&place)),
                        (Some(true), Some(&place)),
                    ] {
                        let query = VisitQuery {
                            seen: seen.clone(),
                            visitor,
                            visited,
                            from,
                            to,
                            struck,
                        };
                        let args = PageArgs::forward(Some(20), after.cloned());
                        let window = Window::parse(&args, VISITS).expect("good arguments");
                        let page = query.page(&window).build(backend);
                        // Of either side SQLite finds what each side has, and sorts it.
                        if visitor.or(visited).is_none() {
                            w.assert_index_finds(&page).await;
                        } else {
                            w.assert_index_serves(&page).await;
                        }
                    }
                }
            }
        }
    });
}
