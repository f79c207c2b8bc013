//! Keyset pages: where a list begins, how long it is, and which way it runs.

mod count;
mod keyset;

use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use crate::error::{Error, ProblemCode, Problems, Result};

pub use count::{COUNT_LIMIT, counted, told};
pub use keyset::PLACE;

/// Rows of a page that names no length.
pub const DEFAULT_ROWS: u64 = 20;
/// Rows of the longest page.
pub const MOST_ROWS: u64 = 100;

/// The arguments of a list, as the caller wrote them.
#[derive(Clone, Debug, Default)]
pub struct PageArgs {
    /// Rows from the start.
    pub first: Option<i32>,
    /// Begin after this cursor.
    pub after: Option<String>,
    /// Rows from the end.
    pub last: Option<i32>,
    /// End before this cursor.
    pub before: Option<String>,
}

impl PageArgs {
    /// Of a list that runs forward only.
    #[must_use]
    pub const fn forward(first: Option<i32>, after: Option<String>) -> Self {
        Self {
            first,
            after,
            last: None,
            before: None,
        }
    }
}

/// Where a row stands in a list: the value it is sorted by, and its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The sort it belongs to; it is good for no other.
    pub sort: String,
    /// The value.
    pub key: Key,
    /// The row, which settles ties.
    pub id: Uuid,
}

/// A value that a list is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A time.
    Time(DateTime<Utc>),
    /// A text.
    Text(String),
}

impl Cursor {
    /// Of a row in a list sorted by time.
    #[must_use]
    pub fn time(sort: &str, at: DateTime<Utc>, id: Uuid) -> Self {
        Self {
            sort: sort.to_owned(),
            key: Key::Time(at),
            id,
        }
    }

    /// Of a row in a list sorted by text.
    #[must_use]
    pub fn text(sort: &str, text: impl Into<String>, id: Uuid) -> Self {
        Self {
            sort: sort.to_owned(),
            key: Key::Text(text.into()),
            id,
        }
    }

    /// The opaque text that clients get.
    #[must_use]
    pub fn encode(&self) -> String {
        let key = match &self.key {
            Key::Time(at) => format!("t{}", at.timestamp_millis()),
            Key::Text(text) => format!("s{text}"),
        };
        BASE64URL_NOPAD.encode(format!("{}\n{}\n{key}", self.sort, self.id.simple()).as_bytes())
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let plain = String::from_utf8(bytes).ok()?;
        let mut parts = plain.splitn(3, '\n');
        let (sort, id, key) = (parts.next()?, parts.next()?, parts.next()?);
        let key = match key.split_at_checked(1)? {
            ("t", millis) => Key::Time(DateTime::from_timestamp_millis(millis.parse().ok()?)?),
            ("s", text) => Key::Text(text.to_owned()),
            _ => return None,
        };
        Some(Self {
            sort: sort.to_owned(),
            key,
            id: Uuid::parse_str(id).ok()?,
        })
    }
}

/// A page that was asked for, checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// How many rows.
    pub rows: u64,
    /// Whether it is counted from the end (`last`, `before`).
    pub backward: bool,
    /// Where it begins, or ends when it is counted from the end.
    pub cursor: Option<Cursor>,
}

impl Window {
    /// Checks the arguments of a list with this sort.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] naming each argument that is wrong: `first` and `last` together, zero, negative or above 100, or a
    /// cursor that is malformed or belongs to another sort.
    pub fn parse(args: &PageArgs, sort: &str) -> Result<Self> {
        let mut problems = Problems::default();
        let backward = args.last.is_some() || args.before.is_some();
        if backward && (args.first.is_some() || args.after.is_some()) {
            problems.add(
                "first",
                ProblemCode::Inconsistent,
                "Use first and after, or last and before, not both.",
            );
        }
        let (name, asked) = if backward {
            ("last", args.last)
        } else {
            ("first", args.first)
        };
        let rows = asked.map_or(Some(DEFAULT_ROWS), |asked| {
            u64::try_from(asked)
                .ok()
                .filter(|rows| (1..=MOST_ROWS).contains(rows))
        });
        problems.check(
            rows.is_some(),
            name,
            ProblemCode::TooLarge,
            format!("From 1 to {MOST_ROWS} rows."),
        );
        let (name, text) = if backward {
            ("before", &args.before)
        } else {
            ("after", &args.after)
        };
        let cursor = text
            .as_deref()
            .and_then(Cursor::decode)
            .filter(|cursor| cursor.sort == sort);
        problems.check(
            text.is_none() || cursor.is_some(),
            name,
            ProblemCode::Format,
            "Not a cursor of this list in this sort.",
        );
        problems.finish()?;
        Ok(Self {
            rows: rows.ok_or(Error::NotFound)?,
            backward,
            cursor,
        })
    }

    /// How many rows to ask the database for: one more tells whether there is a further page.
    #[must_use]
    pub const fn limit(&self) -> u64 {
        self.rows + 1
    }

    /// Makes a page of the rows that the database gave, which it read in the page's own direction.
    #[must_use]
    pub fn slice<T>(&self, mut rows: Vec<T>) -> Slice<T> {
        let wanted = usize::try_from(self.rows).unwrap_or(usize::MAX);
        let further = rows.len() > wanted;
        rows.truncate(wanted);
        let beyond = self.cursor.is_some();
        if self.backward {
            rows.reverse();
            return Slice {
                rows,
                has_previous: further,
                has_next: beyond,
            };
        }
        Slice {
            rows,
            has_previous: beyond,
            has_next: further,
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Slice<T> {
    /// The rows in the order of the list.
    pub rows: Vec<T>,
    /// Whether there are rows before.
    pub has_previous: bool,
    /// Whether there are rows after.
    pub has_next: bool,
}

impl<T> Slice<T> {
    /// The same page of other rows.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Slice<U> {
        Slice {
            rows: self.rows.into_iter().map(each).collect(),
            has_previous: self.has_previous,
            has_next: self.has_next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_journey() {
        for key in [
            Key::Time(DateTime::from_timestamp_millis(1_764_000_000_123).expect("a time")),
            Key::Text("一\n二".into()),
        ] {
            let cursor = Cursor {
                sort: "NAME".into(),
                key,
                id: Uuid::from_u128(7),
            };
            assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }
    }

    #[test]
    fn a_page_that_cannot_be_is_refused() {
        let cursor = Cursor::text("NAME", "a", Uuid::nil()).encode();
        for args in [
            PageArgs {
                first: Some(0),
                ..PageArgs::default()
            },
            PageArgs {
                first: Some(-1),
                ..PageArgs::default()
            },
            PageArgs {
                last: Some(101),
                ..PageArgs::default()
            },
            PageArgs {
                first: Some(1),
                last: Some(1),
                ..PageArgs::default()
            },
            PageArgs {
                after: Some("nonsense".into()),
                ..PageArgs::default()
            },
            PageArgs {
                after: Some(cursor),
                ..PageArgs::default()
            },
        ] {
            assert!(Window::parse(&args, "CODE").is_err(), "{args:?}");
        }
    }

    #[test]
    fn a_page_from_the_end_is_turned_round() {
        let window = Window {
            rows: 2,
            backward: true,
            cursor: None,
        };
        let slice = window.slice(vec![9, 8, 7]);
        assert_eq!(
            (slice.rows, slice.has_previous, slice.has_next),
            (vec![8, 9], true, false)
        );
    }
}
