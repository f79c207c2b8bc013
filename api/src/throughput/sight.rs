//! The centres that a reader sees, and where their backlogs begin.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    enums::{CentreKind, ThroughputUnit},
    throughput_backlog,
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, FromQueryResult,
    QueryFilter as _, Statement, Value,
};
use uuid::Uuid;

use super::{
    backlog::sorted,
    calendar::{end_of, start_of},
    figure::Key,
    query::Query,
};
use crate::{
    app::App,
    auth::Actor,
    db::Txn,
    error::Result,
    policy::{self, CentrePlace, Share},
};

/// Centres, each once for every institution that it serves, with the last backlog before a day, and how far the rollup has come.
const CENTRES: &str = "
    SELECT shared_centre.id, shared_centre.kind, shared_centre.host_id, shared_centre.community_id, centre_served.institution_id,
        throughput_backlog.day, throughput_backlog.open, (SELECT MAX(position) FROM lease WHERE name = 'throughput') AS position
    FROM shared_centre
    LEFT JOIN centre_served ON centre_served.centre_id = shared_centre.id
    LEFT JOIN throughput_backlog ON throughput_backlog.centre_id = shared_centre.id
        AND throughput_backlog.day = (SELECT MAX(earlier.day) FROM throughput_backlog AS earlier
            WHERE earlier.centre_id = shared_centre.id AND earlier.day < $1)";

#[derive(FromQueryResult)]
struct Found {
    id: Uuid,
    kind: CentreKind,
    host_id: Uuid,
    community_id: Option<Uuid>,
    institution_id: Option<Uuid>,
    day: Option<DateTime<Utc>>,
    open: Option<i64>,
    position: Option<i64>,
}

/// A centre that the reader sees.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What it does.
    pub kind: CentreKind,
    /// Only what these institutions ask for; everything where none is named.
    pub only: Option<BTreeSet<Uuid>>,
    /// The institutions that it serves, as far as the reader asks for them.
    pub served: Vec<Uuid>,
    /// The day whose backlog is known, and how many orders were open when it ended.
    pub base: Option<(DateTime<Utc>, i64)>,
}

impl Seen {
    /// Since when its backlog has to be counted; always where none is known.
    #[must_use]
    pub fn since(&self) -> DateTime<Utc> {
        let ever = start_of(ThroughputUnit::Month, DateTime::UNIX_EPOCH);
        self.base
            .map_or(ever, |(day, _)| end_of(ThroughputUnit::Day, day))
    }

    /// Whether what the institution asks for is counted.
    #[must_use]
    pub fn counts(&self, institution: Uuid) -> bool {
        self.only
            .as_ref()
            .is_none_or(|only| only.contains(&institution))
    }
}

/// What a reader sees.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// The centres.
    pub centres: BTreeMap<Uuid, Seen>,
    /// How far the rollup has come in the feed.
    pub position: i64,
}

impl Sight {
    /// What the actor sees of what it asks for; the backlogs are the last before that moment's day.
    pub async fn of(
        txn: &Txn,
        app: &App,
        actor: &Actor,
        query: &Query,
        before: DateTime<Utc>,
    ) -> Result<Self> {
        let mut sql = CENTRES.to_owned();
        let mut values: Vec<Value> = vec![start_of(ThroughputUnit::Day, before).into()];
        if let Some(centres) = &query.centres {
            if centres.is_empty() {
                return Ok(Self::default());
            }
            let places = (2..centres.len() + 2).map(|place| format!("${place}"));
            let places = places.collect::<Vec<_>>().join(", ");
            sql = format!("{sql} WHERE shared_centre.id IN ({places})");
            values.extend(centres.iter().map(|id| Value::from(*id)));
        }
        let statement = Statement::from_sql_and_values(app.db.backend(), sql, values);
        let directory = app.directory.now();
        let mut sight = Self::default();
        for row in txn.query_all_raw(statement).await? {
            let row = Found::from_query_result(&row, "")?;
            sight.position = row.position.unwrap_or_default();
            let asked = query.kinds.as_ref();
            if asked.is_some_and(|kinds| !kinds.contains(&row.kind)) {
                continue;
            }
            let place = CentrePlace {
                id: row.id,
                host: row.host_id,
                community: row.community_id,
            };
            let only = match policy::throughput_share(actor, &directory, &place) {
                Share::Nothing => continue,
                Share::Whole => query.requested_by.clone(),
                Share::Of(own) => Some(match &query.requested_by {
                    None => own.into_iter().collect(),
                    Some(asked) => own.into_iter().filter(|id| asked.contains(id)).collect(),
                }),
            };
            let seen = sight.centres.entry(row.id).or_insert(Seen {
                kind: row.kind,
                only,
                served: Vec::new(),
                base: row.day.zip(row.open),
            });
            if let Some(served) = row.institution_id
                && seen.counts(served)
            {
                seen.served.push(served);
            }
        }
        Ok(sight)
    }

    /// Since when the backlogs of all have to be counted.
    #[must_use]
    pub fn since(&self) -> Option<DateTime<Utc>> {
        self.centres.values().map(Seen::since).min()
    }

    /// The known backlogs, by whatever they can be broken down by.
    pub async fn parts(&self, txn: &Txn) -> Result<Vec<(Uuid, BTreeMap<Key, i64>)>> {
        use throughput_backlog::Column::{CentreId, Day};
        let mut wanted = Condition::any();
        for (centre, seen) in &self.centres {
            let Some((day, _)) = seen.base else { continue };
            let own = Condition::all().add(CentreId.eq(*centre));
            wanted = wanted.add(own.add(Day.eq(day)));
        }
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let rows = throughput_backlog::Entity::find().filter(wanted);
        let rows = rows.all(&**txn).await?.into_iter();
        Ok(rows.map(|row| (row.centre_id, sorted(row.parts))).collect())
    }
}
