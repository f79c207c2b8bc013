//! Reading alliances, agreements and studios.

use async_graphql::{Context, Object};
use entity::enums::Action;
use uuid::Uuid;

use super::{
    super::list::{Dated, NEWEST},
    Agreement, Alliance, Studio,
    input::{AgreementFilter, AllianceFilter},
    studio_input::StudioFilter,
};
use crate::{
    graphql::{Connection, Reply, ask},
    network::{
        graphql::{connection, page},
        list,
    },
    page::{PageArgs, Window},
    policy,
};

/// Reading alliances, agreements and studios.
#[derive(Default)]
pub struct AllianceQueries;

/// Reading alliances, agreements and studios.
#[Object]
impl AllianceQueries {
    /// Alliances 医联体, by name.
    async fn alliances(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<AllianceFilter>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Reply<Connection<Alliance>> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let args = PageArgs {
                first,
                after,
                last,
                before,
            };
            let window = Window::parse(&args, list::NAME)?;
            let query = filter.unwrap_or_default().query()?;
            let directory = app.directory.now();
            let rows = directory.pacts.alliances.values();
            let rows = rows.filter(|row| query.takes(&directory.pacts, row));
            Ok(connection(list::in_memory(
                rows.cloned(),
                &window,
                Alliance,
            )))
        })
        .await
    }

    /// Agreements 合作协约 of two institutions, those that began last first.
    async fn agreements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<AgreementFilter>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<Agreement>> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let window = Window::parse(&PageArgs::forward(first, after), NEWEST)?;
            let query = filter.unwrap_or_default().query()?;
            let directory = app.directory.now();
            let rows = directory.pacts.agreements.values();
            let rows = rows.filter(|row| query.takes(row)).cloned();
            Ok(connection(list::in_memory(
                rows.map(Dated::from),
                &window,
                |dated| Agreement(dated.row),
            )))
        })
        .await
    }

    /// Studios of named doctors 名医工作室 and treatment bases 治疗基地, by name.
    async fn studios(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<StudioFilter>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Reply<Connection<Studio>> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let args = PageArgs {
                first,
                after,
                last,
                before,
            };
            let window = Window::parse(&args, list::NAME)?;
            let query = filter.unwrap_or_default().query()?;
            let directory = app.directory.now();
            let rows = directory.pacts.studios.values();
            let rows = rows.filter(|row| query.takes(row)).cloned();
            Ok(connection(list::in_memory(rows, &window, Studio)))
        })
        .await
    }
}

/// The alliances that an institution belongs, belonged or will belong to, by name.
pub(crate) fn alliances_of(
    ctx: &Context<'_>,
    institution: Uuid,
    args: &PageArgs,
) -> Reply<Connection<Alliance>> {
    page(ctx, args, list::NAME, |directory, window| {
        let pacts = &directory.pacts;
        let ids = pacts.alliances_of.get(&institution).into_iter().flatten();
        let rows = ids.filter_map(|id| pacts.alliances.get(id)).cloned();
        list::in_memory(rows, window, Alliance)
    })
}

/// The agreements of an institution, those that began last first.
pub(crate) fn agreements_of(
    ctx: &Context<'_>,
    institution: Uuid,
    args: &PageArgs,
) -> Reply<Connection<Agreement>> {
    page(ctx, args, NEWEST, |directory, window| {
        let pacts = &directory.pacts;
        let ids = pacts.agreements_of.get(&institution).into_iter().flatten();
        let rows = ids.filter_map(|id| pacts.agreements.get(id)).cloned();
        list::in_memory(rows.map(Dated::from), window, |dated| Agreement(dated.row))
    })
}
