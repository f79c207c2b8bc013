//! Reports and their versions as the API shows them.

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{enums::TagKind, volume_report};

use super::super::{
    counts::Counts,
    loader::{Version, VolumeVersions},
};
use crate::{
    error::{Error, Result},
    graphql::{app, load},
    id::{self, Kind},
    named,
    network::graphql::Institution,
};

/// What an institution reports of a month 月度业务量.
pub struct VolumeReport(pub volume_report::Model);
/// What a report said in one of its versions.
pub struct VolumeRevision(pub Version);

named!(VolumeReport => "VolumeReport");

/// What is counted of a month 业务量. What is not counted is null, which is not 0.
#[derive(SimpleObject)]
pub struct VolumeCounts {
    /// Visits to the outpatient and emergency departments 门急诊人次.
    pub visits: Option<i32>,
    /// Discharges 出院人次.
    pub discharges: Option<i32>,
    /// Visits treated by traditional medicine 中医诊疗人次; part of `visits`.
    pub tcm_visits: Option<i32>,
    /// Residents of its area 常住人口.
    pub residents: Option<i32>,
    /// Residents by population group 重点人群; a group that is not counted is not named.
    pub residents_by_tag: Vec<TagResidents>,
    /// First contacts outside primary care 未经基层首诊人次: visits of patients who had not been to a health centre or station first; part of `visits`.
    pub first_contacts_outside: Option<i32>,
    /// Visits of its residents outside the district 区外就诊人次.
    pub outside_visits: Option<i32>,
    /// Those among `outsideVisits` that a referral led to 其中经转诊人次.
    pub outside_referred: Option<i32>,
}

/// How many residents belong to a population group.
#[derive(SimpleObject)]
pub struct TagResidents {
    /// The group 重点人群.
    pub tag: TagKind,
    /// How many.
    pub residents: i32,
}

impl From<Counts> for VolumeCounts {
    fn from(counts: Counts) -> Self {
        let groups = counts.residents_by_tag.into_iter();
        let groups = groups.map(|count| TagResidents {
            tag: count.tag,
            residents: count.residents,
        });
        Self {
            visits: counts.visits,
            discharges: counts.discharges,
            tcm_visits: counts.tcm_visits,
            residents: counts.residents,
            first_contacts_outside: counts.first_contacts_outside,
            outside_visits: counts.outside_visits,
            outside_referred: counts.outside_referred,
            residents_by_tag: groups.collect(),
        }
    }
}

/// What an institution reports of a month 月度业务量, as it is on record now.
#[Object]
impl VolumeReport {
    /// Id, `vol_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::VolumeReport, self.0.id).into()
    }

    /// Grows by one with each correction.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The institution 填报机构.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Institution> {
        let directory = app(ctx)?.directory.now();
        Institution::find(&directory, self.0.institution_id)
            .ok_or_else(|| Error::Internal("a report of no institution".into()))
    }

    /// The month 月份, `2026-03`.
    async fn month(&self) -> String {
        month(self.0.month)
    }

    /// What was counted.
    async fn counts(&self) -> VolumeCounts {
        Counts::from(&self.0).into()
    }

    /// What it said, version by version, the present one last 历史版本; at most 50.
    async fn revisions(&self, ctx: &Context<'_>) -> Result<Vec<VolumeRevision>> {
        let found = load::<VolumeVersions, _>(ctx, self.0.id).await?;
        let versions = found.unwrap_or_default().into_iter();
        Ok(versions.map(VolumeRevision).collect())
    }

    /// When it was reported.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last corrected.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// What a report said in one of its versions 历史版本.
#[Object]
impl VolumeRevision {
    /// Which version.
    async fn version(&self) -> i32 {
        self.0.0.version
    }

    /// What was counted.
    async fn counts(&self) -> VolumeCounts {
        Counts::from(&self.0.0).into()
    }

    /// Why it was corrected 更正原因; null for the first.
    async fn reason(&self) -> Option<&str> {
        self.0.0.reason.as_deref()
    }

    /// Who wrote it 填报人, by the name of the account.
    async fn editor(&self) -> Option<&str> {
        self.0.1.as_deref()
    }

    /// When it was written.
    async fn written_at(&self) -> DateTime<Utc> {
        self.0.0.created_at
    }
}

fn month(day: NaiveDate) -> String {
    day.format("%Y-%m").to_string()
}
