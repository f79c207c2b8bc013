//! Placing many orders at once: each has a transaction of its own, for the reasons that [posting many
//! referrals](crate::referral::service::submit_each) has.

use entity::enums::Action;

use super::place::{Place, place};
use crate::{
    app::App,
    auth::Call,
    error::{Error, ProblemCode, Result},
    order::seen::Seen,
    policy,
    record::{audit::Entry, replay::Changed},
};

/// How many can be placed at once.
pub const MOST: usize = 100;

/// Places each of them, one after the other; what came of each, in their order. One that could not be read is refused like any other.
///
/// # Errors
/// The actor may place nothing, or there are none or too many: then none is placed.
pub async fn place_each(
    app: &App,
    call: &Call<'_>,
    inputs: Vec<Result<Place>>,
) -> Result<Vec<Result<Changed<Seen>>>> {
    policy::require(call.actor, Action::PlaceOrder)?;
    let (code, message) = match inputs.len() {
        0 => (
            ProblemCode::Required,
            "There is nothing to place.".to_owned(),
        ),
        1..=MOST => return Ok(each(app, call, inputs).await),
        _ => (ProblemCode::TooLarge, format!("At most {MOST} at once.")),
    };
    Err(Error::invalid("inputs", code, message))
}

async fn each(
    app: &App,
    call: &Call<'_>,
    inputs: Vec<Result<Place>>,
) -> Vec<Result<Changed<Seen>>> {
    let mut outcomes = Vec::with_capacity(inputs.len());
    for (number, input) in inputs.into_iter().enumerate() {
        let call = call.entry(number);
        let outcome = match input {
            Ok(input) => place(app, &call, input).await,
            Err(refusal) => Err(refusal),
        };
        outcomes.push(match outcome {
            Err(refusal) if refusal.is_denial() => {
                let entry = Entry::denied(Action::PlaceOrder, &refusal);
                let written = app.audit.write(app, call.actor, entry).await;
                Err(written.err().unwrap_or(refusal))
            }
            outcome => outcome,
        });
    }
    outcomes
}
