//! Whether an institution operates.

use api::{
    auth::Actor,
    error::{Error, Result},
    network::status::set_status,
    record::replay::Changed,
};
use entity::enums::{InstitutionStatus, Role};

use super::{call, is_forbidden, problems, stored};
use crate::harness::{World, both};

async fn set(
    w: &World,
    actor: &Actor,
    version: i32,
    status: InstitutionStatus,
) -> Result<Changed<api::network::status::Standing>> {
    let hill = w.district().hill.id;
    set_status(&w.app, &call(actor), hill, version, status, None).await
}

#[test]
fn suspended_takes_effect_at_once() {
    both(async |w| {
        let manager = w.actor(Role::CommunityManager, &w.district().general).await;
        let changed = set(&w, &manager, 1, InstitutionStatus::Suspended).await;
        let standing = changed.expect("suspended").object;
        assert_eq!(standing.open.referrals, 0);
        let row = stored(&w, w.district().hill.id).await;
        assert_eq!(row, standing.institution);
        assert_eq!(row.status, InstitutionStatus::Suspended);
        assert_eq!(row.status_since, Some(api::clock::shanghai_day(w.now())));
        let shown = w.app.directory.now();
        let shown = shown.institution(row.id).expect("the institution");
        assert_eq!(shown.status, InstitutionStatus::Suspended);
    });
}

#[test]
fn closed_is_for_good_and_planned_comes_first() {
    both(async |w| {
        let system = Actor::system("test");
        let planned = set(&w, &system, 1, InstitutionStatus::Planned).await;
        assert_eq!(
            problems(planned),
            [("input.status".to_owned(), "NOT_ALLOWED")]
        );
        set(&w, &system, 1, InstitutionStatus::Closed)
            .await
            .expect("closed");
        let again = set(&w, &system, 2, InstitutionStatus::Operating).await;
        assert!(matches!(&again, Err(Error::Conflict { .. })), "{again:?}");
        assert_eq!(
            problems(again),
            [("input.status".to_owned(), "NOT_ALLOWED")]
        );
    });
}

#[test]
fn not_from_tomorrow_on() {
    both(async |w| {
        let tomorrow = api::clock::shanghai_day(w.now()).succ_opt();
        let (system, hill) = (Actor::system("test"), w.district().hill.id);
        let status = InstitutionStatus::Renovating;
        let outcome = set_status(&w.app, &call(&system), hill, 1, status, tomorrow).await;
        assert_eq!(problems(outcome), [("input.since".to_owned(), "ORDER")]);
    });
}

#[test]
fn not_for_others_and_not_on_an_old_version() {
    both(async |w| {
        let stranger = w.actor(Role::InstitutionAdmin, &w.district().lake).await;
        let outcome = set(&w, &stranger, 1, InstitutionStatus::Suspended).await;
        assert!(is_forbidden(&outcome), "{outcome:?}");
        let outcome = set(&w, &Actor::system("test"), 7, InstitutionStatus::Suspended).await;
        let stale = matches!(
            outcome,
            Err(Error::Conflict {
                current_version: Some(1),
                ..
            })
        );
        assert!(stale, "{outcome:?}");
    });
}
