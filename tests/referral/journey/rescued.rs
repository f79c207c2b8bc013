//! Nobody answers: the manager of the community finds the overdue referral and sends it to somebody who does.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::super::{
    legs::answers,
    letter::with,
    story::{Story, Told, on},
};
use crate::harness::both;

#[test]
fn an_overdue_referral_is_rescued_by_the_manager_of_the_community() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let county = w.client(Role::Coordinator, &d.county).await;
        let herbs = w.client(Role::Coordinator, &d.herbs).await;
        let manager = w.client(Role::CommunityManager, &d.general).await;

        let letter = with(story.up(), json!({ "urgency": "URGENT" }));
        let posted = story.submit(&doctor, letter).await;
        w.wait(Duration::minutes(121));

        // The manager's desk: what is overdue, as headers.
        let desk = "{ referrals(filter: { overdue: true }, sort: ANSWER_DUE_AT_ASC) { edges { node { id number version status direction headerOnly overdue
            receiver { id name } sender { name } patient { name } diagnoses { text } availableActions { action allowed requires } } } } }";
        let page = manager.ask(desk).await.ok();
        let row = page.data("referrals.edges.0.node");
        assert_eq!(row["number"], posted.number);
        assert_eq!(
            [&row["headerOnly"], &row["overdue"]],
            [&json!(true), &json!(true)]
        );
        assert!(row["patient"].is_null() && row["diagnoses"].is_null());
        assert_eq!(
            row["availableActions"],
            json!([{ "action": "REDIRECT_REFERRAL", "allowed": true, "requires": ["receiver", "reason"] }])
        );
        let late = Told::read(&page, "referrals.edges.0.node", false);
        let said = json!({ "reason": "超时未答复，改转中医院" });
        story.redirect(&manager, &late, d.herbs.id, said).await;

        // The county finds that it is not theirs any more; the other hospital has two hours of its own, and takes the patient.
        let stale = with(on(&late), story.acceptance(&posted));
        let refused = story.ask(&county, "acceptReferral", stale).await;
        assert_eq!(refused.code("acceptReferral"), "CONFLICT");
        w.wait(Duration::minutes(100));
        let theirs = story.look(&herbs, &posted).await.expect("it is theirs");
        let accepted = story.accept(&herbs, &theirs, json!({})).await;
        assert_eq!(accepted.status, "ACCEPTED");
        assert_eq!(
            answers(&doctor, &posted).await,
            [Value::Null, json!("ACCEPTED")]
        );
        let page = manager.ask(desk).await.ok();
        assert_eq!(*page.data("referrals.edges"), json!([]));
    });
}
