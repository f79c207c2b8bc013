//! What is asked for: parsed here, every malformed field named at once.

use async_graphql::{ID, InputObject};
use entity::enums::{Bucket, CentreKind, ThroughputDimension};
use uuid::Uuid;

use super::super::query::{Asked, MOST_NAMED};
use crate::{
    error::{ProblemCode, Problems, Result},
    id::{self, Kind},
    moment::Moment,
};

/// Which throughput of shared centres to read. What the caller does not see is left out, not refused.
#[derive(InputObject)]
pub struct ThroughputInput {
    /// Only of these centres, at most 500.
    pub centres: Option<Vec<ID>>,
    /// Only of centres of these kinds.
    pub kinds: Option<Vec<CentreKind>>,
    /// Only what these institutions ask for 申请机构, at most 500.
    pub requested_by: Option<Vec<ID>>,
    /// The first moment. One that lies within a bucket is moved back to where the bucket begins, in Asia/Shanghai; of WHOLE, the hour.
    pub from: Moment,
    /// The moment at which it is over, not part of it. One that lies within a bucket is moved on to where the bucket ends. At most 62 days
    /// after `from` by HOUR, 800 days by DAY, 5 years by WEEK, 20 years by MONTH or WHOLE.
    pub to: Moment,
    /// Into what the time is cut.
    pub bucket: Bucket,
    /// What it is broken down by; not at all where left out.
    pub by: Option<Vec<ThroughputDimension>>,
}

/// Which throughput of one shared centre to read.
#[derive(InputObject)]
pub struct CentreThroughputInput {
    /// Only what these institutions ask for 申请机构, at most 500.
    pub requested_by: Option<Vec<ID>>,
    /// The first moment; as in `ThroughputInput`.
    pub from: Moment,
    /// The moment at which it is over; as in `ThroughputInput`.
    pub to: Moment,
    /// Into what the time is cut.
    pub bucket: Bucket,
    /// What it is broken down by; not at all where left out.
    pub by: Option<Vec<ThroughputDimension>>,
}

impl ThroughputInput {
    pub(super) fn parse(self) -> Result<Asked> {
        let mut problems = Problems::default();
        let centres = ids(
            Kind::SharedCentre,
            self.centres,
            "input.centres",
            &mut problems,
        );
        let requested_by = ids(
            Kind::Institution,
            self.requested_by,
            "input.requestedBy",
            &mut problems,
        );
        let from = self.from.at("input.from", &mut problems);
        let to = self.to.at("input.to", &mut problems);
        problems.finish()?;
        Ok(Asked {
            centres,
            kinds: self.kinds,
            requested_by,
            from: from.unwrap_or_default(),
            to: to.unwrap_or_default(),
            bucket: self.bucket,
            by: self.by.unwrap_or_default(),
        })
    }
}

impl CentreThroughputInput {
    pub(super) fn parse(self, centre: Uuid) -> Result<Asked> {
        let whole = ThroughputInput {
            centres: None,
            kinds: None,
            requested_by: self.requested_by,
            from: self.from,
            to: self.to,
            bucket: self.bucket,
            by: self.by,
        };
        Ok(Asked {
            centres: Some(vec![centre]),
            ..whole.parse()?
        })
    }
}

fn ids(
    kind: Kind,
    texts: Option<Vec<ID>>,
    path: &str,
    problems: &mut Problems,
) -> Option<Vec<Uuid>> {
    let texts = texts?;
    problems.check(
        texts.len() <= MOST_NAMED,
        path,
        ProblemCode::TooLarge,
        format!("At most {MOST_NAMED}."),
    );
    let mut read = Vec::new();
    for (place, text) in texts.iter().take(MOST_NAMED).enumerate() {
        match id::decode(kind, text, &format!("{path}[{place}]")) {
            Ok(id) => read.push(id),
            Err(error) => problems.extend(error.problems().iter().cloned()),
        }
    }
    Some(read)
}
