//! What can be followed as it happens.
//!
//! A subscription is run twice by the socket that carries it ([`crate::http`]): once to say what it listens to, and then once for each
//! change, like a query. So one answer can serve everybody who would get the same, and what the caller may not see any more is not there.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_graphql::{Context, ID, Subscription};
use entity::enums::{Action, SubjectKind};
use futures::{Stream, stream};
use tokio::time::{self, Instant};
use uuid::Uuid;

use super::Change;
use crate::{
    app::App,
    auth::Call,
    critical_value::{self, graphql::CriticalValue},
    error::{Error, Problems, Result},
    graphql::{actor, app, operate, refusal},
    id::{self, Kind},
    order::{self, graphql::Order},
    policy,
    record::{changes, following::Following},
    referral::{self, graphql::Referral, seen::Key},
    throughput::{self, graphql::Throughput},
};

/// What a subscription is run for.
pub enum Turn {
    /// To say what it listens to.
    Listen(Arc<Slot>),
    /// To answer a change.
    Answer(Arc<changes::Change>),
}

/// Where a subscription leaves what it listens to.
#[derive(Default)]
pub struct Slot(Mutex<Option<Listening>>);

impl Slot {
    fn fill(&self, listening: Listening) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(listening);
    }

    /// What it listens to; none where it was refused.
    pub fn take(&self) -> Option<Listening> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// How long a count rests before it is told again.
const REST: Duration = Duration::from_secs(5);

/// What a subscription listens to.
pub struct Listening {
    following: Following,
    only: Option<Uuid>,
    /// The least time between two changes, and when the next may be told.
    pace: Option<(Duration, Instant)>,
}

impl Listening {
    /// The next change that concerns it; none where it is too slow.
    pub async fn next(&mut self, app: &App) -> Result<Option<Arc<changes::Change>>> {
        loop {
            match self.following.next(app).await? {
                Some(change) if self.only.is_some_and(|only| only != change.subject_id) => {}
                Some(change) => return Ok(Some(self.in_time(change).await)),
                None => return Ok(None),
            }
        }
    }

    /// The change, or the latest of those that came while it was too early to tell of it.
    async fn in_time(&mut self, change: Arc<changes::Change>) -> Arc<changes::Change> {
        let Some((rest, next)) = self.pace else {
            return change;
        };
        time::sleep_until(next).await;
        self.pace = Some((rest, Instant::now() + rest));
        self.following.latest().unwrap_or(change)
    }
}

/// What can be followed as it happens, over WebSocket at `/graphql/ws`.
#[derive(Default)]
pub struct Live;

