//! The people of the district: who may fall ill.

use chrono::{Datelike as _, Days, NaiveDate};
use entity::enums::{CertificateKind, InsuranceKind, Sex, TagKind};

use super::{dice::Dice, district::REGION, name};
use crate::patient::{CertificateInput, Registration, TagInput};

/// Somebody who lives in a village of the district.
#[derive(Clone, Debug)]
pub struct Person {
    /// The village's station, by its place in the list of stations.
    pub home: usize,
    /// Name.
    pub name: String,
    /// Whether it is a man.
    pub man: bool,
    /// Birth date.
    pub born: NaiveDate,
    /// Which of the district's people, from 0.
    number: usize,
    village: String,
}

impl Person {
    /// The person of that number, at home in that village.
    #[must_use]
    pub fn new(
        dice: &mut Dice,
        number: usize,
        home: usize,
        village: &str,
        today: NaiveDate,
    ) -> Self {
        let man = dice.happens(49);
        // The sick of a district are old, mothers and children.
        let years = match dice.below(10) {
            0 => dice.between(1, 15),
            1 | 2 => dice.between(20, 45),
            _ => dice.between(46, 88),
        };
        let days = u64::try_from(years * 365 + dice.between(0, 364)).unwrap_or(0);
        Self {
            home,
            name: name::person(dice, man),
            man,
            born: today.checked_sub_days(Days::new(days)).unwrap_or(today),
            number,
            village: village.to_owned(),
        }
    }

    /// Full years on that day.
    #[must_use]
    pub fn age(&self, today: NaiveDate) -> i32 {
        let had_birthday = (today.month(), today.day()) >= (self.born.month(), self.born.day());
        today.year() - self.born.year() - i32::from(!had_birthday)
    }

    /// Phone.
    #[must_use]
    pub fn phone(&self) -> String {
        // No operator has this range.
        format!("1000000{:04}", self.number % 10_000)
    }

    /// What a hospital system would tell of the person.
    #[must_use]
    pub fn registration(&self, today: NaiveDate) -> Registration {
        let mut tags = Vec::new();
        let mut tag = |kind, wanted: bool| {
            let starts_on = today.with_ordinal(1).unwrap_or(today).into();
            if wanted {
                tags.push(TagInput {
                    tag: kind,
                    starts_on,
                    ends_on: None,
                });
            }
        };
        let age = self.age(today);
        tag(TagKind::Child06, age <= 6);
        tag(TagKind::Aged65, age >= 65);
        tag(
            TagKind::Hypertension,
            age > 50 && self.number.is_multiple_of(3),
        );
        tag(TagKind::Diabetes, age > 45 && self.number.is_multiple_of(7));
        tag(TagKind::LowIncome, self.number.is_multiple_of(23));
        Registration {
            name: Some(self.name.clone()),
            sex: if self.man { Sex::Male } else { Sex::Female },
            birth_date: Some(self.born.into()),
            certificate: Some(CertificateInput {
                kind: CertificateKind::ResidentIdCard,
                number: self.certificate_number(),
            }),
            phone: Some(self.phone()),
            address: Some(format!("青澜县{}{}号", self.village, self.number % 90 + 1)),
            health_record_number: Some(format!("{REGION}{:011}", self.number + 1)),
            insurance_kind: Some(if self.number.is_multiple_of(4) {
                InsuranceKind::Employee
            } else {
                InsuranceKind::Resident
            }),
            tags,
            unidentified: false,
        }
    }

    /// Number of the identity card: GB 11643 in a region that does not exist.
    #[must_use]
    pub fn certificate_number(&self) -> String {
        // Two people with the same birthday have different sequence numbers; odd ones are men's.
        let sequence = (self.number % 499) * 2 + usize::from(self.man);
        let digits = format!("{REGION}{}{sequence:03}", self.born.format("%Y%m%d"));
        let rest = digits
            .bytes()
            .fold(0, |rest, digit| (rest + u32::from(digit - b'0')) * 2 % 11);
        match (12 - rest) % 11 {
            10 => format!("{digits}X"),
            check => format!("{digits}{check}"),
        }
    }
}

/// What is told of a patient whom nobody knows.
#[must_use]
pub fn unknown() -> Registration {
    Registration {
        name: Some("无名氏（路边发现，约五十岁）".into()),
        sex: Sex::Male,
        birth_date: None,
        certificate: None,
        phone: None,
        address: None,
        health_record_number: None,
        insurance_kind: None,
        tags: Vec::new(),
        unidentified: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Problems;

    #[test]
    fn what_is_told_of_a_person_is_good() {
        let now = crate::clock::Clock::system().now();
        let today = crate::clock::shanghai_day(now);
        let mut dice = Dice::apart(1, 0);
        let mut numbers = std::collections::HashSet::new();
        for number in 0..3_000 {
            let person = Person::new(&mut dice, number, 0, "石桥镇上坞村", today);
            let mut problems = Problems::default();
            let told = person
                .registration(today)
                .check(now, "person", &mut problems);
            assert!(told.is_some(), "{:?}", problems.into_vec());
            assert!(numbers.insert(person.certificate_number()), "twice");
        }
    }
}
