//! Saying how well an expert did.

use entity::{dispatch::Model, enums::Action};
use serde::Serialize;
use serde_json::json;

use super::{
    check::LONG,
    turn::{Begun, On, Turn},
};
use crate::{
    app::App,
    auth::Call,
    error::{ProblemCode, Result},
    record::replay::Changed,
    text,
};

/// How well an expert did.
#[derive(Clone, Debug, Serialize)]
pub struct Appraise {
    /// In which dispatch.
    pub on: On,
    /// Points, 0 to 100.
    pub score: i32,
    /// In words.
    pub comment: Option<String>,
}

/// Says how well the expert did, once they have left.
pub async fn appraise(app: &App, call: &Call<'_>, input: Appraise) -> Result<Changed<Model>> {
    let work = app.db.write(async |txn| {
        let action = Action::AppraiseDispatch;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(row) => return Ok(Changed::before(*row)),
        };
        let problems = &mut turn.problems;
        for (good, code, message) in [
            (input.score >= 0, ProblemCode::TooSmall, "0 to 100."),
            (input.score <= 100, ProblemCode::TooLarge, "0 to 100."),
        ] {
            problems.check(good, "input.score", code, message);
        }
        let comment = input.comment.as_deref();
        text::optional(comment, LONG, "input.comment", problems);
        turn.row.score = Some(input.score);
        turn.row.comment = input.comment.clone();
        turn.row.appraised_at = Some(turn.at);
        let detail = json!({ "score": input.score });
        turn.end(&txn, app, call, detail).await
    });
    work.await
}
