//! Family doctors: who has signed, and whether the teams are complete.

use entity::{
    enums::{IndicatorUnit, Side},
    indicator_counts::Measure,
};

use super::{Basis, Formula, Indicator, Source};

/// Indicators of family doctors 家庭医生.
pub const INDICATORS: &[Indicator] = &[
    Indicator {
        code: "SIGNING_RATE",
        name: "Residents signed with a family doctor",
        name_zh: "家庭医生签约率",
        numerator: "Patients with a running contract at the end, of health centres that report residents 期末有效签约人数",
        denominator: Some("Residents last reported by their health centres 卫生院填报的常住人口"),
        unit: IndicatorUnit::Share,
        basis: Basis::End,
        side: Some(Side::FamilyTeam),
        formula: Formula::Ratio(Measure::Signed, Measure::Residents),
        source: Source::Family,
    },
    Indicator {
        code: "TEAM_COMPLETENESS",
        name: "Complete teams of family doctors",
        name_zh: "家庭医生团队完整率",
        numerator: "Teams with a member of each tier 具备三级成员的团队",
        denominator: Some("Teams 团队数"),
        unit: IndicatorUnit::Share,
        basis: Basis::End,
        side: Some(Side::FamilyTeam),
        formula: Formula::Ratio(Measure::CompleteTeams, Measure::Teams),
        source: Source::Family,
    },
];
