//! Many at once: what a file or the demo registers, in one transaction, all or nothing.
//!
//! Everything is first planned (`plan`): each entry is matched with what is on record (an institution by its code, a department or
//! practitioner by code and institution, a community by name), shaped and checked against the network as it will be. Only a plan
//! without problems is written, in a few large statements.

mod plan;
mod write;

use entity::enums::Action;

use super::{
    draft::{CommunityDraft, DepartmentDraft, InstitutionDraft, PractitionerDraft},
    service::announce,
};
pub use crate::draft::{Entry, Tally};
use crate::{app::App, auth::Actor, error::Result, policy};

/// What shall be registered; the order within it does not matter.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    /// Communities, each with its name.
    pub communities: Vec<Entry<CommunityDraft>>,
    /// Institutions, each with its code.
    pub institutions: Vec<Entry<InstitutionDraft>>,
    /// Departments, each with institution and code.
    pub departments: Vec<Entry<DepartmentDraft>>,
    /// Practitioners, each with employer and staff number.
    pub practitioners: Vec<Entry<PractitionerDraft>>,
}

/// What became of a registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registered {
    /// Of its communities.
    pub communities: Tally,
    /// Of its institutions.
    pub institutions: Tally,
    /// Of its departments.
    pub departments: Tally,
    /// Of its practitioners.
    pub practitioners: Tally,
    /// What is not as it should be, though it was not refused.
    pub warnings: Vec<String>,
}

/// Registers everything, or, where anything is wrong, nothing.
///
/// # Errors
/// [`Error::InvalidInput`](crate::error::Error::InvalidInput) naming every problem of every entry.
pub async fn register_all(app: &App, actor: &Actor, registry: &Registry) -> Result<Registered> {
    policy::require(actor, Action::ImportRegistry)?;
    let done = app
        .db
        .write(async |txn| {
            let plan = plan::draw(&txn, app, registry).await?;
            write::carry_out(&txn, app, actor, &plan).await?;
            Ok(plan.registered)
        })
        .await?;
    announce(app).await;
    Ok(done)
}

/// Tells what [`register_all`] would do, and does nothing.
///
/// # Errors
/// The same.
pub async fn rehearse(app: &App, actor: &Actor, registry: &Registry) -> Result<Registered> {
    policy::require(actor, Action::ImportRegistry)?;
    app.db
        .write(async |txn| Ok(plan::draw(&txn, app, registry).await?.registered))
        .await
}
