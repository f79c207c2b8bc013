//! The catalogue, as a table for the bureau.

use crate::harness::snapshot;

#[test]
fn the_catalogue_is_what_the_bureau_reviewed() {
    snapshot("indicators", &api::indicator::catalogue::table());
}
