//! Reading dispatches: one by id, lists by what the actor's scope sees, and what was logged of them.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    dispatch::{self, Model},
    dispatch_log, dispatch_party,
    enums::{Action, DispatchKind, DispatchStatus},
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, FromQueryResult, Order, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Select, SelectTwo,
    sea_query::{Expr, ExprTrait as _, Query},
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Call},
    clock::{end_of_day, shanghai_midnight},
    dispatch::seen,
    error::Result,
    page::{Slice, Window, counted},
    policy,
};

/// A column by which a list of dispatches is sorted, and which way.
#[derive(Clone, Copy, Debug)]
pub struct Sort {
    name: &'static str,
    column: dispatch_party::Column,
    descending: bool,
}

/// By the first day.
pub const STARTS: [Sort; 2] = [
    Sort {
        name: "STARTS_ON_DESC",
        column: dispatch_party::Column::StartsAt,
        descending: true,
    },
    Sort {
        name: "STARTS_ON_ASC",
        column: dispatch_party::Column::StartsAt,
        descending: false,
    },
];
/// By the last day.
pub const ENDS: Sort = Sort {
    name: "ENDS_ON_ASC",
    column: dispatch_party::Column::EndsAt,
    descending: false,
};

impl Sort {
    /// The name that cursors bear.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The value by which the row is sorted.
    #[must_use]
    pub fn value(self, row: &Model) -> DateTime<Utc> {
        match self.column {
            dispatch_party::Column::EndsAt => end_of_day(row.last_day()),
            _ => shanghai_midnight(row.starts_on),
        }
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those in which the caller is the expert, wherever they act.
    pub mine: bool,
    /// The sender or the host.
    pub institution: Option<Uuid>,
    /// Senders.
    pub sender: Option<Vec<Uuid>>,
    /// Hosts.
    pub host: Option<Vec<Uuid>>,
    /// The expert.
    pub practitioner: Option<Uuid>,
    /// What they are sent for.
    pub kind: Option<Vec<DispatchKind>>,
    /// Where they stand.
    pub status: Option<Vec<DispatchStatus>>,
    /// A day within the dispatch.
    pub on: Option<NaiveDate>,
}

impl Filter {
    fn scope(&self, actor: &Actor) -> Option<Uuid> {
        if self.mine {
            actor.practitioner
        } else {
            actor.scope.id()
        }
    }

    fn condition(&self, actor: &Actor) -> Option<Condition> {
        use dispatch::Column as Row;
        use dispatch_party::Column as Party;
        let either = |id: Uuid| {
            Condition::any()
                .add(Row::SenderId.eq(id))
                .add(Row::HostId.eq(id))
        };
        let within = |day: NaiveDate| {
            Condition::all()
                .add(Party::StartsAt.lt(end_of_day(day)))
                .add(Party::EndsAt.gt(shanghai_midnight(day)))
        };
        let condition = Condition::all()
            .add(Party::ScopeId.eq(self.scope(actor)?))
            .add_option(self.institution.map(either))
            .add_option(self.sender.clone().map(|ids| Row::SenderId.is_in(ids)))
            .add_option(self.host.clone().map(|ids| Row::HostId.is_in(ids)))
            .add_option(self.practitioner.map(|id| Row::PractitionerId.eq(id)))
            .add_option(self.kind.clone().map(|all| Row::Kind.is_in(all)))
            .add_option(self.status.clone().map(|all| Party::Status.is_in(all)))
            .add_option(self.on.map(within));
        Some(condition)
    }
}

/// The dispatch of that id; not found where the actor does not see it.
pub async fn dispatch(app: &App, call: &Call<'_>, id: Uuid) -> Result<Model> {
    policy::require(call.actor, Action::ReadDispatch)?;
    seen::require(app.db.reader(), call.actor, id).await
}

/// One page of the dispatches that the actor's scope sees.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    sort: Sort,
    window: &Window,
) -> Result<Slice<Model>> {
    policy::require(actor, Action::ReadDispatch)?;
    let Some(query) = page(actor, filter, sort, window) else {
        return Ok(window.slice(Vec::new()));
    };
    let rows = query.all(app.db.reader()).await?;
    Ok(window.slice(rows.into_iter().filter_map(|(_, row)| row).collect()))
}

