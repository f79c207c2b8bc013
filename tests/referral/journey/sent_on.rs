//! Nobody has a bed: the referral is sent on twice before somebody takes the patient.

use entity::enums::Role;
use serde_json::{Value, json};

use super::super::{legs::answers, story::Story};
use crate::harness::both;

#[test]
fn there_is_no_bed_and_the_patient_is_sent_on_twice_before_somebody_accepts() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let county = w.client(Role::Coordinator, &d.county).await;
        let herbs = w.client(Role::Coordinator, &d.herbs).await;
        let river = w.client(Role::Coordinator, &d.river).await;
        let none = || json!({});

        let posted = story.submit(&doctor, story.up()).await;
        let full = json!({ "reason": "神经内科满床，预计三日后有床" });
        story.redirect(&county, &posted, d.herbs.id, full).await;
        let at_herbs = story.look(&herbs, &posted).await.expect("it is theirs");
        assert_eq!(at_herbs.direction, "UP");
        story.redirect(&herbs, &at_herbs, d.river.id, none()).await;
        let at_river = story.look(&river, &posted).await.expect("it is theirs");
        let accepted = story.accept(&river, &at_river, none()).await;
        assert_eq!(accepted.status, "ACCEPTED");

        // The doctor reads who was asked and who takes the patient; the two hospitals keep what a header says.
        assert_eq!(
            answers(&doctor, &posted).await,
            [json!("REDIRECTED"), json!("REDIRECTED"), json!("ACCEPTED")]
        );
        let document = "query Read($by: ReferralKey!) { referral(by: $by) { headerOnly status receiver { name } patient { name } timeline { edges { node { action note } } } } }";
        let by = json!({ "by": { "id": posted.id } });
        for former in [&county, &herbs] {
            let header = former.call(document, by.clone()).await.ok();
            assert_eq!(header.data("referral.headerOnly"), true);
            assert_eq!(header.text_at("referral.receiver.name"), d.river.name);
            assert!(header.data("referral.patient").is_null());
            assert_eq!(
                *header.data("referral.timeline.edges.1.node.note"),
                Value::Null
            );
        }
        let whole = doctor.call(document, by).await.ok();
        assert_eq!(
            whole.text_at("referral.timeline.edges.1.node.note"),
            "神经内科满床，预计三日后有床"
        );

        let sender = story
            .look(&doctor, &posted)
            .await
            .expect("it is the sender's");
        let away = story.depart(&doctor, &sender, none()).await;
        let there = story.arrive(&river, &away, none()).await;
        assert_eq!(there.status, "ARRIVED");
    });
}
