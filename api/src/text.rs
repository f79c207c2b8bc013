//! The form of the short texts that people send: lengths, and no characters that a screen or a printer would obey.

use crate::error::{ProblemCode, Problems};

/// Notes what is wrong with a text that must be there.
pub fn required(text: Option<&str>, most: usize, path: &str, problems: &mut Problems) {
    match text {
        Some(text) if !text.trim().is_empty() => optional(Some(text), most, path, problems),
        _ => problems.add(path, ProblemCode::Required, "Required."),
    }
}

/// Notes what is wrong with a text that may be left out, but not sent empty.
pub fn optional(text: Option<&str>, most: usize, path: &str, problems: &mut Problems) {
    let Some(text) = text else { return };
    problems.check(
        !text.trim().is_empty(),
        path,
        ProblemCode::Required,
        "Leave it out rather than sending it empty.",
    );
    problems.check(
        text.chars().count() <= most,
        path,
        ProblemCode::TooLong,
        format!("At most {most} characters."),
    );
    problems.check(
        !text.chars().any(is_unprintable),
        path,
        ProblemCode::Characters,
        "No control characters.",
    );
}

/// Notes what is wrong with a text that goes on one line, and gives it without the space around it; none where something is wrong.
pub fn line(
    text: Option<&str>,
    most: usize,
    path: &str,
    problems: &mut Problems,
) -> Option<String> {
    let text = text?.trim();
    let mut own = Problems::default();
    optional(Some(text), most, path, &mut own);
    one_line(text, path, &mut own);
    let good = own.is_empty();
    problems.extend(own.into_vec());
    good.then(|| text.to_owned())
}

/// Notes where a text does not go on one line.
pub fn one_line(text: &str, path: &str, problems: &mut Problems) {
    problems.check(
        !text.contains(['\n', '\r', '\t']),
        path,
        ProblemCode::Characters,
        "One line without tabs.",
    );
}

/// Notes what is wrong with a phone number: 5 to 30 of digits, spaces, `+`, `-`, parentheses and an extension.
pub fn phone(text: Option<&str>, path: &str, problems: &mut Problems) {
    let Some(text) = text else { return };
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let good = (5..=30).contains(&text.len())
        && digits >= 3
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b" +-()*#,x.".contains(&byte));
    problems.check(
        good,
        path,
        ProblemCode::Format,
        "Not a phone number: 5 to 30 digits, spaces, +, - and parentheses.",
    );
}

/// Control characters other than line breaks and tabs, and the marks that turn the direction of a text round.
fn is_unprintable(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}
