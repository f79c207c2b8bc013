//! A patient by an exact key, whether or not the actor has a relation to them.

use entity::patient::{Column, Entity, Model};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use serde::Serialize;
use uuid::Uuid;

use super::super::{certificate::CertificateInput, member, text};
use crate::{
    app::App,
    clock::shanghai_day,
    error::{Error, ProblemCode, Problems, Result},
};

/// What names exactly one patient.
#[derive(Clone, Serialize)]
pub enum PatientKey {
    /// The id.
    Id(Uuid),
    /// The certificate.
    Certificate(CertificateInput),
    /// The health-record number.
    HealthRecordNumber(String),
}

impl std::fmt::Debug for PatientKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("PatientKey")
    }
}

/// A key whose form is good.
pub struct Checked(sea_orm::sea_query::SimpleExpr);

impl PatientKey {
    /// Checks the form; problems name fields below `path`.
    pub fn check(&self, app: &App, path: &str, problems: &mut Problems) -> Option<Checked> {
        let same = match self {
            Self::Id(id) => Some(Column::Id.eq(*id)),
            Self::Certificate(input) => input
                .check(
                    shanghai_day(app.now()),
                    &format!("{path}.certificate"),
                    problems,
                )
                .map(|certificate| Column::CertificateHash.eq(certificate.hash(&app.keys))),
            Self::HealthRecordNumber(number) => {
                let path = format!("{path}.healthRecordNumber");
                if number.trim().is_empty() {
                    problems.add(path, ProblemCode::Required, "A number is needed.");
                    return None;
                }
                text::code(Some(number), &path, problems)
                    .map(|number| Column::HealthRecordNumber.eq(number))
            }
        };
        same.map(Checked)
    }
}

/// The record of the patient that the key names.
pub async fn find_by(connection: &impl ConnectionTrait, key: Checked) -> Result<Model> {
    let row = Entity::find().filter(key.0).one(connection).await?;
    match row {
        Some(row) => member::follow(connection, row).await,
        None => Err(Error::NotFound),
    }
}
