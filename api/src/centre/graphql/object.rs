//! Shared centres and their items as the API shows them.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::{
    catalogue_item,
    enums::{CentreKind, Modality, ReviewRule, SpecimenKind},
    shared_centre,
};
use uuid::Uuid;

use super::query;
use crate::{
    error::{Error, Result},
    graphql::{Connection, Reply, app, reply},
    id::{self, Kind},
    named,
    network::{
        directory::Directory,
        graphql::{Hospital, Institution, page},
        list,
    },
    page::PageArgs,
    throughput::graphql::{Backlog, CentreThroughputInput, Throughput, backlog_of, throughput_of},
};

/// A shared centre 资源共享中心: what a hospital does for other institutions of the network.
pub struct SharedCentre(pub Arc<shared_centre::Model>);

named!(SharedCentre => "SharedCentre", CatalogueItem => "CatalogueItem");

impl SharedCentre {
    /// The centre of that id.
    #[must_use]
    pub fn find(directory: &Directory, id: Uuid) -> Option<Self> {
        directory.centres.get(&id).cloned().map(Self)
    }
}

/// A shared centre 资源共享中心: what a hospital does for other institutions of the network. Examined below, diagnosed above, recognised
/// everywhere 基层检查、上级诊断、结果互认.
#[Object]
impl SharedCentre {
    /// Id, `ctr_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::SharedCentre, self.0.id).into()
    }

    /// What it does.
    async fn kind(&self) -> CentreKind {
        self.0.kind
    }

    /// Name 名称, unique among the centres of its host.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The hospital that runs it 主办医院.
    async fn host(&self, ctx: &Context<'_>) -> Result<Hospital> {
        let directory = app(ctx)?.directory.now();
        match Institution::find(&directory, self.0.host_id) {
            Some(Institution::Hospital(host)) => Ok(host),
            _ => Err(Error::Internal("a centre without its hospital".into())),
        }
    }

    /// The institutions that it serves beside its host 服务机构, by code.
    async fn served(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<Institution>> {
        let args = PageArgs::forward(first, after);
        page(ctx, &args, list::CODE, |directory, window| {
            let rows = directory.served.get(&self.0.id).into_iter().flatten();
            let rows = rows.filter_map(|id| directory.institution(*id)).cloned();
            list::in_memory(rows, window, Institution::from)
        })
    }

    /// What can be ordered from it 项目目录, by code.
    async fn items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The beginning of the code 编码, or a part of the name 名称.")]
        search: Option<String>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<CatalogueItem>> {
        let args = PageArgs::forward(first, after);
        let found = query::items(ctx, self.0.id, search, &args).await;
        reply(ctx, found.map(Some))
    }

    /// What it does 业务量, by stretches of time and whatever it is broken down by; as the query `throughput` tells it.
    async fn throughput(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When, and how broken down.")] input: CentreThroughputInput,
    ) -> Reply<Vec<Throughput>> {
        throughput_of(ctx, self.0.id, input).await
    }

    /// What waits there now 积压, for whoever reads its throughput; not for regulators.
    async fn backlog(&self, ctx: &Context<'_>) -> Reply<Backlog> {
        backlog_of(ctx, self.0.id).await
    }

    /// When it works 服务时间, in words.
    async fn hours(&self) -> Option<&str> {
        self.0.hours.as_deref()
    }

    /// Whether it takes orders 启用.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// Grows by one with each change of it, of whom it serves, or of its catalogue.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was registered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// What can be ordered from a shared centre 项目.
pub struct CatalogueItem(pub catalogue_item::Model);

/// What can be ordered from a shared centre 项目.
#[Object]
impl CatalogueItem {
    /// Id, `itm_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::CatalogueItem, self.0.id).into()
    }

    /// Code 项目编码, the same throughout the network; unique within the centre.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Name 名称.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The group 分组 that statistics count it in.
    async fn group(&self) -> &str {
        &self.0.item_group
    }

    /// How the examination is made 检查方式; null where it is none.
    async fn modality(&self) -> Option<Modality> {
        self.0.modality
    }

    /// What is drawn for it 标本; null where nothing is.
    async fn specimen(&self) -> Option<SpecimenKind> {
        self.0.specimen
    }

    /// For how many days a result can be recognised elsewhere 互认有效期; 0 where it cannot.
    async fn recognition_days(&self) -> i32 {
        self.0.recognition_days
    }

    /// Whether a report needs a review 审核.
    async fn review(&self) -> ReviewRule {
        self.0.review
    }

    /// Minutes that an emergency may take from start to report 急诊时限.
    async fn emergency_minutes(&self) -> i32 {
        self.0.emergency_minutes
    }

    /// Minutes that something urgent may take 紧急时限.
    async fn urgent_minutes(&self) -> i32 {
        self.0.urgent_minutes
    }

    /// Minutes that anything else may take 常规时限.
    async fn routine_minutes(&self) -> i32 {
        self.0.routine_minutes
    }

    /// Whether it can be ordered 启用, as long as its centre takes orders.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// The centre that offers it.
    async fn centre(&self, ctx: &Context<'_>) -> Result<SharedCentre> {
        let directory = app(ctx)?.directory.now();
        SharedCentre::find(&directory, self.0.centre_id)
            .ok_or_else(|| Error::Internal("an item without its centre".into()))
    }

    /// When it was first listed.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}
