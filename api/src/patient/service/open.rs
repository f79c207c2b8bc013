//! Break-glass 应急调阅: a clinician opens a patient without a relation, for some hours; and the review of it.

use chrono::{DateTime, Duration, Utc};
use entity::{
    account, audit, break_glass,
    enums::{Action, AuditOutcome, Basis, BreakGlassReason, BreakGlassVerdict, SubjectKind},
    patient,
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ColumnTrait as _, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    change,
    key::{PatientKey, find_by},
};
use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::{Error, ErrorCode, ProblemCode, Problems, Result},
    page::{Cursor, PageArgs, Slice, Window, counted},
    policy,
    record::{
        audit::{self as trail, Entry},
        event::{self, Happened},
        replay::{self, Changed},
    },
    text,
};

/// Over which time openings are counted.
const HOUR: Duration = Duration::hours(1);
/// How many keys that name nobody somebody may try for each opening: whoever guesses is stopped, who mistypes is not.
const MISSES: u32 = 4;
/// Longest text.
const TEXT: usize = 1_000;
/// The list has one sort: the latest first.
const SORT: &str = "OPENED_AT_DESC";

/// What a clinician says who breaks the glass.
#[derive(Clone, Debug, Serialize)]
pub struct Open {
    /// Whom to open.
    pub patient: PatientKey,
    /// Why.
    pub reason: BreakGlassReason,
    /// Why, in words.
    pub text: String,
}

/// Opens a patient to the actor's account, in its scope, for reading.
///
/// # Errors
/// [`Error::NotFound`] where the key names nobody, [`Error::RateLimited`] where the account has opened, or tried, too many.
pub async fn open_patient(
    app: &App,
    call: &Call<'_>,
    input: &Open,
) -> Result<Changed<patient::Model>> {
    const ACTION: Action = Action::OpenPatient;
    let actor = call.actor;
    policy::require(actor, ACTION)?;
    if !policy::may_break_glass(actor) {
        return Err(Error::Forbidden);
    }
    let mut problems = Problems::default();
    input.patient.check(app, "input.patient", &mut problems);
    text::required(Some(&input.text), TEXT, "input.text", &mut problems);
    problems.finish()?;
    let (changed, opened) = app
        .db
        .write(async |txn| {
            let (changed, opened) = match change::before(&txn, app, call).await? {
                Some(changed) => (changed, None),
                None => open(&txn, app, actor, input).await?,
            };
            let entry = Entry {
                basis: Some(Basis::BreakGlass.code().to_owned()),
                note: Some(format!("{}: {}", input.reason.code(), input.text)),
                ..change::entry(ACTION, &changed)
            };
            Ok((
                change::close(&txn, app, call, entry, changed).await?,
                opened,
            ))
        })
        .await?;
    if let Some(id) = opened {
        tracing::warn!(break_glass = %id, account = %actor.account, "a patient was opened by break-glass");
    }
    actor.request.cover(changed.object.id);
    Ok(changed)
}

