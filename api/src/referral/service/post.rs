//! Writing and posting: draft, submit (a new referral or a draft), resubmit what was returned.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, Basis, ReferralStatus, Side, Urgency},
    referral,
};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    answer::covered,
    base,
    blank::blank,
    check::check_time,
    completion::{
        check_people, complete, open_key, post as begin_answer_clock, refuse_route, refuse_second,
    },
    entry::Entry,
    known::{EXTERNAL_ID, entered_as, posted_meanwhile, require_same},
    leg as legs, named,
    recorded::{Recorded, record, subject},
    turn::{Begun, On, Turn},
    walk_in,
};
use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    family_doctor::service as family_doctors,
    follow_up::service as follow_ups,
    network::directory::Directory,
    patient::service::{self as patients, PatientRef},
    policy,
    record::{
        change::{Change, note_replay},
        replay::{self, Changed},
    },
    referral::{
        clock,
        leg::Step,
        seen::{self, Key, Seen},
        writing::Writing,
    },
    text,
};

/// A new referral.
#[derive(Clone, Debug, Serialize)]
pub struct Post {
    /// The poster's own id.
    pub external_id: Option<String>,
    /// The patient, known or to be registered; that of the referral that it is based on where none is named.
    pub patient: Option<PatientRef>,
    /// The sender, where it is not the actor's institution.
    pub sender: Option<Uuid>,
    /// What the sender writes.
    pub writing: Writing,
    /// When it was written, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
    /// When the patient is expected, where the receiver enters what a partner without account sent.
    pub planned_at: Option<DateTime<Utc>>,
    /// When the patient came, where the receiver enters one who came before the sender posted.
    pub arrived_at: Option<DateTime<Utc>>,
    /// The sender's own rejected or expired referral whose content is copied.
    pub based_on: Option<Key>,
    /// The follow-up whose findings suggested it.
    pub follow_up: Option<Uuid>,
}

/// What is posted.
#[derive(Clone, Debug, Serialize)]
pub enum Submit {
    /// A new referral.
    New(Box<Post>),
    /// A draft, with the content that was missing.
    Draft {
        /// Which.
        on: On,
        /// What is added or changed.
        writing: Box<Writing>,
    },
}

/// A returned referral, posted again.
#[derive(Clone, Debug, Serialize)]
pub struct Resubmit {
    /// Which.
    pub on: On,
    /// What is added or changed.
    pub writing: Writing,
}

/// Writes a draft; only the sender sees it.
pub async fn draft(app: &App, call: &Call<'_>, input: Post) -> Result<Changed<Seen>> {
    create(app, call, Action::DraftReferral, &input).await
}

/// Posts a new referral or a draft.
pub async fn submit(app: &App, call: &Call<'_>, input: Submit) -> Result<Changed<Seen>> {
    match &input {
        Submit::New(post) => create(app, call, Action::SubmitReferral, post).await,
        Submit::Draft { on, writing } => {
            let action = Action::SubmitReferral;
            let again = Again {
                action,
                on,
                writing,
                path: "input",
            };
            post_again(app, call, again, &input).await
        }
    }
}

/// Posts a returned referral again, to the same receiver; a new time to answer begins.
pub async fn resubmit(app: &App, call: &Call<'_>, input: Resubmit) -> Result<Changed<Seen>> {
    let again = Again {
        action: Action::ResubmitReferral,
        on: &input.on,
        writing: &input.writing,
        path: "input.content",
    };
    post_again(app, call, again, &input).await
}

/// A referral on record that is posted, with what is added; `path` is where that stands in the input.
#[derive(Clone, Copy)]
struct Again<'a> {
    action: Action,
    on: &'a On,
    writing: &'a Writing,
    path: &'a str,
}

async fn post_again(
    app: &App,
    call: &Call<'_>,
    again: Again<'_>,
    input: &impl Serialize,
) -> Result<Changed<Seen>> {
    let changed = app
        .db
        .write(async |txn| post_on_record(&txn, app, call, again, input).await)
        .await?;
    Ok(covered(call, changed))
}

