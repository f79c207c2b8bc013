//! What all verbs have in common: a side's turn at a referral, from finding it to recording what happened.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, Basis, ReferralStatus, Side},
    event, referral, referral_party,
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ColumnTrait as _, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    check::{check_department, check_practitioner, check_time},
    family,
    keep::{Wish, keep},
    leg as legs,
    recorded::{Recorded, record, record_replay},
};
use crate::{
    app::App,
    auth::{Actor, Call},
    capacity::hold::{self, For, Wanted},
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    network::directory::Directory,
    policy::{self, Acting},
    record::replay::{self, Changed},
    referral::{
        clock::{self, Of, Stroke},
        leg::{self, Before},
        seen::{self, Key, Seen},
        state::{self, Blocked, Facts},
    },
};

/// What every verb names: its object, the version that the caller saw, and when it happened.
#[derive(Clone, Debug, Serialize)]
pub struct On {
    /// The referral.
    pub referral: Key,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// One side's turn at a referral.
pub struct Turn {
    /// The referral, to be changed.
    pub row: referral::Model,
    /// When it happens.
    pub at: DateTime<Utc>,
    /// When it is recorded.
    pub now: DateTime<Utc>,
    /// The network.
    pub directory: Arc<Directory>,
    /// What is wrong with the input so far.
    pub problems: Problems,
    /// What is to become of the hold, beside what the change of status means for it.
    pub wish: Wish,
    receiver: Option<Uuid>,
    action: Action,
    acting: Acting,
    institution: Option<Uuid>,
    by_clock: bool,
    to: ReferralStatus,
    before: Before,
    parties: Vec<referral_party::Model>,
    basis: &'static str,
    input_hash: [u8; 32],
    follows: bool,
}

/// What came of beginning a turn.
pub enum Begun {
    /// It may go on.
    Turn(Box<Turn>),
    /// It was taken before; this is the referral now.
    Before(Box<Seen>),
}

impl Turn {
    /// Begins a verb's turn: it was not taken before, the actor sees the referral, may do this, and it may follow now.
    pub async fn begin(
        txn: &Txn,
        app: &App,
        call: &Call<'_>,
        action: Action,
        wanted: Side,
        on: &On,
        input: &impl Serialize,
    ) -> Result<Begun> {
        let actor = call.actor;
        if let Some(id) = replay::known(txn, app, call).await? {
            let seen = seen::require(&**txn, actor, &Key::Id(id)).await?;
            return before(txn, app, actor, action, seen).await;
        }
        let seen = seen::require_own(&**txn, actor, &on.referral, app.now()).await?;
        // A role that reads no referrals does not learn that there is one.
        policy::require(actor, Action::ReadReferral).map_err(|_| Error::NotFound)?;
        policy::require(actor, action)?;
        let directory = app.directory.now();
        let input_hash = replay::input_hash(input)?;
        let acting = policy::acts_as(actor, &directory, &seen.row, wanted);
        let retried = async |row: &referral::Model| {
            let last = last_event(txn, row).await?;
            Ok::<_, Error>(last.is_some_and(|last| {
                last.action == action
                    && last.input_hash.as_deref() == Some(&input_hash[..])
                    && is_same(
                        &last,
                        actor,
                        &directory,
                        acting.map(|by| by.institution(row)),
                    )
            }))
        };
        let Some(acting) = acting else {
            // Whoever had the patient has no turn any more, but may ask twice, or not know yet that a colleague sent the patient on.
            if retried(&seen.row).await? {
                return before(txn, app, actor, action, seen).await;
            }
            let stale = conflict(on, &seen.row).filter(|_| seen.party.basis == Basis::Path);
            return Err(stale.unwrap_or(Error::Forbidden));
        };
        let (now, facts_at) = (app.now(), on.occurred_at.unwrap_or_else(|| app.now()));

        let facts = Facts {
            rescuing: acting.rescuing,
            ..Facts::at(&seen.row, facts_at)
        };
        let refusal = match on.version {
            None if policy::must_name_version(actor) => {
                return Err(Error::invalid(
                    "input.version",
                    ProblemCode::Required,
                    "Name the version that you saw.",
                ));
            }
            _ => conflict(on, &seen.row),
        };
        let to = match (refusal, state::next(&facts, acting.side, action)) {
            // A verb that leads back to where it began would follow itself: only the version tells a second one from a replay.
            (None, Ok(to)) if to != seen.row.status || on.version.is_some() => to,
            (None, Ok(to)) => {
                if retried(&seen.row).await? {
                    return before(txn, app, actor, action, seen).await;
                }
                to
            }
            (refusal, next) => {
                if retried(&seen.row).await? {
                    return before(txn, app, actor, action, seen).await;
                }
                return Err(
                    refusal.unwrap_or_else(|| refused(facts, acting.side, action, next.err()))
                );
            }
        };
        let mut problems = Problems::default();
        check_time(on.occurred_at, now, seen.row.occurred_at, &mut problems);
        let parties = policy::parties(&directory, &seen.row, now);
        Ok(Begun::Turn(Box::new(Self {
            at: on.occurred_at.unwrap_or(now),
            now,
            directory,
            problems,
            wish: Wish::None,
            receiver: seen.row.receiver_id,
            action,
            institution: acting.institution(&seen.row),
            acting,
            by_clock: false,
            to,
            before: Before::of(&seen.row),
            parties,
            basis: seen.party.basis.code(),
            input_hash,
            follows: false,
            row: seen.row,
        })))
    }

