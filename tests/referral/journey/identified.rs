//! A man whom nobody knows is sent at night; in the morning his family comes with his card.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::super::story::Story;
use crate::harness::{both, canary::Patient};

#[test]
fn an_unidentified_patient_is_identified_and_merged_with_his_record() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let village_doctor = w.client(Role::Clinician, &d.lake_station).await;
        let emergency_room = w.client(Role::Clinician, &d.emergency).await;
        let neurologist = w.client(Role::Clinician, &d.county).await;
        let office = w.client(Role::Coordinator, &d.county).await;
        let health_centre = w.client(Role::Clinician, &d.lake).await;

        // He has been on record for years: his health centre registered him.
        let man = Patient::nth(191);
        let document = "mutation Register($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }";
        let known = health_centre
            .call(document, json!({ "input": man.input() }))
            .await
            .ok();
        let record = known.text_at("registerPatient.patient.id").to_owned();

        // At night nobody knows that.
        w.wait(Duration::hours(16));
        let mut letter = story.emergency();
        letter["patient"] =
            json!({ "register": { "sex": "MALE", "unidentified": true, "name": "约五十岁男性" } });
        let posted = story.submit(&village_doctor, letter).await;
        let away = story
            .depart(
                &village_doctor,
                &posted,
                json!({ "transport": "AMBULANCE_120" }),
            )
            .await;
        w.wait(Duration::minutes(40));
        let there = story.arrive(&emergency_room, &away, json!({})).await;
        let treated = story.treat(&neurologist, &there, json!({})).await;
        let look = "query Look($by: ReferralKey!) { referral(by: $by) { patient { id name version identified masked } } }";
        let by = json!({ "by": { "id": treated.id } });
        let seen = neurologist.call(look, by.clone()).await.ok();
        assert_eq!(seen.text_at("referral.patient.name"), "约五十岁男性");
        let (unknown, version) = (
            seen.text_at("referral.patient.id").to_owned(),
            seen.number_at("referral.patient.version"),
        );

        // In the morning the family brings his card. The office finds that he is on record, and merges.
        w.wait(Duration::hours(7));
        let document = "mutation Identify($input: IdentifyPatientInput!) { identifyPatient(input: $input) { patient { id } } }";
        let mut identity =
            json!({ "patient": unknown, "version": version, "identity": man.input() });
        let refused = office.call(document, json!({ "input": identity })).await;
        assert_eq!(refused.code("identifyPatient"), "DUPLICATE");
        identity["mergeIfKnown"] = json!(true);
        let answer = office
            .call(document, json!({ "input": identity }))
            .await
            .ok();
        assert_eq!(answer.text_at("identifyPatient.patient.id"), record);

        // Everybody who treats him sees who he is; the referral goes on to its end.
        for client in [&neurologist, &village_doctor, &emergency_room] {
            let seen = client.call(look, by.clone()).await.ok();
            assert_eq!(seen.text_at("referral.patient.id"), record);
            assert_eq!(seen.text_at("referral.patient.name"), man.name);
            assert_eq!(seen.data("referral.patient.identified"), true);
        }
        let reported = story.report(&neurologist, &treated, json!({})).await;
        let closed = story.close(&village_doctor, &reported, json!({})).await;
        assert_eq!(closed.status, "CLOSED");
    });
}
