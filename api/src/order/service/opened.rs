//! The orders of a patient whom somebody has opened by break-glass 应急调阅, whoever's they are: for reading, and for nothing else.

use entity::{enums::Action, order, patient};
use sea_orm::{
    ColumnTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _, Select,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    error::Result,
    order::seen::{self, Seen},
    page::{COUNT_LIMIT, Key, Window},
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
    let place = Expr::tuple([
        order::Column::RequestedAt.into_expr(),
        order::Column::Id.into_expr(),
    ]);
    let after = window.cursor.as_ref().and_then(|cursor| match cursor.key {
        Key::Time(at) => Some(Expr::tuple([Expr::val(at), Expr::val(cursor.id)])),
        Key::Text(_) => None,
    });
    let rows = query
        .apply_if(after, |query, after| query.filter(place.lt(after)))
        .order_by_desc(order::Column::RequestedAt)
        .order_by_desc(order::Column::Id)
        .limit(window.limit())
        .all(app.db.reader())
        .await?;
    let seen = rows.into_iter();
    Ok(seen.map(|row| Seen::by_break_glass(actor, row)).collect())
}

/// How many there are; none above 10,000.
pub async fn count_opened(app: &App, actor: &Actor, record: Uuid) -> Result<Option<i32>> {
    policy::require(actor, Action::ReadOrder)?;
    let Some(query) = opened_of(app, actor, record) else {
        return Ok(Some(0));
    };
    let rows = query.limit(COUNT_LIMIT + 1).count(app.db.reader()).await?;
    Ok(i32::try_from(rows).ok().filter(|_| rows <= COUNT_LIMIT))
}

fn opened_of(app: &App, actor: &Actor, record: Uuid) -> Option<Select<order::Entity>> {
    let of_record = Expr::col((patients::MEMBER, patient::Column::RecordId)).eq(record);
    Some(seen::opened(actor, app.now())?.filter(of_record))
}
