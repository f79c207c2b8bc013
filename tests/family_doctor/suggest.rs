//! What a follow-up found that suggests a referral, by its template; and the referral that follows.

use serde_json::{Value, json};

use super::{Practice, patient_of};
use crate::{
    follow_up::care::{on, recorded},
    harness::both,
    referral::letter::with,
};

const SUGGESTION: &str = "query($id: ID!) { node(id: $id) { ... on FollowUp { asks asksSigns alerts signs readings { heartRate temperature } suggestion { urgency alerts reason checkBy referral { id status } } } } }";

#[test]
fn each_template_has_its_thresholds() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let care = &p.care;
        let cases: [(&str, Value, Value, &str); 6] = [
            (
                "DIABETES",
                json!({ "readings": { "heartRate": 112, "temperature": 39.4 } }),
                json!(["HEART_RATE_HIGH", "FEVER"]),
                "URGENT",
            ),
            (
                "DIABETES",
                json!({ "readings": { "glucose": 3.9, "glucoseKind": "FASTING" } }),
                json!(["GLUCOSE_LOW"]),
                "URGENT",
            ),
            (
                "HYPERTENSION",
                json!({ "readings": { "systolic": 180, "diastolic": 100 } }),
                json!(["BLOOD_PRESSURE_HIGH"]),
                "URGENT",
            ),
            (
                "HYPERTENSION",
                json!({ "signs": ["SEVERE_HEADACHE"] }),
                json!(["DANGER_SIGN"]),
                "URGENT",
            ),
            (
                "STROKE",
                json!({ "signs": ["FACE_DROOP", "VOMITING"] }),
                json!(["STROKE_SIGN", "DANGER_SIGN"]),
                "EMERGENCY",
            ),
            (
                "STROKE",
                json!({ "result": "COMPLICATION" }),
                json!(["NEW_COMPLICATION"]),
                "ROUTINE",
            ),
        ];
        for (template, said, alerts, urgency) in cases {
            let down = care.home().await;
            let planned = care
                .plan(&care.cast.hill, &down, json!({ "template": template }))
                .await;
            let done = care.record(&care.cast.hill, &planned, said).await;
            let seen = care
                .cast
                .hill
                .call(SUGGESTION, json!({ "id": done.id }))
                .await
                .ok();
            assert_eq!(*seen.data("node.alerts"), alerts, "{template}");
            assert_eq!(*seen.data("node.suggestion.urgency"), urgency, "{template}");
            assert!(!seen.text_at("node.suggestion.reason").is_empty());
        }
        // Quiet values suggest nothing, and a pulse of 112 only in a diabetic.
        let down = care.home().await;
        let planned = care
            .plan(&care.cast.hill, &down, json!({ "template": "STROKE" }))
            .await;
        let said = json!({ "readings": { "heartRate": 112, "systolic": 150, "diastolic": 90 } });
        let done = care.record(&care.cast.hill, &planned, said).await;
        let seen = care
            .cast
            .hill
            .call(SUGGESTION, json!({ "id": done.id }))
            .await
            .ok();
        assert!(seen.data("node.suggestion").is_null());
        assert_eq!(*seen.data("node.readings.heartRate"), 112);
    });
}

#[test]
fn what_is_not_controlled_twice_in_a_row_is_to_be_referred() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let care = &p.care;
        let down = care.home().await;
        let said = json!({ "template": "HYPERTENSION", "days": [1, 2, 3] });
        let first = care.plan(&care.cast.hill, &down, said).await;
        let plan = first.all["plan"].clone();
        let mut alerts = Vec::new();
        for (place, result) in ["UNCONTROLLED", "ADVERSE_REACTION", "CONTROLLED"]
            .iter()
            .enumerate()
        {
            let input = with(
                json!({ "followUp": plan[place]["id"], "version": plan[place]["version"] }),
                recorded(),
            );
            let done = care
                .tell(
                    &care.cast.hill,
                    "recordFollowUp",
                    with(input, json!({ "result": result })),
                )
                .await;
            alerts.push(done.all["alerts"].clone());
        }
        assert_eq!(
            alerts,
            [json!([]), json!(["UNCONTROLLED_TWICE"]), json!([])]
        );
    });
}

#[test]
fn what_cannot_be_measured_is_refused() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let care = &p.care;
        let down = care.home().await;
        let planned = care.plan(&care.cast.hill, &down, json!({})).await;
        for (said, path, code) in [
            (
                json!({ "readings": { "heartRate": 10 } }),
                "input.readings.heartRate",
                "TOO_SMALL",
            ),
            (
                json!({ "readings": { "temperature": 46.0 } }),
                "input.readings.temperature",
                "TOO_LARGE",
            ),
            (
                json!({ "signs": ["VOMITING", "VOMITING"] }),
                "input.signs[1]",
                "TAKEN",
            ),
        ] {
            let input = with(with(on(&planned), recorded()), said);
            care.refuses(&care.cast.hill, "recordFollowUp", input, path, code)
                .await;
        }
    });
}

#[test]
fn the_referral_that_follows_is_linked() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let (care, s) = (&p.care, &p.care.cast.story);
        let down = care.home().await;
        let planned = care.plan(&care.cast.hill, &down, json!({})).await;
        let patient = patient_of(&w, &down).await;
        let letter = |follow_up: &str| {
            let said =
                json!({ "patient": { "register": null, "id": patient }, "followUp": follow_up });
            with(s.up(), said)
        };
        // Nothing was found yet; another patient's; nobody's.
        let answer = s
            .ask(&care.cast.hill, "submitReferral", letter(&planned.id))
            .await;
        assert_eq!(answer.problems(), [("input.followUp", "NOT_ALLOWED")]);
        let said = json!({ "readings": { "systolic": 190, "diastolic": 100 } });
        let done = care.record(&care.cast.hill, &planned, said).await;
        let other = with(s.up(), json!({ "followUp": done.id }));
        let answer = s.ask(&care.cast.hill, "submitReferral", other).await;
        assert_eq!(answer.problems(), [("input.followUp", "INCONSISTENT")]);
        let answer = s
            .ask(
                &care.cast.hill,
                "submitReferral",
                letter("fup_01h455vb4pex5vsknk084sn02q"),
            )
            .await;
        assert_eq!(answer.problems(), [("input.followUp", "UNKNOWN_ID")]);
        let posted = s.submit(&care.cast.hill, letter(&done.id)).await;
        let seen = care
            .cast
            .hill
            .call(SUGGESTION, json!({ "id": done.id }))
            .await
            .ok();
        assert_eq!(
            *seen.data("node.suggestion.referral.id"),
            posted.id.as_str()
        );
    });
}
