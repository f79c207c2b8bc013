//! Reading orders.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use entity::enums::Action;
use uuid::Uuid;

use super::{Order, OrderFilter, OrderKey, OrderSort};
use crate::{
    app::App,
    auth::Actor,
    error::{Error, Problems, Result},
    graphql::{Connection, Count, Reply, actor, app, ask, unshare},
    id::{self, Kind},
    order::{
        loader::{Orders, OrdersPage},
        seen::Seen,
        service::{
            self, Filter, LATEST, Of, Sort,
            recognition::{self, RESULTS},
        },
    },
    page::{Cursor, PageArgs, Slice, Window},
};

/// Reading orders.
#[derive(Default)]
pub struct OrderQuery;

/// Reading orders.
#[Object]
impl OrderQuery {
    /// One order, by id, number or external id; null where there is none or the caller does not see it.
    async fn order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] by: OrderKey,
    ) -> Reply<Order> {
        ask(ctx, Action::ReadOrder, |app, call| async move {
            let key = by.parse("by")?;
            Ok(Order::new(service::order(app, &call, &key).await?))
        })
        .await
    }

    /// The orders to shared centres that the caller's scope sees: those that it asked for, those to its centres, those of its referrals.
    #[expect(
        clippy::too_many_arguments,
        reason = "the arguments of a Relay connection"
    )]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the list is narrowed to.")] filter: Option<OrderFilter>,
        #[graphql(desc = "Its order; CREATED_AT_DESC where left out.")] sort: Option<OrderSort>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Reply<Connection<Order>> {
        ask(ctx, Action::ReadOrder, |app, call| async move {
            let filter = filter.map(OrderFilter::parse).transpose()?;
            let filter = filter.unwrap_or_default();
            let sort = sort.map_or(LATEST, Sort::from);
            let args = PageArgs {
                first,
                after,
                last,
                before,
            };
            let window = Window::parse(&args, sort.name())?;
            let slice = service::list(app, call.actor, &filter, sort, &window).await?;
            Ok(connection(app, call.actor, slice, filter, sort))
        })
        .await
    }

    /// The results of a patient that could be recognised 可互认结果 in place of ordering that item, the latest first: final ones of the same item and
    /// kind of centre, inside the item's window, wherever they were made. For whoever may place the order.
    async fn recognisable_results(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The patient.")] patient: ID,
        #[graphql(desc = "The item that would be ordered.")] item: ID,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<Order>> {
        ask(ctx, Action::PlaceOrder, |app, call| async move {
            let mut problems = Problems::default();
            let patient = problems.take(id::decode(Kind::Patient, &patient, "patient"))?;
            let item = problems.take(id::decode(Kind::CatalogueItem, &item, "item"))?;
            let window = Window::parse(&PageArgs::forward(first, after), RESULTS);
            let window = problems.take(window)?;
            problems.finish()?;
            let (Some(patient), Some(item), Some(window)) = (patient, item, window) else {
                return Err(Error::NotFound);
            };
            let of = recognition::recognisable(app, call.actor, patient, item).await?;
            let slice = recognition::page(app, call.actor, &of, &window).await?;
            let slice = slice.map(|seen| {
                let at = seen.row.reported_at.unwrap_or_default();
                (
                    Cursor::time(RESULTS, at, seen.row.id).encode(),
                    Order::new(seen),
                )
            });
            let app = app.clone();
            let count: Count = Arc::new(move || {
                let (app, of) = (app.clone(), of.clone());
                Box::pin(async move { recognition::count(&app, &of).await })
            });
            Ok(Connection::new(slice, count))
        })
        .await
    }
}

fn connection(
    app: &App,
    actor: &Actor,
    slice: Slice<Seen>,
    filter: Filter,
    sort: Sort,
) -> Connection<Order> {
    let slice = slice.map(|seen| {
        let at = sort.value(&seen.party).unwrap_or_default();
        let cursor = Cursor::time(sort.name(), at, seen.row.id).encode();
        (cursor, Order::new(seen))
    });
    let (app, actor) = (app.clone(), actor.clone());
    let count: Count = Arc::new(move || {
        let (app, actor, filter) = (app.clone(), actor.clone(), filter.clone());
        Box::pin(async move { service::count(&app, &actor, &filter, sort).await })
    });
    Connection::new(slice, count)
}

/// The orders of a referral, a patient or a batch, as far as the caller sees them, the latest first.
pub async fn below(
    ctx: &Context<'_>,
    of: Of,
    object: Uuid,
    args: PageArgs,
) -> Result<Connection<Order>> {
    let (app, actor) = (app(ctx)?, actor(ctx)?);
    let window = Window::parse(&args, LATEST.name())?;
    let loader = ctx
        .data_opt::<DataLoader<Orders>>()
        .ok_or(Error::Unauthenticated)?;
    let key = OrdersPage {
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
        Of::Patient => Filter {
            patient: Some(object),
            ..Filter::default()
        },
        Of::Batch => Filter {
            batch: Some(object),
            ..Filter::default()
        },
    };
    Ok(connection(app, actor, slice, filter, LATEST))
}

/// The orders of a patient, the latest first: those that the caller sees by relations of their own; every one while the patient is open by
/// break-glass.
pub async fn of_patient(
    ctx: &Context<'_>,
    (patient, opened): (Uuid, bool),
    args: PageArgs,
) -> Result<Connection<Order>> {
    if !opened {
        return below(ctx, Of::Patient, patient, args).await;
    }
    let (app, actor) = (app(ctx)?, actor(ctx)?);
    let window = Window::parse(&args, LATEST.name())?;
    let rows = service::of_opened(app, actor, patient, &window).await?;
    let slice = window.slice(rows).map(|seen| {
        let at = seen.party.listed_at;
        let cursor = Cursor::time(LATEST.name(), at, seen.row.id).encode();
        (cursor, Order::new(seen))
    });
    let (app, actor) = (app.clone(), actor.clone());
    let count: Count = Arc::new(move || {
        let (app, actor) = (app.clone(), actor.clone());
        Box::pin(async move { service::count_opened(&app, &actor, patient).await })
    });
    Ok(Connection::new(slice, count))
}

/// The order of that id, for `node`; null where the caller does not see it.
pub async fn node(ctx: &Context<'_>, id: &ID) -> Reply<Order> {
    ask(ctx, Action::ReadOrder, |app, call| async move {
        let key = OrderKey::Id(id.clone()).parse("id")?;
        Ok(Order::new(service::order(app, &call, &key).await?))
    })
    .await
}
