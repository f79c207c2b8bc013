//! Reading orders: one by key, lists by the relations of the actor's scope, and what belongs to them.

use chrono::{DateTime, Utc};
use entity::{
    batch_order,
    enums::{Action, CentreKind, OrderSide, OrderStatus, ReviewRule, Urgency},
    order, order_party, order_specimen, report, specimen,
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, FromQueryResult as _, JoinType, Order,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Select, SelectTwo,
    sea_query::{Expr, ExprTrait as _, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Call},
    error::{Error, Result},
    moment::Stretch,
    order::{
        seen::{self, Key, Seen, shown},
        state::{self, Facts, Workflow},
    },
    page::{Slice, Window, counted},
    patient::service as patients,
    policy,
};

/// Order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By which column of the relation.
    pub by: By,
    /// Whether the latest comes first.
    pub descending: bool,
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// When it was placed.
    Created,
    /// When it was last changed.
    Updated,
    /// Until when the report is due; only rows of which one is.
    Due,
}

/// The default order.
pub const LATEST: Sort = Sort {
    by: By::Created,
    descending: true,
};

impl Sort {
    /// The name that cursors carry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match (self.by, self.descending) {
            (By::Created, true) => "CREATED_AT_DESC",
            (By::Created, false) => "CREATED_AT_ASC",
            (By::Updated, true) => "UPDATED_AT_DESC",
            (By::Updated, false) => "UPDATED_AT_ASC",
            (By::Due, _) => "DUE_AT_ASC",
        }
    }

    const fn column(self) -> order_party::Column {
        match self.by {
            By::Created => order_party::Column::ListedAt,
            By::Updated => order_party::Column::UpdatedAt,
            By::Due => order_party::Column::DueAt,
        }
    }

    const fn order(self) -> Order {
        if self.descending {
            Order::Desc
        } else {
            Order::Asc
        }
    }

    /// The value that a row is sorted by.
    #[must_use]
    pub const fn value(self, party: &order_party::Model) -> Option<DateTime<Utc>> {
        match self.by {
            By::Created => Some(party.listed_at),
            By::Updated => Some(party.updated_at),
            By::Due => party.due_at,
        }
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Asked for by this institution, or done by its centres.
    pub institution: Option<Uuid>,
    /// Centres.
    pub centre: Option<Vec<Uuid>>,
    /// Kinds of centre.
    pub kind: Option<Vec<CentreKind>>,
    /// Institutions that ask.
    pub requested_by: Option<Vec<Uuid>>,
    /// The patient.
    pub patient: Option<Uuid>,
    /// The referral.
    pub referral: Option<Uuid>,
    /// The requisition.
    pub requisition: Option<String>,
    /// The barcode of a specimen.
    pub barcode: Option<String>,
    /// Items.
    pub item: Option<Vec<Uuid>>,
    /// Statuses.
    pub status: Option<Vec<OrderStatus>>,
    /// How urgent.
    pub priority: Option<Vec<Urgency>>,
    /// Whose move it is.
    pub awaiting: Option<OrderSide>,
    /// Whether the report is late.
    pub overdue: Option<bool>,
    /// Due before that.
    pub due_before: Option<DateTime<Utc>>,
    /// Whether a batch that it holds packs of is recalled.
    pub recalled: Option<bool>,
    /// The batch that it holds packs of.
    pub batch: Option<Uuid>,
    /// When it was placed.
    pub created: Stretch,
    /// When it was last changed.
    pub updated: Stretch,
}

/// The order of that key; [`NotFound`](crate::error::Error::NotFound) where the actor does not see it.
pub async fn order(app: &App, call: &Call<'_>, key: &Key) -> Result<Seen> {
    policy::require(call.actor, Action::ReadOrder)?;
    let seen = seen::read(app.db.reader(), app, call.actor, key).await?;
    seen.ok_or(Error::NotFound)
}

/// Those of the orders that the actor's scope sees, in one statement.
pub async fn by_ids(app: &App, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Seen>> {
    let Some(scope) = actor.scope.id() else {
        return Ok(Vec::new());
    };
    if !policy::permits(&actor.roles, Action::ReadOrder) {
        return Ok(Vec::new());
    }
    let rows = order_party::Entity::find()
        .find_also_related(order::Entity)
        .filter(shown(scope, app.now()))
        .filter(order_party::Column::OrderId.is_in(ids.iter().copied()))
        .all(app.db.reader())
        .await?;
    Ok(both(rows))
}

/// One page of the orders that the actor's scope sees.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    sort: Sort,
    window: &Window,
) -> Result<Slice<Seen>> {
    policy::require(actor, Action::ReadOrder)?;
    let Some(query) = page(app, actor, filter, sort, window) else {
        return Ok(window.slice(Vec::new()));
    };
    Ok(window.slice(both(query.all(app.db.reader()).await?)))
}

