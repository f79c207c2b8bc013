//! The full figures that `cargo test` runs shortened: `cargo run --release -p tests --bin soak [SHARE]`.
//!
//! It shares its code with the suite. `SHARE` is the part of the full figures that is run, 1 where it is left out; it stops at the first
//! rule that is broken.

#![expect(
    dead_code,
    reason = "it takes from the suite what runs longer; the tests themselves stay there"
)]
#![cfg_attr(
    not(test),
    expect(unused_imports, reason = "what only the tests themselves need")
)]

use std::time::Instant;

#[path = "../capacity/mod.rs"]
mod capacity;
#[path = "../centre/mod.rs"]
mod centre;
#[path = "../critical_value/mod.rs"]
mod critical_value;
#[path = "../harness/mod.rs"]
mod harness;
#[path = "../live/mod.rs"]
mod live;
#[path = "../order/mod.rs"]
mod order;
#[path = "../record/mod.rs"]
mod record;
#[path = "../referral/mod.rs"]
mod referral;
#[path = "../throughput/mod.rs"]
mod throughput;

use record::{changes, feed};
use referral::{life, race, state};

fn main() {
    let share: f64 = std::env::args()
        .nth(1)
        .map_or(1.0, |share| share.parse().expect("SHARE is a number"));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a small positive figure"
    )]
    let part = |full: f64| (full * share).ceil() as u32;

    let lives = part(100_000.0);
    run(&format!("{lives} random lives, by the table"), || {
        state::random_lives(lives);
    });
    let lives = part(100_000.0);
    run(
        &format!("{lives} random lives of orders, by the table"),
        || {
            order::state::random_lives(lives);
        },
    );
    let lives = part(2_000.0);
    run(&format!("{lives} random lives, through the API"), || {
        harness::both(async |w| life::random_lives(&w, lives).await);
    });
    #[expect(clippy::cast_possible_wrap, reason = "a few thousand at most")]
    let events = part(2_500.0) as i32;
    run(
        &format!("8 writers of {events} events, 3 relays with expiring leases"),
        || harness::both_empty(async |w| feed::every_event_once(&w, events).await),
    );
    run(
        &format!("8 writers of {events} events, 3 followers that come and go"),
        || harness::both_empty(async |w| changes::followed_once(&w, events).await),
    );
    let rounds = part(1_000.0);
    run(
        &format!("{rounds} rounds, 64 accept, each in its own words"),
        || {
            harness::both(async |w| race::one_wins(&w, rounds).await);
        },
    );
    run(
        &format!("{rounds} rounds, 64 accept in the same words"),
        || {
            harness::both(async |w| race::one_changes(&w, rounds).await);
        },
    );
    run(&format!("{rounds} rounds, 64 with four verbs"), || {
        harness::both(async |w| race::one_verb_is_first(&w, rounds).await);
    });
    run(&format!("{rounds} rounds, 8 claim one order"), || {
        harness::both(async |w| order::claim::one_wins(&w, rounds).await);
    });
    let histories = part(500.0);
    run(
        &format!("{histories} random histories of shared centres, each counted two ways"),
        || {
            harness::both(async |w| {
                throughput::history::random_histories(&w, histories, None).await;
            });
        },
    );
    run(&format!("{rounds} rounds, 64 for the last bed"), || {
        harness::both(async |w| capacity::race::last_bed(&w, rounds).await);
    });
}

fn run(what: &str, work: impl FnOnce()) {
    let began = Instant::now();
    work();
    println!("{what}: held ({:.1} s)", began.elapsed().as_secs_f64());
}
