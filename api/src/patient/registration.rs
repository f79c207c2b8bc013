//! What a caller tells of a patient, and every check of it.

use chrono::{DateTime, Months, NaiveDate, Utc};
use entity::enums::{InsuranceKind, Sex, TagKind};
use serde::Serialize;

use super::{
    certificate::{Certificate, CertificateInput},
    text,
};
use crate::{
    clock::shanghai_day,
    error::{ProblemCode, Problems},
    scalar::Date,
    text::line,
};

/// What an unidentified patient without a description is called: 无名氏, "no name".
const NAMELESS: &str = "无名氏";
const OLDEST_YEARS: u32 = 150;
const LONGEST_ADDRESS: usize = 300;
const MOST_TAGS: usize = 20;

/// A patient as the caller wrote it, unchecked. It is never printed: `Debug` shows nothing of it.
#[derive(Clone, Serialize)]
pub struct Registration {
    /// Name, or a description of an unidentified patient.
    pub name: Option<String>,
    /// Sex.
    pub sex: Sex,
    /// Birth date; a resident's number tells it too.
    pub birth_date: Option<Date>,
    /// Certificate.
    pub certificate: Option<CertificateInput>,
    /// Phone.
    pub phone: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Health-record number 健康档案号.
    pub health_record_number: Option<String>,
    /// Insurance.
    pub insurance_kind: Option<InsuranceKind>,
    /// Population groups.
    pub tags: Vec<TagInput>,
    /// Whether nobody knows who this is.
    pub unidentified: bool,
}

/// A population group and the days of belonging to it, as the caller wrote them.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct TagInput {
    /// The group.
    pub tag: TagKind,
    /// First day.
    pub starts_on: Date,
    /// Last day.
    pub ends_on: Option<Date>,
}

/// A checked registration: what may become a patient.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Name or description.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Birth date.
    pub birth_date: Option<NaiveDate>,
    /// Certificate.
    pub certificate: Option<Certificate>,
    /// Phone.
    pub phone: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Health-record number.
    pub health_record_number: Option<String>,
    /// Insurance.
    pub insurance_kind: Option<InsuranceKind>,
    /// Population groups.
    pub tags: Vec<Tag>,
    /// Whether it is known who this is.
    pub identified: bool,
}

/// A population group and the days of belonging to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The group.
    pub tag: TagKind,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: Option<NaiveDate>,
}

impl std::fmt::Debug for Registration {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Registration")
    }
}

impl Registration {
    /// Checks everything and names every problem below `path`; a person only where there is none.
    pub fn check(&self, now: DateTime<Utc>, path: &str, problems: &mut Problems) -> Option<Person> {
        let mut own = Problems::default();
        let today = shanghai_day(now);
        let at = |field: &str| format!("{path}.{field}");
        let certificate = self.certificate.as_ref().and_then(|certificate| {
            own.check(
                !self.unidentified,
                at("certificate"),
                ProblemCode::NotAllowed,
                "Whoever has a certificate is identified.",
            );
            certificate.check(today, &at("certificate"), &mut own)
        });
        let name = text::name(self.name.as_deref(), &at("name"), &mut own);
        let person = Person {
            name: name.unwrap_or_else(|| NAMELESS.to_owned()),
            sex: self.agreed_sex(certificate.as_ref(), &at("sex"), &mut own),
            birth_date: self.agreed_birth_date(
                certificate.as_ref(),
                today,
                &at("birthDate"),
                &mut own,
            ),
            phone: text::phone(self.phone.as_deref(), &at("phone"), &mut own),
            address: line(
                self.address.as_deref(),
                LONGEST_ADDRESS,
                &at("address"),
                &mut own,
            ),
            health_record_number: self.record_number(&at("healthRecordNumber"), &mut own),
            insurance_kind: self.insurance_kind,
            tags: self.checked_tags(&at("tags"), &mut own),
            identified: !self.unidentified,
            certificate,
        };
        if person.identified {
            own.check(
                self.name.is_some(),
                at("name"),
                ProblemCode::Required,
                "A patient has a name; say `unidentified: true` where nobody knows it.",
            );
            let told = self.birth_date.is_some() || self.has_resident_number();
            own.check(
                told,
                at("birthDate"),
                ProblemCode::Required,
                "A patient has a birth date; say `unidentified: true` where nobody knows who it is.",
            );
        }
        let good = own.is_empty();
        problems.extend(own.into_vec());
        good.then_some(person)
    }

