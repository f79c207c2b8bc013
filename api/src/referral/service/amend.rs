//! Amending: everything as long as the sender holds the referral; once it is posted, what helps the receiver and takes nothing from it.

use entity::{
    enums::{Action, ReferralStatus, Side, Urgency},
    referral,
};
use serde::Serialize;
use serde_json::json;

use super::{
    answer::covered,
    completion::{answer_due, check_people, refuse_second},
    named,
    turn::{Begun, On, Turn},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{ProblemCode, Result},
    record::replay::Changed,
    referral::{in_house, leg, required, seen::Seen, warning, writing::Writing},
};

/// Where the amendment stands in the input.
const PATH: &str = "input.content";

/// What is added or changed.
#[derive(Clone, Debug, Serialize)]
pub struct Amend {
    /// Which referral.
    pub on: On,
    /// What is added or changed; what is left out stays.
    pub writing: Writing,
}

/// Adds to a referral on record, or makes it more urgent; the old values stay in the event.
pub async fn amend(app: &App, call: &Call<'_>, input: Amend) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::AmendReferral,
            Side::Sender,
            &input.on,
            &input,
        )
        .await?
        {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let before = turn.row.clone();
        turn.problems.check(
            input.writing != Writing::default(),
            PATH,
            ProblemCode::Required,
            "Say what is amended.",
        );
        input.writing.check(turn.now, PATH, &mut turn.problems);
        let (row, problems) = (&mut turn.row, &mut turn.problems);
        named::write(&txn, app, call.actor, &input.writing, row, PATH, problems).await?;
        if input.writing.names_who_treats() {
            named::check(&txn, row, PATH, problems).await?;
        }
        match before.status {
            ReferralStatus::Draft | ReferralStatus::Returned => {
                check_held(&txn, &before, &mut turn).await?;
            }
            _ => check_posted(&txn, &before, &input.writing, &mut turn).await?,
        }
        std::mem::take(&mut turn.problems).finish()?;
        if named::names(&input.writing) {
            named::require_same_patient(&txn, app, &turn.row, PATH).await?;
        }
        warning::renew(&mut turn.row, &before, &turn.directory);
        if before.status != ReferralStatus::Draft
            && turn.row.principal_category != before.principal_category
        {
            let path = format!("{PATH}.diagnoses");
            refuse_second(&txn, &mut turn.row, &path, call.actor.institution()).await?;
        }
        if leg::is_waiting(&before) && turn.row.urgency != before.urgency {
            // It counts from the raise, but a raise never gives more time.
            let anew = answer_due(&turn.row, &turn.directory, turn.now);
            turn.row.answer_due_at = anew.map(|anew| before.answer_due_at.map_or(anew, |due| due.min(anew)));
        }
        let detail = json!({ "before": { "content": before.content, "urgency": before.urgency, "receiver": before.receiver_id, "consultation": before.consultation_id, "dispatch": before.dispatch_id } });
        turn.finish(&txn, app, call, detail).await
    });
    Ok(covered(call, work.await?))
}

/// A draft, or what was returned: anything may change but the receiver who waits for what is missing.
async fn check_held(txn: &Txn, before: &referral::Model, turn: &mut Turn) -> Result<()> {
    let returned = before.status == ReferralStatus::Returned;
    turn.problems.check(
        !returned || turn.row.receiver_id == before.receiver_id,
        format!("{PATH}.receiver"),
        ProblemCode::NotAllowed,
        "It goes back to whoever returned it; withdraw it to post it elsewhere.",
    );
    let known = turn
        .row
        .receiver_id
        .is_none_or(|receiver| turn.directory.institution(receiver).is_some());
    turn.problems.check(
        known,
        format!("{PATH}.receiver"),
        ProblemCode::UnknownId,
        "No such institution.",
    );
    let directory = turn.directory.clone();
    check_people(txn, &directory, &turn.row, PATH, &mut turn.problems).await?;
    Ok(())
}

/// What is posted: the receiver has decided, or is about to, by what it read.
async fn check_posted(
    txn: &Txn,
    before: &referral::Model,
    writing: &Writing,
    turn: &mut Turn,
) -> Result<()> {
    for (given, field) in fixed(writing) {
        turn.problems.check(
            !given,
            format!("{PATH}.{field}"),
            ProblemCode::NotAllowed,
            "Fixed once it is posted.",
        );
    }
    turn.problems.check(
        !is_lower(turn.row.urgency, before.urgency),
        format!("{PATH}.urgency"),
        ProblemCode::NotAllowed,
        "A referral on its way becomes more urgent, never less.",
    );
    let sender = Some(before.sender_id);
    let path = format!("{PATH}.senderPractitioner");
    turn.check_practitioner(txn, writing.sender_practitioner, sender, &path)
        .await?;
    if writing.names_who_treats() {
        in_house::check(&turn.row, PATH, &mut turn.problems);
    }
    if writing.diagnoses.is_some() {
        turn.problems.check(
            !turn.row.content.diagnoses.is_empty(),
            format!("{PATH}.diagnoses"),
            ProblemCode::Required,
            "A posted referral keeps a diagnosis.",
        );
        required::check_diagnoses(&turn.row, PATH, &mut turn.problems);
    }
    Ok(())
}

/// The fields that nobody changes once the referral is posted, each with whether it is given.
fn fixed(writing: &Writing) -> [(bool, &'static str); 13] {
    [
        (writing.sender_department.is_some(), "senderDepartment"),
        (writing.receiver.is_some(), "receiver"),
        (writing.receiver_department.is_some(), "receiverDepartment"),
        (
            writing.receiver_practitioner.is_some(),
            "receiverPractitioner",
        ),
        (writing.visit_type.is_some(), "visitType"),
        (writing.care_setting.is_some(), "careSetting"),
        (writing.reason.is_some(), "reason"),
        (writing.green_channel.is_some(), "greenChannel"),
        (writing.consent.is_some(), "consent"),
        (writing.payment.is_some(), "payment"),
        (writing.assessor.is_some(), "assessor"),
        (writing.valid_from.is_some(), "validFrom"),
        (writing.valid_to.is_some(), "validTo"),
    ]
}

fn is_lower(urgency: Option<Urgency>, before: Option<Urgency>) -> bool {
    let rank = |urgency: Option<Urgency>| match urgency {
        Some(Urgency::Emergency) => 3,
        Some(Urgency::Urgent) => 2,
        Some(Urgency::Routine) => 1,
        None => 0,
    };
    rank(urgency) < rank(before)
}
