//! What a referral must contain before it is posted, by direction and urgency: one table.

use entity::{
    enums::{DiagnosisSystem, ReferralDirection, ReferralReason, Urgency, VisitType},
    referral,
};

use super::in_house;
use crate::error::{ProblemCode, Problems};

/// When a field is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Always, an emergency included.
    Always,
    /// Unless it is an emergency.
    Planned,
    /// Downward, unless it is an emergency.
    Down,
    /// Downward from an inpatient stay, unless it is an emergency.
    DownInpatient,
    /// In house, an emergency included: without it nobody would treat the patient.
    InHouse,
}

/// What is required of a receiver that enters a referral in the sender's stead.
pub const SECOND_HAND: [&str; 3] = ["receiver", "urgency", "diagnoses"];

type Present = fn(&referral::Model) -> bool;

/// The fields that may be required, each with when, and how to see that it is there.
pub const TABLE: [(&str, When, Present); 20] = [
    ("receiver", When::Always, |row| row.receiver_id.is_some()),
    ("urgency", When::Always, |row| row.urgency.is_some()),
    ("senderPhone", When::Always, |row| {
        row.sender_phone.is_some()
    }),
    ("diagnoses", When::Always, |row| {
        !row.content.diagnoses.is_empty()
    }),
    ("consent", When::Always, |row| row.content.consent.is_some()),
    ("senderPractitioner", When::Planned, |row| {
        row.sender_practitioner_id.is_some()
    }),
    ("visitType", When::Planned, |row| row.visit_type.is_some()),
    ("careSetting", When::Planned, |row| {
        row.care_setting.is_some()
    }),
    ("reason", When::Planned, |row| row.reason.is_some()),
    ("clinical.presentIllness", When::Planned, |row| {
        row.content.clinical.present_illness.is_some()
    }),
    ("validTo", When::Planned, |row| row.valid_to.is_some()),
    ("handover.dischargeDiagnosis", When::Down, |row| {
        handover(row, |it| &it.discharge_diagnosis)
    }),
    ("handover.mainResults", When::Down, |row| {
        handover(row, |it| &it.main_results)
    }),
    ("handover.treatment", When::Down, |row| {
        handover(row, |it| &it.treatment)
    }),
    ("handover.plan", When::Down, |row| {
        handover(row, |it| &it.plan)
    }),
    ("handover.medication", When::Down, |row| {
        handover(row, |it| &it.medication)
    }),
    ("handover.followUp", When::Down, |row| {
        handover(row, |it| &it.follow_up)
    }),
    ("handover.inpatientNumber", When::DownInpatient, |row| {
        handover(row, |it| &it.inpatient_number)
    }),
    ("handover.dischargeSummary", When::DownInpatient, |row| {
        handover(row, |it| &it.discharge_summary)
    }),
    ("consultation", When::InHouse, |row| in_house::ways(row) > 0),
];

fn handover(
    row: &referral::Model,
    field: fn(&entity::referral_content::Handover) -> &Option<String>,
) -> bool {
    row.content
        .handover
        .as_ref()
        .is_some_and(|handover| field(handover).is_some())
}

impl When {
    /// Whether a field of this kind is required of that referral.
    #[must_use]
    pub fn applies(
        self,
        direction: Option<ReferralDirection>,
        urgency: Option<Urgency>,
        visit: Option<VisitType>,
    ) -> bool {
        let planned = urgency != Some(Urgency::Emergency);
        let down = direction == Some(ReferralDirection::Down);
        match self {
            Self::Always => true,
            Self::Planned => planned,
            Self::Down => planned && down,
            Self::DownInpatient => planned && down && visit == Some(VisitType::Inpatient),
            Self::InHouse => direction == Some(ReferralDirection::InHouse),
        }
    }
}

/// The fields that are required of the referral and missing.
pub fn missing(row: &referral::Model) -> impl Iterator<Item = &'static str> {
    TABLE
        .into_iter()
        .filter(|(field, when, present)| is_required(row, field, *when) && !present(row))
        .map(|(field, _, _)| field)
}

/// The fields that the referral lacks and would need if it were no emergency.
pub fn missing_unless_emergency(row: &referral::Model) -> impl Iterator<Item = &'static str> {
    TABLE
        .into_iter()
        .filter(|(_, when, present)| {
            when.applies(row.direction, Some(Urgency::Urgent), row.visit_type) && !present(row)
        })
        .map(|(field, _, _)| field)
}

fn is_required(row: &referral::Model, field: &str, when: When) -> bool {
    if row.entered_by_id.is_some() {
        return SECOND_HAND.contains(&field);
    }
    when.applies(row.direction, row.urgency, row.visit_type)
}

/// Notes everything that is missing, or disagrees with the direction.
pub fn check(row: &referral::Model, path: &str, problems: &mut Problems) {
    let at = |field: &str| format!("{path}.{field}");
    for (field, when, present) in TABLE {
        if is_required(row, field, when) {
            problems.check(
                present(row),
                at(field),
                ProblemCode::Required,
                "Required before a referral is posted.",
            );
        }
    }
    if let (Some(reason), Some(direction)) = (row.reason, row.direction) {
        problems.check(
            reason_fits(reason, direction),
            at("reason"),
            ProblemCode::Inconsistent,
            "Not a reason for this direction.",
        );
        problems.check(
            reason != ReferralReason::Other || row.content.reason_text.is_some(),
            at("reasonText"),
            ProblemCode::Required,
            "OTHER needs a text.",
        );
    }
    check_diagnoses(row, path, problems);
    in_house::check(row, path, problems);
}

/// Notes what is wrong with the diagnoses of a referral that is posted.
pub fn check_diagnoses(row: &referral::Model, path: &str, problems: &mut Problems) {
    let at = |field: &str| format!("{path}.{field}");
    if row.urgency != Some(Urgency::Emergency) && row.entered_by_id.is_none() {
        let coded = row
            .content
            .diagnoses
            .iter()
            .filter(|diagnosis| diagnosis.principal)
            .all(|diagnosis| diagnosis.code.is_some());
        problems.check(
            coded,
            at("diagnoses"),
            ProblemCode::Required,
            "The principal diagnosis needs a code unless it is an emergency.",
        );
    }
    let unprincipled = !row.content.diagnoses.is_empty()
        && !row.content.diagnoses.iter().any(|diagnosis| {
            diagnosis.principal && diagnosis.system != DiagnosisSystem::TcmPattern
        });
    problems.check(
        !unprincipled,
        at("diagnoses"),
        ProblemCode::Inconsistent,
        "The principal diagnosis is a disease, not a pattern.",
    );
}

/// Whether a reason belongs to a direction.
#[must_use]
pub const fn reason_fits(reason: ReferralReason, direction: ReferralDirection) -> bool {
    let downward = matches!(
        reason,
        ReferralReason::Stable
            | ReferralReason::ChronicCare
            | ReferralReason::Rehabilitation
            | ReferralReason::LongNursing
            | ReferralReason::PatientRequest
    );
    match direction {
        _ if matches!(reason, ReferralReason::Other) => true,
        ReferralDirection::Down => downward,
        // Between equals either kind of reason occurs.
        ReferralDirection::Lateral => true,
        ReferralDirection::Up | ReferralDirection::Outward | ReferralDirection::InHouse => {
            !downward
        }
    }
}
