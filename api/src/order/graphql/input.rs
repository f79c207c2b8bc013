//! How orders are named, and what lists of them are narrowed to and sorted by.

use async_graphql::{Enum, ID, InputObject, OneofObject};
use entity::enums::{CentreKind, OrderSide, OrderStatus, Urgency};

use super::super::{
    seen::Key,
    service::{By, Filter, On, Sort},
};
use crate::{
    error::{Error, ProblemCode, Problems, Result},
    id::{self, Kind},
    moment::{DateTimeRange, Moment},
    number,
    referral::{
        graphql::{ExternalKey, Parser},
        service::EXTERNAL_ID,
    },
    text,
};

/// Longest text that a list is narrowed to.
const TEXT: usize = 50;

/// How an order is named: by id, by number, or by the external id of the institution that placed it.
#[derive(Clone, OneofObject)]
pub enum OrderKey {
    /// Its id, `ord_…`.
    Id(ID),
    /// Its number 申请单编号.
    Number(String),
    /// The id that the institution that asks for it gave it.
    External(ExternalKey),
}

impl OrderKey {
    /// Reads the key; problems name the fields below `path`.
    pub fn parse(&self, path: &str) -> Result<Key> {
        match self {
            Self::Id(id) => {
                let path = format!("{path}.id");
                Ok(Key::Id(id::decode(Kind::Order, id, &path)?))
            }
            Self::Number(text) if number::is_valid(number::ORDER, text) => {
                Ok(Key::Number(text.clone()))
            }
            Self::Number(_) => Err(Error::invalid(
                format!("{path}.number"),
                ProblemCode::CheckDigit,
                "Not the number of an order.",
            )),
            Self::External(key) => {
                let institution = format!("{path}.external.institution");
                let institution = id::decode(Kind::Institution, &key.institution, &institution)?;
                let (id, mut problems) = (format!("{path}.external.id"), Problems::default());
                text::required(Some(&key.id), EXTERNAL_ID, &id, &mut problems);
                problems.finish()?;
                Ok(Key::External {
                    institution,
                    id: key.id.clone(),
                })
            }
        }
    }
}

/// One of several orders that a verb takes together.
#[derive(InputObject)]
pub struct OrderVersion {
    /// Which order.
    pub order: OrderKey,
    /// The version that the caller saw; systems may leave it out.
    pub version: Option<i32>,
}

/// What a verb names, read.
pub(super) fn on(
    parser: &mut Parser<'_>,
    order: &OrderKey,
    version: Option<i32>,
    occurred_at: Option<Moment>,
) -> Option<On> {
    let path = parser.at("order");
    let key = parser.keep(order.parse(&path));
    let occurred_at = parser.moment("occurredAt", occurred_at);
    key.map(|order| On {
        order,
        version,
        occurred_at,
    })
}

/// What a verb of several orders names, read.
pub(super) fn on_each(
    parser: &mut Parser<'_>,
    orders: &[OrderVersion],
    occurred_at: Option<Moment>,
) -> Vec<On> {
    let occurred_at = parser.moment("occurredAt", occurred_at);
    let mut read = Vec::with_capacity(orders.len());
    for (place, one) in orders.iter().enumerate() {
        let path = parser.at(&format!("orders[{place}].order"));
        if let Some(order) = parser.keep(one.order.parse(&path)) {
            let version = one.version;
            read.push(On {
                order,
                version,
                occurred_at,
            });
        }
    }
    read
}

