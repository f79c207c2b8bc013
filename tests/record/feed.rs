//! Every committed event has one place in the feed, whoever writes and however many relays run.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use api::{
    app::App,
    auth::Actor,
    error::Error,
    record::{
        event::{self, Happened},
        relay::relay_once,
    },
};
use chrono::Duration;
use entity::{
    enums::{Action, SubjectKind},
    event as event_table, feed, feed_scope, lease, outbox,
};
use futures::future::join_all;
use sea_orm::{EntityTrait as _, PaginatorTrait as _, QueryOrder as _};
use uuid::Uuid;

use super::process;
use crate::harness::{World, both_empty};

const WRITERS: u128 = 8;
const EVENTS: i32 = 30;

#[test]
fn eight_writers_and_three_relays_whose_leases_run_out() {
    both_empty(async |w| every_event_once(&w, EVENTS).await);
}

/// Eight writers record so many events each, three processes relay whose leases run out all the time: every committed event has one place,
/// and there is no gap.
pub async fn every_event_once(w: &World, each: i32) {
    let processes = [w.app.clone(), process(w).await, process(w).await];
    let written = Arc::new(AtomicBool::new(false));
    let relays = processes.iter().map(|app| {
        let (app, written) = (app.clone(), written.clone());
        tokio::spawn(async move {
            let mut placed = 0;
            loop {
                let last = written.load(Ordering::SeqCst);
                match relay_once(&app).await.expect("the relay works") {
                    0 if last => return placed,
                    0 => tokio::time::sleep(std::time::Duration::from_millis(3)).await,
                    count => placed += count,
                }
                // So much later that another process may take the lease.
                app.clock.advance(Duration::seconds(4));
            }
        })
    });
    let relays: Vec<_> = relays.collect();
    join_all((0..WRITERS).map(|writer| {
        let app = processes[usize::try_from(writer).unwrap_or(0) % processes.len()].clone();
        tokio::spawn(async move { write(&app, writer, each).await })
    }))
    .await
    .into_iter()
    .for_each(|writer| writer.expect("a writer works"));
    written.store(true, Ordering::SeqCst);
    let placed: usize = join_all(relays)
        .await
        .into_iter()
        .map(|relay| relay.expect("a relay works"))
        .sum();
    // One that gave up while another had the lease leaves the rest to be placed.
    w.wait(Duration::seconds(4));
    let mut rest = 0;
    loop {
        match relay_once(&w.app).await.expect("the relay works") {
            0 => break,
            count => rest += count,
        }
    }
    let all = 8 * usize::try_from(each).unwrap_or_default();
    assert_eq!(placed + rest, all);
    check(w, all).await;
}

/// Records so many changes, one after the other; every fourth transaction fails after it recorded its event.
pub async fn write(app: &App, writer: u128, each: i32) {
    let actor = Actor::system("test");
    let subject = Uuid::from_u128(writer + 1);
    for version in 1..=each {
        let happened = || Happened {
            scopes: vec![
                Uuid::from_u128(100),
                Uuid::from_u128(200 + writer),
                Uuid::from_u128(100),
            ],
            ..Happened::plain(
                Action::UpdateInstitution,
                (SubjectKind::Institution, subject),
                version,
            )
        };
        if version % 4 == 0 {
            let refused: Result<(), _> = app
                .db
                .write(async |txn| {
                    event::record(&txn, app, &actor, happened()).await?;
                    Err(Error::Forbidden)
                })
                .await;
            assert!(refused.is_err());
        }
        app.db
            .write(async |txn| event::record(&txn, app, &actor, happened()).await)
            .await
            .expect("an event can be recorded");
    }
}

