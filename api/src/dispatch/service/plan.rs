//! Asking for an expert, and naming who is sent.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    dispatch::Model,
    enums::{Action, DispatchKind, DispatchStatus},
    json::{Ids, WeeklySession, WeeklySessions},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    check,
    turn::{Begun, On, Turn},
    write::{insert, subject},
};
use crate::{
    app::App,
    auth::{Actor, Call},
    clock::shanghai_day,
    db::Txn,
    dispatch::seen,
    error::{Error, ProblemCode, Problems, Result},
    policy::{self, hosts, sends},
    record::{
        change::{Change, note_replay},
        replay::{self, Changed},
    },
    referral::service::check_time,
};

/// What is wanted of a dispatch; in an answer to a request, what is left out stays as it was asked for.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Wanted {
    /// Who is sent.
    pub practitioner: Option<Uuid>,
    /// What for.
    pub kind: Option<DispatchKind>,
    /// Specialty code.
    pub specialty: Option<String>,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// Last day.
    pub ends_on: Option<NaiveDate>,
    /// When in the week.
    pub sessions: Option<Vec<WeeklySession>>,
    /// The studio whose sessions these are.
    pub studio: Option<Uuid>,
    /// The agreement under which they are sent.
    pub agreement: Option<Uuid>,
    /// What is to be reached.
    pub goals: Option<String>,
}

