//! What institutions of every tier are made of.

use async_graphql::{Context, SimpleObject};
use uuid::Uuid;

use super::{Department, Institution, page};
use crate::{
    graphql::{Connection, Reply},
    named,
    network::list,
    page::PageArgs,
};

named!(Capability => "Capability");

/// An ICD-10 category that an institution can treat 诊疗病种.
#[derive(Clone, SimpleObject)]
pub struct Capability {
    /// The first three characters of the code, say `I63`.
    pub category: String,
}

/// A place on the map 坐标, WGS 84.
#[derive(Clone, Copy, SimpleObject)]
pub struct Location {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// A rating that an institution was given 等级评定.
#[derive(Clone, SimpleObject)]
pub struct Rating {
    /// The scheme, say 优质服务基层行.
    pub scheme: String,
    /// The grade in that scheme.
    pub grade: String,
    /// The year of the rating.
    pub year: i32,
}

pub(super) fn departments(
    ctx: &Context<'_>,
    id: Uuid,
    args: &PageArgs,
) -> Reply<Connection<Department>> {
    page(ctx, args, list::CODE, |directory, window| {
        let rows = directory.departments_of.get(&id).into_iter().flatten();
        let rows = rows.filter_map(|id| directory.departments.get(id)).cloned();
        list::in_memory(rows, window, Department)
    })
}

pub(super) fn capabilities(
    ctx: &Context<'_>,
    id: Uuid,
    args: &PageArgs,
) -> Reply<Connection<Capability>> {
    page(ctx, args, list::CATEGORY, |directory, window| {
        let rows = directory.capabilities.get(&id).into_iter().flatten();
        list::in_memory(rows.cloned(), window, |category| Capability { category })
    })
}

pub(super) fn stations(
    ctx: &Context<'_>,
    id: Uuid,
    args: &PageArgs,
) -> Reply<Connection<Institution>> {
    page(ctx, args, list::CODE, |directory, window| {
        let rows = directory.stations_of.get(&id).into_iter().flatten();
        let rows = rows.filter_map(|id| directory.institution(*id)).cloned();
        list::in_memory(rows, window, Institution::from)
    })
}
