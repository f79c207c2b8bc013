//! An order as one actor sees it.

use chrono::{DateTime, Utc};
use entity::{enums::Basis, order, order_party, patient};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, ExprTrait as _, JoinType,
    QueryFilter as _, QuerySelect as _, Select, sea_query::Expr,
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    error::{Error, Result},
    patient::service as patients,
};

/// An order and the relation by which the actor's scope sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The order.
    pub row: order::Model,
    /// The relation.
    pub party: order_party::Model,
}

/// How a caller names an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Key {
    /// By its id.
    Id(Uuid),
    /// By its number.
    Number(String),
    /// By the id that the requester gave it.
    External {
        /// The requester.
        institution: Uuid,
        /// Its own id.
        id: String,
    },
}

impl Seen {
    /// An order of a patient whom the actor has opened by break-glass: a relation for reading, as if it treated the patient.
    #[must_use]
    pub fn by_break_glass(actor: &Actor, row: order::Model) -> Self {
        let party = order_party::Model {
            scope_id: actor.scope.id().unwrap_or_default(),
            order_id: row.id,
            patient_id: row.patient_id,
            referral_id: row.referral_id,
            basis: Basis::BreakGlass,
            since: row.created_at,
            until: None,
            treating: true,
            status: row.status,
            listed_at: row.requested_at,
            updated_at: row.updated_at,
            due_at: row.due_at,
        };
        Self { row, party }
    }

    /// Whether the actor only looks, by break-glass.
    #[must_use]
    pub fn only_looks(&self) -> bool {
        self.party.basis == Basis::BreakGlass
    }
}

/// The rows of a scope that show something at that moment.
#[must_use]
pub fn shown(scope: Uuid, now: DateTime<Utc>) -> Condition {
    use order_party::Column::{ScopeId, Until};
    Condition::all()
        .add(ScopeId.eq(scope))
        .add(Condition::any().add(Until.is_null()).add(Until.gt(now)))
}

/// The order of that key, as far as the actor's scope sees it.
pub async fn find(
    connection: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    key: &Key,
) -> Result<Option<Seen>> {
    let Some(scope) = actor.scope.id() else {
        return Ok(None);
    };
    let query = order_party::Entity::find()
        .find_also_related(order::Entity)
        .filter(shown(scope, app.now()));
    let query = match key {
        Key::Id(id) => query.filter(order_party::Column::OrderId.eq(*id)),
        Key::Number(number) => query.filter(order::Column::Number.eq(number)),
        Key::External { institution, id } => query
            .filter(order::Column::RequestedById.eq(*institution))
            .filter(order::Column::ExternalId.eq(id)),
    };
    let found = query.one(connection).await?;
    Ok(found.and_then(|(party, row)| row.map(|row| Seen { row, party })))
}

/// The order of that key, as far as the actor sees it, be it by break-glass: for reading only.
pub async fn read(
    connection: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    key: &Key,
) -> Result<Option<Seen>> {
    if let Some(own) = find(connection, app, actor, key).await? {
        return Ok(Some(own));
    }
    let Some(query) = opened(actor, app.now()) else {
        return Ok(None);
    };
    let query = match key {
        Key::Id(id) => query.filter(order::Column::Id.eq(*id)),
        Key::Number(number) => query.filter(order::Column::Number.eq(number)),
        Key::External { institution, id } => query
            .filter(order::Column::RequestedById.eq(*institution))
            .filter(order::Column::ExternalId.eq(id)),
    };
    let row = query.one(connection).await?;
    Ok(row.map(|row| Seen::by_break_glass(actor, row)))
}

/// The orders of the patients whom the actor has open by break-glass; none where nothing can be open. The row of the patient is joined as
/// [`patients::MEMBER`].
#[must_use]
pub fn opened(actor: &Actor, now: DateTime<Utc>) -> Option<Select<order::Entity>> {
    let records = patients::open_records(actor, now)?;
    let of_patient = order::Entity::belongs_to(patient::Entity)
        .from(order::Column::PatientId)
        .to(patient::Column::Id);
    let record = Expr::col((patients::MEMBER, patient::Column::RecordId));
    let query = order::Entity::find()
        .join_as(JoinType::InnerJoin, of_patient.into(), patients::MEMBER)
        .filter(record.in_subquery(records));
    Some(query)
}

/// The order of that key for a verb: what the actor sees by break-glass alone is forbidden, what it does not see is not found.
pub async fn require_own(
    connection: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    key: &Key,
) -> Result<Seen> {
    let seen = read(connection, app, actor, key).await?;
    let seen = seen.ok_or(Error::NotFound)?;
    if seen.only_looks() {
        return Err(Error::Forbidden);
    }
    Ok(seen)
}

/// The order of that id, whoever sees it: for the rules of those that name one.
pub async fn row(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<order::Model>> {
    Ok(order::Entity::find_by_id(id).one(connection).await?)
}

/// The order of that key by a relation of the actor's scope, or a refusal.
pub async fn require(
    connection: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    key: &Key,
) -> Result<Seen> {
    let found = find(connection, app, actor, key).await?;
    found.ok_or(Error::NotFound)
}
