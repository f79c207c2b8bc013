//! What a contract opens: to the team, from signing until it ends, and to nobody else.

use serde_json::{Value, json};

use super::{Practice, in_team, on, patient_of};
use crate::{
    harness::{both, client::Client},
    referral::{
        letter::{self, with},
        story::Told,
    },
};

const LOOK: &str = "query($id: ID!) { referral(by: { id: $id }) { status headerOnly patient { name masked birthDate familyDoctor { id } } clinical { presentIllness } diagnoses { withheld text } availableActions { action allowed } } }";

async fn look(by: &Client, told: &Told) -> Value {
    let answer = by.call(LOOK, json!({ "id": told.id })).await.ok();
    answer.data("referral").clone()
}

#[test]
fn a_member_sees_open_referrals_during_the_contract_and_neither_before_nor_after() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let told = p.care.cast.bring("SUBMITTED").await;
        let members = [p.member(&p.doctor).await, p.member(&p.specialist).await];
        let list = "{ referrals { edges { node { id } } } familyDoctorContracts { totalCount } }";
        for member in &members {
            assert!(look(member, &told).await.is_null(), "before");
        }
        let signed = p.sign(&told).await;
        for member in &members {
            let seen = look(member, &told).await;
            assert_eq!(seen["headerOnly"], false);
            assert_eq!(
                seen["patient"]["masked"], false,
                "the team treats the patient"
            );
            assert_eq!(
                seen["clinical"]["presentIllness"],
                "左侧肢体麻木三日，无头痛呕吐"
            );
            let listed = member.ask(list).await.ok();
            assert_eq!(*listed.data("referrals.edges.0.node.id"), told.id.as_str());
            assert_eq!(*listed.data("familyDoctorContracts.totalCount"), 1);
        }
        // A referral that is posted now is seen too; one of somebody else is not.
        let patient = json!({ "patient": { "register": null, "id": patient_of(&w, &told).await } });
        let second = with(
            p.care.cast.story.up(),
            with(
                patient,
                json!({ "diagnoses": [{ "code": "I10.x00x002", "text": "高血压", "principal": true }] }),
            ),
        );
        let second = p.care.cast.story.submit(&p.care.cast.hill, second).await;
        let other = p.care.cast.bring("SUBMITTED").await;
        for member in &members {
            assert_eq!(look(member, &second).await["headerOnly"], false);
            assert!(look(member, &other).await.is_null());
        }
        let input = with(on(&signed), json!({ "reason": "MOVED_AWAY" }));
        p.tell(&p.office, "endFamilyDoctorContract", input).await;
        for member in &members {
            for told in [&told, &second] {
                assert!(look(member, told).await.is_null(), "after");
            }
            let listed = member.ask(list).await.ok();
            assert_eq!(*listed.data("referrals.edges"), json!([]));
            assert_eq!(*listed.data("familyDoctorContracts.totalCount"), 0);
        }
        // The doctor who sent the patient sees that as before.
        assert_eq!(look(&p.care.cast.hill, &told).await["headerOnly"], false);
    });
}

#[test]
fn a_draft_and_what_has_ended_are_not_the_teams() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let member = p.member(&p.doctor).await;
        let draft = p.care.cast.bring("DRAFT").await;
        p.sign(&draft).await;
        assert!(look(&member, &draft).await.is_null());
        let posted = p
            .care
            .cast
            .story
            .submit_draft(&p.care.cast.hill, &draft, json!({}))
            .await;
        assert_eq!(look(&member, &posted).await["headerOnly"], false);
        let withdrawn = p
            .care
            .cast
            .story
            .withdraw(&p.care.cast.hill, &posted, json!({}))
            .await;
        let seen = look(&member, &withdrawn).await;
        assert_eq!(
            (&seen["headerOnly"], &seen["patient"]),
            (&json!(true), &Value::Null)
        );
    });
}

