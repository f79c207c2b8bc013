//! Registering and changing communities.

use entity::{
    community::{self, Model},
    community_lead,
    enums::{Action, SubjectKind},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    check::Check,
    draft::{Change, CommunityDraft, Place},
    institution::{INPUT, each},
    service::{
        announce, before, note, overwrite, require_version, settle, tidy, tidy_optional, unread,
    },
    view::Network,
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Problems, Result},
    policy,
    record::{
        event::Happened,
        replay::{self, Changed},
    },
};

/// Registers a community.
///
/// # Errors
/// [`Error::Forbidden`] for whoever may not found one in that region, [`Error::InvalidInput`] naming all problems.
pub async fn create(app: &App, call: &Call<'_>, draft: CommunityDraft) -> Result<Changed<Model>> {
    policy::require(call.actor, Action::CreateCommunity)?;
    let id = app.new_id();
    let changed = app
        .db
        .write(async |txn| {
            if let Some(known) = replay::known(&txn, app, call).await? {
                return Ok(Changed::before(find(&txn, known).await?));
            }
            let network = Network::read(&txn).await?;
            let mut problems = unread(&draft.unread);
            let blank = blank(app, id);
            let (row, leads) = shape(blank, &[], &draft, &network, &INPUT, &mut problems);
            let own = call
                .actor
                .scope
                .id()
                .and_then(|id| network.communities.get(&id));
            policy::require_community_founder(call.actor, own, &row.region)?;
            let mut check = Check {
                place: &INPUT,
                problems: &mut problems,
            };
            check.community(&row, &leads, &network);
            settle(problems)?;
            community::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(&*txn)
                .await?;
            lead(&txn, id, &leads).await?;
            let detail = json!({ "name": row.name });
            let happened = of_community(Action::CreateCommunity, &row, detail);
            note(&txn, app, call.actor, happened).await?;
            replay::remember(&txn, app, call, id).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// Changes a community; what the draft leaves out stays.
///
/// # Errors
/// [`Error::Forbidden`] for whoever does not keep it, [`Error::Conflict`] where the version is not the present one.
pub async fn update(
    app: &App,
    call: &Call<'_>,
    id: Uuid,
    version: i32,
    draft: CommunityDraft,
) -> Result<Changed<Model>> {
    policy::require(call.actor, Action::UpdateCommunity)?;
    let changed = app
        .db
        .write(async |txn| {
            if let Some(known) = replay::known(&txn, app, call).await? {
                return Ok(Changed::before(find(&txn, known).await?));
            }
            let network = Network::read(&txn).await?;
            let old = network.communities.get(&id).ok_or(Error::NotFound)?;
            policy::require_community_keeper(call.actor, id)?;
            require_version(old.version, version)?;
            let led = network.leads.get(&id).map_or(&[][..], Vec::as_slice);
            let mut problems = unread(&draft.unread);
            let (mut row, leads) = shape(old.clone(), led, &draft, &network, &INPUT, &mut problems);
            let mut check = Check {
                place: &INPUT,
                problems: &mut problems,
            };
            check.community(&row, &leads, &network);
            settle(problems)?;
            let mut detail = before(old, &row);
            row.version += 1;
            row.updated_at = app.now();
            replace(&txn, old.version, &row).await?;
            if leads != led {
                detail["lead_hospitals"] = json!(led);
                lead(&txn, id, &leads).await?;
            }
            let happened = of_community(Action::UpdateCommunity, &row, detail);
            note(&txn, app, call.actor, happened).await?;
            replay::remember(&txn, app, call, id).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

pub(super) async fn find(txn: &Txn, id: Uuid) -> Result<Model> {
    let found = community::Entity::find_by_id(id).one(&**txn).await?;
    found.ok_or(Error::NotFound)
}

/// A community of which nothing is known.
pub(super) fn blank(app: &App, id: Uuid) -> Model {
    let now = app.now();
    Model {
        id,
        name: String::new(),
        region: String::new(),
        tight_knit: false,
        pilot_level: None,
        emergency_minutes: None,
        urgent_minutes: None,
        routine_minutes: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Applies a draft: the community as it shall be, and the hospitals that shall lead it.
pub(super) fn shape(
    mut row: Model,
    leads: &[Uuid],
    draft: &CommunityDraft,
    network: &Network,
    place: &Place,
    problems: &mut Problems,
) -> (Model, Vec<Uuid>) {
    let wanted = draft.clone();
    wanted.name.apply_to(&mut row.name);
    wanted.region.apply_to(&mut row.region);
    wanted.tight_knit.apply_to(&mut row.tight_knit);
    wanted.pilot_level.apply(&mut row.pilot_level);
    tidy(&mut row.name);
    tidy(&mut row.region);
    tidy_optional(&mut row.pilot_level);
    let leads = match &draft.lead_hospitals {
        Change::Keep => leads.to_vec(),
        Change::Clear => Vec::new(),
        Change::Set(named) => each(named, "leadHospitals", network, place, problems),
    };
    (row, leads)
}

/// Writes the changed row over the version that was read.
pub(super) async fn replace(txn: &Txn, version: i32, row: &Model) -> Result<()> {
    overwrite(txn, row, community::Column::Version.eq(version)).await
}

/// Sets the lead hospitals.
pub(super) async fn lead(txn: &Txn, id: Uuid, leads: &[Uuid]) -> Result<()> {
    community_lead::Entity::delete_many()
        .filter(community_lead::Column::CommunityId.eq(id))
        .exec(&**txn)
        .await?;
    if leads.is_empty() {
        return Ok(());
    }
    let rows = leads.iter().map(|hospital| community_lead::ActiveModel {
        community_id: Set(id),
        hospital_id: Set(*hospital),
    });
    community_lead::Entity::insert_many(rows)
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}

/// An event about a community.
pub(super) fn of_community(action: Action, row: &Model, detail: Value) -> Happened {
    Happened {
        scopes: vec![row.id],
        ..Happened::plain(action, (SubjectKind::Community, row.id), row.version).with_detail(detail)
    }
}
