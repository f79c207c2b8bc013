//! Holds 预留: what is kept for the patient of an accepted referral, or for a remote consultation. Called inside the transaction of the verb that takes or ends one.
//!
//! Each taking is one guarded statement: of those who want the last bed at once, the first gets it and the others are refused. Where
//! a verb gives one back and takes another, the rows are changed in the order of their ids, so that two such verbs never wait for each other.

use chrono::{DateTime, Utc};
use entity::{bed_pool, enums::HoldState, hold, practitioner, slot};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, UpdateMany,
    sea_query::{Expr, ExprTrait as _, SimpleExpr},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    app::App,
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
};

/// What can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Resource {
    /// A bed of that pool.
    BedPool(Uuid),
    /// A place in that session.
    Slot(Uuid),
}

impl Resource {
    const fn id(self) -> Uuid {
        match self {
            Self::BedPool(id) | Self::Slot(id) => id,
        }
    }

    /// The resource of a hold.
    #[must_use]
    pub fn of(row: &hold::Model) -> Option<Self> {
        let bed = row.bed_pool_id.map(Self::BedPool);
        bed.or(row.slot_id.map(Self::Slot))
    }
}

/// What a verb wants to be held, and what it must fit.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The bed pool that is named.
    pub bed_pool: Option<Uuid>,
    /// The slot that is named.
    pub slot: Option<Uuid>,
    /// The institution that takes the patient.
    pub receiver: Option<Uuid>,
    /// The department that takes the patient.
    pub department: Option<Uuid>,
    /// When the patient is expected.
    pub planned_at: Option<DateTime<Utc>>,
    /// When the verb happens.
    pub at: DateTime<Utc>,
}

/// What something is held for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// The patient of an accepted referral.
    Referral(Uuid),
    /// A remote consultation that an expert has claimed.
    Order(Uuid),
}

/// What becomes of the holds of a referral or an order in one change of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The hold that ends, and how.
    pub ends: Option<(Uuid, HoldState)>,
    /// The id of the hold that begins, what it holds, and how it begins: consumed at once where the patient is there already.
    pub begins: Option<(Uuid, Resource, HoldState)>,
}

/// The resource that is named, or none; notes what is wrong with it: not the receiver's, not the department's, over, withdrawn, at
/// another time than the patient is expected.
pub async fn check(
    txn: &Txn,
    wanted: &Wanted,
    problems: &mut Problems,
) -> Result<Option<Resource>> {
    match (wanted.bed_pool, wanted.slot) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => {
            let message = "Name a bed pool or a slot, not both.";
            problems.add("input.slot", ProblemCode::Inconsistent, message);
            Ok(None)
        }
        (Some(id), None) => check_bed_pool(txn, wanted, id, problems).await,
        (None, Some(id)) => check_slot(txn, wanted, id, problems).await,
    }
}

async fn check_bed_pool(
    txn: &Txn,
    wanted: &Wanted,
    id: Uuid,
    problems: &mut Problems,
) -> Result<Option<Resource>> {
    let path = "input.bedPool";
    let found = bed_pool::Entity::find_by_id(id).one(&**txn).await?;
    let own = found.filter(|row| Some(row.institution_id) == wanted.receiver);
    let Some(row) = own else {
        let message = "No bed pool of that institution.";
        problems.add(path, ProblemCode::UnknownId, message);
        return Ok(None);
    };
    let fits = row.department_id.is_none() || row.department_id == wanted.department;
    let message = "These beds are another department's.";
    problems.check(fits, path, ProblemCode::Inconsistent, message);
    Ok(Some(Resource::BedPool(id)))
}

async fn check_slot(
    txn: &Txn,
    wanted: &Wanted,
    id: Uuid,
    problems: &mut Problems,
) -> Result<Option<Resource>> {
    let path = "input.slot";
    let found = slot::Entity::find_by_id(id).one(&**txn).await?;
    let own = found.filter(|row| Some(row.institution_id) == wanted.receiver);
    let Some(row) = own else {
        let message = "No slot of that institution.";
        problems.add(path, ProblemCode::UnknownId, message);
        return Ok(None);
    };
    let fits = row.department_id.is_none() || row.department_id == wanted.department;
    let message = "This session is another department's.";
    problems.check(fits, path, ProblemCode::Inconsistent, message);
    check_session(&row, wanted.planned_at, wanted.at, problems);
    Ok(Some(Resource::Slot(id)))
}

