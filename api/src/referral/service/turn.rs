//! What all verbs have in common: a side's turn at a referral, from finding it to recording what happened.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, ReferralStatus, Side, SubjectKind},
    event, practitioner, referral, referral_party,
};
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::NotSet,
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    network::directory::Directory,
    policy,
    record::{
        audit, event as events,
        replay::{self, Changed},
    },
    referral::{
        seen::{self, Key, Seen},
        state::{self, Blocked, Facts},
    },
};

/// How far back an offline station may date what happened.
const OLDEST: Duration = Duration::days(30);
/// How far a caller's clock may be ahead.
const AHEAD: Duration = Duration::minutes(5);

/// What every verb names: its object, the version that the caller saw, and when it happened.
#[derive(Clone, Debug, Serialize)]
pub struct On {
    /// The referral.
    pub referral: Key,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// One side's turn at a referral.
pub struct Turn {
    /// The referral, to be changed.
    pub row: referral::Model,
    /// When it happens.
    pub at: DateTime<Utc>,
    /// When it is recorded.
    pub now: DateTime<Utc>,
    /// The network.
    pub directory: Arc<Directory>,
    /// What is wrong with the input so far.
    pub problems: Problems,
    action: Action,
    acting: (Side, bool),
    to: ReferralStatus,
    basis: &'static str,
    input_hash: [u8; 32],
}

/// What came of beginning a turn.
pub enum Begun {
    /// It may go on.
    Turn(Box<Turn>),
    /// It was taken before; this is the referral now.
    Before(Box<Seen>),
}

impl Turn {
    /// Begins a verb's turn: it was not taken before, the actor sees the referral, may do this, and it may follow now.
    pub async fn begin(
        txn: &Txn,
        app: &App,
        call: &Call<'_>,
        action: Action,
        wanted: Side,
        on: &On,
        input: &impl Serialize,
    ) -> Result<Begun> {
        let actor = call.actor;
        if let Some(id) = replay::known(txn, app, call).await? {
            let seen = seen::require(&**txn, actor, &Key::Id(id)).await?;
            return before(txn, app, actor, action, seen).await;
        }
        let seen = seen::require(&**txn, actor, &on.referral).await?;
        policy::require(actor, action)?;
        let directory = app.directory.now();
        let acting =
            policy::acts_as(actor, &directory, &seen.row, wanted).ok_or(Error::Forbidden)?;
        let input_hash = replay::input_hash(input)?;
        let (now, facts_at) = (app.now(), on.occurred_at.unwrap_or_else(|| app.now()));

        let facts = Facts::at(&seen.row, facts_at);
        let refusal = match on.version {
            None if policy::must_name_version(actor) => {
                return Err(Error::invalid(
                    "input.version",
                    ProblemCode::Required,
                    "Name the version that you saw.",
                ));
            }
            Some(version) if version != seen.row.version => Some(Error::Conflict {
                current_version: Some(seen.row.version),
                problems: vec![Problem::new(
                    "input.version",
                    ProblemCode::Version,
                    "The referral has changed since.",
                )],
            }),
            _ => None,
        };
        let to = match (refusal, state::next(&facts, acting.0, action)) {
            (None, Ok(to)) => to,
            (refusal, next) => {
                if was_taken(txn, &seen.row, action, acting.0, input_hash).await? {
                    return before(txn, app, actor, action, seen).await;
                }
                return Err(refusal.unwrap_or_else(|| refused(facts, acting.0, action, next.err())));
            }
        };
        let mut problems = Problems::default();
        check_time(on.occurred_at, now, seen.row.occurred_at, &mut problems);
        Ok(Begun::Turn(Box::new(Self {
            at: on.occurred_at.unwrap_or(now),
            now,
            directory,
            problems,
            action,
            acting,
            to,
            basis: seen.party.basis.code(),
            input_hash,
            row: seen.row,
        })))
    }

    /// The institution whose verb it is.
    #[must_use]
    pub fn institution(&self) -> Option<Uuid> {
        institution_of(&self.row, self.acting.0)
    }

    /// Notes a practitioner who does not work at that institution.
    pub async fn check_practitioner(
        &mut self,
        txn: &Txn,
        practitioner: Option<Uuid>,
        institution: Option<Uuid>,
        path: &str,
    ) -> Result<()> {
        check_practitioner(txn, practitioner, institution, path, &mut self.problems)
            .await
            .map(drop)
    }

    /// Notes a department that the institution does not have.
    pub fn check_department(
        &mut self,
        department: Option<Uuid>,
        institution: Option<Uuid>,
        path: &str,
    ) {
        check_department(
            &self.directory,
            department,
            institution,
            path,
            &mut self.problems,
        );
    }

