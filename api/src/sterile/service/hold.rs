//! The packs of an order: of which batches they are. Called in the transaction that processes the order.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use entity::{
    batch::{self, Model},
    batch_order,
    enums::Action,
    order,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _,
    QueryFilter as _,
    sea_query::{Expr, OnConflict},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::write::note;
use crate::{
    app::App,
    auth::Call,
    clock::shanghai_day,
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    record::change::Change,
    text,
};

/// Most batches of one order.
pub const MOST: usize = 20;
/// Longest number of a batch or name of a steriliser.
const NAME: usize = 50;
/// How long packs keep sterile at most.
const KEEPS: Duration = Duration::days(3_660);

/// What a steriliser processed in one cycle, as whoever packs names it.
#[derive(Clone, Debug, Serialize)]
pub struct Cycle {
    /// The number of the batch; unique within the centre.
    pub number: String,
    /// The steriliser.
    pub steriliser: String,
    /// When it was processed.
    pub processed_at: DateTime<Utc>,
    /// The last day on which its packs are sterile.
    pub expires_on: NaiveDate,
}

/// A batch that an order is to hold.
#[derive(Clone, Debug)]
pub struct Load {
    /// The batch.
    row: Model,
    /// Whether it was on record before.
    known: bool,
}

impl Load {
    /// The number of the batch.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.row.number
    }
}

/// The batches that are named for an order which is processed at that moment: known within its centre, or new. What is wrong is noted below
/// `input.batches`.
pub async fn examine(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    order: &order::Model,
    cycles: &[Cycle],
    at: DateTime<Utc>,
    problems: &mut Problems,
) -> Result<Vec<Load>> {
    let path = "input.batches";
    let many = format!("At most {MOST} batches.");
    problems.check(
        !cycles.is_empty(),
        path,
        ProblemCode::Required,
        "Name the batches of its packs.",
    );
    problems.check(cycles.len() <= MOST, path, ProblemCode::TooLarge, many);
    if cycles.is_empty() || cycles.len() > MOST {
        return Ok(Vec::new());
    }
    let known = known(txn, order.centre_id, cycles).await?;
    let (mut loads, mut numbers) = (Vec::new(), BTreeSet::new());
    for (place, cycle) in cycles.iter().enumerate() {
        let path = |field: &str| format!("input.batches[{place}].{field}");
        let Some(row) = shape(app, call, order.centre_id, cycle, at, &path, problems) else {
            continue;
        };
        let twice = !numbers.insert(row.number.clone());
        problems.check(!twice, path("number"), ProblemCode::Taken, "Named twice.");
        let Some(old) = known.get(&row.number) else {
            loads.push(Load { row, known: false });
            continue;
        };
        agree(old, &row, &path, problems);
        loads.push(Load {
            row: old.clone(),
            known: true,
        });
    }
    Ok(loads)
}

/// The batches of the centre that have these numbers, by number.
async fn known(txn: &Txn, centre: Uuid, cycles: &[Cycle]) -> Result<HashMap<String, Model>> {
    let numbers = cycles.iter().map(|cycle| cycle.number.trim());
    let rows = batch::Entity::find()
        .filter(batch::Column::CentreId.eq(centre))
        .filter(batch::Column::Number.is_in(numbers))
        .all(&**txn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.number.clone(), row))
        .collect())
}

/// The batch as it is named, if nothing is wrong with its texts.
fn shape(
    app: &App,
    call: &Call<'_>,
    centre: Uuid,
    cycle: &Cycle,
    at: DateTime<Utc>,
    path: &impl Fn(&str) -> String,
    problems: &mut Problems,
) -> Option<Model> {
    let number = text::line(Some(&cycle.number), NAME, &path("number"), problems);
    let steriliser = text::line(Some(&cycle.steriliser), NAME, &path("steriliser"), problems);
    let processed = shanghai_day(cycle.processed_at);
    for (good, field, code, message) in [
        (
            cycle.processed_at <= at,
            "processedAt",
            ProblemCode::Order,
            "Not in the future, and not after its packs are handed on.",
        ),
        (
            cycle.expires_on > processed,
            "expiresOn",
            ProblemCode::Order,
            "After the day on which it was processed.",
        ),
        (
            cycle.expires_on - processed <= KEEPS,
            "expiresOn",
            ProblemCode::TooLarge,
            "At most ten years after it was processed.",
        ),
        (
            cycle.expires_on >= shanghai_day(at),
            "expiresOn",
            ProblemCode::NotAllowed,
            "It has expired: its packs are processed again.",
        ),
    ] {
        problems.check(good, path(field), code, message);
    }
    let now = app.now();
    Some(Model {
        id: app.new_id(),
        version: 1,
        centre_id: centre,
        number: number?,
        steriliser: steriliser?,
        processed_at: cycle.processed_at,
        expires_on: cycle.expires_on,
        recalled_at: None,
        reason: None,
        created_by: call.actor.account,
        created_at: now,
        updated_at: now,
    })
}

