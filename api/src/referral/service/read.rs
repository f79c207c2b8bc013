//! Reading referrals: one by key, lists by the relations of the actor's scope.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, Basis, ReferralStatus},
    patient, referral, referral_party,
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, FromQueryResult as _, JoinType,
    Order, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _, Select, SelectTwo,
    sea_query::{Expr, ExprTrait as _, Query},
};
use uuid::Uuid;

use super::filter::{Filter, readable, visible};
use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::{Error, Result},
    page::{Slice, Window, counted},
    patient::service as patients,
    policy,
    referral::{
        seen::{self, Key, Seen},
        state,
    },
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
    /// When it was posted, or first written.
    Submitted,
    /// When it was last changed.
    Updated,
    /// Until when the receiver is to answer; only rows that have it.
    AnswerDue,
    /// When the patient is expected; only rows that have it.
    Planned,
}

impl Sort {
    /// The name that cursors carry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match (self.by, self.descending) {
            (By::Submitted, true) => "SUBMITTED_AT_DESC",
            (By::Submitted, false) => "SUBMITTED_AT_ASC",
            (By::Updated, true) => "UPDATED_AT_DESC",
            (By::Updated, false) => "UPDATED_AT_ASC",
            (By::AnswerDue, _) => "ANSWER_DUE_AT_ASC",
            (By::Planned, _) => "PLANNED_AT_ASC",
        }
    }

    const fn column(self) -> referral_party::Column {
        match self.by {
            By::Submitted => referral_party::Column::ListedAt,
            By::Updated => referral_party::Column::UpdatedAt,
            By::AnswerDue => referral_party::Column::AnswerDueAt,
            By::Planned => referral_party::Column::PlannedAt,
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
    pub fn value(self, party: &referral_party::Model) -> Option<DateTime<Utc>> {
        match self.by {
            By::Submitted => Some(party.listed_at),
            By::Updated => Some(party.updated_at),
            By::AnswerDue => party.answer_due_at,
            By::Planned => party.planned_at,
        }
    }
}

/// The referral of that key; [`Error::NotFound`] where the actor does not see it.
pub async fn referral(app: &App, call: &Call<'_>, key: &Key) -> Result<Seen> {
    policy::require(call.actor, Action::ReadReferral)?;
    let seen = seen::read(app.db.reader(), call.actor, key, app.now()).await?;
    seen.ok_or(Error::NotFound)
}

/// Those of the referrals that the actor's scope sees, in one statement; none for a role that reads no referrals.
pub async fn by_ids(app: &App, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Seen>> {
    if !policy::permits(&actor.roles, Action::ReadReferral) {
        return Ok(Vec::new());
    }
    let Some(scope) = actor.scope.id() else {
        return Ok(Vec::new());
    };
    let rows = referral_party::Entity::find()
        .find_also_related(referral::Entity)
        .filter(referral_party::Column::ScopeId.eq(scope))
        .filter(referral_party::Column::ReferralId.is_in(ids.iter().copied()))
        .all(app.db.reader())
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(party, row)| row.map(|row| Seen { row, party }))
        .collect())
}

/// One page of the referrals that the actor's scope sees.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    sort: Sort,
    window: &Window,
) -> Result<Slice<Seen>> {
    policy::require(actor, Action::ReadReferral)?;
    let Some(query) = page(app, actor, filter, sort, window) else {
        return Ok(window.slice(Vec::new()));
    };
    let rows = query.all(app.db.reader()).await?;
    let rows = rows
        .into_iter()
        .filter_map(|(party, row)| row.map(|row| Seen { row, party }))
        .collect();
    Ok(window.slice(rows))
}

/// How many referrals the list has; none above 10,000.
pub async fn count(app: &App, actor: &Actor, filter: &Filter, sort: Sort) -> Result<Option<i32>> {
    if !policy::permits(&actor.roles, Action::ReadReferral) {
        return Ok(Some(0));
    }
    let Some(condition) = visible(app, actor, filter) else {
        return Ok(Some(0));
    };
    let listed: Select<referral_party::Entity> = referral_party::Entity::find()
        .select_only()
        .column(referral_party::Column::ReferralId)
        .left_join(referral::Entity)
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
) -> Option<SelectTwo<referral_party::Entity, referral::Entity>> {
    let query = referral_party::Entity::find()
        .find_also_related(referral::Entity)
        .filter(visible(app, actor, filter)?)
        .filter(sort.column().is_not_null());
    let by = [sort.column(), referral_party::Column::ReferralId];
    Some(window.keyset(query, by, &sort.order(), window.time()))
}

