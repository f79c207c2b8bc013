//! Placing an order, or recognising an earlier result in its stead.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, Basis, InstitutionStatus, RecognitionOverride, Urgency},
    order,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::Serialize;
use uuid::Uuid;

use super::{
    blank::blank,
    earlier::{self, Earlier},
    turn::cover,
    write::{insert, subject},
};
use crate::{
    app::App,
    auth::Call,
    centre::ordering::{self, Orderable},
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    id::{self, Kind},
    network,
    order::{
        seen::{self, Key, Seen},
        state::Workflow,
    },
    patient::service::{self as patients, PatientRef},
    policy,
    record::{
        change::{Change, note_replay},
        replay::{self, Changed},
    },
    referral::{
        seen::{self as referrals, Key as ReferralKey},
        service::{EXTERNAL_ID, check_practitioner, check_time},
    },
    text,
};

/// Longest requisition.
const REQUISITION: usize = 50;
/// Longest running text.
pub const LONG: usize = 2_000;
/// Longest single line.
pub const LINE: usize = 200;
/// Most packs of one order.
const PACKS: i32 = 10_000;

/// A new order.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// The requester's own id.
    pub external_id: Option<String>,
    /// The requisition that it is part of.
    pub requisition: Option<String>,
    /// The patient; none of sterile supply.
    pub patient: Option<PatientRef>,
    /// The institution that asks for it, where it is not the actor's.
    pub requested_by: Option<Uuid>,
    /// The practitioner who asks for it.
    pub requester: Option<Uuid>,
    /// The centre, to be sure that the item is its own.
    pub centre: Option<Uuid>,
    /// What is ordered.
    pub item: Uuid,
    /// How urgent it is.
    pub priority: Option<Urgency>,
    /// The referral that it belongs to.
    pub referral: Option<ReferralKey>,
    /// What is to be answered.
    pub question: Option<String>,
    /// How many packs.
    pub quantity: Option<i32>,
    /// Why it is ordered although a result could be recognised.
    pub override_reason: Option<RecognitionOverride>,
    /// The same in words.
    pub override_text: Option<String>,
    /// When it was written, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// An order that an earlier result answers.
#[derive(Clone, Debug, Serialize)]
pub struct Recognise {
    /// What would have been ordered.
    pub place: Place,
    /// What answers it.
    pub result: Earlier,
}

/// Places an order.
///
/// # Errors
/// [`Error::RecognitionAvailable`] where a result could be recognised and no reason is given for another examination.
pub async fn place(app: &App, call: &Call<'_>, input: Place) -> Result<Changed<Seen>> {
    create(app, call, Action::PlaceOrder, &input, None).await
}

/// Recognises an earlier result: the order is answered at once, and its requester goes on reading that result.
pub async fn recognise(app: &App, call: &Call<'_>, input: Recognise) -> Result<Changed<Seen>> {
    create(
        app,
        call,
        Action::RecogniseResult,
        &input.place,
        Some(&input.result),
    )
    .await
}

async fn create(
    app: &App,
    call: &Call<'_>,
    action: Action,
    input: &Place,
    earlier: Option<&Earlier>,
) -> Result<Changed<Seen>> {
    policy::require(call.actor, action)?;
    let work = app
        .db
        .write(async |txn| Box::pin(create_in(&txn, app, call, action, input, earlier)).await);
    let outcome = work.await;
    let outcome = match (
        input.requested_by.or(call.actor.institution()),
        &input.patient,
    ) {
        (Some(requester), Some(patient)) => {
            let refused = (requester, action);
            patients::queue_refused(app, call.actor, refused, patient, outcome).await
        }
        _ => outcome,
    };
    let changed = outcome?;
    cover(call, std::slice::from_ref(&changed.object));
    Ok(changed)
}

