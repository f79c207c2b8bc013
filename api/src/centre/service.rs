//! Registering and changing shared centres, and whom they serve.

use std::collections::BTreeSet;

use entity::{
    enums::{Action, SubjectKind, Tier},
    institution,
    shared_centre::{self, Model},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

pub use super::store::{find, served};
use super::{
    check::Check,
    draft::CentreDraft,
    store::{happened, hold, replace, serve},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    draft::{Change, Named, Place},
    error::{Error, ProblemCode, Problems, Result},
    network::{
        service::{
            self, announce, before, note, require_version, settle, tidy, tidy_optional, unread,
        },
        view::Network,
    },
    policy,
    record::replay::{self, Changed},
};

/// Where the API's drafts come from.
pub(super) const INPUT: Place = Place::Argument("input");

/// Registers a shared centre.
///
/// # Errors
/// [`Error::NotFound`] where there is no such host, [`Error::Forbidden`] for whoever does not keep its registry,
/// [`Error::InvalidInput`] naming all problems.
pub async fn create(app: &App, call: &Call<'_>, draft: CentreDraft) -> Result<Changed<Model>> {
    policy::require(call.actor, Action::CreateCentre)?;
    let id = app.new_id();
    let changed = app
        .db
        .write(async |txn| {
            if let Some(known) = replay::known(&txn, app, call).await? {
                return replayed(&txn, app, call, Action::CreateCentre, known).await;
            }
            let network = Network::read(&txn).await?;
            let host = match &draft.host {
                Some(named) => Some(host(&network, named)?),
                None => None,
            };
            let mut problems = unread(&draft.unread);
            if let Some(host) = host {
                policy::require_keeper(call.actor, Action::CreateCentre, host)?;
                hold(&txn, host.id).await?;
            }
            let mut check = Check {
                place: &INPUT,
                within: "",
                problems: &mut problems,
            };
            let message = "This is required of a new centre.";
            check.hold(host.is_some(), "host", ProblemCode::Required, message);
            check.hold(draft.kind.is_some(), "kind", ProblemCode::Required, message);
            if let Some(host) = host {
                check.host(host);
            }
            let blank = blank(app, id, host, &draft);
            let (row, served) = shape(blank, &[], &draft, &network, &INPUT, &mut problems);
            examine(&txn, &row, &served, &mut problems).await?;
            settle(problems)?;
            shared_centre::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(&*txn)
                .await?;
            serve(&txn, id, &served).await?;
            let detail = json!({ "kind": row.kind, "name": row.name });
            let happened = happened(Action::CreateCentre, &row, &served, detail);
            note(&txn, app, call.actor, happened).await?;
            replay::remember(&txn, app, call, id).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// Changes a shared centre; what the draft leaves out stays.
///
/// # Errors
/// [`Error::Forbidden`] for whoever does not keep its host's registry, [`Error::Conflict`] where the version is not the present one.
pub async fn update(
    app: &App,
    call: &Call<'_>,
    id: Uuid,
    version: i32,
    draft: CentreDraft,
) -> Result<Changed<Model>> {
    policy::require(call.actor, Action::UpdateCentre)?;
    let changed = app
        .db
        .write(async |txn| {
            let known = replay::known(&txn, app, call).await?;
            let network = Network::read(&txn).await?;
            let old = find(&txn, id).await?;
            require_keeper(call, Action::UpdateCentre, &network, &old)?;
            if known.is_some() {
                return replayed(&txn, app, call, Action::UpdateCentre, id).await;
            }
            require_version(old.version, version)?;
            hold(&txn, old.host_id).await?;
            let served = served(&txn, id).await?;
            let mut problems = unread(&draft.unread);
            let (mut row, wanted) = shape(
                old.clone(),
                &served,
                &draft,
                &network,
                &INPUT,
                &mut problems,
            );
            examine(&txn, &row, &wanted, &mut problems).await?;
            settle(problems)?;
            let mut detail = json!({ "before": before(&old, &row) });
            row.version += 1;
            row.updated_at = app.now();
            replace(&txn, old.version, &row).await?;
            if wanted != served {
                detail["before"]["served"] = json!(served);
                serve(&txn, id, &wanted).await?;
            }
            // Whoever is served no more is told so.
            let told: BTreeSet<Uuid> = served.into_iter().chain(wanted).collect();
            let told: Vec<Uuid> = told.into_iter().collect();
            let happened = happened(Action::UpdateCentre, &row, &told, detail);
            note(&txn, app, call.actor, happened).await?;
            replay::remember(&txn, app, call, id).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// Moves the centres of a hospital to its community; called where the hospital moves, in that transaction.
pub async fn relocate(txn: &Txn, host: Uuid, community: Option<Uuid>) -> Result<()> {
    shared_centre::Entity::update_many()
        .col_expr(shared_centre::Column::CommunityId, Expr::value(community))
        .filter(shared_centre::Column::HostId.eq(host))
        .exec(&**txn)
        .await?;
    Ok(())
}

/// The hospital that a draft names, or a refusal.
fn host<'n>(network: &'n Network, named: &Named) -> Result<&'n institution::Model> {
    let id = match named {
        Named::Id(id) => Some(id),
        Named::Code(code) => network.by_code.get(code),
    };
    let found = id.and_then(|id| network.institutions.get(id));
    found.ok_or(Error::NotFound)
}

/// Refuses whoever does not keep the registry of the hospital that runs the centre.
pub(super) fn require_keeper(
    call: &Call<'_>,
    action: Action,
    network: &Network,
    row: &Model,
) -> Result<()> {
    let host = network.institutions.get(&row.host_id);
    policy::require_keeper(call.actor, action, host.ok_or(Error::NotFound)?)
}

/// A centre of which nothing is known but what can never change.
pub(super) fn blank(
    app: &App,
    id: Uuid,
    host: Option<&institution::Model>,
    draft: &CentreDraft,
) -> Model {
    let now = app.now();
    Model {
        id,
        kind: draft.kind.unwrap_or(entity::enums::CentreKind::Imaging),
        name: String::new(),
        host_id: host.map(|host| host.id).unwrap_or_default(),
        community_id: host.and_then(|host| host.community_id),
        hours: None,
        active: true,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Applies a draft: the centre as it shall be, and the institutions that it shall serve, by id.
pub(super) fn shape(
    mut row: Model,
    served: &[Uuid],
    draft: &CentreDraft,
    network: &Network,
    place: &Place,
    problems: &mut Problems,
) -> (Model, Vec<Uuid>) {
    let wanted = draft.clone();
    wanted.name.apply_to(&mut row.name);
    wanted.hours.apply(&mut row.hours);
    wanted.active.apply_to(&mut row.active);
    tidy(&mut row.name);
    tidy_optional(&mut row.hours);
    let served = match &draft.served {
        Change::Keep => served.to_vec(),
        Change::Clear => Vec::new(),
        Change::Set(named) => each(named, row.host_id, network, place, problems),
    };
    (row, served)
}

/// The institutions of the network that a list names, each once; a centre serves its host in any case.
fn each(
    named: &[Named],
    host: Uuid,
    network: &Network,
    place: &Place,
    problems: &mut Problems,
) -> Vec<Uuid> {
    let mut ids = BTreeSet::new();
    for (at, named) in named.iter().enumerate() {
        let path = place.field(&format!("served[{at}]"));
        let Some(row) = network.institution(named, &path, problems) else {
            continue;
        };
        let message = "Centres serve the institutions of the network, not its partners.";
        let inside = row.tier != Tier::Partner;
        problems.check(inside, path, ProblemCode::NotAllowed, message);
        ids.insert(row.id);
    }
    ids.remove(&host);
    ids.into_iter().collect()
}

async fn examine(txn: &Txn, row: &Model, served: &[Uuid], problems: &mut Problems) -> Result<()> {
    let others = shared_centre::Entity::find()
        .filter(shared_centre::Column::HostId.eq(row.host_id))
        .all(&**txn)
        .await?;
    let mut check = Check {
        place: &INPUT,
        within: "",
        problems,
    };
    check.centre(row, &others, served.len());
    Ok(())
}

/// Answers with the centre as it is, and says in the audit trail that nothing was changed.
async fn replayed(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    id: Uuid,
) -> Result<Changed<Model>> {
    let row = find(txn, id).await?;
    let subject = (SubjectKind::SharedCentre, id);
    service::replayed(txn, app, call, action, subject, row).await
}
