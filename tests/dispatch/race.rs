//! Many at once: of two plans that clash one is made, and of two deputy directors one comes.

use futures::future::join_all;
use serde_json::json;

use super::{Post, ask, on};
use crate::{
    harness::both,
    referral::letter::{self, with},
};

/// How many call at once.
const CALLERS: usize = 12;

#[test]
fn of_plans_that_clash_one_is_made() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let hosts = [&d.hill, &d.lake, &d.river];
        let calls = (0..CALLERS).map(|place| {
            let host = json!({ "host": letter::institution(hosts[place % 3].id) });
            ask(&post.sender, "planDispatch", with(post.plan(), host))
        });
        let answers = join_all(calls).await;
        let (made, refused): (Vec<_>, Vec<_>) = answers
            .iter()
            .partition(|answer| answer.errors().is_empty());
        assert_eq!(made.len(), 1);
        for answer in refused {
            assert_eq!(
                answer.problems(),
                [("input.sessions", "TAKEN")],
                "{}",
                answer.text
            );
        }
    });
}

#[test]
fn of_extensions_and_plans_that_clash_one_is_made() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let active = post.bring("ACTIVE").await;
        let next = json!({ "host": letter::institution(d.lake.id), "startsOn": "2026-05-31", "endsOn": "2026-06-30" });
        let plan = async || {
            ask(
                &post.sender,
                "planDispatch",
                with(post.plan(), next.clone()),
            )
            .await
        };
        let extend = async || {
            ask(
                &post.sender,
                "extendDispatch",
                with(on(&active), json!({ "endsOn": "2026-06-30" })),
            )
            .await
        };
        let (planned, extended) = futures::join!(plan(), extend());
        let made = [&planned, &extended]
            .into_iter()
            .filter(|answer| answer.errors().is_empty());
        assert_eq!(made.count(), 1, "{} {}", planned.text, extended.text);
    });
}

#[test]
fn of_two_deputy_directors_one_comes() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let runs = json!({ "kind": "CLINICAL_DEPUTY_DIRECTOR" });
        let other = json!({ "practitioner": letter::practitioner(d.emergency_doctor.id) });
        let first = post.confirmed(runs.clone()).await;
        let second = post.confirmed(with(runs, other)).await;
        let calls = [&first, &second].map(|seen| ask(&post.host, "checkInDispatch", on(seen)));
        let answers = join_all(calls).await;
        let made = answers.iter().filter(|answer| answer.errors().is_empty());
        assert_eq!(made.count(), 1);
        let refused = answers.iter().find(|answer| !answer.errors().is_empty());
        let refused = refused.expect("one is refused");
        assert_eq!(
            refused.code("checkInDispatch"),
            "DUPLICATE",
            "{}",
            refused.text
        );
    });
}

#[test]
fn of_many_who_say_the_same_one_is_first() {
    both(async |w| {
        let post = Post::of(&w).await;
        let confirmed = post.bring("CONFIRMED").await;
        let calls = (0..CALLERS).map(|_| ask(&post.host, "checkInDispatch", on(&confirmed)));
        let answers = join_all(calls).await;
        let first = answers
            .iter()
            .filter(|answer| answer.data("checkInDispatch.replayed") == &json!(false));
        assert_eq!(first.count(), 1);
        assert!(answers.iter().all(|answer| answer.errors().is_empty()));
        assert_eq!(post.lent(&w.district().hill).await.len(), 1);
    });
}
