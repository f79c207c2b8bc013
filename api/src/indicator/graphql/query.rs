//! Reading indicators.

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::enums::{Action, StatisticsDimension};

use super::{super::service, input::parse, object::Indicator};
use crate::{
    dispatch::graphql::StatisticsInput,
    graphql::{Reply, ask},
};

/// Reading indicators.
#[derive(Default)]
pub struct IndicatorQuery;

/// Reading indicators.
#[Object]
impl IndicatorQuery {
    /// The bureau's indicators 监测指标 of an institution, a community or a region, over whole calendar months; in the order of a sheet. They are of this
    /// moment. For regulators in their region, a community's manager, lead hospitals of their members, and the office and the administrator of an
    /// institution for itself and the stations it manages. An area that the caller does not see is null.
    async fn indicators(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of whom, and when.")] input: StatisticsInput,
        #[graphql(
            desc = "What they are broken down by; not at all where left out. By tag, diagnosis, age or sex, whoever does not ask for its own patients names a calendar month, quarter or year that is over, and cells below 5 are withheld, with whatever would tell them."
        )]
        by: Option<StatisticsDimension>,
        #[graphql(desc = "Only the indicators of these codes 指标代码; all where left out.")]
        codes: Option<Vec<String>>,
    ) -> Reply<Vec<Indicator>> {
        ask(ctx, Action::ReadIndicators, async |app, call| {
            let sheet = service::indicators(app, call.actor, parse(input, by, codes)?).await?;
            let rows = sheet.rows.into_iter();
            Ok(rows.map(|row| Indicator(Arc::new(row))).collect())
        })
        .await
    }
}
