//! Changing shared centres.

use async_graphql::{Context, Object, SimpleObject};
use entity::enums::Action;

use super::{
    super::{catalogue, service},
    CatalogueItem, SharedCentre,
    input::{CreateSharedCentreInput, SetCatalogueItemsInput, UpdateSharedCentreInput},
};
use crate::{
    graphql::{Reply, operate},
    id::{self, Kind},
    record::replay::Changed,
};

/// A shared centre after a change.
#[derive(SimpleObject)]
pub struct SharedCentrePayload {
    /// The centre.
    pub centre: SharedCentre,
    /// Whether nothing was changed because the same call had been made before.
    pub replayed: bool,
}

/// Items of a catalogue after a change.
#[derive(SimpleObject)]
pub struct CatalogueItemsPayload {
    /// The centre.
    pub centre: SharedCentre,
    /// The items, in the order in which they were named.
    pub items: Vec<CatalogueItem>,
    /// Whether nothing was changed because the same call had been made before.
    pub replayed: bool,
}

impl From<Changed<entity::shared_centre::Model>> for SharedCentrePayload {
    fn from(changed: Changed<entity::shared_centre::Model>) -> Self {
        Self {
            centre: SharedCentre(changed.object.into()),
            replayed: changed.replayed,
        }
    }
}

/// Changing shared centres.
#[derive(Default)]
pub struct CentreMutation;

/// Changing shared centres.
#[Object]
impl CentreMutation {
    /// Registers a shared centre 资源共享中心. For the `INSTITUTION_ADMIN` of the hospital that runs it.
    async fn create_shared_centre(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The centre.")] input: CreateSharedCentreInput,
    ) -> Reply<SharedCentrePayload> {
        operate(ctx, Action::CreateCentre, async |app, call| {
            let changed = service::create(app, &call, input.draft()).await?;
            Ok(changed.into())
        })
        .await
    }

    /// Changes a shared centre 资源共享中心, or whom it serves. For the `INSTITUTION_ADMIN` of its host.
    async fn update_shared_centre(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different.")] input: UpdateSharedCentreInput,
    ) -> Reply<SharedCentrePayload> {
        operate(ctx, Action::UpdateCentre, async |app, call| {
            let id = id::decode(Kind::SharedCentre, &input.id, "input.id")?;
            let version = input.version;
            let changed = service::update(app, &call, id, version, input.draft()).await?;
            Ok(changed.into())
        })
        .await
    }

    /// Lists items in the catalogue 项目目录 of a shared centre, and changes those that are listed; all of them or none. For the
    /// `INSTITUTION_ADMIN` of its host.
    async fn set_catalogue_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which centre, and the items.")] input: SetCatalogueItemsInput,
    ) -> Reply<CatalogueItemsPayload> {
        operate(ctx, Action::SetCatalogueItem, async |app, call| {
            let centre = id::decode(Kind::SharedCentre, &input.centre, "input.centre")?;
            let version = input.version;
            let drafts = input.drafts();
            let changed = catalogue::set_items(app, &call, centre, version, &drafts).await?;
            let (centre, items) = changed.object;
            Ok(CatalogueItemsPayload {
                centre: SharedCentre(centre.into()),
                items: items.into_iter().map(CatalogueItem).collect(),
                replayed: changed.replayed,
            })
        })
        .await
    }
}
