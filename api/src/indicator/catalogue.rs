//! The catalogue: every indicator, with its names, what is divided by what, which date counts and who is credited. One list a subject, each indicator in one place.
//!
//! `tests/snapshots/indicators.snap` is this catalogue as a table for the bureau.

use entity::{
    enums::{IndicatorUnit, Side, StatisticsDimension},
    indicator_counts::Measure,
};

use super::figures::{Clock, Figures};

mod centre;
mod dispatch;
mod family;
mod referral;
mod volume;

/// An indicator 监测指标.
#[derive(Clone, Copy, Debug)]
pub struct Indicator {
    /// Its code.
    pub code: &'static str,
    /// Its English name.
    pub name: &'static str,
    /// Its Chinese name.
    pub name_zh: &'static str,
    /// What is counted, or measured.
    pub numerator: &'static str,
    /// Of what it is a part; none where it is a count.
    pub denominator: Option<&'static str>,
    /// What its value is counted in.
    pub unit: IndicatorUnit,
    /// Which date counts.
    pub basis: Basis,
    /// Which side of a referral is credited; none where it is not one of two sides.
    pub side: Option<Side>,
    /// How its value is made.
    pub formula: Formula,
    /// Where its figures come from.
    pub source: Source,
}

/// How a value is made of what was counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Formula {
    /// A count.
    Count(Measure),
    /// Half of a count.
    Half(Measure),
    /// A part of a whole, or a mean.
    Ratio(Measure, Measure),
    /// Within how many units of a minute that part of the cases came: the clock, the part, and the minutes of a unit.
    Quantile(Clock, f64, f64),
    /// By how much a count has grown against the one before, as a part of that.
    Growth(Measure, Measure),
}

/// Where figures come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Referrals, with their legs, holds and follow-ups.
    Referrals,
    /// Throughput of shared centres.
    Centres,
    /// The registry as it is now.
    Registry,
    /// What institutions report of their months.
    Volumes,
    /// Supervision visits.
    Supervision,
    /// Dispatches of experts.
    Dispatches,
    /// Contracts and teams of family doctors.
    Family,
}

/// Which date counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The patient's arrival.
    Arrival,
    /// The day on which the receiver got the referral.
    Leg,
    /// The posting.
    Posting,
    /// Of each thing that is counted its own.
    Event,
    /// The month of the report.
    Report,
    /// The end of the period.
    End,
    /// None: the registry as it is now.
    Now,
}

impl Basis {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Arrival => "Arrival date 到达日期",
            Self::Leg => "Date on which the receiver got the referral 接到转诊日期",
            Self::Posting => "Posting date 发出日期",
            Self::Event => "Date of each event 业务发生日期",
            Self::Report => "Month of the report 填报月份",
            Self::End => "End of the period 期末",
            Self::Now => "Registry as it is now 当前登记",
        }
    }
}

/// What an indicator says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Value {
    /// The value; none on an empty denominator, or where withheld.
    pub value: Option<f64>,
    /// What was counted.
    pub numerator: Option<f64>,
    /// Of how many.
    pub denominator: Option<f64>,
    /// Whether it is withheld because it is small.
    pub suppressed: bool,
}

impl Value {
    /// A value that is withheld.
    #[must_use]
    pub fn withheld() -> Self {
        Self {
            suppressed: true,
            ..Self::default()
        }
    }
}

impl Formula {
    /// The value of what was counted.
    #[must_use]
    pub fn value(self, figures: &Figures) -> Value {
        match self {
            Self::Count(measure) => {
                let count = Some(float(figures.count(measure)));
                Value {
                    value: count,
                    numerator: count,
                    ..Value::default()
                }
            }
            Self::Half(measure) => {
                let count = Some(float(figures.count(measure)) / 2.0);
                Value {
                    value: count,
                    numerator: count,
                    ..Value::default()
                }
            }
            Self::Ratio(part, whole) => share(figures.count(part), figures.count(whole)),
            Self::Quantile(clock, part, minutes) => Value {
                value: figures.within(clock, part).map(|took| took / minutes),
                denominator: Some(float(figures.times(clock))),
                ..Value::default()
            },
            Self::Growth(now, before) => {
                let before = figures.count(before);
                share(figures.count(now) - before, before)
            }
        }
    }

    /// The value of a part of the numerator; none where it has no parts.
    #[must_use]
    pub fn part(self, figures: &Figures, part: &str) -> Option<Value> {
        let count = |measure: Measure| {
            let parts = figures.counts.parts.get(&measure);
            parts
                .and_then(|parts| parts.get(part))
                .copied()
                .unwrap_or_default()
        };
        match self {
            Self::Count(measure) => Some(Value {
                value: Some(float(count(measure))),
                numerator: Some(float(count(measure))),
                ..Value::default()
            }),
            Self::Ratio(measure, whole) => Some(share(count(measure), figures.count(whole))),
            Self::Half(_) | Self::Quantile(..) | Self::Growth(..) => None,
        }
    }

