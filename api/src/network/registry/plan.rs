//! What a registry comes to: rows to be written, or problems.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::{capability as capability_row, community, department, institution, practitioner};
use sea_orm::EntityTrait as _;
use uuid::Uuid;

use super::{Entry, Registered, Registry, Tally};
use crate::{
    app::App,
    clock::shanghai_day,
    db::Txn,
    error::{ProblemCode, Problems, Result},
    network::{
        capability,
        check::Check,
        community as communities, department as departments,
        draft::{
            Change, CommunityDraft, DepartmentDraft, InstitutionDraft, Named, Place,
            PractitionerDraft,
        },
        institution as institutions, practitioner as practitioners,
        service::settle,
        view::Network,
    },
};

/// A row to be written, and what is there now.
pub(super) struct Row<M> {
    /// As it is; none where it is new.
    pub old: Option<M>,
    /// As it shall be.
    pub new: M,
}

/// What is to be written.
#[derive(Default)]
pub(super) struct Plan {
    /// New and changed communities.
    pub communities: Vec<Row<community::Model>>,
    /// Lead hospitals of communities for which they change.
    pub leads: Vec<(Uuid, Vec<Uuid>)>,
    /// New and changed institutions.
    pub institutions: Vec<Row<institution::Model>>,
    /// Institutions that sub-centres radiate to, where that changes.
    pub served: Vec<(Uuid, Vec<Uuid>)>,
    /// Categories of institutions for which they change.
    pub capabilities: Vec<(Uuid, BTreeSet<String>)>,
    /// New and changed departments.
    pub departments: Vec<Row<department::Model>>,
    /// New and changed practitioners.
    pub practitioners: Vec<Row<practitioner::Model>>,
    /// What it comes to.
    pub registered: Registered,
}

/// Draws the plan.
///
/// # Errors
/// [`Error::InvalidInput`](crate::error::Error::InvalidInput) naming every problem of every entry.
pub(super) async fn draw(txn: &Txn, app: &App, registry: &Registry) -> Result<Plan> {
    let mut drawing = Drawing {
        app,
        network: Network::read(txn).await?,
        capabilities: HashMap::new(),
        departments: HashMap::new(),
        problems: Problems::default(),
        plan: Plan::default(),
    };
    drawing.note_unread(registry);
    drawing.read(txn).await?;
    let known: HashSet<Uuid> = drawing.network.institutions.keys().copied().collect();
    let founded = drawing.name_communities(&registry.communities);
    let registered = drawing.name_institutions(&registry.institutions);
    drawing.shape_communities(&founded);
    drawing.shape_institutions(registered);
    drawing.shape_departments(&registry.departments);
    if !registry.practitioners.is_empty() {
        let rows = practitioner::Entity::find().all(&**txn).await?;
        drawing.shape_practitioners(&registry.practitioners, rows);
    }
    settle(drawing.problems)?;
    let (mut plan, network) = (drawing.plan, drawing.network);
    touch(app, &mut plan, &network, &known);
    Ok(plan)
}

/// A plan while it is being drawn.
struct Drawing<'a> {
    app: &'a App,
    network: Network,
    capabilities: HashMap<Uuid, BTreeSet<String>>,
    departments: HashMap<(Uuid, String), department::Model>,
    problems: Problems,
    plan: Plan,
}

/// A draft that was matched with what is there, and what that is.
type Matched<'r, T, M> = (&'r Entry<T>, Option<M>, M);

