//! The expert comes: from now on they see the host, and a host has one deputy director.

use chrono::Duration;
use entity::{account_grant, enums::Role, event};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::{Post, because, on, plan::licence, refuses, refuses_each, refuses_others, tell};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

const VERB: &str = "checkInDispatch";

#[test]
fn the_expert_comes_and_is_lent_what_they_need() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let confirmed = post.bring("CONFIRMED").await;
        let before = census(&w).await;
        let active = tell(&post.host, VERB, on(&confirmed)).await;
        assert_eq!(active.status, "ACTIVE");
        assert_eq!(active.all["checkedInAt"], w.now().to_rfc3339());
        assert_eq!(
            active.next(),
            [
                "PUBLISH_DISPATCH_SESSIONS",
                "LOG_DISPATCH",
                "COMPLETE_DISPATCH"
            ]
        );
        let lent = post.lent(&d.hill).await;
        let [grant] = &lent[..] else {
            panic!("one grant: {lent:?}");
        };
        assert_eq!(grant.role, Role::Clinician);
        assert_eq!(grant.valid_from, w.now());
        assert_eq!(
            grant.valid_to,
            Some(api::clock::end_of_day("2026-05-30".parse().expect("a day")))
        );
        assert_eq!(grant.department_id, None);
        assert_eq!(
            census(&w).await.since(&before, "event"),
            2,
            "the dispatch's and the account's"
        );
        let told = event::Entity::find()
            .filter(event::Column::SubjectId.eq(post.expert.account.id))
            .all(w.app.db.reader())
            .await
            .expect("events can be read");
        assert_eq!(told.len(), 1);
        let again = tell(&post.host, VERB, on(&confirmed)).await;
        assert!(again.replayed);
        assert_eq!(post.lent(&d.hill).await.len(), 1);
    });
}

#[test]
fn nobody_else_says_so() {
    both(async |w| {
        let post = Post::of(&w).await;
        let confirmed = post.bring("CONFIRMED").await;
        refuses_others(&post, VERB, &on(&confirmed), &[&post.host]).await;
        refuses(&w, &post.home, VERB, on(&confirmed), "FORBIDDEN").await;
        tell(&post.sender, "cancelDispatch", because(&confirmed)).await;
        let approved = post.bring("APPROVED").await;
        refuses(&w, &post.host, VERB, on(&approved), "INVALID_TRANSITION").await;
        let old = with(on(&approved), json!({ "version": 1 }));
        refuses(&w, &post.host, VERB, old, "CONFLICT").await;
    });
}

#[test]
fn not_before_the_first_day_and_not_a_week_after() {
    both(async |w| {
        let post = Post::of(&w).await;
        let in_a_week = json!({ "startsOn": letter::day(&w, 7) });
        let confirmed = post.confirmed(in_a_week).await;
        let answer = refuses(&w, &post.host, VERB, on(&confirmed), "INVALID_TRANSITION").await;
        assert!(answer.text.contains("not come yet"), "{}", answer.text);
        // From midnight on: it is nine in the morning.
        w.wait(Duration::days(6) + Duration::hours(15));
        let early = with(
            on(&confirmed),
            json!({ "occurredAt": letter::moment(&w, Duration::minutes(-1)) }),
        );
        let faults = [(early, "input.occurredAt", "ORDER")];
        refuses_each(&w, &post.host, VERB, &json!({}), &faults).await;
        w.wait(Duration::days(8) - Duration::milliseconds(1));
        let seen = post.look(&post.host, &confirmed).await.expect("it is seen");
        assert!(seen.next().contains(&"CHECK_IN_DISPATCH"));
        w.wait(Duration::milliseconds(1));
        let answer = refuses(&w, &post.host, VERB, on(&confirmed), "INVALID_TRANSITION").await;
        assert!(answer.text.contains("lapsed"), "{}", answer.text);
    });
}

#[test]
fn the_licence_still_lasts_and_the_expert_still_works_there() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let confirmed = post.bring("CONFIRMED").await;
        licence(&w, &d.neurologist, Some("2026-04-01")).await;
        let faults = [(json!({}), "input.dispatch", "NOT_ALLOWED")];
        refuses_each(&w, &post.host, VERB, &on(&confirmed), &faults).await;
        licence(&w, &d.neurologist, None).await;
        tell(&post.host, VERB, on(&confirmed)).await;
    });
}

#[test]
fn a_host_has_one_deputy_director_at_a_time() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let runs = json!({ "kind": "CLINICAL_DEPUTY_DIRECTOR" });
        let first = post.active(runs.clone()).await;
        let other = with(
            runs,
            json!({ "practitioner": letter::practitioner(d.emergency_doctor.id) }),
        );
        let second = post.confirmed(other.clone()).await;
        let answer = refuses(&w, &post.host, VERB, on(&second), "DUPLICATE").await;
        assert_eq!(
            answer.error(VERB)["extensions"]["existing"],
            first.id.as_str()
        );
        assert_eq!(post.lent(&d.hill).await.len(), 1);
        // Elsewhere there may be one, and here a visitor, and the next when the first has gone.
        let lake = with(
            other,
            json!({ "host": letter::institution(d.lake.id), "sessions": [{ "weekday": "SUNDAY", "half": "DAY" }] }),
        );
        let office = w.client(Role::Coordinator, &d.lake).await;
        let planned = post.planned(lake).await;
        let approved = tell(&post.sender, "approveDispatch", on(&planned)).await;
        let confirmed = tell(&office, "confirmDispatch", on(&approved)).await;
        tell(&office, VERB, on(&confirmed)).await;
        tell(&post.sender, "recallDispatch", because(&first)).await;
        let there = tell(&post.host, VERB, on(&second)).await;
        assert_eq!(there.status, "ACTIVE");
    });
}

#[test]
fn an_expert_without_account_comes_all_the_same() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let herbs = w.client(Role::DispatchOfficer, &d.herbs).await;
        let who = json!({ "practitioner": letter::practitioner(d.herbs_doctor.id) });
        let planned = tell(&herbs, "planDispatch", with(post.plan(), who)).await;
        let approved = tell(&herbs, "approveDispatch", on(&planned)).await;
        let confirmed = tell(&post.host, "confirmDispatch", on(&approved)).await;
        let grants = async || {
            let all = account_grant::Entity::find().all(w.app.db.reader()).await;
            all.expect("grants can be read").len()
        };
        let before = grants().await;
        let active = tell(&post.host, VERB, on(&confirmed)).await;
        assert_eq!((active.status.as_str(), grants().await), ("ACTIVE", before));
    });
}