/// The session in which an expert sees a patient from afar: the expert's own, or one of the expert's institution that is nobody's own. Notes what
/// is wrong with it.
pub async fn check_expert(
    txn: &Txn,
    id: Uuid,
    expert: Option<&practitioner::Model>,
    planned: Option<DateTime<Utc>>,
    at: DateTime<Utc>,
    problems: &mut Problems,
) -> Result<Option<Resource>> {
    let found = slot::Entity::find_by_id(id).one(&**txn).await?;
    let own = found.zip(expert).filter(|(row, expert)| {
        row.institution_id == expert.institution_id
            && row.practitioner_id.is_none_or(|whose| whose == expert.id)
    });
    let Some((row, _)) = own else {
        let message = "No session of that expert.";
        problems.add("input.slot", ProblemCode::UnknownId, message);
        return Ok(None);
    };
    check_session(&row, planned, at, problems);
    Ok(Some(Resource::Slot(id)))
}

/// Notes why a session takes nobody at that time.
fn check_session(
    row: &slot::Model,
    planned: Option<DateTime<Utc>>,
    at: DateTime<Utc>,
    problems: &mut Problems,
) {
    for (good, code, message) in [
        (
            !row.withdrawn,
            ProblemCode::NotAllowed,
            "This session is withdrawn.",
        ),
        (
            row.ends_at > at,
            ProblemCode::Order,
            "This session is over.",
        ),
        (
            planned.is_none_or(|planned| takes(row, planned)),
            ProblemCode::Inconsistent,
            "The planned time is not in this session.",
        ),
    ] {
        problems.check(good, "input.slot", code, message);
    }
}

fn takes(row: &slot::Model, planned: DateTime<Utc>) -> bool {
    row.starts_at <= planned && planned < row.ends_at
}

/// Whether what is held under that id still serves a patient who is expected at that time: a bed always, a session where the time is in it.
pub async fn serves(txn: &Txn, hold: Uuid, planned: DateTime<Utc>) -> Result<bool> {
    let row = hold::Entity::find_by_id(hold).one(&**txn).await?;
    let Some(slot) = row.and_then(|row| row.slot_id) else {
        return Ok(true);
    };
    let found = slot::Entity::find_by_id(slot).one(&**txn).await?;
    Ok(found.is_none_or(|row| takes(&row, planned)))
}

