//! What is counted, and how counts add up.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{
    enums::{ThroughputUnit, Urgency},
    throughput_cell,
    throughput_counts::Counts,
    throughput_total,
};
use uuid::Uuid;

use super::sketch::Sketch;
use crate::error::{Error, Result};

/// Everything by which an hour of a centre can be broken down.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The institution that asks.
    pub institution: Uuid,
    /// The group of the item.
    pub item_group: Option<String>,
    /// How urgent.
    pub priority: Option<Urgency>,
    /// Who works on it, or has reported it.
    pub diagnostician: Option<Uuid>,
}

/// What was counted of a stretch of time.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// The counts.
    pub counts: Counts,
    /// The minutes from request to report.
    pub from_request: Sketch,
    /// The minutes from start to report.
    pub from_start: Sketch,
    /// The minutes until critical values were acknowledged.
    pub acknowledgement: Sketch,
    /// The centres and institutions of which somebody asked for something.
    pub active: BTreeSet<(Uuid, Uuid)>,
}

impl Figures {
    /// Adds what was counted elsewhere or at another time.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.counts = added(std::mem::take(&mut self.counts), &other.counts);
        self.from_request.merge(&other.from_request)?;
        self.from_start.merge(&other.from_start)?;
        self.acknowledgement.merge(&other.acknowledgement)?;
        self.active.extend(&other.active);
        Ok(())
    }

    /// What a cell holds.
    pub fn of_cell(row: &throughput_cell::Model) -> Result<Self> {
        let asks = row.counts.requested > 0;
        Ok(Self {
            from_request: Sketch::read(row.from_request.as_deref())?,
            from_start: Sketch::read(row.from_start.as_deref())?,
            acknowledgement: Sketch::read(row.acknowledgement.as_deref())?,
            active: asks
                .then_some((row.centre_id, row.institution_id))
                .into_iter()
                .collect(),
            counts: row.counts.clone(),
        })
    }

    /// What a total holds.
    pub fn of_total(row: &throughput_total::Model) -> Result<Self> {
        Ok(Self {
            from_request: Sketch::read(row.from_request.as_deref())?,
            from_start: Sketch::read(row.from_start.as_deref())?,
            acknowledgement: Sketch::read(row.acknowledgement.as_deref())?,
            active: institutions(&row.institutions)?
                .map(|institution| (row.centre_id, institution))
                .collect(),
            counts: row.counts.clone(),
        })
    }

    /// The cell that holds this.
    #[must_use]
    pub fn cell(
        &self,
        centre: Uuid,
        hour: DateTime<Utc>,
        number: i32,
        key: Key,
    ) -> throughput_cell::Model {
        throughput_cell::Model {
            centre_id: centre,
            hour,
            number,
            institution_id: key.institution,
            item_group: key.item_group,
            priority: key.priority,
            diagnostician_id: key.diagnostician,
            counts: self.counts.clone(),
            from_request: self.from_request.stored(),
            from_start: self.from_start.stored(),
            acknowledgement: self.acknowledgement.stored(),
        }
    }

    /// The total that holds this.
    #[must_use]
    pub fn total(
        &self,
        centre: Uuid,
        unit: ThroughputUnit,
        starts_at: DateTime<Utc>,
    ) -> throughput_total::Model {
        let institutions = self.active.iter();
        throughput_total::Model {
            centre_id: centre,
            unit,
            starts_at,
            counts: self.counts.clone(),
            institutions: institutions
                .flat_map(|(_, institution)| institution.into_bytes())
                .collect(),
            from_request: self.from_request.stored(),
            from_start: self.from_start.stored(),
            acknowledgement: self.acknowledgement.stored(),
        }
    }
}

fn institutions(bytes: &[u8]) -> Result<impl Iterator<Item = Uuid>> {
    let (ids, rest) = bytes.as_chunks::<16>();
    if !rest.is_empty() {
        return Err(Error::Internal("a total is cut off".into()));
    }
    Ok(ids.iter().map(|id| Uuid::from_bytes(*id)))
}

fn added(mut sum: Counts, other: &Counts) -> Counts {
    let Counts {
        requested,
        received,
        reported,
        reviewed,
        returned,
        recognised,
        cancelled,
        closed,
        visits,
        timed,
        on_time,
        raised,
        acknowledged,
        in_time,
    } = other;
    sum.requested += requested;
    sum.received += received;
    sum.reported += reported;
    sum.reviewed += reviewed;
    for (reason, count) in returned {
        *sum.returned.entry(*reason).or_default() += count;
    }
    sum.recognised += recognised;
    sum.cancelled += cancelled;
    sum.closed += closed;
    sum.visits += visits;
    sum.timed += timed;
    sum.on_time += on_time;
    sum.raised += raised;
    sum.acknowledged += acknowledged;
    sum.in_time += in_time;
    sum
}