/// How many orders the list has; none above 10,000.
pub async fn count(app: &App, actor: &Actor, filter: &Filter, sort: Sort) -> Result<Option<i32>> {
    policy::require(actor, Action::ReadOrder)?;
    let Some(condition) = visible(app, actor, filter) else {
        return Ok(Some(0));
    };
    let listed: Select<order_party::Entity> = order_party::Entity::find()
        .select_only()
        .column(order_party::Column::OrderId)
        .left_join(order::Entity)
        .filter(condition)
        .filter(sort.column().is_not_null());
    counted(listed, app.db.reader()).await
}

/// The statement of a page: what the filter leaves, in its order, from the place to go on from, and one row more than the page has. None
/// where the actor's scope has no rows at all.
#[must_use]
pub fn page(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    sort: Sort,
    window: &Window,
) -> Option<SelectTwo<order_party::Entity, order::Entity>> {
    let query = order_party::Entity::find()
        .find_also_related(order::Entity)
        .filter(visible(app, actor, filter)?)
        .filter(sort.column().is_not_null());
    let by = [sort.column(), order_party::Column::OrderId];
    Some(window.keyset(query, by, &sort.order(), window.time()))
}

fn visible(app: &App, actor: &Actor, filter: &Filter) -> Option<Condition> {
    use order::Column as Row;
    use order_party::Column as Party;
    let now = app.now();
    let institution = |id: Uuid| {
        Condition::any()
            .add(Row::RequestedById.eq(id))
            .add(Row::HostId.eq(id))
    };
    let overdue = |is: bool| {
        let late = Condition::all()
            .add(Party::DueAt.lte(now))
            .add(Row::ReportedAt.is_null());
        if is { late } else { late.not() }
    };
    let barcode = |barcode: &String| {
        let of_specimen = Expr::col((order_specimen::Entity, order_specimen::Column::SpecimenId))
            .equals((specimen::Entity, specimen::Column::Id));
        let found = Query::select()
            .column(order_specimen::Column::OrderId)
            .from(order_specimen::Entity)
            .inner_join(specimen::Entity, of_specimen)
            .and_where(specimen::Column::Barcode.eq(barcode))
            .to_owned();
        Party::OrderId.in_subquery(found)
    };
    let patient = |id: Uuid| Party::PatientId.in_subquery(patients::ids_of([id]));
    let narrowed = shown(actor.scope.id()?, now)
        .add_option(filter.institution.map(institution))
        .add_option(filter.centre.clone().map(|all| Row::CentreId.is_in(all)))
        .add_option(filter.kind.clone().map(|all| Row::Kind.is_in(all)))
        .add_option(
            filter
                .requested_by
                .clone()
                .map(|all| Row::RequestedById.is_in(all)),
        )
        .add_option(filter.patient.map(patient))
        .add_option(filter.referral.map(|id| Party::ReferralId.eq(id)))
        .add_option(
            filter
                .requisition
                .as_ref()
                .map(|text| Row::Requisition.eq(text)),
        )
        .add_option(filter.barcode.as_ref().map(barcode))
        .add_option(filter.item.clone().map(|all| Row::ItemId.is_in(all)))
        .add_option(filter.status.clone().map(|all| Party::Status.is_in(all)))
        .add_option(filter.priority.clone().map(|all| Row::Priority.is_in(all)))
        .add_option(filter.awaiting.map(awaiting))
        .add_option(filter.overdue.map(overdue))
        .add_option(filter.recalled.map(|is| Row::Recalled.eq(is)))
        .add_option(
            filter
                .batch
                .map(|id| Party::OrderId.in_subquery(held([id]))),
        )
        .add_option(filter.due_before.map(|before| Party::DueAt.lt(before)))
        .add_option(filter.created.from.map(|from| Party::ListedAt.gte(from)))
        .add_option(filter.created.until.map(|until| Party::ListedAt.lt(until)))
        .add_option(filter.updated.from.map(|from| Party::UpdatedAt.gte(from)))
        .add_option(filter.updated.until.map(|until| Party::UpdatedAt.lt(until)));
    Some(narrowed)
}

/// The orders that hold packs of these batches.
fn held(batches: impl IntoIterator<Item = Uuid>) -> SelectStatement {
    Query::select()
        .column(batch_order::Column::OrderId)
        .from(batch_order::Entity)
        .and_where(batch_order::Column::BatchId.is_in(batches))
        .to_owned()
}

/// The rows in which it is that side's move, by the table.
fn awaiting(side: OrderSide) -> Condition {
    let mut any = Condition::any();
    for kind in CentreKind::ALL.iter().copied() {
        let Some(workflow) = Workflow::of(kind) else {
            continue;
        };
        for review in ReviewRule::ALL.iter().copied() {
            let at = |status: &OrderStatus| {
                let facts = Facts {
                    workflow,
                    status: *status,
                    before: *status,
                    drawn_at_host: false,
                    review,
                    recalled: false,
                };
                state::awaiting(&facts) == Some(side)
            };
            let statuses: Vec<_> = OrderStatus::ALL.iter().copied().filter(at).collect();
            any = any.add(
                Condition::all()
                    .add(order::Column::Kind.eq(kind))
                    .add(order::Column::Review.eq(review))
                    .add(order_party::Column::Status.is_in(statuses)),
            );
        }
    }
    any
}

