//! What happened: one append-only row a change, written in the transaction that makes it. It is timeline, feed and outbox at once.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, SubjectKind},
    event,
    json::Ids,
    outbox,
};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _, IntoActiveModel};
use serde_json::Value;
use uuid::Uuid;

use crate::{app::App, auth::Actor, db::Txn, error::Result};

/// The scope of the installation in the feed: what its administrators are told.
pub const INSTALLATION: Uuid = Uuid::nil();

/// A change, to be recorded.
#[derive(Clone, Debug)]
pub struct Happened {
    /// What.
    pub action: Action,
    /// What it happened to.
    pub subject: (SubjectKind, Uuid),
    /// The subject's version after it.
    pub version: i32,
    /// The subject's status after it.
    pub status: Option<&'static str>,
    /// For which institution it was done; the actor's where none is named.
    pub institution: Option<Uuid>,
    /// Whether it was done for a side that has no account.
    pub second_hand: bool,
    /// Hash of the input, to recognise a replay.
    pub input_hash: Option<[u8; 32]>,
    /// What is shown of it, and the old values of an edit.
    pub detail: Value,
    /// Who may see the subject at this moment.
    pub scopes: Vec<Uuid>,
    /// When it happened, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
}

impl Happened {
    /// A change of the registry or of an account: nothing but what, which and its new version.
    #[must_use]
    pub fn plain(action: Action, subject: (SubjectKind, Uuid), version: i32) -> Self {
        Self {
            action,
            subject,
            version,
            status: None,
            institution: None,
            second_hand: false,
            input_hash: None,
            detail: Value::Null,
            scopes: Vec::new(),
            occurred_at: None,
        }
    }

    /// The same with a detail.
    #[must_use]
    pub fn with_detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}

/// Records a change in its transaction and queues it for the feed.
pub async fn record(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    happened: Happened,
) -> Result<event::Model> {
    let event = row(app, actor, happened);
    let queued = queued(&event);
    event::Entity::insert(event.clone().into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    queued.insert(&**txn).await?;
    Ok(event)
}

/// The same of many changes in two statements.
pub async fn record_all(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    happened: Vec<Happened>,
) -> Result<()> {
    let events = happened.into_iter().map(|one| row(app, actor, one));
    let events: Vec<event::Model> = events.collect();
    let waiting: Vec<_> = events.iter().map(queued).collect();
    event::Entity::insert_many(events.into_iter().map(IntoActiveModel::into_active_model))
        .exec_without_returning(&**txn)
        .await?;
    outbox::Entity::insert_many(waiting)
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}

fn row(app: &App, actor: &Actor, happened: Happened) -> event::Model {
    let now = app.now();
    event::Model {
        id: crate::id::new(now),
        action: happened.action,
        subject_kind: happened.subject.0,
        subject_id: happened.subject.1,
        version: happened.version,
        status: happened.status.map(str::to_owned),
        account_id: actor.account,
        institution_id: happened.institution.or(actor.institution()),
        second_hand: happened.second_hand,
        input_hash: happened.input_hash.map(|hash| hash.to_vec()),
        detail: happened.detail,
        scopes: Ids(happened.scopes),
        occurred_at: happened.occurred_at.unwrap_or(now),
        recorded_at: now,
        request_id: Some(actor.request.id),
    }
}

fn queued(event: &event::Model) -> outbox::ActiveModel {
    outbox::ActiveModel {
        event_id: Set(event.id),
        recorded_at: Set(event.recorded_at),
        version: Set(event.version),
    }
}