/// Pages of the referrals of many patients that the actor's scope sees, each with the patient's record, the latest first, in one
/// statement.
pub async fn of_patients(
    app: &App,
    actor: &Actor,
    records: &[Uuid],
    window: &Window,
) -> Result<Vec<(Uuid, Seen)>> {
    let Some(scope) = actor.scope.id() else {
        return Ok(Vec::new());
    };
    // Of a patient whom somebody sees by another relation, an order's.
    if !policy::permits(&actor.roles, Action::ReadReferral) {
        return Ok(Vec::new());
    }
    let of_patient = Expr::col((referral_party::Entity, referral_party::Column::PatientId))
        .equals((patient::Entity, patient::Column::Id));
    let by = [
        referral_party::Column::ListedAt,
        referral_party::Column::ReferralId,
    ];
    let rows = Query::select()
        .column(referral_party::Column::ReferralId)
        .column(patient::Column::RecordId)
        .from(referral_party::Entity)
        .inner_join(patient::Entity, of_patient)
        .and_where(referral_party::Column::ScopeId.eq(scope))
        .and_where(patient::Column::RecordId.is_in(records.iter().copied()))
        .cond_where(readable(actor, app.now()))
        .and_where_option(window.beyond(by, &Order::Desc, window.time()))
        .to_owned();
    let over = "PARTITION BY record_id ORDER BY listed_at DESC, referral_id DESC";
    let wanted = window.of_each(rows, over, ["referral_id"]);
    let of_record = referral_party::Entity::belongs_to(patient::Entity)
        .from(referral_party::Column::PatientId)
        .to(patient::Column::Id);
    let query = referral_party::Entity::find()
        .find_also_related(referral::Entity)
        .join(JoinType::InnerJoin, of_record.into())
        .expr_as(patient::Column::RecordId.into_expr(), RECORD)
        .filter(referral_party::Column::ScopeId.eq(scope))
        .filter(referral_party::Column::ReferralId.in_subquery(wanted))
        .order_by_desc(referral_party::Column::ListedAt)
        .order_by_desc(referral_party::Column::ReferralId);
    let statement = query.build(app.db.backend());
    let rows = app.db.reader().query_all_raw(statement).await?;
    rows.iter()
        .map(|row| {
            let seen = Seen {
                party: referral_party::Model::from_query_result(row, "A_")?,
                row: referral::Model::from_query_result(row, "B_")?,
            };
            Ok((row.try_get("", RECORD)?, seen))
        })
        .collect()
}

/// The name under which a statement tells the record of a patient.
const RECORD: &str = "record";

/// A page of the referrals of a patient whom the actor has opened by break-glass, whoever's they are, the latest first.
pub async fn of_opened(
    app: &App,
    actor: &Actor,
    record: Uuid,
    window: &Window,
) -> Result<Vec<Seen>> {
    policy::require(actor, Action::ReadReferral)?;
    let Some(query) = opened_of(app, actor, record) else {
        return Ok(Vec::new());
    };
    let by = [referral::Column::SubmittedAt, referral::Column::Id];
    let query = window.keyset(query, by, &Order::Desc, window.time());
    let rows = query.all(app.db.reader()).await?;
    let seen = rows.into_iter();
    Ok(seen.map(|row| Seen::by_break_glass(actor, row)).collect())
}

/// How many there are; none above 10,000.
pub async fn count_opened(app: &App, actor: &Actor, record: Uuid) -> Result<Option<i32>> {
    policy::require(actor, Action::ReadReferral)?;
    let Some(query) = opened_of(app, actor, record) else {
        return Ok(Some(0));
    };
    counted(query, app.db.reader()).await
}

fn opened_of(app: &App, actor: &Actor, record: Uuid) -> Option<Select<referral::Entity>> {
    let of_record = Expr::col((patients::MEMBER, patient::Column::RecordId)).eq(record);
    Some(seen::opened(actor, app.now())?.filter(of_record))
}

/// The default order.
pub const LATEST: Sort = Sort {
    by: By::Submitted,
    descending: true,
};

/// What is open at an institution.
#[derive(Clone, Debug, Default)]
pub struct OpenWork {
    /// How many referrals.
    pub referrals: u64,
    /// The numbers of the first of them, the oldest first; at most 100.
    pub numbers: Vec<String>,
}

/// How many open referrals are listed by number.
pub const OPEN_LISTED: u64 = 100;

/// The open referrals that an institution sends or receives.
pub async fn open_work(txn: &Txn, institution: Uuid) -> Result<OpenWork> {
    let open = ReferralStatus::ALL
        .iter()
        .copied()
        .filter(|status| state::is_open(*status) && *status != ReferralStatus::Draft);
    let open = referral_party::Entity::find()
        .filter(referral_party::Column::ScopeId.eq(institution))
        .filter(referral_party::Column::Basis.is_in([Basis::Sender, Basis::Receiver]))
        .filter(referral_party::Column::Status.is_in(open));
    let listed = open
        .clone()
        .find_also_related(referral::Entity)
        .order_by_asc(referral_party::Column::ListedAt)
        .limit(OPEN_LISTED);
    let numbers = listed
        .all(&**txn)
        .await?
        .into_iter()
        .filter_map(|(_, row)| row.map(|row| row.number))
        .collect();
    Ok(OpenWork {
        referrals: open.count(&**txn).await?,
        numbers,
    })
}
