//! Reading beds and slots.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, dataloader::DataLoader};
use entity::enums::{Action, BedKind};
use uuid::Uuid;

use super::{
    super::{
        list::{BED_POOLS, BedPoolQuery, SLOTS, SlotQuery},
        loader::{BedPools, Slots},
    },
    BedPool, Slot,
    input::{identity, optional_identity},
};
use crate::{
    error::{Error, Problems, Result},
    graphql::{Connection, Count, Reply, ask, unshare},
    id::Kind,
    moment::DateTimeRange,
    page::{PageArgs, Window},
    policy,
};

/// Which bed pools to list; what is left out does not narrow.
#[derive(Default, InputObject)]
pub struct BedPoolFilter {
    /// The institution.
    pub institution: Option<ID>,
    /// The department 科室.
    pub department: Option<ID>,
    /// One of these kinds 床位类型.
    pub kind: Option<Vec<BedKind>>,
    /// Whether a bed is free 有空床.
    pub free: Option<bool>,
}

impl BedPoolFilter {
    fn parse(self) -> Result<BedPoolQuery> {
        let mut problems = Problems::default();
        let mut id = |kind, text: Option<ID>, path| {
            optional_identity(kind, text.as_ref(), path, &mut problems)
        };
        let institution = id(Kind::Institution, self.institution, "filter.institution");
        let department = id(Kind::Department, self.department, "filter.department");
        problems.finish()?;
        Ok(BedPoolQuery {
            institution,
            department,
            kind: self.kind,
            free: self.free,
        })
    }
}

/// Which slots of an institution to list; what is left out does not narrow.
#[derive(InputObject)]
pub struct SlotFilter {
    /// The institution.
    pub institution: ID,
    /// The department 科室.
    pub department: Option<ID>,
    /// The practitioner 出诊医生.
    pub practitioner: Option<ID>,
    /// When they begin.
    pub starts_at: Option<DateTimeRange>,
    /// Whether a place is free 有号: the session is neither withdrawn, nor over, nor full.
    pub free: Option<bool>,
    /// Whether it was withdrawn 停诊.
    pub withdrawn: Option<bool>,
    /// Whether places of it are held 有预留: of a withdrawn one for patients who still have to be given another time.
    pub held: Option<bool>,
    /// The dispatch of an expert 专家下派 of which it is a session.
    pub dispatch: Option<ID>,
}

impl SlotFilter {
    fn parse(self) -> Result<SlotQuery> {
        let mut problems = Problems::default();
        let institution = identity(
            Kind::Institution,
            &self.institution,
            "filter.institution",
            &mut problems,
        );
        let mut id = |kind, text: Option<ID>, path| {
            optional_identity(kind, text.as_ref(), path, &mut problems)
        };
        let department = id(Kind::Department, self.department, "filter.department");
        let practitioner = id(Kind::Practitioner, self.practitioner, "filter.practitioner");
        let dispatch = id(Kind::Dispatch, self.dispatch, "filter.dispatch");
        let starts_at = self
            .starts_at
            .map(|range| range.check("filter.startsAt", &mut problems));
        problems.finish()?;
        Ok(SlotQuery {
            institution: institution.unwrap_or_default(),
            department,
            practitioner,
            starts_at: starts_at.unwrap_or_default(),
            free: self.free,
            withdrawn: self.withdrawn,
            held: self.held,
            dispatch,
        })
    }
}

/// Reading beds and slots.
#[derive(Default)]
pub struct CapacityQuery;

/// Reading beds and slots.
#[Object]
impl CapacityQuery {
    /// Bed pools 床位池, by institution. Whoever has signed in sees how many beds are free, because it decides where patients are sent.
    async fn bed_pools(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<BedPoolFilter>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<BedPool>> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let window = Window::parse(&PageArgs::forward(first, after), BED_POOLS)?;
            let query = filter.unwrap_or_default().parse()?;
            let slice = query.list(app, &window).await?;
            let slice = slice.map(|(cursor, row)| (cursor, BedPool(row)));
            let app = app.clone();
            let count: Count = Arc::new(move || {
                let (app, query) = (app.clone(), query.clone());
                Box::pin(async move { query.count(&app).await })
            });
            Ok(Connection::new(slice, count))
        })
        .await
    }

    /// Slots 号源 of an institution, the earliest first.
    async fn slots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: SlotFilter,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<Slot>> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let window = Window::parse(&PageArgs::forward(first, after), SLOTS)?;
            let query = filter.parse()?;
            let slice = query.list(app, &window).await?;
            let slice = slice.map(|(cursor, row)| (cursor, Slot(row)));
            let app = app.clone();
            let count: Count = Arc::new(move || {
                let (app, query) = (app.clone(), query.clone());
                Box::pin(async move { query.count(&app).await })
            });
            Ok(Connection::new(slice, count))
        })
        .await
    }
}

/// The bed pool of that id, read together with the others of the page.
pub async fn bed_pool(ctx: &Context<'_>, id: Uuid) -> Result<Option<BedPool>> {
    let loader = ctx
        .data_opt::<DataLoader<BedPools>>()
        .ok_or(Error::Unauthenticated)?;
    let found = loader.load_one(id).await.map_err(|error| unshare(&error))?;
    Ok(found.map(BedPool))
}

/// The slot of that id, read together with the others of the page.
pub async fn slot(ctx: &Context<'_>, id: Uuid) -> Result<Option<Slot>> {
    let loader = ctx
        .data_opt::<DataLoader<Slots>>()
        .ok_or(Error::Unauthenticated)?;
    let found = loader.load_one(id).await.map_err(|error| unshare(&error))?;
    Ok(found.map(Slot))
}
