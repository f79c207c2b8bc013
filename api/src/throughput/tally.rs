//! Puts what was counted where it belongs: into buckets, and groups of what it is broken down by.

use std::collections::{BTreeMap, BTreeSet, HashMap, btree_map::Entry};

use chrono::{DateTime, Utc};
use entity::enums::{CentreKind, ThroughputDimension, Tier, Urgency};
use uuid::Uuid;

use super::{
    figure::{Figures, Key},
    query::{MOST_ROWS, Query, too_many},
    sight::Sight,
};
use crate::{error::Result, network::directory::Directory};

/// What a row is of, as far as the answer is broken down.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// The centre.
    pub centre: Option<Uuid>,
    /// What it does.
    pub kind: Option<CentreKind>,
    /// The institution that asks.
    pub institution: Option<Uuid>,
    /// Its tier.
    pub tier: Option<Tier>,
    /// The group of the item.
    pub item_group: Option<String>,
    /// How urgent.
    pub priority: Option<Urgency>,
    /// Who works on it, or has reported it.
    pub diagnostician: Option<Uuid>,
}

/// A row of the answer.
#[derive(Clone, Debug)]
pub struct Row {
    /// When its bucket begins.
    pub starts_at: DateTime<Utc>,
    /// When its bucket is over.
    pub ends_at: DateTime<Utc>,
    /// What it is of.
    pub group: Group,
    /// What was counted.
    pub figures: Figures,
    /// How many orders were open at the end, or are now where that is not yet; none of a time to come.
    pub backlog: Option<i64>,
    /// How many of the institutions that could ask did.
    pub active: usize,
    /// How many could.
    pub served: usize,
}

/// What was counted, by bucket and group.
pub struct Tally<'a> {
    query: &'a Query,
    sight: &'a Sight,
    directory: &'a Directory,
    counted: BTreeMap<(usize, Group), Figures>,
    open: BTreeMap<Group, i64>,
}

impl<'a> Tally<'a> {
    /// An empty one.
    #[must_use]
    pub fn new(query: &'a Query, sight: &'a Sight, directory: &'a Directory) -> Self {
        Self {
            query,
            sight,
            directory,
            counted: BTreeMap::new(),
            open: BTreeMap::new(),
        }
    }

    /// Begins with what was open at a centre.
    pub fn begin(&mut self, centre: Uuid, key: Option<&Key>, open: i64) {
        if let Some(group) = self.group(centre, key) {
            *self.open.entry(group).or_default() += open;
        }
    }

    /// Adds what was counted of a centre since some moment; of one before the first bucket only what it does to the backlog.
    pub fn add(
        &mut self,
        centre: Uuid,
        at: DateTime<Utc>,
        key: Option<&Key>,
        figures: Figures,
    ) -> Result<()> {
        let Some(group) = self.group(centre, key) else {
            return Ok(());
        };
        let place = self
            .query
            .buckets
            .partition_point(|(start, _)| *start <= at);
        let Some(bucket) = place.checked_sub(1) else {
            let known = self.sight.centres.get(&centre);
            if known.is_some_and(|seen| seen.since() <= at) {
                let change = figures.counts.requested - figures.counts.closed;
                *self.open.entry(group).or_default() += change;
            }
            return Ok(());
        };
        match self.counted.entry((bucket, group)) {
            Entry::Vacant(free) => {
                free.insert(figures);
            }
            Entry::Occupied(mut held) => {
                held.get_mut().merge(&figures)?;
            }
        }
        if self.counted.len() > MOST_ROWS {
            return Err(too_many(self.query.name));
        }
        Ok(())
    }

