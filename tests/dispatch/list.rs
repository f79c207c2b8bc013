//! Lists of dispatches: what they are narrowed to and sorted by, who sees which, and what they cost.

use api::{
    dispatch::service::{ENDS, Filter, STARTS, page},
    page::Window,
};
use entity::enums::Role;
use sea_orm::QueryTrait as _;
use serde_json::{Value, json};

use super::{Post, Seen, because, half_day, logged, tell};
use crate::{
    harness::{both, client::Client, people::actor_of},
    referral::letter,
};

/// A page with everything that a work list shows.
const PAGE: &str = "query($filter: DispatchFilter, $sort: DispatchSort, $first: Int, $after: String, $last: Int, $before: String) {
    dispatches(filter: $filter, sort: $sort, first: $first, after: $after, last: $last, before: $before) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
        edges { node { id status practitioner { name } sender { name } host { name } approver { name } totals { serviceDays } logs(first: 3) { edges { node { date earlier { revision } } } }
            availableActions { action allowed } } } } }";

async fn ids(by: &Client, variables: Value) -> Vec<String> {
    let answer = by.call(PAGE, variables).await.ok();
    let edges = answer.data("dispatches.edges").as_array().expect("a list");
    edges
        .iter()
        .map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned())
        .collect()
}

fn named(all: &[&Seen]) -> Vec<String> {
    all.iter().map(|seen| seen.id.clone()).collect()
}

/// Three dispatches of `county`: to `hill`, to `lake` a week later, and one of another doctor to `hill` that was cancelled.
async fn three(post: &Post) -> [Seen; 3] {
    let (w, d) = (&post.w, post.w.district());
    let first = post.bring("ACTIVE").await;
    let lake = json!({
        "host": letter::institution(d.lake.id), "kind": "TEACHING_ROUND", "startsOn": letter::day(w, 7), "endsOn": letter::day(w, 20),
        "sessions": [{ "weekday": "SUNDAY", "half": "DAY" }],
    });
    let second = post.planned(lake).await;
    let other = json!({ "practitioner": letter::practitioner(d.emergency_doctor.id), "startsOn": letter::day(w, 30) });
    let third = post.planned(other).await;
    let third = tell(&post.sender, "cancelDispatch", because(&third)).await;
    [first, second, third]
}

#[test]
fn it_is_narrowed_and_sorted() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let [first, second, third] = three(&post).await;
        let hill = letter::institution(d.hill.id);
        for (variables, expected) in [
            (json!({}), vec![&third, &second, &first]),
            (
                json!({ "sort": "STARTS_ON_ASC" }),
                vec![&first, &second, &third],
            ),
            (
                json!({ "sort": "ENDS_ON_ASC" }),
                vec![&second, &first, &third],
            ),
            (
                json!({ "filter": { "host": [hill] } }),
                vec![&third, &first],
            ),
            (
                json!({ "filter": { "institution": hill } }),
                vec![&third, &first],
            ),
            (
                json!({ "filter": { "sender": [letter::institution(d.herbs.id)] } }),
                vec![],
            ),
            (
                json!({ "filter": { "status": ["ACTIVE", "PLANNED"] } }),
                vec![&second, &first],
            ),
            (
                json!({ "filter": { "kind": ["TEACHING_ROUND"] } }),
                vec![&second],
            ),
            (
                json!({ "filter": { "practitioner": letter::practitioner(d.neurologist.id) } }),
                vec![&second, &first],
            ),
            (
                json!({ "filter": { "on": letter::day(&w, 20) } }),
                vec![&second, &first],
            ),
            (
                json!({ "filter": { "on": letter::day(&w, 21) } }),
                vec![&first],
            ),
            (json!({ "filter": { "mine": true } }), vec![]),
        ] {
            let found = ids(&post.sender, variables.clone()).await;
            // Of two that end on one day the later entered comes later.
            let same = variables["sort"] == "ENDS_ON_ASC";
            if same {
                assert_eq!(found[0], second.id);
                assert_eq!(found.len(), 3);
                continue;
            }
            assert_eq!(found, named(&expected), "{variables}");
        }
        // Who sees which.
        let lake = w.client(Role::Clinician, &d.lake).await;
        let traditional = w.client(Role::CommunityManager, &d.traditional).await;
        let herbs = w.client(Role::DispatchOfficer, &d.herbs).await;
        let doctor = w.client(Role::Clinician, &d.neurology).await;
        for (by, filter, expected) in [
            (&post.host, json!({}), vec![&third, &first]),
            (&lake, json!({}), vec![&second]),
            (&post.manager, json!({}), vec![&third, &second, &first]),
            (&traditional, json!({}), vec![&second]),
            (&herbs, json!({}), vec![]),
            (&post.home, json!({ "mine": true }), vec![&second, &first]),
            (&doctor, json!({}), vec![]),
            (&doctor, json!({ "mine": true }), vec![&second, &first]),
        ] {
            let found = ids(by, json!({ "filter": filter })).await;
            assert_eq!(found, named(&expected));
        }
    });
}

