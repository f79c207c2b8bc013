//! What dispatches come to, each figure worked out by hand.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::{Post, because, clock::run_to, half_day, logged, on, tell, wait_days};
use crate::{
    harness::{
        both,
        client::{Answer, Client},
        fixtures::REGION,
    },
    referral::letter::{self, with},
};

const DOCUMENT: &str = "query($input: StatisticsInput!) { dispatchStatistics(input: $input) { from to experts personTimes totals { halfDays serviceDays patientsServed teachingHours }
    byKind { kind experts personTimes } healthCentres healthCentresCovered coverage belowNorm centresBelowNorm { totalCount edges { node { code } } } appraised meanScore } }";

async fn figures(by: &Client, input: Value) -> Answer {
    by.call(DOCUMENT, json!({ "input": input })).await
}

/// March: the neurologist is at `hill` for half a year, three weekdays; the emergency doctor at `river` for a fortnight, on Mondays, twice.
#[test]
#[expect(clippy::too_many_lines, reason = "worked out by hand, step by step")]
fn a_month_worked_out_by_hand() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let half_a_year = json!({ "endsOn": "2026-09-01" });
        let active = post.active(half_a_year).await;
        let river = w.client(Role::DispatchOfficer, &d.river).await;
        let mondays = json!({
            "host": letter::institution(d.river.id),
            "practitioner": letter::practitioner(d.emergency_doctor.id),
            "kind": "VISITING_CLINIC",
            "endsOn": "2026-03-15",
            "sessions": [{ "weekday": "MONDAY", "half": "AM" }],
        });
        let planned = post.planned(mondays.clone()).await;
        let approved = tell(&post.sender, "approveDispatch", on(&planned)).await;
        let confirmed = tell(&river, "confirmDispatch", on(&approved)).await;
        let there = tell(&river, "checkInDispatch", on(&confirmed)).await;
        let logs = json!([half_day(&w, 0, "AM", 20), { "date": letter::day(&w, 0), "half": "PM", "consultations": 2, "teachingHours": 1.5 }]);
        tell(&post.host, "logDispatch", logged(&active, logs)).await;
        let said = tell(
            &river,
            "logDispatch",
            logged(&there, json!([half_day(&w, 0, "AM", 7)])),
        )
        .await;
        // What is corrected counts as corrected.
        let said = tell(
            &river,
            "logDispatch",
            logged(&said, json!([half_day(&w, 0, "AM", 8)])),
        )
        .await;
        let gone = tell(&river, "completeDispatch", on(&said)).await;
        tell(
            &river,
            "appraiseDispatch",
            with(on(&gone), json!({ "score": 85 })),
        )
        .await;
        wait_days(&w, 7);
        let again = with(mondays, json!({ "startsOn": letter::day(&w, 0) }));
        let planned = post.planned(again).await;
        let approved = tell(&post.sender, "approveDispatch", on(&planned)).await;
        let confirmed = tell(&river, "confirmDispatch", on(&approved)).await;
        let there = tell(&river, "checkInDispatch", on(&confirmed)).await;
        let gone = tell(&post.sender, "recallDispatch", because(&there)).await;
        assert_eq!(gone.status, "RECALLED");
        run_to(&w, w.now() + Duration::days(30)).await;

        let march = json!({ "from": "2026-03-01", "to": "2026-03-31" });
        let expected = json!({
            "from": "2026-03-01", "to": "2026-03-31",
            "experts": 2, "personTimes": 3,
            "totals": { "halfDays": 3, "serviceDays": 1.5, "patientsServed": 30, "teachingHours": 1.5 },
            "byKind": [{ "kind": "SECONDMENT", "experts": 1, "personTimes": 1 }, { "kind": "VISITING_CLINIC", "experts": 1, "personTimes": 2 }],
            // hill and river; of them hill alone has somebody for six months, and somebody at all on the 31st.
            "healthCentres": 2, "healthCentresCovered": 1, "coverage": 0.5,
            "belowNorm": 1, "centresBelowNorm": { "totalCount": 1, "edges": [{ "node": { "code": "C001" } }] },
            "appraised": 1, "meanScore": 85.0,
        });
        let regulator = w.client(Role::Regulator, REGION).await;
        for by in [&post.manager, &post.sender] {
            let answer = figures(by, march.clone()).await.ok();
            assert_eq!(answer.data("dispatchStatistics"), &expected);
        }
        // The region has lake too.
        let answer = figures(&regulator, march.clone()).await.ok();
        let region = answer.data("dispatchStatistics");
        assert_eq!(
            (
                &region["personTimes"],
                &region["healthCentres"],
                &region["belowNorm"]
            ),
            (&json!(3), &json!(3), &json!(2))
        );
        // One health centre, and a month in which nothing was.
        let answer = figures(&river, march.clone()).await.ok();
        let own = answer.data("dispatchStatistics");
        assert_eq!(
            (
                &own["experts"],
                &own["personTimes"],
                &own["coverage"],
                &own["totals"]["patientsServed"]
            ),
            (&json!(1), &json!(2), &json!(0.0), &json!(8))
        );
        let answer = figures(&river, json!({ "from": "2026-02-01", "to": "2026-02-28" }))
            .await
            .ok();
        let none = answer.data("dispatchStatistics");
        assert_eq!(
            (
                &none["experts"],
                &none["meanScore"],
                &none["totals"]["serviceDays"]
            ),
            (&json!(0), &Value::Null, &json!(0.0))
        );
        // Nobody to cover: null, never 0.
        let hospital = w.client(Role::DispatchOfficer, &d.herbs).await;
        let answer = figures(&hospital, march.clone()).await.ok();
        assert_eq!(
            answer.data("dispatchStatistics.coverage"),
            &json!(0.0),
            "lake has nobody"
        );
        let station = w.client(Role::DispatchOfficer, &d.hill_station).await;
        let answer = figures(&station, march).await.ok();
        assert_eq!(answer.data("dispatchStatistics.coverage"), &Value::Null);
    });
}

