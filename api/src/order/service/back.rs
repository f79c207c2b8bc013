//! Sending an order back, placing it again, cancelling it.

use entity::{
    enums::{Action, OrderReturnReason},
    order_content::Return,
    order_return, specimen,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, sea_query::Expr,
};
use serde::Serialize;
use serde_json::json;

use super::{
    claim::drop_claim,
    place::LONG,
    turn::{Begun, On, begin, covered},
};
use crate::{
    app::App,
    auth::Call,
    error::{ProblemCode, Result},
    order::seen::Seen,
    record::replay::Changed,
    text,
};

/// An order to be sent back.
#[derive(Clone, Debug, Serialize)]
pub struct SendBack {
    /// Which.
    pub on: On,
    /// Why.
    pub reason: OrderReturnReason,
    /// In words.
    pub text: Option<String>,
}

/// A returned order, placed again.
#[derive(Clone, Debug, Serialize)]
pub struct Resubmit {
    /// Which.
    pub on: On,
    /// What is to be answered, where that was what was missing.
    pub question: Option<String>,
}

/// An order to be cancelled.
#[derive(Clone, Debug, Serialize)]
pub struct Cancel {
    /// Which.
    pub on: On,
    /// Why.
    pub reason: String,
}

/// Sends an order back to its requester; its clock stands still meanwhile. A specimen that cannot be used is not used again.
pub async fn return_order(app: &App, call: &Call<'_>, input: SendBack) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let begun = begin(&txn, app, call, Action::ReturnOrder, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let problems = &mut turn.problems;
        text::optional(input.text.as_deref(), LONG, "input.text", problems);
        let said = input.reason != OrderReturnReason::Other || input.text.is_some();
        problems.check(
            said,
            "input.text",
            ProblemCode::Required,
            "Say why in words.",
        );
        turn.check()?;
        drop_claim(&mut turn);
        turn.row.returned = Some(Return {
            reason: input.reason,
            text: input.text.clone(),
        });
        let counted = order_return::Model {
            id: app.new_id(),
            order_id: turn.row.id,
            centre_id: turn.row.centre_id,
            reason: input.reason,
            returned_at: turn.at,
        };
        order_return::Entity::insert(counted.into_active_model())
            .exec_without_returning(&*txn)
            .await?;
        if spoils_specimen(input.reason) {
            specimen::Entity::update_many()
                .col_expr(specimen::Column::Rejected, Expr::val(input.reason.code()))
                .filter(specimen::Column::Id.is_in(turn.row.specimen_id))
                .exec(&*txn)
                .await?;
        }
        turn.end(
            &txn,
            app,
            call,
            json!({ "reason": input.reason, "note": input.text }),
        )
        .await
    });
    Ok(covered(call, work.await?))
}

/// Whether a new specimen is needed.
const fn spoils_specimen(reason: OrderReturnReason) -> bool {
    !matches!(
        reason,
        OrderReturnReason::IncompleteForm | OrderReturnReason::PoorImage | OrderReturnReason::Other
    )
}

/// Places a returned order again.
pub async fn resubmit(app: &App, call: &Call<'_>, input: Resubmit) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let begun = begin(&txn, app, call, Action::ResubmitOrder, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        text::optional(
            input.question.as_deref(),
            LONG,
            "input.question",
            &mut turn.problems,
        );
        let before = turn.row.content.question.clone();
        if input.question.is_some() {
            turn.row.content.question.clone_from(&input.question);
        }
        turn.row.returned = None;
        turn.end(&txn, app, call, json!({ "before": { "question": before } }))
            .await
    });
    Ok(covered(call, work.await?))
}

/// Cancels an order.
pub async fn cancel(app: &App, call: &Call<'_>, input: Cancel) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let begun = begin(&txn, app, call, Action::CancelOrder, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        text::required(
            Some(&input.reason),
            LONG,
            "input.reason",
            &mut turn.problems,
        );
        turn.row.content.cancellation = Some(input.reason.clone());
        turn.row.due_at = None;
        turn.end(&txn, app, call, json!({ "note": input.reason }))
            .await
    });
    Ok(covered(call, work.await?))
}
