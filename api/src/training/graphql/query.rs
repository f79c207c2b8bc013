//! Reading training sessions.

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::enums::Action;
use uuid::Uuid;

use super::{
    super::{
        list::{self, ENROLMENTS, EnrolmentPage, SESSIONS, SessionQuery},
        loader::{Enrolments, Sessions},
    },
    Enrolment, TrainingSession,
    input::TrainingSessionFilter,
};
use crate::{
    error::Result,
    graphql::{Connection, Count, Reply, actor, app, ask, load},
    page::{Cursor, PageArgs, Window},
    policy,
};

/// Reading training sessions.
#[derive(Default)]
pub struct TrainingQuery;

/// Reading training sessions.
#[Object]
impl TrainingQuery {
    /// Training sessions 实训课程, the earliest first.
    async fn training_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<TrainingSessionFilter>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<TrainingSession>> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let window = Window::parse(&PageArgs::forward(first, after), SESSIONS)?;
            let (centre, starts_at, practitioner) = filter.unwrap_or_default().parse()?;
            let roster = policy::roster(call.actor, &app.directory.now());
            let query = SessionQuery {
                centre,
                starts_at,
                practitioner: practitioner.map(|id| (id, roster)),
            };
            let slice = query.list(app, &window).await?;
            let slice = slice.map(|(cursor, row)| (cursor, TrainingSession(row)));
            let app = app.clone();
            let count: Count = Arc::new(move || {
                let (app, query) = (app.clone(), query.clone());
                Box::pin(async move { query.count(&app).await })
            });
            Ok(Connection::new(slice, count))
        })
        .await
    }
}

/// The session of that id, read together with the others of the page.
pub async fn session(ctx: &Context<'_>, id: Uuid) -> Result<Option<TrainingSession>> {
    let found = load::<Sessions, _>(ctx, id).await?;
    Ok(found.map(TrainingSession))
}

/// A page of who is enrolled in a session, read together with those of the other sessions.
pub(super) async fn enrolments(
    ctx: &Context<'_>,
    session: Uuid,
    args: &PageArgs,
) -> Result<Connection<Enrolment>> {
    let window = Window::parse(args, ENROLMENTS)?;
    let key = EnrolmentPage {
        session,
        window: window.clone(),
    };
    let slice = load::<Enrolments, _>(ctx, key).await?;
    let slice = slice.unwrap_or_else(|| window.slice(Vec::new()));
    let slice = slice.map(|row| {
        let cursor = Cursor::text(ENROLMENTS, "", row.practitioner_id);
        (cursor.encode(), Enrolment(row))
    });
    let (app, actor) = (app(ctx)?, actor(ctx)?);
    let roster = policy::roster(actor, &app.directory.now());
    let app = app.clone();
    let count: Count = Arc::new(move || {
        let (app, roster) = (app.clone(), roster.clone());
        Box::pin(async move { list::count_enrolments(&app, &roster, session).await })
    });
    Ok(Connection::new(slice, count))
}
