//! Real input: what an outside clinical simulator wrote (FHIR R4) is placed at the shared centres of a hospital as its system would, answered as
//! its laboratory and archive would, and counted; the figures are those of a count of the files.

mod clinical;
mod recount;
mod values;
mod walk;

use chrono::Duration;
use entity::enums::Role;

use self::{clinical::Files, recount::Recount, walk::Walk};
use crate::{
    harness::{both, database::Kind, people::Place},
    referral::real_input,
    throughput::settle,
};

/// How many days before the end the figures are settled for the first time: what comes later is counted by whoever asks.
const TAIL: i64 = 5;
/// On PostgreSQL the orders of every so many patients one are placed: all of them take a minute and more in a debug build, and the embedded
/// database has had them.
const SAMPLE: usize = 4;

#[test]
fn orders_of_a_clinical_simulator_are_placed_answered_and_counted() {
    if real_input::files().is_none() {
        return;
    }
    let (whole, sample) = (Files::read(1), Files::read(SAMPLE));
    both(async |w| {
        let files = match w.kind() {
            Kind::Sqlite => &whole,
            Kind::Postgres => &sample,
        };
        let began = std::time::Instant::now();
        let mut walk = Walk::begin(&w, files).await;
        let days = files.days();
        let (last, first) = (days[days.len() - 1], days[0]);
        walk.follow(&days, last - Duration::days(TAIL)).await;
        settle(&w).await;
        walk.follow(&days, last + Duration::days(1)).await;
        let took = began.elapsed();
        values::assert_are_those_of(files, &walk).await;
        let monitor = w.client(Role::Monitor, Place::INSTALLATION).await;
        let recount = Recount::of(files);
        let period = (first, last + Duration::days(1));
        // With a tail of a few days that nobody has added up yet, and without.
        recount.assert_told(&monitor, period, &walk).await;
        settle(&w).await;
        recount.assert_told(&monitor, period, &walk).await;
        real_input::say(&format!(
            "real input on {}: {}, in {took:.1?}, figures in {:.1?}",
            w.kind(),
            recount.summary(),
            began.elapsed().saturating_sub(took),
        ));
    });
}
