//! Lists of reports, the latest month first.

use chrono::NaiveDate;
use entity::volume_report::{self, Model};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, IntoSimpleExpr as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use crate::{
    app::App,
    error::Result,
    page::{COUNT_LIMIT, Cursor, Key, Slice, Window},
    scalar::parse_day,
};

/// Sort of reports: the latest month first.
pub const REPORTS: &str = "MONTH_DESC";

/// Which reports to list; what is left out does not narrow.
#[derive(Clone, Debug)]
pub struct ReportQuery {
    /// The institutions whose reports are wanted, and read by the actor.
    pub institutions: Vec<Uuid>,
    /// The first day of the first month.
    pub from: Option<NaiveDate>,
    /// The first day of the last month.
    pub to: Option<NaiveDate>,
}

impl ReportQuery {
    fn condition(&self) -> Condition {
        use volume_report::Column::{InstitutionId, Month};
        Condition::all()
            .add(InstitutionId.is_in(self.institutions.iter().copied()))
            .add_option(self.from.map(|month| Month.gte(month)))
            .add_option(self.to.map(|month| Month.lte(month)))
    }

    /// The statement of a page.
    #[must_use]
    pub fn page(&self, window: &Window) -> Select<volume_report::Entity> {
        use volume_report::Column::{Id, Month};
        let from = window.cursor.as_ref().and_then(|cursor| match &cursor.key {
            Key::Text(text) => parse_day(text).map(|month| (month, cursor.id)),
            Key::Time(_) => None,
        });
        let place = Expr::tuple([Month.into_simple_expr(), Id.into_simple_expr()]);
        let after =
            from.map(|(month, id)| place.lt(Expr::tuple([Expr::val(month), Expr::val(id)])));
        volume_report::Entity::find()
            .filter(self.condition().add_option(after))
            .order_by_desc(Month)
            .order_by_desc(Id)
            .limit(window.limit())
    }

    /// A page, each row with its cursor.
    pub async fn list(&self, app: &App, window: &Window) -> Result<Slice<(String, Model)>> {
        let rows = self.page(window).all(app.db.reader()).await?;
        Ok(window.slice(rows).map(|row| {
            let month = row.month.format("%Y-%m-%d").to_string();
            (Cursor::text(REPORTS, month, row.id).encode(), row)
        }))
    }

    /// How many there are, up to the number above which nobody is told.
    pub async fn count(&self, app: &App) -> Result<Option<i32>> {
        let rows = volume_report::Entity::find()
            .filter(self.condition())
            .limit(COUNT_LIMIT + 1)
            .count(app.db.reader())
            .await?;
        Ok(i32::try_from(rows).ok().filter(|_| rows <= COUNT_LIMIT))
    }
}

/// The reports of these ids that are of one of the institutions.
pub async fn by_ids(app: &App, ids: &[Uuid], institutions: &[Uuid]) -> Result<Vec<Model>> {
    use volume_report::Column::{Id, InstitutionId};
    let rows = volume_report::Entity::find()
        .filter(Id.is_in(ids.iter().copied()))
        .filter(InstitutionId.is_in(institutions.iter().copied()));
    Ok(rows.all(app.db.reader()).await?)
}
