//! What is written: the content of a referral, and of what is said about it later.

use chrono::{DateTime, Days, Utc};
use entity::{
    enums::{
        ConsentKind, ConsentRelation, ContactOutcome, InsuranceFilingStatus, NoFollowUpReason,
        PaymentKind, ReferralReason, TreatmentOutcome, Urgency, VisitType,
    },
    referral_content::{Consent, Handover, Insurance},
};
use uuid::Uuid;

use super::{
    cast::Cast,
    dice::Dice,
    person::{self, Person},
    plan::{Case, Plan},
};
use crate::{
    app::App,
    clock::shanghai_day,
    network::directory::Directory,
    patient::{PatientRef, Registration},
    referral::{route::SENIOR_TITLES, writing::Writing},
};

/// The patient, as the sender's system tells it.
#[must_use]
pub fn patient(plan: &Plan, case: &Case, at: DateTime<Utc>) -> PatientRef {
    let registration: Registration = match case.patient {
        Some(number) => plan.people[number].registration(shanghai_day(at)),
        None => person::unknown(),
    };
    PatientRef::Register(Box::new(registration))
}

/// What the sender writes.
#[must_use]
pub fn writing(
    app: &App,
    players: &Cast,
    plan: &Plan,
    case: &Case,
    dice: &mut Dice,
    at: DateTime<Utc>,
) -> Writing {
    let directory = app.directory.now();
    let today = shanghai_day(at);
    let patient = case.patient.map(|number| &plan.people[number]);
    let (sex, age) = patient.map_or(("男", 50), |one| {
        (if one.man { "男" } else { "女" }, one.age(today))
    });
    let doctors: Vec<_> = players.doctors(case.sender).collect();
    let doctor = (!doctors.is_empty()).then(|| dice.pick(&doctors));
    let assessor = doctors.iter().find(|one| {
        one.title
            .as_deref()
            .is_some_and(|title| SENIOR_TITLES.contains(&title))
    });
    let sender = directory.institution(case.sender);
    let traditional = sender.is_some_and(|one| one.type_code.starts_with("A21"));
    let receiving = receiving_department(&directory, case).filter(|_| dice.happens(60));
    Writing {
        sender_department: doctor.and_then(|one| one.department_id),
        sender_practitioner: doctor.map(|one| one.id),
        sender_phone: sender.and_then(|one| one.phone.clone()),
        receiver: Some(case.receiver),
        receiver_department: receiving,
        urgency: Some(case.urgency),
        visit_type: Some(case.visit),
        care_setting: Some(case.care),
        reason: Some(reason(case, dice)),
        diagnoses: Some(case.illness.diagnoses(traditional)),
        clinical: Some(case.illness.clinical(dice, sex, age)),
        suspected_infection: Some(false),
        green_channel: case.ground,
        consent: Some(consent(patient, at)),
        payment: Some(PaymentKind::Insurance),
        insurance: case.is_assessed().then(|| Insurance {
            status: InsuranceFilingStatus::Filed,
            number: Some(format!("YB{}{:05}", today.format("%Y%m%d"), case.number)),
        }),
        assessor: assessor.filter(|_| case.is_assessed()).map(|one| one.id),
        valid_from: Some(today),
        valid_to: today.checked_add_days(Days::new(14)),
        handover: case.goes_down.then(|| handover(case, dice)),
        ..Writing::default()
    }
}

/// The department of the receiver that treats what the patient has; none where the receiver names none.
#[must_use]
pub fn receiving_department(directory: &Directory, case: &Case) -> Option<Uuid> {
    let emergency = case.urgency == Urgency::Emergency;
    let wanted = if emergency {
        "2000"
    } else {
        case.illness.department
    };
    let all = directory.departments_of.get(&case.receiver)?;
    let named = |code: &str| {
        let of_code = |id: &&Uuid| {
            directory
                .departments
                .get(id)
                .is_some_and(|one| one.code == code)
        };
        all.iter().find(of_code).copied()
    };
    named(wanted).or_else(|| all.first().copied())
}

