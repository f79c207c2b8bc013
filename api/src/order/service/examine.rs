//! Examining a patient, below or at the centre.

use entity::enums::Action;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    place::LINE,
    turn::{Begun, On, begin, covered},
};
use crate::{
    app::App, auth::Call, error::Result, order::seen::Seen, record::replay::Changed,
    referral::service::check_practitioner, text,
};

/// An examination that was made.
#[derive(Clone, Debug, Serialize)]
pub struct Examine {
    /// Which order.
    pub on: On,
    /// Who made it.
    pub practitioner: Option<Uuid>,
    /// A word to whoever reads it.
    pub note: Option<String>,
}

/// Records that the examination was made; its clock begins.
pub async fn record_examination(
    app: &App,
    call: &Call<'_>,
    input: Examine,
) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let begun = begin(
            &txn,
            app,
            call,
            Action::RecordExamination,
            &input.on,
            &input,
        )
        .await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let by = turn.institution();
        let path = "input.practitioner";
        let problems = &mut turn.problems;
        check_practitioner(&txn, input.practitioner, Some(by), path, problems).await?;
        text::optional(input.note.as_deref(), LINE, "input.note", problems);
        turn.row.returned = None;
        turn.end(
            &txn,
            app,
            call,
            input
                .note
                .as_ref()
                .map_or(Value::Null, |note| json!({ "note": note })),
        )
        .await
    });
    Ok(covered(call, work.await?))
}
