//! Referrals that stay in the house 内诊: the patient is treated where they are, by a remote consultation that the referral names.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::{
    cast::Cast,
    census::census,
    letter::{self, with},
    story::Told,
};
use crate::{
    harness::{World, both, canary::Patient, client::Client},
    order::cast::{self as orders, findings},
};

/// Who tells of referrals, and who of consultations.
struct House {
    cast: Cast,
    orders: orders::Cast,
    /// Referral office of the health centre, which answers what its own doctors ask.
    office: Client,
    /// Another clinician there, who sees the patient with the expert.
    ward: Client,
}

impl House {
    async fn of(w: &World) -> Self {
        let hill = &w.district().hill;
        Self {
            cast: Cast::of(w).await,
            orders: orders::Cast::of(w).await,
            office: w.client(Role::Coordinator, hill).await,
            ward: w.client(Role::Clinician, hill).await,
        }
    }

    /// A letter that keeps the n-th patient at `hill`, but for the consultation.
    fn letter(&self, patient: u32) -> Value {
        let w = &self.cast.w;
        let stays = json!({
            "receiver": letter::institution(w.district().hill.id),
            "careSetting": "OUTPATIENT",
        });
        with(letter::up(w, &Patient::nth(patient)), stays)
    }

    /// The same, which names a consultation.
    fn by(&self, patient: u32, consultation: &orders::Told) -> Value {
        let named = json!({ "consultation": { "id": consultation.id } });
        with(self.letter(patient), named)
    }

    async fn refuses(&self, letter: Value, path: &str, code: &str) {
        let (by, verb) = (&self.cast.hill, "submitReferral");
        self.cast.refuses(by, verb, letter, path, code).await;
    }
}

/// What a referral says of the consultation that it names.
async fn consultation(by: &Client, referral: &Told) -> Value {
    let document = "query See($by: ReferralKey!) { referral(by: $by) { headerOnly direction reach
        consultation { id status report { conclusion } } } }";
    let by = by.call(document, json!({ "by": { "id": referral.id } }));
    by.await.ok().data("referral").clone()
}

#[test]
fn a_patient_is_treated_where_they_are_by_an_expert_from_afar() {
    both(async |w| {
        let house = House::of(&w).await;
        let (story, doctor) = (&house.cast.story, &house.cast.hill);
        let asked = house.orders.place("CONS_NEURO", 1).await;
        let posted = story.submit(doctor, house.by(1, &asked)).await;
        assert_eq!(
            (posted.status.as_str(), posted.direction.as_str()),
            ("SUBMITTED", "IN_HOUSE")
        );
        // The institution is both sides, and whoever acts for it is offered the verbs of both, but nobody travels.
        for verb in ["WITHDRAW_REFERRAL", "ACCEPT_REFERRAL", "REJECT_REFERRAL"] {
            assert!(posted.next.iter().any(|next| next == verb), "{verb}");
        }
        let accepted = story.accept(&house.office, &posted, json!({})).await;
        assert!(
            !accepted.next.iter().any(|verb| verb == "RECORD_DEPARTURE"),
            "{:?}",
            accepted.next
        );
        w.wait(Duration::days(1));
        let arrived = story.arrive(&house.office, &accepted, json!({})).await;
        let treated = story.treat(&house.ward, &arrived, json!({})).await;
        let tomorrow = json!({ "plannedAt": letter::moment(&w, Duration::days(1)) });
        let told = &house.orders;
        let claimed = told
            .tell(&told.reader, "claimOrder", &asked, tomorrow)
            .await;
        w.wait(Duration::days(1));
        let opinion = told
            .tell(&told.reader, "reportOrder", &claimed, findings())
            .await;
        told.tell(&told.hill, "reviewOrder", &opinion, json!({ "rating": 5 }))
            .await;
        let reported = story.report(&house.ward, &treated, json!({})).await;
        assert!(
            !reported.next.iter().any(|verb| verb == "REFER_BACK"),
            "{:?}",
            reported.next
        );
        let closed = story.close(doctor, &reported, json!({})).await;
        assert_eq!(closed.status, "CLOSED");
        let seen = consultation(doctor, &closed).await;
        assert_eq!(seen["reach"], "INTRA_COMMUNITY");
        assert_eq!(seen["consultation"]["status"], "REVIEWED");
        assert_eq!(
            seen["consultation"]["report"]["conclusion"],
            findings()["conclusion"]
        );
        // The manager of the community sees that there was one, and nothing else.
        let seen = consultation(&house.cast.manager, &closed).await;
        assert_eq!(
            (&seen["headerOnly"], &seen["consultation"]),
            (&json!(true), &Value::Null)
        );
    });
}