fn reason(case: &Case, dice: &mut Dice) -> ReferralReason {
    use ReferralReason::{
        ChronicCare, Complex, Critical, FurtherExamination, NoTechnique, OutOfScope,
        Rehabilitation, Stable,
    };
    if case.goes_down {
        return *dice.pick(&[Stable, ChronicCare, Rehabilitation]);
    }
    if case.illness.acute {
        return Critical;
    }
    *dice.pick(&[
        Complex,
        NoTechnique,
        OutOfScope,
        FurtherExamination,
        FurtherExamination,
    ])
}

fn consent(patient: Option<&Person>, at: DateTime<Utc>) -> Consent {
    match patient {
        Some(one) => {
            let grown = one.age(shanghai_day(at)) >= 18;
            Consent {
                kind: ConsentKind::Written,
                signer: Some(if grown {
                    one.name.clone()
                } else {
                    format!("{}之母", one.name)
                }),
                relation: Some(if grown {
                    ConsentRelation::Patient
                } else {
                    ConsentRelation::Parent
                }),
                at: Some(at),
                override_reason: None,
            }
        }
        None => Consent {
            kind: ConsentKind::EmergencyOverride,
            signer: None,
            relation: None,
            at: Some(at),
            override_reason: Some("患者意识不清，身份不明，无家属在场。".into()),
        },
    }
}

fn handover(case: &Case, dice: &mut Dice) -> Handover {
    let illness = case.illness;
    let admitted = case.visit == VisitType::Inpatient;
    let text = |text: String| Some(text);
    Handover {
        discharge_diagnosis: text(format!("{}（好转）", illness.text)),
        main_results: text("复查血常规、肝肾功能基本正常。".into()),
        treatment: text(format!("{}，病情平稳。", illness.treatment)),
        plan: text("继续药物治疗，循序渐进康复锻炼。".into()),
        medication: text("按出院带药继续服用，勿自行停药。".into()),
        follow_up: text(format!(
            "{}天内随访一次，监测血压血糖。",
            dice.between(5, 10)
        )),
        inpatient_number: admitted.then(|| format!("ZY{:06}", 100_000 + case.number)),
        discharge_summary: admitted.then(|| format!("因{}住院治疗，好转出院。", illness.text)),
    }
}

/// What is missing, as a receiver says it.
#[must_use]
pub fn missing(dice: &mut Dice) -> Vec<String> {
    const ITEMS: &[&str] = &[
        "近期血常规报告",
        "影像资料或报告",
        "用药清单",
        "既往住院小结",
    ];
    vec![(*dice.pick(ITEMS)).to_owned()]
}

/// What came of the treatment.
#[must_use]
pub fn outcome(dice: &mut Dice) -> TreatmentOutcome {
    *dice.weighted(&[
        (70, TreatmentOutcome::Improved),
        (20, TreatmentOutcome::Cured),
        (6, TreatmentOutcome::Unchanged),
        (3, TreatmentOutcome::Transferred),
        (1, TreatmentOutcome::Died),
    ])
}

/// Why nothing follows a report of that outcome.
#[must_use]
pub const fn no_follow_up(outcome: TreatmentOutcome) -> NoFollowUpReason {
    match outcome {
        TreatmentOutcome::Cured => NoFollowUpReason::Cured,
        TreatmentOutcome::Died => NoFollowUpReason::Died,
        TreatmentOutcome::Transferred => NoFollowUpReason::Transferred,
        TreatmentOutcome::Improved | TreatmentOutcome::Unchanged => NoFollowUpReason::NotNeeded,
    }
}

/// What came of contacting a patient who did not come.
#[must_use]
pub fn contact(dice: &mut Dice) -> ContactOutcome {
    *dice.pick(&[
        ContactOutcome::WentElsewhere,
        ContactOutcome::Recovered,
        ContactOutcome::Declined,
        ContactOutcome::Unreachable,
    ])
}
