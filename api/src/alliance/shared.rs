//! What the verbs of alliances, agreements and studios share.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::{
    enums::{Action, InstitutionStatus},
    institution,
};
use sea_orm::ColumnTrait as _;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    bond::Bond,
    service::find,
    term::{Standing, Term},
};
use crate::{
    app::App,
    auth::Call,
    clock::shanghai_day,
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    network::service::{self, is_replay, note, overwrite, require_version, tidy},
    record::{
        event::Happened,
        replay::{self, Changed},
    },
    text,
};

/// Longest name of an alliance or a studio, and longest purpose of an agreement.
pub const NAME: usize = 100;
/// Longest reason for an end before its time.
const REASON: usize = 500;

/// The institutions that a change concerns, by id.
pub type Sides = HashMap<Uuid, institution::Model>;

/// The end of an alliance, an agreement or a studio before its time.
#[derive(Clone, Debug, Serialize)]
pub struct Ending {
    /// Which.
    pub id: Uuid,
    /// The version that the caller saw.
    pub version: i32,
    /// Its last day.
    pub on: NaiveDate,
    /// Why.
    pub reason: String,
}

impl Ending {
    /// The reason without blanks around it. Notes a last day that is none, and a reason that is no reason.
    pub fn check(&self, term: Term, problems: &mut Problems) -> String {
        for (good, message) in [
            (self.on >= term.from, "Not before it begins."),
            (
                term.to.is_none_or(|to| self.on <= to),
                "It ends before that anyway.",
            ),
        ] {
            problems.check(good, "input.on", ProblemCode::Order, message);
        }
        let mut reason = self.reason.clone();
        tidy(&mut reason);
        text::required(Some(&reason), REASON, "input.reason", problems);
        reason
    }
}

/// What was done, the hash of its input, and what is shown of it: the old values among it.
pub type Done = (Action, [u8; 32], Value);

/// Records what happened: for everybody whom it concerns, and their communities.
pub async fn record<B: Bond>(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    (action, hash, detail): Done,
    row: &B,
    sides: &Sides,
) -> Result<()> {
    let (id, version) = row.key();
    let rows = sides.values();
    let scopes: BTreeSet<Uuid> = rows
        .flat_map(|row| [Some(row.id), row.community_id])
        .flatten()
        .collect();
    let standing = row.term().standing(shanghai_day(app.now()));
    let happened = Happened {
        status: Some(standing.word()),
        input_hash: Some(hash),
        scopes: scopes.into_iter().collect(),
        ..Happened::plain(action, (B::KIND, id), version).with_detail(detail)
    };
    note(txn, app, call.actor, happened).await?;
    replay::remember(txn, app, call, id).await
}

/// Whether a change was made before. One that was not is refused where it is made on the ground of another version, or of what is over.
pub async fn is_done<B: Bond>(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    (action, hash): (Action, [u8; 32]),
    (row, seen): (&B, i32),
) -> Result<bool> {
    let (id, version) = row.key();
    let verb = (action, call.actor.institution(), hash);
    if is_replay(txn, app, call, verb, id).await? {
        return Ok(true);
    }
    require_version(version, seen)?;
    require_open(row.term(), shanghai_day(app.now()), action)?;
    Ok(false)
}

/// Answers a call that was made before with what is on record.
pub async fn replayed<B: Bond>(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    id: Uuid,
) -> Result<Changed<B>> {
    let row = find(txn, id).await?;
    service::replayed(txn, app, call, action, (B::KIND, id), row).await
}

/// Writes the changed row over the one that was read.
pub async fn replace<B: Bond>(txn: &Txn, old: &B, row: &B) -> Result<()> {
    let (_, version) = old.key();
    overwrite(txn, row, B::VERSION.eq(version)).await
}

/// Refuses to change what is over: what follows it is a new one.
fn require_open(term: Term, today: NaiveDate, action: Action) -> Result<()> {
    if term.standing(today) != Standing::Over {
        return Ok(());
    }
    Err(Error::InvalidTransition {
        from: Standing::Over.word(),
        action,
        allowed: Vec::new(),
        reason: Some("It is over; register a new one."),
    })
}

/// Notes an institution that does not exist, or is gone for good.
pub fn check_side(id: Uuid, path: &str, sides: &Sides, problems: &mut Problems) {
    let Some(row) = sides.get(&id) else {
        problems.add(
            path,
            ProblemCode::UnknownId,
            "There is no such institution.",
        );
        return;
    };
    let gone = row.status == InstitutionStatus::Closed;
    problems.check(
        !gone,
        path,
        ProblemCode::NotOperating,
        "The institution is closed for good.",
    );
}
