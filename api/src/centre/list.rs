//! Lists of shared centres, from memory, and of the items of their catalogues.

use std::sync::Arc;

use entity::{catalogue_item, enums::CentreKind, shared_centre};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, FromQueryResult as _, Iterable as _,
    QueryFilter as _,
    sea_query::{Asterisk, Expr, ExprTrait as _, Func, LikeExpr, Order, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    app::App,
    error::Result,
    network::{
        directory::Directory,
        list::{Listed, NAME, escaped},
    },
    page::{PLACE, Window, counted},
};

/// Sort of items: by code.
pub const CODE: &str = "CODE";

impl Listed for Arc<shared_centre::Model> {
    const SORT: &'static str = NAME;
    fn key(&self) -> (&str, Uuid) {
        (&self.name, self.id)
    }
}

/// Which centres to list; what is left out does not narrow.
#[derive(Clone, Debug, Default)]
pub struct CentreQuery {
    /// One of these kinds.
    pub kind: Option<Vec<CentreKind>>,
    /// The hospital that runs it.
    pub host: Option<Uuid>,
    /// The community of that hospital.
    pub community: Option<Uuid>,
    /// An institution that it serves, its host included.
    pub serves: Option<Uuid>,
    /// Whether it takes orders.
    pub active: Option<bool>,
}

impl CentreQuery {
    /// Whether the centre is wanted.
    #[must_use]
    pub fn takes(&self, directory: &Directory, row: &shared_centre::Model) -> bool {
        let among = |kinds: &Vec<CentreKind>| kinds.contains(&row.kind);
        self.kind.as_ref().is_none_or(among)
            && self.host.is_none_or(|host| host == row.host_id)
            && (self.community.is_none() || self.community == row.community_id)
            && self.serves.is_none_or(|id| directory.serves(row.id, id))
            && self.active.is_none_or(|active| active == row.active)
    }
}

/// Which items of a centre to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ItemQuery {
    /// The beginning of the code, or a part of the name; in upper or lower case.
    pub search: Option<String>,
}

impl ItemQuery {
    fn condition(&self) -> Condition {
        use catalogue_item::Column::{Code, Name};
        let Some(search) = &self.search else {
            return Condition::all();
        };
        let part = escaped(search);
        let like = |column, pattern: String| {
            Expr::expr(Func::lower(Expr::col(column))).like(LikeExpr::new(pattern).escape('\\'))
        };
        Condition::any()
            .add(like(Code, format!("{part}%")))
            .add(like(Name, format!("%{part}%")))
    }

    /// The statement of the same page of each of these centres, by code.
    #[must_use]
    pub fn page(&self, centres: &[Uuid], window: &Window) -> SelectStatement {
        use catalogue_item::Column::{CentreId, Code};
        let rows = Query::select()
            .column(Asterisk)
            .from(catalogue_item::Entity)
            .and_where(CentreId.is_in(centres.iter().copied()))
            .cond_where(self.condition())
            .and_where_option(window.text().map(|(code, _)| Code.gt(code)))
            .to_owned();
        window
            .of_each(
                rows,
                "PARTITION BY centre_id ORDER BY code",
                catalogue_item::Column::iter(),
            )
            .order_by(CentreId, Order::Asc)
            .order_by(PLACE, Order::Asc)
            .to_owned()
    }

    /// The same page of each of these centres, in one statement.
    pub async fn list(
        &self,
        app: &App,
        centres: &[Uuid],
        window: &Window,
    ) -> Result<Vec<catalogue_item::Model>> {
        let statement = app.db.backend().build(&self.page(centres, window));
        let rows = catalogue_item::Model::find_by_statement(statement);
        Ok(rows.all(app.db.reader()).await?)
    }

    /// How many a centre has, up to the number above which nobody is told.
    pub async fn count(&self, app: &App, centre: Uuid) -> Result<Option<i32>> {
        let rows = catalogue_item::Entity::find()
            .filter(catalogue_item::Column::CentreId.eq(centre))
            .filter(self.condition());
        counted(rows, app.db.reader()).await
    }
}