    /// The measure whose parts are told, and how many cases stand behind a value: numerator and denominator, which may be the same.
    #[must_use]
    pub fn cases(self, figures: &Figures) -> (i64, i64) {
        match self {
            Self::Count(measure) | Self::Half(measure) => {
                (figures.count(measure), figures.count(measure))
            }
            Self::Ratio(part, whole) => (figures.count(part), figures.count(whole)),
            Self::Quantile(clock, ..) => (figures.times(clock), figures.times(clock)),
            Self::Growth(now, before) => (figures.count(now), figures.count(before)),
        }
    }

    /// The measure that is counted; none of a time.
    #[must_use]
    pub const fn measure(self) -> Option<Measure> {
        match self {
            Self::Count(measure)
            | Self::Half(measure)
            | Self::Ratio(measure, _)
            | Self::Growth(measure, _) => Some(measure),
            Self::Quantile(..) => None,
        }
    }
}

/// A part of a whole; none of nothing.
#[must_use]
pub fn share(part: i64, whole: i64) -> Value {
    Value {
        value: (whole != 0).then(|| float(part) / float(whole)),
        numerator: Some(float(part)),
        denominator: Some(float(whole)),
        suppressed: false,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
const fn float(count: i64) -> f64 {
    count as f64
}

impl Indicator {
    /// Whether it can be broken down by that.
    #[must_use]
    pub fn breaks_down_by(&self, by: StatisticsDimension) -> bool {
        match by {
            // Contracts are counted once, at the end.
            StatisticsDimension::Month => self.basis != Basis::Now && self.source != Source::Family,
            StatisticsDimension::Institution => true,
            StatisticsDimension::CareSetting => matches!(
                self.formula,
                Formula::Count(
                    Measure::SentUp
                        | Measure::SentDown
                        | Measure::SentLateral
                        | Measure::SentOutward
                        | Measure::InHouse
                        | Measure::ReceivedUp
                        | Measure::ReceivedDown
                )
            ),
            StatisticsDimension::Reason => matches!(
                self.formula.measure(),
                Some(Measure::Refused | Measure::CentreReturned)
            ),
            StatisticsDimension::Tag if self.formula.measure() == Some(Measure::Signed) => true,
            StatisticsDimension::Tag
            | StatisticsDimension::Diagnosis
            | StatisticsDimension::Age
            | StatisticsDimension::Sex => {
                self.source == Source::Referrals && !matches!(self.formula, Formula::Growth(..))
            }
        }
    }
}

/// Whether that is something of the patient.
#[must_use]
pub const fn is_of_patient(by: StatisticsDimension) -> bool {
    matches!(
        by,
        StatisticsDimension::Tag
            | StatisticsDimension::Diagnosis
            | StatisticsDimension::Age
            | StatisticsDimension::Sex
    )
}

/// Every indicator, in the order of a sheet.
pub fn all() -> impl Iterator<Item = &'static Indicator> {
    [
        referral::INDICATORS,
        centre::INDICATORS,
        dispatch::INDICATORS,
        family::INDICATORS,
        volume::INDICATORS,
    ]
    .into_iter()
    .flatten()
}

/// The indicator of that code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Indicator> {
    all().find(|indicator| indicator.code == code)
}

/// The catalogue as a table: what the bureau reviews.
#[must_use]
pub fn table() -> String {
    let mut table = String::from(
        "| Code 代码 | Name 名称 | Numerator 分子 | Denominator 分母 | Unit 单位 | Date that counts 统计日期 | Credited 归属 | Breakdowns 分组 |\n|---|---|---|---|---|---|---|---|\n",
    );
    for one in all() {
        let by = StatisticsDimension::ALL.iter();
        let by = by.filter(|by| one.breaks_down_by(**by));
        let by: Vec<&str> = by.map(|by| by.code()).collect();
        let cells = [
            one.code,
            &format!("{} {}", one.name, one.name_zh),
            one.numerator,
            one.denominator.unwrap_or("–"),
            one.unit.code(),
            one.basis.words(),
            one.side.map_or("–", Side::code),
            &by.join(", "),
        ];
        table.extend(["| ", &cells.join(" | "), " |\n"]);
    }
    table
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_indicator_has_a_code_of_its_own_and_both_names() {
        let codes: BTreeSet<&str> = all().map(|one| one.code).collect();
        assert_eq!(codes.len(), all().count());
        for one in all() {
            let plain = |letter: char| {
                letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_'
            };
            assert!(one.code.chars().all(plain), "{}", one.code);
            assert!(one.name.is_ascii(), "{}", one.code);
            assert!(!one.name_zh.is_ascii(), "{}", one.code);
            let counts = matches!(one.formula, Formula::Count(_) | Formula::Half(_));
            assert_eq!(one.denominator.is_none(), counts, "{}", one.code);
        }
    }

    #[test]
    fn nothing_divided_by_nothing_is_null() {
        let nothing = Figures::default();
        for one in all() {
            let value = one.formula.value(&nothing);
            match one.formula {
                Formula::Count(_) | Formula::Half(_) => {
                    assert_eq!(value.value, Some(0.0), "{}", one.code);
                }
                _ => assert_eq!(value.value, None, "{}", one.code),
            }
        }
    }
}
