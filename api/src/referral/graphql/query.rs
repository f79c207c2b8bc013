//! Reading referrals.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use entity::enums::Action;
use uuid::Uuid;

use super::{
    super::{
        loader::{ById, OfPatients, PatientPage},
        service::{self, Filter, LATEST, Sort},
    },
    Referral, ReferralFilter, ReferralKey, ReferralSort,
};
use crate::{
    app::App,
    auth::Actor,
    error::{Error, Result},
    graphql::{Connection, Count, Reply, actor, app, ask, reply, unshare},
    page::{Cursor, PageArgs, Slice, Window},
    referral::seen::Seen,
};

/// Reading referrals.
#[derive(Default)]
pub struct ReferralQuery;

/// Reading referrals.
#[Object]
impl ReferralQuery {
    /// One referral, by id, number or external id; null where there is none or the caller does not see it.
    async fn referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] by: ReferralKey,
    ) -> Reply<Referral> {
        ask(ctx, Action::ReadReferral, |app, call| async move {
            let key = by.parse("by")?;
            Referral::new(ctx, service::referral(app, &call, &key).await?)
        })
        .await
    }

    /// The referrals that the caller's scope sees, by its relation to them: sender, receiver, managing health centre, community.
    #[expect(
        clippy::too_many_arguments,
        reason = "the arguments of a Relay connection"
    )]
    async fn referrals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the list is narrowed to.")] filter: Option<ReferralFilter>,
        #[graphql(desc = "Its order; SUBMITTED_AT_DESC where left out.")] sort: Option<
            ReferralSort,
        >,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Reply<Connection<Referral>> {
        ask(ctx, Action::ReadReferral, |app, call| async move {
            let filter = filter
                .map(ReferralFilter::parse)
                .transpose()?
                .unwrap_or_default();
            let sort = sort.map_or(LATEST, Sort::from);
            let window = Window::parse(
                &PageArgs {
                    first,
                    after,
                    last,
                    before,
                },
                sort.name(),
            )?;
            let slice = service::list(app, call.actor, &filter, sort, &window).await?;
            connection(ctx, app, call.actor, slice, filter, sort)
        })
        .await
    }
}

fn connection(
    ctx: &Context<'_>,
    app: &App,
    actor: &Actor,
    slice: Slice<Seen>,
    filter: Filter,
    sort: Sort,
) -> Result<Connection<Referral>> {
    let rows = placed(ctx, slice, sort)?;
    let (app, actor) = (app.clone(), actor.clone());
    let count: Count = Arc::new(move || {
        let (app, actor, filter) = (app.clone(), actor.clone(), filter.clone());
        Box::pin(async move { service::count(&app, &actor, &filter, sort).await })
    });
    Ok(Connection::new(rows, count))
}

/// The rows of a page, each with its cursor.
fn placed(ctx: &Context<'_>, slice: Slice<Seen>, sort: Sort) -> Result<Slice<(String, Referral)>> {
    let place = |seen: &Seen| {
        sort.value(&seen.party)
            .map(|at| Cursor::time(sort.name(), at, seen.row.id).encode())
            .unwrap_or_default()
    };
    let rows: Result<Vec<_>> = slice
        .rows
        .into_iter()
        .map(|seen| Ok((place(&seen), Referral::new(ctx, seen)?)))
        .collect();
    Ok(Slice {
        rows: rows?,
        has_previous: slice.has_previous,
        has_next: slice.has_next,
    })
}

/// The referrals of a patient that the caller's scope sees, the latest first; all of them where the caller has opened the patient by
/// break-glass.
pub async fn of_patient(
    ctx: &Context<'_>,
    (patient, opened): (Uuid, bool),
    args: PageArgs,
) -> Reply<Connection<Referral>> {
    let page = page_of_patient(ctx, patient, opened, &args).await;
    reply(ctx, page.map(Some))
}

async fn page_of_patient(
    ctx: &Context<'_>,
    patient: Uuid,
    opened: bool,
    args: &PageArgs,
) -> Result<Connection<Referral>> {
    let (app, actor) = (app(ctx)?, actor(ctx)?);
    let window = Window::parse(args, LATEST.name())?;
    let loader = ctx
        .data_opt::<DataLoader<OfPatients>>()
        .ok_or(Error::Unauthenticated)?;
    let slice = loader
        .load_one(PatientPage {
            patient,
            opened,
            window: window.clone(),
        })
        .await
        .map_err(|error| unshare(&error))?;
    let slice = slice.unwrap_or_else(|| window.slice(Vec::new()));
    let filter = Filter {
        patient: Some(patient),
        ..Filter::default()
    };
    if !opened {
        return connection(ctx, app, actor, slice, filter, LATEST);
    }
    let (app, actor) = (app.clone(), actor.clone());
    let count: Count = Arc::new(move || {
        let (app, actor) = (app.clone(), actor.clone());
        Box::pin(async move { service::count_opened(&app, &actor, patient).await })
    });
    Ok(Connection::new(placed(ctx, slice, LATEST)?, count))
}

/// The referral of that id, read together with the others of the page; none where the caller does not see it.
pub async fn one(ctx: &Context<'_>, id: Uuid) -> Result<Option<Referral>> {
    let loader = ctx
        .data_opt::<DataLoader<ById>>()
        .ok_or(Error::Unauthenticated)?;
    let seen = loader.load_one(id).await.map_err(|error| unshare(&error))?;
    seen.map(|seen| Referral::new(ctx, seen)).transpose()
}

/// The referral of that id, for `node`; null where the caller does not see it.
pub async fn node(ctx: &Context<'_>, id: &ID) -> Reply<Referral> {
    ask(ctx, Action::ReadReferral, |app, call| async move {
        let key = ReferralKey::Id(id.clone()).parse("id")?;
        Referral::new(ctx, service::referral(app, &call, &key).await?)
    })
    .await
}