#[test]
fn sensitive_diagnoses_are_withheld_unless_the_health_centre_is_a_side() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let s = &p.care.cast.story;
        // From another health centre: the team's own has no part in it.
        let known = s.patient();
        let doctor = letter::practitioner(w.district().river_doctor.id);
        let by = with(sensitive(), json!({ "senderPractitioner": doctor }));
        let letter = with(letter::up(&w, &known), by);
        let elsewhere = s.submit(&p.care.river, letter).await;
        let patient = patient_of(&w, &elsewhere).await;
        // `hill` knows the patient by a referral of its own, to another hospital.
        let herbs = json!({ "receiver": letter::institution(w.district().herbs.id) });
        let own = with(letter::up(&w, &known), with(sensitive(), herbs));
        let own = s.submit(&p.care.cast.hill, own).await;
        let input = p.contract(&patient);
        p.tell(&p.office, "signFamilyDoctorContract", input).await;
        let member = p.member(&p.doctor).await;
        let seen = look(&member, &elsewhere).await;
        assert_eq!(seen["diagnoses"][0]["withheld"], true, "{seen}");
        assert!(seen["diagnoses"][0]["text"].is_null() || seen["diagnoses"][0]["text"] == "");
        assert!(seen["clinical"].is_null());
        assert_eq!(seen["patient"]["masked"], false);
        let seen = look(&member, &own).await;
        assert_eq!(seen["diagnoses"][0]["withheld"], false, "{seen}");
        // And no filter reveals them.
        let find = "{ referrals(filter: { diagnosis: \"F20\" }) { edges { node { id } } } }";
        let found = member.ask(find).await.ok();
        assert_eq!(
            *found.data("referrals.edges"),
            json!([{ "node": { "id": own.id } }])
        );
    });
}

fn sensitive() -> Value {
    json!({ "diagnoses": [{ "code": "F20.900", "text": "精神分裂症", "principal": true }] })
}

#[test]
fn the_team_closes_what_was_reported_back() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let told = p.care.cast.bring("REPORTED_BACK").await;
        p.sign(&told).await;
        let member = p.member(&p.specialist).await;
        let seen = look(&member, &told).await;
        assert_eq!(
            seen["availableActions"],
            json!([{ "action": "CLOSE_REFERRAL", "allowed": true }])
        );
        let s = &p.care.cast.story;
        let said = json!({ "noFollowUp": null, "followUp": { "template": "STROKE" } });
        let closed = s.close(&member, &told, said.clone()).await;
        assert_eq!(closed.status, "CLOSED");
        let again = s.close(&member, &told, said).await;
        assert!(again.replayed);
        // What follows goes to the team.
        let tasks = "query($team: ID!) { followUps(filter: { team: [$team], status: [PLANNED] }) { totalCount edges { node { number team { name } institution { id } } } } }";
        let listed = member.call(tasks, json!({ "team": p.green })).await.ok();
        assert_eq!(*listed.data("followUps.totalCount"), 5);
        assert_eq!(*listed.data("followUps.edges.0.node.team.name"), "绿队");
    });
}

#[test]
fn a_team_does_nothing_else_of_its_health_centre() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let told = p.care.cast.bring("SUBMITTED").await;
        p.sign(&told).await;
        let member = in_team(&w, &p.doctor, &p.green).await;
        let input =
            json!({ "referral": { "id": told.id }, "version": told.version, "reason": "好转" });
        let answer = p
            .care
            .cast
            .story
            .ask(&member, "withdrawReferral", input)
            .await;
        assert_eq!(answer.code("withdrawReferral"), "FORBIDDEN");
        let letter = p.care.cast.story.up();
        let answer = p
            .care
            .cast
            .story
            .ask(&member, "submitReferral", letter)
            .await;
        assert_eq!(answer.code("submitReferral"), "FORBIDDEN");
        let orders = member.ask("{ orders { totalCount } }").await;
        assert_eq!(orders.code("orders"), "FORBIDDEN");
    });
}