/// Notes where a batch on record is otherwise than it is named, or may not be used any more.
fn agree(old: &Model, row: &Model, path: &impl Fn(&str) -> String, problems: &mut Problems) {
    let message = "The batch of that number is on record with another.";
    for (same, field) in [
        (old.steriliser == row.steriliser, "steriliser"),
        (old.processed_at == row.processed_at, "processedAt"),
        (old.expires_on == row.expires_on, "expiresOn"),
    ] {
        problems.check(same, path(field), ProblemCode::Inconsistent, message);
    }
    problems.check(
        old.recalled_at.is_none(),
        path("number"),
        ProblemCode::NotAllowed,
        "It is recalled.",
    );
}

/// Lets an order hold packs of these batches; those that are new are put on record. A recall that is written meanwhile goes before.
pub async fn hold(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    order: &order::Model,
    loads: &[Load],
    at: DateTime<Utc>,
) -> Result<()> {
    // In one order for everybody, so that two who pack do not wait for each other.
    let mut loads: Vec<&Load> = loads.iter().collect();
    loads.sort_by(|one, other| one.row.number.cmp(&other.row.number));
    for load in &loads {
        if load.known {
            keep(txn, app, load.row.id).await?;
            continue;
        }
        found(txn, app, call, order, &load.row, at).await?;
    }
    let links = loads.iter().map(|load| {
        batch_order::Model {
            batch_id: load.row.id,
            order_id: order.id,
            outcome: None,
            confirmed_at: None,
        }
        .into_active_model()
    });
    let held = OnConflict::columns([batch_order::Column::BatchId, batch_order::Column::OrderId])
        .do_nothing()
        .to_owned();
    batch_order::Entity::insert_many(links)
        .on_conflict(held)
        .exec_without_returning(&**txn)
        .await?;
    let all = batch_order::Entity::find()
        .filter(batch_order::Column::OrderId.eq(order.id))
        .count(&**txn)
        .await?;
    if usize::try_from(all).is_ok_and(|all| all <= MOST) {
        return Ok(());
    }
    Err(Error::invalid(
        "input.batches",
        ProblemCode::TooLarge,
        format!("At most {MOST} batches, with those that it held before."),
    ))
}

/// Holds a batch on record against a recall until the transaction ends.
async fn keep(txn: &Txn, app: &App, id: Uuid) -> Result<()> {
    let kept = batch::Entity::update_many()
        .col_expr(batch::Column::UpdatedAt, Expr::val(app.now()))
        .filter(batch::Column::Id.eq(id))
        .filter(batch::Column::RecalledAt.is_null())
        .exec(&**txn)
        .await?;
    if kept.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::Overtaken)
    }
}

/// Puts a new batch on record, unless somebody did so at the same moment.
async fn found(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    order: &order::Model,
    row: &Model,
    at: DateTime<Utc>,
) -> Result<()> {
    let taken = OnConflict::columns([batch::Column::CentreId, batch::Column::Number])
        .do_nothing()
        .to_owned();
    let written = batch::Entity::insert(row.clone().into_active_model())
        .on_conflict(taken)
        .exec_without_returning(&**txn)
        .await?;
    if written == 0 {
        return Err(Error::Overtaken);
    }
    let detail = json!({ "number": row.number });
    let change = Change {
        at: Some(at),
        institution: Some(order.host_id),
        detail,
        ..Change::of(Action::ProcessOrder)
    };
    note(txn, app, call, row, change, vec![order.requested_by_id]).await
}