#[test]
fn three_weekdays_are_the_norm() {
    both(async |w| {
        let post = Post::of(&w).await;
        let two = json!({ "sessions": [{ "weekday": "MONDAY", "half": "DAY" }, { "weekday": "TUESDAY", "half": "AM" }] });
        let active = post.active(two).await;
        let below = async || {
            let input = json!({ "from": letter::day(&w, 0), "to": letter::day(&w, 0) });
            let answer = figures(&post.host, input).await.ok();
            answer.number_at("dispatchStatistics.belowNorm")
        };
        assert_eq!(below().await, 1, "two weekdays");
        tell(&post.sender, "recallDispatch", because(&active)).await;
        wait_days(&w, 1);
        let tomorrow = json!({ "startsOn": letter::day(&w, 0) });
        post.active(tomorrow).await;
        assert_eq!(below().await, 0, "Monday to Wednesday");
    });
}

#[test]
fn nobody_counts_what_is_not_theirs() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let march = |place: Value| with(json!({ "from": "2026-03-01", "to": "2026-03-31" }), place);
        let regulator = w.client(Role::Regulator, REGION).await;
        let elsewhere = w.client(Role::Regulator, "3302").await;
        let clinician = w.client(Role::Clinician, &d.hill).await;
        let community = |id| json!({ "community": api::id::encode(api::id::Kind::Community, id) });
        let institution = |id| json!({ "institution": letter::institution(id) });
        for (by, place, allowed) in [
            (&post.manager, community(d.general.id), true),
            (&post.manager, community(d.traditional.id), false),
            (&post.manager, institution(d.hill.id), true),
            (&post.manager, institution(d.lake.id), false),
            (&post.manager, json!({ "region": REGION }), false),
            (&post.host, institution(d.hill.id), true),
            (&post.host, institution(d.hill_station.id), true),
            (&post.host, institution(d.county.id), false),
            (&post.host, community(d.general.id), false),
            (&regulator, community(d.traditional.id), true),
            (&regulator, institution(d.lake.id), true),
            (&regulator, json!({ "region": "330108" }), true),
            (&regulator, json!({ "region": "3301" }), false),
            (&elsewhere, community(d.general.id), false),
            (&elsewhere, json!({}), true),
            (&clinician, json!({}), false),
        ] {
            let answer = figures(by, march(place.clone())).await;
            if allowed {
                assert!(answer.errors().is_empty(), "{place}: {}", answer.text);
            } else {
                assert_eq!(
                    answer.code("dispatchStatistics"),
                    "FORBIDDEN",
                    "{place}: {}",
                    answer.text
                );
            }
        }
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let regulator = w.client(Role::Regulator, REGION).await;
        let hill = letter::institution(d.hill.id);
        for (by, input, path, code) in [
            (
                &post.host,
                json!({ "from": "x", "to": "2026-03-31" }),
                "input.from",
                "FORMAT",
            ),
            (
                &post.host,
                json!({ "from": "2026-03-31", "to": "2026-03-01" }),
                "input.to",
                "ORDER",
            ),
            (
                &post.host,
                json!({ "from": "2020-03-01", "to": "2026-03-01" }),
                "input.to",
                "ORDER",
            ),
            (
                &post.host,
                json!({ "from": "2026-03-01", "to": "2026-03-31", "institution": hill, "region": REGION }),
                "input",
                "INCONSISTENT",
            ),
            (
                &regulator,
                json!({ "from": "2026-03-02", "to": "2026-03-31" }),
                "input.from",
                "NOT_ALLOWED",
            ),
            (
                &regulator,
                json!({ "from": "2026-03-01", "to": "2026-03-30" }),
                "input.from",
                "NOT_ALLOWED",
            ),
        ] {
            let answer = figures(by, input).await;
            assert_eq!(answer.problems(), [(path, code)], "{}", answer.text);
        }
    });
}