async fn create_in(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    input: &Place,
    earlier: Option<&Earlier>,
) -> Result<Changed<Seen>> {
    let actor = call.actor;
    if let Some(id) = replay::known(txn, app, call).await? {
        let seen = seen::require(&**txn, app, actor, &Key::Id(id)).await?;
        let basis = Some(seen.party.basis);
        note_replay(txn, app, actor, action, subject(&seen.row), basis).await?;
        return Ok(Changed::before(seen));
    }
    let requester = input
        .requested_by
        .or(actor.institution())
        .ok_or(Error::Forbidden)?;
    if !policy::acts_for(actor, &app.directory.now(), requester) {
        return Err(Error::Forbidden);
    }
    if let Some(answered) = answer_known(txn, app, call, action, requester, input).await? {
        return Ok(answered);
    }
    let mut problems = Problems::default();
    let wanted = examine(txn, app, input, requester, &mut problems).await?;
    let file = match earlier {
        Some(earlier) => {
            earlier::check(txn, app, actor, earlier, wanted.as_ref(), &mut problems).await?
        }
        None => None,
    };
    let referral = linked(txn, call, input, &mut problems).await?;
    problems.finish()?;
    let wanted = wanted.ok_or_else(|| Error::Internal("an item was lost".into()))?;
    let mut row = blank(app, actor, requester, &wanted, input);
    if let Some(patient) = &input.patient {
        let emergency = row.priority == Urgency::Emergency;
        let path = "input.patient";
        let found = patients::resolve(txn, app, actor, requester, patient, emergency, path).await?;
        row.patient_id = Some(found.patient.id);
        if let Some(of) = referral {
            require_same_patient(txn, app, of.1, found.patient.id).await?;
            row.referral_id = Some(of.0);
        }
        let record = found.patient.record_id;
        earlier::settle(txn, app, &mut row, &wanted, record, input, earlier).await?;
    }
    let change = Change {
        institution: Some(requester),
        input_hash: Some(replay::input_hash(input)?),
        basis: Some(Basis::Requester.code()),
        ..Change::of(action)
    };
    let seen = insert(txn, app, call, row, change).await?;
    if let (Some(Earlier::Outside(outside)), Some(file)) = (earlier, file) {
        earlier::enclose(txn, app, &seen, outside, file).await?;
    }
    replay::remember(txn, app, call, seen.row.id).await?;
    Ok(Changed::now(seen))
}

/// Answers an order whose external id is known, or refuses it if it is another one.
async fn answer_known(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    requester: Uuid,
    input: &Place,
) -> Result<Option<Changed<Seen>>> {
    let Some(external_id) = &input.external_id else {
        return Ok(None);
    };
    // What is no id at all was never placed.
    let mut malformed = Problems::default();
    text::optional(Some(external_id), EXTERNAL_ID, "", &mut malformed);
    if !malformed.is_empty() {
        return Ok(None);
    }
    let known = order::Entity::find()
        .filter(order::Column::RequestedById.eq(requester))
        .filter(order::Column::ExternalId.eq(external_id))
        .one(&**txn)
        .await?;
    let Some(known) = known else {
        return Ok(None);
    };
    let same_patient = match (&input.patient, known.patient_id) {
        (Some(patient), Some(id)) => patients::is_same(txn, app, patient, id).await?,
        (None, None) => true,
        _ => false,
    };
    let differs = [
        (same_patient, "patient"),
        (known.item_id == input.item, "item"),
    ];
    let problems: Vec<_> = differs
        .into_iter()
        .filter(|(same, _)| !same)
        .map(|(_, field)| {
            let message = "Differs from what this external id first placed.";
            Problem::new(format!("input.{field}"), ProblemCode::Inconsistent, message)
        })
        .collect();
    // What the actor cannot see tells it nothing, not even that the id is taken.
    let seen = seen::find(&**txn, app, call.actor, &Key::Id(known.id)).await?;
    let seen = seen.ok_or(Error::Forbidden)?;
    if !problems.is_empty() {
        return Err(Error::Duplicate {
            existing: Some(id::encode(Kind::Order, known.id)),
            problems,
        });
    }
    let basis = Some(seen.party.basis);
    note_replay(txn, app, call.actor, action, subject(&seen.row), basis).await?;
    replay::remember(txn, app, call, known.id).await?;
    Ok(Some(Changed::before(seen)))
}

