//! What people write into orders and reports: shown whole, searched by nothing, so it is stored as one document.

use chrono::{DateTime, Utc};
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::enums::{ObservationFlag, OrderReturnReason, RecognitionOverride, ReportLinkKind};

/// What the requester wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default)]
pub struct Content {
    /// What is to be answered, with what is known 临床诊断与检查目的.
    pub question: Option<String>,
    /// How many packs, of sterile supply.
    pub quantity: Option<i32>,
    /// Why it was ordered although a result could be recognised.
    pub override_reason: Option<RecognitionOverride>,
    /// The same in words.
    pub override_text: Option<String>,
    /// Why it was cancelled.
    pub cancellation: Option<String>,
    /// How the requester rates a consultation, 1 to 5.
    pub rating: Option<i32>,
}

/// Why an order was sent back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Return {
    /// The coded reason.
    pub reason: OrderReturnReason,
    /// In words.
    pub text: Option<String>,
}

/// An earlier result that was recognised in place of a new examination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Recognition {
    /// The order with the result, where it is of this network.
    pub order: Option<Uuid>,
    /// A result from outside.
    pub outside: Option<OutsideResult>,
}

/// A result from outside the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideResult {
    /// The institution that made it, in words.
    pub institution: String,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Whether it bears the mark of mutual recognition HR 互认标识.
    pub marked: bool,
    /// The file with the result.
    pub file: Option<Uuid>,
}

/// What a report says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default)]
pub struct Findings {
    /// What is seen 所见.
    pub findings: Option<String>,
    /// What it means 结论.
    pub conclusion: String,
    /// Whether something was found 阳性.
    pub positive: Option<bool>,
    /// What was measured.
    pub observations: Vec<Observation>,
    /// What it points to.
    pub links: Vec<ReportLink>,
}

/// A measured value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// LOINC or local code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The number, where it is one; never invented.
    pub value: Option<f64>,
    /// The value in words, where it is no number.
    pub text: Option<String>,
    /// Unit (UCUM).
    pub unit: Option<String>,
    /// Reference range, as the laboratory prints it.
    pub range: Option<String>,
    /// How the value lies to it.
    pub flag: Option<ObservationFlag>,
    /// When it was measured; null where nobody said.
    pub at: Option<DateTime<Utc>>,
}

/// What a report points to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportLink {
    /// What it is.
    pub kind: ReportLinkKind,
    /// Study Instance UID, or the document's own id.
    pub uid: String,
    /// Where it can be had (DICOMweb, HTTPS).
    pub address: Option<String>,
}
