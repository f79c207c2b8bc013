//! What of a patient is shown to whom.

use entity::enums::Role;
use serde_json::{Value, json};

use super::{look, registered, with};
use crate::{
    harness::{both, canary::Patient},
    referral::story::Story,
};

#[test]
fn whoever_registered_sees_the_patient_masked() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let patient = Patient::nth(31);
        let input = with(
            &patient.input(),
            "/address",
            json!("杭州市西湖区转塘街道老街 31 号"),
        );
        let input = with(&input, "/healthRecordNumber", json!("HR31"));
        let id = registered(&hill, &input).await;
        let seen = look(&hill, &id).await;
        let first = patient.name.chars().next().expect("a name");
        assert_eq!(seen["name"], json!(format!("{first}*")));
        assert_eq!(seen["phone"], "198****3031");
        assert_eq!(seen["address"], "杭州市西湖区转塘街道");
        assert_eq!(seen["birthDate"], Value::Null);
        assert!(seen["age"].is_i64());
        assert_eq!(seen["healthRecordNumber"], Value::Null);
        let number = &patient.number;
        let mask = format!("{}**********{}", &number[..4], &number[14..]);
        assert_eq!(seen["idNumber"], json!(mask));
        assert_eq!(seen["masked"], true);
    });
}

#[test]
fn a_referral_opens_the_patient_to_both_sides_while_it_lasts() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let county = w.client(Role::Coordinator, &d.county).await;
        let herbs = w.client(Role::Clinician, &d.herbs).await;
        let letter = story.up();
        let name = letter["patient"]["register"]["name"].clone();
        let id = registered(&hill, &letter["patient"]["register"]).await;
        assert!(look(&county, &id).await.is_null());

        let posted = story.submit(&hill, letter).await;
        for side in [&hill, &county] {
            let seen = look(side, &id).await;
            assert_eq!(seen["name"], name);
            assert_eq!(seen["masked"], false);
            assert!(seen["birthDate"].is_string());
            // The identity number stays masked even so.
            assert!(
                seen["idNumber"]
                    .as_str()
                    .is_some_and(|number| number.contains("****"))
            );
        }
        assert!(look(&herbs, &id).await.is_null());

        story.withdraw(&hill, &posted, json!({})).await;
        assert_eq!(look(&hill, &id).await["masked"], true);
        assert!(
            look(&county, &id).await.is_null(),
            "only the header is left"
        );
    });
}

#[test]
fn nobody_else_sees_a_patient_at_all() {
    both(async |w| {
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let id = registered(&hill, &Patient::nth(33).input()).await;
        let document = "query Look($id: ID!) { patient(id: $id) { name } }";
        for client in [
            w.client(Role::InstitutionAdmin, &d.hill).await,
            w.client(Role::CommunityManager, &d.general).await,
            w.client(Role::Monitor, &d.general).await,
            w.client(Role::Regulator, "3301").await,
        ] {
            let answer = client.call(document, json!({ "id": id })).await;
            assert_eq!(answer.code("patient"), "FORBIDDEN");
        }
        let wrong = id.replace("pat_", "ref_");
        let answer = hill.call(document, json!({ "id": wrong })).await;
        assert_eq!(answer.problems(), [("id", "WRONG_TYPE")]);
        let answer = hill.call(document, json!({ "id": "pat_x" })).await;
        assert_eq!(answer.problems(), [("id", "FORMAT")]);
    });
}
