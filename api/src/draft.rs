//! Drafts: what shall be different about an object, field by field, and where that was said.
//!
//! A draft says nothing about what it leaves alone, so that one kind serves a new object, a change through the API and a line of a
//! file with few columns. The drafts themselves are their domains': [`network::draft`](crate::network::draft),
//! [`centre::draft`](crate::centre::draft).

use std::fmt;

use serde::Serialize;
use uuid::Uuid;

/// What becomes of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Change<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is emptied.
    Clear,
    /// It takes this value.
    Set(T),
}

impl<T> From<T> for Change<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl From<&str> for Change<String> {
    fn from(text: &str) -> Self {
        Self::Set(text.to_owned())
    }
}

impl<T> Change<T> {
    /// The change that an optional value stands for: none leaves the field alone.
    #[must_use]
    pub fn given(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }

    /// Changes a field that may be empty.
    pub fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }

    /// The same change of another value.
    pub fn map<U>(self, each: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::Clear => Change::Clear,
            Self::Set(value) => Change::Set(each(value)),
        }
    }
}

impl<T: Default> Change<T> {
    /// Changes a field that is never missing; emptied, it takes the value of its type that stands for nothing.
    pub fn apply_to(self, field: &mut T) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = T::default(),
            Self::Set(value) => *field = value,
        }
    }
}

/// How a draft names another object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// By id.
    Id(Uuid),
    /// By code; a community by its name.
    Code(String),
}

impl From<Uuid> for Named {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

impl From<&str> for Named {
    fn from(code: &str) -> Self {
        Self::Code(code.to_owned())
    }
}

/// Where a draft came from, for the paths of its problems.
#[derive(Clone, Debug)]
pub enum Place {
    /// The argument of that name: `input` makes `input.typeCode`.
    Argument(&'static str),
    /// A line of a file: makes `stations.csv:12:type_code`.
    Line {
        /// Name of the file.
        file: String,
        /// Line, counted from 1.
        line: u64,
    },
}

impl Place {
    /// The path of a field, whose name is given as the API spells it.
    #[must_use]
    pub fn field(&self, name: &str) -> String {
        match self {
            Self::Argument(argument) => format!("{argument}.{name}"),
            Self::Line { file, line } => format!("{file}:{line}:{}", column(name)),
        }
    }
}

/// The column of a field: `location.latitude` is `latitude`, `ratings[0].year` is `ratings`, `typeCode` is `type_code`.
fn column(field: &str) -> String {
    let field = field.strip_prefix("location.").unwrap_or(field);
    let plain = field.split(['[', '.']).next().unwrap_or(field);
    let mut column = String::with_capacity(plain.len() + 4);
    for letter in plain.chars() {
        if letter.is_ascii_uppercase() {
            column.push('_');
        }
        column.push(letter.to_ascii_lowercase());
    }
    column
}

/// A draft and where it came from.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// Where it came from.
    pub place: Place,
    /// What shall be different.
    pub draft: T,
}

/// What became of the entries of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// New ones.
    pub created: usize,
    /// Those that were different.
    pub changed: usize,
    /// Those that were the same already.
    pub unchanged: usize,
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            created,
            changed,
            unchanged,
        } = self;
        write!(
            out,
            "{created} new, {changed} changed, {unchanged} unchanged"
        )
    }
}
