//! Members of a team of family doctors: what they see of every tale before, during and after the contract of its patient, and what they may not
//! do meanwhile.

use entity::enums::Role;
use serde_json::{Value, json};

use super::{
    calls::{MUTATIONS, On, Subject},
    cast::cast,
    schema::SCHEMA,
    stories::{SECRETS, Tale, tales},
    table::{self, Who},
    view::Stage,
};
use crate::{
    family_doctor::{ask, found_package, found_team, in_team, tell},
    harness::{both, client::Client},
    referral::letter,
};

/// What a member does for the team; all the rest is somebody else's.
const OWN: [&str; 7] = [
    "closeReferral",
    "planFollowUp",
    "recordFollowUp",
    "reassignFollowUp",
    "endFollowUp",
    "tagPatient",
    "endPatientTag",
];

#[test]
fn a_team_sees_what_a_contract_opens_and_nothing_before_or_after() {
    both(async |w| {
        let hill = &w.district().hill;
        let (tales, office) = (tales(&w).await, w.client(Role::Coordinator, hill).await);
        let doctor = w.person(Role::Clinician, hill).await;
        let who = letter::practitioner(w.district().hill_doctor.id);
        let members = json!([{ "practitioner": who }]);
        let team = found_team(&office, hill, "红队", members).await;
        let package = found_package(&office, hill, "JB01").await;
        let member = in_team(&w, &doctor, &team).await;
        let mut seen = 0;
        for tale in &tales {
            assert!(look(&member, tale).await.is_null(), "{} before", tale.name);
            let input =
                json!({ "patient": { "id": tale.patient_id }, "team": team, "package": package });
            let signed = ask(&office, "signFamilyDoctorContract", input).await;
            // A patient of whom the health centre knows nothing is not signed there.
            let found = &signed.body["data"]["signFamilyDoctorContract"]["contract"];
            let Some(contract) = found["id"].as_str() else {
                assert_eq!(signed.code("signFamilyDoctorContract"), "INVALID_INPUT");
                continue;
            };
            during(tale, &look(&member, tale).await, hill.id);
            for other in tales.iter().filter(|one| one.patient_id != tale.patient_id) {
                assert!(look(&member, other).await.is_null(), "{}", other.name);
            }
            let input = json!({ "contract": contract, "version": 1, "reason": "MOVED_AWAY" });
            tell(&office, "endFamilyDoctorContract", input).await;
            assert!(look(&member, tale).await.is_null(), "{} after", tale.name);
            seen += 1;
        }
        assert!(seen > 8, "hill has told most of the tales: {seen}");
    });
}

async fn look(member: &Client, tale: &Tale) -> Value {
    let document = format!(
        "query Look($by: ReferralKey!) {{ referral(by: $by) {} }}",
        SCHEMA.selection("Referral", 2)
    );
    let by = json!({ "by": { "id": tale.told.id } });
    let answer = member.call(&document, by).await.ok();
    answer.data("referral").clone()
}

/// What is posted and open; its sensitive diagnoses where the health centre is a side.
fn during(tale: &Tale, seen: &Value, centre: uuid::Uuid) {
    let context = format!("{} during: {seen}", tale.name);
    if tale.stage != Stage::Open {
        assert!(seen.is_null(), "{context}");
        return;
    }
    assert_eq!(seen["headerOnly"], false, "{context}");
    assert_eq!(seen["patient"]["masked"], false, "{context}");
    let side = [tale.sender.institution, tale.receiver.institution].contains(&centre);
    let withheld = tale.sensitive && !side;
    let text = seen.to_string();
    let told = SECRETS.iter().any(|secret| text.contains(secret));
    assert_eq!(told, !withheld, "{context}");
}

#[test]
fn a_team_does_nothing_beside_looking_after_its_patients() {
    both(async |w| {
        let hill = &w.district().hill;
        let (tales, cast) = (tales(&w).await, cast(&w).await);
        let on = On::of(&w, &tales, &cast).await;
        let office = w.client(Role::Coordinator, hill).await;
        let doctor = w.person(Role::Clinician, hill).await;
        let who = letter::practitioner(w.district().hill_doctor.id);
        let team = found_team(&office, hill, "红队", json!([{ "practitioner": who }])).await;
        let member = in_team(&w, &doctor, &team).await;
        for call in MUTATIONS {
            let personal = matches!(call.subject, Subject::Anybody | Subject::Oneself);
            let everybody = !matches!(table::who(call.name), Some(Who::Only(_)));
            if personal || everybody {
                continue;
            }
            let answer = member
                .ask(&format!("mutation {{ {} }}", call.text(&on)))
                .await;
            let of_input = answer.body["data"][call.name][0]["code"].as_str();
            let code = of_input.unwrap_or_else(|| answer.code(call.name));
            // No contract: of what a member may do there is nothing to do it on.
            let expected: &[&str] = if OWN.contains(&call.name) {
                &["NOT_FOUND"]
            } else {
                &["FORBIDDEN", "NOT_FOUND"]
            };
            assert!(expected.contains(&code), "{}: {}", call.name, answer.text);
        }
    });
}
