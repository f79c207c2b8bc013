//! What a sender writes into a referral, before anything is known of its truth: the form of every field is checked here.

use chrono::{DateTime, NaiveDate, Utc};
use entity::enums::{ConsentKind, PaymentKind, Transport};
use entity::{
    enums::{CareSetting, DiagnosisSystem, GreenChannelGround, ReferralReason, Urgency, VisitType},
    referral,
    referral_content::{Clinical, Consent, Diagnosis, Handover, Insurance},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    clock::{end_of_day, shanghai_midnight},
    error::{ProblemCode, Problems},
    order::seen as orders,
    text,
};

/// Longest clinical text, in characters.
const LONG: usize = 4_000;
/// Longest one-line text.
const LINE: usize = 200;
/// Most diagnoses of one referral.
const DIAGNOSES: usize = 20;

/// What a sender writes; what is left out stays as it is on record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Writing {
    /// The sending department.
    pub sender_department: Option<Uuid>,
    /// The sending practitioner.
    pub sender_practitioner: Option<Uuid>,
    /// Phone for questions.
    pub sender_phone: Option<String>,
    /// The receiver.
    pub receiver: Option<Uuid>,
    /// The receiving department.
    pub receiver_department: Option<Uuid>,
    /// The receiving practitioner.
    pub receiver_practitioner: Option<Uuid>,
    /// Urgency.
    pub urgency: Option<Urgency>,
    /// Visit at the sender.
    pub visit_type: Option<VisitType>,
    /// Care that is asked for.
    pub care_setting: Option<CareSetting>,
    /// Why.
    pub reason: Option<ReferralReason>,
    /// Why, in words.
    pub reason_text: Option<String>,
    /// Diagnoses.
    pub diagnoses: Option<Vec<Diagnosis>>,
    /// Clinical text.
    pub clinical: Option<Clinical>,
    /// Whether an infection is suspected.
    pub suspected_infection: Option<bool>,
    /// Ground of the green channel.
    pub green_channel: Option<GreenChannelGround>,
    /// Consent.
    pub consent: Option<Consent>,
    /// Transport.
    pub transport: Option<Transport>,
    /// Payment.
    pub payment: Option<PaymentKind>,
    /// The insurer's filing.
    pub insurance: Option<Insurance>,
    /// The senior doctor who assessed it.
    pub assessor: Option<Uuid>,
    /// First day on which it is valid.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which it is valid.
    pub valid_to: Option<NaiveDate>,
    /// What goes with a referral downward.
    pub handover: Option<Handover>,
    /// The remote consultation by which the patient is treated where they are. Whether there is one is the service's to say.
    pub consultation: Option<orders::Key>,
    /// The orders that it follows from; they replace those on record.
    pub cited_orders: Option<Vec<orders::Key>>,
    /// The critical value that it follows from.
    pub critical_value: Option<Uuid>,
    /// The dispatch of the expert by whom they are treated instead.
    pub dispatch: Option<Uuid>,
}

impl Writing {
    /// Whether it names who treats a patient who is kept in house.
    #[must_use]
    pub const fn names_who_treats(&self) -> bool {
        self.consultation.is_some() || self.dispatch.is_some()
    }

