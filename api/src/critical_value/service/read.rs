//! Reading critical values: one by id, lists by the relations of the actor's scope.

use chrono::{DateTime, Utc};
use entity::{
    critical_value, critical_value_party,
    enums::{Action, CriticalStatus},
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, Order, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select, SelectTwo,
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Call},
    critical_value::seen::{self, Seen, opened, shown},
    error::Result,
    moment::Stretch,
    page::{Slice, Window, counted},
    patient::service as patients,
    policy,
};

/// The sort that cursors name: the last raised first.
pub const LATEST: &str = "RAISED_AT_DESC";

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Statuses.
    pub status: Option<Vec<CriticalStatus>>,
    /// Centres that found it.
    pub centre: Option<Vec<Uuid>>,
    /// Asked for by this institution or one of its stations, found by its centres, or holding the patient.
    pub institution: Option<Uuid>,
    /// Whether nobody has acknowledged it in time.
    pub overdue: Option<bool>,
    /// The patient.
    pub patient: Option<Uuid>,
    /// The order.
    pub order: Option<Uuid>,
    /// When it was raised.
    pub raised: Stretch,
}

/// The critical value of that id; not found where the actor is not told of it.
pub async fn critical_value(app: &App, call: &Call<'_>, id: Uuid) -> Result<Seen> {
    policy::require(call.actor, Action::ReadCriticalValue)?;
    seen::require(app.db.reader(), call.actor, id).await
}

/// Those of the critical values that the actor's scope is told of, in one statement.
pub async fn by_ids(app: &App, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Seen>> {
    let ids = ids.iter().copied();
    let which = critical_value_party::Column::CriticalValueId.is_in(ids);
    of_scope(app, actor, which.into()).await
}

/// The critical values of many orders that the actor's scope is told of, the latest first, in one statement.
pub async fn of_orders(app: &App, actor: &Actor, orders: &[Uuid]) -> Result<Vec<Seen>> {
    let orders = orders.iter().copied();
    let which = critical_value::Column::OrderId.is_in(orders);
    of_scope(app, actor, which.into()).await
}

async fn of_scope(app: &App, actor: &Actor, which: Condition) -> Result<Vec<Seen>> {
    let Some(scope) = actor.scope.id() else {
        return Ok(Vec::new());
    };
    if policy::require(actor, Action::ReadCriticalValue).is_err() {
        return Ok(Vec::new());
    }
    let rows = critical_value_party::Entity::find()
        .find_also_related(critical_value::Entity)
        .filter(shown(scope))
        .filter(which)
        .order_by_desc(critical_value_party::Column::RaisedAt)
        .order_by_desc(critical_value_party::Column::CriticalValueId)
        .all(app.db.reader())
        .await?;
    Ok(both(rows))
}

/// One page of the critical values that the actor's scope is told of, the last raised first.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    window: &Window,
) -> Result<Slice<Seen>> {
    policy::require(actor, Action::ReadCriticalValue)?;
    let Some(query) = page(app, actor, filter, window) else {
        return Ok(window.slice(Vec::new()));
    };
    Ok(window.slice(both(query.all(app.db.reader()).await?)))
}

/// How many critical values the list has; none above 10,000.
pub async fn count(app: &App, actor: &Actor, filter: &Filter) -> Result<Option<i32>> {
    policy::require(actor, Action::ReadCriticalValue)?;
    let Some(condition) = visible(app, actor, filter) else {
        return Ok(Some(0));
    };
    let listed: Select<critical_value_party::Entity> = critical_value_party::Entity::find()
        .select_only()
        .column(critical_value_party::Column::CriticalValueId)
        .left_join(critical_value::Entity)
        .filter(condition);
    counted(listed, app.db.reader()).await
}

/// The statement of a page: what the filter leaves, in its order, from the place to go on from, and one row more than the page has. None
/// where the actor's scope has no rows at all.
#[must_use]
pub fn page(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    window: &Window,
) -> Option<SelectTwo<critical_value_party::Entity, critical_value::Entity>> {
    use critical_value_party::Column::{CriticalValueId, RaisedAt};
    let query = critical_value_party::Entity::find()
        .find_also_related(critical_value::Entity)
        .filter(visible(app, actor, filter)?);
    let by = [RaisedAt, CriticalValueId];
    Some(window.keyset(query, by, &Order::Desc, window.time()))
}

/// Whose it is, and of which order, is no way to find what one sees the header of.
fn visible(app: &App, actor: &Actor, filter: &Filter) -> Option<Condition> {
    use critical_value::Column as Row;
    use critical_value_party::Column as Party;
    let scope = actor.scope.id()?;
    let base = if filter.patient.is_some() || filter.order.is_some() {
        opened(scope)
    } else {
        shown(scope)
    };
    let patient = |id: Uuid| Party::PatientId.in_subquery(patients::ids_of([id]));
    let centres = filter.centre.clone();
    let condition = base
        .add_option(filter.status.clone().map(|all| Party::Status.is_in(all)))
        .add_option(centres.map(|all| Row::CentreId.is_in(all)))
        .add_option(filter.institution.map(|id| concerned(app, id)))
        .add_option(filter.overdue.map(|is| overdue(is, app.now())))
        .add_option(filter.patient.map(patient))
        .add_option(filter.order.map(|id| Party::OrderId.eq(id)))
        .add_option(filter.raised.from.map(|from| Party::RaisedAt.gte(from)))
        .add_option(filter.raised.until.map(|until| Party::RaisedAt.lt(until)));
    Some(condition)
}

fn concerned(app: &App, institution: Uuid) -> Condition {
    use critical_value::Column as Row;
    let directory = app.directory.now();
    let centres = directory.centres_of.get(&institution).cloned();
    let stations = directory
        .stations_of
        .get(&institution)
        .into_iter()
        .flatten();
    let addressed: Vec<Uuid> = stations.copied().chain([institution]).collect();
    Condition::any()
        .add(Row::RequestedById.is_in(addressed.clone()))
        .add(Row::HolderId.is_in(addressed))
        .add(Row::CentreId.is_in(centres.unwrap_or_default()))
}

fn overdue(is: bool, now: DateTime<Utc>) -> Condition {
    use critical_value_party::Column as Party;
    if is {
        return Condition::all()
            .add(Party::Status.eq(CriticalStatus::Notified))
            .add(Party::DueAt.lte(now));
    }
    Condition::any()
        .add(Party::Status.ne(CriticalStatus::Notified))
        .add(Party::DueAt.gt(now))
}

fn both(rows: Vec<(critical_value_party::Model, Option<critical_value::Model>)>) -> Vec<Seen> {
    rows.into_iter()
        .filter_map(|(party, row)| row.map(|row| Seen { row, party }))
        .collect()
}
