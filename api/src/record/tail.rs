//! Reads the feed as it grows, once for all followers of this process.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, SubjectKind},
    event, feed,
    json::Ids,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, JoinType, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, RelationDef, Select,
};
use tokio::{sync::watch, time};
use uuid::Uuid;

use super::changes::Change;
use crate::{app::App, error::Result};

/// How long the tailer rests when nothing was placed; a relay of the same process wakes it.
const REST: Duration = Duration::from_millis(250);
/// How many changes are read at once.
const BATCH: usize = 500;

/// Tells the followers of whatever is placed from now on, until `stop` turns true or its sender is dropped.
pub(super) async fn tail(app: App, mut stop: watch::Receiver<bool>) {
    let mut position = None;
    while !*stop.borrow_and_update() {
        match tail_once(&app, position).await {
            Ok((reached, more)) => {
                position = Some(reached);
                if more {
                    continue;
                }
            }
            Err(error) => tracing::warn!(%error, "the feed cannot be read; it is tried again"),
        }
        tokio::select! {
            () = time::sleep(REST) => {}
            () = app.bus.woken() => {}
            told = stop.changed() => if told.is_err() { return },
        }
    }
}

/// Tells of what was placed after that position, at most one batch; the position reached, and whether there may be more. Without one it
/// begins at the end.
async fn tail_once(app: &App, position: Option<i64>) -> Result<(i64, bool)> {
    let Some(position) = position else {
        return Ok((end(app).await?, false));
    };
    let placed = placed_after(position)
        .into_model::<Placed>()
        .all(app.db.reader())
        .await?;
    let reached = placed.last().map_or(position, |last| last.position);
    let more = placed.len() == BATCH;
    for placed in placed {
        let (change, scopes) = placed.split();
        app.bus.tell(&Arc::new(change), scopes);
    }
    Ok((reached, more))
}

/// The last position of the feed.
pub(super) async fn end(app: &App) -> Result<i64> {
    let last = feed::Entity::find()
        .order_by_desc(feed::Column::Position)
        .one(app.db.reader())
        .await?;
    Ok(last.map_or(0, |last| last.position))
}

fn placed_after(position: i64) -> Select<feed::Entity> {
    let to_event: RelationDef = feed::Entity::belongs_to(event::Entity)
        .from(feed::Column::EventId)
        .to(event::Column::Id)
        .into();
    feed::Entity::find()
        .select_only()
        .column(feed::Column::Position)
        .columns([
            event::Column::Action,
            event::Column::SubjectKind,
            event::Column::SubjectId,
            event::Column::Version,
            event::Column::Status,
            event::Column::InstitutionId,
            event::Column::OccurredAt,
            event::Column::RecordedAt,
            event::Column::Scopes,
        ])
        .join(JoinType::InnerJoin, to_event)
        .filter(feed::Column::Position.gt(position))
        .order_by_asc(feed::Column::Position)
        .limit(BATCH as u64)
}

/// A change and the scopes that may follow it.
#[derive(FromQueryResult)]
struct Placed {
    position: i64,
    action: Action,
    subject_kind: SubjectKind,
    subject_id: Uuid,
    version: i32,
    status: Option<String>,
    institution_id: Option<Uuid>,
    occurred_at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
    scopes: Ids,
}

impl Placed {
    fn split(self) -> (Change, Vec<Uuid>) {
        let change = Change {
            position: self.position,
            action: self.action,
            subject_kind: self.subject_kind,
            subject_id: self.subject_id,
            version: self.version,
            status: self.status,
            institution_id: self.institution_id,
            occurred_at: self.occurred_at,
            recorded_at: self.recorded_at,
        };
        (change, self.scopes.0)
    }
}