    /// Notes every field whose form is wrong.
    pub fn check(&self, now: DateTime<Utc>, path: &str, problems: &mut Problems) {
        let at = |field: &str| format!("{path}.{field}");
        text::phone(self.sender_phone.as_deref(), &at("senderPhone"), problems);
        text::optional(
            self.reason_text.as_deref(),
            LONG,
            &at("reasonText"),
            problems,
        );
        if let Some(diagnoses) = &self.diagnoses {
            check_diagnoses(diagnoses, &at("diagnoses"), problems);
        }
        if let Some(clinical) = &self.clinical {
            for (field, value) in [
                ("presentIllness", &clinical.present_illness),
                ("pastHistory", &clinical.past_history),
                ("treatment", &clinical.treatment),
                ("examinations", &clinical.examinations),
                ("cautions", &clinical.cautions),
            ] {
                text::optional(
                    value.as_deref(),
                    LONG,
                    &at(&format!("clinical.{field}")),
                    problems,
                );
            }
        }
        if let Some(consent) = &self.consent {
            check_consent(consent, now, &at("consent"), problems);
        }
        if let Some(insurance) = &self.insurance {
            text::optional(
                insurance.number.as_deref(),
                LINE,
                &at("insurance.number"),
                problems,
            );
        }
        if let Some(handover) = &self.handover {
            check_handover(handover, &at("handover"), problems);
        }
        if let (Some(from), Some(to)) = (self.valid_from, self.valid_to) {
            problems.check(
                from <= to,
                at("validTo"),
                ProblemCode::Order,
                "The last day is not before the first.",
            );
        }
        if let Some(to) = self.valid_to {
            problems.check(
                end_of_day(to) > now,
                at("validTo"),
                ProblemCode::Order,
                "The last day has passed already.",
            );
        }
    }

    /// Writes it into the row.
    pub fn apply(&self, row: &mut referral::Model) {
        set(&mut row.sender_department_id, self.sender_department);
        set(&mut row.sender_practitioner_id, self.sender_practitioner);
        set(&mut row.sender_phone, self.sender_phone.clone());
        set(&mut row.receiver_id, self.receiver);
        set(&mut row.receiver_department_id, self.receiver_department);
        set(
            &mut row.receiver_practitioner_id,
            self.receiver_practitioner,
        );
        set(&mut row.urgency, self.urgency);
        set(&mut row.visit_type, self.visit_type);
        set(&mut row.care_setting, self.care_setting);
        set(&mut row.reason, self.reason);
        set(&mut row.suspected_infection, self.suspected_infection);
        set(&mut row.green_channel, self.green_channel);
        set(&mut row.assessor_id, self.assessor);
        set(&mut row.valid_from, self.valid_from.map(shanghai_midnight));
        set(&mut row.valid_to, self.valid_to.map(end_of_day));
        let content = &mut row.content;
        set(&mut content.reason_text, self.reason_text.clone());
        if let Some(diagnoses) = &self.diagnoses {
            content.diagnoses.clone_from(diagnoses);
        }
        if let Some(clinical) = &self.clinical {
            set(
                &mut content.clinical.present_illness,
                clinical.present_illness.clone(),
            );
            set(
                &mut content.clinical.past_history,
                clinical.past_history.clone(),
            );
            set(&mut content.clinical.treatment, clinical.treatment.clone());
            set(
                &mut content.clinical.examinations,
                clinical.examinations.clone(),
            );
            set(&mut content.clinical.cautions, clinical.cautions.clone());
        }
        set(&mut content.consent, self.consent.clone());
        set(&mut content.transport, self.transport);
        set(&mut content.payment, self.payment);
        set(&mut content.insurance, self.insurance.clone());
        if let Some(handover) = &self.handover {
            let kept = content.handover.get_or_insert_default();
            set(
                &mut kept.discharge_diagnosis,
                handover.discharge_diagnosis.clone(),
            );
            set(&mut kept.main_results, handover.main_results.clone());
            set(&mut kept.treatment, handover.treatment.clone());
            set(&mut kept.plan, handover.plan.clone());
            set(&mut kept.medication, handover.medication.clone());
            set(&mut kept.follow_up, handover.follow_up.clone());
            set(
                &mut kept.inpatient_number,
                handover.inpatient_number.clone(),
            );
            set(
                &mut kept.discharge_summary,
                handover.discharge_summary.clone(),
            );
        }
        summarise_diagnoses(row);
    }
}

fn set<T>(kept: &mut Option<T>, written: Option<T>) {
    if written.is_some() {
        *kept = written;
    }
}

