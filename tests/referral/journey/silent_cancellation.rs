//! The sender asks to cancel, and nobody answers.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::super::{
    clock::{row, run_to},
    story::{Story, on},
};
use crate::{harness::both, referral::letter::with};

#[test]
fn nobody_answers_a_cancellation() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.county).await;
        let posted = story.submit(&doctor, story.up()).await;
        let accepted = story.accept(&office, &posted, json!({})).await;
        let asked = with(on(&accepted), json!({ "reason": "患者改去外地" }));
        let asked = story
            .tell(&doctor, "requestReferralCancellation", asked)
            .await;
        assert_eq!(asked.status, "CANCELLATION_REQUESTED");

        let until = w.now() + Duration::hours(24);
        run_to(&w, until - Duration::milliseconds(1)).await;
        assert_eq!(
            row(&w, &asked).await.status.code(),
            "CANCELLATION_REQUESTED"
        );
        run_to(&w, until).await;
        let cancelled = story
            .look(&doctor, &asked)
            .await
            .expect("the sender sees it");
        assert_eq!(cancelled.status, "CANCELLED");
        // It is over for the receiver: the header is left, and nothing can be done.
        let left = story.look(&office, &asked).await.expect("the header stays");
        assert_eq!(left.next, Vec::<String>::new());
    });
}
