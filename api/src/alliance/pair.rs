//! What agreements and studios have in common: each is of two institutions, and whoever keeps the registry of either of them keeps it.

use entity::{agreement, enums::Action, studio};
use serde_json::json;
use uuid::Uuid;

use super::{
    bond::Bond,
    service::find,
    shared::{self, Ending, Sides, is_done, record, replayed},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Problems, Result},
    network::service::{announce, before, institutions},
    policy,
    record::replay::{self, Changed},
};

/// An agreement or a studio.
pub trait Pair: Bond {
    /// The two.
    fn two(&self) -> [Uuid; 2];
}

impl Pair for agreement::Model {
    fn two(&self) -> [Uuid; 2] {
        [self.institution_id, self.counterpart_id]
    }
}

impl Pair for studio::Model {
    fn two(&self) -> [Uuid; 2] {
        [self.home_id, self.host_id]
    }
}

/// Ends it before its time.
pub async fn end<P: Pair>(
    app: &App,
    call: &Call<'_>,
    action: Action,
    ending: Ending,
) -> Result<Changed<P>> {
    policy::require(call.actor, action)?;
    let hash = replay::input_hash(&ending)?;
    let changed = app
        .db
        .write(async |txn| {
            let (old, sides) = kept::<P>(&txn, call, action, ending.id).await?;
            if is_done(&txn, app, call, (action, hash), (&old, ending.version)).await? {
                return replayed(&txn, app, call, action, ending.id).await;
            }
            let mut problems = Problems::default();
            let reason = ending.check(old.term(), &mut problems);
            problems.finish()?;
            let row = old.clone().ended(ending.on, reason, app.now());
            shared::replace(&txn, &old, &row).await?;
            let detail = json!({ "before": before(&old, &row) });
            record(&txn, app, call, (action, hash, detail), &row, &sides).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// The one of that id and its sides, for whoever keeps the registry of one of them.
pub async fn kept<P: Pair>(
    txn: &Txn,
    call: &Call<'_>,
    action: Action,
    id: Uuid,
) -> Result<(P, Sides)> {
    let row: P = find(txn, id).await?;
    let sides = sides(txn, &row).await?;
    policy::require_side(call.actor, action, sides.values())?;
    Ok((row, sides))
}

/// The two, as the transaction sees them.
pub async fn sides(txn: &Txn, row: &impl Pair) -> Result<Sides> {
    institutions(txn, &row.two()).await
}
