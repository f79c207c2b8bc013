//! Figures of dispatches.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::enums::DispatchKind;

use super::{
    super::service::{Asked, Statistics},
    part::DispatchTotals,
};
use crate::{
    error::Result,
    graphql::{Connection, Reply},
    id::Kind,
    network::{
        graphql::{Institution, page},
        list,
    },
    page::PageArgs,
    referral::graphql::Parser,
    scalar::Date,
};

/// Of which place, and of which days, figures are asked for. Where no place is named, of the caller's own.
#[derive(InputObject)]
pub struct StatisticsInput {
    /// Of this institution.
    pub institution: Option<ID>,
    /// Of this community 医共体.
    pub community: Option<ID>,
    /// Of this region, by a GB/T 2260 prefix; of two, four or six digits for indicators.
    pub region: Option<String>,
    /// First day; of a regulator, and of indicators, the first of a month.
    pub from: Date,
    /// Last day, included; of a regulator, and of indicators, the last of a month. At most three years; ten of indicators.
    pub to: Date,
}

impl StatisticsInput {
    pub(super) fn parse(self) -> Result<Asked> {
        let mut parser = Parser::new("input");
        let institution = parser.id(Kind::Institution, "institution", self.institution.as_ref());
        let community = parser.id(Kind::Community, "community", self.community.as_ref());
        let from = parser.day("from", Some(self.from));
        let to = parser.day("to", Some(self.to));
        parser.finish(from.zip(to).map(|(from, to)| Asked {
            institution,
            community,
            region: self.region,
            from,
            to,
        }))
    }
}

/// What dispatches come to in a stretch of days 下派统计.
pub struct DispatchStatistics {
    found: Statistics,
    from: Date,
    to: Date,
}

impl DispatchStatistics {
    pub(super) fn new(found: Statistics, asked: &Asked) -> Self {
        Self {
            found,
            from: asked.from.into(),
            to: asked.to.into(),
        }
    }
}

/// What dispatches come to in a stretch of days 下派统计. Somebody was there from the day they came to the last.
#[Object]
impl DispatchStatistics {
    /// First day.
    async fn from(&self) -> Date {
        self.from
    }

    /// Last day, included.
    async fn to(&self) -> Date {
        self.to
    }

    /// Distinct experts who were there 下派专家人数.
    async fn experts(&self) -> i32 {
        self.found.experts
    }

    /// Dispatches in which somebody was there 下派人次.
    async fn person_times(&self) -> i32 {
        self.found.person_times
    }

    /// What was logged of these days, added up.
    async fn totals(&self) -> DispatchTotals {
        DispatchTotals(self.found.totals)
    }

    /// By what they were sent for 按类型; only kinds of which there are dispatches.
    async fn by_kind(&self) -> Vec<DispatchKindFigures> {
        let kinds = self.found.kinds.iter();
        kinds
            .map(|(kind, (experts, person_times))| DispatchKindFigures {
                kind: *kind,
                experts: *experts,
                person_times: *person_times,
            })
            .collect()
    }

    /// Health centres that operate; of a hospital those of its community.
    async fn health_centres(&self) -> i32 {
        self.found.centres
    }

    /// Those of them with a posting in the period of six months or more, as it came or as it is planned.
    async fn health_centres_covered(&self) -> i32 {
        self.found.covered
    }

    /// Coverage 覆盖率: the share of the covered; null where there is no health centre.
    async fn coverage(&self) -> Option<f64> {
        share(i64::from(self.found.covered), self.found.centres)
    }

    /// How many health centres fall short of the norm on the last day (of a period that goes on: today): no doctor is posted there, or posted doctors are
    /// there on fewer than three weekdays.
    async fn below_norm(&self) -> usize {
        self.found.below_norm.len()
    }

    /// These health centres, by code.
    async fn centres_below_norm(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<Institution>> {
        let args = PageArgs::forward(first, after);
        page(ctx, &args, list::CODE, |directory, window| {
            let rows = self.found.below_norm.iter();
            let rows = rows.filter_map(|id| directory.institution(*id)).cloned();
            list::in_memory(rows, window, Institution::from)
        })
    }

    /// How many dispatches were appraised in the period 已考核.
    async fn appraised(&self) -> i32 {
        self.found.appraised
    }

    /// Their mean points 平均考核得分; null where none was appraised.
    async fn mean_score(&self) -> Option<f64> {
        share(self.found.points, self.found.appraised)
    }
}

/// Figures of the dispatches of one kind.
#[derive(SimpleObject)]
pub struct DispatchKindFigures {
    /// The kind.
    pub kind: DispatchKind,
    /// Distinct experts.
    pub experts: i32,
    /// Dispatches.
    pub person_times: i32,
}

fn share(part: i64, whole: i32) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 points")]
    let part = part as f64;
    (whole > 0).then(|| part / f64::from(whole))
}
