//! A critical value that a referral cites is read by whoever is referred the patient for it.

use entity::{critical_value_party, enums::Basis, referral, referral_party};
use sea_orm::{EntityTrait as _, IntoActiveModel as _, sea_query::OnConflict};

use crate::{app::App, critical_value::seen, db::Txn, error::Result, policy};

/// Opens the critical value that a referral cites to the parties of the referral; whoever was told of it before stays told as they were.
pub async fn open_for_referral(
    txn: &Txn,
    app: &App,
    referral: &referral::Model,
    parties: &[referral_party::Model],
) -> Result<()> {
    use critical_value_party::Column::{CriticalValueId, ScopeId};
    let Some(id) = referral.content.cited.critical_value else {
        return Ok(());
    };
    let Some(row) = seen::row(&**txn, id).await? else {
        return Ok(());
    };
    let now = app.now();
    let sides = parties
        .iter()
        .filter(|party| matches!(party.basis, Basis::Sender | Basis::Receiver));
    let rows: Vec<_> = sides
        .map(|side| policy::cited_to(&row, side.scope_id, now).into_active_model())
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let known = OnConflict::columns([ScopeId, CriticalValueId])
        .do_nothing()
        .to_owned();
    critical_value_party::Entity::insert_many(rows)
        .on_conflict(known)
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}
