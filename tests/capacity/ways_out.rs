//! Every way out of an acceptance gives the bed back: sent on, revoked, cancelled.

use serde_json::json;

use super::Ward;
use crate::{
    harness::{both, client::Client},
    referral::{
        cast::Cast,
        letter::{self, with},
        story::{Told, on},
    },
};

async fn say(
    cast: &Cast,
    by: &Client,
    verb: &str,
    referral: &Told,
    said: serde_json::Value,
) -> Told {
    cast.story.tell(by, verb, with(on(referral), said)).await
}

#[test]
fn a_request_to_cancel_keeps_the_bed_until_it_is_confirmed() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(2).await;
        let posted = cast.bring("SUBMITTED").await;
        let held = json!({ "bedPool": pool });
        let told = cast.story.accept(&cast.office, &posted, held).await;
        let why = json!({ "reason": "患者好转" });
        let verb = "requestReferralCancellation";
        let told = say(&cast, &cast.hill, verb, &told, why.clone()).await;
        assert_eq!(ward.counts(&pool).await, (1, 0));
        let verb = "declineReferralCancellation";
        let told = say(&cast, &cast.office, verb, &told, json!({})).await;
        assert_eq!(ward.counts(&pool).await, (1, 0));
        let verb = "requestReferralCancellation";
        let told = say(&cast, &cast.hill, verb, &told, why).await;
        let verb = "confirmReferralCancellation";
        say(&cast, &cast.office, verb, &told, json!({})).await;
        assert_eq!(ward.counts(&pool).await, (0, 0));
    });
}

#[test]
fn an_acceptance_that_is_revoked_gives_it_back() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(2).await;
        let posted = cast.bring("SUBMITTED").await;
        let held = json!({ "bedPool": pool });
        let told = cast.story.accept(&cast.office, &posted, held).await;
        let why = json!({ "reason": "NO_BED", "patientInformed": true });
        let verb = "revokeReferralAcceptance";
        say(&cast, &cast.office, verb, &told, why).await;
        assert_eq!(ward.counts(&pool).await, (0, 0));
    });
}

#[test]
fn one_sent_on_gives_it_back_and_shows_none() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(2).await;
        let posted = cast.bring("SUBMITTED").await;
        let held = json!({ "bedPool": pool });
        let told = cast.story.accept(&cast.office, &posted, held).await;
        let on_to = json!({
            "receiver": letter::institution(w.district().herbs.id),
            "reason": "本院无床",
        });
        let told = say(&cast, &cast.office, "redirectReferral", &told, on_to).await;
        assert_eq!(ward.counts(&pool).await, (0, 0));
        let document = "query($id: ID!) { referral(by: { id: $id }) { hold { state } } }";
        let asked = json!({ "id": told.id });
        let answer = cast.hill.call(document, asked).await.ok();
        assert!(answer.data("referral.hold").is_null());
    });
}
