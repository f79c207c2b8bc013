//! Declining what was asked for, approving and confirming what was planned, and not going on with it after all.

use entity::{dispatch::Model, enums::Action};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    check::LONG,
    end::{Ended, leave},
    turn::{Begun, On, Turn},
};
use crate::{
    app::App,
    auth::Call,
    error::{ProblemCode, Result},
    network,
    record::replay::Changed,
    text,
};

/// Nobody is sent.
#[derive(Clone, Debug, Serialize)]
pub struct Decline {
    /// To which request.
    pub on: On,
    /// Why.
    pub reason: String,
}

/// A plan is approved.
#[derive(Clone, Debug, Serialize)]
pub struct Approve {
    /// Which.
    pub on: On,
    /// Who approved it; the caller where nobody is named.
    pub approver: Option<Uuid>,
}

/// The host takes the expert.
#[derive(Clone, Debug, Serialize)]
pub struct Confirm {
    /// Which.
    pub on: On,
}

/// Sends nobody.
pub async fn decline(app: &App, call: &Call<'_>, input: Decline) -> Result<Changed<Model>> {
    let work = app.db.write(async |txn| {
        let action = Action::DeclineDispatch;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(row) => return Ok(Changed::before(*row)),
        };
        let problems = &mut turn.problems;
        text::required(Some(&input.reason), LONG, "input.reason", problems);
        turn.row.reason = Some(input.reason.clone());
        turn.row.ended_at = Some(turn.at);
        turn.end(&txn, app, call, json!({})).await
    });
    work.await
}

/// Approves a plan: the sender's; where nobody speaks for a sender, the community's manager.
pub async fn approve(app: &App, call: &Call<'_>, input: Approve) -> Result<Changed<Model>> {
    let work = app.db.write(async |txn| {
        let action = Action::ApproveDispatch;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(row) => return Ok(Changed::before(*row)),
        };
        let own = call.actor.institution();
        if let Some(named) = input.approver {
            let found = network::service::practitioner(&txn, named).await?;
            let works = found.is_some_and(|found| {
                found.active && own.is_none_or(|own| own == found.institution_id)
            });
            let message = "No practitioner of your institution.";
            let path = "input.approver";
            turn.problems
                .check(works, path, ProblemCode::UnknownId, message);
        }
        turn.row.approver_id = input.approver.or(call.actor.practitioner);
        turn.row.approved_for_id = own;
        turn.row.approved_at = Some(turn.at);
        turn.end(&txn, app, call, json!({})).await
    });
    work.await
}

/// Takes the expert, on those days.
pub async fn confirm(app: &App, call: &Call<'_>, input: Confirm) -> Result<Changed<Model>> {
    let work = app.db.write(async |txn| {
        let action = Action::ConfirmDispatch;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        match begun {
            Begun::Turn(turn) => turn.end(&txn, app, call, json!({})).await,
            Begun::Before(row) => Ok(Changed::before(*row)),
        }
    });
    work.await
}

/// Does not go on with it after all: whoever asked, until somebody is named; from then on either side, until the expert has come.
pub async fn cancel(app: &App, call: &Call<'_>, input: Ended) -> Result<Changed<Model>> {
    leave(app, call, Action::CancelDispatch, input).await
}
