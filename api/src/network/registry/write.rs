//! Writes a plan.

use entity::{
    community, department,
    enums::{Action, Tier},
    institution, practitioner,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::plan::{Plan, Row};
use crate::{
    app::App,
    auth::Actor,
    centre,
    db::Txn,
    error::Result,
    network::{
        capability, community as communities, department as departments,
        institution as institutions, practitioner as practitioners,
        service::{before, of_institution},
    },
    record::{
        audit::{self, Entry},
        event,
    },
};

/// Rows of one insert: at most 28 parameters each, within what SQLite takes.
const CHUNK: usize = 1_000;

/// Writes everything, each community, institution and practitioner with its event, and one audit entry.
pub(super) async fn carry_out(txn: &Txn, app: &App, actor: &Actor, plan: &Plan) -> Result<()> {
    insert::<community::Entity, _>(txn, plan.communities.iter()).await?;
    // Whoever manages comes before whoever is managed.
    let station = |row: &&Row<institution::Model>| row.new.tier == Tier::Station;
    let others = plan.institutions.iter().filter(|row| !station(row));
    insert::<institution::Entity, _>(txn, others).await?;
    let stations = plan.institutions.iter().filter(station);
    insert::<institution::Entity, _>(txn, stations).await?;
    insert::<department::Entity, _>(txn, plan.departments.iter()).await?;
    insert::<practitioner::Entity, _>(txn, plan.practitioners.iter()).await?;
    for Row { old, new } in &plan.communities {
        if let Some(old) = old {
            communities::replace(txn, old.version, new).await?;
        }
        let (action, detail) = told(
            Action::CreateCommunity,
            Action::UpdateCommunity,
            old.as_ref(),
            new,
        );
        event::record(
            txn,
            app,
            actor,
            communities::of_community(action, new, detail),
        )
        .await?;
    }
    for (id, leads) in &plan.leads {
        communities::lead(txn, *id, leads).await?;
    }
    for Row { old, new } in &plan.institutions {
        if let Some(old) = old {
            institutions::replace(txn, old.version, new).await?;
            if new.community_id != old.community_id {
                centre::service::relocate(txn, new.id, new.community_id).await?;
            }
        }
        let (action, detail) = told(
            Action::CreateInstitution,
            Action::UpdateInstitution,
            old.as_ref(),
            new,
        );
        event::record(txn, app, actor, of_institution(action, new, detail)).await?;
    }
    for (id, served) in &plan.served {
        institutions::radiate(txn, *id, served).await?;
    }
    for (id, categories) in &plan.capabilities {
        let categories = categories.iter().map(String::as_str).collect();
        capability::store(txn, *id, &categories).await?;
    }
    for Row { old, new } in &plan.departments {
        if let Some(old) = old {
            departments::replace(txn, old.version, new).await?;
        }
    }
    for Row { old, new } in &plan.practitioners {
        if let Some(old) = old {
            practitioners::replace(txn, old.version, new).await?;
        }
        let (action, detail) = told(
            Action::CreatePractitioner,
            Action::UpdatePractitioner,
            old.as_ref(),
            new,
        );
        event::record(
            txn,
            app,
            actor,
            practitioners::of_practitioner(action, new, detail),
        )
        .await?;
    }
    audit::record(txn, app, actor, Entry::done(Action::ImportRegistry, None)).await
}

/// What an event tells of a row: that it is new, or what was there before.
fn told<M: sea_orm::ModelTrait>(
    create: Action,
    update: Action,
    old: Option<&M>,
    new: &M,
) -> (Action, Value) {
    match old {
        None => (create, Value::Null),
        Some(old) => (update, json!({ "before": before(old, new) })),
    }
}

async fn insert<E, A>(txn: &Txn, rows: impl Iterator<Item = &Row<E::Model>>) -> Result<()>
where
    E: EntityTrait,
    A: sea_orm::ActiveModelTrait<Entity = E>,
    E::Model: IntoActiveModel<A>,
{
    let fresh = rows.filter(|row| row.old.is_none());
    let fresh: Vec<A> = fresh
        .map(|row| row.new.clone().into_active_model())
        .collect();
    for chunk in fresh.chunks(CHUNK) {
        E::insert_many(chunk.iter().cloned())
            .exec_without_returning(&**txn)
            .await?;
    }
    Ok(())
}
