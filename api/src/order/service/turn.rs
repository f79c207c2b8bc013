//! What the verbs of an order on record have in common, from finding it to recording what happened.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, OrderSide, OrderStatus},
    order,
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    keep::keep,
    write::{replace, subject},
};
use crate::{
    app::App,
    auth::Call,
    capacity::hold::{self, For, Resource},
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    order::{
        seen::{self, Key, Seen},
        state::{self, Blocked, Facts},
        turnaround,
    },
    policy,
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
    /// The order.
    pub order: Key,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// A verb's turn at an order.
pub struct Turn {
    /// The order, to be changed.
    pub row: order::Model,
    /// When it happens.
    pub at: DateTime<Utc>,
    /// Whose verb it is.
    pub side: OrderSide,
    /// What is wrong with the input so far.
    pub problems: Problems,
    /// The place in a session that is to be held.
    pub holds: Option<Resource>,
    to: OrderStatus,
    change: Change,
}

/// What came of beginning a turn.
pub type Begun = replay::Begun<Turn, Seen>;

impl Turn {
    /// Begins a verb's turn: it was not taken before, the actor sees the order, may do this, and it may follow now. `path` is where the order's
    /// key and version stand.
    pub async fn begin(
        txn: &Txn,
        app: &App,
        call: &Call<'_>,
        action: Action,
        on: &On,
        input: &impl Serialize,
        path: &str,
    ) -> Result<Begun> {
        let actor = call.actor;
        let seen = seen::require_own(&**txn, app, actor, &on.order).await?;
        // A role that reads no orders does not learn that there is one.
        policy::require(actor, Action::ReadOrder).map_err(|_| Error::NotFound)?;
        policy::require(actor, action)?;
        let side = policy::order_side(actor, &app.directory.now(), &seen.row, action);
        let side = side.ok_or(Error::Forbidden)?;
        if action == Action::ReviewOrder && !policy::reviews(actor, side) {
            return Err(Error::Forbidden);
        }
        let change = Change {
            institution: Some(by(&seen.row, side)),
            input_hash: Some(replay::input_hash(input)?),
            basis: Some(seen.party.basis.code()),
            ..Change::of(action)
        };
        let (facts, status) = (Facts::of(&seen.row), seen.row.status);
        let (present, path) = (seen.row.version, format!("{path}.version"));
        let next =
            version::require(actor, on.version, present, "The order", &path).and_then(|()| {
                state::next(&facts, side, action)
                    .map_err(|blocked| refused(facts, side, action, blocked))
            });
        // What leads back to where it began: without a version only the last event tells a second one from a replay.
        let sure = on.version.is_some() || next.as_ref().is_ok_and(|to| *to != status);
        let Some(to) = unless_last(txn, seen.row.id, &change, next, sure).await? else {
            return before(txn, app, call, action, seen).await;
        };
        let mut problems = Problems::default();
        let now = app.now();
        check_time(on.occurred_at, now, seen.row.occurred_at, &mut problems);
        Ok(Begun::Turn(Box::new(Self {
            at: on.occurred_at.unwrap_or(now),
            side,
            problems,
            holds: None,
            to,
            change,
            row: seen.row,
        })))
    }

    /// The institution whose verb it is.
    #[must_use]
    pub const fn institution(&self) -> Uuid {
        by(&self.row, self.side)
    }

    /// Refuses the input if anything is wrong with it.
    pub fn check(&mut self) -> Result<()> {
        std::mem::take(&mut self.problems).finish()
    }

    /// Ends the turn of a verb at one order.
    pub async fn end(
        self,
        txn: &Txn,
        app: &App,
        call: &Call<'_>,
        detail: Value,
    ) -> Result<Changed<Seen>> {
        let seen = self.finish(txn, app, call, detail).await?;
        replay::remember(txn, app, call, seen.row.id).await?;
        Ok(Changed::now(seen))
    }

    /// Ends the turn: changes the row if nobody was faster, renews who sees it, and records what happened.
    async fn finish(
        mut self,
        txn: &Txn,
        app: &App,
        call: &Call<'_>,
        detail: Value,
    ) -> Result<Seen> {
        self.check()?;
        let before = self.row.status;
        self.row.status = self.to;
        self.row.occurred_at = self.at;
        if self.to != before {
            self.row.status_before = (self.to == OrderStatus::Claimed).then_some(before);
        }
        turnaround::stamp(&mut self.row, before, self.at);
        let (id, at) = (self.row.id, self.at);
        let holds = keep(app, before, &mut self.row, self.holds);
        self.row.is_final = state::is_final(self.to, self.row.review);
        let change = Change {
            detail,
            ..self.change
        };
        let seen = replace(txn, app, call, self.row, change).await?;
        // Once the row is written, so that whoever comes too late holds nothing up.
        hold::settle(txn, app, For::Order(id), holds, at).await?;
        Ok(seen)
    }
}

/// The institution that acts on that side of an order.
const fn by(row: &order::Model, side: OrderSide) -> Uuid {
    match side {
        OrderSide::Requester => row.requested_by_id,
        OrderSide::Centre => row.host_id,
    }
}

/// What is said of a verb that does not follow.
#[must_use]
pub fn refused(facts: Facts, side: OrderSide, action: Action, blocked: Blocked) -> Error {
    let following = state::following(&facts, side);
    blocked.refuse(facts.status.code(), action, following)
}

async fn before(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    seen: Seen,
) -> Result<Begun> {
    let basis = Some(seen.party.basis);
    note_replay(txn, app, call.actor, action, subject(&seen.row), basis).await?;
    Ok(Begun::Before(Box::new(seen)))
}

/// Begins a verb at one order, unless the call's `Idempotency-Key` was used before.
pub async fn begin(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    on: &On,
    input: &impl Serialize,
) -> Result<Begun> {
    if let Some(id) = replay::known(txn, app, call).await? {
        let seen = seen::require(&**txn, app, call.actor, &Key::Id(id)).await?;
        return before(txn, app, call, action, seen).await;
    }
    Turn::begin(txn, app, call, action, on, input, "input").await
}

/// The change's own audit entry covers what its answer shows of the patient.
#[must_use]
pub fn covered(call: &Call<'_>, changed: Changed<Seen>) -> Changed<Seen> {
    cover(call, std::slice::from_ref(&changed.object));
    changed
}

/// Most orders that one verb takes: those of one requisition.
pub const MOST: usize = 50;

/// What came of beginning a verb at several orders.
pub enum BegunEach {
    /// It may go on, at those at which it was not done before.
    Turns(Vec<Turn>),
    /// It was done before; these are the orders now.
    Before(Vec<Seen>),
}

/// Begins a verb at the orders of one draw, one receipt or one report, all or none.
pub async fn begin_each(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    orders: &[On],
    input: &impl Serialize,
) -> Result<BegunEach> {
    check_number(orders)?;
    let known = replay::known(txn, app, call).await?;
    let (mut turns, mut before) = (Vec::new(), Vec::new());
    for (place, on) in orders.iter().enumerate() {
        if known.is_some() {
            let seen = seen::require(&**txn, app, call.actor, &on.order).await?;
            let basis = Some(seen.party.basis);
            note_replay(txn, app, call.actor, action, subject(&seen.row), basis).await?;
            before.push(seen);
            continue;
        }
        let path = format!("input.orders[{place}]");
        match Turn::begin(txn, app, call, action, on, input, &path).await? {
            Begun::Turn(turn) => turns.push(*turn),
            Begun::Before(seen) => before.push(*seen),
        }
    }
    if turns.is_empty() {
        return Ok(BegunEach::Before(before));
    }
    check_distinct(&turns)?;
    Ok(BegunEach::Turns(turns))
}

/// Ends them all.
pub async fn end_each(
    turns: Vec<Turn>,
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    detail: Value,
) -> Result<Changed<Vec<Seen>>> {
    let mut done = Vec::with_capacity(turns.len());
    for turn in turns {
        done.push(turn.finish(txn, app, call, detail.clone()).await?);
    }
    if let Some(first) = done.first() {
        replay::remember(txn, app, call, first.row.id).await?;
    }
    Ok(Changed::now(done))
}

/// The change's own audit entry covers what its answer shows of the patients.
#[must_use]
pub fn covered_each(call: &Call<'_>, changed: Changed<Vec<Seen>>) -> Changed<Vec<Seen>> {
    cover(call, &changed.object);
    changed
}

fn check_number(orders: &[On]) -> Result<()> {
    let (code, message) = match orders.len() {
        0 => (ProblemCode::Required, "Name at least one order.".to_owned()),
        1..=MOST => return Ok(()),
        _ => (ProblemCode::TooLarge, format!("At most {MOST} at once.")),
    };
    Err(Error::invalid("input.orders", code, message))
}

fn check_distinct(turns: &[Turn]) -> Result<()> {
    let mut problems = Problems::default();
    for (place, turn) in turns.iter().enumerate() {
        let twice = turns[..place]
            .iter()
            .any(|other| other.row.id == turn.row.id);
        problems.check(
            !twice,
            format!("input.orders[{place}].order"),
            ProblemCode::Taken,
            "Named twice.",
        );
    }
    problems.finish()
}

/// The change's own audit entry covers what its answer shows of the patients.
pub fn cover(call: &Call<'_>, shown: &[Seen]) {
    for patient in shown.iter().filter_map(|seen| seen.row.patient_id) {
        call.actor.request.cover(patient);
    }
}
