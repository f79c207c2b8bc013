//! The audit entry of what a request shows.

use std::collections::BTreeSet;

use entity::enums::Action;

use crate::{app::App, auth::Actor, error::Result, record::audit::Entry};

/// Writes one entry for the patients whose detail the request shows and no entry of a change covers; returns once it is committed.
///
/// # Errors
/// [`Error::Unavailable`](crate::error::Error::Unavailable) where it cannot be written: then nothing may be shown.
pub(super) async fn record(app: &App, actor: &Actor) -> Result<()> {
    let shown = actor.request.take_uncovered();
    let actions: BTreeSet<_> = shown
        .values()
        .flat_map(|disclosure| disclosure.actions.iter().copied())
        .collect();
    let Some(action) = weightiest(&actions) else {
        return Ok(());
    };
    let bases: BTreeSet<_> = shown
        .values()
        .flat_map(|disclosure| disclosure.bases.iter().map(|basis| basis.code()))
        .collect();
    let entry = Entry {
        basis: (!bases.is_empty()).then(|| bases.into_iter().collect::<Vec<_>>().join(",")),
        ..Entry::done(action, None).of(shown.into_keys())
    };
    app.audit.write(app, actor, entry).await
}

/// What the one entry is called: by the referrals that were read, where any were.
fn weightiest(actions: &BTreeSet<Action>) -> Option<Action> {
    [Action::ReadReferral, Action::ReadPatient]
        .into_iter()
        .find(|action| actions.contains(action))
        .or_else(|| actions.first().copied())
}
