//! Somebody is named: in answer to a request, or of one's own accord.

use entity::{enums::Role, practitioner};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};

use super::{Post, on, refuses, refuses_each, refuses_others, tell};
use crate::{
    harness::{World, both},
    referral::{
        census::census,
        letter::{self, with},
    },
};

const VERB: &str = "planDispatch";

/// Sets the last day of a licence in the registry.
pub async fn licence(w: &World, of: &practitioner::Model, until: Option<&str>) {
    let mut row = of.clone().into_active_model();
    row.licence_until = Set(until.map(|day| day.parse().expect("a day")));
    let written = w.app.db.write(async |txn| {
        let row = row.clone();
        row.update(&*txn).await?;
        Ok(())
    });
    written.await.expect("a practitioner can be written");
}

#[test]
fn a_hospital_plans_of_its_own_accord() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let before = census(&w).await;
        let planned = post.planned(json!({})).await;
        for (field, expected) in [
            ("status", json!("PLANNED")),
            ("kind", json!("SECONDMENT")),
            (
                "practitioner",
                json!({ "id": letter::practitioner(d.neurologist.id) }),
            ),
            ("sender", json!({ "id": letter::institution(d.county.id) })),
            ("host", json!({ "id": letter::institution(d.hill.id) })),
            ("startsOn", json!("2026-03-02")),
            ("endsOn", json!("2026-05-30")),
            ("specialty", json!("03.04")),
            ("checkedInAt", Value::Null),
        ] {
            assert_eq!(planned.all[field], expected, "{field}");
        }
        assert_eq!(planned.next(), ["APPROVE_DISPATCH", "CANCEL_DISPATCH"]);
        for (table, rows) in [("dispatch", 1), ("event", 1), ("audit", 1)] {
            assert_eq!(census(&w).await.since(&before, table), rows, "{table}");
        }
        assert_eq!(post.lent(&d.hill).await, [], "nothing is lent yet");
        let seen = post.look(&post.home, &planned).await;
        assert!(seen.is_some(), "the expert sees it");
    });
}

#[test]
fn a_request_is_answered_and_what_is_not_said_stays() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let asked = post.bring("REQUESTED").await;
        let who = json!({ "practitioner": letter::practitioner(d.neurologist.id) });
        let planned = tell(&post.sender, VERB, with(on(&asked), who.clone())).await;
        assert_eq!((planned.version, planned.status.as_str()), (2, "PLANNED"));
        for field in ["kind", "startsOn", "endsOn", "sessions", "goals", "host"] {
            assert_eq!(planned.all[field], asked.all[field], "{field}");
        }
        let again = tell(&post.sender, VERB, with(on(&asked), who)).await;
        assert!(again.replayed);

        let asked = post.bring("REQUESTED").await;
        let changed = json!({
            "practitioner": letter::practitioner(d.emergency_doctor.id),
            "sessions": [{ "weekday": "FRIDAY", "half": "PM" }],
            "startsOn": letter::day(&w, 14),
        });
        let planned = tell(&post.sender, VERB, with(on(&asked), changed)).await;
        assert_eq!(planned.all["startsOn"], "2026-03-16");
        assert_eq!(planned.all["sessions"][0]["weekday"], "FRIDAY");
        assert_eq!(planned.all["kind"], "VISITING_CLINIC");
    });
}

#[test]
fn nobody_else_answers() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let asked = post.bring("REQUESTED").await;
        let who = json!({ "practitioner": letter::practitioner(d.neurologist.id) });
        let input = with(on(&asked), who);
        refuses_others(&post, VERB, &input, &[&post.sender]).await;
        // Nor plans in the name of others.
        let named = json!({ "sender": letter::institution(d.county.id) });
        let input = with(post.plan(), named);
        for client in [
            w.client(Role::DispatchOfficer, &d.herbs).await,
            w.client(Role::Coordinator, &d.county).await,
            post.host.clone(),
            w.client(Role::Clinician, &d.county).await,
        ] {
            refuses(&w, &client, VERB, input.clone(), "FORBIDDEN").await;
        }
    });
}

#[test]
fn a_request_in_another_state_or_version() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let who = json!({ "practitioner": letter::practitioner(d.emergency_doctor.id) });
        for status in ["PLANNED", "DECLINED"] {
            let seen = post.bring(status).await;
            let input = with(on(&seen), who.clone());
            refuses(&w, &post.sender, VERB, input, "INVALID_TRANSITION").await;
        }
        let asked = post.bring("REQUESTED").await;
        let old = with(with(on(&asked), who.clone()), json!({ "version": 7 }));
        let answer = refuses(&w, &post.sender, VERB, old, "CONFLICT").await;
        assert_eq!(answer.error(VERB)["extensions"]["currentVersion"], 1);
        let none = with(with(on(&asked), who), json!({ "version": null }));
        refuses(&w, &post.sender, VERB, none, "INVALID_INPUT").await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let day = |days| json!(letter::day(&w, days));
        let faults = [
            (json!({ "host": "?" }), "input.host", "FORMAT"),
            (
                json!({ "host": letter::institution(d.city.id) }),
                "input.host",
                "NOT_ALLOWED",
            ),
            (
                json!({ "host": letter::institution(d.county.id) }),
                "input.sender",
                "REQUIRED",
            ),
            (
                json!({ "practitioner": letter::practitioner(d.hill_doctor.id) }),
                "input.practitioner",
                "UNKNOWN_ID",
            ),
            (json!({ "kind": null }), "input.kind", "REQUIRED"),
            (json!({ "startsOn": null }), "input.startsOn", "REQUIRED"),
            (json!({ "endsOn": null }), "input.endsOn", "REQUIRED"),
            (json!({ "sessions": null }), "input.sessions", "REQUIRED"),
            (json!({ "sessions": [] }), "input.sessions", "REQUIRED"),
            (json!({ "endsOn": day(-1) }), "input.endsOn", "ORDER"),
        ];
        refuses_each(&w, &post.sender, VERB, &post.plan(), &faults).await;
        let nowhere = json!({ "host": letter::institution(w.app.new_id()) });
        let input = with(post.plan(), nowhere);
        refuses(&w, &post.sender, VERB, input, "NOT_FOUND").await;
    });
}

