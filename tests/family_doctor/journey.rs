//! Whole stories, every step by the account that would do it.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::{Practice, found_team, grant_in, in_team, on, patient_of};
use crate::{
    follow_up::care::{self, recorded},
    harness::{both, client::Client},
    referral::letter::{self, with},
};

const TASKS: &str = "query($filter: FollowUpFilter) { followUps(filter: $filter) { totalCount edges { node { id version number overdue team { id } patient { name masked } } } } }";

async fn tasks(by: &Client, filter: Value) -> Vec<Value> {
    let answer = by.call(TASKS, json!({ "filter": filter })).await.ok();
    let edges = answer.data("followUps.edges").as_array().cloned();
    let edges = edges.expect("follow-ups are listed");
    edges.into_iter().map(|edge| edge["node"].clone()).collect()
}

/// The patient comes home after a stroke. The station's doctor signs him with the green team; the team looks after him for ninety days, by telephone
/// and at home. On the last day his blood pressure is 186/112: the doctor of the team posts the referral that this suggests.
#[test]
fn a_stroke_patient_is_followed_by_the_family_team_for_ninety_days_until_a_reading_suggests_a_referral()
 {
    both(async |w| {
        let p = Practice::of(&w).await;
        let (care, s) = (&p.care, &p.care.cast.story);
        // Down from `county` to `hill`; the patient has come.
        let down = care.home().await;
        let patient = patient_of(&w, &down).await;
        p.tell(&p.office, "signFamilyDoctorContract", p.contract(&patient))
            .await;
        let member = p.member(&p.doctor).await;
        // The office plans; what follows goes to the team by itself.
        let coordinator = w.client(Role::Coordinator, &w.district().hill).await;
        let said = json!({ "template": "STROKE", "days": [7, 30, 90] });
        let first = care.plan(&coordinator, &down, said).await;
        assert_eq!(first.all["plan"].as_array().map(Vec::len), Some(3));
        let mine = json!({ "team": [p.green], "status": ["PLANNED"] });
        assert_eq!(tasks(&member, mine.clone()).await.len(), 3);

        // After a week at home, after a month by telephone; both report nothing that worries.
        for (wait, way, pressure) in [(6, "HOME", 138), (23, "PHONE", 142)] {
            w.wait(Duration::days(wait));
            let next = tasks(&member, mine.clone()).await.remove(0);
            assert_eq!(next["patient"]["masked"], false);
            let input = with(
                with(
                    json!({ "followUp": next["id"], "version": next["version"] }),
                    recorded(),
                ),
                json!({ "way": way, "readings": { "systolic": pressure, "diastolic": 84 } }),
            );
            let done = care.tell(&member, "recordFollowUp", input).await;
            assert_eq!(done.all["alerts"], json!([]));
        }
        // The first one reported back to the hospital, which closes the loop.
        let told = s
            .look(&care.cast.county, &down)
            .await
            .expect("the sender sees it");
        assert_eq!(told.status, "REPORTED_BACK");
        s.close(&care.cast.county, &told, json!({})).await;
        // The third is forgotten for a day, and stands on the team's list of what is late.
        w.wait(Duration::days(62));
        let late = tasks(&member, json!({ "team": [p.green], "overdue": true })).await;
        assert_eq!(late.len(), 1);
        let member = p.member(&p.doctor).await;
        let input = with(
            with(
                json!({ "followUp": late[0]["id"], "version": late[0]["version"] }),
                recorded(),
            ),
            json!({ "way": "HOME", "result": "UNCONTROLLED", "readings": { "systolic": 186, "diastolic": 112 } }),
        );
        let done = care.tell(&member, "recordFollowUp", input).await;
        assert_eq!(done.all["alerts"], json!(["BLOOD_PRESSURE_HIGH"]));

        // The doctor acts for the health centre again and posts what was suggested.
        let doctor = w.client_of(&p.doctor).await;
        let said = json!({ "patient": { "register": null, "id": patient }, "urgency": "URGENT", "followUp": done.id,
            "diagnoses": [{ "code": "I10.x00x002", "text": "高血压3级", "principal": true }] });
        let up = s.submit(&doctor, with(s.up(), said)).await;
        let document = "query($id: ID!) { node(id: $id) { ... on FollowUp { suggestion { urgency reason referral { id } } } } }";
        let seen = member.call(document, json!({ "id": done.id })).await.ok();
        assert_eq!(*seen.data("node.suggestion.urgency"), "URGENT");
        assert_eq!(*seen.data("node.suggestion.referral.id"), up.id.as_str());
        assert_eq!(
            s.look(&member, &up).await.expect("the team sees it").status,
            "SUBMITTED"
        );
        assert_eq!(tasks(&member, mine).await, Vec::<Value>::new());
    });
}

