//! Lists of reports, the latest month first.

use chrono::NaiveDate;
use entity::volume_report::{self, Model};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, Order, QueryFilter as _, Select};
use uuid::Uuid;

use crate::{
    app::App,
    error::Result,
    page::{Cursor, Slice, Window, counted},
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
        let query = volume_report::Entity::find().filter(self.condition());
        let from = window.text();
        let from = from.and_then(|(month, id)| Some((parse_day(month)?, id)));
        window.keyset(query, [Month, Id], &Order::Desc, from)
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
        let rows = volume_report::Entity::find().filter(self.condition());
        counted(rows, app.db.reader()).await
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
