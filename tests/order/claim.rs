//! Claiming an order, and putting it back.

use chrono::Duration;
use entity::enums::Role;
use futures::future::join_all;
use serde_json::{Value, json};

use super::cast::{Cast, Told, findings};
use crate::{
    harness::{World, both},
    referral::letter,
};

#[test]
fn of_two_diagnosticians_one_wins() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let examined = cast.bring("EXAMINED", 1).await;
        let claimed = cast
            .tell(&cast.reader, "claimOrder", &examined, json!({}))
            .await;
        assert_eq!((claimed.status.as_str(), claimed.version), ("CLAIMED", 3));
        let answer = cast
            .ask(&cast.second, "claimOrder", &examined, json!({}))
            .await;
        assert_eq!(answer.code("claimOrder"), "CONFLICT");
        let answer = cast
            .ask(&cast.second, "claimOrder", &claimed, json!({}))
            .await;
        assert_eq!(answer.code("claimOrder"), "INVALID_TRANSITION");
        // Only whoever claimed it reports it.
        let answer = cast
            .ask(&cast.second, "reportOrder", &claimed, findings())
            .await;
        assert_eq!(answer.code("reportOrder"), "INVALID_TRANSITION");
        assert_eq!(
            answer.error("reportOrder")["extensions"]["allowed"],
            json!(["RELEASE_ORDER"])
        );
    });
}

#[test]
fn a_few_at_once_and_one_wins() {
    both(async |w| one_wins(&w, 6).await);
}

/// That many rounds in which eight diagnosticians claim one order at once, each in their own words: one wins.
pub async fn one_wins(w: &World, rounds: u32) {
    let cast = Cast::of(w).await;
    let county = &w.district().county;
    let readers = join_all((0..8).map(|_| w.client(Role::Diagnostician, county))).await;
    for round in 0..rounds {
        let examined = cast.bring("EXAMINED", 1 + round).await;
        let claims = readers
            .iter()
            .map(|reader| cast.ask(reader, "claimOrder", &examined, json!({})));
        let answers = join_all(claims).await;
        let won = answers
            .iter()
            .filter(|answer| answer.errors().is_empty())
            .count();
        assert_eq!(won, 1, "round {round}");
        for answer in answers.iter().filter(|answer| !answer.errors().is_empty()) {
            assert!(
                ["CONFLICT", "INVALID_TRANSITION"].contains(&answer.code("claimOrder")),
                "{}",
                answer.text
            );
        }
        let seen = cast
            .look(&cast.reader, &examined)
            .await
            .expect("it is seen");
        assert_eq!(seen.version, examined.version + 1);
    }
}

#[test]
fn off_shift_a_colleague_puts_three_claims_back() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let mut claims = Vec::new();
        for patient in 1..=3 {
            claims.push(cast.bring("CLAIMED", patient).await);
        }
        let document = "{ orders(filter: { status: [CLAIMED] }) { edges { node { id } } } }";
        let listed = cast.second.ask(document).await.ok();
        assert_eq!(
            listed.data("orders.edges").as_array().map(Vec::len),
            Some(3)
        );
        for claim in &claims {
            let said = json!({ "note": "下班交接" });
            let back = cast.tell(&cast.second, "releaseOrder", claim, said).await;
            assert_eq!(
                (back.status.as_str(), &back.all["claimedBy"]),
                ("EXAMINED", &Value::Null)
            );
            assert_eq!(back.all["dueAt"], claim.all["dueAt"], "its clock runs on");
            let taken = cast
                .tell(&cast.second, "claimOrder", &back, json!({}))
                .await;
            // Whoever went home does not report what a colleague works on now; the colleague does.
            let late = cast
                .ask(&cast.reader, "reportOrder", &taken, findings())
                .await;
            assert_eq!(late.code("reportOrder"), "INVALID_TRANSITION");
            let told = cast
                .tell(&cast.second, "reportOrder", &taken, findings())
                .await;
            assert_eq!(told.status, "REPORTED");
        }
        let listed = cast.second.ask(document).await.ok();
        assert_eq!(
            listed.data("orders.edges"),
            &json!([]),
            "none is left behind"
        );
    });
}

