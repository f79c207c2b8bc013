//! Random lives through the API: what an answer offers is what may be done next, and nothing else is.

use api::dispatch::state::VERBS;
use chrono::Duration;
use entity::enums::Action;
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, TestRng, TestRunner},
};
use serde_json::{Value, json};

use super::{Post, Seen, ask, because, clock::run_to, half_day, on, tell};
use crate::{
    harness::{World, both},
    referral::letter::{self, with},
};

/// How many lives the suite leads.
const LIVES: u32 = 20;

/// A verb, by which side, and how many hours pass before.
type Step = (Action, usize, i64);

#[test]
fn random_lives_keep_to_what_is_offered() {
    both(async |w| {
        let step = (
            proptest::sample::select(VERBS.to_vec()),
            0..3_usize,
            proptest::sample::select(vec![0, 0, 1, 30, 200]),
        );
        let lives = proptest::collection::vec(step, 8..16);
        let config = Config::default();
        let rng = TestRng::deterministic_rng(config.rng_algorithm);
        let mut runner = TestRunner::new_with_rng(config, rng);
        let post = Post::of(&w).await;
        for _ in 0..LIVES {
            let steps = lives
                .new_tree(&mut runner)
                .expect("a life can be drawn")
                .current();
            lead(&w, &post, &steps).await;
        }
    });
}

async fn lead(w: &World, post: &Post, steps: &[Step]) {
    // Each life is a fortnight long and has its own days, so that none claims another's.
    let days = json!({ "startsOn": letter::day(w, 1), "endsOn": letter::day(w, 14) });
    let mut seen = tell(&post.host, "requestDispatch", with(post.request(), days)).await;
    for (action, side, hours) in steps {
        run_to(w, w.now() + Duration::hours(*hours)).await;
        let by = [&post.sender, &post.host, &post.home][*side];
        let Some(before) = post.look(by, &seen).await else {
            assert_eq!(*side, 2, "both sides see it");
            continue;
        };
        // What is offered every other time, else anything at all.
        let offered = before.next();
        let action = offered
            .get(usize::try_from(*hours).unwrap_or(0))
            .and_then(|code| Action::from_code(code))
            .unwrap_or(*action);
        let allowed = offered.contains(&action.code());
        let answer = ask(by, verb(action), input(w, &before, action)).await;
        assert!(answer.status.as_u16() < 500, "{}", answer.text);
        let now = post.look(by, &seen).await.expect("it is still seen");
        if answer.errors().is_empty() {
            assert!(allowed, "{action:?} was not offered: {}", answer.text);
            assert_eq!(
                now.version,
                before.version + 1,
                "each change is one version"
            );
        } else {
            let code = answer.code(verb(action)).to_owned();
            assert!(
                !allowed || code == "INVALID_INPUT",
                "{action:?} was offered: {}",
                answer.text
            );
            assert_eq!(
                (now.version, &now.status),
                (before.version, &before.status),
                "a refusal changes nothing"
            );
        }
        seen = now;
    }
    let both = [&post.sender, &post.host];
    for by in both {
        let left = post.look(by, &seen).await.expect("it is seen");
        for (name, code) in [
            ("cancelDispatch", "CANCEL_DISPATCH"),
            ("recallDispatch", "RECALL_DISPATCH"),
        ] {
            if left.next().contains(&code) {
                tell(by, name, because(&left)).await;
                return;
            }
        }
    }
}

const fn verb(action: Action) -> &'static str {
    match action {
        Action::PlanDispatch => "planDispatch",
        Action::DeclineDispatch => "declineDispatch",
        Action::ApproveDispatch => "approveDispatch",
        Action::ConfirmDispatch => "confirmDispatch",
        Action::CheckInDispatch => "checkInDispatch",
        Action::PublishDispatchSessions => "publishDispatchSessions",
        Action::LogDispatch => "logDispatch",
        Action::ExtendDispatch => "extendDispatch",
        Action::RecallDispatch => "recallDispatch",
        Action::CompleteDispatch => "completeDispatch",
        Action::AppraiseDispatch => "appraiseDispatch",
        _ => "cancelDispatch",
    }
}

fn input(w: &World, seen: &Seen, action: Action) -> Value {
    let d = w.district();
    let more = match action {
        Action::PlanDispatch => json!({ "practitioner": letter::practitioner(d.neurologist.id) }),
        Action::DeclineDispatch | Action::RecallDispatch | Action::CancelDispatch => {
            json!({ "reason": "人手不足" })
        }
        Action::PublishDispatchSessions => json!({ "capacity": 3 }),
        Action::LogDispatch => json!({ "entries": [half_day(w, 0, "AM", 1)] }),
        Action::ExtendDispatch => {
            let last: chrono::NaiveDate = seen.all["endsOn"]
                .as_str()
                .expect("a day")
                .parse()
                .expect("a day");
            json!({ "endsOn": (last + chrono::Days::new(1)).to_string() })
        }
        Action::AppraiseDispatch => json!({ "score": 80 }),
        _ => json!({}),
    };
    with(on(seen), more)
}
