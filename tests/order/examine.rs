//! Examining a patient.

use chrono::Duration;
use serde_json::json;

use super::cast::Cast;
use crate::{harness::both, referral::letter};

#[test]
fn it_is_examined_below_or_at_the_centre_and_its_clock_begins() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let below = cast.place("CHEST_DX", 1).await;
        assert_eq!(below.all["dueAt"], json!(null));
        let done = cast
            .tell(
                &cast.hill_technician,
                "recordExamination",
                &below,
                json!({}),
            )
            .await;
        assert_eq!((done.status.as_str(), done.version), ("EXAMINED", 2));
        let due = letter::moment(&w, Duration::hours(2));
        assert_eq!(
            moment(&done.all["dueAt"]),
            moment(&json!(due)),
            "an X-ray in two hours"
        );
        w.wait(Duration::hours(2));
        let late = cast.look(&cast.hill, &done).await.expect("it is seen");
        assert_eq!(late.all["overdue"], true);

        let at_centre = cast.place("CHEST_DX", 2).await;
        let done = cast
            .tell(&cast.technician, "recordExamination", &at_centre, json!({}))
            .await;
        assert_eq!(done.status, "EXAMINED");
    });
}

#[test]
fn who_may_not_is_told_so() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let placed = cast.place("CHEST_DX", 1).await;
        let verb = "recordExamination";
        for (client, code) in [
            (&cast.hill, "FORBIDDEN"),
            (&cast.reader, "FORBIDDEN"),
            // A hospital's own system works for its clinicians; a centre's own would.
            (&cast.system, "FORBIDDEN"),
            (&cast.stranger, "NOT_FOUND"),
        ] {
            let answer = cast.ask(client, verb, &placed, json!({})).await;
            assert_eq!(answer.code(verb), code);
        }
        let other = w
            .client(entity::enums::Role::Technician, &w.district().lake)
            .await;
        let answer = cast.ask(&other, verb, &placed, json!({})).await;
        assert_eq!(answer.code(verb), "NOT_FOUND");
    });
}

#[test]
fn what_is_drawn_is_not_examined() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let verb = "recordExamination";
        let blood = cast.place("GLU", 1).await;
        let answer = cast
            .ask(&cast.hill_technician, verb, &blood, json!({}))
            .await;
        assert_eq!(answer.code(verb), "INVALID_TRANSITION");
        let examined = cast.bring("EXAMINED", 2).await;
        let answer = cast.ask(&cast.technician, verb, &examined, json!({})).await;
        assert_eq!(answer.code(verb), "INVALID_TRANSITION");
        let seen = cast.look(&cast.hill, &examined).await.expect("it is seen");
        assert_eq!(seen.version, examined.version);
    });
}

#[test]
fn bad_input_names_its_field() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let placed = cast.place("CHEST_DX", 1).await;
        let verb = "recordExamination";
        for (said, path, code) in [
            (json!({ "version": null }), "input.version", "REQUIRED"),
            (json!({ "note": "" }), "input.note", "REQUIRED"),
            (
                json!({ "note": "长".repeat(201) }),
                "input.note",
                "TOO_LONG",
            ),
            (
                json!({ "practitioner": letter::practitioner(w.district().herbs_doctor.id) }),
                "input.practitioner",
                "UNKNOWN_ID",
            ),
            (
                json!({ "occurredAt": letter::moment(&w, Duration::hours(-1)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ] {
            let answer = cast
                .ask(&cast.hill_technician, verb, &placed, said.clone())
                .await;
            assert_eq!(answer.problems(), [(path, code)], "{said}: {}", answer.text);
        }
        let stale = json!({ "version": 7 });
        let answer = cast.ask(&cast.hill_technician, verb, &placed, stale).await;
        assert_eq!(answer.code(verb), "CONFLICT");
        let seen = cast.look(&cast.hill, &placed).await.expect("it is seen");
        assert_eq!((seen.status.as_str(), seen.version), ("REQUESTED", 1));
    });
}

fn moment(text: &serde_json::Value) -> chrono::DateTime<chrono::Utc> {
    let text = text.as_str().expect("a moment");
    text.parse().expect("a moment in RFC 3339")
}