/// How many dispatches the list has; none above 10,000.
pub async fn count(app: &App, actor: &Actor, filter: &Filter) -> Result<Option<i32>> {
    policy::require(actor, Action::ReadDispatch)?;
    let Some(condition) = filter.condition(actor) else {
        return Ok(Some(0));
    };
    let listed: Select<dispatch_party::Entity> = dispatch_party::Entity::find()
        .select_only()
        .column(dispatch_party::Column::DispatchId)
        .left_join(dispatch::Entity)
        .filter(condition);
    counted(listed, app.db.reader()).await
}

/// The statement of a page: what the filter leaves, in its order, from the place to go on from, and one row more than the page has. None where the
/// actor's scope has no rows at all.
#[must_use]
pub fn page(
    actor: &Actor,
    filter: &Filter,
    sort: Sort,
    window: &Window,
) -> Option<SelectTwo<dispatch_party::Entity, dispatch::Entity>> {
    use dispatch_party::Column::DispatchId;
    let query = dispatch_party::Entity::find()
        .find_also_related(dispatch::Entity)
        .filter(filter.condition(actor)?);
    let order = if sort.descending {
        Order::Desc
    } else {
        Order::Asc
    };
    Some(window.keyset(query, [sort.column, DispatchId], &order, window.time()))
}

/// On which side institutions have dispatches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Of {
    /// They send.
    Sender,
    /// They receive.
    Host,
}

impl Of {
    /// The institution on that side.
    #[must_use]
    pub const fn institution(self, row: &Model) -> Option<Uuid> {
        match self {
            Self::Sender => row.sender_id,
            Self::Host => Some(row.host_id),
        }
    }
}

/// Pages of the dispatches of many institutions that the actor's scope sees, the latest first, in one statement.
pub async fn below(
    app: &App,
    actor: &Actor,
    of: Of,
    institutions: &[Uuid],
    window: &Window,
) -> Result<Vec<Model>> {
    use dispatch_party::Column::{DispatchId, ScopeId, StartsAt};
    let Some(scope) = actor.scope.id() else {
        return Ok(Vec::new());
    };
    if !policy::permits(&actor.roles, Action::ReadDispatch) {
        return Ok(Vec::new());
    }
    let (column, over) = match of {
        Of::Sender => (
            dispatch::Column::SenderId,
            "PARTITION BY sender_id ORDER BY starts_at DESC, dispatch_id DESC",
        ),
        Of::Host => (
            dispatch::Column::HostId,
            "PARTITION BY host_id ORDER BY starts_at DESC, dispatch_id DESC",
        ),
    };
    let key = |column: dispatch_party::Column| (dispatch_party::Entity, column);
    let own = (dispatch::Entity, dispatch::Column::Id);
    let rows = Query::select()
        .column(key(DispatchId))
        .from(dispatch_party::Entity)
        .inner_join(dispatch::Entity, Expr::col(own).equals(key(DispatchId)))
        .and_where(ScopeId.eq(scope))
        .and_where(column.is_in(institutions.iter().copied()))
        .and_where_option(window.beyond([StartsAt, DispatchId], &Order::Desc, window.time()))
        .to_owned();
    let wanted = window.of_each(rows, over, ["dispatch_id"]);
    let mut rows = dispatch::Entity::find()
        .filter(dispatch::Column::Id.in_subquery(wanted))
        .all(app.db.reader())
        .await?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.starts_on, row.id)));
    Ok(rows)
}

/// The sort that cursors of logs name: the latest half-day first.
pub const LOGS: &str = "AT_DESC";

