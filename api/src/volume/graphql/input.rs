//! What the verbs and the list of reports take: parsed here, every malformed field named at once.

use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::NaiveDate;
use entity::{enums::TagKind, json::TagCount};
use uuid::Uuid;

use super::super::{
    counts::{Counts, CountsChange},
    list::ReportQuery,
    report::{Correction, NewReport},
};
use crate::{
    error::{ProblemCode, Result},
    id::Kind,
    network::graphql::convert::change,
    referral::graphql::Parser,
    scalar::parse_day,
};

/// How many residents belong to a population group.
#[derive(Clone, InputObject)]
pub struct TagResidentsInput {
    /// The group 重点人群.
    pub tag: TagKind,
    /// How many.
    pub residents: i32,
}

/// What is counted of a month 业务量; what is not counted is left out, which is not 0.
#[derive(InputObject)]
pub struct VolumeCountsInput {
    /// Visits to the outpatient and emergency departments 门急诊人次.
    pub visits: Option<i32>,
    /// Discharges 出院人次.
    pub discharges: Option<i32>,
    /// Visits treated by traditional medicine 中医诊疗人次; part of `visits`.
    pub tcm_visits: Option<i32>,
    /// Residents of its area 常住人口.
    pub residents: Option<i32>,
    /// Residents by population group 重点人群, each group once; none of them more than `residents`.
    #[graphql(default)]
    pub residents_by_tag: Vec<TagResidentsInput>,
    /// First contacts outside primary care 未经基层首诊人次: visits of patients who had not been to a health centre or station first; part of `visits`.
    pub first_contacts_outside: Option<i32>,
    /// Visits of its residents outside the district 区外就诊人次.
    pub outside_visits: Option<i32>,
    /// Those among `outsideVisits` that a referral led to 其中经转诊人次.
    pub outside_referred: Option<i32>,
}

fn tags(groups: Vec<TagResidentsInput>) -> Vec<TagCount> {
    let groups = groups.into_iter();
    let count = |group: TagResidentsInput| TagCount {
        tag: group.tag,
        residents: group.residents,
    };
    groups.map(count).collect()
}

impl From<VolumeCountsInput> for Counts {
    fn from(input: VolumeCountsInput) -> Self {
        Self {
            visits: input.visits,
            discharges: input.discharges,
            tcm_visits: input.tcm_visits,
            residents: input.residents,
            first_contacts_outside: input.first_contacts_outside,
            outside_visits: input.outside_visits,
            outside_referred: input.outside_referred,
            residents_by_tag: tags(input.residents_by_tag),
        }
    }
}

/// What is counted differently: what is left out stays, null is not counted.
#[derive(InputObject)]
pub struct VolumeCorrectionInput {
    /// Visits to the outpatient and emergency departments 门急诊人次.
    pub visits: MaybeUndefined<i32>,
    /// Discharges 出院人次.
    pub discharges: MaybeUndefined<i32>,
    /// Visits treated by traditional medicine 中医诊疗人次; part of `visits`.
    pub tcm_visits: MaybeUndefined<i32>,
    /// Residents of its area 常住人口.
    pub residents: MaybeUndefined<i32>,
    /// Residents by population group 重点人群, all of them.
    pub residents_by_tag: MaybeUndefined<Vec<TagResidentsInput>>,
    /// First contacts outside primary care 未经基层首诊人次: visits of patients who had not been to a health centre or station first; part of `visits`.
    pub first_contacts_outside: MaybeUndefined<i32>,
    /// Visits of its residents outside the district 区外就诊人次.
    pub outside_visits: MaybeUndefined<i32>,
    /// Those among `outsideVisits` that a referral led to 其中经转诊人次.
    pub outside_referred: MaybeUndefined<i32>,
}

