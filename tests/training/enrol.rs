//! Enrol people in a session, and take them out again.

use api::id::{self, Kind};
use chrono::Duration;
use entity::{enrolment, enums::Role, training_session};
use futures::future::join_all;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;

use super::{School, ask, people_of, refuses, refuses_each, tell};
use crate::{
    harness::{World, both},
    referral::{
        census::census,
        letter::{self, with},
    },
};

const ENROL: &str = "enrolInTraining";
const WITHDRAW: &str = "withdrawFromTraining";

/// How many seats are said to be taken, and how many are.
async fn taken(w: &World) -> (i32, u64) {
    let reader = w.app.db.reader();
    let row = training_session::Entity::find().one(reader).await;
    let row = row.expect("sessions can be read").expect("a session");
    let rows = enrolment::Entity::find().count(reader).await;
    (row.enrolled, rows.expect("enrolments can be counted"))
}

#[test]
fn an_institution_sends_its_people_and_takes_them_back() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let id = school.offered(3).await;
        let nurses = school.nurses(&d.hill, 3).await;
        let hill = school.office(&d.hill).await;
        let answer = school.enrol(&hill, &id, &nurses[..2]).await;
        let seen = answer.data("enrolInTraining.session");
        assert_eq!(
            (&seen["enrolled"], &seen["version"]),
            (&json!(2), &json!(2))
        );
        assert_eq!(seen["enrolments"]["totalCount"], 2);
        // Whoever is enrolled keeps their seat; only the third takes one.
        let answer = school.enrol(&hill, &id, &nurses).await;
        assert_eq!(answer.number_at("enrolInTraining.session.enrolled"), 3);
        assert_eq!(taken(&w).await, (3, 3));

        let admin = w.client(Role::InstitutionAdmin, &d.hill).await;
        let input = people_of(&id, &nurses[1..]);
        let answer = tell(&admin, WITHDRAW, input.clone()).await;
        let seen = answer.data("withdrawFromTraining.session");
        assert_eq!(
            (&seen["enrolled"], &seen["version"]),
            (&json!(1), &json!(4))
        );
        assert_eq!(taken(&w).await, (1, 1));
        let before = census(&w).await;
        let again = tell(&admin, WITHDRAW, input).await;
        assert_eq!(*again.data("withdrawFromTraining.replayed"), json!(true));
        assert_eq!(census(&w).await.since(&before, "event"), 0);
    });
}

#[test]
fn a_health_centre_sends_the_people_of_its_stations() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let id = school.offered(3).await;
        let doctor = vec![letter::practitioner(d.lake_village_doctor.id)];
        let lake = school.office(&d.lake).await;
        school.enrol(&lake, &id, &doctor).await;
        let hill = school.office(&d.hill).await;
        refuses(&w, &hill, WITHDRAW, people_of(&id, &doctor), "FORBIDDEN").await;
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let id = school.offered(3).await;
        let doctor = vec![letter::practitioner(d.hill_doctor.id)];
        for verb in [ENROL, WITHDRAW] {
            let input = people_of(&id, &doctor);
            for client in [
                w.client(Role::Clinician, &d.hill).await,
                w.client(Role::Technician, &d.hill).await,
                w.client(Role::Integration, &d.hill).await,
                w.client(Role::Coordinator, &d.lake).await,
                w.client(Role::Coordinator, &d.hill_station).await,
                w.client(Role::InstitutionAdmin, &d.county).await,
                w.client(Role::CommunityManager, &d.general).await,
            ] {
                refuses(&w, &client, verb, input.clone(), "FORBIDDEN").await;
            }
            let answer = ask(&w.anonymous(), verb, input).await;
            assert_eq!(answer.errors()[0]["extensions"]["code"], "UNAUTHENTICATED");
        }
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let id = school.offered(3).await;
        let hill = school.office(&d.hill).await;
        let doctor = letter::practitioner(d.hill_doctor.id);
        let nobody = letter::practitioner(w.app.new_id());
        let many: Vec<_> = (0..201).map(|_| doctor.clone()).collect();
        let good = people_of(&id, &[doctor.clone()]);
        let first = "input.practitioners[0]";
        let faults = [
            (json!({ "session": "?" }), "input.session", "FORMAT"),
            (json!({ "session": doctor }), "input.session", "WRONG_TYPE"),
            (
                json!({ "practitioners": [] }),
                "input.practitioners",
                "REQUIRED",
            ),
            (
                json!({ "practitioners": many }),
                "input.practitioners",
                "TOO_LARGE",
            ),
            (json!({ "practitioners": ["?"] }), first, "FORMAT"),
            (json!({ "practitioners": [id] }), first, "WRONG_TYPE"),
            (json!({ "practitioners": [nobody] }), first, "UNKNOWN_ID"),
            (
                json!({ "practitioners": [doctor, doctor] }),
                "input.practitioners[1]",
                "TAKEN",
            ),
        ];
        for verb in [ENROL, WITHDRAW] {
            refuses_each(&w, &hill, verb, &good, &faults).await;
            let nothing = json!({ "session": id::encode(Kind::TrainingSession, w.app.new_id()) });
            refuses(&w, &hill, verb, with(good.clone(), nothing), "NOT_FOUND").await;
        }
        // An institution that the centre does not serve.
        let herbs = school.office(&d.herbs).await;
        let input = people_of(&id, &[letter::practitioner(d.herbs_doctor.id)]);
        let answer = refuses(&w, &herbs, ENROL, input, "INVALID_INPUT").await;
        assert_eq!(answer.problems(), [(first, "NOT_ALLOWED")]);
    });
}

