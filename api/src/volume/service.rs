//! What volumes offer to other domains: what institutions have reported of their months, as it is on record now.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{json::TagCount, volume_report};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::counts::Counts;
use crate::{app::App, error::Result};

/// What an institution has reported of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// The institution.
    pub institution: Uuid,
    /// The first day of the month.
    pub month: NaiveDate,
    /// What it counted.
    pub counts: Counts,
}

/// What these institutions have reported of the months from the first day of one up to, and without, the first day of another; the earliest first. One
/// statement, however many institutions and months.
pub async fn months(
    app: &App,
    institutions: &[Uuid],
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<Month>> {
    use volume_report::Column::{Id, InstitutionId, Month as Of};
    let rows = volume_report::Entity::find()
        .filter(InstitutionId.is_in(institutions.iter().copied()))
        .filter(Of.gte(from))
        .filter(Of.lt(until))
        .order_by_asc(Of)
        .order_by_asc(Id)
        .all(app.db.reader())
        .await?;
    let month = |row: volume_report::Model| Month {
        institution: row.institution_id,
        month: row.month,
        counts: Counts::from(&row),
    };
    Ok(rows.into_iter().map(month).collect())
}

/// The volumes of a period by institution: what happened is summed over its months, residents are those of the last month that counts them. An institution
/// that has reported none of the months is not named.
pub async fn period(
    app: &App,
    institutions: &[Uuid],
    from: NaiveDate,
    until: NaiveDate,
) -> Result<HashMap<Uuid, Counts>> {
    let mut found: HashMap<Uuid, Counts> = HashMap::new();
    for month in months(app, institutions, from, until).await? {
        let sum = found.entry(month.institution).or_default();
        add(sum, month.counts);
    }
    Ok(found)
}

/// Adds a later month.
pub fn add(sum: &mut Counts, month: Counts) {
    for (sum, count) in [
        (&mut sum.visits, month.visits),
        (&mut sum.discharges, month.discharges),
        (&mut sum.tcm_visits, month.tcm_visits),
        (
            &mut sum.first_contacts_outside,
            month.first_contacts_outside,
        ),
        (&mut sum.outside_visits, month.outside_visits),
        (&mut sum.outside_referred, month.outside_referred),
    ] {
        if let Some(count) = count {
            *sum = Some(sum.unwrap_or(0).saturating_add(count));
        }
    }
    if month.residents.is_some() {
        sum.residents = month.residents;
    }
    let known = |tag: &TagCount| month.residents_by_tag.iter().any(|own| own.tag == tag.tag);
    sum.residents_by_tag.retain(|old| !known(old));
    sum.residents_by_tag.extend(month.residents_by_tag);
    sum.residents_by_tag.sort_by_key(|count| count.tag);
}

#[cfg(test)]
mod tests {
    use entity::enums::TagKind;

    use super::*;

    #[test]
    fn what_happened_is_summed_and_residents_are_the_last() {
        let group = |tag, residents| TagCount { tag, residents };
        let mut sum = Counts::default();
        for (visits, residents, groups) in [
            (Some(10), Some(500), vec![group(TagKind::Aged65, 90)]),
            (None, None, vec![group(TagKind::Diabetes, 30)]),
            (Some(7), Some(480), vec![group(TagKind::Aged65, 95)]),
        ] {
            let month = Counts {
                visits,
                residents,
                residents_by_tag: groups,
                ..Counts::default()
            };
            add(&mut sum, month);
        }
        assert_eq!((sum.visits, sum.residents), (Some(17), Some(480)));
        assert_eq!(sum.of(TagKind::Aged65), Some(95));
        assert_eq!(sum.of(TagKind::Diabetes), Some(30));
        // What nobody counted is not 0.
        assert_eq!(sum.discharges, None);
    }
}
