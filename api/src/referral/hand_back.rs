//! What a receiver need not write again when it hands a patient back down: all that the referral up and its report tell already. Pure.

use entity::{
    enums::{CareSetting, Urgency, VisitType},
    referral,
    referral_content::{Clinical, Handover},
};

use super::writing::Writing;
use crate::network::directory::Directory;

/// What the DOWN referral says where its writer says nothing else: care wanted, reason, consent, medication, what to follow up and until
/// when it is valid are for the writer to say.
#[must_use]
pub fn known(up: &referral::Model, directory: &Directory) -> Writing {
    let phone = up
        .receiver_id
        .and_then(|id| directory.institution(id))
        .and_then(|institution| institution.phone.clone());
    let report = up.report.as_ref();
    let before = &up.content.clinical;
    let visit_type = up.care_setting.map(visit);
    let admitted = visit_type == Some(VisitType::Inpatient);
    Writing {
        sender_department: up.receiver_department_id,
        sender_practitioner: up.receiver_practitioner_id.or_else(|| report?.practitioner),
        sender_phone: phone,
        receiver: Some(up.sender_id),
        receiver_department: up.sender_department_id,
        receiver_practitioner: up.sender_practitioner_id,
        urgency: Some(Urgency::Routine),
        visit_type,
        diagnoses: Some(up.content.diagnoses.clone()),
        clinical: Some(Clinical {
            present_illness: before.present_illness.clone(),
            past_history: before.past_history.clone(),
            treatment: report.map(|report| report.treatment.clone()),
            examinations: before.examinations.clone(),
            cautions: before.cautions.clone(),
        }),
        suspected_infection: up.suspected_infection,
        payment: up.content.payment,
        handover: Some(Handover {
            discharge_diagnosis: report.map(|report| report.diagnosis.clone()),
            main_results: before.examinations.clone(),
            treatment: report.map(|report| report.treatment.clone()),
            plan: report.map(|report| report.advice.clone()),
            medication: None,
            follow_up: None,
            inpatient_number: up.visit_number.clone().filter(|_| admitted),
            discharge_summary: report.and_then(|report| report.discharge_summary.clone()),
        }),
        ..Writing::default()
    }
}

/// The visit that the care which was asked for has become.
const fn visit(care: CareSetting) -> VisitType {
    match care {
        CareSetting::Inpatient => VisitType::Inpatient,
        CareSetting::Outpatient => VisitType::Outpatient,
        CareSetting::EmergencyRoom => VisitType::Emergency,
        CareSetting::HomeBed | CareSetting::Hospice | CareSetting::Rehabilitation => {
            VisitType::Other
        }
    }
}
