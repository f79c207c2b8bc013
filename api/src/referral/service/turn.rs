//! What all verbs have in common: a side's turn at a referral, from finding it to recording what happened.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, Basis, ReferralStatus, Side},
    event, referral, referral_party,
};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, sea_query::ExprTrait as _,
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    check::{check_department, check_practitioner, check_time},
    family,
    keep::{Wish, keep},
    leg as legs,
    recorded::{Recorded, record, subject},
};
use crate::{
    app::App,
    auth::{Actor, Call},
    capacity::hold::{self, For, Wanted},
    db::Txn,
    error::{Error, Problems, Result},
    network::directory::Directory,
    policy::{self, Acting},
    record::{
        change::{Change, note_replay, overwrite},
        replay::{self, Changed},
        version,
    },
    referral::{
        clock::{self, Of, Stroke},
        leg::{self, Before},
        seen::{self, Key, Seen},
        state::{self, Blocked, Facts},
    },
};

/// What callers are told has changed.
const WHAT: &str = "The referral";

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
    acting: Acting,
    by_clock: bool,
    to: ReferralStatus,
    before: Before,
    parties: Vec<referral_party::Model>,
    change: Change,
    follows: bool,
}

/// What came of beginning a turn.
pub type Begun = replay::Begun<Turn, Seen>;

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
        let change = Change {
            input_hash: Some(replay::input_hash(input)?),
            basis: Some(seen.party.basis.code()),
            ..Change::of(action)
        };
        let acting = policy::acts_as(actor, &directory, &seen.row, wanted);
        let was_last = async || was_last(txn, actor, &directory, &seen.row, &change, acting).await;
        let present = seen.row.version;
        let Some(acting) = acting else {
            // Whoever had the patient has no turn any more, but may ask twice, or not know yet that a colleague sent the patient on.
            if was_last().await? {
                return before(txn, app, actor, action, seen).await;
            }
            let stale = on.version.is_some_and(|version| version != present);
            return Err(if stale && seen.party.basis == Basis::Path {
                version::stale_of(present, WHAT, version::PATH)
            } else {
                Error::Forbidden
            });
        };
        let facts = Facts {
            rescuing: acting.rescuing,
            ..Facts::at(&seen.row, on.occurred_at.unwrap_or_else(|| app.now()))
        };
        let next =
            version::require(actor, on.version, present, WHAT, version::PATH).and_then(|()| {
                state::next(&facts, acting.side, action)
                    .map_err(|blocked| refused(facts, acting.side, action, blocked))
            });
        let to = match next {
            // A verb that leads back to where it began would follow itself: only the version tells a second one from a replay.
            Ok(to) if to != seen.row.status || on.version.is_some() => to,
            Err(refusal @ Error::InvalidInput(_)) => return Err(refusal),
            next => {
                if was_last().await? {
                    return before(txn, app, actor, action, seen).await;
                }
                next?
            }
        };
        let then = (app.now(), directory);
        let mut turn = Self::new(then, seen.row, acting, to, on.occurred_at, change);
        let (now, last) = (turn.now, turn.row.occurred_at);
        check_time(on.occurred_at, now, last, &mut turn.problems);
        Ok(Begun::Turn(Box::new(turn)))
    }

    /// A turn at a referral as it stands, now and in the network as it is. `at` is when it happens, where that is not now.
    fn new(
        (now, directory): (DateTime<Utc>, Arc<Directory>),
        row: referral::Model,
        acting: Acting,
        to: ReferralStatus,
        at: Option<DateTime<Utc>>,
        change: Change,
    ) -> Self {
        Self {
            at: at.unwrap_or(now),
            now,
            parties: policy::parties(&directory, &row, now),
            directory,
            problems: Problems::default(),
            wish: Wish::None,
            receiver: row.receiver_id,
            acting,
            by_clock: false,
            to,
            before: Before::of(&row),
            change: Change {
                institution: acting.institution(&row),
                second_hand: acting.second_hand,
                ..change
            },
            follows: false,
            row,
        }
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
        let at = Ord::max(at, row.occurred_at);
        let Ok(to) = state::next(&Facts::at(&row, at), side, action) else {
            return Ok(None);
        };
        let change = Change {
            input_hash: Some(replay::input_hash(&referral)?),
            basis: Some(side.code()),
            ..Change::of(action)
        };
        let turn = Self::new(at_present(app), row, Acting::on(side), to, Some(at), change);
        Ok(Some(turn.beside_another()))
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
        let (to, at) = (row.status, Ord::max(at, row.occurred_at));
        let side = Side::Sender;
        let change = Change {
            input_hash: Some(replay::input_hash(input)?),
            basis: Some(side.code()),
            ..Change::of(Action::SubmitReferral)
        };
        let acting = Acting::on(side);
        Ok(Self::new(
            at_present(app),
            row,
            acting,
            to,
            Some(at),
            change,
        ))
    }

    /// The clock's turn, which nobody has to begin.
    #[must_use]
    pub fn of_clock(app: &App, row: referral::Model, stroke: Stroke) -> Self {
        let to = match stroke.of {
            Of::Status(to) => to,
            Of::Road | Of::Leg => row.status,
        };
        let change = Change {
            input_hash: Some([0; 32]),
            basis: Some("CLOCK"),
            ..Change::of(stroke.action)
        };
        let acting = Acting::on(Side::Sender);
        let mut turn = Self::new(at_present(app), row, acting, to, Some(stroke.at), change);
        turn.by_clock = true;
        turn.change.institution = None;
        turn
    }

    /// The institution whose verb it is; none where a community's manager or the clock acts.
    #[must_use]
    pub const fn institution(&self) -> Option<Uuid> {
        self.change.institution
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
        use referral::Column;
        std::mem::take(&mut self.problems).finish()?;
        let seen_version = self.row.version;
        let before = (self.row.status, self.receiver);
        let (action, tied) = (self.change.action, self.row.family_team_id);
        family::tie(txn, app, action, &mut self.row).await?;
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
        let step = leg::step(action, !self.acting.rescuing, self.before, &self.row);
        legs::mark(&mut self.row, step);
        self.row.clock_at = clock::wakes_at(&self.row);
        let mut changed = self.row.clone().into_active_model();
        // Set beside versions, so that they may have been set since the row was read.
        changed.overdue_at = NotSet;
        changed.marks = NotSet;
        let read = Column::Id
            .eq(self.row.id)
            .and(Column::Version.eq(seen_version))
            .and(family::as_read(tied));
        overwrite(txn, changed, read).await?;
        hold::settle(txn, app, For::Referral(self.row.id), holds, self.at).await?;
        legs::write(txn, app, &self.row, step, self.at).await?;
        let recorded = Recorded {
            change: Change {
                at: Some(self.at),
                detail,
                ..self.change
            },
            parties: self.parties,
            follows: self.follows,
        };
        record(txn, app, call, self.row, &self.directory, recorded).await
    }
}