/// Notes everything that is wrong with the input itself, and finds what is ordered.
async fn examine(
    txn: &Txn,
    app: &App,
    input: &Place,
    requester: Uuid,
    problems: &mut Problems,
) -> Result<Option<Orderable>> {
    let now = app.now();
    let texts = [
        (&input.external_id, EXTERNAL_ID, "input.externalId"),
        (&input.requisition, REQUISITION, "input.requisition"),
        (&input.question, LONG, "input.question"),
        (&input.override_text, LONG, "input.overrideText"),
    ];
    for (value, most, path) in texts {
        text::optional(value.as_deref(), most, path, problems);
    }
    problems.check(
        input.override_reason != Some(RecognitionOverride::Other) || input.override_text.is_some(),
        "input.overrideText",
        ProblemCode::Required,
        "Say why in words.",
    );
    check_time(input.occurred_at, now, DateTime::UNIX_EPOCH, problems);
    if let Some(patient) = &input.patient {
        patients::validate(patient, now, "input.patient", problems);
    }
    let path = "input.requester";
    check_practitioner(txn, input.requester, Some(requester), path, problems).await?;
    let found = ordering::orderable(&**txn, input.item, requester).await?;
    let Some(found) = found else {
        problems.add("input.item", ProblemCode::UnknownId, "No such item.");
        return Ok(None);
    };
    let host = network::service::institution(txn, found.centre.host_id).await?;
    check_item(input, &found, host.status, problems);
    Ok(Some(found))
}

fn check_item(input: &Place, found: &Orderable, host: InstitutionStatus, problems: &mut Problems) {
    let of_centre = input.centre.is_none_or(|centre| centre == found.centre.id);
    let workflow = Workflow::of(found.centre.kind);
    let offered = found.item.active && found.centre.active && workflow.is_some();
    for (good, code, message) in [
        (
            of_centre,
            ProblemCode::Inconsistent,
            "Not an item of that centre.",
        ),
        (offered, ProblemCode::NotAllowed, "Not offered at present."),
        (
            found.served,
            ProblemCode::NotAllowed,
            "The centre does not serve this institution.",
        ),
        (
            host == InstitutionStatus::Operating,
            ProblemCode::NotOperating,
            "The centre's hospital does not operate at present.",
        ),
    ] {
        problems.check(good, "input.item", code, message);
    }
    let supply = workflow == Some(Workflow::Supply);
    let (code, message) = match (supply, input.patient.is_some()) {
        (false, false) => (ProblemCode::Required, "The order names its patient."),
        (true, true) => (ProblemCode::NotAllowed, "Sterile supply is for no patient."),
        _ => (ProblemCode::Required, ""),
    };
    problems.check(
        supply != input.patient.is_some(),
        "input.patient",
        code,
        message,
    );
    let quantity = input.quantity;
    let path = "input.quantity";
    if supply {
        let good = quantity.is_some_and(|packs| (1..=PACKS).contains(&packs));
        let message = format!("How many packs, 1 to {PACKS}.");
        problems.check(good, path, ProblemCode::Required, message);
    } else {
        let message = "For sterile supply alone.";
        problems.check(quantity.is_none(), path, ProblemCode::NotAllowed, message);
    }
}

/// The referral that the order names, with its patient.
async fn linked(
    txn: &Txn,
    call: &Call<'_>,
    input: &Place,
    problems: &mut Problems,
) -> Result<Option<(Uuid, Uuid)>> {
    let Some(key) = &input.referral else {
        return Ok(None);
    };
    let found = referrals::find(&**txn, call.actor, key).await?;
    let path = "input.referral";
    let Some(found) = found else {
        problems.add(
            path,
            ProblemCode::UnknownId,
            "No referral that is visible to you.",
        );
        return Ok(None);
    };
    let message = "Sterile supply belongs to no referral.";
    problems.check(
        input.patient.is_some(),
        path,
        ProblemCode::NotAllowed,
        message,
    );
    Ok(Some((found.row.id, found.row.patient_id)))
}

async fn require_same_patient(txn: &Txn, app: &App, of: Uuid, patient: Uuid) -> Result<()> {
    if patients::is_same(txn, app, &PatientRef::Id(patient), of).await? {
        return Ok(());
    }
    let message = "The referral is another patient's.";
    Err(Error::invalid(
        "input.referral",
        ProblemCode::Inconsistent,
        message,
    ))
}
