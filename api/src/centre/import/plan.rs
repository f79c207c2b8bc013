//! What catalogue files come to: rows to be written, or problems.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::{catalogue_item, centre_served, enums::CentreKind, institution, shared_centre};
use sea_orm::EntityTrait as _;
use uuid::Uuid;

use super::{Catalogue, Line, Listed};
use crate::{
    app::App,
    centre::{
        catalogue::{self, Row, refuse_training},
        check::Check,
        draft::CentreDraft,
        service::{blank, shape},
        store::hold,
    },
    db::Txn,
    draft::{Change, Entry, Named, Place, Tally},
    error::{ProblemCode, Problems, Result},
    network::{service::settle, view::Network},
};

/// A centre to be written, with what changes of it.
pub(super) struct Centre {
    /// As it is; none where it is new.
    pub old: Option<shared_centre::Model>,
    /// As it shall be.
    pub new: shared_centre::Model,
    /// The institutions that it serves, as it is and as it shall be.
    pub served: (Vec<Uuid>, Vec<Uuid>),
    /// Items that are new or different.
    pub items: Vec<Row>,
}

impl Centre {
    /// Whether the centre itself is new or different.
    pub(super) fn differs(&self) -> bool {
        let same = |old: &shared_centre::Model| {
            let stepped = shared_centre::Model {
                version: old.version,
                updated_at: old.updated_at,
                ..self.new.clone()
            };
            *old == stepped
        };
        self.served.0 != self.served.1 || !self.old.as_ref().is_some_and(same)
    }
}

/// What is to be written.
pub(super) struct Plan {
    /// Centres that are new or different, or whose items are.
    pub centres: Vec<Centre>,
    /// What it comes to.
    pub listed: Listed,
}

/// Draws the plan.
///
/// # Errors
/// [`Error::InvalidInput`](crate::error::Error::InvalidInput) naming every problem of every line.
pub(super) async fn draw(txn: &Txn, app: &App, wanted: &Catalogue) -> Result<Plan> {
    let network = Network::read(txn).await?;
    let hosts = wanted.centres.iter().map(|entry| &entry.draft.host);
    let hosts: BTreeSet<Uuid> = hosts
        .chain(wanted.items.iter().map(|entry| &entry.draft.host))
        .filter_map(|named| id_of(&network, named.as_ref()?))
        .collect();
    for host in hosts {
        hold(txn, host).await?;
    }
    let mut drawing = Drawing {
        app,
        network,
        centres: BTreeMap::new(),
        items: HashMap::new(),
        problems: Problems::default(),
        listed: Listed::default(),
    };
    drawing.read(txn).await?;
    let unread = wanted.centres.iter().map(|entry| &entry.draft.unread);
    let unread = unread.chain(wanted.items.iter().map(|entry| &entry.draft.item.unread));
    drawing.problems.extend(unread.flatten().cloned());
    drawing.shape_centres(&wanted.centres);
    drawing.shape_items(&wanted.items);
    settle(drawing.problems)?;
    let all = drawing.centres.into_values();
    let mut centres: Vec<_> = all
        .filter(|one| one.differs() || !one.items.is_empty())
        .collect();
    for one in &mut centres {
        if let Some(old) = &one.old {
            one.new.version = old.version + 1;
            one.new.updated_at = app.now();
        }
    }
    Ok(Plan {
        centres,
        listed: drawing.listed,
    })
}

/// A plan while it is being drawn.
struct Drawing<'a> {
    app: &'a App,
    network: Network,
    /// By host and name.
    centres: BTreeMap<(Uuid, String), Centre>,
    /// By centre and code.
    items: HashMap<(Uuid, String), catalogue_item::Model>,
    problems: Problems,
    listed: Listed,
}