fn both(rows: Vec<(order_party::Model, Option<order::Model>)>) -> Vec<Seen> {
    rows.into_iter()
        .filter_map(|(party, row)| row.map(|row| Seen { row, party }))
        .collect()
}

/// What many objects have orders of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Of {
    /// A referral.
    Referral,
    /// A patient.
    Patient,
    /// A sterile batch.
    Batch,
}

/// Pages of the orders of many referrals, patients or batches that the actor's scope sees, each with its object, the latest first, in one statement.
pub async fn below(
    app: &App,
    actor: &Actor,
    of: Of,
    objects: &[Uuid],
    window: &Window,
) -> Result<Vec<(Uuid, Seen)>> {
    use order_party::Column::{ListedAt, OrderId, PatientId, ReferralId, ScopeId};
    let Some(scope) = actor.scope.id() else {
        return Ok(Vec::new());
    };
    if !policy::permits(&actor.roles, Action::ReadOrder) {
        return Ok(Vec::new());
    }
    let mut listed = Query::select();
    listed
        .column((order_party::Entity, OrderId))
        .from(order_party::Entity)
        .cond_where(shown(scope, app.now()));
    let object = match of {
        Of::Referral => {
            listed.and_where(ReferralId.is_in(objects.iter().copied()));
            ReferralId.into_expr()
        }
        Of::Patient => {
            listed.and_where(PatientId.in_subquery(patients::ids_of(objects.iter().copied())));
            patients::record_of(PatientId.into_expr())
        }
        Of::Batch => {
            let of_order = batch_order::Column::OrderId.into_expr();
            listed
                .inner_join(batch_order::Entity, of_order.eq(OrderId.into_expr()))
                .and_where(batch_order::Column::BatchId.is_in(objects.iter().copied()));
            batch_order::Column::BatchId.into_expr()
        }
    };
    let beyond = window.beyond([ListedAt, OrderId], &Order::Desc, window.time());
    listed
        .expr_as(object, OBJECT)
        .column(ListedAt)
        .and_where_option(beyond);
    let rows = Query::select()
        .column(OrderId)
        .column(OBJECT)
        .from_subquery(listed, "listed")
        .to_owned();
    let over = "PARTITION BY object ORDER BY listed_at DESC, order_id DESC";
    let wanted = window.of_each(rows, over, ["order_id", OBJECT]);
    let found: Vec<Placed> = Placed::find_by_statement(app.db.backend().build(&wanted))
        .all(app.db.reader())
        .await?;
    let rows = order_party::Entity::find()
        .find_also_related(order::Entity)
        .filter(ScopeId.eq(scope))
        .filter(OrderId.is_in(found.iter().map(|placed| placed.order_id)))
        .order_by_desc(ListedAt)
        .order_by_desc(OrderId)
        .all(app.db.reader())
        .await?;
    let seen = both(rows);
    let objects = seen.iter().flat_map(|seen| {
        let placed = found.iter().filter(|placed| placed.order_id == seen.row.id);
        placed.map(|placed| (placed.object, seen.clone()))
    });
    Ok(objects.collect())
}

/// The name under which a statement tells the object of an order.
const OBJECT: &str = "object";

#[derive(sea_orm::FromQueryResult)]
struct Placed {
    order_id: Uuid,
    object: Uuid,
}

/// Every version of these reports, the latest first.
pub async fn reports(app: &App, reports: &[Uuid]) -> Result<Vec<report::Model>> {
    let rows = report::Entity::find()
        .filter(report::Column::Id.is_in(reports.iter().copied()))
        .order_by_asc(report::Column::Id)
        .order_by_desc(report::Column::Version)
        .all(app.db.reader())
        .await?;
    Ok(rows)
}

/// The specimens of these orders, each with its order, the latest first.
pub async fn specimens(app: &App, orders: &[Uuid]) -> Result<Vec<(Uuid, specimen::Model)>> {
    let of_specimen = order_specimen::Entity::belongs_to(specimen::Entity)
        .from(order_specimen::Column::SpecimenId)
        .to(specimen::Column::Id);
    let rows = order_specimen::Entity::find()
        .join(JoinType::InnerJoin, of_specimen.into())
        .select_also(specimen::Entity)
        .filter(order_specimen::Column::OrderId.is_in(orders.iter().copied()))
        .order_by_desc(specimen::Column::CollectedAt)
        .order_by_desc(specimen::Column::Id)
        .all(app.db.reader())
        .await?;
    let pairs = rows.into_iter();
    Ok(pairs
        .filter_map(|(link, row)| row.map(|row| (link.order_id, row)))
        .collect())
}
