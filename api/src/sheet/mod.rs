//! Sheets: comma-separated lists, as a spreadsheet saves them, read line by line.
//!
//! The first line names the columns, in any order, in English or Chinese; a column that is not known is refused, so that a misspelt
//! one is not lost. What a file lists is told by its columns ([`Lists`]). Files are UTF-8, with or without byte-order mark, or GB18030.
//! An empty cell empties the field; a column that is not there leaves it alone.

mod cell;
mod column;
mod encoding;

pub use cell::{Cells, UNKNOWN};
pub use column::{Column, Lists};

use std::fmt;

use crate::{
    draft::Place,
    error::{ProblemCode, Problems},
};

/// Most lines of one file.
const MOST_LINES: usize = 200_000;

/// A file to be imported.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name, for the report.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What was read of one file.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// Its name.
    pub name: String,
    /// What it lists.
    pub lists: &'static str,
    /// How many lines it has, the heading aside.
    pub lines: usize,
    /// How its text is encoded.
    pub encoding: &'static str,
}

impl fmt::Display for FileReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            lists,
            lines,
            encoding,
        } = self;
        write!(out, "{name}: {lines} {lists} ({encoding})")
    }
}

/// Reads a file and hands on each of its lines, with what the file lists; none where it could not be read at all.
pub fn read<K: Lists>(
    file: &File,
    problems: &mut Problems,
    mut take: impl FnMut(K, &Place, Cells<'_>),
) -> Option<FileReport> {
    let name = &file.name;
    let Some((text, encoding)) = encoding::decode(&file.bytes) else {
        let message = "The file is neither UTF-8 nor GB18030.";
        problems.add(name, ProblemCode::Format, message);
        return None;
    };
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings = reader.headers().cloned().unwrap_or_default();
    let heading = column::recognise::<K>(name, &headings, problems)?;
    let mut lines = 0;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(fault) => {
                let line = fault.position().map_or(0, csv::Position::line);
                let message = "The line is not comma-separated text.";
                problems.add(format!("{name}:{line}"), ProblemCode::Format, message);
                continue;
            }
        };
        lines += 1;
        if lines > MOST_LINES {
            let message = format!("More than {MOST_LINES} lines.");
            problems.add(name, ProblemCode::TooLarge, message);
            return None;
        }
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != headings.len() {
            let message = format!(
                "The line has {} cells, the heading {}.",
                record.len(),
                headings.len()
            );
            problems.add(format!("{name}:{line}"), ProblemCode::Format, message);
            continue;
        }
        let place = Place::Line {
            file: name.clone(),
            line,
        };
        take(
            heading.kind,
            &place,
            Cells::new(&heading.columns, &record, &place),
        );
    }
    Some(FileReport {
        name: name.clone(),
        lists: heading.kind.name(),
        lines,
        encoding,
    })
}
