//! Texts as people type them: trimmed, bounded, without control characters.

use crate::error::{ProblemCode, Problems};

/// The text without surrounding space, or none where it is empty; a text too long or with control characters is a problem.
pub fn text(
    value: Option<&str>,
    longest: usize,
    path: &str,
    problems: &mut Problems,
) -> Option<String> {
    let value = value.map(str::trim).filter(|value| !value.is_empty())?;
    if value.chars().any(is_unprintable) {
        let message = "Control characters are not allowed.";
        problems.add(path, ProblemCode::Characters, message);
        return None;
    }
    if value.chars().count() > longest {
        let message = format!("At most {longest} characters are allowed.");
        problems.add(path, ProblemCode::TooLong, message);
        return None;
    }
    Some(value.to_owned())
}

/// A name: like [`text`], with single spaces between its parts.
pub fn name(value: Option<&str>, path: &str, problems: &mut Problems) -> Option<String> {
    const LONGEST: usize = 100;
    let value = text(value, LONGEST, path, problems)?;
    Some(value.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A number or code that other systems gave: like [`text`], in upper case.
pub fn code(value: Option<&str>, path: &str, problems: &mut Problems) -> Option<String> {
    const LONGEST: usize = 50;
    text(value, LONGEST, path, problems).map(|code| code.to_ascii_uppercase())
}

/// A phone number as written; it has digits and the usual signs between them.
pub fn phone(value: Option<&str>, path: &str, problems: &mut Problems) -> Option<String> {
    const LONGEST: usize = 30;
    const FEWEST: usize = 5;
    let value = text(value, LONGEST, path, problems)?;
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

/// Control characters, and those that turn the direction of writing around.
fn is_unprintable(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
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