/// The patient moves to the other side of the hill, where the blue team works.
#[test]
fn a_contract_that_is_moved_takes_the_patient_along_at_once() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let d = w.district();
        let (care, s) = (&p.care, &p.care.cast.story);
        // The other team: the emergency doctor of `county`, whose account is opened before.
        let successor = w.person(Role::Clinician, &d.emergency).await;
        let members = json!([{ "practitioner": letter::practitioner(d.emergency_doctor.id) }]);
        let red = found_team(&p.office, &d.hill, "红队", members).await;
        assert!(grant_in(&w, &successor, &red).await.is_some());
        let down = care.home().await;
        let signed = p.sign(&down).await;
        let said = json!({ "template": "STROKE", "days": [7, 30] });
        care.plan(&care.cast.hill, &down, said).await;
        let (old, new) = (
            p.member(&p.doctor).await,
            in_team(&w, &successor, &red).await,
        );
        // The first is done by the old team before the contract moves.
        let mine = |team: &str| json!({ "team": [team] });
        let first = tasks(&old, mine(&p.green)).await.remove(0);
        let input = json!({ "followUp": first["id"], "version": first["version"] });
        let done = care
            .tell(&old, "recordFollowUp", with(input, recorded()))
            .await;
        assert!(s.look(&new, &down).await.is_none());
        assert_eq!(tasks(&new, json!({})).await, Vec::<Value>::new());

        let input = with(on(&signed), json!({ "team": red, "note": "迁居" }));
        p.tell(&p.office, "moveFamilyDoctorContract", input).await;

        let patient = patient_of(&w, &down).await;
        let look = "query($id: ID!) { node(id: $id) { id } }";
        assert!(
            s.look(&old, &down).await.is_none(),
            "the old team loses sight at once"
        );
        assert_eq!(tasks(&old, json!({})).await, Vec::<Value>::new());
        for id in [&patient, &done.id] {
            let seen = old.call(look, json!({ "id": id })).await;
            assert!(seen.data("node").is_null(), "{}", seen.text);
        }
        assert!(s.look(&new, &down).await.is_some(), "the new team sees");
        let planned = tasks(&new, json!({ "status": ["PLANNED"] })).await;
        assert_eq!(planned.len(), 1);
        assert_eq!(planned[0]["team"]["id"], red.as_str());
        assert_eq!(planned[0]["patient"]["masked"], false);
        // What the old team found is there to read.
        let seen = care.look(&new, &done).await.expect("the new team sees it");
        assert_eq!(seen.all["note"], recorded()["note"]);
        let input = json!({ "followUp": planned[0]["id"], "version": planned[0]["version"] });
        let input = with(input, recorded());
        let refused = care.ask(&old, "recordFollowUp", input.clone()).await;
        assert_eq!(refused.code("recordFollowUp"), "NOT_FOUND");
        care.tell(&new, "recordFollowUp", input).await;
    });
}

/// The health centre hands a plan over to a team, and back.
#[test]
fn a_plan_is_handed_over_to_a_team() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let d = w.district();
        let care = &p.care;
        let down = care.home().await;
        let planned = care.plan(&care.cast.hill, &down, json!({})).await;
        let member = p.member(&p.doctor).await;
        assert_eq!(tasks(&member, json!({})).await, Vec::<Value>::new());
        let verb = "reassignFollowUp";
        for (said, path, code) in [
            (json!({}), "input.institution", "REQUIRED"),
            (
                json!({ "team": "fdt_01h455vb4pex5vsknk084sn02q" }),
                "input.team",
                "UNKNOWN_ID",
            ),
            (
                json!({ "team": p.green, "institution": letter::institution(d.river.id) }),
                "input.team",
                "INCONSISTENT",
            ),
            (
                json!({ "institution": letter::institution(d.hill.id) }),
                "input.institution",
                "NOT_ALLOWED",
            ),
        ] {
            care.refuses(
                &care.cast.hill,
                verb,
                with(care::on(&planned), said),
                path,
                code,
            )
            .await;
        }
        let input = with(care::on(&planned), json!({ "team": p.green }));
        let handed = care.tell(&care.cast.hill, verb, input).await;
        assert_eq!(tasks(&member, json!({})).await.len(), 1);
        let input = with(
            care::on(&handed),
            json!({ "institution": letter::institution(d.hill.id) }),
        );
        care.tell(&member, verb, input).await;
        assert_eq!(tasks(&member, json!({})).await, Vec::<Value>::new());
    });
}