async fn post_on_record(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    again: Again<'_>,
    input: &impl Serialize,
) -> Result<Changed<Seen>> {
    let Again {
        action,
        on,
        writing,
        path,
    } = again;
    let mut turn = match Turn::begin(txn, app, call, action, Side::Sender, on, input).await? {
        Begun::Turn(turn) => turn,
        Begun::Before(seen) => return Ok(Changed::before(*seen)),
    };
    let written_before = json!({ "content": turn.row.content, "receiver": turn.row.receiver_id, "urgency": turn.row.urgency });
    let returned_by = turn
        .row
        .receiver_id
        .filter(|_| action == Action::ResubmitReferral);
    writing.check(turn.now, path, &mut turn.problems);
    let (row, problems) = (&mut turn.row, &mut turn.problems);
    named::write(txn, app, call.actor, writing, row, path, problems).await?;
    turn.problems.check(
        returned_by.is_none() || turn.row.receiver_id == returned_by,
        format!("{path}.receiver"),
        ProblemCode::NotAllowed,
        "It goes back to whoever returned it; withdraw it to post it elsewhere.",
    );
    let directory = turn.directory.clone();
    let obstacles = complete(txn, &directory, &mut turn.row, path, &mut turn.problems).await?;
    require_identified(txn, &turn.row, &mut turn.problems).await?;
    std::mem::take(&mut turn.problems).finish()?;
    named::require_same_patient(txn, app, &turn.row, path).await?;
    if action == Action::SubmitReferral
        && let Some(came) = walk_in::awaiting(txn, app, &turn.row, turn.at).await?
    {
        turn.row.occurred_at = turn.at;
        return Box::pin(walk_in::join_draft(txn, app, call, came, &turn.row, input)).await;
    }
    refuse_route(obstacles)?;
    refuse_second(
        txn,
        &mut turn.row,
        "input.receiver",
        call.actor.institution(),
    )
    .await?;
    let (at, now) = (turn.at, turn.now);
    begin_answer_clock(&mut turn.row, &directory, at, now);
    turn.finish(txn, app, call, json!({ "before": written_before }))
        .await
}

pub(super) async fn require_identified(
    txn: &Txn,
    row: &referral::Model,
    problems: &mut Problems,
) -> Result<()> {
    if row.urgency == Some(Urgency::Emergency) {
        return Ok(());
    }
    let patient = patients::record(&**txn, row.patient_id).await?;
    problems.check(
        patient.is_some_and(|patient| patient.identified),
        "input.patient",
        ProblemCode::NotAllowed,
        "Only an emergency is posted for an unidentified patient.",
    );
    Ok(())
}

async fn create(app: &App, call: &Call<'_>, action: Action, post: &Post) -> Result<Changed<Seen>> {
    policy::require(call.actor, action)?;
    let outcome = app
        .db
        .write(async |txn| Box::pin(create_in(&txn, app, call, action, post)).await)
        .await;
    let outcome = match (post.sender.or(call.actor.institution()), &post.patient) {
        (Some(sender), Some(patient)) => {
            let refused = (sender, action);
            patients::queue_refused(app, call.actor, refused, patient, outcome).await
        }
        _ => outcome,
    };
    Ok(covered(call, outcome?))
}

