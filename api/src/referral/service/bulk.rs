//! Posting many at once.
//!
//! Each has a transaction of its own, not a savepoint in a common one. Two systems that post at the same time may name the same patients
//! in another order: in one transaction they would wait for each other's rows until a hundred letters are through, and a deadlock would
//! undo and repeat them all. So a letter holds its rows as briefly as one that is posted alone, is run again alone when another got in its
//! way, and once it is posted it stays posted whatever becomes of the next one or of the line; a batch that is sent again finds it.

use entity::enums::Action;

use super::post::{Submit, submit};
use crate::{
    app::App,
    auth::Call,
    error::{Error, ProblemCode, Result},
    policy,
    record::{audit::Entry, replay::Changed},
    referral::seen::Seen,
};

/// How many can be posted at once.
pub const MOST: usize = 100;

/// Posts each of them, one after the other; what came of each, in their order. One that could not be read is refused like any other.
///
/// # Errors
/// The actor may post nothing, or there are none or too many: then none is posted.
pub async fn submit_each(
    app: &App,
    call: &Call<'_>,
    inputs: Vec<Result<Submit>>,
) -> Result<Vec<Result<Changed<Seen>>>> {
    policy::require(call.actor, Action::SubmitReferral)?;
    let (code, message) = match inputs.len() {
        0 => (
            ProblemCode::Required,
            "There is nothing to post.".to_owned(),
        ),
        1..=MOST => return Ok(each(app, call, inputs).await),
        _ => (ProblemCode::TooLarge, format!("At most {MOST} at once.")),
    };
    Err(Error::invalid("inputs", code, message))
}

async fn each(
    app: &App,
    call: &Call<'_>,
    inputs: Vec<Result<Submit>>,
) -> Vec<Result<Changed<Seen>>> {
    let mut outcomes = Vec::with_capacity(inputs.len());
    for (place, input) in inputs.into_iter().enumerate() {
        let call = call.entry(place);
        let outcome = match input {
            Ok(input) => submit(app, &call, input).await,
            Err(refusal) => Err(refusal),
        };
        outcomes.push(match outcome {
            Err(refusal) if refusal.is_denial() => Err(denied(app, &call, refusal).await),
            outcome => outcome,
        });
    }
    outcomes
}

/// The refusal, once it is on record.
async fn denied(app: &App, call: &Call<'_>, refusal: Error) -> Error {
    let entry = Entry::denied(Action::SubmitReferral, &refusal);
    let written = app.audit.write(app, call.actor, entry).await;
    written.err().unwrap_or(refusal)
}
