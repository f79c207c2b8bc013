//! The forms in which names, numbers and phones are kept, however people type them.

use crate::{
    error::{ProblemCode, Problems},
    text::line,
};

/// A name: like [`line`], with single spaces between its parts.
pub fn name(value: Option<&str>, path: &str, problems: &mut Problems) -> Option<String> {
    const LONGEST: usize = 100;
    let value = line(value, LONGEST, path, problems)?;
    Some(value.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A number or code that other systems gave: like [`line`], in upper case.
pub fn code(value: Option<&str>, path: &str, problems: &mut Problems) -> Option<String> {
    const LONGEST: usize = 50;
    line(value, LONGEST, path, problems).map(|code| code.to_ascii_uppercase())
}

/// A phone number as written; it has digits and the usual signs between them.
pub fn phone(value: Option<&str>, path: &str, problems: &mut Problems) -> Option<String> {
    const LONGEST: usize = 30;
    const FEWEST: usize = 5;
    let value = line(value, LONGEST, path, problems)?;
    let usual = value
        .chars()
        .all(|sign| sign.is_ascii_digit() || "+-() ".contains(sign));
    let digits = value.chars().filter(char::is_ascii_digit).count();
    if !usual {
        let message = "A phone number has digits, +, -, parentheses and spaces.";
        problems.add(path, ProblemCode::Format, message);
        None
    } else if digits < FEWEST {
        let message = "A phone number has at least 5 digits.";
        problems.add(path, ProblemCode::TooSmall, message);
        None
    } else {
        Some(value)
    }
}

/// The digits of a phone number, by which it is found whatever stands between them.
pub fn phone_digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let country = ["0086", "86"];
    let national = country
        .iter()
        .find_map(|code| digits.strip_prefix(code))
        .filter(|rest| rest.len() >= 10);
    national.map(str::to_owned).unwrap_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_found_however_it_is_written() {
        for phone in ["13812345678", "+86 138-1234-5678", "0086 138 1234 5678"] {
            assert_eq!(phone_digits(phone), "13812345678");
        }
        assert_eq!(phone_digits("(0571) 8600-1234"), "057186001234");
    }
}
