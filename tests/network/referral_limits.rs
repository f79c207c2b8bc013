//! How long a community's receivers may take to answer.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use crate::{
    harness::{World, both, client::Client, people::Place},
    referral::{
        letter::{self, with},
        story::Story,
    },
};

const SET: &str = "mutation Set($input: SetReferralLimitsInput!) { setReferralLimits(input: $input) { replayed community { version referralLimits { emergencyMinutes urgentMinutes routineMinutes } } } }";

fn general(w: &World) -> String {
    api::id::encode(api::id::Kind::Community, w.district().general.id)
}

async fn set(by: &Client, w: &World, said: Value) -> crate::harness::client::Answer {
    let input = with(json!({ "community": general(w), "version": 1 }), said);
    by.call(SET, json!({ "input": input })).await
}

#[test]
fn the_receivers_community_sets_the_time_to_answer() {
    both(async |w| {
        let d = w.district();
        let manager = w.client(Role::CommunityManager, &d.general).await;
        let hill = w.client(Role::Clinician, &d.hill).await;
        let lake = w.client(Role::Clinician, &d.lake).await;
        let story = Story::of(&w);
        let answer = set(
            &manager,
            &w,
            json!({ "emergencyMinutes": 15, "urgentMinutes": 90 }),
        )
        .await
        .ok();
        assert_eq!(
            *answer.data("setReferralLimits.community"),
            json!({ "version": 2, "referralLimits": { "emergencyMinutes": 15, "urgentMinutes": 90, "routineMinutes": 1440 } })
        );

        let due = async |by: &Client, letter: Value| {
            let posted = story.submit(by, letter).await;
            let read = "query Due($by: ReferralKey!) { referral(by: $by) { answerDueAt } }";
            let answer = by.call(read, json!({ "by": { "id": posted.id } })).await;
            answer.ok().text_at("referral.answerDueAt").to_owned()
        };
        let away = json!({ "receiver": letter::institution(d.herbs.id), "senderPractitioner": letter::practitioner(d.lake_doctor.id) });
        for (urgency, here, there) in [
            ("EMERGENCY", 15 * 60, 30 * 60),
            ("URGENT", 90 * 60, 120 * 60),
            ("ROUTINE", 86_400, 86_400),
        ] {
            let urgency = json!({ "urgency": urgency });
            let letter = with(story.up(), urgency.clone());
            let at = |seconds| (w.now() + Duration::seconds(seconds)).to_rfc3339();
            assert_eq!(due(&hill, letter).await, at(here), "{urgency}");
            let green = json!({ "urgency": urgency["urgency"], "greenChannel": "STROKE" });
            let letter = with(story.up(), green);
            assert_eq!(due(&hill, letter).await, at(here / 2), "halved: {urgency}");
            // The other community has set nothing.
            let letter = with(with(story.up(), away.clone()), urgency.clone());
            assert_eq!(due(&lake, letter).await, at(there), "{urgency} elsewhere");
        }
    });
}

#[test]
fn null_is_the_default_again_and_what_is_left_out_stays() {
    both(async |w| {
        let administrator = w.client(Role::SystemAdmin, Place::INSTALLATION).await;
        let first = json!({ "emergencyMinutes": 10, "routineMinutes": 600 });
        let _ = set(&administrator, &w, first).await.ok();
        let input = json!({ "community": general(&w), "version": 2, "emergencyMinutes": null });
        let answer = administrator
            .call(SET, json!({ "input": input }))
            .await
            .ok();
        assert_eq!(
            *answer.data("setReferralLimits.community.referralLimits"),
            json!({ "emergencyMinutes": 30, "urgentMinutes": 120, "routineMinutes": 600 })
        );
    });
}

#[test]
fn only_whoever_keeps_the_community_sets_them() {
    both(async |w| {
        let d = w.district();
        let others = [
            w.client(Role::CommunityManager, &d.traditional).await,
            w.client(Role::InstitutionAdmin, &d.county).await,
            w.client(Role::Coordinator, &d.county).await,
        ];
        for other in others {
            let answer = set(&other, &w, json!({ "urgentMinutes": 60 })).await;
            assert_eq!(answer.code("setReferralLimits"), "FORBIDDEN");
        }
        let manager = w.client(Role::CommunityManager, &d.general).await;
        let stale = set(&manager, &w, json!({ "version": 7, "urgentMinutes": 60 })).await;
        assert_eq!(stale.code("setReferralLimits"), "CONFLICT");
    });
}

#[test]
fn each_limit_is_checked() {
    both(async |w| {
        let manager = w
            .client(Role::CommunityManager, &w.district().general)
            .await;
        for (fault, path, code) in [
            (
                json!({ "emergencyMinutes": 0 }),
                "input.emergencyMinutes",
                "TOO_SMALL",
            ),
            (
                json!({ "urgentMinutes": -5 }),
                "input.urgentMinutes",
                "TOO_SMALL",
            ),
            (
                json!({ "routineMinutes": 10_081 }),
                "input.routineMinutes",
                "TOO_LARGE",
            ),
            (
                json!({ "urgentMinutes": 29 }),
                "input.urgentMinutes",
                "INCONSISTENT",
            ),
            (
                json!({ "routineMinutes": 119 }),
                "input.routineMinutes",
                "INCONSISTENT",
            ),
        ] {
            let answer = set(&manager, &w, fault.clone()).await;
            assert!(
                answer.problems().contains(&(path, code)),
                "{fault}: {:?}",
                answer.problems()
            );
        }
        let key = manager.clone().with_key("limits");
        let _ = set(&key, &w, json!({ "urgentMinutes": 60 })).await.ok();
        let again = set(&key, &w, json!({ "urgentMinutes": 60 })).await.ok();
        assert_eq!(again.data("setReferralLimits.replayed"), true);
    });
}
