//! A practitioner in a team of family doctors, for a time.

use sea_orm::entity::prelude::*;

use crate::enums::Tier;

/// A practitioner in a team of family doctors, for a time.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "family_member")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The team.
    pub team_id: Uuid,
    /// The practitioner.
    pub practitioner_id: Uuid,
    /// Where the practitioner works.
    pub institution_id: Uuid,
    /// Tier of that institution: which of the three the practitioner is.
    pub tier: Tier,
    /// Whether the practitioner leads the team.
    pub leader: bool,
    /// Since when.
    pub since: DateTimeUtc,
    /// Until when; none while there is no end.
    pub until: Option<DateTimeUtc>,
    /// Team and practitioner while there is no end: at most one.
    #[sea_orm(column_type = "Text", nullable)]
    pub open_key: Option<String>,
}

/// A member is joined with the team.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The team.
    #[sea_orm(
        belongs_to = "super::family_team::Entity",
        from = "Column::TeamId",
        to = "super::family_team::Column::Id"
    )]
    Team,
}

impl Related<super::family_team::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Team.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
