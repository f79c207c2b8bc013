//! Reading follow-ups: one by id, lists by the relations of the actor's scope.

use entity::{
    enums::{Action, FollowUpStatus, FollowUpTemplate},
    follow_up, follow_up_party,
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, Order, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select, SelectTwo, sea_query::Query,
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::Result,
    follow_up::seen::{self, Seen, shown},
    moment::Stretch,
    page::{Slice, Window, counted},
    policy,
};

/// The sort that cursors name: the first due first.
pub const DUE: &str = "DUE_AT_ASC";

/// How many follow-ups the institution is still to do.
pub async fn open_at(txn: &Txn, institution: Uuid) -> Result<u64> {
    let open = follow_up_party::Entity::find()
        .filter(follow_up_party::Column::ScopeId.eq(institution))
        .filter(follow_up_party::Column::Status.eq(FollowUpStatus::Planned))
        .inner_join(follow_up::Entity)
        .filter(follow_up::Column::InstitutionId.eq(institution));
    Ok(open.count(&**txn).await?)
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Statuses.
    pub status: Option<Vec<FollowUpStatus>>,
    /// Whether its last day has passed without it being done.
    pub overdue: Option<bool>,
    /// When its last day ends.
    pub due: Stretch,
    /// Templates.
    pub template: Option<Vec<FollowUpTemplate>>,
    /// The patient.
    pub patient: Option<Uuid>,
    /// Institutions that are to do it.
    pub institution: Option<Vec<Uuid>>,
    /// Teams of family doctors that are to do it.
    pub team: Option<Vec<Uuid>>,
    /// The referral.
    pub referral: Option<Uuid>,
    /// The episode.
    pub episode: Option<Uuid>,
}

/// The follow-up of that id; not found where the actor does not see it.
pub async fn follow_up(app: &App, call: &Call<'_>, id: Uuid) -> Result<Seen> {
    policy::require(call.actor, Action::ReadFollowUp)?;
    seen::require(app.db.reader(), app, call.actor, id).await
}

/// One page of the follow-ups that the actor's scope sees, the first due first.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    window: &Window,
) -> Result<Slice<Seen>> {
    policy::require(actor, Action::ReadFollowUp)?;
    let Some(query) = page(app, actor, filter, window) else {
        return Ok(window.slice(Vec::new()));
    };
    Ok(window.slice(both(query.all(app.db.reader()).await?)))
}

/// How many follow-ups the list has; none above 10,000.
pub async fn count(app: &App, actor: &Actor, filter: &Filter) -> Result<Option<i32>> {
    policy::require(actor, Action::ReadFollowUp)?;
    let Some(condition) = visible(app, actor, filter) else {
        return Ok(Some(0));
    };
    let listed: Select<follow_up_party::Entity> = follow_up_party::Entity::find()
        .select_only()
        .column(follow_up_party::Column::FollowUpId)
        .left_join(follow_up::Entity)
        .filter(condition);
    counted(listed, app.db.reader()).await
}

/// The statement of a page: what the filter leaves, in its order, from the place to go on from, and one row more than the page has. None
/// where the actor's scope has no rows at all.
#[must_use]
pub fn page(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    window: &Window,
) -> Option<SelectTwo<follow_up_party::Entity, follow_up::Entity>> {
    use follow_up_party::Column::{DueAt, FollowUpId};
    let query = follow_up_party::Entity::find()
        .find_also_related(follow_up::Entity)
        .filter(visible(app, actor, filter)?);
    Some(window.keyset(query, [DueAt, FollowUpId], &Order::Asc, window.time()))
}

