//! The legs of a referral on record: begun, ended and counted anew in the transaction of the verb that does it.

use chrono::{DateTime, Utc};
use entity::{enums::LegAnswer, referral, referral_leg};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    UpdateMany, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    app::App,
    db::Txn,
    error::{Error, Result},
    referral::leg::{Step, answered_already},
};

/// Marks in the row what becomes of its leg: its number, and that nothing is due once it has ended.
pub fn mark(row: &mut referral::Model, step: Step) {
    match step {
        Step::Begins | Step::Passes(_) => row.leg += 1,
        Step::Ends(_) => row.answer_due_at = None,
        Step::Counts | Step::None => {}
    }
}

/// Writes what becomes of the leg of a row that was marked and written.
pub async fn write(
    txn: &Txn,
    app: &App,
    row: &referral::Model,
    step: Step,
    at: DateTime<Utc>,
) -> Result<()> {
    match step {
        Step::None => Ok(()),
        Step::Begins => begin(txn, app, row, at).await,
        Step::Ends(answer) => end(txn, row.id, row.leg, answer, at).await,
        Step::Passes(answer) => {
            end(txn, row.id, row.leg - 1, answer, at).await?;
            begin(txn, app, row, at).await
        }
        Step::Counts => count_anew(txn, row).await,
    }
}

async fn begin(txn: &Txn, app: &App, row: &referral::Model, at: DateTime<Utc>) -> Result<()> {
    let (Some(receiver_id), Some(urgency)) = (row.receiver_id, row.urgency) else {
        return Err(Error::Internal(
            "a leg begins without receiver or urgency".into(),
        ));
    };
    let answer = answered_already(row.status);
    let leg = referral_leg::Model {
        id: app.new_id(),
        referral_id: row.id,
        number: row.leg,
        receiver_id,
        urgency,
        started_at: at,
        counts_from: row.updated_at,
        due_at: row.answer_due_at,
        answered_at: answer.map(|_| at),
        answer,
        ended_at: answer.map(|_| at),
        overdue_at: None,
        escalated_at: None,
    };
    referral_leg::Entity::insert(leg.into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}

async fn end(
    txn: &Txn,
    referral: Uuid,
    number: i32,
    answer: Option<LegAnswer>,
    at: DateTime<Utc>,
) -> Result<()> {
    use referral_leg::Column::{Answer, AnsweredAt, EndedAt};
    present(referral, number)
        .col_expr(EndedAt, Expr::val(at))
        .col_expr(AnsweredAt, Expr::val(answer.map(|_| at)))
        .col_expr(Answer, Expr::val(answer.map(LegAnswer::code)))
        .exec(&**txn)
        .await?;
    Ok(())
}

async fn count_anew(txn: &Txn, row: &referral::Model) -> Result<()> {
    use referral_leg::Column::{CountsFrom, DueAt, Urgency};
    present(row.id, row.leg)
        .col_expr(CountsFrom, Expr::val(row.updated_at))
        .col_expr(DueAt, Expr::val(row.answer_due_at))
        .col_expr(
            Urgency,
            Expr::val(row.urgency.map(entity::enums::Urgency::code)),
        )
        .exec(&**txn)
        .await?;
    Ok(())
}

/// The leg of that number, as long as it has not ended.
fn present(referral: Uuid, number: i32) -> UpdateMany<referral_leg::Entity> {
    use referral_leg::Column::{EndedAt, Number, ReferralId};
    referral_leg::Entity::update_many()
        .filter(ReferralId.eq(referral))
        .filter(Number.eq(number))
        .filter(EndedAt.is_null())
}

/// The legs of many referrals in one statement, the first first.
pub async fn legs(app: &App, referrals: &[Uuid]) -> Result<Vec<referral_leg::Model>> {
    let legs = referral_leg::Entity::find()
        .filter(referral_leg::Column::ReferralId.is_in(referrals.iter().copied()))
        .order_by_asc(referral_leg::Column::ReferralId)
        .order_by_asc(referral_leg::Column::Number)
        .all(app.db.reader())
        .await?;
    Ok(legs)
}
