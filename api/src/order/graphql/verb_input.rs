//! What the verbs of an order on record take: parsed here, every malformed field named at once.

use async_graphql::{ID, InputObject};
use entity::enums::{OrderReturnReason, SpecimenKind};

use super::{
    super::service::{Cancel, Claim, Collect, Examine, Receive, Release, Resubmit, Send, SendBack},
    input::{OrderKey, OrderVersion, on, on_each},
};
use crate::{error::Result, id::Kind, moment::Moment, referral::graphql::Parser};

/// An examination that was made 检查完成.
#[derive(InputObject)]
pub struct RecordExaminationInput {
    /// Which order.
    pub order: OrderKey,
    /// The version that the caller saw; systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// Who made it, at the institution that did.
    pub practitioner: Option<ID>,
    /// A word to whoever reads it.
    pub note: Option<String>,
}

impl RecordExaminationInput {
    pub(super) fn parse(self) -> Result<Examine> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.order, self.version, self.occurred_at);
        let who = self.practitioner.as_ref();
        let practitioner = parser.id(Kind::Practitioner, "practitioner", who);
        parser.finish(on.map(|on| Examine {
            on,
            practitioner,
            note: self.note,
        }))
    }
}

/// A specimen that was drawn 采样, for one or several orders of a patient to one centre.
#[derive(InputObject)]
pub struct CollectSpecimenInput {
    /// For which orders, at most 50.
    pub orders: Vec<OrderVersion>,
    /// When it was drawn, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// What is printed on it 条码; unique within the centre.
    pub barcode: String,
    /// What it is; what the orders' items need.
    pub kind: SpecimenKind,
    /// Who drew it.
    pub collector: Option<ID>,
    /// When it was put into fixative 固定时间, of pathology.
    pub fixed_at: Option<Moment>,
}

impl CollectSpecimenInput {
    pub(super) fn parse(self) -> Result<Collect> {
        let mut parser = Parser::new("input");
        let orders = on_each(&mut parser, &self.orders, self.occurred_at);
        let collector = parser.id(Kind::Practitioner, "collector", self.collector.as_ref());
        let fixed_at = parser.moment("fixedAt", self.fixed_at);
        parser.finish(Some(Collect {
            orders,
            barcode: self.barcode,
            kind: self.kind,
            collector,
            fixed_at,
        }))
    }
}

/// Specimens that are on their way to the centre 送检.
#[derive(InputObject)]
pub struct SendSpecimenInput {
    /// Of which orders, at most 50.
    pub orders: Vec<OrderVersion>,
    /// When they left, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// How they travel.
    pub transport: Option<String>,
}

impl SendSpecimenInput {
    pub(super) fn parse(self) -> Result<Send> {
        let mut parser = Parser::new("input");
        let orders = on_each(&mut parser, &self.orders, self.occurred_at);
        parser.finish(Some(Send {
            orders,
            transport: self.transport,
        }))
    }
}

/// Specimens or used packs that the centre has got 接收.
#[derive(InputObject)]
pub struct ReceiveOrderInput {
    /// Of which orders, at most 50; those of a barcode are found by `orders(filter: { barcode })`.
    pub orders: Vec<OrderVersion>,
    /// When they came, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
}

impl ReceiveOrderInput {
    pub(super) fn parse(self) -> Result<Receive> {
        let mut parser = Parser::new("input");
        let orders = on_each(&mut parser, &self.orders, self.occurred_at);
        parser.finish(Some(Receive { orders }))
    }
}

/// An order to be claimed 认领.
#[derive(InputObject)]
pub struct ClaimOrderInput {
    /// Which order.
    pub order: OrderKey,
    /// The version that the caller saw; systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// Who works on it; the caller where left out. The expert of a consultation may come from any hospital.
    pub practitioner: Option<ID>,
    /// The agreed time of a consultation; required of one.
    pub planned_at: Option<Moment>,
    /// The session 号源 of the expert, or of the expert's institution, in which a place is held for the consultation at the agreed time. An expert who
    /// offers no sessions agrees on a time alone.
    pub slot: Option<ID>,
}

impl ClaimOrderInput {
    pub(super) fn parse(self) -> Result<Claim> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.order, self.version, self.occurred_at);
        let who = self.practitioner.as_ref();
        let practitioner = parser.id(Kind::Practitioner, "practitioner", who);
        let planned_at = parser.moment("plannedAt", self.planned_at);
        let slot = parser.id(Kind::Slot, "slot", self.slot.as_ref());
        parser.finish(on.map(|on| Claim {
            on,
            practitioner,
            planned_at,
            slot,
        }))
    }
}

/// An order to be put back for somebody else 释放.
#[derive(InputObject)]
pub struct ReleaseOrderInput {
    /// Which order.
    pub order: OrderKey,
    /// The version that the caller saw; systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// Why.
    pub note: Option<String>,
}

impl ReleaseOrderInput {
    pub(super) fn parse(self) -> Result<Release> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.order, self.version, self.occurred_at);
        parser.finish(on.map(|on| Release {
            on,
            note: self.note,
        }))
    }
}

/// An order to be sent back 退回.
#[derive(InputObject)]
pub struct ReturnOrderInput {
    /// Which order.
    pub order: OrderKey,
    /// The version that the caller saw; systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// Why.
    pub reason: OrderReturnReason,
    /// The same in words; required with OTHER.
    pub text: Option<String>,
}

impl ReturnOrderInput {
    pub(super) fn parse(self) -> Result<SendBack> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.order, self.version, self.occurred_at);
        parser.finish(on.map(|on| SendBack {
            on,
            reason: self.reason,
            text: self.text,
        }))
    }
}

/// A returned order, to be placed again.
#[derive(InputObject)]
pub struct ResubmitOrderInput {
    /// Which order.
    pub order: OrderKey,
    /// The version that the caller saw; systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// What is to be answered, where that was what was missing.
    pub question: Option<String>,
}

impl ResubmitOrderInput {
    pub(super) fn parse(self) -> Result<Resubmit> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.order, self.version, self.occurred_at);
        parser.finish(on.map(|on| Resubmit {
            on,
            question: self.question,
        }))
    }
}

/// An order to be cancelled 取消.
#[derive(InputObject)]
pub struct CancelOrderInput {
    /// Which order.
    pub order: OrderKey,
    /// The version that the caller saw; systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// Why.
    pub reason: String,
}

impl CancelOrderInput {
    pub(super) fn parse(self) -> Result<Cancel> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.order, self.version, self.occurred_at);
        parser.finish(on.map(|on| Cancel {
            on,
            reason: self.reason,
        }))
    }
}
