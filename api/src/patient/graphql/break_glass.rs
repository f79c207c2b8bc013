//! What was opened by break-glass, as its reviewers see it.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::enums::{Action, BreakGlassReason, BreakGlassVerdict};

use super::super::service::{self, Opened};
use crate::{
    graphql::{Connection, Count, Reply, app, ask, reply},
    id::{self, Kind},
    named,
    network::graphql::Institution,
    page::PageArgs,
};

/// What was opened by break-glass.
#[derive(Default)]
pub struct BreakGlassQuery;

/// What was opened by break-glass.
#[Object]
impl BreakGlassQuery {
    /// Patients opened without a relation 应急调阅, the latest first, for review by SECURITY_ADMIN and AUDITOR. The reading is audited.
    async fn break_glass_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<BreakGlassEvent>> {
        ask(ctx, Action::ReadBreakGlass, |app, call| async move {
            let args = PageArgs::forward(first, after);
            let slice = service::break_glass_events(app, call.actor, &args).await?;
            let rows = slice.map(|(cursor, opened)| (cursor, BreakGlassEvent(opened)));
            let (app, actor) = (app.clone(), call.actor.clone());
            let count: Count = Arc::new(move || {
                let (app, actor) = (app.clone(), actor.clone());
                Box::pin(async move { service::count_break_glass(&app, &actor).await })
            });
            Ok(Connection::new(rows, count))
        })
        .await
    }
}

/// A patient opened without a relation 应急调阅.
pub struct BreakGlassEvent(Opened);

named!(BreakGlassEvent => "BreakGlassEvent");

impl BreakGlassEvent {
    /// An opening, and who opened.
    #[must_use]
    pub const fn new(opened: Opened) -> Self {
        Self(opened)
    }
}

/// A patient opened without a relation 应急调阅.
#[Object]
impl BreakGlassEvent {
    /// Its id, `bgl_…`.
    async fn id(&self) -> ID {
        id::encode(Kind::BreakGlass, self.0.0.id).into()
    }

    /// Id of the account that opened.
    async fn account_id(&self) -> ID {
        id::encode(Kind::Account, self.0.0.account_id).into()
    }

    /// Name of the person.
    async fn account_name(&self) -> Option<&str> {
        let account = self.0.1.as_ref()?;
        Some(&account.display_name)
    }

    /// The institution for which the account acted.
    async fn institution(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        let found =
            directory.map(|directory| Institution::find(&directory, self.0.0.institution_id));
        reply(ctx, found)
    }

    /// Id of the patient.
    async fn patient_id(&self) -> ID {
        id::encode(Kind::Patient, self.0.0.patient_id).into()
    }

    /// Why.
    async fn reason(&self) -> BreakGlassReason {
        self.0.0.reason
    }

    /// Why, in words.
    async fn text(&self) -> &str {
        &self.0.0.text
    }

    /// When the patient was opened.
    async fn opened_at(&self) -> DateTime<Utc> {
        self.0.0.opened_at
    }

    /// Until when the patient is open.
    async fn until(&self) -> DateTime<Utc> {
        self.0.0.until
    }

    /// What the review found; null before.
    async fn verdict(&self) -> Option<BreakGlassVerdict> {
        self.0.0.verdict
    }

    /// A word to the review.
    async fn review_note(&self) -> Option<&str> {
        self.0.0.review_note.as_deref()
    }

    /// Id of the account that reviewed.
    async fn reviewer_id(&self) -> Option<ID> {
        let id = self.0.0.reviewed_by?;
        Some(id::encode(Kind::Account, id).into())
    }

    /// When it was reviewed.
    async fn reviewed_at(&self) -> Option<DateTime<Utc>> {
        self.0.0.reviewed_at
    }

    /// Grows by one with each review.
    async fn version(&self) -> i32 {
        self.0.0.version
    }
}

/// A break-glass that was reviewed.
#[derive(SimpleObject)]
pub struct BreakGlassPayload {
    /// The opening as now on record.
    pub event: BreakGlassEvent,
    /// Whether nothing was changed because the same had been said before.
    pub replayed: bool,
}
