//! The scalars of the API that async-graphql does not have, or has under another name.

use async_graphql::{InputValueResult, Scalar, ScalarType, Value};
use chrono::NaiveDate;

use crate::error::{ProblemCode, Problems};

/// A calendar day, `2026-11-21`.
///
/// Reading one never fails: a scalar that fails takes its whole parent with it. What is not a day is kept as such and named by
/// [`Date::day`] together with the other problems of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Date(Option<NaiveDate>);

impl From<NaiveDate> for Date {
    fn from(day: NaiveDate) -> Self {
        Self(Some(day))
    }
}

impl Date {
    /// The day, or a problem with the field at `path`.
    pub fn day(self, path: &str, problems: &mut Problems) -> Option<NaiveDate> {
        if self.0.is_none() {
            problems.add(path, ProblemCode::Format, "A day like 2026-11-21.");
        }
        self.0
    }
}

/// Reads a day of the form `2026-11-21`, and of no other.
#[must_use]
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    let plain = text.len() == 10 && text.is_ascii();
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|_| plain)
}

/// A calendar day, as in `2026-11-21`.
#[Scalar(
    name = "Date",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339"
)]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(match value {
            Value::String(text) => Self(parse_day(&text)),
            _ => Self(None),
        })
    }

    fn is_valid(_: &Value) -> bool {
        true
    }

    fn to_value(&self) -> Value {
        self.0.map_or(Value::Null, |day| {
            Value::String(day.format("%Y-%m-%d").to_string())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_days_of_the_right_form_are_read() {
        assert!(parse_day("2028-02-29").is_some());
        for text in [
            "2027-02-29",
            "2026-1-1",
            "20261121",
            "2026-11-21T00:00",
            "＋2026-1-1",
            "",
        ] {
            assert!(parse_day(text).is_none(), "{text}");
        }
    }
}
