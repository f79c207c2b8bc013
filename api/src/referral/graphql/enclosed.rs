//! What goes with a referral: the files attached to it, and what was noticed when it was posted.

use async_graphql::{Context, ID, Object, SimpleObject, dataloader::DataLoader};
use entity::{
    enums::{Action, WarningCode},
    referral_content::Warning,
};

use super::{super::warning, Referral, attachment::Attachment};
use crate::{
    auth::Actor,
    error::{Error, Result},
    file::{loader::Attachments, service::Holder},
    graphql::{Reply, actor, reply, unshare},
    id::{self, Kind},
    policy::View,
};

/// What is noticed of a referral when it is posted, without keeping anybody from posting it 提醒.
#[derive(SimpleObject)]
pub struct ReferralWarning {
    /// What.
    pub code: WarningCode,
    /// The same in words.
    pub message: String,
    /// The field of the referral that it concerns, `clinical.presentIllness`.
    pub path: String,
    /// The open referral that there was before, of a DUPLICATE, for those who may see it.
    pub existing: Option<ID>,
}

impl ReferralWarning {
    fn of(warning: &Warning, actor: &Actor) -> Self {
        let existing = warning.first.as_ref().filter(|first| {
            actor.scope.department().is_none()
                && actor
                    .institution()
                    .is_some_and(|institution| first.sides.contains(&institution))
        });
        Self {
            code: warning.code,
            message: warning::message(warning.code).to_owned(),
            path: warning.path.clone(),
            existing: existing.map(|first| id::encode(Kind::Referral, first.id).into()),
        }
    }
}

/// What goes with a referral.
pub struct Enclosed<'r>(pub(super) &'r Referral);

/// What goes with a referral.
#[Object]
impl Enclosed<'_> {
    /// The files attached to it 附件, the first first; at most 20.
    async fn attachments(&self, ctx: &Context<'_>) -> Reply<Vec<Attachment>> {
        reply(ctx, self.0.attachments(ctx).await)
    }

    /// What was noticed when it was last posted, without keeping anybody from posting it. Empty where the clinical content is not shown.
    async fn warnings(&self, ctx: &Context<'_>) -> Vec<ReferralWarning> {
        self.0.warnings(ctx)
    }
}

impl Referral {
    async fn attachments(&self, ctx: &Context<'_>) -> Result<Option<Vec<Attachment>>> {
        if self.view == View::Header || self.withheld {
            return Ok(None);
        }
        let loader = ctx
            .data_opt::<DataLoader<Attachments>>()
            .ok_or(Error::Unauthenticated)?;
        let rows = loader.load_one(Holder::Referral(self.row().id)).await;
        let rows = rows.map_err(|error| unshare(&error))?.unwrap_or_default();
        if !rows.is_empty() {
            actor(ctx)?.request.disclose(
                self.row().patient_id,
                Action::ReadReferral,
                Some(self.seen.party.basis),
            );
        }
        Ok(Some(rows.into_iter().map(Attachment).collect()))
    }

    /// What was noticed of it, as far as the actor reads its clinical content.
    pub(super) fn warnings(&self, ctx: &Context<'_>) -> Vec<ReferralWarning> {
        let Ok(actor) = actor(ctx) else {
            return Vec::new();
        };
        let shown = self.clinical(ctx, |row| {
            let warnings = row.warnings.as_ref()?;
            let shown = warnings.0.iter();
            Some(
                shown
                    .map(|warning| ReferralWarning::of(warning, actor))
                    .collect(),
            )
        });
        shown.unwrap_or_default()
    }
}
