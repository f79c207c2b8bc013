//! Episodes in the API.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use chrono::{DateTime, Utc};
use entity::enums::Action;
use uuid::Uuid;

use super::{
    loader::{OfPatients, PatientPage, Relative, Relatives},
    service::{self, Found, LATEST},
};
use crate::{
    error::{Error, Result},
    follow_up::{
        graphql::{FollowUp, below},
        service::Of,
    },
    graphql::{Connection, Count, Reply, actor, app, ask, refusal, reply, unshare},
    id::{self, Kind},
    named,
    page::{Cursor, PageArgs, Window},
    patient::{graphql::Patient, loader::PatientLoader},
    referral::{graphql::Referral, seen::Seen},
};

/// An episode 诊疗过程, as one actor sees it.
#[derive(Clone)]
pub struct Episode {
    id: Uuid,
    patient: Uuid,
    began: Option<DateTime<Utc>>,
}

named!(Episode => "Episode");

impl From<Found> for Episode {
    fn from(found: Found) -> Self {
        Self {
            id: found.episode,
            patient: found.patient_id,
            began: Some(found.began),
        }
    }
}

impl Episode {
    /// The episode of a referral that is shown.
    #[must_use]
    pub const fn of(id: Uuid, patient: Uuid) -> Self {
        Self {
            id,
            patient,
            began: None,
        }
    }
}

/// An episode 诊疗过程: a referral up, the one back down, and the follow-ups of both. Of its rows it shows those that the caller sees by a
/// relation to each of them.
#[Object]
impl Episode {
    /// Id, `epi_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Episode, self.id).into()
    }

    /// The patient 患者.
    pub async fn patient(&self, ctx: &Context<'_>) -> Reply<Patient> {
        reply(ctx, patient(ctx, self.patient).await)
    }

    /// When the first of its rows that the caller sees began.
    pub async fn began_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        if self.began.is_some() {
            return self.began;
        }
        let rows = relatives(ctx, Relative::Episode(self.id)).await.ok()?;
        rows.first().map(|seen| seen.party.listed_at)
    }

    /// Its referrals, the first first; at most 50.
    pub async fn referrals(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Referral>> {
        referrals(ctx, Relative::Episode(self.id))
            .await
            .map_err(|error| refusal(ctx, &error))
    }

    /// Its follow-ups, the first due first.
    pub async fn follow_ups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<FollowUp>> {
        let page = below(ctx, Of::Episode, self.id, PageArgs::forward(first, after)).await;
        reply(ctx, page.map(Some))
    }
}

/// Referrals by what they have to do with another, as far as the actor sees them.
pub async fn referrals(ctx: &Context<'_>, key: Relative) -> Result<Vec<Referral>> {
    let rows = relatives(ctx, key).await?;
    rows.into_iter()
        .map(|seen| Referral::new(ctx, seen))
        .collect()
}

async fn relatives(ctx: &Context<'_>, key: Relative) -> Result<Vec<Seen>> {
    let loader = ctx
        .data_opt::<DataLoader<Relatives>>()
        .ok_or(Error::Unauthenticated)?;
    let rows = loader.load_one(key).await;
    Ok(rows.map_err(|error| unshare(&error))?.unwrap_or_default())
}

async fn patient(ctx: &Context<'_>, id: Uuid) -> Result<Option<Patient>> {
    let actor = actor(ctx)?;
    let Some(scope) = actor.scope.id() else {
        return Ok(None);
    };
    let loader = ctx
        .data_opt::<DataLoader<PatientLoader>>()
        .ok_or(Error::Unauthenticated)?;
    let seen = loader
        .load_one((scope, id))
        .await
        .map_err(|error| unshare(&error))?;
    if let Some(seen) = &seen {
        seen.disclose(actor, Action::ReadReferral);
    }
    Ok(seen.map(Patient::new))
}

/// The episodes of a patient, as far as the caller sees them, the latest first.
pub async fn of_patient(
    ctx: &Context<'_>,
    patient: Uuid,
    args: PageArgs,
) -> Reply<Connection<Episode>> {
    reply(ctx, page_of_patient(ctx, patient, &args).await.map(Some))
}

async fn page_of_patient(
    ctx: &Context<'_>,
    patient: Uuid,
    args: &PageArgs,
) -> Result<Connection<Episode>> {
    let window = Window::parse(args, LATEST)?;
    let loader = ctx
        .data_opt::<DataLoader<OfPatients>>()
        .ok_or(Error::Unauthenticated)?;
    let key = PatientPage {
        patient,
        window: window.clone(),
    };
    let slice = loader
        .load_one(key)
        .await
        .map_err(|error| unshare(&error))?;
    let slice = slice.unwrap_or_else(|| window.slice(Vec::new()));
    let slice = slice.map(|found| {
        let cursor = Cursor::time(LATEST, found.began, found.episode).encode();
        (cursor, Episode::from(found))
    });
    let (app, actor) = (app(ctx)?.clone(), actor(ctx)?.clone());
    let count: Count = Arc::new(move || {
        let (app, actor) = (app.clone(), actor.clone());
        Box::pin(async move { service::count(&app, &actor, patient).await })
    });
    Ok(Connection::new(slice, count))
}

/// Reading episodes.
#[derive(Default)]
pub struct EpisodeQuery;

/// Reading episodes.
#[Object]
impl EpisodeQuery {
    /// One episode; null where there is none, or the caller sees none of its rows.
    async fn episode(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id, epi_….")] id: ID,
    ) -> Reply<Episode> {
        ask(ctx, Action::ReadReferral, |app, call| async move {
            let id = id::decode(Kind::Episode, &id, "id")?;
            Ok(service::episode(app, call.actor, id).await?.into())
        })
        .await
    }
}
