//! Sessions as everybody finds them, and who sees who is enrolled.

use api::{
    moment::Stretch,
    page::{Cursor, PageArgs, Window},
    policy,
    training::list::{SESSIONS, SessionQuery},
};
use chrono::Duration;
use entity::enums::Role;
use sea_orm::QueryTrait as _;
use serde_json::{Value, json};

use super::{School, tell};
use crate::{
    harness::{both, client::Client},
    referral::letter::{self, with},
};

const DOCUMENT: &str = "query($filter: TrainingSessionFilter, $first: Int, $after: String) {
    trainingSessions(filter: $filter, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { node { id enrolled enrolments(first: 1) { totalCount pageInfo { hasNextPage endCursor } edges { node { practitioner { id } } } } } }
    }
}";

async fn list(by: &Client, variables: Value) -> Value {
    let answer = by.call(DOCUMENT, variables).await.ok();
    answer.data("trainingSessions").clone()
}

fn ids(list: &Value) -> Vec<&str> {
    let edges = list["edges"].as_array().into_iter().flatten();
    edges
        .filter_map(|edge| edge["node"]["id"].as_str())
        .collect()
}

#[test]
fn by_centre_time_and_practitioner_the_earliest_first() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let mut sessions = Vec::new();
        for days in [9, 8, 7] {
            let times = json!({
                "startsAt": letter::moment(&w, Duration::days(days)),
                "endsAt": letter::moment(&w, Duration::days(days + 1)),
            });
            let input = with(school.session(5), times);
            let answer = tell(&school.admin, "createTrainingSession", input).await;
            sessions.insert(
                0,
                answer
                    .text_at("createTrainingSession.session.id")
                    .to_owned(),
            );
        }
        let hill = school.office(&d.hill).await;
        let monitor = w.client(Role::Technician, &d.herbs).await;
        let all = list(&monitor, json!({})).await;
        assert_eq!(
            (ids(&all), &all["totalCount"]),
            (sessions.iter().map(String::as_str).collect(), &json!(3))
        );
        let first = list(&hill, json!({ "first": 2 })).await;
        assert_eq!(ids(&first), sessions[..2]);
        let after = &first["pageInfo"]["endCursor"];
        let rest = list(&hill, json!({ "first": 2, "after": after })).await;
        assert_eq!(ids(&rest), sessions[2..]);
        let doctor = letter::practitioner(d.hill_doctor.id);
        school.enrol(&hill, &sessions[1], &[doctor.clone()]).await;
        let centre = school.centres.centre("SKILLS_TRAINING");
        let other = school.centres.centre("ECG");
        let from = letter::moment(&w, Duration::days(8));
        for (filter, expected) in [
            (json!({ "centre": centre }), &sessions[..]),
            (json!({ "centre": other }), &[]),
            (json!({ "startsAt": { "from": from } }), &sessions[1..]),
            (json!({ "startsAt": { "until": from } }), &sessions[..1]),
            (json!({ "practitioner": doctor }), &sessions[1..2]),
        ] {
            let found = list(&hill, json!({ "filter": filter })).await;
            assert_eq!(ids(&found), expected, "{filter}");
        }
        // Whoever does not see who is enrolled does not find it out by asking.
        let found = list(&monitor, json!({ "filter": { "practitioner": doctor } })).await;
        assert_eq!(found["totalCount"], 0);
        for (filter, path) in [
            (json!({ "centre": "?" }), "filter.centre"),
            (json!({ "practitioner": "?" }), "filter.practitioner"),
            (
                json!({ "startsAt": { "from": "?" } }),
                "filter.startsAt.from",
            ),
        ] {
            let answer = hill.call(DOCUMENT, json!({ "filter": filter })).await;
            assert_eq!(answer.problems(), [(path, "FORMAT")]);
        }
        let node = "query($id: ID!) { node(id: $id) { __typename id } }";
        let answer = monitor.call(node, json!({ "id": sessions[0] })).await.ok();
        assert_eq!(
            *answer.data("node"),
            json!({ "__typename": "TrainingSession", "id": sessions[0] })
        );
    });
}

