//! What was measured: which values can be, and which suggest a referral. Pure.

use entity::{enums::FollowUpAlert, follow_up::Readings};

use crate::error::{ProblemCode, Problems};

/// Notes values that nobody has, and halves of a measurement.
pub fn check(readings: &Readings, path: &str, problems: &mut Problems) {
    let at = |field: &str| format!("{path}.{field}");
    let Readings {
        systolic,
        diastolic,
        glucose,
        glucose_kind,
    } = *readings;
    problems.check(
        systolic.is_some() || diastolic.is_some() || glucose.is_some(),
        path,
        ProblemCode::Required,
        "Leave it out where nothing was measured.",
    );
    for (field, value, least, most) in [
        ("systolic", systolic.map(f64::from), 40.0, 300.0),
        ("diastolic", diastolic.map(f64::from), 20.0, 200.0),
        ("glucose", glucose, 0.5, 60.0),
    ] {
        let Some(value) = value else { continue };
        problems.check(
            value >= least,
            at(field),
            ProblemCode::TooSmall,
            format!("From {least} on."),
        );
        problems.check(
            value <= most,
            at(field),
            ProblemCode::TooLarge,
            format!("At most {most}."),
        );
    }
    for (field, given, other) in [
        ("systolic", systolic.is_some(), diastolic.is_some()),
        ("diastolic", diastolic.is_some(), systolic.is_some()),
    ] {
        problems.check(
            given || !other,
            at(field),
            ProblemCode::Required,
            "Blood pressure is two values.",
        );
    }
    if let (Some(systolic), Some(diastolic)) = (systolic, diastolic) {
        problems.check(
            diastolic < systolic,
            at("diastolic"),
            ProblemCode::Inconsistent,
            "Below the systolic value.",
        );
    }
    problems.check(
        glucose.is_some() == glucose_kind.is_some(),
        at("glucoseKind"),
        if glucose.is_some() {
            ProblemCode::Required
        } else {
            ProblemCode::NotAllowed
        },
        "Glucose comes with when it was measured.",
    );
}

/// What in the values suggests a referral, by the national standards for basic public health services 国家基本公共卫生服务规范: blood pressure from
/// 180 or 110 mmHg on; glucose from 16.7 mmol/L on, or 3.9 and below.
#[must_use]
pub fn alerts(readings: &Readings) -> Vec<FollowUpAlert> {
    let pressed = readings.systolic.is_some_and(|value| value >= 180)
        || readings.diastolic.is_some_and(|value| value >= 110);
    let high = readings.glucose.is_some_and(|value| value >= 16.7);
    let low = readings.glucose.is_some_and(|value| value <= 3.9);
    [
        (pressed, FollowUpAlert::BloodPressureHigh),
        (high, FollowUpAlert::GlucoseHigh),
        (low, FollowUpAlert::GlucoseLow),
    ]
    .into_iter()
    .filter_map(|(is, alert)| is.then_some(alert))
    .collect()
}