    fn has_resident_number(&self) -> bool {
        self.certificate.as_ref().is_some_and(|certificate| {
            certificate.kind == entity::enums::CertificateKind::ResidentIdCard
        })
    }

    /// The sex told, or the number's where it is not known; the two must agree.
    fn agreed_sex(
        &self,
        certificate: Option<&Certificate>,
        path: &str,
        problems: &mut Problems,
    ) -> Sex {
        let Some(by_number) = certificate.and_then(Certificate::sex) else {
            return self.sex;
        };
        let unknown = matches!(self.sex, Sex::Unknown | Sex::Unstated);
        problems.check(
            unknown || self.sex == by_number,
            path,
            ProblemCode::Inconsistent,
            "The certificate's number says another sex.",
        );
        by_number
    }

    /// The birth date told, or the number's; the two must agree.
    fn agreed_birth_date(
        &self,
        certificate: Option<&Certificate>,
        today: NaiveDate,
        path: &str,
        problems: &mut Problems,
    ) -> Option<NaiveDate> {
        let by_number = certificate.and_then(Certificate::birth_date);
        let Some(told) = self.birth_date else {
            return by_number;
        };
        let told = told.day(path, problems)?;
        problems.check(
            told <= today,
            path,
            ProblemCode::TooLarge,
            "A birth date does not lie in the future.",
        );
        let oldest = today
            .checked_sub_months(Months::new(12 * OLDEST_YEARS))
            .unwrap_or(NaiveDate::MIN);
        problems.check(
            told >= oldest,
            path,
            ProblemCode::TooSmall,
            format!("Nobody is older than {OLDEST_YEARS} years."),
        );
        problems.check(
            by_number.is_none_or(|by_number| by_number == told),
            path,
            ProblemCode::Inconsistent,
            "The certificate's number says another birth date.",
        );
        Some(told)
    }

    fn record_number(&self, path: &str, problems: &mut Problems) -> Option<String> {
        let number = text::code(self.health_record_number.as_deref(), path, problems)?;
        problems.check(
            !self.unidentified,
            path,
            ProblemCode::NotAllowed,
            "Whoever has a health record is identified.",
        );
        Some(number)
    }

    fn checked_tags(&self, path: &str, problems: &mut Problems) -> Vec<Tag> {
        problems.check(
            self.tags.len() <= MOST_TAGS,
            path,
            ProblemCode::TooLarge,
            format!("At most {MOST_TAGS} tags go in one registration."),
        );
        let mut tags: Vec<Tag> = Vec::new();
        for (place, input) in self.tags.iter().take(MOST_TAGS).enumerate() {
            let path = format!("{path}[{place}]");
            let Some(tag) = input.check(&path, problems) else {
                continue;
            };
            problems.check(
                !tags.iter().any(|other| other.overlaps(&tag)),
                format!("{path}.tag"),
                ProblemCode::Taken,
                "The tag is given twice for the same days.",
            );
            tags.push(tag);
        }
        tags
    }
}

impl TagInput {
    /// Checks that the days are days and in order; problems name fields below `path`.
    pub fn check(&self, path: &str, problems: &mut Problems) -> Option<Tag> {
        let starts_on = self.starts_on.day(&format!("{path}.startsOn"), problems);
        let last = format!("{path}.endsOn");
        let ends_on = match self.ends_on {
            Some(day) => Some(day.day(&last, problems)?),
            None => None,
        };
        let starts_on = starts_on?;
        if ends_on.is_some_and(|ends_on| ends_on < starts_on) {
            let message = "The last day comes before the first.";
            problems.add(last, ProblemCode::Order, message);
            return None;
        }
        Some(Tag {
            tag: self.tag,
            starts_on,
            ends_on,
        })
    }
}

