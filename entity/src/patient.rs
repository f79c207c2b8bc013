//! A patient, one for the whole region.

use sea_orm::entity::prelude::*;

use crate::enums::{CertificateKind, InsuranceKind, Sex};

/// A patient, one for the whole region.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "patient")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Name, or a description where unidentified.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Birth date.
    pub birth_date: Option<Date>,
    /// Kind of the certificate.
    pub certificate_kind: Option<CertificateKind>,
    /// Number of the certificate, encrypted.
    pub certificate_cipher: Option<Vec<u8>>,
    /// Keyed hash of kind and number: the same certificate is the same patient.
    pub certificate_hash: Option<Vec<u8>>,
    /// First four and last four characters of the number.
    #[sea_orm(column_type = "Text", nullable)]
    pub certificate_mask: Option<String>,
    /// Phone, encrypted.
    pub phone_cipher: Option<Vec<u8>>,
    /// Keyed hash of the phone.
    pub phone_hash: Option<Vec<u8>>,
    /// Address.
    #[sea_orm(column_type = "Text", nullable)]
    pub address: Option<String>,
    /// Health-record number 健康档案号.
    #[sea_orm(column_type = "Text", nullable)]
    pub health_record_number: Option<String>,
    /// Insurance.
    pub insurance_kind: Option<InsuranceKind>,
    /// Whether it is known who this is.
    pub identified: bool,
    /// Whether it stands in for a patient whose record disagrees.
    pub provisional: bool,
    /// The record that a provisional one disagrees with.
    pub conflicts_with: Option<Uuid>,
    /// The row that it was merged into.
    pub merged_into: Option<Uuid>,
    /// The record that this row belongs to, merges followed to their end; its own id where it is not merged.
    pub record_id: Uuid,
    /// Keyed hash of the name, sex and birth date that an unidentified patient or a newborn was registered with.
    pub known_as: Option<Vec<u8>>,
    /// The institution that registered the patient first.
    pub registered_by: Uuid,
    /// Grows by one with each change.
    pub version: i32,
    /// When the patient was registered.
    pub created_at: DateTimeUtc,
    /// When the record was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
