//! Lists of bed pools, by institution, and of the slots of one, by time.

use chrono::{DateTime, Utc};
use entity::{bed_pool, enums::BedKind, slot};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, Order, QueryFilter as _, Select,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use crate::{
    app::App,
    error::Result,
    moment::Stretch,
    page::{Cursor, Slice, Window, counted},
};

/// Sort of bed pools: by institution, in the order in which they were registered.
pub const BED_POOLS: &str = "INSTITUTION";
/// Sort of slots: the earliest first.
pub const SLOTS: &str = "STARTS_AT_ASC";

/// Which bed pools to list; what is left out does not narrow.
#[derive(Clone, Debug, Default)]
pub struct BedPoolQuery {
    /// The institution.
    pub institution: Option<Uuid>,
    /// The department.
    pub department: Option<Uuid>,
    /// One of these kinds.
    pub kind: Option<Vec<BedKind>>,
    /// Whether a bed is free.
    pub free: Option<bool>,
}

impl BedPoolQuery {
    fn condition(&self) -> Condition {
        use bed_pool::Column::{DepartmentId, Held, InstitutionId, Kind, Occupied, Total};
        let free = |is: bool| {
            let free = Expr::col(Total)
                .sub(Expr::col(Held))
                .sub(Expr::col(Occupied));
            if is { free.gt(0) } else { free.lte(0) }
        };
        Condition::all()
            .add_option(self.institution.map(|id| InstitutionId.eq(id)))
            .add_option(self.department.map(|id| DepartmentId.eq(id)))
            .add_option(self.kind.clone().map(|kinds| Kind.is_in(kinds)))
            .add_option(self.free.map(free))
    }

    /// The statement of a page.
    #[must_use]
    pub fn page(&self, window: &Window) -> Select<bed_pool::Entity> {
        use bed_pool::Column::{Id, InstitutionId};
        let query = bed_pool::Entity::find().filter(self.condition());
        // From the very start where there is no cursor: the index is walked either way.
        let from = Some(bed_pool_place(window));
        window.keyset(query, [InstitutionId, Id], &Order::Asc, from)
    }

    /// A page, each row with its cursor.
    pub async fn list(
        &self,
        app: &App,
        window: &Window,
    ) -> Result<Slice<(String, bed_pool::Model)>> {
        let rows = self.page(window).all(app.db.reader()).await?;
        Ok(window.slice(rows).map(|row| {
            let institution = row.institution_id.simple().to_string();
            (Cursor::text(BED_POOLS, institution, row.id).encode(), row)
        }))
    }

    /// How many there are, up to the number above which nobody is told.
    pub async fn count(&self, app: &App) -> Result<Option<i32>> {
        let rows = bed_pool::Entity::find().filter(self.condition());
        counted(rows, app.db.reader()).await
    }
}

fn bed_pool_place(window: &Window) -> (Uuid, Uuid) {
    window
        .text()
        .and_then(|(text, id)| Some((Uuid::parse_str(text).ok()?, id)))
        .unwrap_or_default()
}

/// Which slots of an institution to list; what is left out does not narrow.
#[derive(Clone, Debug)]
pub struct SlotQuery {
    /// The institution.
    pub institution: Uuid,
    /// The department.
    pub department: Option<Uuid>,
    /// The practitioner.
    pub practitioner: Option<Uuid>,
    /// When they begin.
    pub starts_at: Stretch,
    /// Whether a place is free: not withdrawn, not over, not full.
    pub free: Option<bool>,
    /// Whether it was withdrawn.
    pub withdrawn: Option<bool>,
    /// Whether places of it are held.
    pub held: Option<bool>,
    /// The dispatch.
    pub dispatch: Option<Uuid>,
}

impl SlotQuery {
    fn condition(&self, now: DateTime<Utc>) -> Condition {
        use slot::Column::{
            Capacity, DepartmentId, DispatchId, EndsAt, Held, InstitutionId, PractitionerId,
            StartsAt, Used, Withdrawn,
        };
        let free = |is: bool| {
            let left = Expr::col(Capacity)
                .sub(Expr::col(Held))
                .sub(Expr::col(Used));
            let free = Condition::all()
                .add(Withdrawn.eq(false))
                .add(EndsAt.gt(now))
                .add(left.gt(0));
            if is { free } else { free.not() }
        };
        Condition::all()
            .add(InstitutionId.eq(self.institution))
            .add_option(self.department.map(|id| DepartmentId.eq(id)))
            .add_option(self.practitioner.map(|id| PractitionerId.eq(id)))
            .add_option(self.starts_at.from.map(|from| StartsAt.gte(from)))
            .add_option(self.starts_at.until.map(|until| StartsAt.lt(until)))
            .add_option(self.withdrawn.map(|withdrawn| Withdrawn.eq(withdrawn)))
            .add_option(self.dispatch.map(|id| DispatchId.eq(id)))
            .add_option(self.held.map(|is| if is { Held.gt(0) } else { Held.eq(0) }))
            .add_option(self.free.map(free))
    }

    /// The statement of a page.
    #[must_use]
    pub fn page(&self, window: &Window, now: DateTime<Utc>) -> Select<slot::Entity> {
        use slot::Column::{Id, StartsAt};
        let query = slot::Entity::find().filter(self.condition(now));
        window.keyset(query, [StartsAt, Id], &Order::Asc, window.time())
    }

    /// A page, each row with its cursor.
    pub async fn list(&self, app: &App, window: &Window) -> Result<Slice<(String, slot::Model)>> {
        let rows = self.page(window, app.now()).all(app.db.reader()).await?;
        Ok(window.slice(rows).map(|row| {
            let cursor = Cursor::time(SLOTS, row.starts_at, row.id);
            (cursor.encode(), row)
        }))
    }

    /// How many there are, up to the number above which nobody is told.
    pub async fn count(&self, app: &App) -> Result<Option<i32>> {
        let rows = slot::Entity::find().filter(self.condition(app.now()));
        counted(rows, app.db.reader()).await
    }
}
