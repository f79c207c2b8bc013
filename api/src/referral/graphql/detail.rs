//! The parts of a referral.

use async_graphql::{ComplexObject, Context, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{
    enums::{
        ConsentKind, ConsentRelation, ContactOutcome, DiagnosisSystem, InsuranceFilingStatus,
        NoFollowUpReason, RejectionReason, TreatmentOutcome,
    },
    referral_content,
};
use uuid::Uuid;

use super::below::practitioner;
use crate::{
    graphql::{Reply, reply},
    network::graphql::Practitioner,
    scalar::Date,
};

/// A diagnosis 诊断.
#[derive(SimpleObject)]
pub struct Diagnosis {
    /// Classification of the code.
    pub system: DiagnosisSystem,
    /// Code; null where there is none or it is withheld.
    pub code: Option<String>,
    /// The sender's words; empty where withheld.
    pub text: String,
    /// Whether it is the principal one 主要诊断.
    pub principal: bool,
    /// Whether code and text are withheld because the caller does not treat the patient.
    pub withheld: bool,
}

impl Diagnosis {
    pub(super) fn of(diagnosis: &referral_content::Diagnosis, withheld: bool) -> Self {
        Self {
            system: diagnosis.system,
            code: diagnosis.code.clone().filter(|_| !withheld),
            text: if withheld {
                String::new()
            } else {
                diagnosis.text.clone()
            },
            principal: diagnosis.principal,
            withheld,
        }
    }
}

/// Clinical text 病情摘要.
#[derive(SimpleObject)]
pub struct ClinicalSummary {
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

impl ClinicalSummary {
    pub(super) fn of(clinical: &referral_content::Clinical) -> Self {
        let clinical = clinical.clone();
        Self {
            present_illness: clinical.present_illness,
            past_history: clinical.past_history,
            treatment: clinical.treatment,
            examinations: clinical.examinations,
            cautions: clinical.cautions,
        }
    }
}

/// How the patient agreed 知情同意.
#[derive(SimpleObject)]
pub struct Consent {
    /// How.
    pub kind: ConsentKind,
    /// Who signed.
    pub signer: Option<String>,
    /// Who the signer is to the patient.
    pub relation: Option<ConsentRelation>,
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// Why nobody was asked; null where a sensitive diagnosis is withheld.
    pub override_reason: Option<String>,
}

impl Consent {
    pub(super) fn of(consent: &referral_content::Consent, withheld: bool) -> Self {
        Self {
            kind: consent.kind,
            signer: consent.signer.clone(),
            relation: consent.relation,
            at: consent.at,
            override_reason: consent.override_reason.clone().filter(|_| !withheld),
        }
    }
}

/// The insurer's filing 医保备案.
#[derive(SimpleObject)]
pub struct InsuranceFiling {
    /// Where it stands.
    pub status: InsuranceFilingStatus,
    /// Its number.
    pub number: Option<String>,
}

impl InsuranceFiling {
    pub(super) fn of(insurance: &referral_content::Insurance) -> Self {
        Self {
            status: insurance.status,
            number: insurance.number.clone(),
        }
    }
}

/// What goes with a referral downward 下转资料.
#[derive(SimpleObject)]
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

impl Handover {
    pub(super) fn of(handover: &referral_content::Handover) -> Self {
        let handover = handover.clone();
        Self {
            discharge_diagnosis: handover.discharge_diagnosis,
            main_results: handover.main_results,
            treatment: handover.treatment,
            plan: handover.plan,
            medication: handover.medication,
            follow_up: handover.follow_up,
            inpatient_number: handover.inpatient_number,
            discharge_summary: handover.discharge_summary,
        }
    }
}

/// Why the receiver does not take the patient.
#[derive(SimpleObject)]
pub struct Rejection {
    /// The coded reason.
    pub reason: RejectionReason,
    /// In words; null where a sensitive diagnosis is withheld.
    pub text: Option<String>,
    /// Of an acceptance that was taken back: whether the patient was told 是否已告知患者.
    pub patient_informed: Option<bool>,
}

impl Rejection {
    pub(super) fn of(rejection: &referral_content::Rejection, withheld: bool) -> Self {
        Self {
            reason: rejection.reason,
            text: rejection.text.clone().filter(|_| !withheld),
            patient_informed: rejection.patient_informed,
        }
    }
}

/// What the receiver reported back 回转反馈.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ReferralReport {
    #[graphql(skip)]
    pub(super) practitioner: Option<Uuid>,
    /// When.
    pub reported_at: Option<DateTime<Utc>>,
    /// Visit or admission number at the receiver 就诊号 / 住院号.
    pub visit_number: Option<String>,
    /// Diagnosis.
    pub diagnosis: String,
    /// Treatment.
    pub treatment: String,
    /// Outcome 转归.
    pub outcome: TreatmentOutcome,
    /// Advice to the sender 建议.
    pub advice: String,
    /// Discharge summary 出院小结.
    pub discharge_summary: Option<String>,
    /// Day of discharge.
    pub discharged_on: Option<Date>,
}

impl ReferralReport {
    pub(super) fn of(
        report: &referral_content::Report,
        reported_at: Option<DateTime<Utc>>,
    ) -> Self {
        let report = report.clone();
        Self {
            practitioner: report.practitioner,
            reported_at,
            visit_number: report.visit_number,
            diagnosis: report.diagnosis,
            treatment: report.treatment,
            outcome: report.outcome,
            advice: report.advice,
            discharge_summary: report.discharge_summary,
            discharged_on: report.discharged_on.map(Date::from),
        }
    }
}

#[ComplexObject]
impl ReferralReport {
    /// The practitioner who reported.
    async fn practitioner(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(ctx, practitioner(ctx, self.practitioner).await)
    }
}

/// How the loop was closed 闭环.
#[derive(SimpleObject)]
pub struct Closure {
    /// Why nothing follows the report.
    pub no_follow_up: Option<NoFollowUpReason>,
    /// What came of contacting a patient who did not come.
    pub contact: Option<ContactOutcome>,
    /// A note; null where a sensitive diagnosis is withheld.
    pub note: Option<String>,
    /// Satisfaction 满意度, 1 to 5.
    pub satisfaction: Option<i32>,
    /// Whether the clock closed it, because nobody had read the report for 30 days.
    pub unread: bool,
}

impl Closure {
    pub(super) fn of(closure: &referral_content::Closure, withheld: bool) -> Self {
        Self {
            no_follow_up: closure.no_follow_up,
            contact: closure.contact,
            note: closure.note.clone().filter(|_| !withheld),
            satisfaction: closure.satisfaction,
            unread: closure.unread,
        }
    }
}
