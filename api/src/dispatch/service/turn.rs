//! What the verbs of a dispatch on record have in common, from finding it to recording what happened.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{
    dispatch::Model,
    enums::{Action, DispatchStatus},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::write::{replace, subject};
use crate::{
    app::App,
    auth::{Actor, Call},
    clock::shanghai_day,
    db::Txn,
    dispatch::{
        seen,
        state::{self, Blocked, Facts, Side},
    },
    error::{Error, Problems, Result},
    network::directory::Directory,
    policy::{self, DispatchActing},
    record::{
        change::{Change, note_replay, unless_last},
        replay::{self, Changed},
        version,
    },
    referral::service::check_time,
};

/// What every verb names: its object, the version that the caller saw, and when it happened.
#[derive(Clone, Debug, Serialize)]
pub struct On {
    /// The dispatch.
    pub dispatch: Uuid,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// A verb's turn at a dispatch.
pub struct Turn {
    /// The dispatch, to be changed.
    pub row: Model,
    /// When it happens.
    pub at: DateTime<Utc>,
    /// The network.
    pub directory: Arc<Directory>,
    /// On which side the actor acts.
    pub acting: DispatchActing,
    /// What is wrong with the input so far.
    pub problems: Problems,
    to: DispatchStatus,
    change: Change,
}

/// What came of beginning a turn.
pub type Begun = replay::Begun<Turn, Model>;

impl Turn {
    /// Begins a verb's turn: it was not taken before, the actor sees the dispatch, may do this, and it may follow now.
    pub async fn begin(
        txn: &Txn,
        app: &App,
        call: &Call<'_>,
        action: Action,
        on: &On,
        input: &impl Serialize,
    ) -> Result<Begun> {
        let actor = call.actor;
        if let Some(id) = replay::known(txn, app, call).await? {
            let row = seen::require(&**txn, actor, id).await?;
            return before(txn, app, call, action, row).await;
        }
        // A role that reads no dispatches does not learn that there is one.
        policy::require(actor, Action::ReadDispatch).map_err(|_| Error::NotFound)?;
        let row = seen::require(&**txn, actor, on.dispatch).await?;
        policy::require(actor, action)?;
        let (now, directory) = (app.now(), app.directory.now());
        let acting = acting(actor, &directory, &row, action, now).ok_or(Error::Forbidden)?;
        let change = Change {
            institution: actor.institution(),
            second_hand: acting.second_hand,
            input_hash: Some(replay::input_hash(input)?),
            ..Change::of(action)
        };
        let facts = Facts::at(&row, policy::is_unsent(&directory, row.sender_id), now);
        let (side, what) = (acting.side, "The dispatch");
        let next =
            version::require(actor, on.version, row.version, what, version::PATH).and_then(|()| {
                state::next(&facts, side, action)
                    .map_err(|blocked| refused(facts, side, action, blocked))
            });
        let Some(to) = unless_last(txn, row.id, &change, next, true).await? else {
            return before(txn, app, call, action, row).await;
        };
        let mut problems = Problems::default();
        check_time(on.occurred_at, now, row.occurred_at, &mut problems);
        Ok(Begun::Turn(Box::new(Self {
            at: on.occurred_at.unwrap_or(now),
            directory,
            acting,
            problems,
            to,
            change,
            row,
        })))
    }

    /// The day in Shanghai on which it happens.
    #[must_use]
    pub fn day(&self) -> chrono::NaiveDate {
        shanghai_day(self.at)
    }

    /// Ends the turn: changes the row if nobody was faster, and records what happened.
    pub async fn end(
        mut self,
        txn: &Txn,
        app: &App,
        call: &Call<'_>,
        detail: Value,
    ) -> Result<Changed<Model>> {
        std::mem::take(&mut self.problems).finish()?;
        self.row.status = self.to;
        self.row.occurred_at = self.at.max(self.row.occurred_at);
        let change = Change {
            at: Some(self.at),
            detail,
            ..self.change
        };
        let row = replace(txn, app, call.actor, self.row, change).await?;
        replay::remember(txn, app, call, row.id).await?;
        Ok(Changed::now(row))
    }
}

/// On which of the verb's sides the actor acts; its own before one that cannot act itself.
fn acting(
    actor: &Actor,
    directory: &Directory,
    row: &Model,
    action: Action,
    now: DateTime<Utc>,
) -> Option<DispatchActing> {
    let by = state::by(action, policy::is_unsent(directory, row.sender_id));
    let sides = policy::dispatch_sides(actor, directory, row, now);
    let mut sides = sides.into_iter().filter(|acting| by.contains(&acting.side));
    sides.next()
}

async fn before(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    row: Model,
) -> Result<Begun> {
    note_replay(txn, app, call.actor, action, subject(&row), None).await?;
    Ok(Begun::Before(Box::new(row)))
}

fn refused(facts: Facts, side: Side, action: Action, blocked: Blocked) -> Error {
    let following = state::following(&facts, side);
    blocked.refuse(facts.status.code(), action, following)
}
