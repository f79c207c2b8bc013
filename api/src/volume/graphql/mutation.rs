//! The verbs of volumes: parse, call one service function, wrap.

use async_graphql::{Context, Object, SimpleObject};
use entity::{enums::Action, volume_report};

use super::{
    super::report,
    VolumeReport,
    input::{CorrectVolumesInput, ReportVolumesInput},
};
use crate::{
    graphql::{Reply, operate},
    record::replay::Changed,
};

/// A report after a change.
#[derive(SimpleObject)]
pub struct VolumeReportPayload {
    /// The report as it is on record now.
    pub report: VolumeReport,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
}

impl From<Changed<volume_report::Model>> for VolumeReportPayload {
    fn from(changed: Changed<volume_report::Model>) -> Self {
        Self {
            report: VolumeReport(changed.object),
            replayed: changed.replayed,
        }
    }
}

/// The verbs of volumes.
#[derive(Default)]
pub struct VolumeMutation;

/// The verbs of volumes.
#[Object]
impl VolumeMutation {
    /// Reports what an institution did in a month 月度业务量填报. For `INSTITUTION_ADMIN` and `INTEGRATION` of that institution, a health centre's for its
    /// stations. A month is reported once, and then corrected.
    async fn report_volumes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The month, and what was counted.")] input: ReportVolumesInput,
    ) -> Reply<VolumeReportPayload> {
        operate(ctx, Action::ReportVolumes, async |app, call| {
            Ok(report::report(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Corrects what was reported of a month 业务量更正; what was on record before stays readable. For whoever may report it.
    async fn correct_volumes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is counted differently, and why.")] input: CorrectVolumesInput,
    ) -> Reply<VolumeReportPayload> {
        operate(ctx, Action::CorrectVolumes, async |app, call| {
            Ok(report::correct(app, &call, input.parse()?).await?.into())
        })
        .await
    }
}
