//! Changing an institution.

use api::{
    auth::Actor,
    error::Error,
    network::{
        draft::{Change, InstitutionDraft},
        institution::update,
    },
};
use entity::{enums::Role, event};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::{call, is_forbidden, problems, recorded, stored};
use crate::harness::{both, people::Place};

fn phone() -> InstitutionDraft {
    InstitutionDraft {
        phone: "0571-2222 3333".into(),
        ..InstitutionDraft::default()
    }
}

#[test]
fn an_administrator_changes_its_own_and_the_rest_stays() {
    both(async |w| {
        let county = &w.district().county;
        let admin = w.actor(Role::InstitutionAdmin, county).await;
        let before = recorded(&w).await;
        let changed = update(&w.app, &call(&admin), county.id, 1, phone()).await;
        let row = changed.expect("changed").object;
        let mut expected = county.clone();
        expected.phone = Some("0571-2222 3333".into());
        expected.version = 2;
        expected.updated_at = w.now();
        assert_eq!(row, expected);
        assert_eq!(stored(&w, county.id).await, expected);
        assert_eq!(recorded(&w).await, (before.0 + 1, before.1 + 1));
        let told = event::Entity::find()
            .filter(event::Column::SubjectId.eq(county.id))
            .filter(event::Column::Version.eq(2))
            .one(w.app.db.reader());
        let told = told.await.expect("a row").expect("an event");
        assert_eq!(told.detail["phone"], serde_json::json!(county.phone));
    });
}

#[test]
fn a_health_centre_keeps_its_stations_and_no_others() {
    both(async |w| {
        let district = w.district();
        let admin = w.actor(Role::InstitutionAdmin, &district.river).await;
        let own = update(&w.app, &call(&admin), district.river_station.id, 1, phone()).await;
        own.expect("changed");
        for other in [&district.hill_station, &district.hill, &district.county] {
            let outcome = update(&w.app, &call(&admin), other.id, 1, phone()).await;
            assert!(is_forbidden(&outcome), "{}", other.name);
        }
    });
}

#[test]
fn who_else_may_and_who_may_not() {
    both(async |w| {
        let district = w.district();
        let hill = district.hill.id;
        let good = [
            w.actor(Role::CommunityManager, &district.general).await,
            w.actor(Role::SystemAdmin, Place::INSTALLATION).await,
            Actor::system("test"),
        ];
        for (version, actor) in (1..).zip(&good) {
            let outcome = update(&w.app, &call(actor), hill, version, phone()).await;
            outcome.expect("changed");
        }
        for actor in [
            w.actor(Role::CommunityManager, &district.traditional).await,
            w.actor(Role::InstitutionAdmin, &district.neurology).await,
            w.actor(Role::Coordinator, &district.hill).await,
            w.actor(Role::Clinician, &district.hill).await,
            w.actor(Role::Integration, &district.hill).await,
            w.actor(Role::Regulator, "33").await,
            w.actor(Role::Auditor, Place::INSTALLATION).await,
        ] {
            let outcome = update(&w.app, &call(&actor), hill, 4, phone()).await;
            assert!(is_forbidden(&outcome), "{:?}", actor.roles);
        }
    });
}

#[test]
fn where_it_stands_is_not_for_its_own_administrator() {
    both(async |w| {
        let district = w.district();
        let admin = w.actor(Role::InstitutionAdmin, &district.hill).await;
        let manager = w.actor(Role::CommunityManager, &district.general).await;
        let code = || InstitutionDraft {
            code: "C222".into(),
            ..InstitutionDraft::default()
        };
        let community = InstitutionDraft {
            community: Change::Set(district.traditional.id.into()),
            ..InstitutionDraft::default()
        };
        let hill = district.hill.id;
        assert!(is_forbidden(
            &update(&w.app, &call(&admin), hill, 1, code()).await
        ));
        let away = update(&w.app, &call(&manager), hill, 1, community.clone()).await;
        assert!(is_forbidden(&away), "into a community that is another's");
        let renamed = update(&w.app, &call(&manager), hill, 1, code()).await;
        assert_eq!(renamed.expect("changed").object.code, "C222");
        let system = Actor::system("test");
        let alone = update(&w.app, &call(&system), hill, 2, community).await;
        assert_eq!(
            problems(alone),
            [("input.community".to_owned(), "INCONSISTENT")]
        );
    });
}

#[test]
fn an_old_version_is_a_conflict_and_an_unknown_id_is_not_found() {
    both(async |w| {
        let system = Actor::system("test");
        let hill = w.district().hill.id;
        update(&w.app, &call(&system), hill, 1, phone())
            .await
            .expect("changed");
        let outcome = update(&w.app, &call(&system), hill, 1, phone()).await;
        assert!(
            matches!(
                outcome,
                Err(Error::Conflict {
                    current_version: Some(2),
                    ..
                })
            ),
            "{outcome:?}"
        );
        let unknown = update(&w.app, &call(&system), w.app.new_id(), 1, phone()).await;
        assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
    });
}

#[test]
fn of_many_at_once_one_wins() {
    both(async |w| {
        let hill = w.district().hill.id;
        let all = (0..8).map(|number| {
            let w = w.clone();
            tokio::spawn(async move {
                let draft = InstitutionDraft {
                    phone: format!("0571-0000 000{number}").as_str().into(),
                    ..InstitutionDraft::default()
                };
                update(&w.app, &call(&Actor::system("test")), hill, 1, draft).await
            })
        });
        let outcomes = futures::future::join_all(all).await;
        let (won, lost): (Vec<_>, Vec<_>) = outcomes
            .into_iter()
            .map(|outcome| outcome.expect("no panic"))
            .partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 7));
        for outcome in lost {
            assert!(
                matches!(outcome, Err(Error::Conflict { .. })),
                "{outcome:?}"
            );
        }
        assert_eq!(stored(&w, hill).await.version, 2);
    });
}

#[test]
fn a_sub_centre_radiates_to_whom_it_is_told() {
    both(async |w| {
        let district = w.district();
        let system = Actor::system("test");
        let river = district.river.id;
        let served = |ids: Vec<uuid::Uuid>| InstitutionDraft {
            radiates_to: Change::Set(ids.into_iter().map(Into::into).collect()),
            ..InstitutionDraft::default()
        };
        let wanted = vec![district.hill_station.id, district.hill.id];
        let changed = update(&w.app, &call(&system), river, 1, served(wanted.clone())).await;
        changed.expect("changed");
        let directory = w.app.directory.now();
        assert!(wanted.iter().all(|id| directory.radiates(river, *id)));
        for wrong in [river, district.county.id] {
            let outcome = update(&w.app, &call(&system), river, 2, served(vec![wrong])).await;
            assert_eq!(
                problems(outcome),
                [("input.radiatesTo".to_owned(), "INCONSISTENT")]
            );
        }
        let none = update(&w.app, &call(&system), river, 2, served(vec![])).await;
        none.expect("changed");
        assert!(!w.app.directory.now().radiates(river, district.hill.id));
    });
}
