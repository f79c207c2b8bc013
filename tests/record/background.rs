//! What goes on beside the requests, and how it ends.

use std::time::Duration;

use api::{
    auth::Actor,
    record::{
        audit::{self, Entry},
        background,
        event::{self, Happened},
        relay, seal,
        verify::verify,
    },
};
use entity::{
    enums::{Action, SubjectKind},
    feed, outbox,
};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use tokio::{sync::watch, time};
use uuid::Uuid;

use super::process;
use crate::harness::{World, both_empty};

async fn change(w: &World, version: i32) {
    let actor = Actor::system("test");
    let subject = (SubjectKind::Institution, Uuid::from_u128(1));
    w.app
        .db
        .write(async |txn| {
            let happened = Happened::plain(Action::UpdateInstitution, subject, version);
            event::record(&txn, &w.app, &actor, happened).await?;
            let entry = Entry::done(Action::UpdateInstitution, Some(subject));
            audit::record(&txn, &w.app, &actor, entry).await
        })
        .await
        .expect("a change can be made");
}

async fn placed(w: &World) -> u64 {
    let count = feed::Entity::find().count(w.app.db.reader()).await;
    count.expect("a count")
}

#[test]
fn a_change_is_placed_and_sealed_by_itself_and_none_is_left_at_the_end() {
    both_empty(async |w| {
        let (stop, told) = watch::channel(false);
        let running = background::spawn(w.app.clone(), told);
        change(&w, 1).await;
        let both = async {
            while placed(&w).await < 1 || verify(&w.app).await.is_ok_and(|found| found.checked < 1)
            {
                time::sleep(Duration::from_millis(20)).await;
            }
        };
        // The relay rests a quarter of a second and the sealer a second.
        time::timeout(Duration::from_secs(5), both)
            .await
            .expect("both did their work");

        change(&w, 2).await;
        stop.send(true).expect("somebody listens");
        time::timeout(Duration::from_secs(5), running)
            .await
            .expect("it ends soon")
            .expect("it ends in order");
        assert_eq!(placed(&w).await, 2);
        let waiting = outbox::Entity::find().count(w.app.db.reader()).await;
        assert_eq!(waiting.expect("a count"), 0);
        assert_eq!(verify(&w.app).await.expect("the trail").checked, 2);

        // The clock stands still: a lease that was not given up would bar the other process.
        let other = process(&w).await;
        change(&w, 3).await;
        assert_eq!(relay::relay_once(&other).await.expect("the relay works"), 1);
        assert_eq!(seal::seal_once(&other).await.expect("the sealer works"), 1);
    });
}
