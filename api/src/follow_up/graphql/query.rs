//! Reading follow-ups.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use entity::enums::Action;
use uuid::Uuid;

use super::{
    super::{
        loader::{Below, BelowPage},
        seen::Seen,
        service::{self, DUE, Filter, Of},
    },
    FollowUp,
    input::FollowUpFilter,
};
use crate::{
    app::App,
    auth::Actor,
    error::{Error, Result},
    graphql::{Connection, Count, Reply, ask, unshare},
    id::{self, Kind},
    page::{Cursor, PageArgs, Slice, Window},
};

/// Reading follow-ups.
#[derive(Default)]
pub struct FollowUpQuery;

/// Reading follow-ups.
#[Object]
impl FollowUpQuery {
    /// The follow-ups that the caller's scope sees, the first due first: those that it is to do (a health centre also those of its stations), and
    /// those of its referrals.
    async fn follow_ups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the list is narrowed to.")] filter: Option<FollowUpFilter>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Reply<Connection<FollowUp>> {
        ask(ctx, Action::ReadFollowUp, |app, call| async move {
            let filter = filter.map(FollowUpFilter::parse).transpose()?;
            let filter = filter.unwrap_or_default();
            let args = PageArgs {
                first,
                after,
                last,
                before,
            };
            let window = Window::parse(&args, DUE)?;
            let slice = service::list(app, call.actor, &filter, &window).await?;
            Ok(connection(app, call.actor, slice, filter))
        })
        .await
    }
}

fn connection(
    app: &App,
    actor: &Actor,
    slice: Slice<Seen>,
    filter: Filter,
) -> Connection<FollowUp> {
    let slice = slice.map(|seen| {
        let cursor = Cursor::time(DUE, seen.party.due_at, seen.row.id).encode();
        (cursor, FollowUp::new(seen))
    });
    let (app, actor) = (app.clone(), actor.clone());
    let count: Count = Arc::new(move || {
        let (app, actor, filter) = (app.clone(), actor.clone(), filter.clone());
        Box::pin(async move { service::count(&app, &actor, &filter).await })
    });
    Connection::new(slice, count)
}

/// The follow-ups of a referral or an episode, as far as the caller sees them.
pub async fn below(
    ctx: &Context<'_>,
    of: Of,
    object: Uuid,
    args: PageArgs,
) -> Result<Connection<FollowUp>> {
    let (app, actor) = (crate::graphql::app(ctx)?, crate::graphql::actor(ctx)?);
    let window = Window::parse(&args, DUE)?;
    let loader = ctx
        .data_opt::<DataLoader<Below>>()
        .ok_or(Error::Unauthenticated)?;
    let key = BelowPage {
        of,
        object,
        window: window.clone(),
    };
    let slice = loader
        .load_one(key)
        .await
        .map_err(|error| unshare(&error))?;
    let slice = slice.unwrap_or_else(|| window.slice(Vec::new()));
    let filter = match of {
        Of::Referral => Filter {
            referral: Some(object),
            ..Filter::default()
        },
        Of::Episode => Filter {
            episode: Some(object),
            ..Filter::default()
        },
    };
    Ok(connection(app, actor, slice, filter))
}

/// The follow-up of that id, for `node`; null where the caller does not see it.
pub async fn node(ctx: &Context<'_>, id: &ID) -> Reply<FollowUp> {
    ask(ctx, Action::ReadFollowUp, |app, call| async move {
        let id = id::decode(Kind::FollowUp, id, "id")?;
        Ok(FollowUp::new(service::follow_up(app, &call, id).await?))
    })
    .await
}
