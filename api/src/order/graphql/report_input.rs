//! What the verbs of a report take.

use async_graphql::{ID, InputObject};
use entity::{
    enums::{ObservationFlag, ReportLinkKind},
    order_content::{Findings, Observation, ReportLink},
};

use super::{
    super::service::{Amend, Report, Review},
    input::{OrderKey, OrderVersion, on, on_each},
};
use crate::{error::Result, id::Kind, moment::Moment, referral::graphql::Parser};

/// What a report says.
#[derive(InputObject)]
pub struct FindingsInput {
    /// What is seen 所见.
    pub findings: Option<String>,
    /// What it means 结论.
    pub conclusion: String,
    /// Whether something was found 阳性; null where that is no question of it.
    pub positive: Option<bool>,
    /// What was measured, at most 500.
    pub observations: Option<Vec<ObservationInput>>,
    /// Studies, waveforms and documents, at most 20.
    pub links: Option<Vec<ReportLinkInput>>,
}

/// A measured value.
#[derive(InputObject)]
pub struct ObservationInput {
    /// LOINC or local code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The number, where it is one.
    pub value: Option<f64>,
    /// The value in words, where it is no number.
    pub text: Option<String>,
    /// Unit as UCUM writes it; required with a number, `1` where it has none.
    pub unit: Option<String>,
    /// Reference range 参考范围, as the laboratory prints it.
    pub range: Option<String>,
    /// How the value lies to it.
    pub flag: Option<ObservationFlag>,
    /// When it was measured.
    pub at: Option<Moment>,
}

/// What a report points to.
#[derive(InputObject)]
pub struct ReportLinkInput {
    /// What it is.
    pub kind: ReportLinkKind,
    /// DICOM Study Instance UID, or the document's own id.
    pub uid: String,
    /// Where it can be had (DICOMweb, HTTPS).
    pub address: Option<String>,
}

impl FindingsInput {
    fn read(self, parser: &mut Parser<'_>) -> Findings {
        let mut observations = Vec::new();
        for (place, seen) in self
            .observations
            .unwrap_or_default()
            .into_iter()
            .enumerate()
        {
            let at = parser.moment(&format!("observations[{place}].at"), seen.at);
            observations.push(Observation {
                code: seen.code,
                name: seen.name,
                value: seen.value,
                text: seen.text,
                unit: seen.unit,
                range: seen.range,
                flag: seen.flag,
                at,
            });
        }
        let links = self.links.unwrap_or_default().into_iter();
        Findings {
            findings: self.findings,
            conclusion: self.conclusion,
            positive: self.positive,
            observations,
            links: links
                .map(|link| ReportLink {
                    kind: link.kind,
                    uid: link.uid,
                    address: link.address,
                })
                .collect(),
        }
    }
}

/// A report 报告, for one or several orders of a patient that the caller has claimed.
#[derive(InputObject)]
pub struct ReportOrderInput {
    /// Which orders it answers, at most 50.
    pub orders: Vec<OrderVersion>,
    /// When it was written, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// Who reports; whoever claimed it where left out.
    pub reporter: Option<ID>,
    /// What it says.
    #[graphql(flatten)]
    pub findings: FindingsInput,
}

impl ReportOrderInput {
    pub(super) fn parse(self) -> Result<Report> {
        let mut parser = Parser::new("input");
        let orders = on_each(&mut parser, &self.orders, self.occurred_at);
        let reporter = parser.id(Kind::Practitioner, "reporter", self.reporter.as_ref());
        let findings = self.findings.read(&mut parser);
        parser.finish(Some(Report {
            orders,
            findings,
            reporter,
        }))
    }
}

/// A report to be reviewed 审核, or an opinion to be confirmed.
#[derive(InputObject)]
pub struct ReviewOrderInput {
    /// An order that the report answers; the others that it answers go with it.
    pub order: OrderKey,
    /// The version that the caller saw; systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// Who reviews, not the reporter; the caller where left out. A system names who did.
    pub reviewer: Option<ID>,
    /// How the requester rates a consultation, 1 to 5.
    pub rating: Option<i32>,
}

impl ReviewOrderInput {
    pub(super) fn parse(self) -> Result<Review> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.order, self.version, self.occurred_at);
        let reviewer = parser.id(Kind::Practitioner, "reviewer", self.reviewer.as_ref());
        parser.finish(on.map(|on| Review {
            on,
            reviewer,
            rating: self.rating,
        }))
    }
}

/// A report to be amended 修订: a further version; the one before stays readable.
#[derive(InputObject)]
pub struct AmendReportInput {
    /// An order that the report answers; the others that it answers go with it.
    pub order: OrderKey,
    /// The version of the order that the caller saw; systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// Why 修订原因.
    pub reason: String,
    /// Who amends it; the caller where left out.
    pub reporter: Option<ID>,
    /// What it says now, whole.
    #[graphql(flatten)]
    pub findings: FindingsInput,
}

impl AmendReportInput {
    pub(super) fn parse(self) -> Result<Amend> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.order, self.version, self.occurred_at);
        let reporter = parser.id(Kind::Practitioner, "reporter", self.reporter.as_ref());
        let findings = self.findings.read(&mut parser);
        parser.finish(on.map(|on| Amend {
            on,
            findings,
            reason: self.reason,
            reporter,
        }))
    }
}