#[test]
fn not_when_it_is_called_off_or_has_begun() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let (id, off) = (school.offered(3).await, school.offered(3).await);
        let hill = school.office(&d.hill).await;
        let nurses = school.nurses(&d.hill, 2).await;
        school.enrol(&hill, &id, &nurses[..1]).await;
        let input = json!({ "id": off, "version": 1, "cancelled": true });
        tell(&school.admin, "updateTrainingSession", input).await;
        refuses(
            &w,
            &hill,
            ENROL,
            people_of(&off, &nurses),
            "INVALID_TRANSITION",
        )
        .await;
        w.wait(Duration::days(7));
        for (verb, who) in [(ENROL, &nurses[1..]), (WITHDRAW, &nurses[..1])] {
            refuses(&w, &hill, verb, people_of(&id, who), "INVALID_TRANSITION").await;
        }
    });
}

#[test]
fn the_seats_are_never_exceeded() {
    both(async |w| {
        const SEATS: usize = 5;
        let (school, d) = (School::of(&w).await, w.district());
        let id = school.offered(5).await;
        let nurses = school.nurses(&d.hill, 16).await;
        let hill = school.office(&d.hill).await;
        let calls = nurses.iter().map(|nurse| {
            let input = people_of(&id, std::slice::from_ref(nurse));
            ask(&hill, ENROL, input)
        });
        let answers = join_all(calls).await;
        let won = answers.iter().filter(|answer| {
            let won = answer.errors().is_empty();
            assert!(
                won || answer.code(ENROL) == "CAPACITY_EXHAUSTED",
                "{}",
                answer.text
            );
            won
        });
        assert_eq!(won.count(), SEATS);
        assert_eq!(taken(&w).await, (5, 5));
        // All of them or none.
        let input = json!({ "id": id, "version": 6, "seats": 7 });
        tell(&school.admin, "updateTrainingSession", input).await;
        let answer = refuses(
            &w,
            &hill,
            ENROL,
            people_of(&id, &nurses),
            "CAPACITY_EXHAUSTED",
        )
        .await;
        assert_eq!(answer.problems(), [("input.practitioners", "TOO_LARGE")]);
    });
}

#[test]
fn the_same_person_enrolled_and_withdrawn_at_once_takes_one_seat_or_none() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let id = school.offered(5).await;
        let doctor = [letter::practitioner(d.hill_doctor.id)];
        let hill = school.office(&d.hill).await;
        let calls = (0..12).map(|at| {
            let verb = if at % 3 == 2 { WITHDRAW } else { ENROL };
            ask(&hill, verb, people_of(&id, &doctor))
        });
        for answer in join_all(calls).await {
            assert!(answer.errors().is_empty(), "{}", answer.text);
        }
        let (said, are) = taken(&w).await;
        assert_eq!(u64::try_from(said), Ok(are));
        assert!(are <= 1);
    });
}

#[test]
fn the_same_again_is_done_once() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let id = school.offered(5).await;
        let hill = school.office(&d.hill).await;
        let doctor = [letter::practitioner(d.hill_doctor.id)];
        for by in [
            hill.clone().with_key("enrol-1"),
            hill.clone().with_key("enrol-1"),
            hill,
        ] {
            let before = census(&w).await;
            let replayed = taken(&w).await.0 == 1;
            let answer = school.enrol(&by, &id, &doctor).await;
            assert_eq!(*answer.data("enrolInTraining.replayed"), json!(replayed));
            assert_eq!(
                census(&w).await.since(&before, "event"),
                i64::from(!replayed)
            );
        }
    });
}
