//! Lists of supervision visits, the latest first.

use chrono::NaiveDate;
use entity::supervision_visit::{self, Model};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, Order, QueryFilter as _, Select};
use uuid::Uuid;

use crate::{
    app::App,
    error::Result,
    page::{Cursor, Slice, Window, counted},
    scalar::parse_day,
};

/// Sort of visits: the latest first.
pub const VISITS: &str = "VISITED_ON_DESC";

/// Which visits to list; what is left out does not narrow.
#[derive(Clone, Debug)]
pub struct VisitQuery {
    /// Whose visits the actor reads: one of these on either side.
    pub seen: Vec<Uuid>,
    /// The hospital that came.
    pub visitor: Option<Uuid>,
    /// The health centre that it came to.
    pub visited: Option<Uuid>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Whether it is struck out.
    pub struck: Option<bool>,
}

impl VisitQuery {
    fn condition(&self) -> Condition {
        use supervision_visit::Column::{Struck, VisitedId, VisitedOn, VisitorId};
        Condition::all()
            .add(seen(&self.seen))
            .add_option(self.visitor.map(|id| VisitorId.eq(id)))
            .add_option(self.visited.map(|id| VisitedId.eq(id)))
            .add_option(self.from.map(|day| VisitedOn.gte(day)))
            .add_option(self.to.map(|day| VisitedOn.lte(day)))
            .add_option(self.struck.map(|struck| Struck.eq(struck)))
    }

    /// The statement of a page.
    #[must_use]
    pub fn page(&self, window: &Window) -> Select<supervision_visit::Entity> {
        use supervision_visit::Column::{Id, VisitedOn};
        let query = supervision_visit::Entity::find().filter(self.condition());
        let from = window.text();
        let from = from.and_then(|(day, id)| Some((parse_day(day)?, id)));
        window.keyset(query, [VisitedOn, Id], &Order::Desc, from)
    }

    /// A page, each row with its cursor.
    pub async fn list(&self, app: &App, window: &Window) -> Result<Slice<(String, Model)>> {
        let rows = self.page(window).all(app.db.reader()).await?;
        Ok(window.slice(rows).map(|row| {
            let day = row.visited_on.format("%Y-%m-%d").to_string();
            (Cursor::text(VISITS, day, row.id).encode(), row)
        }))
    }

    /// How many there are, up to the number above which nobody is told.
    pub async fn count(&self, app: &App) -> Result<Option<i32>> {
        let rows = supervision_visit::Entity::find().filter(self.condition());
        counted(rows, app.db.reader()).await
    }
}

/// One of these institutions came, or was visited.
fn seen(institutions: &[Uuid]) -> Condition {
    use supervision_visit::Column::{VisitedId, VisitorId};
    Condition::any()
        .add(VisitorId.is_in(institutions.iter().copied()))
        .add(VisitedId.is_in(institutions.iter().copied()))
}

/// The visits of these ids that concern one of the institutions.
pub async fn by_ids(app: &App, ids: &[Uuid], institutions: &[Uuid]) -> Result<Vec<Model>> {
    let rows = supervision_visit::Entity::find()
        .filter(supervision_visit::Column::Id.is_in(ids.iter().copied()))
        .filter(seen(institutions));
    Ok(rows.all(app.db.reader()).await?)
}
