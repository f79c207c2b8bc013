//! Many at once on one referral: one of them changes it, the others are told, and nobody sees a fault of the service.

use entity::{
    audit,
    enums::{Action, AuditOutcome, Role},
    event, referral_leg,
};
use futures::future::join_all;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    letter::{self, with},
    story::{Story, Told, on},
};
use crate::harness::{
    World, both,
    canary::Patient,
    client::{Answer, Client},
};

/// How many call at once.
const CALLERS: usize = 64;
/// How many rounds the suite plays; the soak plays 1,000.
const ROUNDS: u32 = 50;

#[test]
fn one_of_64_accepts_and_the_others_are_refused() {
    both(async |w| {
        one_wins(&w, ROUNDS).await;
    });
}

#[test]
fn of_64_that_say_the_same_one_changes_and_63_are_replayed() {
    both(async |w| {
        one_changes(&w, ROUNDS).await;
    });
}

#[test]
fn of_64_with_different_verbs_one_is_first() {
    both(async |w| {
        one_verb_is_first(&w, ROUNDS / 5).await;
    });
}

/// Rounds in which each of 64 accepts with an input of its own.
pub async fn one_wins(w: &World, rounds: u32) {
    let (race, story) = (Race::of(w, Role::Coordinator).await, Story::of(w));
    for round in 0..rounds {
        let posted = race.post(&story, round).await;
        let good = with(on(&posted), story.acceptance(&posted));
        let calls = race.callers.iter().enumerate().map(|(n, caller)| {
            let input = with(good.clone(), json!({ "note": format!("第{n}个") }));
            story.ask(caller, "acceptReferral", input)
        });
        let answers = join_all(calls).await;
        let winners = answers
            .iter()
            .filter(|answer| won(answer, "acceptReferral"))
            .count();
        assert_eq!(winners, 1, "round {round}");
        settled(w, &posted, 2).await;
        w.wait(chrono::Duration::seconds(1));
    }
}

/// Rounds in which 64 accept with the same input.
pub async fn one_changes(w: &World, rounds: u32) {
    let (race, story) = (Race::of(w, Role::Coordinator).await, Story::of(w));
    for round in 0..rounds {
        let posted = race.post(&story, round).await;
        let input = with(on(&posted), story.acceptance(&posted));
        let calls = race
            .callers
            .iter()
            .map(|caller| story.ask(caller, "acceptReferral", input.clone()));
        let replayed = join_all(calls)
            .await
            .into_iter()
            .map(Answer::ok)
            .filter(|answer| *answer.data("acceptReferral.replayed") == json!(true))
            .count();
        assert_eq!(replayed, CALLERS - 1, "round {round}");
        settled(w, &posted, 2).await;
        let entries = |outcome| entries(w, posted.row_id(), Action::AcceptReferral, outcome);
        assert_eq!(entries(AuditOutcome::Done).await, 1);
        assert_eq!(entries(AuditOutcome::Replayed).await, 63);
        w.wait(chrono::Duration::seconds(1));
    }
}

/// Rounds in which some accept, some reject, some return, some redirect, and the sender withdraws.
pub async fn one_verb_is_first(w: &World, rounds: u32) {
    let (race, story) = (Race::of(w, Role::Clinician).await, Story::of(w));
    for round in 0..rounds {
        let posted = race.post(&story, round).await;
        let on = on(&posted);
        let calls = race.callers.iter().enumerate().map(|(n, caller)| {
            let note = format!("第{n}个");
            let (caller, verb, said) = match n % 5 {
                0 => (
                    caller,
                    "acceptReferral",
                    with(story.acceptance(&posted), json!({ "note": note })),
                ),
                1 => (
                    caller,
                    "rejectReferral",
                    json!({ "reason": "NO_BED", "text": note }),
                ),
                2 => (caller, "returnReferral", json!({ "missingItems": [note] })),
                3 => (
                    caller,
                    "redirectReferral",
                    json!({ "receiver": letter::institution(w.district().herbs.id), "reason": note }),
                ),
                _ => (&race.sender, "withdrawReferral", json!({ "reason": note })),
            };
            let (story, input) = (&story, with(on.clone(), said));
            async move { (verb, story.ask(caller, verb, input).await) }
        });
        let answers = join_all(calls).await;
        let winners = answers
            .iter()
            .filter(|(verb, answer)| won(answer, verb))
            .count();
        assert_eq!(winners, 1, "round {round}");
        settled(w, &posted, 2).await;
        w.wait(chrono::Duration::seconds(1));
    }
}

/// Those who race.
struct Race {
    sender: Client,
    callers: Vec<Client>,
}

impl Race {
    async fn of(w: &World, role: Role) -> Self {
        let mut callers = Vec::new();
        for _ in 0..CALLERS {
            callers.push(w.client(role, &w.district().county).await);
        }
        Self {
            sender: w.client(Role::Clinician, &w.district().hill).await,
            callers,
        }
    }

    async fn post(&self, story: &Story, round: u32) -> Told {
        // A patient has one open referral for an illness: those of one category are not drawn twice.
        let code = format!("I{}.900", 10 + round / 900);
        let illness =
            json!({ "diagnoses": [{ "code": code, "text": "脑梗死", "principal": true }] });
        let patient = Patient::nth(1 + round % 900);
        story
            .submit(
                &self.sender,
                with(letter::up(story.world(), &patient), illness),
            )
            .await
    }
}

/// Whether the caller changed the referral; one that did not was refused as it must be.
fn won(answer: &Answer, verb: &str) -> bool {
    assert!(answer.status.as_u16() < 500, "{}", answer.text);
    if answer.errors().is_empty() {
        assert_eq!(*answer.data(&format!("{verb}.replayed")), json!(false));
        return true;
    }
    let code = answer.code(verb);
    assert!(
        ["CONFLICT", "INVALID_TRANSITION"].contains(&code),
        "{}",
        answer.text
    );
    false
}

/// Makes sure that the referral has that version, and one event for each.
async fn settled(w: &World, referral: &Told, version: i32) {
    let db = w.app.db.reader();
    let row = entity::referral::Entity::find_by_id(referral.row_id())
        .one(db)
        .await;
    let row = row.expect("the table can be read").expect("it is there");
    assert_eq!(row.version, version);
    let mut versions: Vec<i32> = event::Entity::find()
        .filter(event::Column::SubjectId.eq(row.id))
        .all(db)
        .await
        .expect("the events")
        .into_iter()
        .map(|event| event.version)
        .collect();
    versions.sort_unstable();
    assert_eq!(versions, (1..=version).collect::<Vec<_>>());
    // Whoever is first, it has the legs that it says, and the last alone may be open.
    let legs = referral_leg::Entity::find()
        .filter(referral_leg::Column::ReferralId.eq(row.id))
        .order_by_asc(referral_leg::Column::Number)
        .all(db)
        .await
        .expect("the legs");
    assert_eq!(legs.iter().map(|leg| leg.number).max(), Some(row.leg));
    for leg in legs {
        let open = leg.number == row.leg && api::referral::leg::is_waiting(&row);
        assert_eq!(leg.ended_at.is_none(), open, "{leg:?}");
    }
}

/// How many entries the audit trail has of that action on that referral, with that outcome.
pub async fn entries(w: &World, referral: Uuid, action: Action, outcome: AuditOutcome) -> u64 {
    audit::Entity::find()
        .filter(audit::Column::SubjectId.eq(referral))
        .filter(audit::Column::Action.eq(action))
        .filter(audit::Column::Outcome.eq(outcome))
        .count(w.app.db.reader())
        .await
        .expect("the trail can be read")
}
