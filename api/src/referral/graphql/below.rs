//! What hangs below a referral: patient, practitioners, departments, timeline. All of a page is read together.

use async_graphql::{Context, dataloader::DataLoader};
use entity::enums::{Action, SubjectKind};
use uuid::Uuid;

use super::{super::loader::Legs, Referral, ReferralEvent, ReferralLeg, query::one};
use crate::{
    capacity::{graphql::Hold, loader::Holds},
    error::{Error, Result},
    graphql::{Connection, actor, app, unshare},
    network::{
        graphql::{Department, Practitioner},
        loader::PractitionerLoader,
    },
    page::PageArgs,
    patient::{graphql::Patient, loader::PatientLoader},
    policy::View,
    record::timeline::{TimelinePage, Timelines},
};

impl Referral {
    /// The patient, as far as the actor sees more than the header.
    pub(super) async fn seen_patient(&self, ctx: &Context<'_>) -> Result<Option<Patient>> {
        if self.view == View::Header {
            return Ok(None);
        }
        let actor = actor(ctx)?;
        let Some(scope) = actor.scope.id() else {
            return Ok(None);
        };
        let loader = ctx
            .data_opt::<DataLoader<PatientLoader>>()
            .ok_or(Error::Unauthenticated)?;
        let seen = loader
            .load_one((scope, self.row().patient_id))
            .await
            .map_err(|error| unshare(&error))?;
        if let Some(seen) = &seen {
            actor.request.disclose(
                seen.row.id,
                Action::ReadReferral,
                Some(self.seen.party.basis),
            );
        }
        Ok(seen.map(Patient::new))
    }

    /// The hold of the last acceptance, as far as the actor sees more than the header.
    pub(super) async fn held(&self, ctx: &Context<'_>) -> Result<Option<Hold>> {
        let Some(id) = self.content(ctx, |row| row.hold_id) else {
            return Ok(None);
        };
        let loader = ctx
            .data_opt::<DataLoader<Holds>>()
            .ok_or(Error::Unauthenticated)?;
        let found = loader.load_one(id).await.map_err(|error| unshare(&error))?;
        Ok(found.map(Hold))
    }

    /// Its legs, the first first.
    pub(super) async fn seen_legs(&self, ctx: &Context<'_>) -> Result<Vec<ReferralLeg>> {
        // A draft has none: nobody is asked.
        if self.row().leg == 0 {
            return Ok(Vec::new());
        }
        let loader = ctx
            .data_opt::<DataLoader<Legs>>()
            .ok_or(Error::Unauthenticated)?;
        let legs = loader
            .load_one(self.row().id)
            .await
            .map_err(|error| unshare(&error))?;
        Ok(legs
            .unwrap_or_default()
            .into_iter()
            .map(ReferralLeg)
            .collect())
    }

    /// The referral that it was written from, as far as the actor sees it.
    pub(super) async fn seen_base(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        let Some(base) = self.row().based_on_id.filter(|_| self.view != View::Header) else {
            return Ok(None);
        };
        one(ctx, base).await
    }

    /// One page of the timeline.
    pub(super) async fn timeline_page(
        &self,
        ctx: &Context<'_>,
        args: PageArgs,
    ) -> Result<Connection<ReferralEvent>> {
        let key = TimelinePage::parse(SubjectKind::Referral, self.row().id, &args)?;
        let loader = ctx
            .data_opt::<DataLoader<Timelines>>()
            .ok_or(Error::Unauthenticated)?;
        let empty = key.empty();
        let slice = loader
            .load_one(key)
            .await
            .map_err(|error| unshare(&error))?;
        let shows_text = self.view != View::Header && !self.withheld;
        let slice = slice.unwrap_or(empty).map(|row| {
            let cursor = TimelinePage::cursor(&row);
            (cursor, ReferralEvent { row, shows_text })
        });
        // Each event is one version or one mark of the clock, so that together they count them.
        let events = self.row().version + self.row().marks;
        Ok(Connection::new(
            slice,
            Connection::<ReferralEvent>::known(usize::try_from(events).unwrap_or(0)),
        ))
    }
}

/// A department, from the directory.
pub(super) fn department(ctx: &Context<'_>, id: Option<Uuid>) -> Result<Option<Department>> {
    let directory = app(ctx)?.directory.now();
    Ok(id.and_then(|id| Department::find(&directory, id)))
}

/// A practitioner, read together with the others of the page.
pub(super) async fn practitioner(
    ctx: &Context<'_>,
    id: Option<Uuid>,
) -> Result<Option<Practitioner>> {
    let Some(id) = id else { return Ok(None) };
    let loader = ctx
        .data_opt::<DataLoader<PractitionerLoader>>()
        .ok_or(Error::Unauthenticated)?;
    let found = loader.load_one(id).await.map_err(|error| unshare(&error))?;
    Ok(found.map(Practitioner))
}
