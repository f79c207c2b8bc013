//! Writes a plan.

use entity::{enums::Action, shared_centre};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

use super::plan::{Centre, Plan};
use crate::{
    app::App,
    auth::Actor,
    centre::{
        catalogue,
        store::{happened, replace, serve},
    },
    db::Txn,
    error::Result,
    network::service::before,
    record::{
        audit::{self, Entry},
        event,
    },
};

/// Writes everything, each centre with its events, and one audit entry.
pub(super) async fn carry_out(txn: &Txn, app: &App, actor: &Actor, plan: &Plan) -> Result<()> {
    for centre in &plan.centres {
        write(txn, app, actor, centre).await?;
    }
    audit::record(txn, app, actor, Entry::done(Action::ImportCatalogue, None)).await
}

async fn write(txn: &Txn, app: &App, actor: &Actor, centre: &Centre) -> Result<()> {
    let Centre {
        old,
        new,
        served: (was, is),
        items,
    } = centre;
    if let Some(old) = old {
        replace(txn, old.version, new).await?;
    } else {
        shared_centre::Entity::insert(new.clone().into_active_model())
            .exec_without_returning(&**txn)
            .await?;
    }
    if was != is {
        serve(txn, new.id, is).await?;
    }
    catalogue::write(txn, items).await?;
    let told: BTreeSet<Uuid> = was.iter().chain(is).copied().collect();
    let told: Vec<Uuid> = told.into_iter().collect();
    if centre.differs() {
        let (action, detail) = match old {
            None => (
                Action::CreateCentre,
                json!({ "kind": new.kind, "name": new.name }),
            ),
            Some(old) => {
                let mut detail = json!({ "before": before(old, new) });
                if was != is {
                    detail["before"]["served"] = json!(was);
                }
                (Action::UpdateCentre, detail)
            }
        };
        event::record(txn, app, actor, happened(action, new, &told, detail)).await?;
    }
    if !items.is_empty() {
        let detail = catalogue::told(items);
        let happened = happened(Action::SetCatalogueItem, new, &told, detail);
        event::record(txn, app, actor, happened).await?;
    }
    Ok(())
}
