//! A specimen as the API shows it.

use async_graphql::{ID, Object};
use chrono::{DateTime, Utc};
use entity::{
    enums::{OrderReturnReason, SpecimenKind},
    specimen,
};

use crate::id::{self, Kind};

/// A specimen 标本.
pub struct Specimen(pub(super) specimen::Model);

/// A specimen 标本: what was drawn from a patient, under one barcode.
#[Object]
impl Specimen {
    /// Id, `spc_…`.
    async fn id(&self) -> ID {
        id::encode(Kind::Specimen, self.0.id).into()
    }

    /// What is printed on it 条码.
    async fn barcode(&self) -> &str {
        &self.0.barcode
    }

    /// What it is.
    async fn kind(&self) -> SpecimenKind {
        self.0.kind
    }

    /// When it was drawn 采样时间.
    async fn collected_at(&self) -> DateTime<Utc> {
        self.0.collected_at
    }

    /// When it was put into fixative 固定时间; null where nobody said.
    async fn fixed_at(&self) -> Option<DateTime<Utc>> {
        self.0.fixed_at
    }

    /// When it was sent.
    async fn sent_at(&self) -> Option<DateTime<Utc>> {
        self.0.sent_at
    }

    /// How it travels.
    async fn transport(&self) -> Option<&str> {
        self.0.transport.as_deref()
    }

    /// When the centre got it 接收时间.
    async fn received_at(&self) -> Option<DateTime<Utc>> {
        self.0.received_at
    }

    /// Why it was not taken; null where it was.
    async fn rejected(&self) -> Option<OrderReturnReason> {
        self.0.rejected
    }
}
