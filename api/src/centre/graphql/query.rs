//! Reading shared centres and their catalogues.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, dataloader::DataLoader};
use entity::enums::{Action, CentreKind};
use uuid::Uuid;

use super::{
    super::{
        list::{self, CODE, ItemQuery},
        loader::{CataloguePage, Catalogues, Items},
    },
    CatalogueItem, SharedCentre,
};
use crate::{
    error::{Error, Problems, Result},
    graphql::{Connection, Count, Reply, app, ask, unshare},
    id::{self, Kind},
    network::{
        self,
        graphql::{connection, convert::identity, short},
    },
    page::{Cursor, PageArgs, Window},
    policy,
};

/// Which shared centres to list; what is left out does not narrow.
#[derive(Clone, Default, InputObject)]
pub struct SharedCentreFilter {
    /// One of these kinds.
    pub kind: Option<Vec<CentreKind>>,
    /// The hospital that runs it 主办医院.
    pub host: Option<ID>,
    /// The community 医共体 of that hospital.
    pub community: Option<ID>,
    /// An institution that it serves 服务机构; every centre serves its host.
    pub serves: Option<ID>,
    /// Whether it takes orders 启用.
    pub active: Option<bool>,
}

impl SharedCentreFilter {
    fn query(self) -> Result<list::CentreQuery> {
        let mut problems = Problems::default();
        let mut id = |kind, text: Option<ID>, path| {
            text.and_then(|text| identity(kind, &text, path, &mut problems))
        };
        let host = id(Kind::Institution, self.host, "filter.host");
        let community = id(Kind::Community, self.community, "filter.community");
        let serves = id(Kind::Institution, self.serves, "filter.serves");
        problems.finish()?;
        Ok(list::CentreQuery {
            kind: self.kind,
            host,
            community,
            serves,
            active: self.active,
        })
    }
}

/// Reading shared centres.
#[derive(Default)]
pub struct CentreQuery;

/// Reading shared centres.
#[Object]
impl CentreQuery {
    /// A shared centre 资源共享中心.
    async fn shared_centre(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The centre, `ctr_…`.")] id: ID,
    ) -> Reply<SharedCentre> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let id = id::decode(Kind::SharedCentre, &id, "id")?;
            SharedCentre::find(&app.directory.now(), id).ok_or(Error::NotFound)
        })
        .await
    }

    /// Shared centres 资源共享中心, by name.
    async fn shared_centres(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<SharedCentreFilter>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Reply<Connection<SharedCentre>> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let args = PageArgs {
                first,
                after,
                last,
                before,
            };
            let window = Window::parse(&args, network::list::NAME)?;
            let query = filter.unwrap_or_default().query()?;
            let directory = app.directory.now();
            let rows = directory.centres.values();
            let rows = rows.filter(|row| query.takes(&directory, row)).cloned();
            let listing = network::list::in_memory(rows, &window, SharedCentre);
            Ok(connection(listing))
        })
        .await
    }
}

/// The item of that id, read together with the others of the page.
pub async fn item(ctx: &Context<'_>, id: Uuid) -> Result<Option<CatalogueItem>> {
    let loader = ctx
        .data_opt::<DataLoader<Items>>()
        .ok_or(Error::Unauthenticated)?;
    let found = loader.load_one(id).await.map_err(|error| unshare(&error))?;
    Ok(found.map(CatalogueItem))
}

/// A page of a catalogue, read together with those of the other centres.
pub(super) async fn items(
    ctx: &Context<'_>,
    centre: Uuid,
    search: Option<String>,
    args: &PageArgs,
) -> Result<Connection<CatalogueItem>> {
    let mut problems = Problems::default();
    short(search.as_deref(), "search", &mut problems);
    let window = problems.take(Window::parse(args, CODE))?;
    problems.finish()?;
    let window = window.ok_or(Error::NotFound)?;
    let query = ItemQuery { search };
    let key = CataloguePage {
        centre,
        query: query.clone(),
        window: window.clone(),
    };
    let loader = ctx
        .data_opt::<DataLoader<Catalogues>>()
        .ok_or(Error::Unauthenticated)?;
    let slice = loader
        .load_one(key)
        .await
        .map_err(|error| unshare(&error))?;
    let slice = slice.unwrap_or_else(|| window.slice(Vec::new()));
    let slice = slice.map(|row| {
        let cursor = Cursor::text(CODE, row.code.clone(), row.id);
        (cursor.encode(), CatalogueItem(row))
    });
    let app = app(ctx)?.clone();
    let count: Count = Arc::new(move || {
        let (app, query) = (app.clone(), query.clone());
        Box::pin(async move { query.count(&app, centre).await })
    });
    Ok(Connection::new(slice, count))
}
