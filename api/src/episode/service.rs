//! Reading episodes: what of them the actor's scope sees.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, Basis},
    follow_up_party, referral, referral_party,
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, FromQueryResult,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, Func, Order, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    error::{Error, Result},
    follow_up::seen::shown,
    page::{COUNT_LIMIT, Window, told},
    patient::service as patients,
    policy,
    referral::seen::Seen,
};

/// The sort that cursors of a patient's episodes name: the latest first.
pub const LATEST: &str = "BEGAN_AT_DESC";

/// Most referrals of an episode that are shown.
pub const MOST: u64 = 50;

/// An episode, as far as it was found.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    /// The episode.
    pub episode: Uuid,
    /// The patient's record.
    pub patient_id: Uuid,
    /// When the first row that the scope sees began.
    pub began: DateTime<Utc>,
}

/// The episode of that id; not found where the actor sees none of its rows.
pub async fn episode(app: &App, actor: &Actor, id: Uuid) -> Result<Found> {
    policy::require(actor, Action::ReadReferral)?;
    let rows = rows(app, actor, |referrals, follow_ups| {
        referrals.cond_where(
            Condition::any()
                .add(Expr::col((referral::Entity, referral::Column::Id)).eq(id))
                .add(Expr::col((referral::Entity, referral::Column::EpisodeId)).eq(id)),
        );
        follow_ups.and_where(follow_up_party::Column::EpisodeId.eq(id));
    });
    let rows = rows.ok_or(Error::NotFound)?;
    let found = app.db.reader().query_one(&grouped(rows)).await?;
    let found = found.ok_or(Error::NotFound)?;
    Ok(Found::from_query_result(&found, "")?)
}

/// Pages of the episodes of many patients, as far as the actor's scope sees them, the latest first, in one statement.
pub async fn of_patients(
    app: &App,
    actor: &Actor,
    records: &[Uuid],
    window: &Window,
) -> Result<Vec<Found>> {
    let of = records.to_vec();
    let rows = rows(app, actor, |referrals, follow_ups| {
        let patient = Expr::col((referral_party::Entity, referral_party::Column::PatientId));
        referrals.and_where(patient.in_subquery(patients::ids_of(of.clone())));
        follow_ups.and_where(
            follow_up_party::Column::PatientId.in_subquery(patients::ids_of(of.clone())),
        );
    });
    let Some(rows) = rows else {
        return Ok(Vec::new());
    };
    let columns = ["episode", "patient_id", "began"];
    let by = ["began", "episode"].map(Expr::col);
    let rows = Query::select()
        .columns(columns)
        .from_subquery(grouped(rows), "episodes")
        .and_where_option(window.beyond(by, &Order::Desc, window.time()))
        .to_owned();
    let over = "PARTITION BY patient_id ORDER BY began DESC, episode DESC";
    let wanted = window
        .of_each(rows, over, columns)
        .order_by("began", Order::Desc)
        .order_by("episode", Order::Desc)
        .to_owned();
    let found = app.db.reader().query_all(&wanted).await?;
    found
        .iter()
        .map(|row| Ok(Found::from_query_result(row, "")?))
        .collect()
}

/// How many episodes of a patient the actor's scope sees; none above 10,000.
pub async fn count(app: &App, actor: &Actor, patient: Uuid) -> Result<Option<i32>> {
    let rows = rows(app, actor, |referrals, follow_ups| {
        let of = Expr::col((referral_party::Entity, referral_party::Column::PatientId));
        referrals.and_where(of.in_subquery(patients::ids_of([patient])));
        follow_ups
            .and_where(follow_up_party::Column::PatientId.in_subquery(patients::ids_of([patient])));
    });
    let Some(rows) = rows else {
        return Ok(Some(0));
    };
    let mut listed = grouped(rows);
    listed.limit(COUNT_LIMIT + 1);
    let found = app.db.reader().query_all(&listed).await?.len();
    Ok(told(found as u64))
}

