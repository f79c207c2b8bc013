//! The demo: what it makes, and how it begins and goes on.

use api::demo::{self, Scale, book::Book};
use entity::{order, referral};
use sea_orm::EntityTrait as _;

use crate::harness::{World, both_empty};

mod centre;
mod fill;
mod folder;
mod year;

/// A district that is made in seconds and has everything.
const SMALL: Scale = Scale {
    health_centres: 4,
    stations: 9,
    people: 60,
    referrals: 130,
    days: 28,
    past: 30,
    requests: 160,
    year: 60,
};

/// A district that was made, and what is written in it.
struct Made {
    w: World,
    book: Book,
    referrals: Vec<referral::Model>,
    orders: Vec<order::Model>,
}

impl Made {
    async fn new(w: &World) -> Self {
        let now = w.now();
        let book = demo::fill(&w.app, demo::SEED, &SMALL).await;
        assert_eq!(w.now(), now, "the clock is where it was");
        let db = w.app.db.reader();
        let referrals = referral::Entity::find().all(db).await;
        let orders = order::Entity::find().all(db).await;
        Self {
            w: w.clone(),
            book: book.unwrap_or_else(|fault| panic!("{fault}")),
            referrals: referrals.expect("referrals can be read"),
            orders: orders.expect("orders can be read"),
        }
    }
}

/// It takes long to make, so that everything is looked for in the same one.
#[test]
fn a_district_has_everything() {
    both_empty(async |w| {
        let mut made = Made::new(&w).await;
        fill::every_status_way_and_urgency_occurs_in_both_communities(&made);
        fill::beds_are_reported_and_held_for_some_who_are_accepted(&made).await;
        fill::somebody_waits_for_everything_that_is_not_ordinary(&made).await;
        fill::the_same_seed_makes_the_same_district(&made);
        centre::every_centre_is_at_work_and_some_of_it_is_not_done_yet(&made).await;
        centre::somebody_is_told_at_once_and_a_load_is_called_back(&made).await;
        centre::mornings_and_working_days_are_the_busy_ones(&made);
        centre::a_monitor_reads_what_they_did(&made).await;
        year::no_indicator_is_empty(&made).await;
        fill::it_all_happened_in_the_past_and_in_order(&made).await;
        fill::there_is_somebody_for_every_role_and_tier(&mut made).await;
    });
}