/// Answers with the referral as it is, and says in the audit trail that nothing was changed.
/// The time, and the network as it is.
fn at_present(app: &App) -> (DateTime<Utc>, Arc<Directory>) {
    (app.now(), app.directory.now())
}

async fn before(txn: &Txn, app: &App, actor: &Actor, action: Action, seen: Seen) -> Result<Begun> {
    let basis = Some(seen.party.basis);
    note_replay(txn, app, actor, action, subject(&seen.row), basis).await?;
    Ok(Begun::Before(Box::new(seen)))
}

/// Whether the last thing that happened to the referral was this verb with this input, done for the institution that the actor acts for now, or
/// acted for then.
async fn was_last(
    txn: &Txn,
    actor: &Actor,
    directory: &Directory,
    row: &referral::Model,
    change: &Change,
    acting: Option<Acting>,
) -> Result<bool> {
    let last = event::Entity::find()
        .filter(event::Column::SubjectId.eq(row.id))
        // The clock's marks change nothing.
        .filter(event::Column::Action.is_not_in([Action::MarkOverdue, Action::EscalateOverdue]))
        .order_by_desc(event::Column::Version)
        .order_by_desc(event::Column::Id)
        .one(&**txn)
        .await?;
    let input_hash = change.input_hash.as_ref().map(|hash| &hash[..]);
    let Some(last) = last
        .filter(|last| last.action == change.action && last.input_hash.as_deref() == input_hash)
    else {
        return Ok(false);
    };
    // Who acts as a community's manager acts, but for no institution.
    let is_same = acting.is_some_and(|acting| acting.institution(row) == last.institution_id);
    Ok(is_same
        || match last.institution_id {
            Some(institution) if !last.second_hand => {
                policy::acts_for(actor, directory, institution)
            }
            _ => last.account_id == actor.account,
        })
}

fn refused(facts: Facts, side: Side, action: Action, blocked: Blocked) -> Error {
    let following = state::following(&facts, side);
    blocked.refuse(facts.status.code(), action, following)
}
