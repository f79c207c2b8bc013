//! What hangs below a referral: patient, practitioners, departments, timeline. All of a page is read together.

use async_graphql::{Context, dataloader::DataLoader};
use entity::enums::Action;
use uuid::Uuid;

use super::{
    super::loader::{TIMELINE, TimelinePage, Timelines},
    Referral, ReferralEvent,
};
use crate::{
    error::{Error, Result},
    graphql::{Connection, actor, app, unshare},
    network::{
        graphql::{Department, Practitioner},
        loader::PractitionerLoader,
    },
    page::{Cursor, Key, PageArgs, Window},
    patient::{graphql::Patient, loader::PatientLoader},
    policy::View,
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

    /// One page of the timeline.
    pub(super) async fn timeline_page(
        &self,
        ctx: &Context<'_>,
        args: PageArgs,
    ) -> Result<Connection<ReferralEvent>> {
        let window = Window::parse(&args, TIMELINE)?;
        let after = window.cursor.as_ref().and_then(|cursor| match &cursor.key {
            Key::Text(version) => version.parse().ok(),
            Key::Time(_) => None,
        });
        let loader = ctx
            .data_opt::<DataLoader<Timelines>>()
            .ok_or(Error::Unauthenticated)?;
        let key = TimelinePage {
            referral: self.row().id,
            rows: window.rows,
            after,
        };
        let slice = loader
            .load_one(key)
            .await
            .map_err(|error| unshare(&error))?;
        let slice = slice.unwrap_or_else(|| window.slice(Vec::new()));
        let shows_text = self.view != View::Header && !self.withheld;
        let slice = slice.map(|row| {
            let cursor = Cursor::text(TIMELINE, row.version.to_string(), row.id).encode();
            (cursor, ReferralEvent { row, shows_text })
        });
        // Each event is one version, so the version counts them.
        Ok(Connection::new(
            slice,
            Connection::<ReferralEvent>::known(usize::try_from(self.row().version).unwrap_or(0)),
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