/// The rows that the actor's scope sees with more than their header, narrowed down: referrals and follow-ups alike.
fn rows(
    app: &App,
    actor: &Actor,
    narrow: impl FnOnce(&mut SelectStatement, &mut SelectStatement),
) -> Option<SelectStatement> {
    let scope = actor.scope.id()?;
    if !policy::reads_content(&actor.roles) {
        return None;
    }
    let now = app.now();
    let of = |column| Expr::col((referral_party::Entity, column));
    let episode = Func::coalesce([
        Expr::col((referral::Entity, referral::Column::EpisodeId)),
        Expr::col((referral::Entity, referral::Column::Id)),
    ]);
    let mut referrals = Query::select();
    referrals
        .expr_as(episode, "episode")
        .expr_as(
            patients::record_of(of(referral_party::Column::PatientId)),
            "patient_id",
        )
        .expr_as(of(referral_party::Column::ListedAt), "at")
        .from(referral_party::Entity)
        .inner_join(
            referral::Entity,
            Expr::col((referral::Entity, referral::Column::Id))
                .equals((referral_party::Entity, referral_party::Column::ReferralId)),
        )
        .and_where(of(referral_party::Column::ScopeId).eq(scope))
        .and_where(of(referral_party::Column::Basis).ne(Basis::Community))
        .cond_where(
            Condition::any()
                .add(of(referral_party::Column::ContentUntil).is_null())
                .add(of(referral_party::Column::ContentUntil).gt(now)),
        );
    let mut follow_ups = Query::select();
    follow_ups
        .expr_as(Expr::col(follow_up_party::Column::EpisodeId), "episode")
        .expr_as(
            patients::record_of(Expr::col((
                follow_up_party::Entity,
                follow_up_party::Column::PatientId,
            ))),
            "patient_id",
        )
        .expr_as(Expr::col(follow_up_party::Column::Since), "at")
        .from(follow_up_party::Entity)
        .cond_where(shown(scope, now));
    narrow(&mut referrals, &mut follow_ups);
    Some(referrals.union(UnionType::All, follow_ups).to_owned())
}

fn grouped(rows: SelectStatement) -> SelectStatement {
    Query::select()
        .columns(["episode", "patient_id"])
        .expr_as(Func::min(Expr::col("at")), "began")
        .from_subquery(rows, "seen")
        .group_by_columns(["episode", "patient_id"])
        .to_owned()
}

/// The referrals of many episodes that the actor's scope sees, the first first; at most 50 an episode are ever made.
pub async fn referrals(app: &App, actor: &Actor, episodes: &[Uuid]) -> Result<Vec<Seen>> {
    let ids = || episodes.iter().copied();
    related(
        app,
        actor,
        Condition::any()
            .add(referral::Column::Id.is_in(ids()))
            .add(referral::Column::EpisodeId.is_in(ids())),
    )
    .await
}

/// The referrals of those ids that the actor's scope sees.
pub async fn by_id(app: &App, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Seen>> {
    let of = referral::Column::Id.is_in(ids.iter().copied());
    related(app, actor, Condition::all().add(of)).await
}

/// The referrals that follow from those and that the actor's scope sees, the first first.
pub async fn next(app: &App, actor: &Actor, previous: &[Uuid]) -> Result<Vec<Seen>> {
    let of = referral::Column::PreviousId.is_in(previous.iter().copied());
    related(app, actor, Condition::all().add(of)).await
}

async fn related(app: &App, actor: &Actor, of: Condition) -> Result<Vec<Seen>> {
    let Some(scope) = actor.scope.id() else {
        return Ok(Vec::new());
    };
    let rows = referral_party::Entity::find()
        .find_also_related(referral::Entity)
        .filter(referral_party::Column::ScopeId.eq(scope))
        .filter(of)
        .order_by_asc(referral_party::Column::ListedAt)
        .order_by_asc(referral_party::Column::ReferralId)
        .limit(MOST * 100)
        .all(app.db.reader())
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(party, row)| row.map(|row| Seen { row, party }))
        .collect())
}