#[test]
fn the_licence_lasts_to_the_end() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        licence(&w, &d.neurologist, Some("2026-05-29")).await;
        let faults = [(json!({}), "input.practitioner", "NOT_ALLOWED")];
        refuses_each(&w, &post.sender, VERB, &post.plan(), &faults).await;
        licence(&w, &d.neurologist, Some("2026-05-30")).await;
        post.planned(json!({})).await;
    });
}

#[test]
fn a_deputy_director_is_a_physician() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let mut nurse = d.neurologist.clone().into_active_model();
        nurse.id = Set(w.app.new_id());
        nurse.code = Set("1009".to_owned());
        nurse.qualification = Set(entity::enums::Qualification::Nurse);
        let id = nurse.id.clone().unwrap();
        let written = w.app.db.write(async |txn| {
            practitioner::Entity::insert(nurse.clone())
                .exec_without_returning(&*txn)
                .await?;
            Ok(())
        });
        written.await.expect("a practitioner can be written");
        let who = json!({ "practitioner": letter::practitioner(id) });
        let runs = json!({ "kind": "CLINICAL_DEPUTY_DIRECTOR" });
        let faults = [(runs, "input.practitioner", "NOT_ALLOWED")];
        let good = with(post.plan(), who);
        refuses_each(&w, &post.sender, VERB, &good, &faults).await;
        tell(&post.sender, VERB, good).await;
    });
}

#[test]
fn two_postings_share_no_half_day() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        post.planned(json!({})).await;
        let lake = |sessions: Value| json!({ "host": letter::institution(d.lake.id), "sessions": sessions });
        let monday = lake(
            json!([{ "weekday": "FRIDAY", "half": "AM" }, { "weekday": "MONDAY", "half": "PM" }]),
        );
        let faults = [(monday.clone(), "input.sessions", "TAKEN")];
        refuses_each(&w, &post.sender, VERB, &post.plan(), &faults).await;
        // The other half of the day, other days, and the days after are free.
        let afternoon = lake(json!([{ "weekday": "WEDNESDAY", "half": "PM" }]));
        post.planned(afternoon).await;
        let later = with(
            monday,
            json!({ "startsOn": letter::day(&w, 90), "endsOn": letter::day(&w, 180) }),
        );
        post.planned(later).await;
        let other = json!({ "practitioner": letter::practitioner(d.emergency_doctor.id) });
        post.planned(other).await;
    });
}

#[test]
fn what_was_cancelled_or_ended_early_claims_nothing_more() {
    both(async |w| {
        let post = Post::of(&w).await;
        for status in ["CANCELLED", "DECLINED", "RECALLED"] {
            post.bring(status).await;
            let from_tomorrow = json!({ "startsOn": letter::day(&w, 1) });
            let planned = post.planned(from_tomorrow).await;
            tell(&post.sender, "cancelDispatch", super::because(&planned)).await;
        }
        // Today they were there.
        let faults = [(json!({}), "input.sessions", "TAKEN")];
        refuses_each(&w, &post.sender, VERB, &post.plan(), &faults).await;
    });
}

#[test]
fn who_comes_alone_is_planned_by_the_host() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let volunteer = json!({
            "host": null,
            "kind": "VOLUNTEER_RETURN",
            "practitioner": letter::practitioner(d.city_doctor.id),
        });
        let input = with(post.plan(), volunteer);
        let planned = tell(&post.host, VERB, input.clone()).await;
        assert_eq!(planned.all["sender"], Value::Null);
        assert_eq!(
            planned.all["host"],
            json!({ "id": letter::institution(d.hill.id) })
        );
        assert_eq!(planned.next(), ["CANCEL_DISPATCH"]);
        let managed = post
            .look(&post.manager, &planned)
            .await
            .expect("it is seen");
        assert_eq!(managed.next(), ["APPROVE_DISPATCH"]);
        // Everybody else is sent by somebody.
        let sent = with(input, json!({ "kind": "SECONDMENT" }));
        let faults = [(json!({}), "input.sender", "REQUIRED")];
        refuses_each(&w, &post.host, VERB, &sent, &faults).await;
    });
}

#[test]
fn a_partner_without_account_is_spoken_for() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let from_city = json!({
            "sender": letter::institution(d.city.id),
            "practitioner": letter::practitioner(d.city_doctor.id),
        });
        let input = with(post.plan(), from_city);
        let planned = tell(&post.host, VERB, input.clone()).await;
        assert_eq!(
            planned.all["sender"],
            json!({ "id": letter::institution(d.city.id) })
        );
        // Once somebody acts for it there, they do.
        let officer = w.client(Role::DispatchOfficer, &d.city).await;
        let tomorrow = json!({ "practitioner": letter::practitioner(d.city_doctor.id), "sessions": [{ "weekday": "SUNDAY", "half": "AM" }] });
        let input = with(input, tomorrow);
        refuses(&w, &post.host, VERB, input.clone(), "FORBIDDEN").await;
        let planned = tell(&officer, VERB, input).await;
        assert_eq!(planned.next(), ["APPROVE_DISPATCH", "CANCEL_DISPATCH"]);
    });
}