#[expect(
    clippy::too_many_lines,
    reason = "a posting, from the key to the record, told once"
)]
async fn create_in(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    post: &Post,
) -> Result<Changed<Seen>> {
    let actor = call.actor;
    if let Some(id) = replay::known(txn, app, call).await? {
        let seen = seen::require(&**txn, actor, &Key::Id(id)).await?;
        let basis = Some(seen.party.basis);
        note_replay(txn, app, actor, action, subject(&seen.row), basis).await?;
        return Ok(Changed::before(seen));
    }
    let sender_id = post
        .sender
        .or(actor.institution())
        .ok_or(Error::Forbidden)?;
    let directory = app.directory.now();
    let entry = Entry::of(actor, &directory, action, sender_id, post)?;
    let known = (action, entry, sender_id);
    let answered = Box::pin(answer_known(txn, app, call, known, post));
    if let Some(answered) = answered.await? {
        return Ok(answered);
    }
    let base = based_on(txn, actor, sender_id, entry, post).await?;
    let patient = match (&post.patient, &base) {
        (Some(patient), _) => patient.clone(),
        (None, Some(base)) => PatientRef::Id(base.patient_id),
        (None, None) => return Err(nobody()),
    };
    let from = (sender_id, entry, base.as_ref(), &patient);
    let (mut row, obstacles) = written(txn, app, actor, &directory, action, post, from).await?;
    let resolved = patients::resolve(
        txn,
        app,
        actor,
        entry.entered_by().unwrap_or(sender_id),
        &patient,
        row.urgency == Some(Urgency::Emergency),
        "input.patient",
    )
    .await?;
    row.patient_id = resolved.patient.id;
    named::require_same_patient(txn, app, &row, "input").await?;
    if let Some(base) = &base {
        let same = PatientRef::Id(row.patient_id);
        if !patients::is_same(txn, app, &same, base.patient_id).await? {
            return Err(Error::invalid(
                "input.patient",
                ProblemCode::Inconsistent,
                "Not the patient of the referral that it is based on.",
            ));
        }
    }
    let at = row.occurred_at;
    if action == Action::SubmitReferral {
        if entry == Entry::Sent {
            let mut problems = Problems::default();
            require_identified(txn, &row, &mut problems).await?;
            problems.finish()?;
            if let Some(came) = walk_in::awaiting(txn, app, &row, at).await? {
                return walk_in::join(txn, app, call, came, &row, post).await;
            }
        }
        refuse_route(obstacles)?;
        if let Err(refusal) =
            refuse_second(txn, &mut row, "input.receiver", actor.institution()).await
        {
            let by_twin = posted_meanwhile(txn, app, call, entry, sender_id, post).await?;
            return Err(if by_twin { Error::Overtaken } else { refusal });
        }
        if entry == Entry::Sent {
            row.status = ReferralStatus::Submitted;
            begin_answer_clock(&mut row, &directory, at, app.now());
        } else {
            entry.begin(&mut row);
        }
        legs::mark(&mut row, Step::Begins);
    }
    row.open_key = open_key(&row);
    row.clock_at = clock::wakes_at(&row);
    if row.submitted_at.is_some() {
        family_doctors::tie(txn, app, &mut row).await?;
    }
    if let Some(follow_up) = post.follow_up {
        follow_ups::led_to(txn, app, actor, follow_up, &row).await?;
    }
    referral::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    if row.leg > 0 {
        legs::write(txn, app, &row, Step::Begins, at).await?;
    }
    let (by, basis) = match entry {
        Entry::Sent => (sender_id, Basis::Sender),
        Entry::Expected { .. } => (sender_id, Basis::Receiver),
        Entry::WalkIn { by, .. } => (by, Basis::Receiver),
    };
    let change = Recorded::first(Change {
        at: Some(at),
        institution: Some(by),
        second_hand: row.second_hand,
        input_hash: Some(replay::input_hash(post)?),
        basis: Some(basis.code()),
        ..Change::of(action)
    });
    record(txn, app, call, row, &directory, change).await
}

fn nobody() -> Error {
    Error::invalid(
        "input.patient",
        ProblemCode::Required,
        "A new referral names its patient.",
    )
}

/// The referral that a post is written from.
async fn based_on(
    txn: &Txn,
    actor: &Actor,
    sender: Uuid,
    entry: Entry,
    post: &Post,
) -> Result<Option<referral::Model>> {
    match &post.based_on {
        None => Ok(None),
        Some(_) if entry != Entry::Sent => Err(Error::invalid(
            "input.basedOn",
            ProblemCode::NotAllowed,
            "Only the sender writes its own referral anew.",
        )),
        Some(key) => base::find(txn, actor, key, sender).await.map(Some),
    }
}

