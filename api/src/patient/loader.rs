//! Patients as somebody sees them: the record and the relation, in one statement for a whole page.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use entity::{
    break_glass, critical_value_party,
    enums::{Action, Basis},
    family_contract_party, follow_up_party, order_party, patient, patient_party, patient_tag,
    referral_party,
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _, FromQueryResult as _,
    JoinType, QueryFilter as _, QueryOrder as _, QueryResult, QuerySelect as _, QueryTrait as _,
    Select,
    sea_query::{Cond, Expr, Order, Query, SelectStatement},
};
use uuid::Uuid;

use super::member::{self, MEMBER};
use crate::{
    app::App,
    auth::Actor,
    critical_value::seen as critical_values,
    error::{Error, Result},
    follow_up::seen as follow_ups,
    order::seen as orders,
    policy,
};

/// By what somebody sees patients: the relations of a scope, and what the account has opened in it by break-glass.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    scope: Uuid,
    account: Option<Uuid>,
}

impl Sight {
    /// The actor's; none where its scope has no patients.
    #[must_use]
    pub fn of(actor: &Actor) -> Option<Self> {
        Some(Self {
            scope: actor.scope.id()?,
            account: policy::may_break_glass(actor).then_some(actor.account),
        })
    }

    /// The scope.
    #[must_use]
    pub const fn scope(self) -> Uuid {
        self.scope
    }
}

/// A patient that somebody may see, and by which relation.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The patient's record.
    pub row: patient::Model,
    /// Whether the scope treats the patient now.
    pub treating: bool,
    /// Whether the scope registered the patient, or drafted for one.
    pub registered: bool,
    /// Whether the account opened the patient by break-glass.
    pub opened: bool,
    /// The scope's part in a referral of the patient; the treating one, where there is one.
    pub basis: Option<Basis>,
}

impl Seen {
    /// A record without any relation to it: as masked as can be.
    #[must_use]
    pub const fn masked(row: patient::Model) -> Self {
        Self {
            row,
            treating: false,
            registered: false,
            opened: false,
            basis: None,
        }
    }

    /// Whether the scope has a relation to the patient; what is open by break-glass alone is open for reading and for nothing else.
    #[must_use]
    pub const fn related(&self) -> bool {
        self.registered || self.basis.is_some()
    }

    /// On what ground the patient is shown: the relation, or else the broken glass.
    #[must_use]
    pub const fn ground(&self) -> Option<Basis> {
        if self.opened && !self.treating {
            Some(Basis::BreakGlass)
        } else {
            self.basis
        }
    }

    /// Notes that the patient is about to be shown; the audit entry is written before the answer leaves.
    pub fn disclose(&self, actor: &Actor, action: Action) {
        actor.request.disclose(self.row.id, action, self.ground());
    }
}

