//! What the verbs of alliances, agreements and studios share.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::{
    enums::{Action, InstitutionStatus, SubjectKind},
    institution, practitioner,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::term::{Standing, Term};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    network::service::{note, tidy},
    record::{
        audit::{self, Entry},
        event::Happened,
        replay,
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

/// What happened to one of them, and the hash of the input.
pub struct Done<'s> {
    /// What.
    pub action: Action,
    /// To what.
    pub subject: (SubjectKind, Uuid),
    /// Its version after it.
    pub version: i32,
    /// When it is in force after it.
    pub term: Term,
    /// Hash of the input.
    pub hash: [u8; 32],
    /// What is shown of it, and the old values.
    pub detail: Value,
    /// Whom it concerns.
    pub sides: &'s Sides,
}

/// Records what happened: for everybody whom it concerns, and their communities.
pub async fn record(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    done: Done<'_>,
    today: NaiveDate,
) -> Result<()> {
    let rows = done.sides.values();
    let scopes: BTreeSet<Uuid> = rows
        .flat_map(|row| [Some(row.id), row.community_id])
        .flatten()
        .collect();
    let happened = Happened {
        status: Some(done.term.standing(today).word()),
        input_hash: Some(done.hash),
        scopes: scopes.into_iter().collect(),
        ..Happened::plain(done.action, done.subject, done.version).with_detail(done.detail)
    };
    note(txn, app, call.actor, happened).await?;
    replay::remember(txn, app, call, done.subject.1).await
}

/// Whether the call was made before: under the same key, or as the last thing that happened to the object.
pub async fn is_replay(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    id: Uuid,
    hash: [u8; 32],
) -> Result<bool> {
    if replay::known(txn, app, call).await?.is_some() {
        return Ok(true);
    }
    replay::was_last(txn, id, action, call.actor.institution(), hash).await
}

/// Says in the audit trail that a call changed nothing.
pub async fn note_replay(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    subject: (SubjectKind, Uuid),
) -> Result<()> {
    let entry = Entry::done(action, Some(subject)).replayed();
    audit::record(txn, app, call.actor, entry).await
}

/// Refuses to change what is over: what follows it is a new one.
pub fn require_open(term: Term, today: NaiveDate, action: Action) -> Result<()> {
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

/// Lets one at a time change where a doctor sits.
pub async fn hold_doctor(txn: &Txn, doctor: Uuid) -> Result<()> {
    use practitioner::Column::{Id, Version};
    practitioner::Entity::update_many()
        .col_expr(Version, Expr::col(Version))
        .filter(Id.eq(doctor))
        .exec(&**txn)
        .await?;
    Ok(())
}