/// The row that a post writes, but for its patient; every problem of the input is named at once.
async fn written(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    directory: &Directory,
    action: Action,
    post: &Post,
    (sender_id, entry, base, patient): (Uuid, Entry, Option<&referral::Model>, &PatientRef),
) -> Result<(referral::Model, Vec<Problem>)> {
    if directory.institution(sender_id).is_none() {
        return Err(Error::invalid(
            "input.sender",
            ProblemCode::UnknownId,
            "No such institution.",
        ));
    }
    let now = app.now();
    let mut problems = Problems::default();
    text::optional(
        post.external_id.as_deref(),
        EXTERNAL_ID,
        "input.externalId",
        &mut problems,
    );
    check_time(post.occurred_at, now, DateTime::UNIX_EPOCH, &mut problems);
    post.writing.check(now, "input", &mut problems);
    patients::validate(patient, now, "input.patient", &mut problems);

    let external_id = post.external_id.clone();
    let at = post.occurred_at.unwrap_or(now);
    let mut row = blank(app, actor, directory, external_id, sender_id, at);
    if let Some(base) = base {
        base::copy(base, &post.writing, &mut row);
    }
    let (writing, path) = (&post.writing, "input");
    named::write(txn, app, actor, writing, &mut row, path, &mut problems).await?;
    entry.mark(&mut row);
    if entry != Entry::Sent {
        row.receiver_department_id = row.receiver_department_id.or(actor
            .scope
            .department()
            .filter(|_| entry.entered_by() == actor.institution()));
    }
    entry.check(&row, directory, now, &mut problems);
    let obstacles = if action == Action::SubmitReferral {
        complete(txn, directory, &mut row, "input", &mut problems).await?
    } else {
        let known = row
            .receiver_id
            .is_none_or(|receiver| directory.institution(receiver).is_some());
        problems.check(
            known,
            "input.receiver",
            ProblemCode::UnknownId,
            "No such institution.",
        );
        check_people(txn, directory, &row, "input", &mut problems).await?;
        named::check(txn, &row, "input", &mut problems).await?;
        Vec::new()
    };
    problems.finish()?;
    // Whoever has come has come, whichever way: a patient who is there is written down.
    let obstacles = match entry {
        Entry::WalkIn { .. } => Vec::new(),
        Entry::Sent | Entry::Expected { .. } => obstacles,
    };
    Ok((row, obstacles))
}

/// Answers a post whose external id is known: the referral in its present state, or a refusal if it is another one. A draft that is
/// posted under its external id is posted.
async fn answer_known(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    (action, entry, sender_id): (Action, Entry, Uuid),
    post: &Post,
) -> Result<Option<Changed<Seen>>> {
    let actor = call.actor;
    let Some(external_id) = &post.external_id else {
        return Ok(None);
    };
    let Some(known) = entered_as(txn, entry, sender_id, external_id).await? else {
        return Ok(None);
    };
    // What the actor cannot see tells it nothing, not even that the id is taken.
    let Some(seen) = seen::find(&**txn, actor, &Key::Id(known.id)).await? else {
        return Err(Error::Forbidden);
    };
    let same_patient = match &post.patient {
        Some(patient) => patients::is_same(txn, app, patient, known.patient_id).await?,
        None => true,
    };
    if known.status == ReferralStatus::Draft && action == Action::SubmitReferral && same_patient {
        let on = On {
            referral: Key::Id(known.id),
            version: Some(known.version),
            occurred_at: post.occurred_at,
        };
        let again = Again {
            action,
            on: &on,
            writing: &post.writing,
            path: "input",
        };
        return post_on_record(txn, app, call, again, post).await.map(Some);
    }
    require_same(&known, entry, post, same_patient)?;
    let basis = Some(seen.party.basis);
    note_replay(txn, app, actor, action, subject(&seen.row), basis).await?;
    replay::remember(txn, app, call, known.id).await?;
    Ok(Some(Changed::before(seen)))
}