async fn open(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    input: &Open,
) -> Result<(Changed<patient::Model>, Option<Uuid>)> {
    let now = app.now();
    let (scope_id, institution_id) = actor
        .scope
        .id()
        .zip(actor.institution())
        .ok_or(Error::Forbidden)?;
    let before = break_glass::Entity::find()
        .filter(break_glass::Column::AccountId.eq(actor.account))
        .order_by_desc(break_glass::Column::Ordinal)
        .limit(u64::from(app.settings.break_glass_per_hour.max(1)))
        .all(&**txn)
        .await?;
    require_few_misses(txn, app, actor).await?;
    let key = input.patient.check(app, "", &mut Problems::default());
    let key = key.ok_or_else(|| Error::Internal("a key was good before".into()))?;
    let row = find_by(&**txn, key).await?;
    let open_already = |known: &&break_glass::Model| {
        known.patient_id == row.id
            && known.scope_id == scope_id
            && known.until > now
            && (known.reason, &known.text) == (input.reason, &input.text)
    };
    if before.iter().any(|known| open_already(&known)) {
        return Ok((Changed::before(row), None));
    }
    require_rest(app, &before, now)?;
    let glass = break_glass::Model {
        id: app.new_id(),
        account_id: actor.account,
        ordinal: before.first().map_or(0, |last| last.ordinal) + 1,
        scope_id,
        institution_id,
        patient_id: row.id,
        reason: input.reason,
        text: input.text.clone(),
        opened_at: now,
        until: now + policy::BREAK_GLASS,
        verdict: None,
        review_note: None,
        reviewed_by: None,
        reviewed_at: None,
        version: 1,
    };
    // Of two that open at once, the unique key lets one pass and the other count again.
    break_glass::Entity::insert(glass.clone().into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    let subject = (SubjectKind::Patient, row.id);
    let mut happened = Happened::plain(Action::OpenPatient, subject, row.version).with_detail(
        json!({ "breakGlass": glass.id, "reason": glass.reason, "until": glass.until }),
    );
    happened.scopes = vec![event::INSTALLATION];
    event::record(txn, app, actor, happened).await?;
    Ok((Changed::now(row), Some(glass.id)))
}

/// Refuses whoever has opened as many as one may within an hour; `before` are the last of them, the latest first.
fn require_rest(app: &App, before: &[break_glass::Model], now: DateTime<Utc>) -> Result<()> {
    let limit = usize::try_from(app.settings.break_glass_per_hour.max(1)).unwrap_or(usize::MAX);
    let oldest = before.get(limit - 1).map(|oldest| oldest.opened_at + HOUR);
    match oldest {
        Some(free) if free > now => Err(limited(free - now)),
        _ => Ok(()),
    }
}

/// Refuses whoever has tried many keys that name nobody; the audit trail knows.
async fn require_few_misses(txn: &Txn, app: &App, actor: &Actor) -> Result<()> {
    let now = app.now();
    let limit = u64::from(app.settings.break_glass_per_hour.max(1) * MISSES);
    let misses: Vec<DateTime<Utc>> = audit::Entity::find()
        .select_only()
        .column(audit::Column::At)
        .filter(audit::Column::AccountId.eq(actor.account))
        .filter(audit::Column::At.gt(now - HOUR))
        .filter(audit::Column::Action.eq(Action::OpenPatient))
        .filter(audit::Column::Outcome.eq(AuditOutcome::Denied))
        .filter(audit::Column::Code.eq(ErrorCode::NotFound.name()))
        .order_by_desc(audit::Column::At)
        .order_by_desc(audit::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(&**txn)
        .await?;
    match misses.last() {
        Some(oldest) if misses.len() as u64 >= limit => Err(limited(*oldest + HOUR - now)),
        _ => Ok(()),
    }
}

fn limited(wait: Duration) -> Error {
    let seconds = (wait.num_milliseconds() + 999) / 1_000;
    Error::RateLimited {
        retry_after: u64::try_from(seconds).unwrap_or(1).max(1),
    }
}

/// An opening, and who opened.
pub type Opened = (break_glass::Model, Option<account::Model>);

/// A page of what was opened, the latest first. The reading is audited.
pub async fn break_glass_events(
    app: &App,
    actor: &Actor,
    args: &PageArgs,
) -> Result<Slice<(String, Opened)>> {
    policy::require(actor, Action::ReadBreakGlass)?;
    let window = Window::parse(args, SORT)?;
    let rows = break_glass::Entity::find()
        .find_also_related(account::Entity)
        .apply_if(window.cursor.as_ref(), |query, cursor| {
            query.filter(break_glass::Column::Id.lt(cursor.id))
        })
        .order_by_desc(break_glass::Column::Id)
        .limit(window.limit())
        .all(app.db.reader())
        .await?;
    let entry = Entry::done(Action::ReadBreakGlass, None);
    app.audit.write(app, actor, entry).await?;
    let place = |opened: Opened| (Cursor::text(SORT, "", opened.0.id).encode(), opened);
    Ok(window.slice(rows).map(place))
}

/// How many were opened; none above 10,000.
pub async fn count_break_glass(app: &App, actor: &Actor) -> Result<Option<i32>> {
    policy::require(actor, Action::ReadBreakGlass)?;
    counted(break_glass::Entity::find(), app.db.reader()).await
}

/// What a review found.
#[derive(Clone, Debug)]
pub struct Review {
    /// The opening.
    pub event: Uuid,
    /// Its version that was seen.
    pub version: Option<i32>,
    /// Whether there was need.
    pub verdict: BreakGlassVerdict,
    /// A word to it; required where there was none.
    pub note: Option<String>,
}

/// Says whether there was need. What an earlier review said stays in its audit entry.
pub async fn review_break_glass(
    app: &App,
    call: &Call<'_>,
    input: &Review,
) -> Result<Changed<Opened>> {
    const ACTION: Action = Action::ReviewBreakGlass;
    let actor = call.actor;
    policy::require(actor, ACTION)?;
    let mut problems = Problems::default();
    change::check_version(actor, input.version, &mut problems);
    text::optional(input.note.as_deref(), TEXT, "input.note", &mut problems);
    problems.check(
        input.verdict == BreakGlassVerdict::Justified || input.note.is_some(),
        "input.note",
        ProblemCode::Required,
        "Say what was wrong.",
    );
    problems.finish()?;
    app.db
        .write(async |txn| {
            let known = replay::known(&txn, app, call).await?;
            let found = break_glass::Entity::find_by_id(known.unwrap_or(input.event))
                .find_also_related(account::Entity)
                .one(&*txn)
                .await?;
            let (row, account) = found.ok_or(Error::NotFound)?;
            let said = (row.verdict, &row.review_note, row.reviewed_by)
                == (Some(input.verdict), &input.note, Some(actor.account));
            let entry = Entry {
                note: Some(match &input.note {
                    Some(note) => format!("{}: {note}", input.verdict.code()),
                    None => input.verdict.code().to_owned(),
                }),
                ..Entry::done(ACTION, Some((SubjectKind::Patient, row.patient_id)))
            };
            if known.is_some() || said {
                trail::record(&txn, app, actor, entry.replayed()).await?;
                return Ok(Changed::before((row, account)));
            }
            change::require_version(row.version, input.version)?;
            let row = write(&txn, app, actor, row, input).await?;
            replay::remember(&txn, app, call, row.id).await?;
            trail::record(&txn, app, actor, entry).await?;
            Ok(Changed::now((row, account)))
        })
        .await
}

async fn write(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    row: break_glass::Model,
    input: &Review,
) -> Result<break_glass::Model> {
    let seen = row.version;
    let before = json!({ "verdict": row.verdict, "note": row.review_note });
    let row = break_glass::Model {
        verdict: Some(input.verdict),
        review_note: input.note.clone(),
        reviewed_by: Some(actor.account),
        reviewed_at: Some(app.now()),
        version: seen + 1,
        ..row
    };
    let mut change = row.clone().into_active_model().reset_all();
    change.id = NotSet;
    let changed = break_glass::Entity::update_many()
        .set(change)
        .filter(break_glass::Column::Id.eq(row.id))
        .filter(break_glass::Column::Version.eq(seen))
        .exec(&**txn)
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    let subject = (SubjectKind::Patient, row.patient_id);
    let mut happened = Happened::plain(Action::ReviewBreakGlass, subject, row.version)
        .with_detail(json!({ "breakGlass": row.id, "verdict": row.verdict, "before": before }));
    happened.scopes = vec![event::INSTALLATION];
    event::record(txn, app, actor, happened).await?;
    Ok(row)
}
