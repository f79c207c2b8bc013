//! What the verbs of shared centres take.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::enums::{CentreKind, Modality, ReviewRule, SpecimenKind};

use super::super::draft::{CentreDraft, ItemDraft};
use crate::{
    draft::{Change, Named},
    error::Problems,
    id::Kind,
    network::graphql::convert::{change, identity, references},
};

/// A shared centre 资源共享中心 to be registered.
#[derive(Clone, InputObject)]
pub struct CreateSharedCentreInput {
    /// The hospital 医院 that runs it; it operates, and runs at most 50.
    pub host: ID,
    /// What it does; this stays.
    pub kind: CentreKind,
    /// Name 名称, unique among the centres of its host.
    pub name: String,
    /// When it works 服务时间, in words.
    pub hours: Option<String>,
    /// The institutions that it serves beside its host 服务机构, at most 500; partners cannot be served.
    pub served: Option<Vec<ID>>,
}

impl CreateSharedCentreInput {
    /// The draft that it stands for.
    pub(super) fn draft(self) -> CentreDraft {
        let mut unread = Problems::default();
        CentreDraft {
            kind: Some(self.kind),
            host: identity(Kind::Institution, &self.host, "input.host", &mut unread).map(Named::Id),
            name: Change::Set(self.name),
            hours: Change::given(self.hours),
            active: Change::Keep,
            served: references(Change::given(self.served), "input.served", &mut unread),
            unread: unread.into_vec(),
        }
    }
}

/// What shall be different about a shared centre: what is left out stays.
#[derive(Clone, InputObject)]
pub struct UpdateSharedCentreInput {
    /// The centre.
    pub id: ID,
    /// The version that the change is based on.
    pub version: i32,
    /// Name 名称, unique among the centres of its host.
    pub name: Option<String>,
    /// When it works 服务时间, in words; null empties it.
    pub hours: MaybeUndefined<String>,
    /// Whether it takes orders 启用; what is open goes on.
    pub active: Option<bool>,
    /// The institutions that it serves beside its host 服务机构, all of them; at most 500.
    pub served: Option<Vec<ID>>,
}

impl UpdateSharedCentreInput {
    /// The draft that it stands for.
    pub(super) fn draft(self) -> CentreDraft {
        let mut unread = Problems::default();
        CentreDraft {
            kind: None,
            host: None,
            name: Change::given(self.name),
            hours: change(self.hours),
            active: Change::given(self.active),
            served: references(Change::given(self.served), "input.served", &mut unread),
            unread: unread.into_vec(),
        }
    }
}

/// Items of one catalogue 项目目录, to be listed or changed.
#[derive(Clone, InputObject)]
pub struct SetCatalogueItemsInput {
    /// The centre.
    pub centre: ID,
    /// The version of the centre that the change is based on.
    pub version: i32,
    /// The items, 1 to 100: one whose code is listed is changed, any other is new.
    pub items: Vec<CatalogueItemInput>,
}

impl SetCatalogueItemsInput {
    /// The drafts that it stands for.
    pub(super) fn drafts(self) -> Vec<ItemDraft> {
        self.items
            .into_iter()
            .map(CatalogueItemInput::draft)
            .collect()
    }
}

/// An item 项目 of a catalogue. What is left out stays as it is; of a new one it is what is usual.
#[derive(Clone, InputObject)]
pub struct CatalogueItemInput {
    /// Code 项目编码, the same throughout the network: at most 50 letters, digits, and `-`, `.` or `_`.
    pub code: String,
    /// Name 名称; required of a new one.
    pub name: Option<String>,
    /// The group 分组 that statistics count it in; required of a new one.
    pub group: Option<String>,
    /// How the examination is made 检查方式: of imaging, ECG and ultrasound. `ECG` and `US` at centres of that kind unless said.
    pub modality: Option<Modality>,
    /// What is drawn 标本: of laboratory and pathology.
    pub specimen: Option<SpecimenKind>,
    /// For how many days a result can be recognised elsewhere 互认有效期, 0 to 365; 0 unless set: it cannot. Of examinations and specimens
    /// only.
    pub recognition_days: Option<i32>,
    /// Whether a report needs a review 审核; REQUIRED unless set, OPTIONAL for ECG and sterile supply.
    pub review: Option<ReviewRule>,
    /// Minutes that an emergency may take from start to report 急诊时限, 1 to 43,200; unless set what is usual: X-ray 30, CT and MR 60, ECG
    /// and ultrasound 10, laboratory 45, small biopsy 3 days, other pathology 5 days, consultation 60, sterile supply 240.
    pub emergency_minutes: Option<i32>,
    /// Minutes that something urgent may take 紧急时限, 1 to 43,200; unless set half of the routine, though no less than an emergency.
    pub urgent_minutes: Option<i32>,
    /// Minutes that anything else may take 常规时限, 1 to 43,200; unless set what is usual: X-ray 120, CT and MR 240, ECG and ultrasound 30,
    /// laboratory 240, small biopsy 3 days, other pathology 5 days, consultation and sterile supply a day.
    pub routine_minutes: Option<i32>,
    /// Whether it can be ordered 启用. Items are not deleted.
    pub active: Option<bool>,
}

impl CatalogueItemInput {
    fn draft(self) -> ItemDraft {
        ItemDraft {
            unread: Vec::new(),
            code: Change::Set(self.code),
            name: Change::given(self.name),
            group: Change::given(self.group),
            modality: Change::given(self.modality),
            specimen: Change::given(self.specimen),
            recognition_days: Change::given(self.recognition_days),
            review: self.review,
            emergency_minutes: Change::given(self.emergency_minutes),
            urgent_minutes: Change::given(self.urgent_minutes),
            routine_minutes: Change::given(self.routine_minutes),
            active: Change::given(self.active),
        }
    }
}