/// Pages of what was logged of many dispatches, the latest half-day first, in one statement; what was corrected is not among it.
pub async fn logs(
    app: &App,
    dispatches: &[Uuid],
    window: &Window,
) -> Result<Vec<dispatch_log::Model>> {
    use dispatch_log::Column::{At, DispatchId, Id, ReplacedAt};
    let rows = Query::select()
        .column(Id)
        .from(dispatch_log::Entity)
        .and_where(DispatchId.is_in(dispatches.iter().copied()))
        .and_where(ReplacedAt.is_null())
        .and_where_option(window.beyond([At, Id], &Order::Desc, window.time()))
        .to_owned();
    let over = "PARTITION BY dispatch_id ORDER BY at DESC, id DESC";
    let wanted = window.of_each(rows, over, ["id"]);
    let rows = dispatch_log::Entity::find()
        .filter(Id.in_subquery(wanted))
        .order_by_desc(At)
        .order_by_desc(Id)
        .all(app.db.reader())
        .await?;
    Ok(rows)
}

/// How many half-days are logged of a dispatch.
pub async fn count_logs(app: &App, dispatch: Uuid) -> Result<Option<i32>> {
    let rows = dispatch_log::Entity::find()
        .filter(dispatch_log::Column::DispatchId.eq(dispatch))
        .filter(dispatch_log::Column::ReplacedAt.is_null())
        .count(app.db.reader())
        .await?;
    Ok(i32::try_from(rows).ok())
}

/// What these half-days were said to be before they were corrected, the latest first, by dispatch and beginning.
pub async fn earlier(
    app: &App,
    half_days: &[(Uuid, DateTime<Utc>)],
) -> Result<HashMap<(Uuid, DateTime<Utc>), Vec<dispatch_log::Model>>> {
    use dispatch_log::Column::{At, DispatchId, ReplacedAt, Revision};
    let keys = half_days
        .iter()
        .map(|(dispatch, at)| Expr::tuple([Expr::val(*dispatch), Expr::val(*at)]));
    let rows = dispatch_log::Entity::find()
        .filter(Expr::tuple([DispatchId.into_expr(), At.into_expr()]).is_in(keys))
        .filter(ReplacedAt.is_not_null())
        .order_by_desc(Revision)
        .all(app.db.reader())
        .await?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        found
            .entry((row.dispatch_id, row.at))
            .or_default()
            .push(row);
    }
    Ok(found)
}

/// What was logged of one dispatch, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, FromQueryResult)]
pub struct Totals {
    /// The dispatch.
    pub dispatch_id: Uuid,
    /// Half-days.
    pub half_days: i64,
    /// Outpatients.
    pub outpatients: i64,
    /// Patients seen on ward rounds.
    pub ward_rounds: i64,
    /// Operations.
    pub operations: i64,
    /// Consultations.
    pub consultations: i64,
    /// Hours of teaching.
    pub teaching_hours: f64,
    /// How many were taught.
    pub teaching_heads: i64,
}

/// What was logged of these dispatches, added up in one statement; none of one of which nothing was.
pub async fn totals(app: &App, dispatches: &[Uuid]) -> Result<Vec<Totals>> {
    use dispatch_log::Column::{
        Consultations, DispatchId, Id, Operations, Outpatients, ReplacedAt, TeachingHeads,
        TeachingHours, WardRounds,
    };
    let rows = dispatch_log::Entity::find()
        .select_only()
        .column(DispatchId)
        .column_as(Id.count(), "half_days")
        .column_as(Outpatients.sum(), "outpatients")
        .column_as(WardRounds.sum(), "ward_rounds")
        .column_as(Operations.sum(), "operations")
        .column_as(Consultations.sum(), "consultations")
        .column_as(TeachingHours.sum(), "teaching_hours")
        .column_as(TeachingHeads.sum(), "teaching_heads")
        .filter(DispatchId.is_in(dispatches.iter().copied()))
        .filter(ReplacedAt.is_null())
        .group_by(DispatchId)
        .into_model::<Totals>()
        .all(app.db.reader())
        .await?;
    Ok(rows)
}
