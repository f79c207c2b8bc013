//! The verbs of alliances, agreements and studios: parse, call one service function, wrap.

use async_graphql::{Context, Object, SimpleObject};
use entity::enums::Action;

use super::{
    super::{agreement, found, studio},
    Agreement, Alliance, Studio,
    input::{
        CreateAgreementInput, CreateAllianceInput, EndAgreementInput, EndAllianceInput,
        EndStudioInput, UpdateAgreementInput, UpdateAllianceInput,
    },
    studio_input::{CreateStudioInput, UpdateStudioInput},
};
use crate::{
    graphql::{Reply, operate},
    record::replay::Changed,
};

macro_rules! payload {
    ($(#[$doc:meta])* $name:ident, $field:ident: $object:ident, $model:ty) => {
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// As it is now.
            pub $field: $object,
            /// Whether nothing was changed because the same had been done before.
            pub replayed: bool,
        }

        impl From<Changed<$model>> for $name {
            fn from(changed: Changed<$model>) -> Self {
                Self {
                    $field: $object(changed.object.into()),
                    replayed: changed.replayed,
                }
            }
        }
    };
}

payload! {
    /// An alliance after a change.
    AlliancePayload, alliance: Alliance, entity::alliance::Model
}
payload! {
    /// An agreement after a change.
    AgreementPayload, agreement: Agreement, entity::agreement::Model
}
payload! {
    /// A studio after a change.
    StudioPayload, studio: Studio, entity::studio::Model
}

/// The verbs of alliances, agreements and studios.
#[derive(Default)]
pub struct AllianceMutation;

/// The verbs of alliances, agreements and studios.
#[Object]
impl AllianceMutation {
    /// Founds an alliance 医联体. For the `COMMUNITY_MANAGER` of one of its members, and for `SYSTEM_ADMIN`.
    async fn create_alliance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alliance.")] input: CreateAllianceInput,
    ) -> Reply<AlliancePayload> {
        operate(ctx, Action::CreateAlliance, async |app, call| {
            Ok(found::create(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Changes an alliance 医联体 that is not over, or who belongs to it. For the `COMMUNITY_MANAGER` of one of its members, and for `SYSTEM_ADMIN`.
    async fn update_alliance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different.")] input: UpdateAllianceInput,
    ) -> Reply<AlliancePayload> {
        operate(ctx, Action::UpdateAlliance, async |app, call| {
            Ok(found::update(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Ends an alliance 医联体 before its time. For the `COMMUNITY_MANAGER` of one of its members, and for `SYSTEM_ADMIN`.
    async fn end_alliance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, when and why.")] input: EndAllianceInput,
    ) -> Reply<AlliancePayload> {
        operate(ctx, Action::EndAlliance, async |app, call| {
            Ok(found::end(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Registers an agreement 合作协约. For the `INSTITUTION_ADMIN` of either side (a health centre's for its stations), the `COMMUNITY_MANAGER` of
    /// either, and for `SYSTEM_ADMIN`. Two institutions have one paired support 对口支援 for a purpose at a time.
    async fn create_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agreement.")] input: CreateAgreementInput,
    ) -> Reply<AgreementPayload> {
        operate(ctx, Action::CreateAgreement, async |app, call| {
            Ok(agreement::create(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Changes an agreement 合作协约 that is not over. For whoever may register it.
    async fn update_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different.")] input: UpdateAgreementInput,
    ) -> Reply<AgreementPayload> {
        operate(ctx, Action::UpdateAgreement, async |app, call| {
            Ok(agreement::update(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Ends an agreement 合作协约 before its time. For whoever may register it.
    async fn end_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, when and why.")] input: EndAgreementInput,
    ) -> Reply<AgreementPayload> {
        operate(ctx, Action::EndAgreement, async |app, call| {
            Ok(agreement::end(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Registers a studio of a named doctor 名医工作室, or a treatment base 治疗基地. For the `INSTITUTION_ADMIN` of its host or of the doctor's
    /// hospital, the `COMMUNITY_MANAGER` of either, and for `SYSTEM_ADMIN`.
    async fn create_studio(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The studio.")] input: CreateStudioInput,
    ) -> Reply<StudioPayload> {
        operate(ctx, Action::CreateStudio, async |app, call| {
            Ok(studio::create(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Changes a studio 名医工作室 that is not over. For whoever may register it.
    async fn update_studio(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different.")] input: UpdateStudioInput,
    ) -> Reply<StudioPayload> {
        operate(ctx, Action::UpdateStudio, async |app, call| {
            Ok(studio::update(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Ends a studio 名医工作室 before its time. For whoever may register it.
    async fn end_studio(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, when and why.")] input: EndStudioInput,
    ) -> Reply<StudioPayload> {
        operate(ctx, Action::EndStudio, async |app, call| {
            Ok(studio::end(app, &call, input.parse()?).await?.into())
        })
        .await
    }
}
