//! Up, treated, referred back with a rehabilitation plan; the station follows up, and the loop closes.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::super::{letter, story::Story};
use crate::harness::both;

#[test]
fn up_treated_referred_back_followed_up_in_the_village_and_closed() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let township = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.county).await;
        let ward = w.client(Role::Clinician, &d.county).await;
        let village_doctor = w.client(Role::Clinician, &d.hill_station).await;

        let posted = story.submit(&township, story.up()).await;
        let accepted = story.accept(&office, &posted, json!({})).await;
        let away = story.depart(&township, &accepted, json!({})).await;
        let there = story.arrive(&office, &away, json!({})).await;
        let treated = story.treat(&ward, &there, json!({})).await;

        // Ten days later the ward sends the patient to the village, with what to do there.
        w.wait(Duration::days(10));
        let village = letter::institution(d.hill_station.id);
        let said = json!({ "content": {
            "receiver": village,
            "handover": { "plan": "肢体功能锻炼，每周三次", "followUp": "七日内首次随访" },
        } });
        let down = story.refer_back(&ward, &treated, said).await;
        assert_eq!(
            (down.direction.as_str(), down.status.as_str()),
            ("DOWN", "SUBMITTED")
        );
        let up = story.look(&township, &posted).await.expect("it is seen");
        assert_eq!(up.status, "REPORTED_BACK");

        let taken = story.accept(&village_doctor, &down, json!({})).await;
        w.wait(Duration::hours(20));
        let home = story.arrive(&village_doctor, &taken, json!({})).await;
        assert_eq!(home.status, "ARRIVED");
        let up = story.look(&township, &posted).await.expect("it is seen");
        assert_eq!(
            up.status, "CLOSED",
            "who has the patient has read the report"
        );

        // The village doctor plans, is late, and goes.
        let plan = "mutation($input: PlanFollowUpInput!) { planFollowUp(input: $input) { followUp { id version dueAt institution { id } } } }";
        let input = json!({ "referral": { "id": down.id }, "template": "STROKE", "days": [7, 30] });
        let planned = village_doctor
            .call(plan, json!({ "input": input }))
            .await
            .ok();
        assert_eq!(
            planned.text_at("planFollowUp.followUp.institution.id"),
            village
        );
        w.wait(Duration::days(9));
        let overdue = "{ followUps(filter: { overdue: true }) { edges { node { id version patient { name masked } } } } }";
        for by in [&village_doctor, &township] {
            let list = by.ask(overdue).await.ok();
            assert_eq!(
                *list.data("followUps.edges.0.node.id"),
                *planned.data("planFollowUp.followUp.id")
            );
        }
        let record = "mutation($input: RecordFollowUpInput!) { recordFollowUp(input: $input) { followUp { status alerts } } }";
        let input = json!({
            "followUp": planned.data("planFollowUp.followUp.id"), "version": 1,
            "way": "HOME", "result": "UNCONTROLLED", "note": "血压偏高，已调整用药", "advice": "每日测血压",
            "readings": { "systolic": 184, "diastolic": 102 },
        });
        let done = village_doctor
            .call(record, json!({ "input": input }))
            .await
            .ok();
        assert_eq!(
            *done.data("recordFollowUp.followUp.alerts"),
            json!(["BLOOD_PRESSURE_HIGH"])
        );

        // The ward reads what was found, and closes.
        let read = "query($id: ID!) { referral(by: { id: $id }) { status version report { treatment outcome }
            episode { referrals { status } followUps { edges { node { status result readings { systolic } } } } } } }";
        let seen = ward.call(read, json!({ "id": down.id })).await.ok();
        assert_eq!(
            *seen.data("referral.report"),
            json!({ "treatment": "血压偏高，已调整用药", "outcome": "UNCHANGED" })
        );
        let told = story.look(&ward, &down).await.expect("it is seen");
        let closed = story.close(&ward, &told, json!({})).await;
        assert_eq!(closed.status, "CLOSED");
        let seen = ward.call(read, json!({ "id": down.id })).await.ok();
        assert_eq!(
            *seen.data("referral.episode.referrals"),
            json!([{ "status": "CLOSED" }, { "status": "CLOSED" }])
        );
        assert_eq!(
            *seen.data("referral.episode.followUps.edges.0.node.readings.systolic"),
            184
        );
    });
}
