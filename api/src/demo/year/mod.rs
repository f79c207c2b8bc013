//! What holds the district together over its year, beside referrals: [pacts](pact) with the city, [teams](team) of family doctors and their
//! contracts, [experts](posting) sent to the health centres, and what is [reported](report) to the bureau.

mod pact;
mod posting;
mod report;
mod team;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Scale, cast::Cast, district, plan::Plan};
use crate::{
    app::App,
    error::{Error, Result},
};

/// What is played, and with whom.
#[derive(Clone, Copy)]
struct Year<'a> {
    app: &'a App,
    cast: &'a Cast,
    plan: &'a Plan,
    scale: &'a Scale,
    seed: u64,
    now: DateTime<Utc>,
}

/// Plays the year, up to now.
///
/// # Errors
/// Where a service refuses a step: the plan asks for nothing that may be refused.
pub async fn perform(
    app: &App,
    cast: &Cast,
    plan: &Plan,
    scale: &Scale,
    (seed, now): (u64, DateTime<Utc>),
) -> Result<()> {
    let year = Year {
        app,
        cast,
        plan,
        scale,
        seed,
        now,
    };
    pact::perform(&year).await?;
    team::perform(&year).await?;
    posting::perform(&year).await?;
    report::perform(&year).await
}

impl Year<'_> {
    fn at(&self, code: &str) -> Result<Uuid> {
        let known = self.app.directory.now().by_code.get(code).copied();
        known.ok_or_else(|| Error::Internal(format!("the demo has no institution {code}")))
    }

    fn health_centre(&self, number: usize) -> Result<Uuid> {
        self.at(&district::health_centre(number))
    }
}
