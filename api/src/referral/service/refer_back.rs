//! The way back down: the report, and the DOWN referral that is linked to the UP one, in one transaction; and how the one ends the other.

use entity::{
    enums::{Action, ReferralDirection, ReferralStatus, Side},
    referral,
    referral_content::{Closure, Report},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    answer::covered,
    blank::blank,
    completion::{complete, open_key, post as begin_answer_clock, refuse_route, refuse_second},
    finish::{Findings, write_report},
    known::{EXTERNAL_ID, posted_as},
    leg as legs, named,
    post::require_identified,
    recorded::{Recorded, record, subject},
    turn::{Begun, On, Turn},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Problem, ProblemCode, Result},
    family_doctor::service as family_doctors,
    id::{self, Kind},
    policy,
    record::{
        change::{Change, note_replay},
        replay::{self, Changed},
    },
    referral::{
        clock, hand_back,
        leg::Step,
        seen::{self, Key, Seen},
        state,
        writing::Writing,
    },
    text,
};

/// How many referrals may follow from one.
pub const MOST_LINKED: u64 = 10;

/// The patient is sent back down.
#[derive(Clone, Debug, Serialize)]
pub struct ReferBack {
    /// The referral that brought the patient.
    pub on: On,
    /// The poster's own id of the DOWN referral.
    pub external_id: Option<String>,
    /// The report, unless it was made before.
    pub report: Option<Findings>,
    /// What the DOWN referral says beside, or instead of, what is known already.
    pub writing: Writing,
}

/// Reports back, unless that was done, and posts the linked DOWN referral, with which it answers.
pub async fn refer_back(app: &App, call: &Call<'_>, input: ReferBack) -> Result<Changed<Seen>> {
    let changed = app
        .db
        .write(async |txn| Box::pin(refer_back_in(&txn, app, call, &input)).await)
        .await?;
    Ok(covered(call, changed))
}

