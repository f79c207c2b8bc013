//! A follower of one scope: what happened before it came, if it says where it stopped, and then what happens, each change once.

use std::{collections::VecDeque, sync::Arc};

use entity::enums::{Action, SubjectKind};
use tokio::sync::broadcast::{
    Receiver,
    error::{RecvError, TryRecvError},
};
use uuid::Uuid;

use super::changes::{self, Change};
use crate::{
    app::App,
    auth::Actor,
    error::{Error, Result},
    policy,
};

/// How many changes it reads at once while it catches up.
const PAGE: u64 = 100;

/// A follower.
#[derive(Debug)]
pub struct Following {
    scope: Uuid,
    kinds: Vec<SubjectKind>,
    live: Receiver<Arc<Change>>,
    /// The place of the last change that it was given; none where it follows from now on and never catches up.
    last: Option<i64>,
    /// What was read of the feed and not given yet.
    read: VecDeque<Arc<Change>>,
    catching_up: bool,
    /// Whether it is enough for it to hear that something happened: then nothing that it misses counts.
    loosely: bool,
}

impl Following {
    /// Hears from now on that something happened to objects of these kinds in a scope, whoever asks: for whoever is told no more of it than a
    /// count. What it misses is not made up for.
    #[must_use]
    pub fn loosely(app: &App, scope: Uuid, kinds: &[SubjectKind]) -> Self {
        Self {
            scope,
            kinds: kinds.to_vec(),
            live: app.bus.listen(scope),
            last: None,
            read: VecDeque::new(),
            catching_up: false,
            loosely: true,
        }
    }

    /// Follows what happens from now on to objects of that kind.
    ///
    /// # Errors
    /// [`Error::Forbidden`] to whoever follows nothing of the kind.
    pub fn from_now(app: &App, actor: &Actor, kind: SubjectKind) -> Result<Self> {
        Self::new(app, actor, &[kind], None)
    }

    /// Follows everything that the actor may follow, from the place after that one: what was placed before is read, what comes later is
    /// told, and where the one ends the other begins.
    ///
    /// # Errors
    /// [`Error::Forbidden`] to whoever follows nothing.
    pub fn after(app: &App, actor: &Actor, place: i64) -> Result<Self> {
        Self::new(app, actor, SubjectKind::ALL, Some(place))
    }

    fn new(app: &App, actor: &Actor, asked: &[SubjectKind], last: Option<i64>) -> Result<Self> {
        policy::require(actor, Action::ReadChanges)?;
        let kinds = changes::followed(actor, Some(asked));
        let scope = actor.scope.id().ok_or(Error::Forbidden)?;
        if kinds.is_empty() {
            return Err(Error::Forbidden);
        }
        // It listens before it reads, so that nothing falls between the two.
        Ok(Self {
            scope,
            kinds,
            live: app.bus.listen(scope),
            last,
            read: VecDeque::new(),
            catching_up: last.is_some(),
            loosely: false,
        })
    }

    /// The next change, as soon as there is one; none where the follower was too slow and cannot catch up.
    pub async fn next(&mut self, app: &App) -> Result<Option<Arc<Change>>> {
        loop {
            if let Some(change) = self.read.pop_front() {
                self.last = Some(change.position);
                return Ok(Some(change));
            }
            if self.catching_up {
                self.read_on(app).await?;
                continue;
            }
            match self.live.recv().await {
                Ok(change) if self.is_next(&change) => {
                    if self.last.is_some() {
                        self.last = Some(change.position);
                    }
                    return Ok(Some(change));
                }
                Ok(_) => {}
                Err(RecvError::Lagged(_)) if self.loosely => {}
                Err(RecvError::Lagged(_)) if self.last.is_some() => self.catching_up = true,
                Err(RecvError::Lagged(_) | RecvError::Closed) => return Ok(None),
            }
        }
    }

    /// The latest change that is waiting, where there is one; those before it are passed over.
    pub fn latest(&mut self) -> Option<Arc<Change>> {
        let mut latest = None;
        loop {
            match self.live.try_recv() {
                Ok(change) if self.is_next(&change) => latest = Some(change),
                Ok(_) | Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => return latest,
            }
        }
    }

    /// Whether it has not been given the change yet, and follows such.
    fn is_next(&self, change: &Change) -> bool {
        self.last.is_none_or(|last| last < change.position)
            && self.kinds.contains(&change.subject_kind)
    }

    async fn read_on(&mut self, app: &App) -> Result<()> {
        let after = self.last.unwrap_or_default();
        let found = changes::page(self.scope, &self.kinds, after, PAGE)
            .into_model::<Change>()
            .all(app.db.reader())
            .await?;
        self.catching_up = found.len() as u64 == PAGE;
        self.read = found.into_iter().map(Arc::new).collect();
        Ok(())
    }
}