    /// Ends the turn: changes the row if nobody was faster, renews who sees it, and records what happened.
    pub async fn finish(
        mut self,
        txn: &Txn,
        app: &App,
        call: &Call<'_>,
        detail: Value,
    ) -> Result<Changed<Seen>> {
        std::mem::take(&mut self.problems).finish()?;
        let seen_version = self.row.version;
        self.row.version += 1;
        self.row.status = self.to;
        self.row.updated_at = self.now;
        self.row.occurred_at = self.at;
        self.row.open_key = super::completion::open_key(&self.row);
        let mut change = self.row.clone().into_active_model().reset_all();
        change.id = NotSet;
        let changed = referral::Entity::update_many()
            .set(change)
            .filter(referral::Column::Id.eq(self.row.id))
            .filter(referral::Column::Version.eq(seen_version))
            .exec(&**txn)
            .await?;
        if changed.rows_affected == 0 {
            return Err(Error::Overtaken);
        }
        let recorded = Recorded {
            action: self.action,
            at: self.at,
            institution: self.institution(),
            second_hand: self.acting.1,
            input_hash: self.input_hash,
            basis: self.basis,
            detail,
        };
        record(txn, app, call, self.row, &self.directory, recorded).await
    }
}

const fn institution_of(row: &referral::Model, side: Side) -> Option<Uuid> {
    match side {
        Side::Sender => Some(row.sender_id),
        Side::Receiver | Side::FamilyTeam => row.receiver_id,
    }
}

/// What is recorded of a change.
pub struct Recorded {
    /// What.
    pub action: Action,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// For which institution.
    pub institution: Option<Uuid>,
    /// Whether for a side without account.
    pub second_hand: bool,
    /// Hash of the input.
    pub input_hash: [u8; 32],
    /// By which relation.
    pub basis: &'static str,
    /// What is shown of it.
    pub detail: Value,
}

/// Renews who sees a written row and records the change: visibility, event, audit entry, idempotency key.
pub async fn record(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    row: referral::Model,
    directory: &Directory,
    change: Recorded,
) -> Result<Changed<Seen>> {
    let actor = call.actor;
    let parties = policy::parties(directory, &row, app.now());
    let subject = (SubjectKind::Referral, row.id);
    let happened = events::Happened {
        status: Some(row.status.code()),
        institution: change.institution,
        second_hand: change.second_hand,
        input_hash: Some(change.input_hash),
        scopes: parties.iter().map(|party| party.scope_id).collect(),
        occurred_at: Some(change.at),
        ..events::Happened::plain(change.action, subject, row.version).with_detail(change.detail)
    };
    let own = actor.scope.id().and_then(|scope| {
        parties
            .iter()
            .find(|party| party.scope_id == scope)
            .cloned()
    });
    let party = own
        .or_else(|| parties.first().cloned())
        .ok_or_else(|| Error::Internal("a referral that nobody sees".into()))?;
    write_parties(txn, &row, parties).await?;
    events::record(txn, app, actor, happened).await?;
    let entry = audit::Entry {
        basis: Some(change.basis.to_owned()),
        ..audit::Entry::done(change.action, Some(subject)).of([row.patient_id])
    };
    audit::record(txn, app, actor, entry).await?;
    replay::remember(txn, app, call, row.id).await?;
    Ok(Changed::now(Seen { row, party }))
}

async fn write_parties(
    txn: &Txn,
    row: &referral::Model,
    parties: Vec<referral_party::Model>,
) -> Result<()> {
    use referral_party::Column::{
        AnswerDueAt, Basis, ContentUntil, ListedAt, PlannedAt, ReferralId, ScopeId, Status,
        Treating, UpdatedAt,
    };
    if row.version > 1 {
        end_other_parties(txn, row, &parties).await?;
    }
    // A scope keeps the moment since which it sees the referral.
    let renewed = OnConflict::columns([ScopeId, ReferralId])
        .update_columns([
            Basis,
            ContentUntil,
            Treating,
            Status,
            ListedAt,
            UpdatedAt,
            AnswerDueAt,
            PlannedAt,
        ])
        .to_owned();
    let rows = parties
        .into_iter()
        .map(sea_orm::IntoActiveModel::into_active_model);
    referral_party::Entity::insert_many(rows)
        .on_conflict(renewed)
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}

/// Leaves the header, as it now is, to whoever was a party and is none any more, say a department that another took the patient from.
async fn end_other_parties(
    txn: &Txn,
    row: &referral::Model,
    parties: &[referral_party::Model],
) -> Result<()> {
    use referral_party::Column::{
        AnswerDueAt, ContentUntil, PlannedAt, ReferralId, ScopeId, Status, Treating, UpdatedAt,
    };
    let scopes = parties.iter().map(|party| party.scope_id);
    referral_party::Entity::update_many()
        .col_expr(Treating, Expr::val(false))
        .col_expr(Status, Expr::val(row.status.code()))
        .col_expr(UpdatedAt, Expr::val(row.updated_at))
        .col_expr(AnswerDueAt, Expr::val(None::<DateTime<Utc>>))
        .col_expr(PlannedAt, Expr::val(row.planned_at))
        .col_expr(
            ContentUntil,
            Expr::col(ContentUntil).if_null(row.updated_at),
        )
        .filter(ReferralId.eq(row.id))
        .filter(ScopeId.is_not_in(scopes))
        .exec(&**txn)
        .await?;
    Ok(())
}

/// Answers with the referral as it is, and says in the audit trail that nothing was changed.
async fn before(txn: &Txn, app: &App, actor: &Actor, action: Action, seen: Seen) -> Result<Begun> {
    record_replay(txn, app, actor, action, &seen).await?;
    Ok(Begun::Before(Box::new(seen)))
}

/// Says in the audit trail that a change had been made before.
pub async fn record_replay(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    action: Action,
    seen: &Seen,
) -> Result<()> {
    let entry = audit::Entry::done(action, Some((SubjectKind::Referral, seen.row.id)))
        .of([seen.row.patient_id])
        .replayed();
    let entry = audit::Entry {
        basis: Some(seen.party.basis.code().to_owned()),
        ..entry
    };
    audit::record(txn, app, actor, entry).await
}

/// Whether the last thing that happened to the referral was this verb, by the same institution, with the same input.
async fn was_taken(
    txn: &Txn,
    row: &referral::Model,
    action: Action,
    side: Side,
    input_hash: [u8; 32],
) -> Result<bool> {
    let last = event::Entity::find()
        .filter(event::Column::SubjectId.eq(row.id))
        .order_by_desc(event::Column::Version)
        .order_by_desc(event::Column::Id)
        .one(&**txn)
        .await?;
    let Some(last) = last else { return Ok(false) };
    Ok(last.action == action
        && last.institution_id == institution_of(row, side)
        && last.input_hash.as_deref() == Some(&input_hash[..]))
}

fn refused(facts: Facts, side: Side, action: Action, blocked: Option<Blocked>) -> Error {
    let reason = match blocked {
        Some(Blocked::Now(reason)) => Some(reason),
        Some(Blocked::Never) | None => None,
    };
    let allowed = state::following(&facts, side)
        .filter(|(_, blocked)| blocked.is_none())
        .map(|(action, _)| action)
        .collect();
    Error::InvalidTransition {
        from: facts.status,
        action,
        allowed,
        reason,
    }
}

/// Notes a time that is too long ago, in the future, or before what came before.
pub fn check_time(
    occurred_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    last: DateTime<Utc>,
    problems: &mut Problems,
) {
    let Some(at) = occurred_at else { return };
    problems.check(
        at >= now - OLDEST,
        "input.occurredAt",
        ProblemCode::Order,
        "At most 30 days back.",
    );
    problems.check(
        at <= now + AHEAD,
        "input.occurredAt",
        ProblemCode::Order,
        "Not in the future.",
    );
    problems.check(
        at >= last,
        "input.occurredAt",
        ProblemCode::Order,
        "Not before what happened to the referral last.",
    );
}

/// The practitioner, who must work at that institution.
pub async fn check_practitioner(
    txn: &Txn,
    practitioner: Option<Uuid>,
    institution: Option<Uuid>,
    path: &str,
    problems: &mut Problems,
) -> Result<Option<practitioner::Model>> {
    let Some(id) = practitioner else {
        return Ok(None);
    };
    let found = practitioner::Entity::find_by_id(id).one(&**txn).await?;
    let works_there = found
        .as_ref()
        .is_some_and(|found| found.active && Some(found.institution_id) == institution);
    problems.check(
        works_there,
        path,
        ProblemCode::UnknownId,
        "No practitioner of that institution.",
    );
    Ok(found)
}

/// Notes a department that the institution does not have.
pub fn check_department(
    directory: &Directory,
    department: Option<Uuid>,
    institution: Option<Uuid>,
    path: &str,
    problems: &mut Problems,
) {
    let Some(id) = department else { return };
    let belongs = directory
        .departments
        .get(&id)
        .is_some_and(|found| found.active && Some(found.institution_id) == institution);
    problems.check(
        belongs,
        path,
        ProblemCode::UnknownId,
        "No department of that institution.",
    );
}
