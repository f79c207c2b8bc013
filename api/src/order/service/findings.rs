//! What a report says, checked.

use chrono::{DateTime, Utc};
use entity::{
    enums::ReportLinkKind,
    order_content::{Findings, Observation, ReportLink},
};

use super::place::{LINE, LONG};
use crate::{
    error::{ProblemCode, Problems},
    text,
};

/// Longest running text of a report.
const TEXT: usize = 10_000;
/// Most observations of one report.
const OBSERVATIONS: usize = 500;
/// Most links of one report.
const LINKS: usize = 20;
/// Longest code of an observation.
const CODE: usize = 50;
/// Longest unit.
const UNIT: usize = 30;
/// Longest address of a link.
const ADDRESS: usize = 500;
/// Longest DICOM UID (PS3.5, 9.1).
const UID: usize = 64;

/// Notes everything that is wrong with what a report says.
pub fn check(findings: &Findings, now: DateTime<Utc>, problems: &mut Problems) {
    text::required(
        Some(&findings.conclusion),
        TEXT,
        "input.conclusion",
        problems,
    );
    text::optional(
        findings.findings.as_deref(),
        TEXT,
        "input.findings",
        problems,
    );
    let many = "At most so many:";
    problems.check(
        findings.observations.len() <= OBSERVATIONS,
        "input.observations",
        ProblemCode::TooLarge,
        format!("{many} {OBSERVATIONS}."),
    );
    problems.check(
        findings.links.len() <= LINKS,
        "input.links",
        ProblemCode::TooLarge,
        format!("{many} {LINKS}."),
    );
    for (place, observation) in findings.observations.iter().enumerate() {
        check_observation(
            observation,
            now,
            &format!("input.observations[{place}]"),
            problems,
        );
    }
    for (place, link) in findings.links.iter().enumerate() {
        check_link(link, &format!("input.links[{place}]"), problems);
    }
}

fn check_observation(seen: &Observation, now: DateTime<Utc>, path: &str, problems: &mut Problems) {
    let at = |field: &str| format!("{path}.{field}");
    text::required(Some(&seen.code), CODE, &at("code"), problems);
    text::required(Some(&seen.name), LINE, &at("name"), problems);
    text::optional(seen.text.as_deref(), LONG, &at("text"), problems);
    text::optional(seen.range.as_deref(), LINE, &at("range"), problems);
    let (value, unit) = (seen.value, seen.unit.as_deref());
    let message = "Not a number.";
    problems.check(
        value.is_none_or(f64::is_finite),
        at("value"),
        ProblemCode::Format,
        message,
    );
    let message = "A number, or words; a number has no words beside it.";
    let one = value.is_none() || seen.text.is_none();
    problems.check(one, at("text"), ProblemCode::Inconsistent, message);
    let message = "A unit as UCUM writes it: mmol/L, 10*9/L, mm[Hg], %.";
    problems.check(
        unit.is_none_or(is_unit),
        at("unit"),
        ProblemCode::Format,
        message,
    );
    let message = "A number has a unit; 1 where it has none.";
    let measured = value.is_none() || unit.is_some();
    problems.check(measured, at("unit"), ProblemCode::Required, message);
    let message = "Not measured in the future.";
    let past = seen.at.is_none_or(|measured| measured <= now);
    problems.check(past, at("at"), ProblemCode::Order, message);
}

/// Whether that is written as the Unified Code for Units of Measure writes units.
fn is_unit(unit: &str) -> bool {
    let balanced = |open: char, close: char| {
        unit.chars().filter(|found| *found == open).count()
            == unit.chars().filter(|found| *found == close).count()
    };
    (1..=UNIT).contains(&unit.chars().count())
        && unit.bytes().all(|byte| byte.is_ascii_graphic())
        && !unit.contains(['"', '<', '>', '=', '|', '\\', '`', '~', ';', ','])
        && balanced('[', ']')
        && balanced('{', '}')
        && balanced('(', ')')
}

fn check_link(link: &ReportLink, path: &str, problems: &mut Problems) {
    let at = |field: &str| format!("{path}.{field}");
    text::required(Some(&link.uid), LINE, &at("uid"), problems);
    let message = "Not a UID: digits and dots, at most 64.";
    let good = link.kind != ReportLinkKind::DicomStudy || is_uid(&link.uid);
    problems.check(good, at("uid"), ProblemCode::Format, message);
    text::optional(link.address.as_deref(), ADDRESS, &at("address"), problems);
    let message = "An address that begins with https:// or http://.";
    let web = |address: &str| address.starts_with("https://") || address.starts_with("http://");
    let good = link.address.as_deref().is_none_or(web);
    problems.check(good, at("address"), ProblemCode::Format, message);
}

/// Whether that is a DICOM unique identifier.
fn is_uid(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    text.len() <= UID && text.contains('.') && text.split('.').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_identifiers() {
        for unit in [
            "mmol/L",
            "10*9/L",
            "mm[Hg]",
            "%",
            "{score}",
            "1",
            "mL/min/{1.73_m2}",
        ] {
            assert!(is_unit(unit), "{unit}");
        }
        for unit in ["", "mmol / L", "毫克", "mm[Hg", "<script>", "mg\u{0}"] {
            assert!(!is_unit(unit), "{unit}");
        }
        assert!(is_uid("1.2.840.10008.1"));
        for uid in ["", "1", "1..2", "1.02", "1.a", "1.2.", &"1.2".repeat(30)] {
            assert!(!is_uid(uid), "{uid}");
        }
    }
}
