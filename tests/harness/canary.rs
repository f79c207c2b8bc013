//! Patients whose names, numbers and phones are easy to recognise wherever they must not appear.

use chrono::{Datelike as _, NaiveDate};
use serde_json::{Value, json};

/// In every patient's name.
const NAME: &str = "龘";
/// In front of every patient's phone.
const PHONE: &str = "19876543";
/// In front of every patient's identity number: a region that no institution of the tests has, and a century.
const NUMBERS: [&str; 2] = ["37130219", "37130220"];

/// Whether the text tells who a patient is.
pub fn sings(text: &str) -> bool {
    text.contains(NAME) || text.contains(PHONE) || NUMBERS.iter().any(|begin| text.contains(begin))
}

/// A patient, before anybody registered them.
#[derive(Clone, Debug)]
pub struct Patient {
    /// Name.
    pub name: String,
    /// `MALE` or `FEMALE`.
    pub sex: &'static str,
    /// Birth date.
    pub birth_date: NaiveDate,
    /// Identity number, with its check digit.
    pub number: String,
    /// Phone.
    pub phone: String,
}

impl Patient {
    /// The n-th patient (up to 999): an adult, odd ones are men.
    pub fn nth(n: u32) -> Self {
        let birth_date =
            NaiveDate::from_yo_opt(1940 + i32::try_from(n % 60).unwrap_or(0), 1 + (n * 7) % 365)
                .expect("every year has 365 days");
        Self::born(n, birth_date)
    }

    /// The n-th patient (up to 999), born on that day.
    pub fn born(n: u32, birth_date: NaiveDate) -> Self {
        const FAMILIES: [char; 10] = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴'];
        const GIVEN: [char; 10] = ['芳', '伟', '娜', '强', '敏', '军', '静', '勇', '艳', '涛'];
        let digit = |place: u32| usize::try_from(n / place % 10).unwrap_or(0);
        Self {
            name: format!("{}{NAME}{}", FAMILIES[digit(10)], GIVEN[digit(1)]),
            sex: if n % 2 == 1 { "MALE" } else { "FEMALE" },
            birth_date,
            number: identity_number(birth_date, n % 1000),
            phone: format!("{PHONE}{:03}", n % 1000),
        }
    }

    /// What a client sends to register them (`RegisterPatientInput`).
    pub fn input(&self) -> Value {
        json!({
            "name": self.name,
            "sex": self.sex,
            "birthDate": self.birth_date.to_string(),
            "certificate": { "kind": "RESIDENT_ID_CARD", "number": self.number },
            "phone": self.phone,
        })
    }
}

/// An identity number by GB 11643; the serial's last digit is odd for men.
fn identity_number(birth_date: NaiveDate, serial: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let body = format!(
        "371302{:04}{:02}{:02}{serial:03}",
        birth_date.year(),
        birth_date.month(),
        birth_date.day()
    );
    let sum: u32 = body
        .chars()
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight)
        .sum();
    let check = CHECKS[usize::try_from(sum % 11).unwrap_or(0)];
    format!("{body}{check}")
}

#[test]
fn a_number_of_gb_11643() {
    let birth_date = NaiveDate::from_ymd_opt(1949, 12, 31).expect("a date");
    let number = identity_number(birth_date, 2);
    assert_eq!(number.len(), 18);
    assert!(sings(&number));
}
