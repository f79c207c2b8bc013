//! The catalogue 项目目录 of a shared centre: items are listed and changed by their codes, and never deleted.

use std::collections::{HashMap, HashSet};

use entity::{
    catalogue_item::{self, Model},
    enums::{Action, CentreKind, Modality, ReviewRule, SubjectKind},
    shared_centre,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    check::{Check, MOST_ITEMS},
    draft::ItemDraft,
    service::{INPUT, require_keeper},
    store::{find, happened, replace, served},
    turnaround::Targets,
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    draft::Change,
    error::{ProblemCode, Problems, Result},
    network::{
        service::{announce, before, note, overwrite, replayed, require_version, settle, tidy},
        view::Network,
    },
    policy,
    record::replay::{self, Changed},
};

/// Rows of one insert: 16 parameters each, within what SQLite takes.
const CHUNK: usize = 1_000;

/// A centre, and items of it in the order in which they were named.
pub type Listed = (shared_centre::Model, Vec<Model>);

/// Lists items and changes those that are listed, by their codes; all of them or none.
///
/// # Errors
/// [`Error::Forbidden`](crate::error::Error::Forbidden) for whoever does not keep the registry of the centre's host,
/// [`Error::Conflict`](crate::error::Error::Conflict) where the version is not the centre's present one.
pub async fn set_items(
    app: &App,
    call: &Call<'_>,
    centre: Uuid,
    version: i32,
    drafts: &[ItemDraft],
) -> Result<Changed<Listed>> {
    const ACTION: Action = Action::SetCatalogueItem;
    policy::require(call.actor, ACTION)?;
    let changed = app
        .db
        .write(async |txn| {
            let known = replay::known(&txn, app, call).await?;
            let network = Network::read(&txn).await?;
            let mut row = find(&txn, centre).await?;
            require_keeper(call, ACTION, &network, &row)?;
            let listed = by_code(&txn, centre, drafts).await?;
            if known.is_some() {
                let (subject, items) = (
                    (SubjectKind::SharedCentre, centre),
                    in_order(&listed, drafts),
                );
                return replayed(&txn, app, call, ACTION, subject, (row, items)).await;
            }
            require_version(row.version, version)?;
            let (changes, items) = plan(app, &row, &listed, drafts)?;
            row.version += 1;
            row.updated_at = app.now();
            replace(&txn, version, &row).await?;
            write(&txn, &changes).await?;
            let served = served(&txn, centre).await?;
            let happened = happened(ACTION, &row, &served, told(&changes));
            note(&txn, app, call.actor, happened).await?;
            replay::remember(&txn, app, call, centre).await?;
            Ok(Changed::now((row, items)))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// An item to be written, and what is there now.
pub(super) struct Row {
    /// As it is; none where it is new.
    pub old: Option<Model>,
    /// As it shall be.
    pub new: Model,
}

/// What is to be written, and the items as they will be.
fn plan(
    app: &App,
    centre: &shared_centre::Model,
    listed: &HashMap<String, Model>,
    drafts: &[ItemDraft],
) -> Result<(Vec<Row>, Vec<Model>)> {
    let mut problems = Problems::default();
    problems.check(
        !drafts.is_empty(),
        "input.items",
        ProblemCode::TooSmall,
        "At least one item.",
    );
    problems.check(
        drafts.len() <= MOST_ITEMS,
        "input.items",
        ProblemCode::TooLarge,
        format!("At most {MOST_ITEMS} items."),
    );
    refuse_training(centre.kind, "input.centre".into(), &mut problems);
    let (mut changes, mut items) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for (at, draft) in drafts.iter().take(MOST_ITEMS).enumerate() {
        problems.extend(draft.unread.iter().cloned());
        let code = code_of(draft);
        let old = listed.get(code);
        let row = shape(app, centre, old, draft);
        let mut check = Check {
            place: &INPUT,
            within: &format!("items[{at}]."),
            problems: &mut problems,
        };
        let message = "It is named a second time.";
        let first = code.is_empty() || seen.insert(code);
        check.hold(first, "code", ProblemCode::Taken, message);
        check.item(&row, centre.kind);
        changes.extend(changed(app, old, &row));
        items.push(row);
    }
    settle(problems)?;
    // Shown as they are written.
    for change in &changes {
        for item in items.iter_mut().filter(|item| item.id == change.new.id) {
            item.clone_from(&change.new);
        }
    }
    Ok((changes, items))
}

/// Notes that courses are not ordered.
pub(super) fn refuse_training(kind: CentreKind, path: String, problems: &mut Problems) {
    problems.check(
        kind != CentreKind::SkillsTraining,
        path,
        ProblemCode::NotAllowed,
        "A training centre has courses, and no catalogue.",
    );
}

/// The code that a draft names.
pub(super) fn code_of(draft: &ItemDraft) -> &str {
    match &draft.code {
        Change::Set(code) => code.trim(),
        Change::Keep | Change::Clear => "",
    }
}

/// The change that makes an item of what it is; none where it is that already.
pub(super) fn changed(app: &App, old: Option<&Model>, new: &Model) -> Option<Row> {
    if old == Some(new) {
        return None;
    }
    let mut new = new.clone();
    new.updated_at = app.now();
    Some(Row {
        old: old.cloned(),
        new,
    })
}

/// Applies a draft: the item as it shall be. What a new one leaves out is what is usual.
pub(super) fn shape(
    app: &App,
    centre: &shared_centre::Model,
    old: Option<&Model>,
    draft: &ItemDraft,
) -> Model {
    let kind = centre.kind;
    let mut row = old.cloned().unwrap_or_else(|| blank(app, centre));
    let wanted = draft.clone();
    code_of(draft).clone_into(&mut row.code);
    wanted.name.apply_to(&mut row.name);
    wanted.group.apply_to(&mut row.item_group);
    wanted.modality.apply(&mut row.modality);
    wanted.specimen.apply(&mut row.specimen);
    wanted.recognition_days.apply_to(&mut row.recognition_days);
    row.review = wanted.review.unwrap_or(row.review);
    wanted.active.apply_to(&mut row.active);
    row.modality = row.modality.or(usual_modality(kind));
    for text in [&mut row.name, &mut row.item_group] {
        tidy(text);
    }
    let target = |wanted: Change<i32>, field: fn(&Model) -> i32| match wanted {
        Change::Keep => old.map(field),
        Change::Clear => None,
        Change::Set(minutes) => Some(minutes),
    };
    let targets = Targets {
        emergency: target(wanted.emergency_minutes, |row| row.emergency_minutes),
        urgent: target(wanted.urgent_minutes, |row| row.urgent_minutes),
        routine: target(wanted.routine_minutes, |row| row.routine_minutes),
    };
    let targets = targets.or_usual(kind, row.modality, row.specimen);
    row.emergency_minutes = targets.emergency;
    row.urgent_minutes = targets.urgent;
    row.routine_minutes = targets.routine;
    row
}

fn blank(app: &App, centre: &shared_centre::Model) -> Model {
    let now = app.now();
    Model {
        id: app.new_id(),
        centre_id: centre.id,
        code: String::new(),
        name: String::new(),
        item_group: String::new(),
        modality: None,
        specimen: None,
        recognition_days: 0,
        review: usual_review(centre.kind),
        emergency_minutes: 0,
        urgent_minutes: 0,
        routine_minutes: 0,
        active: true,
        created_at: now,
        updated_at: now,
    }
}

/// A centre that reads one kind of examination need not name it with each item.
const fn usual_modality(kind: CentreKind) -> Option<Modality> {
    match kind {
        CentreKind::Ecg => Some(Modality::Ecg),
        CentreKind::Ultrasound => Some(Modality::Us),
        _ => None,
    }
}

/// Electrocardiograms are final as they are read, and packs have no report; anything else is looked at by a second person.
const fn usual_review(kind: CentreKind) -> ReviewRule {
    match kind {
        CentreKind::Ecg | CentreKind::SterileSupply => ReviewRule::Optional,
        _ => ReviewRule::Required,
    }
}

/// The items of a centre that drafts name, by code.
async fn by_code(txn: &Txn, centre: Uuid, drafts: &[ItemDraft]) -> Result<HashMap<String, Model>> {
    let codes = drafts.iter().take(MOST_ITEMS).map(code_of);
    let rows = catalogue_item::Entity::find()
        .filter(catalogue_item::Column::CentreId.eq(centre))
        .filter(catalogue_item::Column::Code.is_in(codes))
        .all(&**txn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.code.clone(), row))
        .collect())
}

fn in_order(listed: &HashMap<String, Model>, drafts: &[ItemDraft]) -> Vec<Model> {
    let found = drafts.iter().map(|draft| listed.get(code_of(draft)));
    found.flatten().cloned().collect()
}

/// What an event tells of items: which are new, and what was there before.
pub(super) fn told(changes: &[Row]) -> Value {
    let items = changes.iter().map(|Row { old, new }| {
        let before = old.as_ref().map_or(Value::Null, |old| before(old, new));
        (new.code.clone(), before)
    });
    json!({ "before": items.collect::<Map<_, _>>() })
}

/// Writes items, the new ones in few statements.
pub(super) async fn write(txn: &Txn, changes: &[Row]) -> Result<()> {
    let fresh = changes.iter().filter(|change| change.old.is_none());
    let fresh: Vec<_> = fresh
        .map(|change| change.new.clone().into_active_model())
        .collect();
    for chunk in fresh.chunks(CHUNK) {
        catalogue_item::Entity::insert_many(chunk.iter().cloned())
            .exec_without_returning(&**txn)
            .await?;
    }
    // The centre's version, which was taken first, keeps others from them.
    for change in changes.iter().filter(|change| change.old.is_some()) {
        let read = catalogue_item::Column::CentreId.eq(change.new.centre_id);
        overwrite(txn, &change.new, read).await?;
    }
    Ok(())
}
