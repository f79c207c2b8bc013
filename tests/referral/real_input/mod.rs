//! Real input: what an outside clinical simulator wrote (FHIR R4) is posted by a health centre's hospital system and walked to every end.

mod batches;
pub mod clinical;
mod plan;
mod walk;

use std::io::Write as _;

use clinical::Clinical;
use walk::Walk;

use crate::harness::both;

/// Says something past the test harness, which keeps what a test prints.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// The files, unless they are not there and may be missing.
pub fn files() -> Option<Clinical> {
    let clinical = Clinical::read();
    if clinical.is_none() {
        assert!(
            std::env::var_os("LIANDONG_REQUIRE_REAL_INPUT").is_none(),
            "../shared/data/clinical is required and not there"
        );
        say("SKIPPED: a real-input test, because ../shared/data/clinical is not beside this clone");
    }
    clinical
}

#[test]
fn transfers_of_a_clinical_simulator_are_posted_in_batches_of_a_hundred_twice() {
    let Some(clinical) = files() else { return };
    both(async |w| {
        let outcomes = batches::post_twice(&w, &clinical).await;
        say(&format!(
            "real input on {}, in batches of 100, twice: {outcomes}",
            w.kind()
        ));
    });
}

#[test]
fn transfers_of_a_clinical_simulator_are_posted_twice_and_walked_to_every_end() {
    let Some(clinical) = files() else { return };
    both(async |w| {
        let mut walk = Walk::begin(&w, &clinical).await;
        walk.follow_the_files().await;
        let registered = walk.register_the_others().await;
        walk.post_everything_again().await;
        let ends = walk.read_as_a_third().await;
        say(&format!(
            "real input on {}: {registered} patients registered and found again, {transfers} transfers refused without diagnosis, posted with it, and once more; they ended {ends}",
            w.kind(),
            transfers = clinical.encounters.len(),
        ));
    });
}
