//! The parts of what a sender writes.

use async_graphql::InputObject;
use entity::{
    enums::{ConsentKind, ConsentRelation, DiagnosisSystem, InsuranceFilingStatus},
    referral_content::{Clinical, Consent, Diagnosis, Handover, Insurance},
};

use super::input::Parser;
use crate::moment::Moment;

/// A diagnosis 诊断.
#[derive(InputObject)]
pub struct DiagnosisInput {
    /// Classification of the code; ICD10 where left out.
    pub system: Option<DiagnosisSystem>,
    /// Code, as Chinese systems send it (`I10.x00x002`); an emergency may leave it out.
    pub code: Option<String>,
    /// The sender's words.
    pub text: String,
    /// Whether it is the principal one 主要诊断.
    pub principal: bool,
}

impl DiagnosisInput {
    pub(super) fn parse(self) -> Diagnosis {
        Diagnosis {
            system: self.system.unwrap_or(DiagnosisSystem::Icd10),
            code: self.code,
            text: self.text,
            principal: self.principal,
        }
    }
}

/// Clinical text 病情摘要; each at most 4,000 characters.
#[derive(InputObject)]
pub struct ClinicalInput {
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

impl ClinicalInput {
    pub(super) fn parse(self) -> Clinical {
        Clinical {
            present_illness: self.present_illness,
            past_history: self.past_history,
            treatment: self.treatment,
            examinations: self.examinations,
            cautions: self.cautions,
        }
    }
}

/// How the patient agreed 知情同意.
#[derive(InputObject)]
pub struct ConsentInput {
    /// How.
    pub kind: ConsentKind,
    /// Who signed; required unless it is overridden.
    pub signer: Option<String>,
    /// Who the signer is to the patient; required unless it is overridden.
    pub relation: Option<ConsentRelation>,
    /// When; required unless it is overridden.
    pub at: Option<Moment>,
    /// Why nobody was asked; required of an override.
    pub override_reason: Option<String>,
}

impl ConsentInput {
    pub(super) fn parse(self, parser: &mut Parser<'_>) -> Consent {
        Consent {
            kind: self.kind,
            signer: self.signer,
            relation: self.relation,
            at: parser.moment("consent.at", self.at),
            override_reason: self.override_reason,
        }
    }
}

/// The insurer's filing 医保备案.
#[derive(InputObject)]
pub struct InsuranceFilingInput {
    /// Where it stands.
    pub status: InsuranceFilingStatus,
    /// Its number.
    pub number: Option<String>,
}

impl InsuranceFilingInput {
    pub(super) fn parse(self) -> Insurance {
        Insurance {
            status: self.status,
            number: self.number,
        }
    }
}

/// What goes with a referral downward 下转资料; each at most 4,000 characters.
#[derive(InputObject)]
pub struct HandoverInput {
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
    /// Inpatient number 住院号; required where the visit was INPATIENT.
    pub inpatient_number: Option<String>,
    /// Discharge summary 出院小结; required where the visit was INPATIENT.
    pub discharge_summary: Option<String>,
}

impl HandoverInput {
    pub(super) fn parse(self) -> Handover {
        Handover {
            discharge_diagnosis: self.discharge_diagnosis,
            main_results: self.main_results,
            treatment: self.treatment,
            plan: self.plan,
            medication: self.medication,
            follow_up: self.follow_up,
            inpatient_number: self.inpatient_number,
            discharge_summary: self.discharge_summary,
        }
    }
}
