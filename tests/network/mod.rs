//! The network registry: institutions, departments, practitioners, and their import.

mod community;
mod create_institution;
mod department;
mod follow;
mod import;
mod practitioner;
mod read;
mod referral_limits;
mod set_capabilities;
mod set_institution_status;
mod update_institution;

use api::{
    auth::Actor,
    error::{Error, Result},
    network::draft::InstitutionDraft,
};
use entity::{audit, enums::Tier, event, institution};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use uuid::Uuid;

use crate::harness::World;

/// Path and code of every problem that a refusal names.
fn problems<T>(outcome: Result<T>) -> Vec<(String, &'static str)> {
    let Err(error) = outcome else {
        panic!("it was not refused");
    };
    let each = error.problems().iter();
    each.map(|problem| (problem.path.clone(), problem.code.name()))
        .collect()
}

/// Whether the refusal is that of somebody who may not.
fn is_forbidden<T>(outcome: &Result<T>) -> bool {
    matches!(outcome, Err(Error::Forbidden))
}

/// How many events and audit entries there are.
async fn recorded(w: &World) -> (u64, u64) {
    let reader = w.app.db.reader();
    let events = event::Entity::find().count(reader).await;
    let entries = audit::Entity::find().count(reader).await;
    (events.expect("a count"), entries.expect("a count"))
}

/// The institution as the database has it.
async fn stored(w: &World, id: Uuid) -> institution::Model {
    let found = institution::Entity::find_by_id(id).one(w.app.db.reader());
    found.await.expect("a row").expect("the institution")
}

/// A further health centre of the general community.
fn health_centre(w: &World, code: &str) -> InstitutionDraft {
    InstitutionDraft {
        code: code.into(),
        name: "溪口乡卫生院".into(),
        tier: Some(Tier::HealthCentre),
        type_code: "C220".into(),
        community: api::network::draft::Change::Set(w.district().general.id.into()),
        ..InstitutionDraft::default()
    }
}

/// A call of a service by that actor.
fn call(actor: &Actor) -> api::auth::Call<'_> {
    actor.at("field")
}
