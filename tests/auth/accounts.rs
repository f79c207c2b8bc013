//! Lists of accounts.

use api::id::{self, Kind};
use entity::enums::Role;
use serde_json::{Value, json};

use super::{grant, keeper, person};
use crate::harness::{both, client::Answer};

const ACCOUNTS: &str = "query ($filter: AccountFilterInput, $first: Int, $after: String, $last: Int, $before: String) {
    accounts(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
        totalCount pageInfo { hasNextPage endCursor } edges { node { name kind grants { role } } }
    }
}";

fn names(answer: &Answer) -> Vec<&str> {
    let edges = answer.data("accounts.edges").as_array();
    edges
        .into_iter()
        .flatten()
        .filter_map(|edge| edge["node"]["name"].as_str())
        .collect()
}

#[test]
fn an_institution_sees_its_own_and_the_security_administrator_all() {
    both(async |w| {
        let district = w.district();
        let (river, county) = (&district.river, &district.county);
        let both_places = [
            grant(Role::Clinician, river),
            grant(Role::Technician, county),
        ];
        person(&w, "a.both", &both_places).await;
        person(
            &w,
            "b.station",
            &[grant(Role::Clinician, &district.river_station)],
        )
        .await;
        person(&w, "c.county", &[grant(Role::Clinician, county)]).await;
        let admin = w.client(Role::InstitutionAdmin, river).await;
        let seen = admin.call(ACCOUNTS, json!({})).await.ok();
        assert_eq!(names(&seen)[..2], ["a.both", "b.station"]);
        assert_eq!(seen.number_at("accounts.totalCount"), 3, "and itself");
        assert_eq!(
            *seen.data("accounts.edges.0.node.grants"),
            json!([{ "role": "CLINICIAN" }]),
            "grants elsewhere are not its business"
        );
        let everything = keeper(&w).await;
        let filter = |filter: Value| everything.call(ACCOUNTS, json!({ "filter": filter }));
        let at = id::encode(Kind::Institution, county.id);
        let found = filter(json!({ "institution": at, "role": "CLINICIAN" }))
            .await
            .ok();
        assert_eq!(names(&found), ["a.both", "c.county"]);
        let found = filter(json!({ "name": "C.County", "kind": "PERSON", "active": true }))
            .await
            .ok();
        assert_eq!(names(&found), ["c.county"]);
        let found = filter(json!({ "name": "c.county", "active": false }))
            .await
            .ok();
        assert_eq!(names(&found), Vec::<&str>::new());
        let bad = filter(json!({ "institution": "acc_x" })).await;
        assert_eq!(bad.problems(), [("filter.institution", "FORMAT")]);
    });
}

#[test]
fn pages_go_on_where_the_last_one_ended() {
    both(async |w| {
        for name in ["aa", "bb", "cc"] {
            person(&w, name, &[grant(Role::Clinician, &w.district().river)]).await;
        }
        let admin = w.client(Role::InstitutionAdmin, &w.district().river).await;
        let first = admin.call(ACCOUNTS, json!({ "first": 2 })).await.ok();
        assert_eq!(names(&first), ["aa", "bb"]);
        assert_eq!(first.data("accounts.pageInfo.hasNextPage"), true);
        let cursor = first.text_at("accounts.pageInfo.endCursor");
        let next = admin
            .call(ACCOUNTS, json!({ "first": 1, "after": cursor }))
            .await
            .ok();
        assert_eq!(names(&next), ["cc"]);
        let back = admin
            .call(ACCOUNTS, json!({ "last": 1, "before": cursor }))
            .await
            .ok();
        assert_eq!(names(&back), ["aa"]);
        let bad = admin.call(ACCOUNTS, json!({ "first": 0 })).await;
        assert_eq!(bad.code("accounts"), "INVALID_INPUT");
    });
}

#[test]
fn who_looks_after_no_account_lists_none() {
    both(async |w| {
        for role in [Role::Clinician, Role::Coordinator, Role::Integration] {
            let client = w.client(role, &w.district().county).await;
            let refused = client.call(ACCOUNTS, json!({})).await;
            assert_eq!(refused.code("accounts"), "FORBIDDEN", "{role:?}");
        }
    });
}
