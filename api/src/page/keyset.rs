//! The statements of a page: what lies beyond its cursor, in the order of its list, and one row more than it has.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, IntoSimpleExpr, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _, IntoColumnRef, Query, SelectStatement, Value},
};
use uuid::Uuid;

use super::{Key, Window};

/// The name under which a statement tells where a row stands among those of its object.
pub const PLACE: &str = "place";

impl Window {
    /// The place to go on from in a list sorted by time.
    #[must_use]
    pub fn time(&self) -> Option<(DateTime<Utc>, Uuid)> {
        let cursor = self.cursor.as_ref()?;
        match cursor.key {
            Key::Time(at) => Some((at, cursor.id)),
            Key::Text(_) => None,
        }
    }

    /// The place to go on from in a list sorted by text.
    #[must_use]
    pub fn text(&self) -> Option<(&str, Uuid)> {
        let cursor = self.cursor.as_ref()?;
        match &cursor.key {
            Key::Text(text) => Some((text, cursor.id)),
            Key::Time(_) => None,
        }
    }

    /// The statement of a page of a list in the order of two columns, the second of which settles ties.
    #[must_use]
    pub fn keyset<Q, C>(
        &self,
        query: Q,
        by: [C; 2],
        order: &Order,
        from: Option<(impl Into<Value>, impl Into<Value>)>,
    ) -> Q
    where
        Q: QueryFilter + QueryOrder + QuerySelect,
        C: ColumnTrait,
    {
        let way = if self.falls(order) {
            Order::Desc
        } else {
            Order::Asc
        };
        let query = match self.beyond(by, order, from) {
            Some(beyond) => query.filter(beyond),
            None => query,
        };
        let [value, id] = by;
        query
            .order_by(value, way.clone())
            .order_by(id, way)
            .limit(self.limit())
    }

    /// That a row lies beyond the place to go on from. By row value: no index serves the same said with OR.
    #[must_use]
    pub fn beyond(
        &self,
        by: [impl IntoSimpleExpr; 2],
        order: &Order,
        from: Option<(impl Into<Value>, impl Into<Value>)>,
    ) -> Option<Expr> {
        let (value, id) = from?;
        let from = Expr::tuple([Expr::val(value), Expr::val(id)]);
        let row = Expr::tuple(by.map(IntoSimpleExpr::into_simple_expr));
        Some(if self.falls(order) {
            row.lt(from)
        } else {
            row.gt(from)
        })
    }

    /// These columns of the rows of the same page of many objects, as [`PLACE`] numbers the rows over each.
    #[must_use]
    pub fn of_each(
        &self,
        mut rows: SelectStatement,
        over: &str,
        columns: impl IntoIterator<Item: IntoColumnRef>,
    ) -> SelectStatement {
        let place = Expr::cust(format!("row_number() OVER ({over})"));
        rows.expr_as(place, PLACE);
        let limit = i64::try_from(self.limit()).unwrap_or(i64::MAX);
        Query::select()
            .columns(columns)
            .from_subquery(rows, "ranked")
            .and_where(Expr::col(PLACE).lte(limit))
            .to_owned()
    }

    fn falls(&self, order: &Order) -> bool {
        matches!(order, Order::Desc) != self.backward
    }
}

#[cfg(test)]
mod tests {
    use entity::bed_pool::{Column, Entity};
    use sea_orm::{DbBackend, EntityTrait as _, QueryTrait as _};

    use super::*;
    use crate::page::Cursor;

    #[test]
    fn a_page_from_the_end_runs_the_other_way() {
        let id = Uuid::from_u128(7);
        for (order, backward, sign, way) in [
            (Order::Asc, false, '>', "ASC"),
            (Order::Asc, true, '<', "DESC"),
            (Order::Desc, false, '<', "DESC"),
            (Order::Desc, true, '>', "ASC"),
        ] {
            let window = Window {
                rows: 2,
                backward,
                cursor: Some(Cursor::time("UPDATED_AT", DateTime::UNIX_EPOCH, id)),
            };
            let by = [Column::UpdatedAt, Column::Id];
            let query = window.keyset(Entity::find(), by, &order, window.time());
            let statement = query.build(DbBackend::Postgres).sql;
            let (_, rest) = statement.split_once(" WHERE ").expect("a condition");
            let (at, id) = (r#""bed_pool"."updated_at""#, r#""bed_pool"."id""#);
            assert_eq!(
                rest,
                format!("({at}, {id}) {sign} ($1, $2) ORDER BY {at} {way}, {id} {way} LIMIT $3")
            );
        }
    }
}
