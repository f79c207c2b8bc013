//! How long a list is, as far as anybody is told.

use sea_orm::{DatabaseConnection, EntityTrait, PaginatorTrait as _, QuerySelect as _, Select};

use crate::error::Result;

/// Above this nobody is told how many rows there are.
pub const COUNT_LIMIT: u64 = 10_000;

/// How many rows the list has; none above 10,000, and no more are counted.
pub async fn counted<E>(query: Select<E>, reader: &DatabaseConnection) -> Result<Option<i32>>
where
    E: EntityTrait<Model: Sync>,
{
    let rows = query.limit(COUNT_LIMIT + 1).count(reader).await?;
    Ok(told(rows))
}

/// A number of rows that was counted as far as that.
#[must_use]
pub fn told(rows: u64) -> Option<i32> {
    i32::try_from(rows).ok().filter(|_| rows <= COUNT_LIMIT)
}
