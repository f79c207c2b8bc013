//! The demo: what it makes, and how it begins and goes on.

use api::demo::Scale;

mod centre;
mod fill;
mod folder;

/// A district that is made in seconds and has everything.
const SMALL: Scale = Scale {
    health_centres: 4,
    stations: 9,
    people: 60,
    referrals: 130,
    days: 28,
    requests: 160,
    year: 60,
};