impl Drawing<'_> {
    async fn read(&mut self, txn: &Txn) -> Result<()> {
        let mut served: HashMap<Uuid, BTreeSet<Uuid>> = HashMap::new();
        for row in centre_served::Entity::find().all(&**txn).await? {
            let all = served.entry(row.centre_id).or_default();
            all.insert(row.institution_id);
        }
        for row in shared_centre::Entity::find().all(&**txn).await? {
            let served = served.remove(&row.id).unwrap_or_default();
            let served: Vec<Uuid> = served.into_iter().collect();
            let centre = Centre {
                old: Some(row.clone()),
                new: row,
                served: (served.clone(), served),
                items: Vec::new(),
            };
            let key = (centre.new.host_id, centre.new.name.clone());
            self.centres.insert(key, centre);
        }
        for row in catalogue_item::Entity::find().all(&**txn).await? {
            self.items.insert((row.centre_id, row.code.clone()), row);
        }
        Ok(())
    }

    fn shape_centres(&mut self, entries: &[Entry<CentreDraft>]) {
        let mut seen = HashSet::new();
        for Entry { place, draft } in entries {
            let host = self.host(place, draft.host.as_ref());
            let name = match &draft.name {
                Change::Set(name) => Some(name.as_str()),
                Change::Keep | Change::Clear => None,
            };
            let name = self.required(place, "name", name);
            let (Some(host), Some(name)) = (host, name) else {
                continue;
            };
            let key = (host.id, name);
            if !self.once(seen.insert(key.clone()), place, "name") {
                continue;
            }
            let known = self.centres.remove(&key);
            let centre = self.shape_centre(place, draft, &host, known);
            let tally = &mut self.listed.centres;
            count(tally, centre.old.is_none(), centre.differs());
            self.centres.insert(key, centre);
        }
    }

    fn shape_centre(
        &mut self,
        place: &Place,
        draft: &CentreDraft,
        host: &institution::Model,
        known: Option<Centre>,
    ) -> Centre {
        let mut check = Check {
            place,
            within: "",
            problems: &mut self.problems,
        };
        let centre = if let Some(known) = known {
            let same = draft.kind.is_none_or(|kind| kind == known.new.kind);
            let message = "What a centre does is fixed.";
            check.hold(same, "kind", ProblemCode::NotAllowed, message);
            known
        } else {
            let message = "This is required of a new centre.";
            check.hold(draft.kind.is_some(), "kind", ProblemCode::Required, message);
            check.host(host);
            Centre {
                old: None,
                new: blank(self.app, self.app.new_id(), Some(host), draft),
                served: (Vec::new(), Vec::new()),
                items: Vec::new(),
            }
        };
        let problems = &mut self.problems;
        let (before, network) = (centre.served.0, &self.network);
        let (new, served) = shape(centre.new, &before, draft, network, place, problems);
        let others = self.centres.values().map(|other| &other.new);
        let others: Vec<_> = others
            .filter(|other| other.host_id == host.id)
            .cloned()
            .collect();
        let mut check = Check {
            place,
            within: "",
            problems: &mut self.problems,
        };
        check.centre(&new, &others, served.len());
        Centre {
            new,
            served: (before, served),
            ..centre
        }
    }

    fn shape_items(&mut self, entries: &[Entry<Line>]) {
        let mut seen = HashSet::new();
        for Entry { place, draft } in entries {
            let host = self.host(place, draft.host.as_ref());
            let name = self.required(place, "centre", draft.centre.as_deref());
            let (Some(host), Some(name)) = (host, name) else {
                continue;
            };
            let Some(centre) = self.centres.get_mut(&(host.id, name)) else {
                let message = "The hospital runs no centre of this name.";
                let path = place.field("centre");
                self.problems.add(path, ProblemCode::UnknownId, message);
                continue;
            };
            let kind = centre.new.kind;
            refuse_training(kind, place.field("centre"), &mut self.problems);
            if kind == CentreKind::SkillsTraining {
                continue;
            }
            let code = catalogue::code_of(&draft.item).to_owned();
            let key = (centre.new.id, code);
            let old = self.items.get(&key);
            let row = catalogue::shape(self.app, &centre.new, old, &draft.item);
            let mut check = Check {
                place,
                within: "",
                problems: &mut self.problems,
            };
            check.item(&row, kind);
            let change = catalogue::changed(self.app, old, &row);
            count(&mut self.listed.items, old.is_none(), change.is_some());
            centre.items.extend(change);
            let named = !key.1.is_empty();
            let first = seen.insert(key);
            self.once(first || !named, place, "code");
        }
    }

    /// The hospital that a line names.
    fn host(&mut self, place: &Place, named: Option<&Named>) -> Option<institution::Model> {
        let path = place.field("host");
        let Some(named) = named else {
            let message = "This is required.";
            self.problems.add(path, ProblemCode::Required, message);
            return None;
        };
        let found = self.network.institution(named, &path, &mut self.problems);
        found.cloned()
    }

    /// The text by which a line is matched with what is there.
    fn required(&mut self, place: &Place, field: &str, text: Option<&str>) -> Option<String> {
        let text = text.unwrap_or_default().trim();
        let message = "This is required.";
        let path = place.field(field);
        self.problems
            .check(!text.is_empty(), path, ProblemCode::Required, message);
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn once(&mut self, first: bool, place: &Place, field: &str) -> bool {
        let message = "It is named a second time.";
        let path = place.field(field);
        self.problems
            .check(first, path, ProblemCode::Taken, message);
        first
    }
}

fn id_of(network: &Network, named: &Named) -> Option<Uuid> {
    match named {
        Named::Id(id) => Some(*id),
        Named::Code(code) => network.by_code.get(code).copied(),
    }
}

fn count(tally: &mut Tally, new: bool, differs: bool) {
    if new {
        tally.created += 1;
    } else if differs {
        tally.changed += 1;
    } else {
        tally.unchanged += 1;
    }
}