impl Drawing<'_> {
    fn note_unread(&mut self, registry: &Registry) {
        let communities = registry.communities.iter().map(|one| &one.draft.unread);
        let institutions = registry.institutions.iter().map(|one| &one.draft.unread);
        let departments = registry.departments.iter().map(|one| &one.draft.unread);
        let practitioners = registry.practitioners.iter().map(|one| &one.draft.unread);
        let all = communities
            .chain(institutions)
            .chain(departments)
            .chain(practitioners);
        self.problems.extend(all.flatten().cloned());
    }

    async fn read(&mut self, txn: &Txn) -> Result<()> {
        for row in capability_row::Entity::find().all(&**txn).await? {
            let categories = self.capabilities.entry(row.institution_id).or_default();
            categories.insert(row.category);
        }
        for row in department::Entity::find().all(&**txn).await? {
            let key = (row.institution_id, row.code.clone());
            self.departments.insert(key, row);
        }
        Ok(())
    }

    /// Takes in the communities by name, so that institutions can name them.
    fn name_communities<'r>(
        &mut self,
        entries: &'r [Entry<CommunityDraft>],
    ) -> Vec<Matched<'r, CommunityDraft, community::Model>> {
        let mut seen = HashSet::new();
        let mut matched = Vec::new();
        for entry in entries {
            let Some(name) = self.key(&entry.place, "name", &entry.draft.name) else {
                continue;
            };
            if !self.once(seen.insert(name.clone()), &entry.place, "name") {
                continue;
            }
            let old = self
                .network
                .communities
                .values()
                .find(|row| row.name == name)
                .cloned();
            let row = old.clone().unwrap_or_else(|| community::Model {
                name,
                ..communities::blank(self.app, self.app.new_id())
            });
            self.network.communities.insert(row.id, row.clone());
            matched.push((entry, old, row));
        }
        matched
    }

    /// Takes in the institutions by code, so that others can name them.
    fn name_institutions<'r>(
        &mut self,
        entries: &'r [Entry<InstitutionDraft>],
    ) -> Vec<Matched<'r, InstitutionDraft, institution::Model>> {
        let mut seen = HashSet::new();
        let mut matched = Vec::new();
        for entry in entries {
            let Entry { place, draft } = entry;
            let Some(code) = self.key(place, "code", &draft.code) else {
                continue;
            };
            if !self.once(seen.insert(code.clone()), place, "code") {
                continue;
            }
            let id = self.network.by_code.get(&code);
            let old = id.and_then(|id| self.network.institutions.get(id)).cloned();
            let mut check = Check {
                place,
                problems: &mut self.problems,
            };
            if let Some(old) = &old {
                let same = draft.tier.is_none_or(|tier| tier == old.tier);
                let message = "The tier of an institution is fixed.";
                check.hold(same, "tier", ProblemCode::NotAllowed, message);
                let same = draft.status.is_none_or(|status| status == old.status);
                let message =
                    "Change the status with setInstitutionStatus, which looks at the open work.";
                check.hold(same, "status", ProblemCode::NotAllowed, message);
            } else {
                let message = "This is required of a new institution.";
                check.hold(draft.tier.is_some(), "tier", ProblemCode::Required, message);
            }
            let row = old.clone().unwrap_or_else(|| institution::Model {
                code,
                ..institutions::blank(self.app, self.app.new_id(), draft)
            });
            self.network.put(row.clone());
            matched.push((entry, old, row));
        }
        matched
    }

    fn shape_communities(&mut self, matched: &[Matched<CommunityDraft, community::Model>]) {
        for (Entry { place, draft }, old, row) in matched {
            let led = self.network.leads.get(&row.id).cloned().unwrap_or_default();
            let (row, leads) = communities::shape(
                row.clone(),
                &led,
                draft,
                &self.network,
                place,
                &mut self.problems,
            );
            let mut check = Check {
                place,
                problems: &mut self.problems,
            };
            check.community(&row, &leads, &self.network);
            let other = leads != led;
            if other {
                self.plan.leads.push((row.id, leads));
            }
            let tally = &mut self.plan.registered.communities;
            self.plan
                .communities
                .extend(changed(self.app, tally, old.clone(), row, other));
        }
    }

    /// Shapes all institutions before the first is checked: a station may come before the health centre that manages it.
    fn shape_institutions(&mut self, matched: Vec<Matched<InstitutionDraft, institution::Model>>) {
        let mut shaped = Vec::with_capacity(matched.len());
        for (entry, old, row) in matched {
            let Entry { place, draft } = entry;
            let before = self
                .network
                .radiates_to
                .get(&row.id)
                .cloned()
                .unwrap_or_default();
            let (row, served) = institutions::shape(
                row,
                &before,
                draft,
                &self.network,
                place,
                &mut self.problems,
            );
            self.network.put(row.clone());
            shaped.push((entry, old, row, before, served));
        }
        let today = shanghai_day(self.app.now());
        for (Entry { place, draft }, old, row, before, served) in shaped {
            let mut check = Check {
                place,
                problems: &mut self.problems,
            };
            check.institution(&row, &served, &self.network, today);
            let mut other = served != before;
            if other {
                self.plan.served.push((row.id, served));
            }
            other |= self.set_capabilities(place, &row, &draft.capabilities);
            let tally = &mut self.plan.registered.institutions;
            self.plan
                .institutions
                .extend(changed(self.app, tally, old, row, other));
        }
    }

    fn set_capabilities(
        &mut self,
        place: &Place,
        row: &institution::Model,
        wanted: &Change<Vec<String>>,
    ) -> bool {
        let wanted = match wanted {
            Change::Keep => return false,
            Change::Clear => &[][..],
            Change::Set(wanted) => wanted,
        };
        let mut check = Check {
            place,
            problems: &mut self.problems,
        };
        check.categories("capabilities", wanted);
        let wanted: BTreeSet<_> = wanted.iter().cloned().collect();
        if let Some(expected) = capability::expected(row, wanted.len()) {
            let path = place.field("capabilities");
            let listed = wanted.len();
            let warning = format!("{path}: {listed} categories; at least {expected} are expected.");
            self.plan.registered.warnings.push(warning);
        }
        let present = self.capabilities.get(&row.id);
        if present.map_or(wanted.is_empty(), |present| *present == wanted) {
            return false;
        }
        self.plan.capabilities.push((row.id, wanted));
        true
    }

    fn shape_departments(&mut self, entries: &[Entry<DepartmentDraft>]) {
        let mut seen = HashSet::new();
        for Entry { place, draft } in entries {
            let home = self.home(place, draft.institution.as_ref());
            let code = self.key(place, "code", &draft.code);
            let (Some(home), Some(code)) = (home, code) else {
                continue;
            };
            let key = (home, code);
            if !self.once(seen.insert(key.clone()), place, "code") {
                continue;
            }
            let old = self.departments.get(&key).cloned();
            let blank = || departments::blank(self.app, self.app.new_id(), home);
            let row = departments::shape(old.clone().unwrap_or_else(blank), draft);
            let mut check = Check {
                place,
                problems: &mut self.problems,
            };
            check.department(&row);
            self.departments.insert(key, row.clone());
            let tally = &mut self.plan.registered.departments;
            self.plan
                .departments
                .extend(changed(self.app, tally, old, row, false));
        }
    }

    fn shape_practitioners(
        &mut self,
        entries: &[Entry<PractitionerDraft>],
        rows: Vec<practitioner::Model>,
    ) {
        let mut seen = HashSet::new();
        let key = |row: practitioner::Model| ((row.institution_id, row.code.clone()), row);
        let present: HashMap<_, _> = rows.into_iter().map(key).collect();
        for Entry { place, draft } in entries {
            let home = self.home(place, draft.institution.as_ref());
            let code = self.key(place, "code", &draft.code);
            let (Some(home), Some(code)) = (home, code) else {
                continue;
            };
            let key = (home, code);
            if !self.once(seen.insert(key.clone()), place, "code") {
                continue;
            }
            let old = present.get(&key).cloned();
            let blank = || practitioners::blank(self.app, self.app.new_id(), home, draft);
            let mut row = practitioners::shape(old.clone().unwrap_or_else(blank), draft);
            row.qualification = draft.qualification.unwrap_or(row.qualification);
            let department = match &draft.department {
                Change::Set(Named::Code(code)) => {
                    let found = self.departments.get(&(home, code.clone()));
                    row.department_id = found.map(|found| found.id);
                    found.is_some()
                }
                Change::Set(Named::Id(id)) => self
                    .departments
                    .values()
                    .any(|found| found.id == *id && found.institution_id == home),
                Change::Keep | Change::Clear => true,
            };
            let mut check = Check {
                place,
                problems: &mut self.problems,
            };
            let message = "The employer has no such department.";
            check.hold(department, "department", ProblemCode::UnknownId, message);
            let known = old.is_some() || draft.qualification.is_some();
            let message = "This is required of a new practitioner.";
            check.hold(known, "qualification", ProblemCode::Required, message);
            check.practitioner(&row);
            let tally = &mut self.plan.registered.practitioners;
            self.plan
                .practitioners
                .extend(changed(self.app, tally, old, row, false));
        }
    }

    /// The text by which an entry is matched with what is there.
    fn key(&mut self, place: &Place, field: &str, wanted: &Change<String>) -> Option<String> {
        let text = match wanted {
            Change::Set(text) => text.trim(),
            Change::Keep | Change::Clear => "",
        };
        let path = place.field(field);
        self.problems.check(
            !text.is_empty(),
            path,
            ProblemCode::Required,
            "This is required.",
        );
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn once(&mut self, first: bool, place: &Place, field: &str) -> bool {
        let message = "It is named a second time.";
        self.problems
            .check(first, place.field(field), ProblemCode::Taken, message);
        first
    }

    fn home(&mut self, place: &Place, named: Option<&Named>) -> Option<Uuid> {
        let path = place.field("institution");
        let Some(named) = named else {
            self.problems
                .add(path, ProblemCode::Required, "This is required.");
            return None;
        };
        let found = self.network.institution(named, &path, &mut self.problems);
        found.map(|row| row.id)
    }
}