#[test]
fn it_names_a_consultation_of_the_patient_that_the_house_has_asked_for() {
    both(async |w| {
        let house = House::of(&w).await;
        house
            .refuses(house.letter(1), "input.consultation", "REQUIRED")
            .await;
        let urgent = json!({ "urgency": "EMERGENCY" });
        house
            .refuses(
                with(house.letter(1), urgent),
                "input.consultation",
                "REQUIRED",
            )
            .await;
        let image = house.orders.place("HEAD_CT", 1).await;
        let other = house.orders.place("CONS_NEURO", 2).await;
        let off = house.orders.place("CONS_NEURO", 1).await;
        let said = json!({ "reason": "患者放弃" });
        let off = house
            .orders
            .tell(&house.orders.hill, "cancelOrder", &off, said)
            .await;
        let lake = w.client(Role::Clinician, &w.district().lake).await;
        let theirs = house
            .orders
            .place_like(&lake, house.orders.order("CONS_NEURO", 1))
            .await;
        for (order, code) in [
            (&image, "NOT_ALLOWED"),
            (&off, "NOT_ALLOWED"),
            (&other, "INCONSISTENT"),
            (&theirs, "UNKNOWN_ID"),
        ] {
            house
                .refuses(house.by(1, order), "input.consultation", code)
                .await;
        }
        // Who leaves the house is treated elsewhere.
        let away = json!({ "receiver": letter::institution(w.district().county.id) });
        let good = house.orders.place("CONS_NEURO", 1).await;
        house
            .refuses(
                with(house.by(1, &good), away),
                "input.consultation",
                "NOT_ALLOWED",
            )
            .await;
        let before = census(&w).await;
        let posted = house
            .cast
            .story
            .submit(&house.cast.hill, house.by(1, &good))
            .await;
        assert_eq!(census(&w).await.since(&before, "referral"), 1);
        // What was cancelled since is put right by naming another.
        let said = json!({ "reason": "专家临时停诊" });
        house
            .orders
            .tell(&house.orders.hill, "cancelOrder", &good, said)
            .await;
        let next = house.orders.place("CONS_CARDIO", 1).await;
        let content = json!({ "consultation": { "number": next.all["number"] } });
        let amended = house
            .cast
            .story
            .amend(&house.cast.hill, &posted, content)
            .await;
        let seen = consultation(&house.cast.hill, &amended).await;
        assert_eq!(seen["consultation"]["id"], next.id);
        let content = json!({ "content": { "consultation": { "id": other.id } } });
        house
            .cast
            .refuses(
                &house.cast.hill,
                "amendReferral",
                with(super::story::on(&amended), content),
                "input.content.consultation",
                "INCONSISTENT",
            )
            .await;
    });
}

#[test]
fn a_draft_says_what_is_missing_and_may_still_leave_the_house() {
    both(async |w| {
        let house = House::of(&w).await;
        let (story, doctor) = (&house.cast.story, &house.cast.hill);
        let draft = story.draft(doctor, house.letter(1)).await;
        let document = "query See($by: ReferralKey!) { referral(by: $by) { availableActions { action requires } } }";
        let answer = doctor
            .call(document, json!({ "by": { "id": draft.id } }))
            .await
            .ok();
        // What direction it has is derived as it is posted.
        let input = json!({ "draft": { "id": draft.id }, "version": draft.version });
        house.refuses(input, "input.consultation", "REQUIRED").await;
        assert!(answer.text.contains("SUBMIT_REFERRAL"));
        let asked = house.orders.place("CONS_NEURO", 1).await;
        let named = json!({ "consultation": { "id": asked.id } });
        let draft = story.amend(doctor, &draft, named).await;
        let away = json!({ "receiver": letter::institution(w.district().county.id) });
        let posted = story.submit_draft(doctor, &draft, away).await;
        assert_eq!(posted.direction, "UP");
        let seen = consultation(doctor, &posted).await;
        assert_eq!(seen["consultation"], Value::Null);
    });
}

#[test]
fn who_cannot_be_treated_here_after_all_is_sent_on() {
    both(async |w| {
        let house = House::of(&w).await;
        let (story, d) = (&house.cast.story, w.district());
        let asked = house.orders.place("CONS_NEURO", 1).await;
        let posted = story.submit(&house.cast.hill, house.by(1, &asked)).await;
        // Neither a stranger nor the hospital has a part in it as long as it stays in the house.
        for other in [&house.cast.stranger, &house.cast.county] {
            assert!(story.look(other, &posted).await.is_none());
        }
        let sent = story
            .redirect(&house.office, &posted, d.county.id, json!({}))
            .await;
        assert_eq!(
            (sent.direction.as_str(), sent.status.as_str()),
            ("UP", "SUBMITTED")
        );
        let seen = consultation(&house.cast.hill, &sent).await;
        assert_eq!(seen["consultation"], Value::Null);
        story.accept(&house.cast.county, &sent, json!({})).await;
    });
}

#[test]
fn a_department_acts_on_the_side_that_names_it() {
    both(async |w| {
        let house = House::of(&w).await;
        let (story, d) = (&house.cast.story, w.district());
        let internal = w.client(Role::Clinician, &d.internal).await;
        let neurology = w.client(Role::Clinician, &d.neurology).await;
        let county = w.client(Role::Clinician, &d.county).await;
        let asked = house
            .orders
            .place_like(&county, house.orders.order("CONS_NEURO", 1))
            .await;
        let said = json!({
            "senderPractitioner": letter::practitioner(d.neurologist.id),
            "senderDepartment": letter::department(d.internal.id),
            "receiver": letter::institution(d.county.id),
            "receiverDepartment": letter::department(d.neurology.id),
            "careSetting": "INPATIENT",
            "consultation": { "id": asked.id },
        });
        let letter = with(letter::up(&w, &Patient::nth(1)), said);
        let posted = story.submit(&county, letter).await;
        let own = story.look(&internal, &posted).await.expect("its own");
        assert_eq!(own.next, ["AMEND_REFERRAL", "WITHDRAW_REFERRAL"]);
        let input = with(super::story::on(&posted), story.acceptance(&posted));
        let answer = story.ask(&internal, "acceptReferral", input).await;
        assert_eq!(answer.code("acceptReferral"), "FORBIDDEN");
        let to = story.look(&neurology, &posted).await.expect("its own");
        assert!(!to.next.iter().any(|verb| verb == "WITHDRAW_REFERRAL"));
        let taken = json!({ "department": letter::department(d.neurology.id) });
        let accepted = story.accept(&neurology, &posted, taken).await;
        assert_eq!(accepted.status, "ACCEPTED");
    });
}