/// What a list of orders is narrowed to; what is given must hold all at once.
#[derive(InputObject)]
pub struct OrderFilter {
    /// Asked for by this institution, or done by its centres.
    pub institution: Option<ID>,
    /// To one of these centres.
    pub centre: Option<Vec<ID>>,
    /// To centres of one of these kinds.
    pub kind: Option<Vec<CentreKind>>,
    /// Asked for by one of these institutions.
    pub requested_by: Option<Vec<ID>>,
    /// Of this patient.
    pub patient: Option<ID>,
    /// Belonging to this referral.
    pub referral: Option<ID>,
    /// Of this requisition 申请单号.
    pub requisition: Option<String>,
    /// With a specimen of this barcode 条码.
    pub barcode: Option<String>,
    /// For one of these items.
    pub item: Option<Vec<ID>>,
    /// In one of these statuses.
    pub status: Option<Vec<OrderStatus>>,
    /// Of one of these priorities.
    pub priority: Option<Vec<Urgency>>,
    /// In which it is that side's move.
    pub awaiting: Option<OrderSide>,
    /// Whose report is late, or is not.
    pub overdue: Option<bool>,
    /// Of which a sterile batch is recalled 召回 and its packs are neither confirmed returned nor used, or is not.
    pub recalled: Option<bool>,
    /// Whose report is due before that.
    pub due_before: Option<Moment>,
    /// When it was placed.
    pub created_at: Option<DateTimeRange>,
    /// When it was last changed.
    pub updated_at: Option<DateTimeRange>,
}

impl OrderFilter {
    /// Reads the filter; every malformed field is named.
    pub fn parse(self) -> Result<Filter> {
        let mut parser = Parser::new("filter");
        let id = |parser: &mut Parser<'_>, kind, field: &str, id: Option<ID>| {
            parser.id(kind, field, id.as_ref())
        };
        let institution = id(
            &mut parser,
            Kind::Institution,
            "institution",
            self.institution,
        );
        let patient = id(&mut parser, Kind::Patient, "patient", self.patient);
        let referral = id(&mut parser, Kind::Referral, "referral", self.referral);
        let centre = parser.ids(Kind::SharedCentre, "centre", self.centre);
        let requested_by = parser.ids(Kind::Institution, "requestedBy", self.requested_by);
        let item = parser.ids(Kind::CatalogueItem, "item", self.item);
        for (value, field) in [
            (&self.requisition, "requisition"),
            (&self.barcode, "barcode"),
        ] {
            let path = parser.at(field);
            text::optional(value.as_deref(), TEXT, &path, &mut parser.problems);
        }
        let due_before = parser.moment("dueBefore", self.due_before);
        let mut range = |range: Option<DateTimeRange>, path: &str| {
            let checked = range.map(|range| range.check(path, &mut parser.problems));
            checked.unwrap_or_default()
        };
        let created = range(self.created_at, "filter.createdAt");
        let updated = range(self.updated_at, "filter.updatedAt");
        parser.finish(Some(Filter {
            institution,
            centre,
            kind: self.kind,
            requested_by,
            patient,
            referral,
            requisition: self.requisition,
            barcode: self.barcode,
            item,
            status: self.status,
            priority: self.priority,
            awaiting: self.awaiting,
            overdue: self.overdue,
            recalled: self.recalled,
            batch: None,
            due_before,
            created,
            updated,
        }))
    }
}

/// The order of a list of orders.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum OrderSort {
    /// The last placed first.
    CreatedAtDesc,
    /// The first placed first.
    CreatedAtAsc,
    /// The first due first; only orders of which a report is due.
    DueAtAsc,
    /// The last changed first. A row moves as it changes: to synchronise, read `changes`.
    UpdatedAtDesc,
    /// The longest unchanged first.
    UpdatedAtAsc,
}

impl From<OrderSort> for Sort {
    fn from(sort: OrderSort) -> Self {
        let (by, descending) = match sort {
            OrderSort::CreatedAtDesc => (By::Created, true),
            OrderSort::CreatedAtAsc => (By::Created, false),
            OrderSort::DueAtAsc => (By::Due, false),
            OrderSort::UpdatedAtDesc => (By::Updated, true),
            OrderSort::UpdatedAtAsc => (By::Updated, false),
        };
        Self { by, descending }
    }
}
