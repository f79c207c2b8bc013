//! Queries of the network.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::enums::Action;

use super::{
    Community, Institution, InstitutionFilter, Practitioner, PractitionerFilter, connection,
};
use crate::{
    error::{Error, ProblemCode},
    graphql::{Connection, Reply, ask},
    id::{self, Kind},
    network::list,
    page::{PageArgs, Window},
    policy,
};

/// Reading the network.
#[derive(Default)]
pub struct NetworkQuery;

/// Reading the network.
#[Object]
impl NetworkQuery {
    /// A community 医共体.
    async fn community(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community, `com_…`.")] id: ID,
    ) -> Reply<Community> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let id = id::decode(Kind::Community, &id, "id")?;
            Community::find(&app.directory.now(), id).ok_or(Error::NotFound)
        })
        .await
    }

    /// Communities 医共体, by name.
    async fn communities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Reply<Connection<Community>> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let args = PageArgs {
                first,
                after,
                last,
                before,
            };
            let window = Window::parse(&args, list::NAME)?;
            let directory = app.directory.now();
            let rows = directory.communities.values().cloned();
            Ok(connection(list::in_memory(rows, &window, Community)))
        })
        .await
    }

    /// An institution 医疗机构, by id or by code.
    async fn institution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The institution, `inst_…`.")] id: Option<ID>,
        #[graphql(desc = "Its code 机构编码.")] code: Option<String>,
    ) -> Reply<Institution> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let directory = app.directory.now();
            let id = match (&id, &code) {
                (Some(id), None) => Some(id::decode(Kind::Institution, id, "id")?),
                (None, Some(code)) => directory.by_code.get(code).copied(),
                _ => {
                    let message = "Give either the id or the code.";
                    return Err(Error::invalid("id", ProblemCode::Inconsistent, message));
                }
            };
            let found = id.and_then(|id| Institution::find(&directory, id));
            found.ok_or(Error::NotFound)
        })
        .await
    }

    /// Institutions 医疗机构, by code.
    async fn institutions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<InstitutionFilter>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Reply<Connection<Institution>> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let args = PageArgs {
                first,
                after,
                last,
                before,
            };
            let window = Window::parse(&args, list::CODE)?;
            let query = filter.unwrap_or_default().query()?;
            let directory = app.directory.now();
            let rows = directory.institutions.values();
            let rows = rows.filter(|row| query.takes(&directory, row)).cloned();
            Ok(connection(list::in_memory(
                rows,
                &window,
                Institution::from,
            )))
        })
        .await
    }

    /// Practitioners 医务人员, by employer and staff number.
    async fn practitioners(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<PractitionerFilter>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Reply<Connection<Practitioner>> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let args = PageArgs {
                first,
                after,
                last,
                before,
            };
            let window = Window::parse(&args, list::STAFF)?;
            let query = filter.unwrap_or_default().query()?;
            let slice = query.page(app, &window).await?;
            let slice = slice.map(|(cursor, row)| (cursor, Practitioner::from(row)));
            let (app, query) = (app.clone(), Arc::new(query));
            let count = move || {
                let (app, query) = (app.clone(), query.clone());
                let count = async move { query.count(&app).await };
                Box::pin(count) as std::pin::Pin<Box<_>>
            };
            Ok(Connection::new(slice, Arc::new(count)))
        })
        .await
    }
}
