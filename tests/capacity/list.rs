//! Lists of beds and slots: narrowed, paged, and served by an index.

use api::{
    capacity::list::{BED_POOLS, BedPoolQuery, SLOTS, SlotQuery},
    moment::Stretch,
    page::{Cursor, PageArgs, Window},
};
use chrono::Duration;
use entity::enums::{BedKind, Role};
use sea_orm::QueryTrait as _;
use serde_json::{Value, json};

use super::{Ward, tell};
use crate::{
    harness::{both, client::Client},
    referral::{
        cast::Cast,
        letter::{self, with},
    },
};

async fn ids(by: &Client, list: &str, filter: Value) -> Vec<String> {
    let kind = if list == "slots" {
        "SlotFilter!"
    } else {
        "BedPoolFilter"
    };
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let document = format!(
            "query List($filter: {kind}, $after: String) {{ {list}(filter: $filter, first: 2, after: $after) {{
             totalCount edges {{ node {{ id }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let page = by
            .call(&document, json!({ "filter": filter, "after": after }))
            .await
            .ok();
        let edges = page.data(&format!("{list}.edges")).as_array();
        let edges = edges.expect("a list").iter();
        found.extend(edges.map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned()));
        if page.data(&format!("{list}.pageInfo.hasNextPage")) == false {
            let count = page.number_at(&format!("{list}.totalCount"));
            assert_eq!(usize::try_from(count).ok(), Some(found.len()));
            return found;
        }
        after = page.data(&format!("{list}.pageInfo.endCursor")).clone();
    }
}

#[test]
fn everybody_sees_where_a_bed_is_free() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let d = w.district();
        let (full, empty) = (
            ward.pool(2).await,
            with(ward.beds(4), json!({ "kind": "ICU" })),
        );
        let empty = ward.pool_like(empty).await;
        let hill = w.client(Role::InstitutionAdmin, &d.hill).await;
        let home = json!({ "institution": letter::institution(d.hill.id), "kind": "HOME_BED", "total": 1 });
        let home = tell(&hill, "createBedPool", home).await;
        let home = home.text_at("createBedPool.bedPool.id").to_owned();
        let report = json!({ "bedPool": full, "occupied": 3 });
        tell(&ward.admin, "reportOccupancy", report).await;

        let doctor = w.client(Role::Clinician, &d.lake_station).await;
        let list = async |filter: Value| {
            let mut found = ids(&doctor, "bedPools", filter).await;
            found.sort_unstable();
            found
        };
        let sorted = |mut ids: Vec<&String>| {
            ids.sort_unstable();
            ids.into_iter().cloned().collect::<Vec<_>>()
        };
        let county = letter::institution(d.county.id);
        assert_eq!(list(Value::Null).await, sorted(vec![&full, &empty, &home]));
        assert_eq!(
            list(json!({ "institution": county })).await,
            sorted(vec![&full, &empty])
        );
        assert_eq!(
            list(json!({ "free": true })).await,
            sorted(vec![&empty, &home])
        );
        assert_eq!(
            list(json!({ "free": false })).await,
            std::slice::from_ref(&full)
        );
        assert_eq!(
            list(json!({ "kind": ["ICU", "HOSPICE"] })).await,
            std::slice::from_ref(&empty)
        );
        let neurology = json!({ "department": letter::department(d.neurology.id) });
        assert_eq!(list(neurology).await, sorted(vec![&full, &empty]));
        let document =
            "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on BedPool { free kind } } }";
        let nodes = doctor
            .call(document, json!({ "ids": [full, empty] }))
            .await
            .ok();
        assert_eq!(nodes.number_at("nodes.0.free"), 0);
        assert_eq!(nodes.text_at("nodes.1.kind"), "ICU");
    });
}