/// Whatever a version counts.
trait Versioned: PartialEq {
    fn step(&mut self, app: &App);
}

macro_rules! versioned {
    ($($table:ident),+) => {$(
        impl Versioned for $table::Model {
            fn step(&mut self, app: &App) {
                self.version += 1;
                self.updated_at = app.now();
            }
        }
    )+};
}

versioned!(community, institution, department, practitioner);

/// The row that is to be written, if any is; it is counted.
fn changed<M: Versioned>(
    app: &App,
    tally: &mut Tally,
    old: Option<M>,
    mut new: M,
    other: bool,
) -> Option<Row<M>> {
    match &old {
        None => tally.created += 1,
        Some(old) if *old == new && !other => {
            tally.unchanged += 1;
            return None;
        }
        Some(_) => {
            tally.changed += 1;
            new.step(app);
        }
    }
    Some(Row { old, new })
}

/// A change of departments counts as one of their institution, as it does when they are changed one by one.
fn touch(app: &App, plan: &mut Plan, network: &Network, known: &HashSet<Uuid>) {
    let written: HashSet<Uuid> = plan.institutions.iter().map(|row| row.new.id).collect();
    let homes: BTreeSet<Uuid> = plan
        .departments
        .iter()
        .map(|row| row.new.institution_id)
        .collect();
    let touched = homes
        .into_iter()
        .filter(|home| known.contains(home) && !written.contains(home));
    for row in touched.filter_map(|home| network.institutions.get(&home)) {
        let mut new = row.clone();
        new.step(app);
        plan.institutions.push(Row {
            old: Some(row.clone()),
            new,
        });
    }
}