async fn refer_back_in(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    input: &ReferBack,
) -> Result<Changed<Seen>> {
    let action = Action::ReferBack;
    if let Some(known) = replay::known(txn, app, call).await? {
        return again(txn, app, call, known).await;
    }
    if let Some(known) = posted_before(txn, app, call, input).await? {
        let answered = again(txn, app, call, known).await?;
        replay::remember(txn, app, call, known).await?;
        return Ok(answered);
    }
    let begun = Turn::begin(txn, app, call, action, Side::Receiver, &input.on, input).await?;
    let mut turn = match begun {
        Begun::Turn(turn) => turn.beside_another(),
        Begun::Before(up) => {
            let last = linked(txn, up.row.id).await?.pop();
            let last = last.ok_or(Error::NotFound)?;
            let seen = seen::require(&**txn, call.actor, &Key::Id(last.id)).await?;
            return Ok(Changed::before(seen));
        }
    };
    match (&input.report, &turn.row.report) {
        (Some(report), None) => write_report(txn, call, &mut turn, report, "input.report").await?,
        (None, None) => turn.problems.add(
            "input.report",
            ProblemCode::Required,
            "Nothing was reported yet: say what was found and done.",
        ),
        (Some(_), Some(_)) => turn.problems.add(
            "input.report",
            ProblemCode::NotAllowed,
            "It was reported back already.",
        ),
        (None, Some(_)) => {}
    }
    let mut down = written(txn, app, call, input, &mut turn).await?;
    refuse_another(txn, turn.row.id, call).await?;
    refuse_second(txn, &mut down, "input.receiver", call.actor.institution()).await?;

    let (at, second_hand) = (turn.at, down.second_hand);
    let (directory, outcome) = (
        turn.directory.clone(),
        turn.row.report.as_ref().map(|report| report.outcome),
    );
    let detail = json!({ "outcome": outcome, "next": id::encode(Kind::Referral, down.id) });
    turn.finish(txn, app, call, detail).await?;
    down.clock_at = clock::wakes_at(&down);
    family_doctors::tie(txn, app, &mut down).await?;
    referral::Entity::insert(down.clone().into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    legs::write(txn, app, &down, Step::Begins, at).await?;
    let change = Recorded::first(Change {
        at: Some(at),
        institution: Some(down.sender_id),
        second_hand,
        input_hash: Some(replay::input_hash(input)?),
        basis: Some(entity::enums::Basis::Sender.code()),
        ..Change::of(Action::SubmitReferral)
    });
    record(txn, app, call, down, &directory, change).await
}

/// The DOWN referral that was posted by an earlier call, as it is now.
async fn again(txn: &Txn, app: &App, call: &Call<'_>, down: Uuid) -> Result<Changed<Seen>> {
    let seen = seen::require(&**txn, call.actor, &Key::Id(down)).await?;
    let (action, basis) = (Action::ReferBack, Some(seen.party.basis));
    note_replay(txn, app, call.actor, action, subject(&seen.row), basis).await?;
    Ok(Changed::before(seen))
}

/// The DOWN referral that was posted under that external id, if it is the one that is asked for.
async fn posted_before(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    input: &ReferBack,
) -> Result<Option<Uuid>> {
    let Some(external_id) = &input.external_id else {
        return Ok(None);
    };
    let up = seen::require_own(&**txn, call.actor, &input.on.referral, app.now()).await?;
    policy::require(call.actor, Action::ReferBack)?;
    let directory = app.directory.now();
    let may = policy::acts_as(call.actor, &directory, &up.row, Side::Receiver).is_some();
    let poster = up.row.receiver_id.filter(|_| may).ok_or(Error::Forbidden)?;
    let Some(known) = posted_as(txn, poster, external_id).await? else {
        return Ok(None);
    };
    let mut written = known.clone();
    input.writing.apply(&mut written);
    let receiver = known.posted_receiver_id.or(known.receiver_id);
    let same = known.previous_id == Some(up.row.id)
        && (input.writing.receiver.is_none() || input.writing.receiver == receiver)
        && (input.writing.diagnoses.is_none()
            || written.principal_category == known.posted_category);
    if same {
        return Ok(Some(known.id));
    }
    let problem = Problem::new(
        "input.externalId",
        ProblemCode::Taken,
        "Another referral was posted under this external id.",
    );
    Err(Error::Duplicate {
        existing: Some(id::encode(Kind::Referral, known.id)),
        problems: vec![problem],
    })
}

/// The DOWN referral, complete as one that is posted; every problem of the input is named at once.
async fn written(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    input: &ReferBack,
    turn: &mut Turn,
) -> Result<referral::Model> {
    const PATH: &str = "input.content";
    let directory = turn.directory.clone();
    let up = turn.row.clone();
    let sender = up.receiver_id.ok_or(Error::Forbidden)?;
    let external_id = input.external_id.clone();
    let mut down = blank(app, call.actor, &directory, external_id, sender, turn.at);
    down.patient_id = up.patient_id;
    down.previous_id = Some(up.id);
    down.episode_id = Some(up.episode());
    down.second_hand = policy::is_absent(&directory, sender);

    let mut known = hand_back::known(&up, &directory);
    known.sender_practitioner = call.actor.practitioner.or(known.sender_practitioner);
    let elsewhere = input.writing.receiver.is_some_and(|id| id != up.sender_id);
    if elsewhere {
        // Who sent the patient is not who receives them.
        known.receiver_department = None;
        known.receiver_practitioner = None;
    }
    known.apply(&mut down);
    text::optional(
        input.external_id.as_deref(),
        EXTERNAL_ID,
        "input.externalId",
        &mut turn.problems,
    );
    input.writing.check(turn.now, PATH, &mut turn.problems);
    let (row, problems) = (&mut down, &mut turn.problems);
    named::write(txn, app, call.actor, &input.writing, row, PATH, problems).await?;
    let obstacles = complete(txn, &directory, &mut down, PATH, &mut turn.problems).await?;
    require_identified(txn, &down, &mut turn.problems).await?;
    turn.problems.check(
        down.direction
            .is_none_or(|way| way == ReferralDirection::Down),
        format!("{PATH}.receiver"),
        ProblemCode::NotAllowed,
        "A patient is referred back downward: name a receiver below.",
    );
    std::mem::take(&mut turn.problems).finish()?;
    named::require_same_patient(txn, app, &down, PATH).await?;
    refuse_route(obstacles)?;
    down.status = ReferralStatus::Submitted;
    begin_answer_clock(&mut down, &directory, turn.at, turn.now);
    legs::mark(&mut down, Step::Begins);
    down.open_key = open_key(&down);
    Ok(down)
}

/// Refuses a second DOWN referral while the first is on its way, and more than a few in all.
async fn refuse_another(txn: &Txn, up: Uuid, call: &Call<'_>) -> Result<()> {
    let before = linked(txn, up).await?;
    let open = before.iter().find(|row| state::is_open(row.status));
    let full = u64::try_from(before.len()).unwrap_or(u64::MAX) >= MOST_LINKED;
    if open.is_none() && !full {
        return Ok(());
    }
    let problem = Problem::new(
        "input.referral",
        ProblemCode::Taken,
        "The patient is being referred back already.",
    );
    let own = open.filter(|row| Some(row.sender_id) == call.actor.institution());
    Err(Error::Duplicate {
        existing: own.map(|row| id::encode(Kind::Referral, row.id)),
        problems: vec![problem],
    })
}

/// The referrals that follow from that one, the first first.
async fn linked(txn: &Txn, previous: Uuid) -> Result<Vec<referral::Model>> {
    Ok(referral::Entity::find()
        .filter(referral::Column::PreviousId.eq(previous))
        .order_by_asc(referral::Column::Id)
        .all(&**txn)
        .await?)
}

/// Whether a DOWN referral follows from that one, and was not in vain.
pub(super) async fn goes_back(txn: &Txn, previous: Uuid) -> Result<bool> {
    let in_vain = [
        ReferralStatus::Rejected,
        ReferralStatus::Withdrawn,
        ReferralStatus::Expired,
        ReferralStatus::Cancelled,
        ReferralStatus::NoShow,
    ];
    let following = referral::Entity::find()
        .filter(referral::Column::PreviousId.eq(previous))
        .filter(referral::Column::Status.is_not_in(in_vain))
        .count(&**txn)
        .await?;
    Ok(following > 0)
}

/// Closes the UP referral from which an arrived DOWN one follows: whoever has the patient has read the report.
pub(super) async fn close_previous(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    arrived: &referral::Model,
) -> Result<()> {
    let Some(up) = arrived.previous_id else {
        return Ok(());
    };
    let at = arrived.arrived_at.unwrap_or(arrived.occurred_at);
    let closing = Turn::following(txn, app, up, Action::CloseReferral, Side::Sender, at).await?;
    let Some(mut turn) = closing.filter(|turn| turn.row.status == ReferralStatus::ReportedBack)
    else {
        return Ok(());
    };
    turn.row.closure = Some(Closure::default());
    let detail = json!({ "next": id::encode(Kind::Referral, arrived.id) });
    turn.finish(txn, app, call, detail).await.map(drop)
}

/// Reports back on a DOWN referral what the first follow-up found, where nothing was reported yet.
pub async fn report_follow_up(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    referral: Uuid,
    at: chrono::DateTime<chrono::Utc>,
    report: impl FnOnce(&referral::Model) -> Report,
) -> Result<()> {
    let reporting =
        Turn::following(txn, app, referral, Action::ReportBack, Side::Receiver, at).await?;
    let down = |turn: &Turn| turn.row.direction == Some(ReferralDirection::Down);
    let Some(mut turn) = reporting.filter(down) else {
        return Ok(());
    };
    let report = report(&turn.row);
    let detail = json!({ "outcome": report.outcome });
    turn.row.report = Some(report);
    turn.row.reported_at = Some(turn.at);
    turn.finish(txn, app, call, detail).await.map(drop)
}
