//! What the verbs and lists of critical values take.

use async_graphql::{ID, InputObject};
use entity::enums::{CriticalChannel, CriticalStatus};

use super::super::service::{Acknowledge, Filter, On, Raise, Resolve};
use crate::{
    error::Result,
    id::Kind,
    moment::{DateTimeRange, Moment, Stretch},
    order::graphql::OrderKey,
    referral::graphql::Parser,
};

/// A critical value 危急值: what was found, before the report is typed or with it.
#[derive(InputObject)]
pub struct RaiseCriticalValueInput {
    /// Of which order: one that was examined, or whose specimen the centre has.
    pub order: OrderKey,
    /// The version of the order that the caller saw, where that matters. The order is not changed.
    pub version: Option<i32>,
    /// When it was found, where that is not now: at most 30 days back, not before the examination.
    pub occurred_at: Option<Moment>,
    /// What was found 危急值内容, at most 2,000 characters.
    pub finding: String,
    /// LOINC or local code of what was measured, as the report names it: an amendment that says something else of it raises it again.
    pub code: Option<String>,
    /// Who raises it, a practitioner of the centre's hospital; the caller where left out. A system names who does.
    pub raised_by: Option<ID>,
}

impl RaiseCriticalValueInput {
    pub(super) fn parse(self) -> Result<Raise> {
        let mut parser = Parser::new("input");
        let path = parser.at("order");
        let order = parser.keep(self.order.parse(&path));
        let occurred_at = parser.moment("occurredAt", self.occurred_at);
        let raised_by = parser.id(Kind::Practitioner, "raisedBy", self.raised_by.as_ref());
        parser.finish(order.map(|order| Raise {
            order,
            version: self.version,
            occurred_at,
            finding: self.finding,
            code: self.code,
            raised_by,
        }))
    }
}

fn on(
    parser: &mut Parser<'_>,
    critical_value: &ID,
    version: Option<i32>,
    occurred_at: Option<Moment>,
) -> Option<On> {
    let id = parser.id(Kind::CriticalValue, "criticalValue", Some(critical_value));
    let occurred_at = parser.moment("occurredAt", occurred_at);
    id.map(|critical_value| On {
        critical_value,
        version,
        occurred_at,
    })
}

/// A critical value that somebody knows 确认.
#[derive(InputObject)]
pub struct AcknowledgeCriticalValueInput {
    /// Which, `crv_…`.
    pub critical_value: ID,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it was read back, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// What was read back 复述内容, at most 2,000 characters.
    pub read_back: String,
    /// By which way it was told.
    pub channel: CriticalChannel,
    /// Who read it back, at an institution that the caller answers for; the caller where left out. A system names who did.
    pub acknowledged_by: Option<ID>,
}

impl AcknowledgeCriticalValueInput {
    pub(super) fn parse(self) -> Result<Acknowledge> {
        let mut parser = Parser::new("input");
        let on = on(
            &mut parser,
            &self.critical_value,
            self.version,
            self.occurred_at,
        );
        let by = self.acknowledged_by.as_ref();
        let acknowledged_by = parser.id(Kind::Practitioner, "acknowledgedBy", by);
        parser.finish(on.map(|on| Acknowledge {
            on,
            read_back: self.read_back,
            channel: self.channel,
            acknowledged_by,
        }))
    }
}

/// A critical value on which somebody has acted 处置.
#[derive(InputObject)]
pub struct ResolveCriticalValueInput {
    /// Which, `crv_…`.
    pub critical_value: ID,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When somebody acted, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// What was done 处置措施, at most 2,000 characters.
    pub resolution: String,
}

impl ResolveCriticalValueInput {
    pub(super) fn parse(self) -> Result<Resolve> {
        let mut parser = Parser::new("input");
        let on = on(
            &mut parser,
            &self.critical_value,
            self.version,
            self.occurred_at,
        );
        parser.finish(on.map(|on| Resolve {
            on,
            resolution: self.resolution,
        }))
    }
}

/// What a list of critical values is narrowed to; what is given must hold all at once.
#[derive(InputObject)]
pub struct CriticalValueFilter {
    /// In one of these statuses.
    pub status: Option<Vec<CriticalStatus>>,
    /// Found by one of these centres.
    pub centre: Option<Vec<ID>>,
    /// Asked for by this institution or one of its stations, found by its centres, or holding the patient.
    pub institution: Option<ID>,
    /// Which nobody has acknowledged in time 超时未确认, or not so.
    pub overdue: Option<bool>,
    /// Of this patient.
    pub patient: Option<ID>,
    /// Of this order, `ord_…`.
    pub order: Option<ID>,
    /// Raised in this time.
    pub raised_at: Option<DateTimeRange>,
}

impl CriticalValueFilter {
    pub(super) fn parse(self) -> Result<Filter> {
        let mut parser = Parser::new("filter");
        let raised = self.raised_at.map_or(Stretch::default(), |raised| {
            raised.check("filter.raisedAt", &mut parser.problems)
        });
        let institution = self.institution.as_ref();
        let filter = Filter {
            status: self.status,
            centre: parser.ids(Kind::SharedCentre, "centre", self.centre),
            institution: parser.id(Kind::Institution, "institution", institution),
            overdue: self.overdue,
            patient: parser.id(Kind::Patient, "patient", self.patient.as_ref()),
            order: parser.id(Kind::Order, "order", self.order.as_ref()),
            raised,
        };
        parser.finish(Some(filter))
    }
}
