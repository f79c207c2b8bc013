//! Writing and posting: draft, submit (a new referral or a draft), resubmit what was returned.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, ReferralStatus, Side, Urgency},
    referral,
};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    answer::covered,
    completion::{
        check_people, complete, open_key, post as begin_answer_clock, refuse_route, refuse_second,
    },
    known::{EXTERNAL_ID, posted_as, posted_meanwhile, require_same},
    turn::{Begun, On, Recorded, Turn, check_time, record, record_replay},
};
use crate::{
    app::App,
    auth::{Actor, Call},
    clock::shanghai_day,
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    network::directory::Directory,
    patient::service::{self as patients, PatientRef},
    policy,
    record::replay::{self, Changed},
    referral::{
        number,
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
    /// The patient, known or to be registered.
    pub patient: PatientRef,
    /// The sender, where it is not the actor's institution.
    pub sender: Option<Uuid>,
    /// What the sender writes.
    pub writing: Writing,
    /// When it was written, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
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
    writing.apply(&mut turn.row);
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
    refuse_route(obstacles)?;
    refuse_second(txn, &turn.row, call.actor.institution()).await?;
    let (at, now) = (turn.at, turn.now);
    begin_answer_clock(&mut turn.row, &directory, at, now);
    turn.finish(txn, app, call, json!({ "before": written_before }))
        .await
}

async fn require_identified(
    txn: &Txn,
    row: &referral::Model,
    problems: &mut Problems,
) -> Result<()> {
    if row.urgency == Some(Urgency::Emergency) {
        return Ok(());
    }
    let patient = entity::patient::Entity::find_by_id(row.patient_id)
        .one(&**txn)
        .await?;
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
    let changed = app
        .db
        .write(async |txn| Box::pin(create_in(&txn, app, call, action, post)).await)
        .await?;
    Ok(covered(call, changed))
}

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
        record_replay(txn, app, actor, action, &seen).await?;
        return Ok(Changed::before(seen));
    }
    let sender_id = post
        .sender
        .or(actor.institution())
        .ok_or(Error::Forbidden)?;
    if let Some(answered) = answer_known(txn, app, call, action, sender_id, post).await? {
        return Ok(answered);
    }
    let directory = app.directory.now();
    let mut row = written(txn, app, actor, &directory, action, post, sender_id).await?;
    let emergency = row.urgency == Some(Urgency::Emergency);
    let resolved = patients::resolve(
        txn,
        app,
        actor,
        sender_id,
        &post.patient,
        emergency,
        "input.patient",
    )
    .await?;
    row.patient_id = resolved.patient.id;
    let at = row.occurred_at;
    if action == Action::SubmitReferral {
        let mut problems = Problems::default();
        require_identified(txn, &row, &mut problems).await?;
        problems.finish()?;
        if let Err(refusal) = refuse_second(txn, &row, actor.institution()).await {
            let by_twin = posted_meanwhile(txn, app, call, sender_id, post).await?;
            return Err(if by_twin { Error::Overtaken } else { refusal });
        }
        row.status = ReferralStatus::Submitted;
        begin_answer_clock(&mut row, &directory, at, app.now());
    }
    row.open_key = open_key(&row);
    referral::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    let change = Recorded {
        action,
        at,
        institution: Some(sender_id),
        second_hand: false,
        input_hash: replay::input_hash(post)?,
        basis: entity::enums::Basis::Sender.code(),
        detail: serde_json::Value::Null,
    };
    record(txn, app, call, row, &directory, change).await
}

/// The row that a post writes, but for its patient; every problem of the input is named at once.
async fn written(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    directory: &Directory,
    action: Action,
    post: &Post,
    sender_id: Uuid,
) -> Result<referral::Model> {
    let Some(sender) = directory.institution(sender_id) else {
        return Err(Error::invalid(
            "input.sender",
            ProblemCode::UnknownId,
            "No such institution.",
        ));
    };
    if policy::side(actor, directory, sender_id, None).is_none() {
        return Err(Error::Forbidden);
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
    patients::validate(&post.patient, now, "input.patient", &mut problems);

    let community = sender
        .community_id
        .and_then(|id| directory.communities.get(&id));
    let region = sender
        .region
        .as_ref()
        .or(community.map(|found| &found.region))
        .map_or(NOWHERE, String::as_str);
    let mut row = blank(
        app,
        actor,
        post,
        sender_id,
        post.occurred_at.unwrap_or(now),
        region,
    );
    post.writing.apply(&mut row);
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
        Vec::new()
    };
    problems.finish()?;
    refuse_route(obstacles)?;
    Ok(row)
}

/// The region in the number of a sender that has none on record.
const NOWHERE: &str = "000000";

/// A row with nothing written in it yet.
fn blank(
    app: &App,
    actor: &Actor,
    post: &Post,
    sender_id: Uuid,
    at: DateTime<Utc>,
    region: &str,
) -> referral::Model {
    let now = app.now();
    referral::Model {
        id: app.new_id(),
        number: number::draw(shanghai_day(now), region),
        poster_id: sender_id,
        external_id: post.external_id.clone(),
        version: 1,
        status: ReferralStatus::Draft,
        direction: None,
        reach: None,
        urgency: None,
        second_hand: false,
        patient_id: Uuid::nil(),
        sender_id,
        sender_department_id: None,
        sender_practitioner_id: None,
        sender_phone: None,
        receiver_id: None,
        receiver_department_id: None,
        receiver_practitioner_id: None,
        posted_receiver_id: None,
        posted_category: None,
        visit_type: None,
        care_setting: None,
        reason: None,
        principal_category: None,
        principal_code: None,
        sensitive: false,
        suspected_infection: None,
        green_channel: None,
        assessor_id: None,
        valid_from: None,
        valid_to: None,
        planned_at: None,
        content: entity::referral_content::Content::default(),
        missing_items: None,
        rejection: None,
        report: None,
        closure: None,
        accepted: false,
        answer_due_at: None,
        visit_number: None,
        departed_at: None,
        arrived_at: None,
        reported_at: None,
        submitted_at: None,
        occurred_at: at,
        open_key: None,
        sender_community_id: None,
        receiver_community_id: None,
        created_by: actor.account,
        created_at: now,
        updated_at: now,
    }
}

/// Answers a post whose external id is known: the referral in its present state, or a refusal if it is another one. A draft that is
/// posted under its external id is posted.
async fn answer_known(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    sender_id: Uuid,
    post: &Post,
) -> Result<Option<Changed<Seen>>> {
    let actor = call.actor;
    let Some(external_id) = &post.external_id else {
        return Ok(None);
    };
    let Some(known) = posted_as(txn, sender_id, external_id).await? else {
        return Ok(None);
    };
    // What the actor cannot see tells it nothing, not even that the id is taken.
    let Some(seen) = seen::find(&**txn, actor, &Key::Id(known.id)).await? else {
        return Err(Error::Forbidden);
    };
    let same_patient = patients::is_same(txn, app, &post.patient, known.patient_id).await?;
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
    require_same(&known, post, same_patient)?;
    record_replay(txn, app, actor, action, &seen).await?;
    replay::remember(txn, app, call, known.id).await?;
    Ok(Some(Changed::before(seen)))
}
