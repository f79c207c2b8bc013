//! Sterile supply 消毒供应: used packs are processed in batches, and delivered.

use entity::enums::Action;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    place::LINE,
    turn::{Begun, On, begin, covered},
};
use crate::{
    app::App,
    auth::Call,
    error::Result,
    order::seen::Seen,
    record::replay::Changed,
    sterile::service::{self as sterile, Cycle},
    text,
};

/// An order whose packs were sterilised.
#[derive(Clone, Debug, Serialize)]
pub struct Process {
    /// Which.
    pub on: On,
    /// The batches that they are of.
    pub batches: Vec<Cycle>,
}

/// An order whose packs were delivered.
#[derive(Clone, Debug, Serialize)]
pub struct Deliver {
    /// Which.
    pub on: On,
    /// A word to whoever gets them.
    pub note: Option<String>,
}

/// Records of which batches the packs of an order are. Packs of batches that were recalled before they left the centre are replaced.
pub async fn process(app: &App, call: &Call<'_>, input: Process) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let begun = begin(&txn, app, call, Action::ProcessOrder, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let (row, at, problems) = (&turn.row, turn.at, &mut turn.problems);
        let loads = sterile::examine(&txn, app, call, row, &input.batches, at, problems).await?;
        turn.check()?;
        if turn.row.recalled {
            sterile::clear(&txn, turn.row.id, at).await?;
            turn.row.recalled = false;
            turn.row.processed_at = Some(at);
        }
        sterile::hold(&txn, app, call, &turn.row, &loads, at).await?;
        let numbers: Vec<&str> = loads.iter().map(sterile::Load::number).collect();
        turn.end(&txn, app, call, json!({ "batches": numbers }))
            .await
    });
    Ok(covered(call, work.await?))
}

/// Records that the sterile packs were delivered.
pub async fn deliver(app: &App, call: &Call<'_>, input: Deliver) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let begun = begin(&txn, app, call, Action::DeliverOrder, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let note = input.note.as_deref();
        text::optional(note, LINE, "input.note", &mut turn.problems);
        let detail = note.map_or(Value::Null, |note| json!({ "note": note }));
        turn.end(&txn, app, call, detail).await
    });
    Ok(covered(call, work.await?))
}
