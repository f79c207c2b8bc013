//! Suggesting receivers: what is on record is gathered in a few statements, however many receivers there are.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{
        Action, CareSetting, GreenChannelGround, LegAnswer, ReferralDirection, ReferralReach,
        Urgency,
    },
    institution, referral, referral_leg,
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QuerySelect as _, Select,
    sea_query::{Expr, ExprTrait as _, SimpleExpr},
};
use uuid::Uuid;

use super::completion::barring;
use crate::{
    app::App,
    auth::Call,
    capacity::free::free,
    clock::shanghai_day,
    error::{Error, ProblemCode, Problems, Result},
    network::directory::Directory,
    patient, policy,
    referral::{
        destination::{Answers, Known, Part, Wanted, facility, kilometres, parts, score},
        route::{self, Journey},
        writing::is_icd10,
    },
};

/// How far back answers are looked at.
const ON_RECORD: Duration = Duration::days(90);

/// What a receiver is wanted for.
#[derive(Clone, Debug)]
pub struct Suggest {
    /// The sender; the actor's institution where none is named.
    pub sender: Option<Uuid>,
    /// The patient, where it is known who.
    pub patient: Option<Uuid>,
    /// ICD-10 code of the principal diagnosis.
    pub diagnosis: Option<String>,
    /// How urgent it is.
    pub urgency: Urgency,
    /// What is asked for.
    pub care_setting: Option<CareSetting>,
    /// Ground of the green channel.
    pub green_channel: Option<GreenChannelGround>,
    /// Whether an infection is suspected.
    pub suspected_infection: bool,
}

/// A receiver that suits, and how well.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// The receiver.
    pub receiver: Arc<institution::Model>,
    /// Which way the referral would go.
    pub direction: ReferralDirection,
    /// How far it would reach.
    pub reach: ReferralReach,
    /// How well it suits, 0 to 1.
    pub score: f64,
    /// Why.
    pub parts: Vec<Part>,
    /// Kilometres from the sender.
    pub kilometres: Option<f64>,
}

/// The receivers that a referral may go to, those that suit best first, at most `most`.
pub async fn suggest(
    app: &App,
    call: &Call<'_>,
    input: &Suggest,
    most: usize,
) -> Result<Vec<Suggestion>> {
    policy::require(call.actor, Action::SuggestDestinations)?;
    let directory = app.directory.now();
    let sender = sender(call, &directory, input)?;
    let category = input.diagnosis.as_deref().and_then(|code| code.get(..3));
    let taken = taken(app, call, input, category).await?;
    let ways = ways(&directory, &sender, input, &taken);
    let ids: Vec<Uuid> = ways.iter().map(|way| way.id).collect();
    let answers = answers_of(app, &ids).await?;
    let free = match input.care_setting {
        Some(care) => free(app, &ids, care).await?,
        None => None,
    };
    let wanted = Wanted {
        infection: input.suspected_infection,
        diagnosis: category.is_some(),
        capacity: free.is_some(),
        ..Wanted::new(input.urgency, input.green_channel)
    };
    let lists = |institution: Uuid| {
        let listed = directory.capabilities.get(&institution);
        listed
            .zip(category)
            .map(|(listed, category)| listed.contains(category))
    };
    let today = shanghai_day(app.now());
    let place = |row: &institution::Model| row.latitude.zip(row.longitude);
    let suggestion = |receiver: Arc<institution::Model>| {
        let reach = route::reach(&sender, &receiver);
        let far = place(&sender).zip(place(&receiver));
        let far = far.map(|(one, other)| kilometres(one, other));
        let centre = input.green_channel.and_then(facility);
        let known = Known {
            covers: lists(receiver.id),
            has_facility: centre.is_some_and(|centre| receiver.facilities.0.contains(&centre)),
            takes_infections: route::takes_infections(&receiver),
            free: free
                .as_ref()
                .and_then(|free| free.get(&receiver.id).copied()),
            answers: answers.get(&receiver.id).copied().unwrap_or_default(),
            kilometres: far,
            reach,
            allied: directory.pacts.allied(sender.id, receiver.id, today),
        };
        let parts = parts(&wanted, &known);
        Suggestion {
            direction: route::direction(&directory, &sender, &receiver),
            reach,
            score: score(&parts),
            parts,
            kilometres: far,
            receiver,
        }
    };
    let mut suggested: Vec<_> = ways.into_iter().map(suggestion).collect();
    suggested.sort_by(|one, other| {
        let by_score = other.score.total_cmp(&one.score);
        by_score.then_with(|| one.receiver.code.cmp(&other.receiver.code))
    });
    suggested.truncate(most);
    Ok(suggested)
}

