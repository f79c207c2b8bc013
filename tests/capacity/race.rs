//! Many at once for the last bed: one of them gets it, and the counts never leave what there is.

use entity::{
    bed_pool,
    enums::{HoldState, Role},
    hold,
};
use futures::future::join_all;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::json;

use super::{Ward, tell};
use crate::{
    harness::{World, both, client::Client},
    referral::{
        letter::with,
        story::{Story, Told, on},
    },
};

/// How many call at once.
const CALLERS: usize = 64;
/// How many rounds the suite plays; the soak plays 1,000.
const ROUNDS: u32 = 8;

#[test]
fn one_of_64_gets_the_last_bed() {
    both(async |w| last_bed(&w, ROUNDS).await);
}

/// Rounds in which 64 patients are to be taken, and one bed is free.
pub async fn last_bed(w: &World, rounds: u32) {
    let (ward, story) = (Ward::of(w).await, Story::of(w));
    let d = w.district();
    let sender = w.client(Role::Clinician, &d.hill).await;
    let office = w.client(Role::Coordinator, &d.county).await;
    let pool = ward.pool(0).await;
    let mut waiting: Vec<Told> = Vec::new();
    for round in 0..rounds {
        while waiting.len() < CALLERS {
            waiting.push(story.submit(&sender, story.emergency()).await);
        }
        let one_more = json!({ "id": pool, "version": round + 1, "total": round + 1 });
        tell(&ward.admin, "updateBedPool", one_more).await;
        let won = compete(&story, &office, &waiting, &pool).await;
        assert_eq!(won.len(), 1, "round {round}");
        waiting.swap_remove(won[0]);
        counted(w, i32::try_from(round + 1).expect("few rounds")).await;
        w.wait(chrono::Duration::seconds(1));
    }
}

/// Everybody is taken at once; who got a bed.
async fn compete(story: &Story, office: &Client, waiting: &[Told], pool: &str) -> Vec<usize> {
    let calls = waiting.iter().map(|posted| {
        let good = with(on(posted), story.acceptance(posted));
        let input = with(good, json!({ "bedPool": pool }));
        story.ask(office, "acceptReferral", input)
    });
    let answers = join_all(calls).await;
    let won = answers.iter().enumerate().filter(|(_, answer)| {
        assert!(answer.status.as_u16() < 500, "{}", answer.text);
        if answer.errors().is_empty() {
            return true;
        }
        assert_eq!(
            answer.code("acceptReferral"),
            "CAPACITY_EXHAUSTED",
            "{}",
            answer.text
        );
        false
    });
    won.map(|(place, _)| place).collect()
}

/// Every bed is held, each by one hold.
async fn counted(w: &World, beds: i32) {
    let db = w.app.db.reader();
    let row = bed_pool::Entity::find().one(db).await;
    let row = row.expect("the table can be read").expect("a pool");
    assert_eq!((row.total, row.held, row.occupied), (beds, beds, 0));
    let holds = hold::Entity::find()
        .filter(hold::Column::State.eq(HoldState::Held))
        .count(db)
        .await
        .expect("a count");
    assert_eq!(i32::try_from(holds).ok(), Some(beds));
}
