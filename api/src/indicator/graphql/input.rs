//! What is asked for: parsed here, every malformed field named at once.

use async_graphql::{ID, InputObject};
use entity::enums::StatisticsDimension;

use super::super::{area::is_region, service::Asked};
use crate::{
    error::{ProblemCode, Problems, Result},
    id::{self, Kind},
    policy::IndicatorArea,
    scalar::Date,
};

/// Of whom and when statistics are asked. At most one of institution, community and region; the caller's own where none is named.
#[derive(InputObject)]
pub struct StatisticsInput {
    /// Of this institution 机构.
    pub institution: Option<ID>,
    /// Of the institutions of this community 医共体.
    pub community: Option<ID>,
    /// Of the institutions of this region 行政区划: the first two, four or six digits of GB/T 2260.
    pub region: Option<String>,
    /// The first day: that of a calendar month in Asia/Shanghai.
    pub from: Date,
    /// The last day: that of a calendar month in Asia/Shanghai, at most ten years after.
    pub to: Date,
}

impl StatisticsInput {
    /// What it asks for, broken down by that, of these codes.
    pub fn parse(
        self,
        by: Option<StatisticsDimension>,
        codes: Option<Vec<String>>,
    ) -> Result<Asked> {
        let mut problems = Problems::default();
        let mut area = None;
        let named = [
            self.institution.is_some(),
            self.community.is_some(),
            self.region.is_some(),
        ];
        problems.check(
            named.into_iter().filter(|named| *named).count() <= 1,
            "input",
            ProblemCode::Inconsistent,
            "At most one of institution, community and region.",
        );
        for (kind, text, path) in [
            (Kind::Institution, self.institution, "input.institution"),
            (Kind::Community, self.community, "input.community"),
        ] {
            let Some(text) = text else { continue };
            match id::decode(kind, &text, path) {
                Ok(id) if kind == Kind::Institution => area = Some(IndicatorArea::Institution(id)),
                Ok(id) => area = Some(IndicatorArea::Community(id)),
                Err(error) => problems.extend(error.problems().iter().cloned()),
            }
        }
        if let Some(region) = self.region {
            problems.check(
                is_region(&region),
                "input.region",
                ProblemCode::Format,
                "Two, four or six digits of GB/T 2260.",
            );
            area = Some(IndicatorArea::Region(region));
        }
        let from = self.from.day("input.from", &mut problems);
        let to = self.to.day("input.to", &mut problems);
        problems.finish()?;
        Ok(Asked {
            area,
            from: from.unwrap_or_default(),
            to: to.unwrap_or_default(),
            by,
            codes,
        })
    }
}