#[test]
fn each_sees_their_own_people() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let id = school.offered(9).await;
        let (hill, lake) = (school.office(&d.hill).await, school.office(&d.lake).await);
        let nurses = school.nurses(&d.hill, 2).await;
        school.enrol(&hill, &id, &nurses).await;
        let doctor = letter::practitioner(d.hill_doctor.id);
        school.enrol(&hill, &id, &[doctor.clone()]).await;
        let village = letter::practitioner(d.lake_village_doctor.id);
        school.enrol(&lake, &id, &[village]).await;
        for (by, expected) in [
            (&school.admin, 4),
            (&w.client(Role::Coordinator, &d.county).await, 4),
            (&hill, 3),
            (&lake, 1),
            (&w.client(Role::Clinician, &d.hill).await, 1),
            (&w.client(Role::Technician, &d.hill).await, 0),
            (&w.client(Role::InstitutionAdmin, &d.herbs).await, 0),
            (&w.client(Role::CommunityManager, &d.general).await, 0),
        ] {
            let found = list(by, json!({})).await;
            let node = &found["edges"][0]["node"];
            assert_eq!(node["enrolled"], 4);
            assert_eq!(node["enrolments"]["totalCount"], expected);
            let edges = node["enrolments"]["edges"].as_array().map_or(0, Vec::len);
            assert_eq!(edges, expected.min(1));
            assert_eq!(node["enrolments"]["pageInfo"]["hasNextPage"], expected > 1);
        }
        let found = list(&school.admin, json!({})).await;
        let after = &found["edges"][0]["node"]["enrolments"]["pageInfo"]["endCursor"];
        let document = "query($after: String) { trainingSessions { edges { node { enrolments(first: 2, after: $after) { pageInfo { hasNextPage } edges { node { practitioner { id } } } } } } } }";
        let answer = school
            .admin
            .call(document, json!({ "after": after }))
            .await
            .ok();
        let page = answer.data("trainingSessions.edges.0.node.enrolments");
        assert_eq!(page["pageInfo"]["hasNextPage"], true);
        assert_eq!(page["edges"].as_array().map(Vec::len), Some(2));
    });
}

#[test]
fn an_index_serves_every_page() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let backend = w.app.db.backend();
        let skills = school.centres.row("SKILLS_TRAINING").id;
        let place = Cursor::time(SESSIONS, w.now(), skills).encode();
        let (from, until) = (Some(w.now()), Some(w.now() + Duration::days(9)));
        let host = w.actor(Role::InstitutionAdmin, &d.county).await;
        let roster = policy::roster(&host, &w.app.directory.now());
        assert!(!roster.centres.is_empty(), "a host sees whom it teaches");
        let enrolled = Some((d.hill_doctor.id, roster));
        let home = w.actor(Role::InstitutionAdmin, &d.hill).await;
        let roster = policy::roster(&home, &w.app.directory.now());
        assert!(roster.centres.is_empty(), "their own house teaches nobody");
        let sent = Some((d.hill_doctor.id, roster));
        for centre in [None, Some(skills)] {
            for (from, until) in [(None, None), (from, None), (None, until), (from, until)] {
                for after in [None, Some(&place)] {
                    for practitioner in [&None, &enrolled, &sent] {
                        let query = SessionQuery {
                            centre,
                            starts_at: Stretch { from, until },
                            practitioner: practitioner.clone(),
                        };
                        let args = PageArgs::forward(Some(20), after.cloned());
                        let window = Window::parse(&args, SESSIONS).expect("good arguments");
                        let page = query.page(&window).build(backend);
                        let narrowed = centre.is_some() || after.is_some();
                        if practitioner.is_some() {
                            // What one person is enrolled in is little, and sorted.
                            w.assert_index_finds(&page).await;
                        } else if narrowed || from.or(until).is_some() {
                            w.assert_index_serves(&page).await;
                        } else {
                            // From the very start the index is walked, no further than the page is long.
                            let plan = w.explain(&page).await.join("\n");
                            assert!(plan.contains("ix_training_session_starts_at_id"), "{plan}");
                            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
                            assert!(!plan.contains("Sort"), "{plan}");
                        }
                    }
                }
            }
        }
    });
}
