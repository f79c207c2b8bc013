//! What is free at many institutions at once: one statement, however many there are.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use entity::{
    bed_pool,
    enums::{BedKind, CareSetting},
    slot,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, QuerySelect as _,
    Select,
    sea_query::{Expr, ExprTrait as _, SimpleExpr},
};
use uuid::Uuid;

use crate::{app::App, error::Result};

/// How far ahead sessions are looked at.
const AHEAD: Duration = Duration::days(7);

/// The kinds of bed that a care setting asks for.
const fn beds(care: CareSetting) -> &'static [BedKind] {
    match care {
        CareSetting::Inpatient => &[
            BedKind::General,
            BedKind::Icu,
            BedKind::Chronic,
            BedKind::SpecialtyWard,
        ],
        CareSetting::Rehabilitation => &[BedKind::Rehabilitation],
        CareSetting::HomeBed => &[BedKind::HomeBed],
        CareSetting::Hospice => &[BedKind::Hospice],
        CareSetting::Outpatient | CareSetting::EmergencyRoom => &[],
    }
}

#[derive(FromQueryResult)]
struct Free {
    institution_id: Uuid,
    free: i64,
}

/// What is free for that care: beds of its kinds, or, for outpatients, places in the sessions of the next seven days; an institution that
/// registers none is not named. None where neither is asked for.
pub async fn free(
    app: &App,
    institutions: &[Uuid],
    care: CareSetting,
) -> Result<Option<HashMap<Uuid, i64>>> {
    let reader = app.db.reader();
    let rows = match care {
        CareSetting::EmergencyRoom => return Ok(None),
        CareSetting::Outpatient => {
            let places = places(institutions, app.now());
            places.into_model::<Free>().all(reader).await?
        }
        _ => {
            let beds = free_beds(institutions, beds(care));
            beds.into_model::<Free>().all(reader).await?
        }
    };
    let free = rows.into_iter().map(|row| (row.institution_id, row.free));
    Ok(Some(free.collect()))
}

fn free_beds(institutions: &[Uuid], kinds: &[BedKind]) -> Select<bed_pool::Entity> {
    use bed_pool::Column::{Held, InstitutionId, Kind, Occupied, Total};
    let taken = || Expr::col(Held).add(Expr::col(Occupied));
    // More may be occupied than there are: that is no bed less elsewhere.
    let free: SimpleExpr = Expr::case(Expr::col(Total).gt(taken()), Expr::col(Total).sub(taken()))
        .finally(0)
        .into();
    bed_pool::Entity::find()
        .select_only()
        .column(InstitutionId)
        .column_as(free.sum(), "free")
        .filter(InstitutionId.is_in(institutions.iter().copied()))
        .filter(Kind.is_in(kinds.iter().copied()))
        .group_by(InstitutionId)
}

fn places(institutions: &[Uuid], now: DateTime<Utc>) -> Select<slot::Entity> {
    use slot::Column::{Capacity, Held, InstitutionId, StartsAt, Used, Withdrawn};
    let free = Expr::col(Capacity).sub(Expr::col(Held).add(Expr::col(Used)));
    slot::Entity::find()
        .select_only()
        .column(InstitutionId)
        .column_as(free.sum(), "free")
        .filter(InstitutionId.is_in(institutions.iter().copied()))
        .filter(StartsAt.gte(now))
        .filter(StartsAt.lt(now + AHEAD))
        .filter(Withdrawn.eq(false))
        .group_by(InstitutionId)
}