/// Somebody is asked for.
#[derive(Clone, Debug, Serialize)]
pub struct Request {
    /// Who asks; the caller's institution where left out.
    pub host: Option<Uuid>,
    /// Who is asked.
    pub sender: Uuid,
    /// What for.
    pub wanted: Wanted,
    /// When, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// Somebody is named.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The request that is answered; none where nobody has asked.
    pub request: Option<Uuid>,
    /// The version of the request that the caller saw.
    pub version: Option<i32>,
    /// Who sends; of a new one the caller's institution, unless that is the host.
    pub sender: Option<Uuid>,
    /// Where to; of a new one the caller's institution, unless that sends.
    pub host: Option<Uuid>,
    /// Who, and what for.
    pub wanted: Wanted,
    /// When, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// Asks a hospital for an expert.
///
/// # Errors
/// [`Error::Forbidden`] for whoever does not receive experts there.
pub async fn request(app: &App, call: &Call<'_>, input: Request) -> Result<Changed<Model>> {
    const ACTION: Action = Action::RequestDispatch;
    policy::require(call.actor, ACTION)?;
    let work = app.db.write(async |txn| {
        if let Some(row) = known(&txn, app, call, ACTION).await? {
            return Ok(Changed::before(row));
        }
        let host = input.host.or(call.actor.institution());
        let host = host.ok_or(Error::Forbidden)?;
        if !hosts(call.actor, &app.directory.now(), host, app.now()) {
            return Err(Error::Forbidden);
        }
        let mut problems = Problems::default();
        let row = blank(
            app,
            call,
            (Some(input.sender), host),
            &input.wanted,
            &mut problems,
        );
        let row = Model {
            status: DispatchStatus::Requested,
            occurred_at: input.occurred_at.unwrap_or(app.now()),
            ..row
        };
        check_time(
            input.occurred_at,
            app.now(),
            DateTime::UNIX_EPOCH,
            &mut problems,
        );
        let row = examine(&txn, app, row, &mut problems).await?;
        problems.finish()?;
        let at = row.occurred_at;
        let row = insert(&txn, app, call.actor, row, new(ACTION, at, false, &input)?).await?;
        replay::remember(&txn, app, call, row.id).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// Names who is sent: to whoever asked for somebody, or of one's own accord.
///
/// # Errors
/// [`Error::Forbidden`] for whoever does not send that institution's experts.
pub async fn plan(app: &App, call: &Call<'_>, input: Plan) -> Result<Changed<Model>> {
    const ACTION: Action = Action::PlanDispatch;
    if let Some(request) = input.request {
        return answer(app, call, request, input).await;
    }
    policy::require(call.actor, ACTION)?;
    let work = app.db.write(async |txn| {
        if let Some(row) = known(&txn, app, call, ACTION).await? {
            return Ok(Changed::before(row));
        }
        let (sender, host) = parties(call.actor, &input)?;
        let directory = app.directory.now();
        let own = sender.is_some_and(|sender| sends(call.actor, sender));
        let for_other =
            policy::is_unsent(&directory, sender) && hosts(call.actor, &directory, host, app.now());
        if !own && !for_other {
            return Err(Error::Forbidden);
        }
        let mut problems = Problems::default();
        let row = blank(app, call, (sender, host), &input.wanted, &mut problems);
        let row = Model {
            occurred_at: input.occurred_at.unwrap_or(app.now()),
            ..row
        };
        check_time(
            input.occurred_at,
            app.now(),
            DateTime::UNIX_EPOCH,
            &mut problems,
        );
        let row = examine(&txn, app, row, &mut problems).await?;
        settle(&txn, &row, &mut problems).await?;
        problems.finish()?;
        let at = row.occurred_at;
        let change = new(ACTION, at, !own, &input)?;
        let row = insert(&txn, app, call.actor, row, change).await?;
        replay::remember(&txn, app, call, row.id).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// Names who is sent to whoever asked.
async fn answer(app: &App, call: &Call<'_>, request: Uuid, input: Plan) -> Result<Changed<Model>> {
    let on = On {
        dispatch: request,
        version: input.version,
        occurred_at: input.occurred_at,
    };
    let work = app.db.write(async |txn| {
        let action = Action::PlanDispatch;
        let begun = Turn::begin(&txn, app, call, action, &on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(row) => return Ok(Changed::before(*row)),
        };
        for (given, there, path) in [
            (input.sender, turn.row.sender_id, "input.sender"),
            (input.host, Some(turn.row.host_id), "input.host"),
        ] {
            let message = "As it was asked for.";
            let same = given.is_none() || given == there;
            let code = ProblemCode::Inconsistent;
            turn.problems.check(same, path, code, message);
        }
        let before = asked(&turn.row);
        let row = shape(turn.row, &input.wanted);
        let row = Model {
            status: DispatchStatus::Planned,
            ..row
        };
        turn.row = examine(&txn, app, row, &mut turn.problems).await?;
        settle(&txn, &turn.row, &mut turn.problems).await?;
        turn.end(&txn, app, call, json!({ "before": before })).await
    });
    work.await
}

/// What was asked for, to be shown beside what was planned.
fn asked(row: &Model) -> serde_json::Value {
    json!({
        "practitioner": row.practitioner_id,
        "kind": row.kind,
        "startsOn": row.starts_on,
        "endsOn": row.ends_on,
        "sessions": row.sessions,
    })
}

/// Who sends and who receives in a new plan. Those who come back as volunteers or are rehired are sent by nobody, unless somebody is named.
fn parties(actor: &Actor, input: &Plan) -> Result<(Option<Uuid>, Uuid)> {
    let own = actor.institution().ok_or(Error::Forbidden)?;
    let host = input.host.unwrap_or(own);
    let alone = input.wanted.kind.is_some_and(check::may_come_alone);
    let sender = match input.sender {
        None if alone || host == own => None,
        given => Some(given.unwrap_or(own)),
    };
    Ok((sender, host))
}

/// The dispatch that the call's `Idempotency-Key` stands for.
async fn known(txn: &Txn, app: &App, call: &Call<'_>, action: Action) -> Result<Option<Model>> {
    let Some(id) = replay::known(txn, app, call).await? else {
        return Ok(None);
    };
    let row = seen::require(&**txn, call.actor, id).await?;
    note_replay(txn, app, call.actor, action, subject(&row), None).await?;
    Ok(Some(row))
}

fn new(
    action: Action,
    at: DateTime<Utc>,
    second_hand: bool,
    input: &impl Serialize,
) -> Result<Change> {
    Ok(Change {
        at: Some(at),
        second_hand,
        input_hash: Some(replay::input_hash(input)?),
        detail: json!({}),
        ..Change::of(action)
    })
}

/// A dispatch of which nothing is known but what is wanted; notes what is missing.
fn blank(
    app: &App,
    call: &Call<'_>,
    (sender, host): (Option<Uuid>, Uuid),
    wanted: &Wanted,
    problems: &mut Problems,
) -> Model {
    let now = app.now();
    let today = shanghai_day(now);
    for (given, path) in [
        (wanted.kind.is_some(), "input.kind"),
        (wanted.starts_on.is_some(), "input.startsOn"),
        (wanted.ends_on.is_some(), "input.endsOn"),
    ] {
        problems.check(given, path, ProblemCode::Required, "Required.");
    }
    let row = Model {
        id: app.new_id(),
        version: 1,
        kind: DispatchKind::Secondment,
        status: DispatchStatus::Planned,
        practitioner_id: None,
        sender_id: sender,
        host_id: host,
        sender_community_id: None,
        host_community_id: None,
        specialty: None,
        starts_on: today,
        ends_on: wanted.starts_on.unwrap_or(today).max(today),
        sessions: WeeklySessions::default(),
        studio_id: None,
        agreement_id: None,
        goals: None,
        approver_id: None,
        approved_for_id: None,
        approved_at: None,
        checked_in_at: None,
        ended_on: None,
        ended_at: None,
        reason: None,
        score: None,
        comment: None,
        appraised_at: None,
        grants: Ids::default(),
        deputy_key: None,
        clock_at: None,
        occurred_at: now,
        created_by: call.actor.account,
        created_at: now,
        updated_at: now,
    };
    shape(row, wanted)
}

/// Puts what is wanted over what there is.
fn shape(mut row: Model, wanted: &Wanted) -> Model {
    let wanted = wanted.clone();
    row.practitioner_id = wanted.practitioner.or(row.practitioner_id);
    row.kind = wanted.kind.unwrap_or(row.kind);
    row.specialty = wanted.specialty.or(row.specialty);
    row.starts_on = wanted.starts_on.unwrap_or(row.starts_on);
    row.ends_on = wanted.ends_on.unwrap_or(row.ends_on);
    row.sessions = wanted.sessions.map_or(row.sessions, WeeklySessions);
    row.studio_id = wanted.studio.or(row.studio_id);
    row.agreement_id = wanted.agreement.or(row.agreement_id);
    row.goals = wanted.goals.or(row.goals);
    row
}

/// Notes what is wrong with a dispatch as it is wanted; gives it with its communities.
async fn examine(txn: &Txn, app: &App, mut row: Model, problems: &mut Problems) -> Result<Model> {
    check::days(
        row.starts_on,
        row.ends_on,
        shanghai_day(app.now()),
        problems,
    );
    check::texts(&row, problems);
    check::sent(&row, problems);
    // A request may leave the days of the week to whoever plans.
    if row.status != DispatchStatus::Requested || !row.sessions.0.is_empty() {
        check::sessions(&row, problems);
    }
    let (sender, host) = check::places(txn, row.sender_id, row.host_id, problems).await?;
    row.sender_community_id = sender.and_then(|sender| sender.community_id);
    row.host_community_id = host.community_id;
    check::pacts(txn, &row, problems).await?;
    if row.status == DispatchStatus::Requested && row.practitioner_id.is_some() {
        check::expert(txn, &row, problems).await?;
    }
    Ok(row)
}

/// Notes what keeps the expert from being sent.
async fn settle(txn: &Txn, row: &Model, problems: &mut Problems) -> Result<()> {
    if check::expert(txn, row, problems).await?.is_some() {
        check::clash(txn, row, "input.sessions", problems).await?;
    }
    Ok(())
}