#[test]
fn it_is_paged_both_ways() {
    both(async |w| {
        let post = Post::of(&w).await;
        let [first, second, third] = three(&post).await;
        let answer = post.sender.call(PAGE, json!({ "first": 2 })).await.ok();
        assert_eq!(answer.number_at("dispatches.totalCount"), 3);
        assert_eq!(answer.data("dispatches.pageInfo.hasNextPage"), true);
        let end = answer.text_at("dispatches.pageInfo.endCursor");
        let found = ids(&post.sender, json!({ "first": 2, "after": end })).await;
        assert_eq!(found, named(&[&first]));
        let found = ids(&post.sender, json!({ "last": 2, "before": end })).await;
        assert_eq!(found, named(&[&third]));
        let found = ids(&post.sender, json!({ "last": 2 })).await;
        assert_eq!(found, named(&[&second, &first]));
        let answer = post
            .sender
            .call(PAGE, json!({ "sort": "ENDS_ON_ASC", "after": end }))
            .await;
        assert_eq!(
            answer.problems(),
            [("after", "FORMAT")],
            "a cursor names its sort"
        );
    });
}

#[test]
fn bad_filters_name_their_field() {
    both(async |w| {
        let post = Post::of(&w).await;
        for (filter, path, code) in [
            (
                json!({ "institution": "x" }),
                "filter.institution",
                "FORMAT",
            ),
            (json!({ "host": ["x"] }), "filter.host[0]", "FORMAT"),
            (
                json!({ "sender": [letter::practitioner(w.app.new_id())] }),
                "filter.sender[0]",
                "WRONG_TYPE",
            ),
            (
                json!({ "practitioner": "x" }),
                "filter.practitioner",
                "FORMAT",
            ),
            (json!({ "on": "today" }), "filter.on", "FORMAT"),
        ] {
            let answer = post.sender.call(PAGE, json!({ "filter": filter })).await;
            assert_eq!(answer.problems(), [(path, code)]);
        }
    });
}

#[test]
fn institutions_show_theirs() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let [first, second, third] = three(&post).await;
        let document = "query($county: ID!, $hill: ID!, $lake: ID!) {
            county: institution(id: $county) { ... on Hospital { dispatchesOut(first: 2) { totalCount pageInfo { hasNextPage endCursor } edges { node { id } } } } }
            hill: institution(id: $hill) { ... on HealthCentre { dispatchesIn { edges { node { id } } } } }
            lake: institution(id: $lake) { ... on HealthCentre { dispatchesIn { edges { node { id } } } } }
        }";
        let all = json!({ "county": letter::institution(d.county.id), "hill": letter::institution(d.hill.id), "lake": letter::institution(d.lake.id) });
        let of = |answer: &crate::harness::client::Answer, path: &str| -> Vec<String> {
            let edges = answer.data(path).as_array().expect("a list");
            edges
                .iter()
                .map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned())
                .collect()
        };
        let answer = post.sender.call(document, all.clone()).await.ok();
        assert_eq!(
            of(&answer, "county.dispatchesOut.edges"),
            named(&[&third, &second])
        );
        assert_eq!(answer.number_at("county.dispatchesOut.totalCount"), 3);
        assert_eq!(
            of(&answer, "hill.dispatchesIn.edges"),
            named(&[&third, &first])
        );
        assert_eq!(of(&answer, "lake.dispatchesIn.edges"), named(&[&second]));
        let answer = post.host.call(document, all.clone()).await.ok();
        assert_eq!(
            of(&answer, "county.dispatchesOut.edges"),
            named(&[&third, &first])
        );
        assert_eq!(of(&answer, "lake.dispatchesIn.edges"), Vec::<String>::new());
        let stranger = w.client(Role::Monitor, &d.general).await;
        let answer = stranger.call(document, all).await.ok();
        assert_eq!(of(&answer, "hill.dispatchesIn.edges"), Vec::<String>::new());
    });
}

#[test]
fn a_page_costs_the_same_however_long_it_is() {
    both(async |w| {
        let post = Post::of(&w).await;
        let [first, ..] = three(&post).await;
        let entries = json!([half_day(&w, 0, "AM", 3)]);
        let seen = tell(&post.host, "logDispatch", logged(&first, entries)).await;
        let entries = json!([half_day(&w, 0, "AM", 4)]);
        tell(&post.host, "logDispatch", logged(&seen, entries)).await;
        let one = post
            .sender
            .measure(PAGE, json!({ "first": 1, "sort": "STARTS_ON_ASC" }))
            .await
            .statements();
        let all = post
            .sender
            .measure(PAGE, json!({ "first": 100, "sort": "STARTS_ON_ASC" }))
            .await
            .statements();
        assert_eq!(one, all);
    });
}

#[test]
fn an_index_serves_every_sort() {
    both(async |w| {
        let person = w.person(Role::DispatchOfficer, &w.district().county).await;
        let (actor, backend) = (actor_of(&person), w.app.db.backend());
        for sort in STARTS.into_iter().chain([ENDS]) {
            for args in [json!({ "first": 5 }), json!({ "last": 5 })] {
                let args = api::page::PageArgs {
                    first: args["first"]
                        .as_i64()
                        .and_then(|rows| i32::try_from(rows).ok()),
                    last: args["last"]
                        .as_i64()
                        .and_then(|rows| i32::try_from(rows).ok()),
                    ..api::page::PageArgs::default()
                };
                let window = Window::parse(&args, sort.name()).expect("good arguments");
                let query = page(&actor, &Filter::default(), sort, &window).expect("a scope");
                w.assert_index_serves(&query.build(backend)).await;
            }
        }
    });
}
