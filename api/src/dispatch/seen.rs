//! A dispatch as far as an actor sees it: in its scope, or as the expert.

use entity::{
    dispatch::{self, Model},
    dispatch_party,
};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::{
    auth::Actor,
    error::{Error, Result},
};

/// The scopes whose dispatches an actor sees one by one: its own, and itself as the expert, wherever it acts.
pub fn scopes(actor: &Actor) -> impl Iterator<Item = Uuid> {
    [actor.scope.id(), actor.practitioner].into_iter().flatten()
}

/// The dispatches of these ids that the actor sees.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<Model>> {
    let seen = dispatch_party::Entity::find()
        .find_also_related(dispatch::Entity)
        .filter(dispatch_party::Column::ScopeId.is_in(scopes(actor)))
        .filter(dispatch_party::Column::DispatchId.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    // The expert of their own hospital has two relations.
    let mut rows: Vec<Model> = seen.into_iter().filter_map(|(_, row)| row).collect();
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    Ok(rows)
}

/// The dispatch of that id, whoever sees it: for the rules of those that name one.
pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(dispatch::Entity::find_by_id(id).one(connection).await?)
}

/// The dispatch of that id, or a refusal.
pub async fn require(connection: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<Model> {
    let mut found = by_ids(connection, actor, &[id]).await?;
    found.pop().ok_or(Error::NotFound)
}
