//! Reading throughput.

use async_graphql::{Context, Object};
use entity::enums::Action;
use uuid::Uuid;

use super::{
    super::service,
    input::{CentreThroughputInput, ThroughputInput},
    object::{Backlog, Throughput},
};
use crate::graphql::{Reply, ask};

/// Reading throughput.
#[derive(Default)]
pub struct ThroughputQuery;

/// Reading throughput.
#[Object]
impl ThroughputQuery {
    /// What shared centres do 业务量, by stretches of time and whatever it is broken down by; at most 5,000 rows. Without `by` every stretch has its row, else
    /// there are rows of what has something to tell. It is of this moment: what happened a second ago is in it. For monitors, regulators (whole months; small
    /// figures withheld) and a community's manager of the centres in their area, for those who run a centre or work there, and for the office and the
    /// administrator of an institution that is served, of its own orders.
    async fn throughput(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of what, when, and how broken down.")] input: ThroughputInput,
    ) -> Reply<Vec<Throughput>> {
        ask(ctx, Action::ReadThroughput, async |app, call| {
            let rows = service::throughput(app, call.actor, input.parse()?).await?;
            Ok(rows.into_iter().map(Throughput).collect())
        })
        .await
    }
}

/// The throughput of one centre, for a field of the centre.
pub async fn throughput_of(
    ctx: &Context<'_>,
    centre: Uuid,
    input: CentreThroughputInput,
) -> Reply<Vec<Throughput>> {
    ask(ctx, Action::ReadThroughput, async |app, call| {
        let rows = service::throughput(app, call.actor, input.parse(centre)?).await?;
        Ok(rows.into_iter().map(Throughput).collect())
    })
    .await
}

/// What waits at a centre, for a field of the centre.
pub async fn backlog_of(ctx: &Context<'_>, centre: Uuid) -> Reply<Backlog> {
    ask(ctx, Action::ReadThroughput, async |app, call| {
        let backlog = service::backlog(app, call.actor, centre).await?;
        Ok(backlog.into())
    })
    .await
}
