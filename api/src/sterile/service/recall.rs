//! Recalling a batch 召回.

use chrono::{DateTime, Utc};
use entity::{
    batch::{self, Model},
    batch_order,
    enums::{Action, SubjectKind},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::write::{host, note, note_replay, status};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    order::service as orders,
    policy,
    record::{
        audit::{self, Entry},
        change::Change,
        replay::{self, Changed},
        version,
    },
    referral::service::check_time,
    sterile::seen,
    text,
};

/// Longest reason.
const REASON: usize = 500;

/// A batch to be recalled.
#[derive(Clone, Debug, Serialize)]
pub struct Recall {
    /// Which.
    pub batch: Uuid,
    /// The version that the caller saw; systems may leave it out.
    pub version: Option<i32>,
    /// Why.
    pub reason: String,
    /// When it happened, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// Recalls a batch: it is used no more, and every order that holds packs of it is marked and told.
///
/// # Errors
/// [`Error::InvalidTransition`] where it is recalled already.
pub async fn recall(app: &App, call: &Call<'_>, input: Recall) -> Result<Changed<Model>> {
    const ACTION: Action = Action::RecallBatch;
    let work = app.db.write(async |txn| {
        let old = seen::require(&*txn, app, call.actor, input.batch).await?;
        let known = replay::known(&txn, app, call).await?;
        // A role that reads no orders does not learn that there is a batch.
        policy::require(call.actor, Action::ReadOrder).map_err(|_| Error::NotFound)?;
        policy::require(call.actor, ACTION)?;
        let host = host(app, &old)?;
        if !policy::recalls(call.actor, old.centre_id, host) {
            return Err(Error::Forbidden);
        }
        let hash = replay::input_hash(&input)?;
        if let Some(refusal) = refusal(call, &old, &input)? {
            let again =
                known.is_some() || replay::was_last(&txn, old.id, ACTION, Some(host), hash).await?;
            if !again {
                return Err(refusal);
            }
            note_replay(&txn, app, call, ACTION, old.id).await?;
            return Ok(Changed::before(old));
        }
        let at = check(app, &old, &input)?;
        let row = mark(&txn, app, &old, &input, at).await?;
        let held = held(&txn, old.id).await?;
        let detail = json!({ "batch": row.number, "note": row.reason });
        let told = orders::mark_recalled(&txn, app, call, &held, (host, hash), at, &detail).await?;
        let change = Change {
            at: Some(at),
            institution: Some(host),
            input_hash: Some(hash),
            detail,
            ..Change::of(ACTION)
        };
        note(&txn, app, call, &row, change, told).await?;
        let entry = Entry::done(ACTION, Some((SubjectKind::Batch, row.id)));
        audit::record(&txn, app, call.actor, entry).await?;
        replay::remember(&txn, app, call, row.id).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// Why it may not be recalled now.
fn refusal(call: &Call<'_>, old: &Model, input: &Recall) -> Result<Option<Error>> {
    if input.version.is_none() && policy::must_name_version(call.actor) {
        return Err(Error::invalid(
            "input.version",
            ProblemCode::Required,
            "Name the version that you saw.",
        ));
    }
    if old.recalled_at.is_some() {
        return Ok(Some(Error::InvalidTransition {
            from: status(old),
            action: Action::RecallBatch,
            allowed: Vec::new(),
            reason: Some("It is recalled already."),
        }));
    }
    Ok(stale(old, input.version))
}

/// The refusal of a change on the ground of another version.
pub fn stale(old: &Model, version: Option<i32>) -> Option<Error> {
    version
        .filter(|version| *version != old.version)
        .map(|_| version::stale_of(old.version, "The batch", version::PATH))
}

/// When it happens, if nothing is wrong with the input.
fn check(app: &App, old: &Model, input: &Recall) -> Result<DateTime<Utc>> {
    let (now, mut problems) = (app.now(), Problems::default());
    text::required(Some(&input.reason), REASON, "input.reason", &mut problems);
    check_time(input.occurred_at, now, old.processed_at, &mut problems);
    problems.finish()?;
    Ok(input.occurred_at.unwrap_or(now))
}

/// Marks the batch if nobody was faster; whoever packs of it at this moment is waited for.
async fn mark(
    txn: &Txn,
    app: &App,
    old: &Model,
    input: &Recall,
    at: DateTime<Utc>,
) -> Result<Model> {
    use batch::Column::{Id, Reason, RecalledAt, UpdatedAt, Version};
    let row = Model {
        version: old.version + 1,
        recalled_at: Some(at),
        reason: Some(input.reason.trim().to_owned()),
        updated_at: app.now(),
        ..old.clone()
    };
    let marked = batch::Entity::update_many()
        .col_expr(Version, Expr::val(row.version))
        .col_expr(RecalledAt, Expr::val(row.recalled_at))
        .col_expr(Reason, Expr::val(row.reason.clone()))
        .col_expr(UpdatedAt, Expr::val(row.updated_at))
        .filter(Id.eq(old.id))
        .filter(Version.eq(old.version))
        .exec(&**txn)
        .await?;
    if marked.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    Ok(row)
}

/// The orders that hold packs of a batch.
pub async fn held(txn: &Txn, batch: Uuid) -> Result<Vec<Uuid>> {
    let rows = batch_order::Entity::find()
        .filter(batch_order::Column::BatchId.eq(batch))
        .all(&**txn)
        .await?;
    Ok(rows.into_iter().map(|row| row.order_id).collect())
}
