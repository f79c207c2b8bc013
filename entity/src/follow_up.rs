//! A follow-up 随访: one day on which an institution looks after a patient again, of a plan that has one or several.

use chrono::{DateTime, Utc};
use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::enums::{
    FollowUpAlert, FollowUpEnd, FollowUpResult, FollowUpSign, FollowUpStatus, FollowUpTemplate,
    FollowUpWay, GlucoseKind,
};

/// A follow-up 随访: one day on which an institution looks after a patient again, of a plan that has one or several.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "follow_up")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Grows by one with each change.
    pub version: i32,
    /// Its plan: the id of the plan's first follow-up.
    pub plan_id: Uuid,
    /// Which of the plan it is, from 1.
    pub number: i32,
    /// The referral that it follows.
    pub referral_id: Uuid,
    /// That referral's episode.
    pub episode_id: Uuid,
    /// The patient.
    pub patient_id: Uuid,
    /// Whether a diagnosis of the referral is one that is withheld outside treatment.
    pub sensitive: bool,
    /// The institution that planned it.
    pub planner_id: Uuid,
    /// The institution that is to do it.
    pub institution_id: Uuid,
    /// The team of family doctors that is to do it for the institution.
    pub team_id: Option<Uuid>,
    /// What the plan was made after.
    pub template: FollowUpTemplate,
    /// The moment at which its last day ends.
    pub due_at: DateTimeUtc,
    /// Where it stands.
    pub status: FollowUpStatus,
    /// What was found.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub record: Option<Record>,
    /// Why it will not be done.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub ending: Option<Ending>,
    /// The referral that was posted because of what was found.
    pub led_to_id: Option<Uuid>,
    /// When the patient was followed up, or the plan ended.
    pub done_at: Option<DateTimeUtc>,
    /// When the last event happened; the next is not before it.
    pub occurred_at: DateTimeUtc,
    /// Referral, template and number while it is to be done: at most one.
    #[sea_orm(column_type = "Text", nullable)]
    pub open_key: Option<String>,
    /// The account that planned it.
    pub created_by: Uuid,
    /// When it was planned.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// What a follow-up found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Record {
    /// How the patient was followed up.
    pub way: FollowUpWay,
    /// What was found.
    pub result: FollowUpResult,
    /// In words.
    pub note: String,
    /// Advice to the patient.
    pub advice: Option<String>,
    /// What was measured.
    pub readings: Option<Readings>,
    /// Signs of danger that were seen or told.
    #[serde(default)]
    pub signs: Vec<FollowUpSign>,
    /// What of all this suggests a referral.
    #[serde(default)]
    pub alerts: Vec<FollowUpAlert>,
    /// Who followed the patient up.
    pub practitioner: Option<Uuid>,
}

/// What was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Readings {
    /// Systolic blood pressure in mmHg.
    pub systolic: Option<i32>,
    /// Diastolic blood pressure in mmHg.
    pub diastolic: Option<i32>,
    /// Blood glucose in mmol/L.
    pub glucose: Option<f64>,
    /// When it was measured.
    pub glucose_kind: Option<GlucoseKind>,
    /// Heart rate a minute.
    pub heart_rate: Option<i32>,
    /// Body temperature in °C.
    pub temperature: Option<f64>,
}

/// Why a plan ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Ending {
    /// The coded reason.
    pub reason: FollowUpEnd,
    /// In words.
    pub note: Option<String>,
}

impl Model {
    /// Whether it should have been done by then.
    #[must_use]
    pub fn is_overdue(&self, at: DateTime<Utc>) -> bool {
        self.status == FollowUpStatus::Planned && self.due_at < at
    }
}

/// What a follow-up is joined with.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The referral that it follows.
    #[sea_orm(
        belongs_to = "super::referral::Entity",
        from = "Column::ReferralId",
        to = "super::referral::Column::Id"
    )]
    Referral,
}

impl Related<super::referral::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Referral.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
