//! What people write into a referral: shown whole, searched by nothing, so it is stored as one document.
//!
//! What rules, filters and sorts need has columns of its own in [`crate::referral`].

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::enums::{
    ConsentKind, ConsentRelation, ContactOutcome, DiagnosisSystem, InsuranceFilingStatus,
    NoFollowUpReason, PaymentKind, RejectionReason, Transport, TreatmentOutcome, WarningCode,
};

/// A diagnosis, as the sender wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// Classification of the code.
    pub system: DiagnosisSystem,
    /// Code, where there is one.
    pub code: Option<String>,
    /// The sender's words.
    pub text: String,
    /// Whether it is the principal one.
    pub principal: bool,
}

/// The clinical text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Clinical {
    /// Present illness 现病史.
    pub present_illness: Option<String>,
    /// Past history 既往史.
    pub past_history: Option<String>,
    /// Treatment so far 诊治经过.
    pub treatment: Option<String>,
    /// Examinations and results 检查检验结果.
    pub examinations: Option<String>,
    /// Cautions 注意事项.
    pub cautions: Option<String>,
}

/// How the patient agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// How.
    pub kind: ConsentKind,
    /// Who signed.
    pub signer: Option<String>,
    /// Who the signer is to the patient.
    pub relation: Option<ConsentRelation>,
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// Why nobody was asked.
    pub override_reason: Option<String>,
}

/// The insurer's filing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insurance {
    /// Where it stands.
    pub status: InsuranceFilingStatus,
    /// Its number.
    pub number: Option<String>,
}

/// What a referral downward tells in addition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Handover {
    /// Discharge diagnosis 出院诊断.
    pub discharge_diagnosis: Option<String>,
    /// Main results 主要检查结果.
    pub main_results: Option<String>,
    /// Treatment given 治疗经过.
    pub treatment: Option<String>,
    /// Plan and rehabilitation advice 治疗方案与康复建议.
    pub plan: Option<String>,
    /// Medication 用药.
    pub medication: Option<String>,
    /// What to follow up, in words 随访计划.
    pub follow_up: Option<String>,
    /// Inpatient number 住院号.
    pub inpatient_number: Option<String>,
    /// Discharge summary 出院小结.
    pub discharge_summary: Option<String>,
}

/// What the sender wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default)]
pub struct Content {
    /// The reason in words.
    pub reason_text: Option<String>,
    /// Diagnoses, one of them principal.
    pub diagnoses: Vec<Diagnosis>,
    /// Clinical text.
    pub clinical: Clinical,
    /// Consent.
    pub consent: Option<Consent>,
    /// How the patient travels.
    pub transport: Option<Transport>,
    /// How it is paid.
    pub payment: Option<PaymentKind>,
    /// The insurer's filing.
    pub insurance: Option<Insurance>,
    /// What goes with a referral downward.
    pub handover: Option<Handover>,
    /// What it follows from.
    pub cited: Cited,
}

/// What a referral follows from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cited {
    /// The critical value 危急值.
    pub critical_value: Option<Uuid>,
    /// The orders 申请.
    pub orders: Vec<Uuid>,
}

/// Why a receiver does not take the patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Rejection {
    /// The coded reason.
    pub reason: RejectionReason,
    /// In words.
    pub text: Option<String>,
    /// Of an acceptance taken back: whether the patient was told.
    #[serde(default)]
    pub patient_informed: Option<bool>,
}

/// What the receiver reports back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Report {
    /// Visit or admission number at the receiver.
    pub visit_number: Option<String>,
    /// Diagnosis.
    pub diagnosis: String,
    /// Treatment.
    pub treatment: String,
    /// Outcome.
    pub outcome: TreatmentOutcome,
    /// Advice to the sender.
    pub advice: String,
    /// Discharge summary 出院小结, when the patient was admitted.
    pub discharge_summary: Option<String>,
    /// Day of discharge.
    pub discharged_on: Option<NaiveDate>,
    /// The practitioner who reports.
    pub practitioner: Option<Uuid>,
}

/// How the loop was closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default)]
pub struct Closure {
    /// Why nothing follows.
    pub no_follow_up: Option<NoFollowUpReason>,
    /// What came of contacting a patient who did not come.
    pub contact: Option<ContactOutcome>,
    /// A note.
    pub note: Option<String>,
    /// Satisfaction, 1 to 5.
    pub satisfaction: Option<i32>,
    /// Whether the clock closed it, because nobody had read the report.
    pub unread: bool,
}

/// What is noticed of a referral when it is posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What.
    pub code: WarningCode,
    /// The field that it concerns.
    pub path: String,
    /// The referral that there was before, and its two sides, which may be told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<First>,
}

/// A referral that there was before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct First {
    /// Its id.
    pub id: Uuid,
    /// Who may be told of it.
    pub sides: Vec<Uuid>,
}

/// All that is noticed of a referral when it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Warnings(pub Vec<Warning>);
