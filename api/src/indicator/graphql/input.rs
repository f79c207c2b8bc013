//! What is asked for: parsed here, every malformed field named at once.

use entity::enums::StatisticsDimension;

use super::super::{area::is_region, service::Asked};
use crate::{
    dispatch::graphql::StatisticsInput,
    error::{ProblemCode, Problems, Result},
    id::{self, Kind},
    policy::IndicatorArea,
};

/// What an input asks for, broken down by that, of these codes.
pub fn parse(
    input: StatisticsInput,
    by: Option<StatisticsDimension>,
    codes: Option<Vec<String>>,
) -> Result<Asked> {
    let mut problems = Problems::default();
    let mut area = None;
    let named = [
        input.institution.is_some(),
        input.community.is_some(),
        input.region.is_some(),
    ];
    problems.check(
        named.into_iter().filter(|named| *named).count() <= 1,
        "input",
        ProblemCode::Inconsistent,
        "At most one of institution, community and region.",
    );
    for (kind, text, path) in [
        (Kind::Institution, input.institution, "input.institution"),
        (Kind::Community, input.community, "input.community"),
    ] {
        let Some(text) = text else { continue };
        match id::decode(kind, &text, path) {
            Ok(id) if kind == Kind::Institution => area = Some(IndicatorArea::Institution(id)),
            Ok(id) => area = Some(IndicatorArea::Community(id)),
            Err(error) => problems.extend(error.problems().iter().cloned()),
        }
    }
    if let Some(region) = input.region {
        problems.check(
            is_region(&region),
            "input.region",
            ProblemCode::Format,
            "Two, four or six digits of GB/T 2260.",
        );
        area = Some(IndicatorArea::Region(region));
    }
    let from = input.from.day("input.from", &mut problems);
    let to = input.to.day("input.to", &mut problems);
    problems.finish()?;
    Ok(Asked {
        area,
        from: from.unwrap_or_default(),
        to: to.unwrap_or_default(),
        by,
        codes,
    })
}
