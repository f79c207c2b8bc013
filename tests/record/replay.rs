//! What is sent again under the same `Idempotency-Key` is done once and answered each time.

use api::{
    auth::Actor,
    error::{Error, Result},
    record::{
        event::{self, Happened},
        replay::{self, Changed},
    },
};
use chrono::Duration;
use entity::{
    enums::{Action, Role, SubjectKind},
    event as event_table, idempotency,
};
use futures::future::join_all;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use uuid::Uuid;

use super::with_key;
use crate::harness::{World, both};

/// A change as a service makes it: looks for the key, does the work, remembers the key.
async fn change(w: &World, actor: &Actor, subject: Uuid) -> Result<Changed<Uuid>> {
    w.app
        .db
        .write(async |txn| {
            let call = actor.at("post");
            if let Some(known) = replay::known(&txn, &w.app, &call).await? {
                return Ok(Changed::before(known));
            }
            // Long enough for every twin to have looked in vain.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            let happened = Happened::plain(
                Action::UpdateInstitution,
                (SubjectKind::Institution, subject),
                1,
            );
            event::record(&txn, &w.app, actor, happened).await?;
            replay::remember(&txn, &w.app, &call, subject).await?;
            Ok(Changed::now(subject))
        })
        .await
}

async fn events(w: &World) -> u64 {
    let count = event_table::Entity::find().count(w.app.db.reader()).await;
    count.expect("a count")
}

#[test]
fn ten_twins_at_once_are_one_change() {
    both(async |w| {
        let actor = w.actor(Role::Integration, &w.district().river).await;
        let before = events(&w).await;
        let twins = (0..10).map(|_| {
            let (w, actor) = (w.clone(), with_key(&w, &actor, "k-1", 1));
            tokio::spawn(async move { change(&w, &actor, w.app.new_id()).await })
        });
        let answers: Vec<_> = join_all(twins)
            .await
            .into_iter()
            .map(|twin| twin.expect("no twin panics").expect("no twin is refused"))
            .collect();
        let first = answers.iter().filter(|answer| !answer.replayed).count();
        assert_eq!(first, 1, "one changes, the others are told so");
        assert!(
            answers
                .iter()
                .all(|answer| answer.object == answers[0].object)
        );
        assert_eq!(events(&w).await - before, 1);
    });
}

#[test]
fn another_document_under_the_same_key_is_refused() {
    both(async |w| {
        let actor = w.actor(Role::Integration, &w.district().river).await;
        let id = w.app.new_id();
        let first = change(&w, &with_key(&w, &actor, "k-1", 1), id).await;
        assert!(!first.expect("it is done").replayed);
        let other = change(&w, &with_key(&w, &actor, "k-1", 2), w.app.new_id()).await;
        assert!(matches!(other, Err(Error::IdempotencyMismatch)));
        let stranger = w.actor(Role::Integration, &w.district().lake).await;
        let own = change(&w, &with_key(&w, &stranger, "k-1", 2), w.app.new_id()).await;
        assert!(!own.expect("keys belong to accounts").replayed);
    });
}

#[test]
fn a_key_is_forgotten_after_a_day() {
    both(async |w| {
        let actor = with_key(
            &w,
            &w.actor(Role::Integration, &w.district().river).await,
            "k",
            1,
        );
        let id = w.app.new_id();
        assert!(!change(&w, &actor, id).await.expect("done").replayed);
        w.wait(Duration::hours(24) - Duration::milliseconds(1));
        assert!(
            change(&w, &actor, w.app.new_id())
                .await
                .expect("done")
                .replayed
        );
        w.wait(Duration::milliseconds(1));
        // Not swept yet, and yet it does not stand in the way.
        let again = change(&w, &actor, w.app.new_id()).await.expect("done");
        assert!(!again.replayed && again.object != id);
        w.wait(Duration::hours(25));
        replay::sweep_once(&w.app).await.expect("the sweep works");
        let left = idempotency::Entity::find().count(w.app.db.reader()).await;
        assert_eq!(left.expect("a count"), 0);
    });
}

#[test]
fn a_refusal_does_not_use_up_the_key() {
    both(async |w| {
        let actor = with_key(
            &w,
            &w.actor(Role::Integration, &w.district().river).await,
            "k",
            1,
        );
        let refused: Result<()> = w
            .app
            .db
            .write(async |txn| {
                replay::remember(&txn, &w.app, &actor.at("post"), w.app.new_id()).await?;
                Err(Error::Forbidden)
            })
            .await;
        assert!(refused.is_err());
        assert!(
            !change(&w, &actor, w.app.new_id())
                .await
                .expect("done")
                .replayed
        );
    });
}
