//! Lists of the network: institutions and communities from memory, practitioners from their table.

use std::sync::Arc;

use entity::{
    community, department,
    enums::{Facility, InstitutionStatus, Qualification, Tier},
    institution, practitioner,
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, Order, QueryFilter as _,
    sea_query::{Expr, ExprTrait as _, Func, LikeExpr},
};
use uuid::Uuid;

use crate::{
    app::App,
    error::Result,
    network::directory::Directory,
    page::{Cursor, Slice, Window, counted},
};

/// Sort of whatever has a code.
pub const CODE: &str = "CODE";
/// Sort of communities.
pub const NAME: &str = "NAME";
/// Sort of capabilities.
pub const CATEGORY: &str = "CATEGORY";
/// Sort of practitioners: by employer and staff number.
pub const STAFF: &str = "STAFF";

/// A page of a list, and how long the whole list is.
pub struct Listing<T> {
    /// The page; each row with its cursor.
    pub slice: Slice<(String, T)>,
    /// Rows of the whole list.
    pub count: usize,
}

/// Whatever is listed from memory: it knows the text by which it is sorted.
pub trait Listed {
    /// The sort that its cursors name.
    const SORT: &'static str;
    /// What it is sorted by; the id settles ties.
    fn key(&self) -> (&str, Uuid);
}

impl Listed for Arc<institution::Model> {
    const SORT: &'static str = CODE;
    fn key(&self) -> (&str, Uuid) {
        (&self.code, self.id)
    }
}

impl Listed for Arc<department::Model> {
    const SORT: &'static str = CODE;
    fn key(&self) -> (&str, Uuid) {
        (&self.code, self.id)
    }
}

impl Listed for Arc<community::Model> {
    const SORT: &'static str = NAME;
    fn key(&self) -> (&str, Uuid) {
        (&self.name, self.id)
    }
}

impl Listed for String {
    const SORT: &'static str = CATEGORY;
    fn key(&self) -> (&str, Uuid) {
        (self, Uuid::nil())
    }
}

/// A page of rows that are all at hand.
pub fn in_memory<R: Listed, T>(
    rows: impl IntoIterator<Item = R>,
    window: &Window,
    mut show: impl FnMut(R) -> T,
) -> Listing<T> {
    let mut rows: Vec<R> = rows.into_iter().collect();
    let count = rows.len();
    rows.sort_unstable_by(|one, other| one.key().cmp(&other.key()));
    if let Some(from) = window.text() {
        rows.retain(|row| {
            if window.backward {
                row.key() < from
            } else {
                row.key() > from
            }
        });
    }
    if window.backward {
        rows.reverse();
    }
    rows.truncate(usize::try_from(window.limit()).unwrap_or(usize::MAX));
    let slice = window.slice(rows).map(|row| {
        let (text, id) = row.key();
        (Cursor::text(R::SORT, text, id).encode(), show(row))
    });
    Listing { slice, count }
}

/// A text in lower case as a pattern finds it, its own marks with a backslash before them.
pub(crate) fn escaped(part: &str) -> String {
    part.to_ascii_lowercase()
        .chars()
        .flat_map(|letter| {
            let escape = matches!(letter, '%' | '_' | '\\').then_some('\\');
            escape.into_iter().chain([letter])
        })
        .collect()
}

/// Which institutions to list; what is left out does not narrow.
#[derive(Clone, Debug, Default)]
pub struct InstitutionQuery {
    /// One of these tiers.
    pub tier: Option<Vec<Tier>>,
    /// Home community.
    pub community: Option<Uuid>,
    /// One of these statuses.
    pub status: Option<Vec<InstitutionStatus>>,
    /// All of these facilities.
    pub facility: Option<Vec<Facility>>,
    /// Part of the name.
    pub name: Option<String>,
    /// The health centre that manages it.
    pub managed_by: Option<Uuid>,
    /// ICD-10 category that it can treat.
    pub treats: Option<String>,
    /// Beginning of its region.
    pub region: Option<String>,
}

impl InstitutionQuery {
    /// Whether the institution is wanted.
    #[must_use]
    pub fn takes(&self, directory: &Directory, row: &institution::Model) -> bool {
        let among = |tiers: &Vec<Tier>| tiers.contains(&row.tier);
        let stands = |statuses: &Vec<InstitutionStatus>| statuses.contains(&row.status);
        let has = |all: &Vec<Facility>| all.iter().all(|one| row.facilities.0.contains(one));
        let treats = |category: &String| {
            let known = directory.capabilities.get(&row.id);
            known.is_some_and(|known| known.contains(category))
        };
        self.tier.as_ref().is_none_or(among)
            && self.status.as_ref().is_none_or(stands)
            && self.facility.as_ref().is_none_or(has)
            && self.treats.as_ref().is_none_or(treats)
            && self
                .name
                .as_ref()
                .is_none_or(|part| row.name.contains(part))
            && (self.community.is_none() || row.community_id == self.community)
            && (self.managed_by.is_none() || row.managed_by == self.managed_by)
            && self.region.as_ref().is_none_or(|prefix| {
                let region = row.region.as_deref();
                region.is_some_and(|region| region.starts_with(prefix))
            })
    }
}

/// Which practitioners to list; what is left out does not narrow.
#[derive(Clone, Debug, Default)]
pub struct PractitionerQuery {
    /// One of these employers.
    pub institution: Option<Vec<Uuid>>,
    /// The department.
    pub department: Option<Uuid>,
    /// One of these qualifications.
    pub qualification: Option<Vec<Qualification>>,
    /// One of these titles.
    pub title: Option<Vec<String>>,
    /// Part of the name.
    pub name: Option<String>,
    /// Staff number.
    pub code: Option<String>,
    /// Whether they still work there.
    pub active: Option<bool>,
}

impl PractitionerQuery {
    fn condition(&self) -> Condition {
        use practitioner::Column;
        let name = self.name.as_ref().map(|part| {
            let pattern = escaped(part);
            Expr::expr(Func::lower(Expr::col(Column::Name)))
                .like(LikeExpr::new(format!("%{pattern}%")).escape('\\'))
        });
        Condition::all()
            .add_option(
                self.institution
                    .clone()
                    .map(|ids| Column::InstitutionId.is_in(ids)),
            )
            .add_option(self.department.map(|id| Column::DepartmentId.eq(id)))
            .add_option(
                self.qualification
                    .clone()
                    .map(|all| Column::Qualification.is_in(all)),
            )
            .add_option(self.title.clone().map(|all| Column::Title.is_in(all)))
            .add_option(self.code.clone().map(|code| Column::Code.eq(code)))
            .add_option(self.active.map(|active| Column::Active.eq(active)))
            .add_option(name)
    }

    /// A page of them, by employer and staff number: the order of the unique key.
    pub async fn page(
        &self,
        app: &App,
        window: &Window,
    ) -> Result<Slice<(String, practitioner::Model)>> {
        use practitioner::Column::{Code, InstitutionId};
        let query = practitioner::Entity::find().filter(self.condition());
        let from = window.text().map(|(code, employer)| (employer, code));
        let query = window.keyset(query, [InstitutionId, Code], &Order::Asc, from);
        let rows = query.all(app.db.reader()).await?;
        Ok(window.slice(rows).map(|row| {
            let cursor = Cursor::text(STAFF, row.code.clone(), row.institution_id);
            (cursor.encode(), row)
        }))
    }

    /// How many there are, up to the number above which nobody is told.
    pub async fn count(&self, app: &App) -> Result<Option<i32>> {
        let rows = practitioner::Entity::find().filter(self.condition());
        counted(rows, app.db.reader()).await
    }
}
