//! A batch as the API shows it.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::batch;

use crate::{
    centre::graphql::SharedCentre,
    error::{Error, Result},
    graphql::{Connection, Reply, app, reply},
    id::{self, Kind},
    order::{
        graphql::{Order, below},
        service::Of,
    },
    page::PageArgs,
    scalar::Date,
};

/// A sterile batch 灭菌批次.
pub struct Batch(pub batch::Model);

/// A sterile batch 灭菌批次: what a steriliser of a supply centre processed in one cycle.
#[Object]
impl Batch {
    /// Id, `bat_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Batch, self.0.id).into()
    }

    /// Number 批号, unique within the centre.
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// Grows by one with its recall and with each confirmation of what became of its packs; orders that hold packs of it do not count.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The centre 消毒供应中心.
    async fn centre(&self, ctx: &Context<'_>) -> Result<SharedCentre> {
        let directory = app(ctx)?.directory.now();
        SharedCentre::find(&directory, self.0.centre_id)
            .ok_or_else(|| Error::Internal("a batch of no centre".into()))
    }

    /// The steriliser 灭菌器.
    async fn steriliser(&self) -> &str {
        &self.0.steriliser
    }

    /// When it was processed 灭菌时间.
    async fn processed_at(&self) -> DateTime<Utc> {
        self.0.processed_at
    }

    /// The last day on which its packs are sterile 有效期.
    async fn expires_on(&self) -> Date {
        self.0.expires_on.into()
    }

    /// When it was recalled 召回时间; null where it was not.
    async fn recalled_at(&self) -> Option<DateTime<Utc>> {
        self.0.recalled_at
    }

    /// Why it was recalled.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The orders that hold packs of it, as far as the caller sees them, the latest first.
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<Order>> {
        let args = PageArgs::forward(first, after);
        let found = below(ctx, Of::Batch, self.0.id, args).await;
        reply(ctx, found.map(Some))
    }

    /// When it was recorded.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}
