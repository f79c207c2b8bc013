//! What an institution can treat, by ICD-10 category.

use std::collections::BTreeSet;

use entity::{
    capability,
    enums::{Action, FunctionalClass, Tier},
    institution,
};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;
use uuid::Uuid;

use super::{
    check::Check,
    institution::INPUT,
    service::{announce, bump, note, of_institution, require_version},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Problems, Result},
    policy,
    record::replay::{self, Changed},
};

/// Rows of one insert: two parameters each, within what SQLite takes.
const CHUNK: usize = 5_000;

/// Sets the categories that an institution can treat, all of them.
///
/// # Errors
/// [`Error::InvalidInput`](crate::error::Error::InvalidInput) naming every entry that is no category.
pub async fn set_capabilities(
    app: &App,
    call: &Call<'_>,
    id: Uuid,
    version: i32,
    categories: Vec<String>,
) -> Result<Changed<institution::Model>> {
    policy::require(call.actor, Action::SetCapabilities)?;
    let changed = app
        .db
        .write(async |txn| {
            let known = replay::known(&txn, app, call).await?;
            let mut row = super::service::institution(&txn, id).await?;
            policy::require_keeper(call.actor, Action::SetCapabilities, &row)?;
            if known.is_some() {
                return Ok(Changed::before(row));
            }
            require_version(row.version, version)?;
            let mut problems = Problems::default();
            let mut check = Check {
                place: &INPUT,
                problems: &mut problems,
            };
            check.categories("categories", &categories);
            problems.finish()?;
            let wanted: BTreeSet<_> = categories.iter().map(String::as_str).collect();
            store(&txn, id, &wanted).await?;
            bump(&txn, app, &mut row).await?;
            let detail = json!({ "categories": wanted.len() });
            let happened = of_institution(Action::SetCapabilities, &row, detail);
            note(&txn, app, call.actor, happened).await?;
            replay::remember(&txn, app, call, id).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// How many categories a health centre of this class is expected to treat, where it lists fewer: classes I and II fifty, III thirty.
#[must_use]
pub fn expected(row: &institution::Model, listed: usize) -> Option<usize> {
    if row.tier != Tier::HealthCentre {
        return None;
    }
    let expected = match row.functional_class? {
        FunctionalClass::I | FunctionalClass::II => 50,
        FunctionalClass::III => 30,
    };
    (listed < expected).then_some(expected)
}

/// Replaces the categories of an institution.
pub(super) async fn store(txn: &Txn, id: Uuid, categories: &BTreeSet<&str>) -> Result<()> {
    capability::Entity::delete_many()
        .filter(capability::Column::InstitutionId.eq(id))
        .exec(&**txn)
        .await?;
    let rows: Vec<_> = categories
        .iter()
        .map(|category| capability::ActiveModel {
            institution_id: Set(id),
            category: Set((*category).to_owned()),
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        capability::Entity::insert_many(chunk.iter().cloned())
            .exec_without_returning(&**txn)
            .await?;
    }
    Ok(())
}
