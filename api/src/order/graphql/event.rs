//! What happened to an order, as the API shows it.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, OrderStatus},
    event,
};

use crate::{
    graphql::{Reply, app, reply},
    id::{self, Kind},
    named,
    network::graphql::Institution,
};

named!(OrderEvent => "OrderEvent");

/// Something that happened to an order.
pub struct OrderEvent(pub(super) event::Model);

/// Something that happened to an order.
#[Object]
impl OrderEvent {
    /// Id, `evt_…`.
    async fn id(&self) -> ID {
        id::encode(Kind::Event, self.0.id).into()
    }

    /// What.
    async fn action(&self) -> Action {
        self.0.action
    }

    /// The status after it.
    async fn status(&self) -> Option<OrderStatus> {
        self.0.status.as_deref().and_then(OrderStatus::from_code)
    }

    /// The order's version after it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The institution that did it.
    async fn institution(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        let found = directory.map(|directory| {
            let id = self.0.institution_id?;
            Institution::find(&directory, id)
        });
        reply(ctx, found)
    }

    /// What was said of it: a note, the reason of a return or an amendment.
    async fn note(&self) -> Option<&str> {
        self.0.detail["note"].as_str()
    }

    /// When it happened.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }
}
