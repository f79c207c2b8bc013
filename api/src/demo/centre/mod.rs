//! What the shared centres of the district do: a year of requests, read above and answered below.
//!
//! The centres and their [catalogue] are registered before anybody works there. Then requests are drawn ([job]) over the year: few at first and
//! more from month to month, many on Mondays and few on Sundays, most of them in the morning ([rhythm]). They are [played](play) in the
//! order of time like referrals; what lies after now has not happened yet, so that some of the last days' are still at work. The training
//! centre holds a [course] every other week.

mod alarm;
mod catalogue;
mod course;
mod finding;
mod job;
mod play;
mod recall;
mod rhythm;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{catalogue_item, enums::CentreKind, shared_centre};

use super::{Scale, cast::Cast, plan::Plan};
use crate::{
    app::App,
    error::{Error, Result},
};

/// The shared centres of the district, and what can be ordered there.
#[derive(Debug)]
pub struct Centres {
    centres: HashMap<CentreKind, shared_centre::Model>,
    items: HashMap<String, catalogue_item::Model>,
}

impl Centres {
    /// Registers the centres in a registered district.
    pub async fn open(app: &App) -> Result<Self> {
        catalogue::register(app).await
    }

    /// The centre of that kind.
    pub fn of(&self, kind: CentreKind) -> Result<&shared_centre::Model> {
        let found = self.centres.get(&kind);
        found.ok_or_else(|| Error::Internal("the demo lacks a centre".into()))
    }

    fn item(&self, code: &str) -> Result<&catalogue_item::Model> {
        let found = self.items.get(code);
        found.ok_or_else(|| Error::Internal("the demo lacks an item".into()))
    }
}

/// Plays the year of the centres, up to now.
///
/// # Errors
/// Where a service refuses a step: the plan asks for nothing that may be refused.
pub async fn perform(
    app: &App,
    (cast, centres): (&Cast, &Centres),
    plan: &Plan,
    scale: &Scale,
    (seed, now): (u64, DateTime<Utc>),
) -> Result<()> {
    let jobs = job::draw(app, centres, plan, scale, (seed, now))?;
    play::perform(app, (cast, centres), plan, &jobs, (seed, now)).await?;
    course::perform(app, (cast, centres), scale, (seed, now)).await
}
