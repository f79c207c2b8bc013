//! What belonging to a team of family doctors means for accounts: a grant in the team's scope, which begins and ends with the membership.

use entity::{
    account, account_grant,
    enums::{AccountKind, Action, Role},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::json;
use uuid::Uuid;

use super::{
    Actor, Scope, grant,
    held::{self, Held},
    new_grant::Checked,
};
use crate::{
    app::App,
    db::Txn,
    error::Result,
    family_doctor::service as family_doctors,
    id::{self, Kind},
};

/// Lets the accounts of a practitioner act for a team of that health centre.
pub async fn admit(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    practitioner: Uuid,
    (team, centre): (Uuid, Uuid),
) -> Result<()> {
    let accounts = account::Entity::find()
        .filter(account::Column::PractitionerId.eq(practitioner))
        .filter(account::Column::Kind.eq(AccountKind::Person))
        .all(&**txn)
        .await?;
    for account in accounts {
        let id = grant_in(txn, app, actor, account.id, (team, centre)).await?;
        note(txn, app, actor, account, (Action::GrantRole, id, team)).await?;
    }
    Ok(())
}

/// Lets a new account of a practitioner act for the teams that the practitioner belongs to.
pub(super) async fn of_account(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    account: &account::Model,
) -> Result<()> {
    let Some(practitioner) = account.practitioner_id else {
        return Ok(());
    };
    for place in family_doctors::memberships(txn, practitioner).await? {
        grant_in(txn, app, actor, account.id, place).await?;
    }
    Ok(())
}

async fn grant_in(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    account: Uuid,
    (team, centre): (Uuid, Uuid),
) -> Result<Uuid> {
    let checked = Checked {
        role: Role::Clinician,
        scope: Scope::Team { id: team, centre },
        valid_from: app.now(),
        valid_to: None,
    };
    let id = app.new_id();
    grant::insert(txn, app, actor, (account, id), &checked).await?;
    Ok(id)
}

/// Lets the accounts of a practitioner act for a team no longer.
pub async fn dismiss(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    practitioner: Uuid,
    team: Uuid,
) -> Result<()> {
    let held = account_grant::Entity::find()
        .find_also_related(account::Entity)
        .filter(account_grant::Column::TeamId.eq(team))
        .filter(account_grant::Column::RevokedAt.is_null())
        .filter(account::Column::PractitionerId.eq(practitioner))
        .all(&**txn)
        .await?;
    for (grant, account) in held {
        account_grant::Entity::update_many()
            .col_expr(account_grant::Column::RevokedAt, Expr::val(app.now()))
            .filter(account_grant::Column::Id.eq(grant.id))
            .exec(&**txn)
            .await?;
        if let Some(account) = account {
            note(
                txn,
                app,
                actor,
                account,
                (Action::RevokeGrant, grant.id, team),
            )
            .await?;
        }
    }
    Ok(())
}

async fn note(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    account: account::Model,
    (action, grant, team): (Action, Uuid, Uuid),
) -> Result<()> {
    // Read anew: one account may have several grants that begin or end in one change.
    let Held { account, .. } = held::of(txn, account.id).await?;
    let detail = json!({
        "grant": id::encode(Kind::Grant, grant),
        "role": Role::Clinician.code(),
        "team": id::encode(Kind::FamilyDoctorTeam, team),
    });
    let update = held::change(app, &account);
    held::commit(txn, app, actor, &account, update, action, detail).await
}