/// Keeps the columns that rules and filters read in step with the diagnoses.
fn summarise_diagnoses(row: &mut referral::Model) {
    let principal = row
        .content
        .diagnoses
        .iter()
        .find(|diagnosis| diagnosis.principal);
    row.principal_code = principal.and_then(|diagnosis| diagnosis.code.clone());
    row.principal_category =
        principal.and_then(|diagnosis| category(diagnosis.system, diagnosis.code.as_deref()?));
    row.sensitive = row.content.diagnoses.iter().any(|diagnosis| {
        diagnosis.system == DiagnosisSystem::Icd10
            && diagnosis.code.as_deref().is_some_and(is_sensitive)
    });
}

/// The first three characters of an ICD-10 code; the whole code of the other classifications.
fn category(system: DiagnosisSystem, code: &str) -> Option<String> {
    match system {
        DiagnosisSystem::Icd10 => code.get(..3).map(str::to_owned),
        DiagnosisSystem::TcmDisease | DiagnosisSystem::TcmPattern => Some(code.to_owned()),
    }
}

/// Whether an ICD-10 code is withheld outside treatment: B20–B24, A50–A64, F00–F99, Z21, R75, O98.7, Z20.6, on either side of a
/// dagger-and-asterisk pair.
#[must_use]
pub fn is_sensitive(code: &str) -> bool {
    code.split('+').any(|part| {
        let (Some(letter), Some(number)) = (
            part.get(..1),
            part.get(1..3).and_then(|digits| digits.parse::<u8>().ok()),
        ) else {
            return false;
        };
        match (letter, number) {
            ("B", 20..=24) | ("A", 50..=64) | ("F", _) | ("Z", 21) | ("R", 75) => true,
            ("O", 98) => part.starts_with("O98.7"),
            ("Z", 20) => part.starts_with("Z20.6"),
            _ => false,
        }
    })
}

fn check_diagnoses(diagnoses: &[Diagnosis], path: &str, problems: &mut Problems) {
    problems.check(
        diagnoses.len() <= DIAGNOSES,
        path,
        ProblemCode::TooLarge,
        format!("At most {DIAGNOSES} diagnoses."),
    );
    if !diagnoses.is_empty() {
        let principal = diagnoses
            .iter()
            .filter(|diagnosis| diagnosis.principal)
            .count();
        problems.check(
            principal == 1,
            path,
            ProblemCode::Inconsistent,
            "Exactly one diagnosis is the principal one.",
        );
    }
    for (place, diagnosis) in diagnoses.iter().enumerate() {
        let at = |field: &str| format!("{path}[{place}].{field}");
        text::required(Some(&diagnosis.text), LINE, &at("text"), problems);
        let Some(code) = &diagnosis.code else {
            continue;
        };
        match diagnosis.system {
            DiagnosisSystem::Icd10 => problems.check(
                is_icd10(code),
                at("code"),
                ProblemCode::Format,
                "Not an ICD-10 code as Chinese systems send them (I10.x00x002, E11.900x001, B22.001+F02.4*).",
            ),
            DiagnosisSystem::TcmDisease | DiagnosisSystem::TcmPattern => text::required(Some(code), 50, &at("code"), problems),
        }
    }
}

/// `^[A-Z]\d{2}(\.[0-9xX][0-9A-Za-z]{0,9})?[+*]?(\+[A-Z]\d{2}(\.[0-9xX][0-9A-Za-z]{0,9})?\*?)?$`
#[must_use]
pub fn is_icd10(code: &str) -> bool {
    let Some(rest) = stem(code) else { return false };
    // One optional mark, then optionally a plus and a second stem with an asterisk: `A+`, `A*`, `A+B*`, `A++B`, `A*+B`.
    let second = |rest: &str| {
        rest.strip_prefix('+')
            .and_then(stem)
            .is_some_and(|rest| matches!(rest, "" | "*"))
    };
    rest.is_empty()
        || second(rest)
        || rest
            .strip_prefix(['+', '*'])
            .is_some_and(|rest| rest.is_empty() || second(rest))
}