/// Does what the change of a referral or an order means for its holds; without one it costs no statement.
///
/// # Errors
/// [`Error::CapacityExhausted`] naming the field where nothing is free any more.
pub async fn settle(
    txn: &Txn,
    app: &App,
    of: For,
    change: Change,
    at: DateTime<Utc>,
) -> Result<()> {
    let mut moves = Vec::new();
    if let Some((id, state)) = change.ends
        && let Some(resource) = end(txn, id, state, at).await?
    {
        moves.push((resource.id(), Move::End(resource, state)));
    }
    if let Some((_, resource, state)) = change.begins {
        moves.push((resource.id(), Move::Begin(resource, state)));
    }
    // Stable: what is given back of a pool is there to be taken of it again.
    moves.sort_by_key(|(id, _)| *id);
    for (_, step) in moves {
        step.make(txn).await?;
    }
    let Some((id, resource, state)) = change.begins else {
        return Ok(());
    };
    let row = hold::Model {
        id,
        referral_id: match of {
            For::Referral(id) => Some(id),
            For::Order(_) => None,
        },
        order_id: match of {
            For::Referral(_) => None,
            For::Order(id) => Some(id),
        },
        bed_pool_id: match resource {
            Resource::BedPool(id) => Some(id),
            Resource::Slot(_) => None,
        },
        slot_id: match resource {
            Resource::BedPool(_) => None,
            Resource::Slot(id) => Some(id),
        },
        state,
        since: at,
        created_at: app.now(),
    };
    hold::Entity::insert(row.into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}

/// Ends a hold; gives back what it held, unless it had ended before.
async fn end(txn: &Txn, id: Uuid, state: HoldState, at: DateTime<Utc>) -> Result<Option<Resource>> {
    let ended = hold::Entity::update_many()
        .col_expr(hold::Column::State, Expr::val(state.code()))
        .col_expr(hold::Column::Since, Expr::val(at))
        .filter(hold::Column::Id.eq(id))
        .filter(hold::Column::State.eq(HoldState::Held))
        .exec(&**txn)
        .await?;
    if ended.rows_affected == 0 {
        return Ok(None);
    }
    let row = hold::Entity::find_by_id(id).one(&**txn).await?;
    Ok(row.as_ref().and_then(Resource::of))
}

/// What happens to the counts of a pool or a slot.
enum Move {
    /// A hold of it ended so.
    End(Resource, HoldState),
    /// A hold of it begins so.
    Begin(Resource, HoldState),
}

impl Move {
    async fn make(self, txn: &Txn) -> Result<()> {
        match self {
            Self::End(resource, state) => {
                if !given_back(txn, resource, state).await? {
                    return Err(Error::Internal("a hold was not counted".into()));
                }
                Ok(())
            }
            Self::Begin(resource, state) => {
                if taken(txn, resource, state).await? {
                    return Ok(());
                }
                Err(exhausted(resource))
            }
        }
    }
}

fn exhausted(resource: Resource) -> Error {
    let (path, message) = match resource {
        Resource::BedPool(_) => ("input.bedPool", "No bed of this pool is free."),
        Resource::Slot(_) => ("input.slot", "No place in this session is free."),
    };
    Error::CapacityExhausted(vec![Problem::new(path, ProblemCode::Taken, message)])
}

/// Takes a bed or a place, if one is free; says whether.
async fn taken(txn: &Txn, resource: Resource, state: HoldState) -> Result<bool> {
    let consumed = state == HoldState::Consumed;
    let changed = match resource {
        Resource::BedPool(id) => {
            use bed_pool::Column::{Held, Id, Occupied, Total};
            let column = if consumed { Occupied } else { Held };
            let free = Expr::col(Total)
                .sub(Expr::col(Held))
                .sub(Expr::col(Occupied));
            plus(bed_pool::Entity::update_many(), column, 1)
                .filter(Id.eq(id))
                .filter(free.gt(0))
                .exec(&**txn)
                .await?
        }
        Resource::Slot(id) => {
            use slot::Column::{Capacity, Held, Id, Used, Withdrawn};
            let column = if consumed { Used } else { Held };
            let free = Expr::col(Capacity)
                .sub(Expr::col(Held))
                .sub(Expr::col(Used));
            plus(slot::Entity::update_many(), column, 1)
                .filter(Id.eq(id))
                .filter(Withdrawn.eq(false))
                .filter(free.gt(0))
                .exec(&**txn)
                .await?
        }
    };
    Ok(changed.rows_affected == 1)
}

/// Takes one off what is held, and counts it as occupied or used where the patient came; says whether it was counted at all.
async fn given_back(txn: &Txn, resource: Resource, state: HoldState) -> Result<bool> {
    let consumed = i32::from(state == HoldState::Consumed);
    let changed = match resource {
        Resource::BedPool(id) => {
            use bed_pool::Column::{Held, Id, Occupied};
            let update = plus(bed_pool::Entity::update_many(), Held, -1);
            plus(update, Occupied, consumed)
                .filter(Id.eq(id))
                .filter(Held.gt(0))
                .exec(&**txn)
                .await?
        }
        Resource::Slot(id) => {
            use slot::Column::{Held, Id, Used};
            let update = plus(slot::Entity::update_many(), Held, -1);
            plus(update, Used, consumed)
                .filter(Id.eq(id))
                .filter(Held.gt(0))
                .exec(&**txn)
                .await?
        }
    };
    Ok(changed.rows_affected == 1)
}

fn plus<E: sea_orm::EntityTrait>(
    update: UpdateMany<E>,
    column: E::Column,
    by: i32,
) -> UpdateMany<E> {
    let sum: SimpleExpr = Expr::col(column).add(by);
    update.col_expr(column, sum)
}