/// The record of a patient as the actor sees it, merges followed; none where it is not visible to the actor.
pub async fn see(
    connection: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<Seen>> {
    let Some(sight) = Sight::of(actor) else {
        return Ok(None);
    };
    let only = patient::Column::Id.in_subquery(member::records_of([id]));
    let mut seen = read(connection, visible(sight, app.now()).filter(only)).await?;
    Ok(seen.pop())
}

/// Records of patients with their relation to whoever looks, those without one left out.
#[must_use]
pub fn visible(sight: Sight, now: DateTime<Utc>) -> Select<patient::Entity> {
    let scope = sight.scope;
    let opened = sight
        .account
        .map(|account| Expr::exists(opened(account, scope, now)));
    let related = Cond::any()
        .add(Expr::exists(registered(scope)))
        .add(Expr::exists(parties(scope, now)))
        .add(Expr::exists(followed(scope, now)))
        .add(Expr::exists(ordered(scope, now)))
        .add(Expr::exists(alarmed(scope)))
        .add(Expr::exists(contracted(scope, now)))
        .add_option(opened.clone());
    patient::Entity::find()
        .expr_as(Expr::exists(registered(scope)), "registered")
        .expr_as(
            Expr::exists(treating(scope, now))
                .or(Expr::exists(following(scope, now)))
                .or(Expr::exists(examining(scope, now)))
                .or(Expr::exists(alarming(scope)))
                .or(Expr::exists(looking_after(scope, now))),
            "treating",
        )
        .expr_as(Expr::exists(followed(scope, now)), "followed")
        .expr_as(opened.unwrap_or_else(|| Expr::val(false)), "opened")
        .expr_as(basis(scope, now), "basis")
        .expr_as(order_basis(scope, now), "order_basis")
        .expr_as(critical_basis(scope), "critical_basis")
        .expr_as(contract_basis(scope, now), "contract_basis")
        .filter(patient::Column::MergedInto.is_null())
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
    let followed: bool = row.try_get("", "followed")?;
    Ok(Seen {
        row: patient::Model::from_query_result(row, "")?,
        treating: row.try_get("", "treating")?,
        registered: row.try_get("", "registered")?,
        opened: row.try_get("", "opened")?,
        basis: row
            .try_get::<Option<Basis>>("", "basis")?
            .or(followed.then_some(Basis::FollowUp))
            .or(row.try_get::<Option<Basis>>("", "order_basis")?)
            .or(row.try_get::<Option<Basis>>("", "critical_basis")?)
            .or(row.try_get::<Option<Basis>>("", "contract_basis")?),
    })
}

/// Whether the scope registered the patient of the outer query.
fn registered(scope: Uuid) -> SelectStatement {
    let of_member = Expr::col((patient_party::Entity, patient_party::Column::PatientId))
        .equals((MEMBER, patient::Column::Id));
    member::of_record()
        .inner_join(patient_party::Entity, of_member)
        .and_where(patient_party::Column::ScopeId.eq(scope))
        .to_owned()
}

/// Whether the account, in that scope, has the patient of the outer query open by break-glass.
fn opened(account: Uuid, scope: Uuid, now: DateTime<Utc>) -> SelectStatement {
    let of_member = Expr::col((break_glass::Entity, break_glass::Column::PatientId))
        .equals((MEMBER, patient::Column::Id));
    member::of_record()
        .inner_join(break_glass::Entity, of_member)
        .and_where(break_glass::Column::AccountId.eq(account))
        .and_where(break_glass::Column::ScopeId.eq(scope))
        .and_where(break_glass::Column::Until.gt(now))
        .to_owned()
}

/// The records that the actor has open by break-glass; none where nothing can be.
#[must_use]
pub fn open_records(actor: &Actor, now: DateTime<Utc>) -> Option<SelectStatement> {
    let Sight { scope, account } = Sight::of(actor)?;
    let of_member = Expr::col((break_glass::Entity, break_glass::Column::PatientId))
        .equals((MEMBER, patient::Column::Id));
    let records = Query::select()
        .column((MEMBER, patient::Column::RecordId))
        .from(break_glass::Entity)
        .join_as(JoinType::InnerJoin, patient::Entity, MEMBER, of_member)
        .and_where(break_glass::Column::AccountId.eq(account?))
        .and_where(break_glass::Column::ScopeId.eq(scope))
        .and_where(break_glass::Column::Until.gt(now))
        .to_owned();
    Some(records)
}

/// The scope's referrals of the patient of the outer query, without those of which only the header is left: that has no patient.
fn parties(scope: Uuid, now: DateTime<Utc>) -> SelectStatement {
    let of_member = Expr::col((referral_party::Entity, referral_party::Column::PatientId))
        .equals((MEMBER, patient::Column::Id));
    member::of_record()
        .inner_join(referral_party::Entity, of_member)
        .and_where(referral_party::Column::ScopeId.eq(scope))
        .and_where(referral_party::Column::Basis.ne(Basis::Community))
        .cond_where(
            Cond::any()
                .add(referral_party::Column::ContentUntil.is_null())
                .add(referral_party::Column::ContentUntil.gt(now)),
        )
        .to_owned()
}

/// The scope's follow-ups of the patient of the outer query.
fn followed(scope: Uuid, now: DateTime<Utc>) -> SelectStatement {
    let of_member = Expr::col((follow_up_party::Entity, follow_up_party::Column::PatientId))
        .equals((MEMBER, patient::Column::Id));
    member::of_record()
        .inner_join(follow_up_party::Entity, of_member)
        .cond_where(follow_ups::shown(scope, now))
        .to_owned()
}

/// Those that are still to be done, so that the scope treats the patient.
fn following(scope: Uuid, now: DateTime<Utc>) -> SelectStatement {
    followed(scope, now)
        .and_where(follow_up_party::Column::Basis.eq(Basis::FollowUp))
        .and_where(follow_up_party::Column::Treating.eq(true))
        .to_owned()
}

/// The scope's orders for the patient of the outer query.
fn ordered(scope: Uuid, now: DateTime<Utc>) -> SelectStatement {
    let of_member = Expr::col((order_party::Entity, order_party::Column::PatientId))
        .equals((MEMBER, patient::Column::Id));
    member::of_record()
        .inner_join(order_party::Entity, of_member)
        .cond_where(orders::shown(scope, now))
        .to_owned()
}

/// Those that are open, so that the scope treats the patient.
fn examining(scope: Uuid, now: DateTime<Utc>) -> SelectStatement {
    ordered(scope, now)
        .and_where(order_party::Column::Treating.eq(true))
        .to_owned()
}

/// The critical values of the patient of the outer query that the scope is told of, without those of which it sees the header.
fn alarmed(scope: Uuid) -> SelectStatement {
    let of_member = Expr::col((
        critical_value_party::Entity,
        critical_value_party::Column::PatientId,
    ))
    .equals((MEMBER, patient::Column::Id));
    member::of_record()
        .inner_join(critical_value_party::Entity, of_member)
        .cond_where(critical_values::opened(scope))
        .to_owned()
}

/// Those on which somebody is still to act, so that the scope treats the patient.
fn alarming(scope: Uuid) -> SelectStatement {
    alarmed(scope)
        .and_where(critical_value_party::Column::Treating.eq(true))
        .to_owned()
}

fn critical_basis(scope: Uuid) -> Expr {
    use critical_value_party::Column::{Basis, Since, Treating};
    let first = alarmed(scope)
        .clear_selects()
        .expr(Expr::col((critical_value_party::Entity, Basis)))
        .order_by((critical_value_party::Entity, Treating), Order::Desc)
        .order_by((critical_value_party::Entity, Since), Order::Desc)
        .limit(1)
        .to_owned();
    Expr::SubQuery(None, Box::new(first.into()))
}

/// The running contracts of the patient of the outer query with a team of family doctors, as far as the scope sees them.
fn contracted(scope: Uuid, now: DateTime<Utc>) -> SelectStatement {
    let of_member = Expr::col((
        family_contract_party::Entity,
        family_contract_party::Column::PatientId,
    ))
    .equals((MEMBER, patient::Column::Id));
    member::of_record()
        .inner_join(family_contract_party::Entity, of_member)
        .and_where(family_contract_party::Column::ScopeId.eq(scope))
        .and_where(family_contract_party::Column::Until.gt(now))
        .to_owned()
}

/// Those of the scope's own team, which treats the patient.
fn looking_after(scope: Uuid, now: DateTime<Utc>) -> SelectStatement {
    contracted(scope, now)
        .and_where(family_contract_party::Column::Treating.eq(true))
        .to_owned()
}

fn contract_basis(scope: Uuid, now: DateTime<Utc>) -> Expr {
    use family_contract_party::Column::{Basis, Since};
    let first = contracted(scope, now)
        .clear_selects()
        .expr(Expr::col((family_contract_party::Entity, Basis)))
        .order_by((family_contract_party::Entity, Since), Order::Desc)
        .limit(1)
        .to_owned();
    Expr::SubQuery(None, Box::new(first.into()))
}

fn order_basis(scope: Uuid, now: DateTime<Utc>) -> Expr {
    let column = Expr::col((order_party::Entity, order_party::Column::Basis));
    let first = ordered(scope, now)
        .clear_selects()
        .expr(column)
        .order_by(order_party::Column::Treating, Order::Desc)
        .order_by(order_party::Column::Since, Order::Desc)
        .limit(1)
        .to_owned();
    Expr::SubQuery(None, Box::new(first.into()))
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

/// Reads patients for display, all of a page at once. One belongs to one request. Its keys are (scope, patient); a merged one is
/// answered with its record.
pub struct PatientLoader {
    app: App,
    account: Option<Uuid>,
}

impl PatientLoader {
    /// A loader for one request of the actor.
    #[must_use]
    pub fn new(app: App, actor: Option<&Actor>) -> Self {
        let account = actor.and_then(Sight::of).and_then(|sight| sight.account);
        Self { app, account }
    }

    async fn load(&self, scope: Uuid, patients: Vec<Uuid>) -> Result<Vec<(Uuid, Seen)>> {
        const ASKED: &str = "asked";
        let sight = Sight {
            scope,
            account: self.account,
        };
        let of_record = patient::Entity::belongs_to(patient::Entity)
            .from(patient::Column::Id)
            .to(patient::Column::RecordId);
        let asked = Expr::col((ASKED, patient::Column::Id));
        let query = visible(sight, self.app.now())
            .join_as(JoinType::InnerJoin, of_record.into(), ASKED)
            .expr_as(asked.clone(), ASKED)
            .filter(asked.is_in(patients));
        let reader = self.app.db.reader();
        let statement = query.build(reader.get_database_backend());
        let rows = reader.query_all_raw(statement).await?;
        rows.iter()
            .map(|row| Ok((row.try_get("", ASKED)?, seen(row)?)))
            .collect()
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
            let seen = Self::load(self, scope, patients).await.map_err(Arc::new)?;
            found.extend(seen.into_iter().map(|(asked, seen)| ((scope, asked), seen)));
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
        let tags = tags_of(self.app.db.reader(), patients).await;
        let mut found: HashMap<Uuid, Self::Value> = HashMap::new();
        for (record, row) in tags.map_err(Arc::new)? {
            found.entry(record).or_default().push(row);
        }
        Ok(found)
    }
}

/// The tags of these records, with the record that each belongs to, in the order of their first days.
pub async fn tags_of(
    connection: &impl ConnectionTrait,
    records: &[Uuid],
) -> Result<Vec<(Uuid, patient_tag::Model)>> {
    const RECORD: &str = "record";
    let of_patient = patient_tag::Entity::belongs_to(patient::Entity)
        .from(patient_tag::Column::PatientId)
        .to(patient::Column::Id);
    let query = patient_tag::Entity::find()
        .join(JoinType::InnerJoin, of_patient.into())
        .expr_as(patient::Column::RecordId.into_expr(), RECORD)
        .filter(patient::Column::RecordId.is_in(records.iter().copied()))
        .order_by_asc(patient_tag::Column::StartsOn)
        .order_by_asc(patient_tag::Column::Id);
    let statement = query.build(connection.get_database_backend());
    let rows = connection.query_all_raw(statement).await?;
    rows.iter()
        .map(|row| {
            let tag = patient_tag::Model::from_query_result(row, "")?;
            Ok((row.try_get("", RECORD)?, tag))
        })
        .collect()
}