async fn check(w: &World, all: usize) {
    let db = w.app.db.reader();
    assert_eq!(outbox::Entity::find().count(db).await.expect("a count"), 0);
    let events: BTreeMap<Uuid, event_table::Model> = event_table::Entity::find()
        .all(db)
        .await
        .expect("the events")
        .into_iter()
        .map(|event| (event.id, event))
        .collect();
    let feed = feed::Entity::find()
        .order_by_asc(feed::Column::Position)
        .all(db)
        .await
        .expect("the feed");
    let positions: Vec<i64> = feed.iter().map(|row| row.position).collect();
    assert_eq!(
        positions,
        (1..).take(all).collect::<Vec<i64>>(),
        "no gap, none twice"
    );
    let placed: BTreeSet<Uuid> = feed.iter().map(|row| row.event_id).collect();
    assert_eq!(
        placed,
        events.keys().copied().collect(),
        "each exactly once"
    );

    let mut versions: BTreeMap<Uuid, i32> = BTreeMap::new();
    for row in &feed {
        let event = &events[&row.event_id];
        let version = versions.entry(event.subject_id).or_default();
        assert_eq!(
            event.version,
            *version + 1,
            "the versions of an object in their order"
        );
        *version = event.version;
    }
    let scopes: BTreeSet<(i64, Uuid)> = feed_scope::Entity::find()
        .all(db)
        .await
        .expect("the scopes")
        .into_iter()
        .map(|row| (row.position, row.scope_id))
        .collect();
    let wanted = feed.iter().flat_map(|row| {
        let scopes = &events[&row.event_id].scopes.0;
        scopes.iter().map(|scope| (row.position, *scope))
    });
    assert_eq!(scopes, wanted.collect());
}

#[test]
fn more_than_one_batch_keeps_the_order_of_an_object_whose_clock_ran_fast() {
    both_empty(async |w| {
        let actor = Actor::system("test");
        let happened = |subject: u128, version| {
            Happened::plain(
                Action::UpdateInstitution,
                (SubjectKind::Institution, Uuid::from_u128(subject)),
                version,
            )
        };
        // A process with a fast clock records version 1, one with a slow clock 499 other events and then version 2.
        w.wait(Duration::hours(1));
        w.app
            .db
            .write(async |txn| event::record(&txn, &w.app, &actor, happened(1, 1)).await)
            .await
            .expect("an event");
        w.wait(-Duration::hours(1));
        w.app
            .db
            .write(async |txn| {
                event::record(&txn, &w.app, &actor, happened(1, 2)).await?;
                for other in 2..=520 {
                    event::record(&txn, &w.app, &actor, happened(other, 1)).await?;
                }
                Ok(())
            })
            .await
            .expect("the events");
        while relay_once(&w.app).await.expect("the relay works") > 0 {}
        let feed = in_order(&w).await;
        let own: Vec<i32> = feed
            .iter()
            .filter(|event| event.subject_id == Uuid::from_u128(1))
            .map(|event| event.version)
            .collect();
        assert_eq!((own, feed.len()), (vec![1, 2], 521));
    });
}

/// The events of the feed in its order.
async fn in_order(w: &World) -> Vec<event_table::Model> {
    let db = w.app.db.reader();
    let mut events: BTreeMap<Uuid, event_table::Model> = event_table::Entity::find()
        .all(db)
        .await
        .expect("the events")
        .into_iter()
        .map(|event| (event.id, event))
        .collect();
    feed::Entity::find()
        .order_by_asc(feed::Column::Position)
        .all(db)
        .await
        .expect("the feed")
        .iter()
        .filter_map(|row| events.remove(&row.event_id))
        .collect()
}

#[test]
fn a_lease_is_one_process_s_until_it_runs_out() {
    both_empty(async |w| {
        let other = process(&w).await;
        let take = async |app: &App| {
            app.db
                .write(async |txn| api::record::lease::take(&txn, app, "test").await)
                .await
                .expect("the lease can be asked for")
                .is_some()
        };
        assert!(take(&w.app).await);
        assert!(take(&w.app).await, "its holder prolongs it");
        assert!(!take(&other).await);
        w.wait(Duration::seconds(4));
        assert!(take(&other).await, "it ran out");
        assert!(!take(&w.app).await);
        api::record::lease::release(&other, "test")
            .await
            .expect("it can be given up");
        assert!(take(&w.app).await);
        let rows = lease::Entity::find().count(w.app.db.reader()).await;
        assert_eq!(rows.expect("a count"), 1);
    });
}