    /// The group of something; none where it is not asked for.
    fn group(&self, centre: Uuid, key: Option<&Key>) -> Option<Group> {
        let seen = self.sight.centres.get(&centre)?;
        if key.is_some_and(|key| !seen.counts(key.institution)) {
            return None;
        }
        let mut group = Group::default();
        for dimension in &self.query.by {
            match (dimension, key) {
                (ThroughputDimension::Centre, _) => group.centre = Some(centre),
                (ThroughputDimension::Kind, _) => group.kind = Some(seen.kind),
                (ThroughputDimension::Institution, Some(key)) => {
                    group.institution = Some(key.institution);
                }
                (ThroughputDimension::Tier, Some(key)) => {
                    let found = self.directory.institution(key.institution);
                    group.tier = found.map(|found| found.tier);
                }
                (ThroughputDimension::ItemGroup, Some(key)) => {
                    group.item_group.clone_from(&key.item_group);
                }
                (ThroughputDimension::Priority, Some(key)) => group.priority = key.priority,
                (ThroughputDimension::Diagnostician, Some(key)) => {
                    group.diagnostician = key.diagnostician;
                }
                (_, None) => {}
            }
        }
        Some(group)
    }

    /// The rows: of every bucket one where nothing is broken down, else those of groups that have something to tell.
    pub fn rows(mut self, now: DateTime<Utc>) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        let mut open = std::mem::take(&mut self.open);
        let mut served = Served::new(self.sight, self.directory);
        let mut counted = std::mem::take(&mut self.counted).into_iter().peekable();
        for (bucket, (starts_at, ends_at)) in self.query.buckets.iter().copied().enumerate() {
            let mut groups: BTreeMap<Group, Figures> = BTreeMap::new();
            while let Some(((_, group), figures)) =
                counted.next_if(|((place, _), _)| *place == bucket)
            {
                let counts = &figures.counts;
                *open.entry(group.clone()).or_default() += counts.requested - counts.closed;
                groups.insert(group, figures);
            }
            let is_future = now < starts_at;
            if self.query.by.is_empty() {
                groups.entry(Group::default()).or_default();
            } else if !is_future {
                open.retain(|_, open| *open != 0);
                for group in open.keys() {
                    groups.entry(group.clone()).or_default();
                }
            }
            for (group, figures) in groups {
                let (active, of) = served.count(&group, &figures);
                rows.push(Row {
                    starts_at,
                    ends_at,
                    backlog: (!is_future).then(|| open.get(&group).copied().unwrap_or_default()),
                    active,
                    served: of,
                    group,
                    figures,
                });
            }
            if rows.len() > MOST_ROWS {
                return Err(too_many(self.query.name));
            }
        }
        Ok(rows)
    }
}

/// Who could ask.
struct Served<'a> {
    pairs: BTreeSet<(Uuid, Uuid)>,
    sight: &'a Sight,
    directory: &'a Directory,
    known: HashMap<Group, usize>,
}

impl<'a> Served<'a> {
    fn new(sight: &'a Sight, directory: &'a Directory) -> Self {
        let pairs = sight.centres.iter();
        let pairs = pairs.flat_map(|(centre, seen)| seen.served.iter().map(|one| (*centre, *one)));
        Self {
            pairs: pairs.collect(),
            sight,
            directory,
            known: HashMap::new(),
        }
    }

    /// How many of those who could ask for what is in the group did, and how many could.
    fn count(&mut self, group: &Group, figures: &Figures) -> (usize, usize) {
        let active = figures.active.iter();
        let active = active.filter(|pair| self.pairs.contains(pair)).count();
        let who = Group {
            item_group: None,
            priority: None,
            diagnostician: None,
            ..group.clone()
        };
        if let Some(could) = self.known.get(&who) {
            return (active, *could);
        }
        let all = self.pairs.iter();
        let could = all.filter(|pair| self.is_in(&who, **pair)).count();
        self.known.insert(who, could);
        (active, could)
    }

    fn is_in(&self, group: &Group, (centre, institution): (Uuid, Uuid)) -> bool {
        let kind = self.sight.centres.get(&centre).map(|seen| seen.kind);
        let found = self.directory.institution(institution);
        group.centre.is_none_or(|wanted| wanted == centre)
            && group.kind.is_none_or(|wanted| Some(wanted) == kind)
            && group.institution.is_none_or(|wanted| wanted == institution)
            && group
                .tier
                .is_none_or(|wanted| found.is_some_and(|found| found.tier == wanted))
    }
}