fn sender(
    call: &Call<'_>,
    directory: &Directory,
    input: &Suggest,
) -> Result<Arc<institution::Model>> {
    let id = input.sender.or(call.actor.institution());
    let id = id.ok_or(Error::Forbidden)?;
    let mut problems = Problems::default();
    let found = directory.institution(id).cloned();
    problems.check(
        found.is_some(),
        "input.sender",
        ProblemCode::UnknownId,
        "No such institution.",
    );
    problems.check(
        input.diagnosis.as_deref().is_none_or(is_icd10),
        "input.diagnosis",
        ProblemCode::Format,
        "Not an ICD-10 code as Chinese systems send them (I10.x00x002, I63).",
    );
    problems.finish()?;
    let found = found.ok_or(Error::NotFound)?;
    if policy::side(call.actor, directory, id, None).is_none() {
        return Err(Error::Forbidden);
    }
    Ok(found)
}

/// Whom the patient is on the way to already for this illness: a second referral there would be refused.
async fn taken(
    app: &App,
    call: &Call<'_>,
    input: &Suggest,
    category: Option<&str>,
) -> Result<HashSet<Uuid>> {
    let Some(patient) = input.patient else {
        return Ok(HashSet::new());
    };
    let seen = patient::service::read_patient(app, call.actor, patient).await;
    seen.map_err(|error| match error {
        Error::NotFound => Error::invalid(
            "input.patient",
            ProblemCode::UnknownId,
            "No patient that you see.",
        ),
        other => other,
    })?;
    let Some(category) = category.filter(|_| input.urgency != Urgency::Emergency) else {
        return Ok(HashSet::new());
    };
    let open = referral::Entity::find()
        .filter(referral::Column::PatientId.eq(patient))
        .filter(referral::Column::PrincipalCategory.eq(category))
        .filter(referral::Column::Status.is_in(barring()))
        .all(app.db.reader())
        .await?;
    Ok(open.into_iter().filter_map(|row| row.receiver_id).collect())
}

/// The receivers to which the way is open. A senior doctor is taken to have assessed what goes out of the district: it can still be done.
fn ways(
    directory: &Directory,
    sender: &institution::Model,
    input: &Suggest,
    taken: &HashSet<Uuid>,
) -> Vec<Arc<institution::Model>> {
    let journey = Journey {
        urgency: Some(input.urgency),
        care_setting: input.care_setting,
        green_channel: input.green_channel.is_some(),
        suspected_infection: input.suspected_infection,
        assessed: true,
    };
    let open = |receiver: &&Arc<institution::Model>| {
        // Who is kept in house goes nowhere.
        receiver.id != sender.id
            && !taken.contains(&receiver.id)
            && route::obstacles(directory, sender, receiver, journey, "").is_empty()
    };
    directory
        .institutions
        .values()
        .filter(open)
        .cloned()
        .collect()
}

/// A row of the statement below.
#[derive(FromQueryResult)]
struct Counted {
    receiver_id: Uuid,
    answered: i64,
    accepted: i64,
    due: i64,
    in_time: i64,
}

/// The statement that counts the answers of these receivers since that moment.
#[must_use]
pub fn answers(
    receivers: &[Uuid],
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Select<referral_leg::Entity> {
    use referral_leg::Column::{Answer, AnsweredAt, DueAt, ReceiverId, StartedAt};
    let count = |which: SimpleExpr| -> SimpleExpr {
        let one: SimpleExpr = Expr::case(which, 1).finally(0).into();
        one.sum()
    };
    let took = Answer.is_in([LegAnswer::Accepted, LegAnswer::Arrived]);
    let over = Condition::any()
        .add(AnsweredAt.is_not_null())
        .add(DueAt.lt(now));
    referral_leg::Entity::find()
        .select_only()
        .column(ReceiverId)
        .column_as(count(AnsweredAt.is_not_null()), "answered")
        .column_as(count(took), "accepted")
        .column_as(count(DueAt.is_not_null()), "due")
        .column_as(
            count(Expr::col(AnsweredAt).lte(Expr::col(DueAt))),
            "in_time",
        )
        .filter(ReceiverId.is_in(receivers.iter().copied()))
        .filter(StartedAt.gte(since))
        .filter(over)
        .group_by(ReceiverId)
}

async fn answers_of(app: &App, receivers: &[Uuid]) -> Result<HashMap<Uuid, Answers>> {
    let now = app.now();
    let counted = answers(receivers, now - ON_RECORD, now)
        .into_model::<Counted>()
        .all(app.db.reader())
        .await?;
    let answers = counted.into_iter().map(|row| {
        let answers = Answers {
            answered: row.answered,
            accepted: row.accepted,
            due: row.due,
            in_time: row.in_time,
        };
        (row.receiver_id, answers)
    });
    Ok(answers.collect())
}
