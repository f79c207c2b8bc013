//! Patients as a scope sees them: the row and the relation, in one statement for a whole page.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, Basis},
    patient, patient_party, patient_tag, referral_party,
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _, FromQueryResult as _,
    QueryFilter as _, QueryOrder as _, QueryResult, QuerySelect as _, QueryTrait as _, Select,
    sea_query::{Cond, Expr, Order, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    error::{Error, Result},
};

/// A patient that a scope may see, and by which relation.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The patient.
    pub row: patient::Model,
    /// Whether the scope treats the patient now.
    pub treating: bool,
    /// Whether the scope registered the patient, or drafted for one.
    pub registered: bool,
    /// The scope's part in a referral of the patient; the treating one, where there is one.
    pub basis: Option<Basis>,
}

impl Seen {
    /// Notes that the patient is about to be shown; the audit entry is written before the answer leaves.
    pub fn disclose(&self, actor: &Actor, action: Action) {
        actor.request.disclose(self.row.id, action, self.basis);
    }
}

/// A patient as the actor's scope sees it; none where it is not visible to the scope.
pub async fn see(
    connection: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<Seen>> {
    let Some(scope) = actor.scope.id() else {
        return Ok(None);
    };
    let only = patient::Column::Id.eq(id);
    let mut seen = read(connection, visible(scope, app.now()).filter(only)).await?;
    Ok(seen.pop())
}

/// Patients with their relation to a scope, those without one left out.
#[must_use]
pub fn visible(scope: Uuid, now: DateTime<Utc>) -> Select<patient::Entity> {
    let related = Cond::any()
        .add(Expr::exists(registered(scope)))
        .add(Expr::exists(parties(scope, now)));
    patient::Entity::find()
        .expr_as(Expr::exists(registered(scope)), "registered")
        .expr_as(Expr::exists(treating(scope, now)), "treating")
        .expr_as(basis(scope, now), "basis")
        .filter(related)
}

/// Runs a query that [`visible`] began.
pub async fn read(
    connection: &impl ConnectionTrait,
    query: Select<patient::Entity>,
) -> Result<Vec<Seen>> {
    let statement = query.build(connection.get_database_backend());
    let rows = connection.query_all_raw(statement).await?;
    rows.iter().map(seen).collect()
}

fn seen(row: &QueryResult) -> Result<Seen> {
    Ok(Seen {
        row: patient::Model::from_query_result(row, "")?,
        treating: row.try_get("", "treating")?,
        registered: row.try_get("", "registered")?,
        basis: row.try_get("", "basis")?,
    })
}

/// Whether the scope registered the patient of the outer query.
fn registered(scope: Uuid) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(patient_party::Entity)
        .and_where(patient_party::Column::ScopeId.eq(scope))
        .and_where(
            Expr::col((patient_party::Entity, patient_party::Column::PatientId))
                .equals((patient::Entity, patient::Column::Id)),
        )
        .to_owned()
}

/// The scope's referrals of the patient of the outer query, without those of which only the header is left: that has no patient.
fn parties(scope: Uuid, now: DateTime<Utc>) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(referral_party::Entity)
        .and_where(referral_party::Column::ScopeId.eq(scope))
        .and_where(
            Expr::col((referral_party::Entity, referral_party::Column::PatientId))
                .equals((patient::Entity, patient::Column::Id)),
        )
        .and_where(referral_party::Column::Basis.ne(Basis::Community))
        .cond_where(
            Cond::any()
                .add(referral_party::Column::ContentUntil.is_null())
                .add(referral_party::Column::ContentUntil.gt(now)),
        )
        .to_owned()
}

fn treating(scope: Uuid, now: DateTime<Utc>) -> SelectStatement {
    parties(scope, now)
        .and_where(referral_party::Column::Treating.eq(true))
        .to_owned()
}

fn basis(scope: Uuid, now: DateTime<Utc>) -> Expr {
    let column = Expr::col((referral_party::Entity, referral_party::Column::Basis));
    let first = parties(scope, now)
        .clear_selects()
        .expr(column)
        .order_by(referral_party::Column::Treating, Order::Desc)
        .order_by(referral_party::Column::Since, Order::Desc)
        .limit(1)
        .to_owned();
    Expr::SubQuery(None, Box::new(first.into()))
}

/// Reads patients for display, all of a page at once. One belongs to one request. Its keys are (scope, patient).
pub struct PatientLoader {
    app: App,
}

impl PatientLoader {
    /// A loader for one request.
    #[must_use]
    pub const fn new(app: App) -> Self {
        Self { app }
    }
}

impl Loader<(Uuid, Uuid)> for PatientLoader {
    type Value = Seen;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[(Uuid, Uuid)],
    ) -> Result<HashMap<(Uuid, Uuid), Self::Value>, Self::Error> {
        // A request has one scope, so this is one statement.
        let mut scopes: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for (scope, patient) in keys {
            scopes.entry(*scope).or_default().push(*patient);
        }
        let mut found = HashMap::with_capacity(keys.len());
        for (scope, patients) in scopes {
            let query = visible(scope, self.app.now()).filter(patient::Column::Id.is_in(patients));
            let seen = read(self.app.db.reader(), query).await.map_err(Arc::new)?;
            found.extend(seen.into_iter().map(|seen| ((scope, seen.row.id), seen)));
        }
        Ok(found)
    }
}

/// Reads the tags of patients, all of a page at once. One belongs to one request.
pub struct TagLoader {
    app: App,
}

impl TagLoader {
    /// A loader for one request.
    #[must_use]
    pub const fn new(app: App) -> Self {
        Self { app }
    }
}

impl Loader<Uuid> for TagLoader {
    type Value = Vec<patient_tag::Model>;
    type Error = Arc<Error>;

    async fn load(&self, patients: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let rows = patient_tag::Entity::find()
            .filter(patient_tag::Column::PatientId.is_in(patients.iter().copied()))
            .order_by_asc(patient_tag::Column::StartsOn)
            .order_by_asc(patient_tag::Column::Id)
            .all(self.app.db.reader())
            .await
            .map_err(|fault| Arc::new(Error::from(fault)))?;
        let mut found: HashMap<Uuid, Self::Value> = HashMap::new();
        for row in rows {
            found.entry(row.patient_id).or_default().push(row);
        }
        Ok(found)
    }
}
