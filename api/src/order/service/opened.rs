//! The orders of a patient whom somebody has opened by break-glass 应急调阅, whoever's they are: for reading, and for nothing else.

use entity::{enums::Action, order, patient};
use sea_orm::{
    Order, QueryFilter as _, Select,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    error::Result,
    order::seen::{self, Seen},
    page::{Window, counted},
    patient::service as patients,
    policy,
};

/// A page of them, the latest first.
pub async fn of_opened(
    app: &App,
    actor: &Actor,
    record: Uuid,
    window: &Window,
) -> Result<Vec<Seen>> {
    policy::require(actor, Action::ReadOrder)?;
    let Some(query) = opened_of(app, actor, record) else {
        return Ok(Vec::new());
    };
    let by = [order::Column::RequestedAt, order::Column::Id];
    let query = window.keyset(query, by, &Order::Desc, window.time());
    let rows = query.all(app.db.reader()).await?;
    let seen = rows.into_iter();
    Ok(seen.map(|row| Seen::by_break_glass(actor, row)).collect())
}

/// How many there are; none above 10,000.
pub async fn count_opened(app: &App, actor: &Actor, record: Uuid) -> Result<Option<i32>> {
    policy::require(actor, Action::ReadOrder)?;
    let Some(query) = opened_of(app, actor, record) else {
        return Ok(Some(0));
    };
    counted(query, app.db.reader()).await
}

fn opened_of(app: &App, actor: &Actor, record: Uuid) -> Option<Select<order::Entity>> {
    let of_record = Expr::col((patients::MEMBER, patient::Column::RecordId)).eq(record);
    Some(seen::opened(actor, app.now())?.filter(of_record))
}