#[test]
fn everybody_sees_which_session_takes_patients() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let county = letter::institution(w.district().county.id);
        let today = ward.session(Duration::hours(1), 5).await;
        let tomorrow = ward.session(Duration::hours(23), 1).await;
        let later = ward.session(Duration::days(3), 5).await;
        let gone = ward.session(Duration::days(4), 5).await;
        let withdraw = json!({ "id": gone, "version": 1, "withdrawn": true });
        tell(&ward.admin, "updateSlot", withdraw).await;
        let posted = cast.bring("SUBMITTED").await;
        let held = json!({ "slot": tomorrow });
        cast.story.accept(&cast.office, &posted, held).await;
        w.wait(Duration::hours(6));

        let list = async |filter: Value| {
            let filter = with(json!({ "institution": county }), filter);
            ids(&cast.hill, "slots", filter).await
        };
        let all = [&today, &tomorrow, &later, &gone].map(Clone::clone);
        assert_eq!(list(json!({})).await, all, "the earliest first");
        assert_eq!(
            list(json!({ "free": true })).await,
            std::slice::from_ref(&later)
        );
        assert_eq!(
            list(json!({ "free": false })).await,
            [&today, &tomorrow, &gone].map(Clone::clone)
        );
        assert_eq!(
            list(json!({ "withdrawn": true })).await,
            std::slice::from_ref(&gone)
        );
        let soon = json!({ "startsAt": { "from": letter::moment(&w, Duration::zero()), "until": letter::moment(&w, Duration::days(2)) } });
        assert_eq!(list(soon).await, [tomorrow]);
        let nobody = letter::practitioner(w.district().neurologist.id);
        assert_eq!(
            list(json!({ "practitioner": nobody })).await,
            Vec::<String>::new()
        );
    });
}

#[test]
fn what_cannot_be_is_refused() {
    both(async |w| {
        let doctor = w.client(Role::Clinician, &w.district().hill).await;
        let hill = letter::institution(w.district().hill.id);
        for (arguments, field) in [
            ("bedPools(first: 0)", "first"),
            ("bedPools(after: \"x\")", "after"),
            (
                "bedPools(filter: { institution: \"?\" })",
                "filter.institution",
            ),
            (
                "bedPools(filter: { department: \"?\" })",
                "filter.department",
            ),
            (
                "slots(filter: { institution: \"?\" })",
                "filter.institution",
            ),
            (
                &format!("slots(filter: {{ institution: \"{hill}\", practitioner: \"?\" }})"),
                "filter.practitioner",
            ),
            (
                &format!(
                    "slots(filter: {{ institution: \"{hill}\", startsAt: {{ from: \"x\" }} }})"
                ),
                "filter.startsAt.from",
            ),
            (
                &format!("slots(filter: {{ institution: \"{hill}\" }}, first: 101)"),
                "first",
            ),
        ] {
            let answer = doctor
                .ask(&format!(
                    "{{ {arguments} {{ edges {{ node {{ id }} }} }} }}"
                ))
                .await;
            assert_eq!(answer.problems()[0].0, field, "{}", answer.text);
        }
    });
}

#[test]
fn an_index_serves_every_page() {
    both(async |w| {
        let county = w.district().county.id;
        let at = |sort, cursor: Option<Cursor>| {
            let args = PageArgs::forward(None, cursor.map(|cursor| cursor.encode()));
            Window::parse(&args, sort).expect("the arguments are good")
        };
        let backend = w.app.db.backend();
        let place = Cursor::text(BED_POOLS, county.simple().to_string(), county);
        for window in [at(BED_POOLS, None), at(BED_POOLS, Some(place))] {
            for institution in [None, Some(county)] {
                let query = BedPoolQuery {
                    institution,
                    kind: Some(vec![BedKind::Icu]),
                    free: Some(true),
                    ..BedPoolQuery::default()
                };
                w.assert_index_serves(&query.page(&window).build(backend))
                    .await;
            }
        }
        let place = Cursor::time(SLOTS, w.now(), county);
        for window in [at(SLOTS, None), at(SLOTS, Some(place))] {
            for from in [None, Some(w.now())] {
                let query = SlotQuery {
                    institution: county,
                    department: Some(w.district().neurology.id),
                    practitioner: None,
                    starts_at: Stretch { from, until: None },
                    free: Some(true),
                    withdrawn: None,
                    held: None,
                    dispatch: None,
                };
                w.assert_index_serves(&query.page(&window, w.now()).build(backend))
                    .await;
            }
        }
    });
}