fn visible(app: &App, actor: &Actor, filter: &Filter) -> Option<Condition> {
    use follow_up::Column as Row;
    use follow_up_party::Column as Party;
    let now = app.now();
    let overdue = |is: bool| {
        if is {
            Condition::all()
                .add(Party::Status.eq(FollowUpStatus::Planned))
                .add(Party::DueAt.lt(now))
        } else {
            Condition::any()
                .add(Party::Status.ne(FollowUpStatus::Planned))
                .add(Party::DueAt.gte(now))
        }
    };
    let condition = shown(actor.scope.id()?, now)
        .add_option(filter.overdue.map(overdue))
        .add_option(filter.status.clone().map(|all| Party::Status.is_in(all)))
        .add_option(filter.due.from.map(|from| Party::DueAt.gte(from)))
        .add_option(filter.due.until.map(|until| Party::DueAt.lt(until)))
        .add_option(filter.template.clone().map(|all| Row::Template.is_in(all)))
        .add_option(filter.patient.map(|patient| Party::PatientId.eq(patient)))
        .add_option(
            filter
                .institution
                .clone()
                .map(|ids| Row::InstitutionId.is_in(ids)),
        )
        .add_option(filter.team.clone().map(|ids| Row::TeamId.is_in(ids)))
        .add_option(
            filter
                .referral
                .map(|referral| Party::ReferralId.eq(referral)),
        )
        .add_option(filter.episode.map(|episode| Party::EpisodeId.eq(episode)));
    Some(condition)
}

fn both(rows: Vec<(follow_up_party::Model, Option<follow_up::Model>)>) -> Vec<Seen> {
    rows.into_iter()
        .filter_map(|(party, row)| row.map(|row| Seen { row, party }))
        .collect()
}

/// What many objects have follow-ups of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Of {
    /// A referral.
    Referral,
    /// An episode.
    Episode,
}

impl Of {
    const fn column(self) -> follow_up_party::Column {
        match self {
            Self::Referral => follow_up_party::Column::ReferralId,
            Self::Episode => follow_up_party::Column::EpisodeId,
        }
    }

    /// The object that a follow-up is of.
    #[must_use]
    pub const fn object(self, seen: &Seen) -> Uuid {
        match self {
            Self::Referral => seen.row.referral_id,
            Self::Episode => seen.row.episode_id,
        }
    }
}

/// Pages of the follow-ups of many referrals or episodes that the actor's scope sees, the first due first, in one statement.
pub async fn below(
    app: &App,
    actor: &Actor,
    of: Of,
    objects: &[Uuid],
    window: &Window,
) -> Result<Vec<Seen>> {
    use follow_up_party::Column::{DueAt, FollowUpId, ScopeId};
    let Some(scope) = actor.scope.id() else {
        return Ok(Vec::new());
    };
    if !policy::permits(&actor.roles, Action::ReadFollowUp) {
        return Ok(Vec::new());
    }
    let over = match of {
        Of::Referral => "PARTITION BY referral_id ORDER BY due_at, follow_up_id",
        Of::Episode => "PARTITION BY episode_id ORDER BY due_at, follow_up_id",
    };
    let beyond = window.beyond([DueAt, FollowUpId], &Order::Asc, window.time());
    let rows = Query::select()
        .column(FollowUpId)
        .from(follow_up_party::Entity)
        .cond_where(shown(scope, app.now()))
        .and_where(of.column().is_in(objects.iter().copied()))
        .and_where_option(beyond)
        .to_owned();
    let wanted = window.of_each(rows, over, ["follow_up_id"]);
    let rows = follow_up_party::Entity::find()
        .find_also_related(follow_up::Entity)
        .filter(ScopeId.eq(scope))
        .filter(FollowUpId.in_subquery(wanted))
        .order_by_asc(DueAt)
        .order_by_asc(FollowUpId)
        .all(app.db.reader())
        .await?;
    Ok(both(rows))
}

/// The follow-ups of many plans that the actor's scope sees, in their order.
pub async fn plans(app: &App, actor: &Actor, plans: &[Uuid]) -> Result<Vec<Seen>> {
    let Some(scope) = actor.scope.id() else {
        return Ok(Vec::new());
    };
    let rows = follow_up_party::Entity::find()
        .find_also_related(follow_up::Entity)
        .filter(shown(scope, app.now()))
        .filter(follow_up::Column::PlanId.is_in(plans.iter().copied()))
        .order_by_asc(follow_up::Column::Number)
        .all(app.db.reader())
        .await?;
    Ok(both(rows))
}