/// What can be followed as it happens, over WebSocket at `/graphql/ws` (the protocol graphql-transport-ws; the access token is in the
/// payload of `connection_init`, as `authorization: "Bearer …"` or `token`). Nothing is told that a query would not show to the caller at
/// that moment. A caller that falls behind, or whose token runs out, is disconnected: it comes back and goes on with `changes`.
#[Subscription(name = "Subscription")]
impl Live {
    /// A referral that the caller's scope sees, as it is now, whenever something happens to it. It begins now: what happened before, or while
    /// the connection was down, is in `changes`.
    async fn referral_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those sent or received by this institution.")] institution: Option<
            ID,
        >,
        #[graphql(desc = "Only this one.")] referral: Option<ID>,
    ) -> async_graphql::Result<impl Stream<Item = Referral>> {
        let mut problems = Problems::default();
        let mut read = |kind, text: Option<&ID>, path| match text {
            Some(text) => problems.take(id::decode(kind, text, path)),
            None => Ok(None),
        };
        let asked =
            read(Kind::Institution, institution.as_ref(), "institution").and_then(|institution| {
                Ok((
                    institution,
                    read(Kind::Referral, referral.as_ref(), "referral")?,
                ))
            });
        let asked = asked.and_then(|asked| problems.finish().map(|()| asked));
        let (institution, only) = asked.map_err(|error| refusal(ctx, &error))?;
        let action = Action::ReadReferral;
        let listen = |app: &App, call: &Call<'_>| {
            policy::require(call.actor, action)?;
            let following = Following::from_now(app, call.actor, SubjectKind::Referral)?;
            Ok(Listening {
                following,
                only,
                pace: None,
            })
        };
        let change = match turn(ctx)? {
            Turn::Answer(change) => change,
            Turn::Listen(slot) => return heard(ctx, action, slot, listen).await,
        };
        let found = async {
            let call = actor(ctx)?.at("");
            referral::service::referral(app(ctx)?, &call, &Key::Id(change.subject_id)).await
        };
        let seen = visible(ctx, found.await)?.filter(|seen| {
            let row = &seen.row;
            institution.is_none_or(|id| row.sender_id == id || row.receiver_id == Some(id))
        });
        let referral = seen.map(|seen| Referral::new(ctx, seen)).transpose();
        let referral = referral.map_err(|error| refusal(ctx, &error))?;
        Ok(stream::iter(referral))
    }

    /// An order to a shared centre that the caller's scope sees, as it is now, whenever something happens to it. It begins now: what happened before, or
    /// while the connection was down, is in `changes`.
    async fn order_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those asked for by this institution, or to its centres.")]
        institution: Option<ID>,
        #[graphql(desc = "Only those to this centre.")] centre: Option<ID>,
    ) -> async_graphql::Result<impl Stream<Item = Order>> {
        let mut problems = Problems::default();
        let asked = [
            (Kind::Institution, institution.as_ref(), "institution"),
            (Kind::SharedCentre, centre.as_ref(), "centre"),
        ]
        .map(|(kind, text, path)| match text {
            Some(text) => problems.take(id::decode(kind, text, path)),
            None => Ok(None),
        });
        let [institution, centre] = asked;
        let asked = problems.finish().and_then(|()| Ok((institution?, centre?)));
        let (institution, centre) = asked.map_err(|error| refusal(ctx, &error))?;
        let action = Action::ReadOrder;
        let listen = |app: &App, call: &Call<'_>| {
            policy::require(call.actor, action)?;
            let following = Following::from_now(app, call.actor, SubjectKind::Order)?;
            Ok(Listening {
                following,
                only: None,
                pace: None,
            })
        };
        let change = match turn(ctx)? {
            Turn::Answer(change) => change,
            Turn::Listen(slot) => return heard(ctx, action, slot, listen).await,
        };
        let found = async {
            let call = actor(ctx)?.at("");
            let key = order::seen::Key::Id(change.subject_id);
            order::service::order(app(ctx)?, &call, &key).await
        };
        let seen = visible(ctx, found.await)?.filter(|seen| {
            let row = &seen.row;
            let own = |id| row.requested_by_id == id || row.host_id == id;
            institution.is_none_or(own) && centre.is_none_or(|id| row.centre_id == id)
        });
        Ok(stream::iter(seen.map(Order::new)))
    }

    /// A critical value 危急值 that the caller's scope is told of, as it is now, whenever one is raised, and again when nobody has acknowledged it in time
    /// (`overdue`). What else happens to it is in `changes`.
    async fn critical_value_raised(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only those that this institution asked for, found, or holds the patient of."
        )]
        institution: Option<ID>,
    ) -> async_graphql::Result<impl Stream<Item = CriticalValue>> {
        let asked = institution
            .map(|id| id::decode(Kind::Institution, &id, "institution"))
            .transpose();
        let institution = asked.map_err(|error| refusal(ctx, &error))?;
        let action = Action::ReadCriticalValue;
        let listen = |app: &App, call: &Call<'_>| {
            policy::require(call.actor, action)?;
            let following = Following::from_now(app, call.actor, SubjectKind::CriticalValue)?;
            Ok(Listening {
                following,
                only: None,
                pace: None,
            })
        };
        let change = match turn(ctx)? {
            Turn::Answer(change) => change,
            Turn::Listen(slot) => return heard(ctx, action, slot, listen).await,
        };
        if !critical_value::state::is_told(change.action) {
            return Ok(stream::iter(None));
        }
        let found = async {
            let (app, call) = (app(ctx)?, actor(ctx)?.at(""));
            let seen = critical_value::service::critical_value(app, &call, change.subject_id);
            let seen = seen.await?;
            let directory = app.directory.now();
            let concerned = |id| policy::is_concerned(&directory, &seen.row, id);
            Ok(institution.is_none_or(concerned).then_some(seen))
        };
        let seen = visible(ctx, found.await)?.flatten();
        Ok(stream::iter(seen.map(CriticalValue::new)))
    }

    /// What a shared centre has done today 业务量, since midnight in Asia/Shanghai, whenever something happens there; at most once every 5 seconds, and what
    /// happened in between is in the next. For whoever reads the throughput of the whole centre.
    async fn throughput_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The centre.")] centre: ID,
    ) -> async_graphql::Result<impl Stream<Item = Throughput>> {
        let action = Action::ReadThroughput;
        let centre = id::decode(Kind::SharedCentre, &centre, "centre");
        let centre = centre.map_err(|error| refusal(ctx, &error))?;
        if let Turn::Listen(slot) = turn(ctx)? {
            let listen = async |app: &App, call: Call<'_>| {
                throughput::service::whole(app, call.actor, centre).await?;
                let kinds = [
                    SubjectKind::Order,
                    SubjectKind::CriticalValue,
                    SubjectKind::TrainingSession,
                ];
                Ok(Listening {
                    following: Following::loosely(app, centre, &kinds),
                    only: None,
                    pace: Some((REST, Instant::now())),
                })
            };
            if let Some(listening) = operate(ctx, action, listen).await {
                slot.fill(listening?);
            }
            return Ok(stream::iter(None));
        }
        let today = throughput::service::today(app(ctx)?, actor(ctx)?, centre).await;
        let today = visible(ctx, today)?.flatten();
        Ok(stream::iter(today.map(Throughput)))
    }

    /// What the query `changes` lists, as it happens: first what came after the given change (from the oldest kept where none is given), and
    /// then whatever happens, each change once and without gaps. Who comes back with the id of the last change it has seen misses nothing
    /// and sees nothing twice.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Begin after this change, an id of one; at the oldest kept where left out."
        )]
        after: Option<String>,
    ) -> async_graphql::Result<impl Stream<Item = Change>> {
        let action = Action::ReadChanges;
        let listen = |app: &App, call: &Call<'_>| {
            let place = changes::place(after.as_deref())?;
            let following = Following::after(app, call.actor, place)?;
            Ok(Listening {
                following,
                only: None,
                pace: None,
            })
        };
        let change = match turn(ctx)? {
            Turn::Answer(change) => change,
            Turn::Listen(slot) => return heard(ctx, action, slot, listen).await,
        };
        let followed =
            actor(ctx).is_ok_and(|actor| policy::follows(&actor.roles, change.subject_kind));
        Ok(stream::iter(followed.then(|| Change(change.clone()))))
    }
}

fn turn<'c>(ctx: &Context<'c>) -> async_graphql::Result<&'c Turn> {
    ctx.data_opt::<Turn>().ok_or_else(|| {
        let fault = Error::Internal("a subscription is not run by a socket".into());
        refusal(ctx, &fault)
    })
}

/// Leaves what the subscription listens to in its slot; a denial is audited.
async fn heard<T>(
    ctx: &Context<'_>,
    action: Action,
    slot: &Slot,
    listen: impl FnOnce(&App, &Call<'_>) -> Result<Listening>,
) -> async_graphql::Result<stream::Iter<std::option::IntoIter<T>>> {
    let listening = operate(ctx, action, |app, call| async move { listen(app, &call) }).await;
    if let Some(listening) = listening {
        slot.fill(listening?);
    }
    Ok(stream::iter(None))
}

/// What the caller is shown; none where it does not see it any more.
fn visible<T>(ctx: &Context<'_>, found: Result<T>) -> async_graphql::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound | Error::Forbidden) => Ok(None),
        Err(error) => Err(refusal(ctx, &error)),
    }
}
