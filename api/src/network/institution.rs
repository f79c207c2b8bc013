//! Registering and changing institutions.

use entity::{
    enums::{Action, Facility, InstitutionStatus, Tier},
    institution::{self, Model},
    json::{Facilities, Ratings, Texts},
    radiation,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    check::Check,
    draft::{Change, InstitutionDraft, Named, Place},
    service::{
        announce, before, note, of_institution, overwrite, require_version, settle, tidy,
        tidy_optional, unread,
    },
    view::Network,
};
use crate::{
    app::App,
    auth::Call,
    centre,
    clock::shanghai_day,
    db::Txn,
    error::{Error, Problems, Result},
    policy,
    record::replay::{self, Changed},
};

/// Where the API's drafts come from.
pub(super) const INPUT: Place = Place::Argument("input");

/// Registers an institution.
///
/// # Errors
/// [`Error::Forbidden`] for whoever may not found one in that community, [`Error::InvalidInput`] naming all problems.
pub async fn create(app: &App, call: &Call<'_>, draft: InstitutionDraft) -> Result<Changed<Model>> {
    policy::require(call.actor, Action::CreateInstitution)?;
    let id = app.new_id();
    let changed = app
        .db
        .write(async |txn| {
            if let Some(known) = replay::known(&txn, app, call).await? {
                return Ok(Changed::before(
                    super::service::institution(&txn, known).await?,
                ));
            }
            let network = Network::read(&txn).await?;
            let mut problems = unread(&draft.unread);
            let blank = blank(app, id, &draft);
            let (row, served) = shape(blank, &[], &draft, &network, &INPUT, &mut problems);
            policy::require_founder(call.actor, row.community_id)?;
            examine(app, &row, &served, &network, &INPUT, &mut problems);
            settle(problems)?;
            institution::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(&*txn)
                .await?;
            radiate(&txn, id, &served).await?;
            let detail = json!({ "code": row.code, "name": row.name });
            let happened = of_institution(Action::CreateInstitution, &row, detail);
            note(&txn, app, call.actor, happened).await?;
            replay::remember(&txn, app, call, id).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// Changes an institution; what the draft leaves out stays.
///
/// # Errors
/// [`Error::Forbidden`] for whoever does not keep its registry, [`Error::Conflict`] where the version is not the present one.
pub async fn update(
    app: &App,
    call: &Call<'_>,
    id: Uuid,
    version: i32,
    draft: InstitutionDraft,
) -> Result<Changed<Model>> {
    policy::require(call.actor, Action::UpdateInstitution)?;
    let changed = app
        .db
        .write(async |txn| {
            if let Some(known) = replay::known(&txn, app, call).await? {
                return Ok(Changed::before(
                    super::service::institution(&txn, known).await?,
                ));
            }
            let network = Network::read(&txn).await?;
            let old = network.institutions.get(&id).ok_or(Error::NotFound)?;
            policy::require_keeper(call.actor, Action::UpdateInstitution, old)?;
            require_version(old.version, version)?;
            let served = network.radiates_to.get(&id).map_or(&[][..], Vec::as_slice);
            let mut problems = unread(&draft.unread);
            let (mut row, wanted) =
                shape(old.clone(), served, &draft, &network, &INPUT, &mut problems);
            policy::require_reform(call.actor, old, &row)?;
            examine(app, &row, &wanted, &network, &INPUT, &mut problems);
            settle(problems)?;
            let mut detail = before(old, &row);
            row.version += 1;
            row.updated_at = app.now();
            replace(&txn, old.version, &row).await?;
            if row.community_id != old.community_id {
                centre::service::relocate(&txn, id, row.community_id).await?;
            }
            if wanted != served {
                detail["radiates_to"] = json!(served);
                radiate(&txn, id, &wanted).await?;
            }
            let happened = of_institution(Action::UpdateInstitution, &row, detail);
            note(&txn, app, call.actor, happened).await?;
            replay::remember(&txn, app, call, id).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// An institution of which nothing is known but what can never change.
pub(super) fn blank(app: &App, id: Uuid, draft: &InstitutionDraft) -> Model {
    let now = app.now();
    Model {
        id,
        code: String::new(),
        name: String::new(),
        tier: draft.tier.unwrap_or(Tier::Partner),
        type_code: String::new(),
        status: draft.status.unwrap_or(InstitutionStatus::Operating),
        status_since: None,
        community_id: None,
        managed_by: None,
        credit_code: None,
        region: None,
        address: None,
        latitude: None,
        longitude: None,
        phone: None,
        level: None,
        grade: None,
        functional_class: None,
        sub_centre: false,
        outside_district: false,
        insurer_designated: false,
        surgery_ceiling: None,
        facilities: Facilities::default(),
        equipment: Texts::default(),
        ratings: Ratings::default(),
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Applies a draft: the institution as it shall be, and the institutions that it shall radiate to.
pub(super) fn shape(
    mut row: Model,
    served: &[Uuid],
    draft: &InstitutionDraft,
    network: &Network,
    place: &Place,
    problems: &mut Problems,
) -> (Model, Vec<Uuid>) {
    let wanted = draft.clone();
    wanted.code.apply_to(&mut row.code);
    wanted.name.apply_to(&mut row.name);
    wanted.type_code.apply_to(&mut row.type_code);
    wanted.status_since.apply(&mut row.status_since);
    wanted.credit_code.apply(&mut row.credit_code);
    wanted.region.apply(&mut row.region);
    wanted.address.apply(&mut row.address);
    wanted.latitude.apply(&mut row.latitude);
    wanted.longitude.apply(&mut row.longitude);
    wanted.phone.apply(&mut row.phone);
    wanted.level.apply(&mut row.level);
    wanted.grade.apply(&mut row.grade);
    wanted.functional_class.apply(&mut row.functional_class);
    wanted.sub_centre.apply_to(&mut row.sub_centre);
    wanted.outside_district.apply_to(&mut row.outside_district);
    wanted
        .insurer_designated
        .apply_to(&mut row.insurer_designated);
    wanted.surgery_ceiling.apply(&mut row.surgery_ceiling);
    let each_once = |mut all: Vec<Facility>| {
        all.sort_unstable();
        all.dedup();
        all
    };
    wanted
        .facilities
        .map(each_once)
        .apply_to(&mut row.facilities.0);
    wanted.equipment.apply_to(&mut row.equipment.0);
    wanted.ratings.apply_to(&mut row.ratings.0);
    for text in [&mut row.code, &mut row.name, &mut row.type_code] {
        tidy(text);
    }
    for text in [
        &mut row.credit_code,
        &mut row.region,
        &mut row.address,
        &mut row.phone,
    ] {
        tidy_optional(text);
    }
    row.equipment.0.iter_mut().for_each(tidy);
    match &draft.community {
        Change::Keep => {}
        Change::Clear => row.community_id = None,
        Change::Set(named) => {
            let found = network.community(named, &place.field("community"), problems);
            row.community_id = found.or(row.community_id);
        }
    }
    match &draft.managed_by {
        Change::Keep => {}
        Change::Clear => row.managed_by = None,
        Change::Set(named) => {
            let found = network.institution(named, &place.field("managedBy"), problems);
            row.managed_by = found.map(|centre| centre.id).or(row.managed_by);
        }
    }
    let served = match &draft.radiates_to {
        Change::Keep => served.to_vec(),
        Change::Clear => Vec::new(),
        Change::Set(named) => each(named, "radiatesTo", network, place, problems),
    };
    (row, served)
}

/// The ids of institutions that a list names, each once.
pub(super) fn each(
    named: &[Named],
    field: &str,
    network: &Network,
    place: &Place,
    problems: &mut Problems,
) -> Vec<Uuid> {
    let mut ids = Vec::with_capacity(named.len());
    for (at, named) in named.iter().enumerate() {
        let path = place.field(&format!("{field}[{at}]"));
        let found = network.institution(named, &path, problems);
        ids.extend(found.map(|row| row.id).filter(|id| !ids.contains(id)));
    }
    ids
}

/// Notes what is wrong with an institution as it shall be.
pub(super) fn examine(
    app: &App,
    row: &Model,
    served: &[Uuid],
    network: &Network,
    place: &Place,
    problems: &mut Problems,
) {
    let mut check = Check { place, problems };
    check.institution(row, served, network, shanghai_day(app.now()));
}

/// Writes the changed row over the version that was read.
pub(super) async fn replace(txn: &Txn, version: i32, row: &Model) -> Result<()> {
    overwrite(txn, row, institution::Column::Version.eq(version)).await
}

/// Sets the institutions that a sub-centre radiates to.
pub(super) async fn radiate(txn: &Txn, id: Uuid, served: &[Uuid]) -> Result<()> {
    radiation::Entity::delete_many()
        .filter(radiation::Column::SubCentreId.eq(id))
        .exec(&**txn)
        .await?;
    if served.is_empty() {
        return Ok(());
    }
    let rows = served.iter().map(|served| radiation::ActiveModel {
        sub_centre_id: Set(id),
        institution_id: Set(*served),
    });
    radiation::Entity::insert_many(rows)
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}
