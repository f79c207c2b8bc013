//! What was found: which values can be, and what suggests a referral. Pure.
//!
//! The thresholds are those of the national standards for basic public health services, third edition of 2017 国家基本公共卫生服务规范（第三版）: the
//! parts on hypertension 高血压患者健康管理 and type 2 diabetes 2型糖尿病患者健康管理, section 随访评估 and 分类干预. They know no part on stroke; its signs
//! are those that the national programme teaches by the telephone number of the ambulance, 中风120: 1 看脸, 2 查胳膊, 0 聆听语言.

use chrono::Duration;
use entity::{
    enums::{FollowUpAlert, FollowUpResult, FollowUpSign, FollowUpTemplate, Urgency},
    follow_up::Readings,
};

use crate::error::{ProblemCode, Problems};

/// How soon after it suggested a referral a follow-up asks what became of that: within two weeks, by the same standards.
pub const ASKED_AFTER: Duration = Duration::days(14);

/// Notes values that nobody has, and halves of a measurement.
pub fn check(readings: &Readings, path: &str, problems: &mut Problems) {
    let at = |field: &str| format!("{path}.{field}");
    let Readings {
        systolic,
        diastolic,
        glucose,
        glucose_kind,
        heart_rate,
        temperature,
    } = *readings;
    problems.check(
        *readings != Readings::default(),
        path,
        ProblemCode::Required,
        "Leave it out where nothing was measured.",
    );
    for (field, value, least, most) in [
        ("systolic", systolic.map(f64::from), 40.0, 300.0),
        ("diastolic", diastolic.map(f64::from), 20.0, 200.0),
        ("glucose", glucose, 0.5, 60.0),
        ("heartRate", heart_rate.map(f64::from), 20.0, 300.0),
        ("temperature", temperature, 30.0, 45.0),
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

/// Notes a sign that is named twice.
pub fn check_signs(signs: &[FollowUpSign], path: &str, problems: &mut Problems) {
    for (place, sign) in signs.iter().enumerate() {
        problems.check(
            !signs[..place].contains(sign),
            format!("{path}[{place}]"),
            ProblemCode::Taken,
            "Once is enough.",
        );
    }
}

/// What a follow-up found, as far as it may suggest a referral.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// What its plan was made after.
    pub template: FollowUpTemplate,
    /// What was measured.
    pub readings: Readings,
    /// Signs that were seen or told.
    pub signs: &'a [FollowUpSign],
    /// How it was classed.
    pub result: FollowUpResult,
    /// How the one before it was.
    pub before: Option<FollowUpResult>,
}

/// What in it suggests a referral 建议转诊. Of everybody: blood pressure from 180 or 110 mmHg on, glucose from 16.7 mmol/L on or 3.9 and below,
/// signs of danger. Of a diabetic also a heart rate above 100 and a temperature above 39 °C. Of whoever is followed for an illness: a class that is
/// not satisfied twice in a row, or a complication.
#[must_use]
pub fn alerts(found: &Found<'_>) -> Vec<FollowUpAlert> {
    let Found {
        template,
        readings,
        signs,
        result,
        before,
    } = *found;
    let at_least = |value: Option<i32>, least: i32| value.is_some_and(|value| value >= least);
    let pressed = at_least(readings.systolic, 180) || at_least(readings.diastolic, 110);
    let diabetic = template == FollowUpTemplate::Diabetes;
    let followed = template != FollowUpTemplate::General;
    let stroke = signs.iter().any(|sign| is_stroke(*sign));
    let unsatisfied = |result| {
        matches!(
            result,
            FollowUpResult::Uncontrolled | FollowUpResult::AdverseReaction
        )
    };
    [
        (pressed, FollowUpAlert::BloodPressureHigh),
        (
            readings.glucose.is_some_and(|value| value >= 16.7),
            FollowUpAlert::GlucoseHigh,
        ),
        (
            readings.glucose.is_some_and(|value| value <= 3.9),
            FollowUpAlert::GlucoseLow,
        ),
        (
            diabetic && at_least(readings.heart_rate, 101),
            FollowUpAlert::HeartRateHigh,
        ),
        (
            diabetic && readings.temperature.is_some_and(|value| value > 39.0),
            FollowUpAlert::Fever,
        ),
        (stroke, FollowUpAlert::StrokeSign),
        (
            signs.iter().any(|sign| !is_stroke(*sign)),
            FollowUpAlert::DangerSign,
        ),
        (
            followed && unsatisfied(result) && before.is_some_and(unsatisfied),
            FollowUpAlert::UncontrolledTwice,
        ),
        (
            followed && result == FollowUpResult::Complication,
            FollowUpAlert::NewComplication,
        ),
    ]
    .into_iter()
    .filter_map(|(is, alert)| is.then_some(alert))
    .collect()
}

/// 口角歪斜, 肢体无力, 言语不清.
const fn is_stroke(sign: FollowUpSign) -> bool {
    matches!(
        sign,
        FollowUpSign::FaceDroop | FollowUpSign::LimbWeakness | FollowUpSign::SlurredSpeech
    )
}

/// How urgent the referral is that these suggest; none where nothing does. What the standards refer "urgently after first treatment" 处理后紧急转诊 is
/// urgent, a stroke an emergency, the rest routine.
#[must_use]
pub fn suggested(alerts: &[FollowUpAlert]) -> Option<Urgency> {
    let urgency = |alert: &FollowUpAlert| match alert {
        FollowUpAlert::StrokeSign => Urgency::Emergency,
        FollowUpAlert::BloodPressureHigh
        | FollowUpAlert::GlucoseHigh
        | FollowUpAlert::GlucoseLow
        | FollowUpAlert::HeartRateHigh
        | FollowUpAlert::Fever
        | FollowUpAlert::DangerSign => Urgency::Urgent,
        FollowUpAlert::UncontrolledTwice | FollowUpAlert::NewComplication => Urgency::Routine,
    };
    // The most urgent stands first in the set.
    alerts.iter().map(urgency).min()
}

/// The same in words, for the follow-up's form.
#[must_use]
pub const fn reason(alert: FollowUpAlert) -> &'static str {
    match alert {
        FollowUpAlert::BloodPressureHigh => "血压 ≥180/110 mmHg",
        FollowUpAlert::GlucoseHigh => "血糖 ≥16.7 mmol/L",
        FollowUpAlert::GlucoseLow => "血糖 ≤3.9 mmol/L",
        FollowUpAlert::HeartRateHigh => "心率 >100 次/分",
        FollowUpAlert::Fever => "体温 >39 ℃",
        FollowUpAlert::DangerSign => "出现危急体征",
        FollowUpAlert::StrokeSign => "疑似卒中",
        FollowUpAlert::UncontrolledTwice => "连续两次控制不满意",
        FollowUpAlert::NewComplication => "出现新的并发症或原有并发症加重",
    }
}