impl Tag {
    /// Whether both name the same group for at least one common day.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let last = |tag: &Self| tag.ends_on.unwrap_or(NaiveDate::MAX);
        self.tag == other.tag && self.starts_on <= last(other) && other.starts_on <= last(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::enums::CertificateKind;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000, 0).expect("a time")
    }

    fn day(text: &str) -> Option<Date> {
        async_graphql::ScalarType::parse(async_graphql::Value::String(text.into())).ok()
    }

    fn woman() -> Registration {
        Registration {
            name: Some(" 张  秀英 ".into()),
            sex: Sex::Female,
            birth_date: day("1949-12-31"),
            certificate: Some(CertificateInput {
                kind: CertificateKind::ResidentIdCard,
                number: "11010519491231002x".into(),
            }),
            phone: Some("138 1234 5678".into()),
            address: Some("桐庐县横村镇阳山畈村 12 号".into()),
            health_record_number: Some("33012210100100001".into()),
            insurance_kind: Some(InsuranceKind::Resident),
            tags: vec![],
            unidentified: false,
        }
    }

    fn problems(registration: &Registration) -> Vec<(String, ProblemCode)> {
        let mut problems = Problems::default();
        let person = registration.check(now(), "input", &mut problems);
        assert_eq!(person.is_some(), problems.is_empty());
        let problems = problems.into_vec();
        problems
            .into_iter()
            .map(|problem| (problem.path, problem.code))
            .collect()
    }

    #[test]
    fn a_good_registration_is_normalised() {
        let person = woman().check(now(), "input", &mut Problems::default());
        let person = person.expect("no problem");
        assert_eq!(person.name, "张 秀英");
        let number = person.certificate.map(|certificate| certificate.number);
        assert_eq!(number.as_deref(), Some("11010519491231002X"));
    }

    #[test]
    fn all_problems_come_at_once() {
        let bad = Registration {
            name: Some("张\u{7}".into()),
            sex: Sex::Male,
            birth_date: day("1950-01-01"),
            phone: Some("call me".into()),
            address: Some("x".repeat(301)),
            tags: vec![TagInput {
                tag: TagKind::Diabetes,
                starts_on: day("2026-02-01").expect("a day"),
                ends_on: day("2026-01-01"),
            }],
            ..woman()
        };
        let found = problems(&bad);
        for (path, code) in [
            ("input.name", ProblemCode::Characters),
            ("input.sex", ProblemCode::Inconsistent),
            ("input.birthDate", ProblemCode::Inconsistent),
            ("input.phone", ProblemCode::Format),
            ("input.address", ProblemCode::TooLong),
            ("input.tags[0].endsOn", ProblemCode::Order),
        ] {
            assert!(found.contains(&(path.to_owned(), code)), "{path} {found:?}");
        }
        assert_eq!(found.len(), 6, "{found:?}");
    }

    #[test]
    fn an_unidentified_patient_needs_nothing_and_has_no_certificate() {
        let nobody = Registration {
            name: None,
            sex: Sex::Unknown,
            birth_date: None,
            certificate: None,
            health_record_number: None,
            unidentified: true,
            ..woman()
        };
        assert_eq!(problems(&nobody), []);
        let claimed = Registration {
            unidentified: true,
            ..woman()
        };
        assert_eq!(
            problems(&claimed),
            [
                ("input.certificate".to_owned(), ProblemCode::NotAllowed),
                (
                    "input.healthRecordNumber".to_owned(),
                    ProblemCode::NotAllowed
                )
            ]
        );
    }

    #[test]
    fn a_birth_date_is_neither_to_come_nor_forgotten() {
        let born = |on: &str| {
            problems(&Registration {
                certificate: None,
                birth_date: day(on),
                ..woman()
            })
        };
        assert_eq!(
            born("2100-01-01"),
            [("input.birthDate".to_owned(), ProblemCode::TooLarge)]
        );
        assert_eq!(
            born("1850-01-01"),
            [("input.birthDate".to_owned(), ProblemCode::TooSmall)]
        );
        assert_eq!(
            born("1990-13-01"),
            [("input.birthDate".to_owned(), ProblemCode::Format)]
        );
    }
}