/// Takes one code off the front: a letter, two digits, and an optional part after a point.
fn stem(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let plain = bytes.first()?.is_ascii_uppercase()
        && bytes.get(1)?.is_ascii_digit()
        && bytes.get(2)?.is_ascii_digit();
    if !plain {
        return None;
    }
    let rest = &text[3..];
    let Some(after_point) = rest.strip_prefix('.') else {
        return Some(rest);
    };
    let length = after_point
        .bytes()
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    let first = after_point.bytes().next()?;
    (matches!(first, b'0'..=b'9' | b'x' | b'X') && (1..=10).contains(&length))
        .then(|| &after_point[length..])
}

fn check_consent(consent: &Consent, now: DateTime<Utc>, path: &str, problems: &mut Problems) {
    let at = |field: &str| format!("{path}.{field}");
    text::optional(consent.signer.as_deref(), 100, &at("signer"), problems);
    text::optional(
        consent.override_reason.as_deref(),
        LONG,
        &at("overrideReason"),
        problems,
    );
    if consent.kind == ConsentKind::EmergencyOverride {
        problems.check(
            consent.override_reason.is_some(),
            at("overrideReason"),
            ProblemCode::Required,
            "An override names its reason.",
        );
    } else {
        problems.check(
            consent.signer.is_some(),
            at("signer"),
            ProblemCode::Required,
            "Who agreed is named.",
        );
        problems.check(
            consent.relation.is_some(),
            at("relation"),
            ProblemCode::Required,
            "Who the signer is to the patient is named.",
        );
        problems.check(
            consent.at.is_some(),
            at("at"),
            ProblemCode::Required,
            "When the patient agreed is named.",
        );
    }
    if let Some(signed) = consent.at {
        problems.check(
            signed <= now + chrono::Duration::minutes(5),
            at("at"),
            ProblemCode::Order,
            "Consent is not given in the future.",
        );
    }
}

fn check_handover(handover: &Handover, path: &str, problems: &mut Problems) {
    for (field, value) in [
        ("dischargeDiagnosis", &handover.discharge_diagnosis),
        ("mainResults", &handover.main_results),
        ("treatment", &handover.treatment),
        ("plan", &handover.plan),
        ("medication", &handover.medication),
        ("followUp", &handover.follow_up),
        ("inpatientNumber", &handover.inpatient_number),
        ("dischargeSummary", &handover.discharge_summary),
    ] {
        text::optional(value.as_deref(), LONG, &format!("{path}.{field}"), problems);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_as_chinese_systems_send_them() {
        for code in [
            "I10",
            "I10.x00x002",
            "E11.900x001",
            "B22.001+F02.4*",
            "I63.9",
            "A18.0+",
            "M01.1*",
            "A17.0++G01*",
            "S72.X",
        ] {
            assert!(is_icd10(code), "{code}");
        }
        for code in [
            "",
            "I",
            "I1",
            "i10",
            "I10.",
            "I10.a",
            "I10.12345678901",
            "I10 ",
            "I10+F02.4*x",
            "I10++",
            "诊断",
            "I10.x00x002；",
        ] {
            assert!(!is_icd10(code), "{code}");
        }
    }

    #[test]
    fn what_is_withheld_outside_treatment() {
        for code in [
            "B20.1",
            "B24",
            "A50",
            "A64.x",
            "F00",
            "F99.9",
            "Z21",
            "R75",
            "O98.7",
            "Z20.6",
            "B22.001+F02.4*",
            "G30.0+F00.0*",
        ] {
            assert!(is_sensitive(code), "{code}");
        }
        for code in [
            "B19", "B25", "A49", "A65", "Z20.5", "O98.6", "I10", "E11.9", "",
        ] {
            assert!(!is_sensitive(code), "{code}");
        }
    }
}
