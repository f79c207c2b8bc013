//! Sending a patient on to another receiver 改转, by the present one, or by a community's manager when that one does not answer.

use std::collections::BTreeSet;

use entity::{
    enums::{Action, InstitutionStatus, Side},
    institution, referral, referral_leg,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    answer::covered,
    check::check_practitioner,
    completion::{answer_due, is_senior, refuse_route, refuse_second},
    turn::{Begun, On, Turn},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, ProblemCode, Result},
    record::replay::Changed,
    referral::{
        route::{self, Journey},
        seen::Seen,
        warning,
    },
    text,
};

/// The patient is sent on.
#[derive(Clone, Debug, Serialize)]
pub struct Redirect {
    /// Which referral.
    pub on: On,
    /// To whom.
    pub receiver: Uuid,
    /// Why.
    pub reason: String,
    /// The senior doctor of the present receiver who assessed that the patient leaves the district.
    pub assessor: Option<Uuid>,
}

/// The sides of a referral that is sent on.
struct Sides {
    sender: institution::Model,
    present: institution::Model,
    next: Option<institution::Model>,
}

/// Sends the patient on: the referral is posted to another receiver, which has its own time to answer.
pub async fn redirect(app: &App, call: &Call<'_>, input: Redirect) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::RedirectReferral,
            Side::Receiver,
            &input.on,
            &input,
        )
        .await?
        {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        text::required(
            Some(&input.reason),
            1_000,
            "input.reason",
            &mut turn.problems,
        );
        let sides = sides(&txn, &turn.row, input.receiver).await?;
        let assessor = check_practitioner(
            &txn,
            input.assessor,
            Some(sides.present.id),
            "input.assessor",
            &mut turn.problems,
        )
        .await?;
        turn.problems.check(
            sides.next.is_some(),
            "input.receiver",
            ProblemCode::UnknownId,
            "No such institution.",
        );
        turn.problems.check(
            !path(&txn, &turn.row).await?.contains(&input.receiver),
            "input.receiver",
            ProblemCode::NotAllowed,
            "The patient comes from there, or was to go there before.",
        );
        std::mem::take(&mut turn.problems).finish()?;
        let Some(next) = &sides.next else {
            return Err(Error::NotFound);
        };

        let journey = Journey {
            urgency: turn.row.urgency,
            care_setting: turn.row.care_setting,
            green_channel: turn.row.green_channel.is_some(),
            suspected_infection: turn.row.suspected_infection == Some(true),
            assessed: assessor.as_ref().is_some_and(is_senior),
        };
        // Whether the present receiver operates decides nothing: it may be closed because of what makes it send patients on.
        let from = institution::Model {
            status: InstitutionStatus::Operating,
            ..sides.present.clone()
        };
        let way = route::obstacles(&turn.directory, &from, next, journey, "input.receiver");
        refuse_route(way)?;

        let before = json!({
            "receiver": sides.present.id,
            "department": turn.row.receiver_department_id,
            "practitioner": turn.row.receiver_practitioner_id,
            "plannedAt": turn.row.planned_at,
            "assessor": turn.row.assessor_id,
            "consultation": turn.row.consultation_id,
            "dispatch": turn.row.dispatch_id,
        });
        // Who is sent on is not treated in the house.
        turn.row.consultation_id = None;
        turn.row.dispatch_id = None;
        turn.row.receiver_id = Some(next.id);
        turn.row.receiver_community_id = next.community_id;
        turn.row.direction = Some(route::direction(&turn.directory, &sides.sender, next));
        turn.row.reach = Some(route::reach(&sides.sender, next));
        turn.row.receiver_department_id = None;
        turn.row.receiver_practitioner_id = None;
        turn.row.planned_at = None;
        turn.row.accepted = false;
        turn.row.hops += 1;
        turn.row.assessor_id = input.assessor.or(turn.row.assessor_id);
        turn.row.answer_due_at = answer_due(&turn.row, &turn.directory, turn.now);
        warning::note(&mut turn.row, &turn.directory, next, journey.assessed);
        refuse_second(
            &txn,
            &mut turn.row,
            "input.receiver",
            call.actor.institution(),
        )
        .await?;
        let detail = json!({ "note": input.reason, "before": before });
        turn.finish(&txn, app, call, detail).await
    });
    Ok(covered(call, work.await?))
}

async fn sides(txn: &Txn, row: &referral::Model, next: Uuid) -> Result<Sides> {
    let ids: Vec<Uuid> = [row.sender_id, next]
        .into_iter()
        .chain(row.receiver_id)
        .collect();
    let found = institution::Entity::find()
        .filter(institution::Column::Id.is_in(ids))
        .all(&**txn)
        .await?;
    let of = |id: Uuid| found.iter().find(|one| one.id == id).cloned();
    Ok(Sides {
        sender: of(row.sender_id).ok_or(Error::NotFound)?,
        present: row.receiver_id.and_then(of).ok_or(Error::NotFound)?,
        next: of(next),
    })
}

/// Where the patient has been, or was to go: the sender and everybody who has had the referral, as the row was read. What another has
/// written since is a conflict, and no fault of the input.
async fn path(txn: &Txn, row: &referral::Model) -> Result<BTreeSet<Uuid>> {
    let legs = referral_leg::Entity::find()
        .filter(referral_leg::Column::ReferralId.eq(row.id))
        .filter(referral_leg::Column::Number.lte(row.leg))
        .all(&**txn)
        .await?;
    Ok(legs
        .iter()
        .map(|leg| leg.receiver_id)
        .chain([row.sender_id])
        .chain(row.receiver_id)
        .collect())
}
