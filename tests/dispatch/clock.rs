//! The clock: what is over is completed, and what never began is dropped, each once and to the millisecond.

use api::{
    clock::end_of_day,
    dispatch::service::clock::{due, strike, strike_once},
};
use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, Role},
    event,
};
use futures::future::join_all;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryTrait as _};
use serde_json::json;

use super::{Post, Seen, because, tell};
use crate::{
    harness::{World, both},
    referral::letter,
};

const MS: Duration = Duration::milliseconds(1);

pub async fn run_to(w: &World, at: DateTime<Utc>) {
    w.app.clock.set(at);
    while strike_once(&w.app).await.expect("the clock works") {}
}

async fn strokes(w: &World, seen: &Seen) -> Vec<event::Model> {
    event::Entity::find()
        .filter(event::Column::SubjectId.eq(seen.row_id()))
        .filter(event::Column::Action.is_in([Action::EndDispatch, Action::LapseDispatch]))
        .all(w.app.db.reader())
        .await
        .expect("events can be read")
}

#[test]
fn it_completes_at_the_end_of_the_last_day() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let active = post.bring("ACTIVE").await;
        let end = end_of_day("2026-05-30".parse().expect("a day"));
        run_to(&w, end - MS).await;
        let seen = post.look(&post.host, &active).await.expect("it is seen");
        assert_eq!(seen.status, "ACTIVE");
        run_to(&w, end).await;
        let seen = post.look(&post.host, &active).await.expect("it is seen");
        assert_eq!(
            (seen.status.as_str(), &seen.all["endedOn"]),
            ("COMPLETED", &json!("2026-05-30"))
        );
        assert_eq!(
            post.lent(&d.hill).await[0].valid_to,
            Some(end),
            "as it was lent"
        );
        run_to(&w, end + Duration::days(3)).await;
        let told = strokes(&w, &active).await;
        assert_eq!(told.len(), 1);
        assert_eq!(
            (told[0].action, told[0].occurred_at),
            (Action::EndDispatch, end)
        );
        assert!(told[0].account_id.is_nil());
    });
}

#[test]
fn it_lapses_a_week_after_the_first_day() {
    both(async |w| {
        let post = Post::of(&w).await;
        let confirmed = post.bring("CONFIRMED").await;
        let late = end_of_day("2026-03-09".parse().expect("a day"));
        run_to(&w, late - MS).await;
        assert_eq!(strokes(&w, &confirmed).await, []);
        run_to(&w, late).await;
        let seen = post
            .look(&post.sender, &confirmed)
            .await
            .expect("it is seen");
        assert_eq!(
            (seen.status.as_str(), &seen.all["endedOn"]),
            ("CANCELLED", &json!(null))
        );
        let told = strokes(&w, &confirmed).await;
        assert_eq!((told.len(), told[0].action), (1, Action::LapseDispatch));
        // The expert is free again.
        post.planned(json!({ "startsOn": letter::day(&w, 0) }))
            .await;
    });
}

#[test]
fn whoever_was_faster_is_left_alone() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let active = post.bring("ACTIVE").await;
        let end = end_of_day("2026-05-30".parse().expect("a day"));
        w.app.clock.set(end - MS);
        tell(&post.sender, "recallDispatch", because(&active)).await;
        run_to(&w, end + Duration::days(9)).await;
        assert_eq!(strokes(&w, &active).await, []);
        assert_eq!(post.lent(&d.hill).await[0].valid_to, Some(end - MS));
    });
}

#[test]
fn many_clocks_strike_once() {
    both(async |w| {
        let post = Post::of(&w).await;
        let active = post.bring("ACTIVE").await;
        w.app
            .clock
            .set(end_of_day("2026-05-30".parse().expect("a day")));
        let strikes = (0..8).map(|_| {
            w.app
                .db
                .write(async |txn| strike(&txn, &w.app, active.row_id()).await)
        });
        let struck = join_all(strikes).await;
        let struck = struck.into_iter().filter(|done| matches!(done, Ok(true)));
        assert_eq!(struck.count(), 1);
        assert_eq!(strokes(&w, &active).await.len(), 1);
    });
}

#[test]
fn an_index_serves_what_is_due() {
    both(async |w| {
        let _ = w.client(Role::Clinician, &w.district().hill).await;
        let backend = w.app.db.backend();
        w.assert_index_serves(&due(&w.app).build(backend)).await;
    });
}
