//! What shall be different: drafts of shared centres and of what can be ordered there.

use entity::enums::{CentreKind, Modality, ReviewRule, SpecimenKind};

use crate::{
    draft::{Change, Named},
    error::Problem,
};

/// What shall be different about a centre.
#[derive(Clone, Debug, Default)]
pub struct CentreDraft {
    /// What could not be read of it.
    pub unread: Vec<Problem>,
    /// What it does; fixed once registered.
    pub kind: Option<CentreKind>,
    /// The hospital that runs it; fixed once registered.
    pub host: Option<Named>,
    /// Name.
    pub name: Change<String>,
    /// When it works.
    pub hours: Change<String>,
    /// Whether it takes orders.
    pub active: Change<bool>,
    /// The institutions that it serves beside its host, all of them.
    pub served: Change<Vec<Named>>,
}

/// What shall be different about an item.
#[derive(Clone, Debug, Default)]
pub struct ItemDraft {
    /// What could not be read of it.
    pub unread: Vec<Problem>,
    /// Code, by which it is known within its centre.
    pub code: Change<String>,
    /// Name.
    pub name: Change<String>,
    /// The group that statistics count it in.
    pub group: Change<String>,
    /// How an examination is made.
    pub modality: Change<Modality>,
    /// What is drawn for it.
    pub specimen: Change<SpecimenKind>,
    /// For how many days a result can be recognised.
    pub recognition_days: Change<i32>,
    /// Whether a report needs a review.
    pub review: Option<ReviewRule>,
    /// Minutes that an emergency may take.
    pub emergency_minutes: Change<i32>,
    /// Minutes that something urgent may take.
    pub urgent_minutes: Change<i32>,
    /// Minutes that anything else may take.
    pub routine_minutes: Change<i32>,
    /// Whether it can be ordered.
    pub active: Change<bool>,
}
