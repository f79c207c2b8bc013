//! Moments and stretches of time, as callers write them.

use std::borrow::Cow;

use async_graphql::{InputObject, InputType, InputValueResult, Value, registry::Registry};
use chrono::{DateTime, Utc};

use crate::error::{ProblemCode, Problems};

/// A moment as a caller wrote it, `2026-11-21T08:30:00+08:00`; the API's scalar `DateTime`.
///
/// Reading one never fails, because a scalar that fails takes its whole parent with it. What is not a moment is kept as such and named by
/// [`Moment::at`] together with the other problems of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(Option<DateTime<Utc>>);

impl Moment {
    /// The moment in whole milliseconds, or a problem with the field at `path`.
    pub fn at(self, path: &str, problems: &mut Problems) -> Option<DateTime<Utc>> {
        if self.0.is_none() {
            problems.add(
                path,
                ProblemCode::Format,
                "A time with its offset, like 2026-11-21T08:30:00+08:00.",
            );
        }
        self.0
    }
}

impl InputType for Moment {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <DateTime<Utc> as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <DateTime<Utc> as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        Ok(Self(match value {
            Some(Value::String(text)) => parse(&text),
            _ => None,
        }))
    }

    fn to_value(&self) -> Value {
        self.0.map_or(Value::Null, |at| at.to_rfc3339().into())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// The moment that a text with its offset stands for, in whole milliseconds.
#[must_use]
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    DateTime::from_timestamp_millis(at.timestamp_millis())
}

/// A stretch of time. Both ends are optional.
#[derive(Clone, Copy, Debug, Default, InputObject)]
pub struct DateTimeRange {
    /// Its first moment.
    pub from: Option<Moment>,
    /// The moment at which it is over; not part of it.
    pub until: Option<Moment>,
}

/// A stretch of time, checked: from its first moment up to, and without, its last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// Its first moment.
    pub from: Option<DateTime<Utc>>,
    /// The moment at which it is over.
    pub until: Option<DateTime<Utc>>,
}

impl DateTimeRange {
    /// The stretch; problems name the fields below `path`.
    pub fn check(self, path: &str, problems: &mut Problems) -> Stretch {
        let mut end = |moment: Option<Moment>, name: &str| {
            moment.and_then(|moment| moment.at(&format!("{path}.{name}"), problems))
        };
        let (from, until) = (end(self.from, "from"), end(self.until, "until"));
        if let (Some(from), Some(until)) = (from, until) {
            problems.check(
                from < until,
                format!("{path}.until"),
                ProblemCode::Order,
                "It must come after from.",
            );
        }
        Stretch { from, until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_times_with_an_offset_are_read() {
        assert_eq!(
            parse("2026-11-21T08:30:00.1239+08:00"),
            parse("2026-11-21T00:30:00.123Z")
        );
        for text in [
            "",
            "2026-11-21",
            "2026-11-21T08:30:00",
            "2026-02-30T00:00:00Z",
            "now",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    struct Query;

    #[async_graphql::Object]
    impl Query {
        /// The moment as it was read, or the paths of what is wrong with it.
        async fn echo(&self, at: DateTimeRange) -> Vec<String> {
            let mut problems = Problems::default();
            let stretch = at.check("at", &mut problems);
            let ends = [stretch.from, stretch.until].into_iter().flatten();
            let wrong = problems.into_vec().into_iter().map(|problem| problem.path);
            ends.map(|end| end.to_rfc3339()).chain(wrong).collect()
        }

        /// Shows that both forms are one scalar.
        async fn epoch(&self) -> DateTime<Utc> {
            DateTime::UNIX_EPOCH
        }
    }

    #[tokio::test]
    async fn a_bad_moment_is_named_and_takes_nothing_with_it() {
        let schema = async_graphql::Schema::new(
            Query,
            async_graphql::EmptyMutation,
            async_graphql::EmptySubscription,
        );
        for (input, answer) in [
            (
                r#"{ from: "2026-11-21T08:00:00+08:00" }"#,
                r#"["2026-11-21T00:00:00+00:00"]"#,
            ),
            (
                r#"{ from: "yesterday", until: "x" }"#,
                r#"["at.from","at.until"]"#,
            ),
            ("{ from: 3, until: null }", r#"["at.from"]"#),
            (
                r#"{ from: "2026-11-21T00:00:00Z", until: "2026-11-21T00:00:00Z" }"#,
                r#"["2026-11-21T00:00:00+00:00","2026-11-21T00:00:00+00:00","at.until"]"#,
            ),
        ] {
            let reply = schema
                .execute(format!("{{ echo(at: {input}) epoch }}"))
                .await;
            let data = serde_json::to_value(&reply.data).expect("an answer serialises");
            assert_eq!(
                data["echo"].to_string(),
                answer,
                "{input} {:?}",
                reply.errors
            );
            assert_eq!(data["epoch"], "1970-01-01T00:00:00+00:00");
        }
        assert_eq!(schema.sdl().matches("scalar DateTime\n").count(), 1);
    }
}
