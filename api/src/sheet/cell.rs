//! The cells of a line, each read as what its column takes. What cannot be read is noted, and the field left alone.

use std::cell::RefCell;

use chrono::NaiveDate;
use csv::StringRecord;

use crate::{
    draft::{Change, Named, Place},
    error::{Problem, ProblemCode, Problems},
    scalar::parse_day,
};

/// What separates the entries of a list.
const SEPARATORS: [char; 3] = [';', '；', '、'];

/// The problem of a coded value that is none.
pub const UNKNOWN: (ProblemCode, &str) =
    (ProblemCode::UnknownValue, "Not one of the known values.");

/// The cells of a line under their columns.
pub struct Cells<'a> {
    columns: &'a [&'static str],
    record: &'a StringRecord,
    place: &'a Place,
    unread: RefCell<Problems>,
}

impl<'a> Cells<'a> {
    /// The cells of that line.
    pub(super) fn new(
        columns: &'a [&'static str],
        record: &'a StringRecord,
        place: &'a Place,
    ) -> Self {
        Self {
            columns,
            record,
            place,
            unread: RefCell::default(),
        }
    }

    /// What could not be read.
    #[must_use]
    pub fn unread(self) -> Vec<Problem> {
        self.unread.into_inner().into_vec()
    }

    /// The cell of a column; none where the file has no such column.
    fn cell(&self, column: &str) -> Option<&str> {
        let place = self.columns.iter().position(|name| *name == column)?;
        self.record.get(place)
    }

    fn refuse(&self, column: &str, code: ProblemCode, message: &str) {
        let path = self.place.field(column);
        self.unread.borrow_mut().add(path, code, message);
    }

    /// A text.
    pub fn text(&self, column: &str) -> Change<String> {
        match self.cell(column) {
            None => Change::Keep,
            Some("") => Change::Clear,
            Some(text) => text.into(),
        }
    }

    /// A value of some form, or a problem that says the form.
    pub fn read<T>(
        &self,
        column: &str,
        parse: impl FnOnce(&str) -> Option<T>,
        message: &str,
    ) -> Change<T> {
        match self.cell(column) {
            None => Change::Keep,
            Some("") => Change::Clear,
            Some(text) => {
                let value = parse(text);
                if value.is_none() {
                    self.refuse(column, ProblemCode::Format, message);
                }
                Change::given(value)
            }
        }
    }

    /// A coded value, in upper or lower case.
    pub fn coded<T>(&self, column: &str, parse: impl FnOnce(&str) -> Option<T>) -> Change<T> {
        match self.cell(column) {
            None => Change::Keep,
            Some("") => Change::Clear,
            Some(text) => {
                let value = parse(&text.to_ascii_uppercase());
                if value.is_none() {
                    let (code, message) = UNKNOWN;
                    self.refuse(column, code, message);
                }
                Change::given(value)
            }
        }
    }

    /// A coded value of a field that is never empty: an empty cell leaves it alone.
    pub fn value<T>(&self, column: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        match self.coded(column, parse) {
            Change::Set(value) => Some(value),
            Change::Keep | Change::Clear => None,
        }
    }

    /// Another object by its code.
    pub fn name_of(&self, column: &str) -> Option<Named> {
        self.cell(column)
            .filter(|text| !text.is_empty())
            .map(Named::from)
    }

    /// Yes or no.
    pub fn flag(&self, column: &str) -> Change<bool> {
        self.read(column, yes_or_no, "true or false, 1 or 0, 是 or 否.")
    }

    /// Yes or no; an empty cell says so.
    pub fn flag_or(&self, column: &str, empty: bool) -> Change<bool> {
        match self.flag(column) {
            Change::Clear => Change::Set(empty),
            other => other,
        }
    }

    /// Texts, separated by semicolons.
    pub fn list(&self, column: &str) -> Change<Vec<String>> {
        self.text(column).map(|text| {
            let entries = text.split(SEPARATORS).map(str::trim);
            let entries = entries.filter(|entry| !entry.is_empty());
            entries.map(str::to_owned).collect()
        })
    }

    /// Other objects by their codes.
    pub fn names(&self, column: &str) -> Change<Vec<Named>> {
        let named = |codes: Vec<String>| codes.into_iter().map(Named::Code).collect();
        self.list(column).map(named)
    }

    /// Values of some form, or a problem for each that has another.
    pub fn each<T>(
        &self,
        column: &str,
        parse: impl Fn(&str) -> Option<T>,
        (code, message): (ProblemCode, &str),
    ) -> Change<Vec<T>> {
        self.list(column).map(|texts| {
            let each = texts.iter().filter_map(|text| {
                let found = parse(text);
                if found.is_none() {
                    self.refuse(column, code, message);
                }
                found
            });
            each.collect()
        })
    }

    /// A day.
    pub fn day(&self, column: &str) -> Change<NaiveDate> {
        self.read(column, parse_day, "A day like 2026-11-21.")
    }

    /// A whole number.
    pub fn number(&self, column: &str) -> Change<i32> {
        self.read(column, |text| text.parse().ok(), "A whole number.")
    }
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "是" => Some(true),
        "false" | "0" | "no" | "否" => Some(false),
        _ => None,
    }
}
