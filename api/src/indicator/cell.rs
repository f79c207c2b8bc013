//! What a source has counted of an institution in a month: what answers are added up from.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::figures::Figures;
use crate::error::Result;

/// What a source has counted of an institution.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The institution that is credited.
    pub institution: Uuid,
    /// When its month begins; none of what has no date.
    pub month: Option<DateTime<Utc>>,
    /// Whether it is what there was when the month ended: of several months, the last tells.
    pub is_stock: bool,
    /// What was counted.
    pub figures: Figures,
}

/// The sum of cells; of what there was at the end of a month only the last.
pub fn sum<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> Result<Figures> {
    let mut sum = Figures::default();
    let mut stock: BTreeMap<DateTime<Utc>, Vec<&Figures>> = BTreeMap::new();
    for cell in cells {
        match cell.month.filter(|_| cell.is_stock) {
            Some(month) => stock.entry(month).or_default().push(&cell.figures),
            None => sum.merge(&cell.figures)?,
        }
    }
    for figures in stock.pop_last().into_iter().flat_map(|(_, last)| last) {
        sum.merge(figures)?;
    }
    Ok(sum)
}