/// What a follow-up after that template measures, by the name of the field.
#[must_use]
pub const fn asked(template: FollowUpTemplate) -> &'static [&'static str] {
    match template {
        FollowUpTemplate::General => &[],
        FollowUpTemplate::Stroke => &["systolic", "diastolic", "glucose", "signs"],
        FollowUpTemplate::Hypertension => &["systolic", "diastolic", "heartRate", "signs"],
        FollowUpTemplate::Diabetes => &[
            "systolic",
            "diastolic",
            "glucose",
            "glucoseKind",
            "heartRate",
            "temperature",
            "signs",
        ],
    }
}

/// The signs that a follow-up after that template asks for.
#[must_use]
pub const fn signs(template: FollowUpTemplate) -> &'static [FollowUpSign] {
    use FollowUpSign::{
        AbdominalPain, AcetoneBreath, BlurredVision, ChestTightness, Consciousness, DeepBreathing,
        Dyspnoea, FaceDroop, LimbWeakness, PregnantOrNursing, SevereHeadache, SlurredSpeech,
        Sweating, Vomiting,
    };
    match template {
        FollowUpTemplate::General => &[],
        FollowUpTemplate::Stroke => &[
            FaceDroop,
            LimbWeakness,
            SlurredSpeech,
            Consciousness,
            SevereHeadache,
            BlurredVision,
        ],
        FollowUpTemplate::Hypertension => &[
            Consciousness,
            SevereHeadache,
            Vomiting,
            BlurredVision,
            ChestTightness,
            Dyspnoea,
            PregnantOrNursing,
        ],
        FollowUpTemplate::Diabetes => &[
            Consciousness,
            AcetoneBreath,
            Sweating,
            ChestTightness,
            Vomiting,
            AbdominalPain,
            DeepBreathing,
            BlurredVision,
            PregnantOrNursing,
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(template: FollowUpTemplate) -> Found<'static> {
        Found {
            template,
            readings: Readings::default(),
            signs: &[],
            result: FollowUpResult::Controlled,
            before: None,
        }
    }

    #[test]
    fn thresholds_are_those_of_the_standards() {
        let glucose = |value| Found {
            readings: Readings {
                glucose: Some(value),
                ..Readings::default()
            },
            ..found(FollowUpTemplate::General)
        };
        assert_eq!(alerts(&glucose(16.6)), []);
        assert_eq!(alerts(&glucose(16.7)), [FollowUpAlert::GlucoseHigh]);
        assert_eq!(alerts(&glucose(4.0)), []);
        assert_eq!(alerts(&glucose(3.9)), [FollowUpAlert::GlucoseLow]);
        let pressure = |systolic, diastolic| Found {
            readings: Readings {
                systolic: Some(systolic),
                diastolic: Some(diastolic),
                ..Readings::default()
            },
            ..found(FollowUpTemplate::Hypertension)
        };
        assert_eq!(alerts(&pressure(179, 109)), []);
        for high in [pressure(180, 90), pressure(150, 110)] {
            assert_eq!(alerts(&high), [FollowUpAlert::BloodPressureHigh]);
        }
    }

    #[test]
    fn heart_and_temperature_count_in_a_diabetic() {
        let readings = Readings {
            heart_rate: Some(101),
            temperature: Some(39.1),
            ..Readings::default()
        };
        for (template, many) in [
            (FollowUpTemplate::Diabetes, 2),
            (FollowUpTemplate::Hypertension, 0),
        ] {
            let found = Found {
                readings,
                ..found(template)
            };
            assert_eq!(alerts(&found).len(), many, "{template:?}");
        }
    }

    #[test]
    fn what_is_not_controlled_twice_in_a_row_is_referred() {
        let twice = Found {
            result: FollowUpResult::Uncontrolled,
            before: Some(FollowUpResult::AdverseReaction),
            ..found(FollowUpTemplate::Hypertension)
        };
        let alerts_of = |found: &Found<'_>| alerts(found);
        assert_eq!(alerts_of(&twice), [FollowUpAlert::UncontrolledTwice]);
        assert_eq!(suggested(&alerts(&twice)), Some(Urgency::Routine));
        let once = Found {
            before: Some(FollowUpResult::Controlled),
            ..twice
        };
        assert_eq!(alerts(&once), []);
        let general = Found {
            template: FollowUpTemplate::General,
            ..twice
        };
        assert_eq!(alerts(&general), []);
    }

    #[test]
    fn the_most_urgent_decides() {
        let both = [FollowUpAlert::UncontrolledTwice, FollowUpAlert::StrokeSign];
        assert_eq!(suggested(&both), Some(Urgency::Emergency));
        assert_eq!(
            suggested(&[FollowUpAlert::GlucoseHigh]),
            Some(Urgency::Urgent)
        );
        assert_eq!(suggested(&[]), None);
    }
}
