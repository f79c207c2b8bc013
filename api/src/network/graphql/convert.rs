//! From what the API takes to what the network's services take.

use async_graphql::{ID, InputType, MaybeUndefined};
use chrono::NaiveDate;
use entity::json::Rating;
use uuid::Uuid;

use super::input::RatingInput;
use crate::{
    error::{ProblemCode, Problems},
    id::{self, Kind},
    network::{
        check::MOST_CATEGORIES,
        draft::{Change, Named},
    },
    scalar::Date,
};

/// What a new object is given; what is left out stays empty.
pub fn given<T>(value: Option<T>) -> Change<T> {
    Change::given(value)
}

/// What a change says: left out keeps, null clears.
pub fn change<T: InputType>(value: MaybeUndefined<T>) -> Change<T> {
    match value {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::Clear,
        MaybeUndefined::Value(value) => Change::Set(value),
    }
}

/// Another object that is named by its public id.
pub fn reference(
    wanted: Change<ID>,
    kind: Kind,
    path: &str,
    problems: &mut Problems,
) -> Change<Named> {
    match wanted {
        Change::Keep => Change::Keep,
        Change::Clear => Change::Clear,
        Change::Set(text) => Change::given(identity(kind, &text, path, problems).map(Named::Id)),
    }
}

/// Institutions that are named by their public ids.
pub fn references(
    wanted: Change<Vec<ID>>,
    path: &str,
    problems: &mut Problems,
) -> Change<Vec<Named>> {
    wanted.map(|texts| {
        problems.check(
            texts.len() <= MOST_CATEGORIES,
            path,
            ProblemCode::TooLarge,
            "Too many entries.",
        );
        let each = texts.iter().take(MOST_CATEGORIES).enumerate();
        let ids = each.filter_map(|(place, text)| {
            let path = format!("{path}[{place}]");
            identity(Kind::Institution, text, &path, problems)
        });
        ids.map(Named::Id).collect()
    })
}

/// The id that a text stands for, or a problem with the field at `path`.
pub fn identity(kind: Kind, text: &ID, path: &str, problems: &mut Problems) -> Option<Uuid> {
    match id::decode(kind, text, path) {
        Ok(id) => Some(id),
        Err(error) => {
            problems.extend(error.problems().iter().cloned());
            None
        }
    }
}

/// A day.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a change is read once, like its siblings"
)]
pub fn day(wanted: Change<Date>, path: &str, problems: &mut Problems) -> Change<NaiveDate> {
    match wanted {
        Change::Keep => Change::Keep,
        Change::Clear => Change::Clear,
        Change::Set(day) => Change::given(day.day(path, problems)),
    }
}

/// Ratings.
pub fn ratings(all: Vec<RatingInput>) -> Vec<Rating> {
    let rating = |one: RatingInput| Rating {
        scheme: one.scheme,
        grade: one.grade,
        year: one.year,
    };
    all.into_iter().map(rating).collect()
}
