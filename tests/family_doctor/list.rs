//! Lists of contracts, page by page.

use api::{
    family_doctor::{
        clock,
        list::{self, Filter, SIGNED, TeamQuery},
        relation,
    },
    page::{Cursor, Window},
};
use entity::enums::Role;
use sea_orm::QueryTrait as _;
use serde_json::json;

use super::{Practice, caller, patient_of};
use crate::{
    harness::both,
    referral::letter::{self, with},
};

/// Where contracts are.
const TABLE: &str = "family_contract";

#[test]
fn contracts_are_listed_to_their_health_centre_the_latest_first() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let mut signed = Vec::new();
        for days in [30, 60, 90] {
            let told = p.care.cast.bring("SUBMITTED").await;
            w.wait(chrono::Duration::minutes(1));
            let patient = patient_of(&w, &told).await;
            let input = with(
                p.contract(&patient),
                json!({ "endsOn": letter::day(&w, days) }),
            );
            signed.push(
                p.tell(&p.office, "signFamilyDoctorContract", input)
                    .await
                    .id,
            );
        }
        signed.reverse();
        let document = "query($filter: FamilyDoctorContractFilter, $after: String) { familyDoctorContracts(filter: $filter, first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { id } } } }";
        let first = p.office.call(document, json!({})).await.ok();
        let after = first
            .text_at("familyDoctorContracts.pageInfo.endCursor")
            .to_owned();
        let rest = p
            .office
            .call(document, json!({ "after": after }))
            .await
            .ok();
        let ids = |answer: &crate::harness::client::Answer| -> Vec<String> {
            let edges = answer
                .data("familyDoctorContracts.edges")
                .as_array()
                .cloned();
            let edges = edges.unwrap_or_default();
            edges
                .iter()
                .filter_map(|edge| edge["node"]["id"].as_str().map(str::to_owned))
                .collect()
        };
        assert_eq!([ids(&first), ids(&rest)].concat(), signed);
        assert_eq!(*first.data("familyDoctorContracts.totalCount"), 3);
        // What is to be renewed soon.
        let soon = json!({ "filter": { "status": ["RUNNING"], "endsBy": letter::day(&w, 45) } });
        assert_eq!(ids(&p.office.call(document, soon).await.ok()), signed[2..]);
        let other = json!({ "filter": { "team": [p.blue] } });
        assert_eq!(
            ids(&p.office.call(document, other).await.ok()),
            Vec::<String>::new()
        );
        let river = caller(&w, Role::Coordinator, &w.district().river).await;
        assert_eq!(
            ids(&river.call(document, json!({})).await.ok()),
            Vec::<String>::new()
        );
        // An administrator sees how many, and of nobody who.
        let admin = caller(&w, Role::InstitutionAdmin, &w.district().hill).await;
        let who = "{ familyDoctorContracts { totalCount edges { node { patient { id } } } } }";
        let seen = admin.ask(who).await.ok();
        assert_eq!(*seen.data("familyDoctorContracts.totalCount"), 3);
        assert!(
            seen.data("familyDoctorContracts.edges.0.node.patient")
                .is_null()
        );
    });
}

#[test]
fn an_index_serves_every_page_and_the_clock() {
    both(async |w| {
        let actor = w.actor(Role::Coordinator, &w.district().hill).await;
        let window = |cursor| Window {
            rows: 20,
            backward: false,
            cursor,
        };
        let (at, id) = (w.now(), w.app.new_id());
        let backend = w.app.db.backend();
        for cursor in [None, Some(Cursor::time(SIGNED, at, id))] {
            let page = list::page(&w.app, &actor, &Filter::default(), &window(cursor));
            let page = page.expect("an institution has contracts");
            w.assert_index_serves(&page.build(backend)).await;
        }
        let cursor = Some(Cursor::text(list::NAME, "绿队", id));
        let page = TeamQuery::default().page(&window(cursor));
        w.assert_index_serves(&page.build(backend)).await;
        w.assert_index_serves(&clock::due(&w.app).build(backend))
            .await;
        let missed = clock::missed(&w.app).build(backend);
        w.assert_finds_by(&missed, (TABLE, "created_at")).await;
        let running = relation::running_of(w.app.new_id()).build(backend);
        w.assert_finds_by(&running, (TABLE, "patient_id")).await;
    });
}
