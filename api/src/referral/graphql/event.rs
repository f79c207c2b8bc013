//! What happened to a referral.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, ReferralStatus},
    event,
};

use crate::{
    graphql::{Reply, app, reply},
    id::{self, Kind},
    named,
    network::graphql::Institution,
};

named!(ReferralEvent => "ReferralEvent");

/// Something that happened to a referral.
pub struct ReferralEvent {
    pub(super) row: event::Model,
    pub(super) shows_text: bool,
}

/// Something that happened to a referral.
#[Object]
impl ReferralEvent {
    /// Id, `evt_…`.
    async fn id(&self) -> ID {
        id::encode(Kind::Event, self.row.id).into()
    }

    /// What.
    async fn action(&self) -> Action {
        self.row.action
    }

    /// The status after it.
    async fn status(&self) -> Option<ReferralStatus> {
        self.row
            .status
            .as_deref()
            .and_then(ReferralStatus::from_code)
    }

    /// The referral's version after it.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// The institution that did it.
    async fn institution(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        reply(
            ctx,
            directory.map(|directory| {
                self.row
                    .institution_id
                    .and_then(|id| Institution::find(&directory, id))
            }),
        )
    }

    /// Whether it was done for a partner without account.
    async fn second_hand(&self) -> bool {
        self.row.second_hand
    }

    /// A word about it: a reason, missing items, a note.
    async fn note(&self) -> Option<&str> {
        self.row
            .detail
            .get("note")
            .and_then(serde_json::Value::as_str)
            .filter(|_| self.shows_text)
    }

    /// When it happened.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.row.occurred_at
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.row.recorded_at
    }
}