impl From<VolumeCorrectionInput> for CountsChange {
    fn from(input: VolumeCorrectionInput) -> Self {
        Self {
            visits: change(input.visits),
            discharges: change(input.discharges),
            tcm_visits: change(input.tcm_visits),
            residents: change(input.residents),
            first_contacts_outside: change(input.first_contacts_outside),
            outside_visits: change(input.outside_visits),
            outside_referred: change(input.outside_referred),
            residents_by_tag: change(input.residents_by_tag).map(tags),
        }
    }
}

/// What an institution did in a month 月度业务量.
#[derive(InputObject)]
pub struct ReportVolumesInput {
    /// The institution; the caller's own where left out. A health centre may report for its stations.
    pub institution: Option<ID>,
    /// The month, `2026-03`; not in the future.
    pub month: String,
    /// What was counted.
    pub counts: VolumeCountsInput,
}

impl ReportVolumesInput {
    pub(super) fn parse(self) -> Result<NewReport> {
        let mut parser = Parser::new("input");
        let who = self.institution.as_ref();
        let institution = parser.id(Kind::Institution, "institution", who);
        let month = month(&mut parser, "month", Some(&self.month));
        parser.finish(month.map(|month| NewReport {
            institution,
            month,
            counts: self.counts.into(),
        }))
    }
}

/// What was wrong with the report of a month; what was on record before stays readable.
#[derive(InputObject)]
pub struct CorrectVolumesInput {
    /// The report.
    pub id: ID,
    /// The version that the correction is based on; hospital systems may leave it out.
    pub version: Option<i32>,
    /// What is counted differently.
    pub counts: VolumeCorrectionInput,
    /// Why 更正原因, in at most 500 characters.
    pub reason: String,
}

impl CorrectVolumesInput {
    pub(super) fn parse(self) -> Result<Correction> {
        let mut parser = Parser::new("input");
        let id = parser.id(Kind::VolumeReport, "id", Some(&self.id));
        parser.finish(id.map(|id| Correction {
            id,
            version: self.version,
            counts: self.counts.into(),
            reason: self.reason,
        }))
    }
}

/// Which reports to list; what is left out does not narrow.
#[derive(Default, InputObject)]
pub struct VolumeReportFilter {
    /// One of these institutions; at most 500.
    pub institution: Option<Vec<ID>>,
    /// The first month, `2026-01`.
    pub from: Option<String>,
    /// The last month, `2026-12`.
    pub to: Option<String>,
}

/// Most institutions of a filter.
const MOST: usize = 500;

impl VolumeReportFilter {
    pub(super) fn query(self, seen: Vec<Uuid>) -> Result<ReportQuery> {
        let mut parser = Parser::new("filter");
        let few = self
            .institution
            .as_ref()
            .is_none_or(|ids| ids.len() <= MOST);
        let message = format!("At most {MOST}.");
        let path = "filter.institution";
        parser
            .problems
            .check(few, path, ProblemCode::TooLarge, message);
        let wanted = self.institution.filter(|_| few);
        let wanted = parser.ids(Kind::Institution, "institution", wanted);
        let from = month(&mut parser, "from", self.from.as_deref());
        let to = month(&mut parser, "to", self.to.as_deref());
        let ordered = from.zip(to).is_none_or(|(from, to)| from <= to);
        let message = "Not before the first month.";
        let problems = &mut parser.problems;
        problems.check(ordered, "filter.to", ProblemCode::Order, message);
        let asked = |id: &Uuid| wanted.as_ref().is_none_or(|wanted| wanted.contains(id));
        let institutions = seen.into_iter().filter(asked).collect();
        parser.finish(Some(ReportQuery {
            institutions,
            from,
            to,
        }))
    }
}

/// The first day of the month in a field.
fn month(parser: &mut Parser<'_>, field: &str, text: Option<&str>) -> Option<NaiveDate> {
    let text = text?;
    let month = parse_day(&format!("{text}-01"));
    let path = parser.at(field);
    let message = "A month like 2026-03.";
    let problems = &mut parser.problems;
    problems.check(month.is_some(), path, ProblemCode::Format, message);
    month
}
