//! Which columns a file has, and what it therefore lists.

use csv::StringRecord;

use crate::error::{ProblemCode, Problems};

/// A column: its name, and the headings that stand for it.
pub type Column = (&'static str, &'static [&'static str]);

/// The kinds of list that an import reads.
pub trait Lists: Copy {
    /// All of them, as a sentence names them.
    const NAMED: &'static str;
    /// Tells by its headings what a file lists.
    fn of(headings: &StringRecord) -> Option<Self>;
    /// What it is called in reports.
    fn name(self) -> &'static str;
    /// Its columns.
    fn columns(self) -> &'static [Column];
}

/// The heading of a file, understood.
pub(super) struct Heading<K> {
    /// What the file lists.
    pub kind: K,
    /// The column of each cell.
    pub columns: Vec<&'static str>,
}

/// Understands the heading of a file, or notes what cannot be understood.
pub(super) fn recognise<K: Lists>(
    file: &str,
    headings: &StringRecord,
    problems: &mut Problems,
) -> Option<Heading<K>> {
    let Some(kind) = K::of(headings) else {
        let message = format!("The first line must name the columns of {}.", K::NAMED);
        problems.add(format!("{file}:1"), ProblemCode::Format, message);
        return None;
    };
    let mut columns = Vec::with_capacity(headings.len());
    let mut good = true;
    for (place, heading) in headings.iter().enumerate() {
        let path = format!("{file}:1:{}", place + 1);
        let known = kind.columns().iter();
        let found = known
            .map(|(name, others)| (*name, *others))
            .find(|(name, others)| *name == heading || others.contains(&heading));
        let Some((name, _)) = found else {
            let list = kind.name();
            let message = format!("Files of {list} have no such column.");
            problems.add(path, ProblemCode::UnknownValue, message);
            good = false;
            continue;
        };
        if columns.contains(&name) {
            problems.add(
                path,
                ProblemCode::Taken,
                "The column is there a second time.",
            );
            good = false;
        }
        columns.push(name);
    }
    good.then_some(Heading { kind, columns })
}