    /// The turn that follows by itself from another change of the same transaction, whoever made that; none where the life of this
    /// referral does not lead on.
    pub async fn following(
        txn: &Txn,
        app: &App,
        referral: Uuid,
        action: Action,
        side: Side,
        at: DateTime<Utc>,
    ) -> Result<Option<Self>> {
        let row = referral::Entity::find_by_id(referral).one(&**txn).await?;
        let row = row.ok_or(Error::NotFound)?;
        let at = at.max(row.occurred_at);
        let Ok(to) = state::next(&Facts::at(&row, at), side, action) else {
            return Ok(None);
        };
        let (now, directory) = (app.now(), app.directory.now());
        let acting = Acting::on(side);
        Ok(Some(Self {
            at,
            now,
            parties: policy::parties(&directory, &row, now),
            directory,
            problems: Problems::default(),
            wish: Wish::None,
            receiver: row.receiver_id,
            action,
            institution: acting.institution(&row),
            acting,
            by_clock: false,
            to,
            basis: side.code(),
            input_hash: replay::input_hash(&referral)?,
            before: Before::of(&row),
            follows: true,
            row,
        }))
    }

    /// The same, as one that follows from another change: what the call made, and answers with, is another object.
    #[must_use]
    pub fn beside_another(mut self) -> Self {
        self.follows = true;
        self
    }

    /// The sender's turn at what its receiver entered in its stead: a post joins it.
    pub fn joining(
        app: &App,
        row: referral::Model,
        at: DateTime<Utc>,
        input: &impl Serialize,
    ) -> Result<Self> {
        let at = at.max(row.occurred_at);
        let to = row.status;
        Ok(Self {
            input_hash: replay::input_hash(input)?,
            ..Self::other(app, row, Action::SubmitReferral, to, at)
        })
    }

    /// The clock's turn, which nobody has to begin.
    #[must_use]
    pub fn of_clock(app: &App, row: referral::Model, stroke: Stroke) -> Self {
        let to = match stroke.of {
            Of::Status(to) => to,
            Of::Road | Of::Leg => row.status,
        };
        Self {
            institution: None,
            by_clock: true,
            basis: "CLOCK",
            ..Self::other(app, row, stroke.action, to, stroke.at)
        }
    }

    /// A turn of the sender that follows no verb of the table.
    fn other(
        app: &App,
        row: referral::Model,
        action: Action,
        to: ReferralStatus,
        at: DateTime<Utc>,
    ) -> Self {
        let (now, directory) = (app.now(), app.directory.now());
        Self {
            at,
            now,
            parties: policy::parties(&directory, &row, now),
            directory,
            problems: Problems::default(),
            wish: Wish::None,
            receiver: row.receiver_id,
            action,
            institution: Some(row.sender_id),
            acting: Acting::on(Side::Sender),
            by_clock: false,
            to,
            basis: Side::Sender.code(),
            input_hash: [0; 32],
            before: Before::of(&row),
            follows: false,
            row,
        }
    }

    /// The institution whose verb it is; none where a community's manager or the clock acts.
    #[must_use]
    pub const fn institution(&self) -> Option<Uuid> {
        self.institution
    }

    /// Notes a practitioner who does not work at that institution.
    pub async fn check_practitioner(
        &mut self,
        txn: &Txn,
        practitioner: Option<Uuid>,
        institution: Option<Uuid>,
        path: &str,
    ) -> Result<()> {
        check_practitioner(txn, practitioner, institution, path, &mut self.problems)
            .await
            .map(drop)
    }

    /// Notes a department that the institution does not have.
    pub fn check_department(
        &mut self,
        department: Option<Uuid>,
        institution: Option<Uuid>,
        path: &str,
    ) {
        check_department(
            &self.directory,
            department,
            institution,
            path,
            &mut self.problems,
        );
    }

    /// Wishes the bed or slot that is named to be held for the patient, and notes what is wrong with it. What else is said of department and
    /// time stands in the row by now.
    pub async fn hold(
        &mut self,
        txn: &Txn,
        bed_pool: Option<Uuid>,
        slot: Option<Uuid>,
    ) -> Result<()> {
        let wanted = Wanted {
            bed_pool,
            slot,
            receiver: self.row.receiver_id,
            department: self.row.receiver_department_id,
            planned_at: self.row.planned_at,
            at: self.at,
        };
        let resource = hold::check(txn, &wanted, &mut self.problems).await?;
        self.wish = resource.map_or(Wish::None, Wish::Take);
        Ok(())
    }