#[test]
fn who_may_not_is_told_so() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let examined = cast.bring("EXAMINED", 1).await;
        for (client, code) in [
            (&cast.technician, "FORBIDDEN"),
            (&cast.hill, "FORBIDDEN"),
            (&cast.system, "FORBIDDEN"),
            (&cast.stranger, "NOT_FOUND"),
        ] {
            let answer = cast.ask(client, "claimOrder", &examined, json!({})).await;
            assert_eq!(answer.code("claimOrder"), code);
        }
        let other = cast.centres.client(Role::Diagnostician, "ECG").await;
        let answer = cast.ask(&other, "claimOrder", &examined, json!({})).await;
        assert_eq!(answer.code("claimOrder"), "NOT_FOUND", "another centre's");
        let below = w.client(Role::Diagnostician, &w.district().hill).await;
        let answer = cast.ask(&below, "claimOrder", &examined, json!({})).await;
        assert_eq!(answer.code("claimOrder"), "FORBIDDEN", "it is read above");
    });
}

#[test]
fn what_is_not_there_yet_is_not_claimed() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for (patient, status) in (1..).zip(["REQUESTED", "COLLECTED", "IN_TRANSPORT", "RETURNED"]) {
            let order = cast.bring(status, patient).await;
            let answer = cast
                .ask(&cast.reader, "claimOrder", &order, json!({}))
                .await;
            assert_eq!(answer.code("claimOrder"), "INVALID_TRANSITION", "{status}");
        }
    });
}

#[test]
fn a_consultation_is_claimed_for_a_time_by_an_expert_of_any_hospital() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let placed = cast.place("CONS_NEURO", 1).await;
        let expert = letter::practitioner(w.district().city_doctor.id);
        let tomorrow = letter::moment(&w, Duration::days(1));
        for (said, path, code) in [
            (json!({}), "input.plannedAt", "REQUIRED"),
            (
                json!({ "plannedAt": letter::moment(&w, Duration::hours(-1)) }),
                "input.plannedAt",
                "ORDER",
            ),
            (
                json!({ "plannedAt": tomorrow, "practitioner": "prac_01h455vb4pex5vsknk084sn02q" }),
                "input.practitioner",
                "UNKNOWN_ID",
            ),
        ] {
            let answer = cast.ask(&cast.reader, "claimOrder", &placed, said).await;
            assert_eq!(answer.problems(), [(path, code)], "{}", answer.text);
        }
        let said = json!({ "plannedAt": tomorrow, "practitioner": expert });
        let claimed = cast.tell(&cast.reader, "claimOrder", &placed, said).await;
        assert_eq!(claimed.all["claimedBy"]["id"], expert);
        let image = cast.bring("EXAMINED", 2).await;
        let said = json!({ "plannedAt": tomorrow });
        let answer = cast.ask(&cast.reader, "claimOrder", &image, said).await;
        assert_eq!(answer.problems(), [("input.plannedAt", "NOT_ALLOWED")]);
        opinion(&cast, &claimed).await;
    });
}

/// The expert's opinion is confirmed, and rated, by whoever asked for it.
async fn opinion(cast: &Cast, claimed: &Told) {
    cast.w.wait(Duration::days(1));
    let told = cast
        .tell(&cast.reader, "reportOrder", claimed, findings())
        .await;
    assert_eq!(told.status, "REPORTED");
    let answer = cast
        .ask(&cast.second, "reviewOrder", &told, json!({}))
        .await;
    assert_eq!(answer.code("reviewOrder"), "FORBIDDEN", "not at the centre");
    let answer = cast
        .ask(&cast.hill, "reviewOrder", &told, json!({ "rating": 6 }))
        .await;
    assert_eq!(answer.problems(), [("input.rating", "TOO_LARGE")]);
    let confirmed = cast
        .tell(&cast.hill, "reviewOrder", &told, json!({ "rating": 5 }))
        .await;
    assert_eq!(confirmed.status, "REVIEWED");
}