    /// Wishes what is named to be held in place of what is. Where nothing is named, a bed stays held, and a place in a session as long as the
    /// new time is in it.
    pub async fn hold_anew(
        &mut self,
        txn: &Txn,
        bed_pool: Option<Uuid>,
        slot: Option<Uuid>,
    ) -> Result<()> {
        self.hold(txn, bed_pool, slot).await?;
        let named = bed_pool.is_some() || slot.is_some();
        if let (Some(hold), Some(planned), false) = (self.row.hold_id, self.row.planned_at, named)
            && !hold::serves(txn, hold, planned).await?
        {
            self.wish = Wish::LetGo;
        }
        Ok(())
    }

    /// Ends the turn: changes the row if nobody was faster, does what that means for what is held, renews who sees it, and records what
    /// happened.
    pub async fn finish(
        mut self,
        txn: &Txn,
        app: &App,
        call: &Call<'_>,
        detail: Value,
    ) -> Result<Changed<Seen>> {
        std::mem::take(&mut self.problems).finish()?;
        let seen_version = self.row.version;
        let before = (self.row.status, self.receiver);
        let tied = self.row.family_team_id;
        family::tie(txn, app, self.action, &mut self.row).await?;
        let requested = self.to == ReferralStatus::CancellationRequested;
        self.row.version += 1;
        self.row.status_before = requested.then_some(self.row.status);
        if self.row.status != self.to {
            self.row.status_since = self.now;
        }
        self.row.status = self.to;
        let holds = keep(app, before, &mut self.row, self.wish);
        self.row.updated_at = self.now;
        // The clock is no event at a bedside: what happened before it is still written down late.
        if !self.by_clock {
            self.row.occurred_at = self.at;
        }
        self.row.open_key = super::completion::open_key(&self.row);
        let step = leg::step(self.action, !self.acting.rescuing, self.before, &self.row);
        legs::mark(&mut self.row, step);
        self.row.clock_at = clock::wakes_at(&self.row);
        let mut change = self.row.clone().into_active_model().reset_all();
        change.id = NotSet;
        // Set beside versions, so that they may have been set since the row was read.
        change.overdue_at = NotSet;
        change.marks = NotSet;
        let changed = referral::Entity::update_many()
            .set(change)
            .filter(referral::Column::Id.eq(self.row.id))
            .filter(referral::Column::Version.eq(seen_version))
            .filter(family::as_read(tied))
            .exec(&**txn)
            .await?;
        if changed.rows_affected == 0 {
            return Err(Error::Overtaken);
        }
        hold::settle(txn, app, For::Referral(self.row.id), holds, self.at).await?;
        legs::write(txn, app, &self.row, step, self.at).await?;
        let recorded = Recorded {
            action: self.action,
            at: self.at,
            institution: self.institution,
            second_hand: self.acting.second_hand,
            parties: self.parties,
            input_hash: self.input_hash,
            basis: self.basis,
            detail,
            follows: self.follows,
        };
        record(txn, app, call, self.row, &self.directory, recorded).await
    }
}

/// The refusal of a caller who saw another version.
fn conflict(on: &On, row: &referral::Model) -> Option<Error> {
    on.version.filter(|seen| *seen != row.version)?;
    Some(Error::Conflict {
        current_version: Some(row.version),
        problems: vec![Problem::new(
            "input.version",
            ProblemCode::Version,
            "The referral has changed since.",
        )],
    })
}

/// Answers with the referral as it is, and says in the audit trail that nothing was changed.
async fn before(txn: &Txn, app: &App, actor: &Actor, action: Action, seen: Seen) -> Result<Begun> {
    record_replay(txn, app, actor, action, &seen).await?;
    Ok(Begun::Before(Box::new(seen)))
}

/// The last thing that happened to the referral.
async fn last_event(txn: &Txn, row: &referral::Model) -> Result<Option<event::Model>> {
    let last = event::Entity::find()
        .filter(event::Column::SubjectId.eq(row.id))
        // The clock's marks change nothing.
        .filter(event::Column::Action.is_not_in([Action::MarkOverdue, Action::EscalateOverdue]))
        .order_by_desc(event::Column::Version)
        .order_by_desc(event::Column::Id)
        .one(&**txn)
        .await?;
    Ok(last)
}

/// Whether that was done for the institution that the actor acts for now, or acted for then.
#[expect(
    clippy::option_option,
    reason = "who acts as a community's manager acts, but for no institution"
)]
fn is_same(
    last: &event::Model,
    actor: &Actor,
    directory: &Directory,
    acting: Option<Option<Uuid>>,
) -> bool {
    acting == Some(last.institution_id)
        || match last.institution_id {
            Some(institution) if !last.second_hand => {
                policy::acts_for(actor, directory, institution)
            }
            _ => last.account_id == actor.account,
        }
}

fn refused(facts: Facts, side: Side, action: Action, blocked: Option<Blocked>) -> Error {
    let reason = match blocked {
        Some(Blocked::Now(reason)) => Some(reason),
        Some(Blocked::Never) | None => None,
    };
    let allowed = state::following(&facts, side)
        .filter(|(_, blocked)| blocked.is_none())
        .map(|(action, _)| action)
        .collect();
    Error::InvalidTransition {
        from: facts.status.code(),
        action,
        allowed,
        reason,
    }
}
