//! Registering an institution.

use api::{
    auth::Actor,
    error::Error,
    network::{
        draft::{Change, InstitutionDraft},
        institution::create,
    },
};
use entity::{
    enums::{Facility, HospitalGrade, InstitutionStatus, Role, Tier},
    json::Rating,
};
use std::sync::Arc;

use super::{call, health_centre, is_forbidden, problems, recorded, stored};
use crate::harness::{both, people::Place};

#[test]
fn a_manager_registers_one_in_its_community() {
    both(async |w| {
        let manager = w.actor(Role::CommunityManager, &w.district().general).await;
        let (events, entries) = recorded(&w).await;
        let draft = InstitutionDraft {
            credit_code: "91350100M000100Y43".into(),
            phone: "0571-8765 4321".into(),
            latitude: Change::Set(30.2),
            longitude: Change::Set(120.2),
            facilities: vec![Facility::TcmHall, Facility::TcmHall].into(),
            ..health_centre(&w, "C101")
        };
        let changed = create(&w.app, &call(&manager), draft)
            .await
            .expect("registered");
        let row = stored(&w, changed.object.id).await;
        assert_eq!(row, changed.object);
        assert_eq!((row.code.as_str(), row.version), ("C101", 1));
        assert_eq!(row.status, InstitutionStatus::Operating);
        assert_eq!(row.facilities.0, [Facility::TcmHall]);
        assert!(
            w.app.directory.now().by_code.contains_key("C101"),
            "shown at once"
        );
        assert_eq!(recorded(&w).await, (events + 1, entries + 1));
    });
}

#[test]
fn the_service_itself_and_the_system_administrator_may_everywhere() {
    both(async |w| {
        let system = Actor::system("test");
        let administrator = w.actor(Role::SystemAdmin, Place::INSTALLATION).await;
        for (actor, code) in [(system, "C101"), (administrator, "C102")] {
            let changed = create(&w.app, &call(&actor), health_centre(&w, code)).await;
            assert_eq!(changed.expect("registered").object.code, code);
        }
    });
}

#[test]
fn nobody_else_may() {
    both(async |w| {
        let district = w.district();
        let before = recorded(&w).await;
        for actor in [
            w.actor(Role::CommunityManager, &district.traditional).await,
            w.actor(Role::InstitutionAdmin, &district.county).await,
            w.actor(Role::Coordinator, &district.county).await,
            w.actor(Role::Integration, &district.county).await,
            w.actor(Role::Monitor, &district.general).await,
            w.actor(Role::SecurityAdmin, Place::INSTALLATION).await,
        ] {
            let outcome = create(&w.app, &call(&actor), health_centre(&w, "C101")).await;
            assert!(is_forbidden(&outcome), "{:?}", actor.roles);
        }
        assert_eq!(recorded(&w).await, before);
    });
}

#[test]
fn all_problems_are_named_and_nothing_is_written() {
    both(async |w| {
        let system = Actor::system("test");
        let before = recorded(&w).await;
        let draft = InstitutionDraft {
            code: "H001".into(),
            name: "  ".into(),
            type_code: "X9".into(),
            credit_code: "91350100M000100Y44".into(),
            region: "999999".into(),
            phone: "电话".into(),
            latitude: Change::Set(91.0),
            level: Change::Set(4),
            grade: Change::Set(HospitalGrade::A),
            outside_district: Change::Set(true),
            surgery_ceiling: Change::Set(5),
            managed_by: Change::Set(w.district().county.id.into()),
            radiates_to: vec![w.district().hill.id.into()].into(),
            equipment: vec!["CT\u{7}".into()].into(),
            ratings: vec![Rating {
                scheme: "优质服务基层行".into(),
                grade: String::new(),
                year: 2999,
            }]
            .into(),
            ..health_centre(&w, "C101")
        };
        let found = problems(create(&w.app, &call(&system), draft).await);
        let found: Vec<_> = found
            .iter()
            .map(|(path, code)| (path.as_str(), *code))
            .collect();
        for expected in [
            ("input.code", "TAKEN"),
            ("input.name", "REQUIRED"),
            ("input.typeCode", "FORMAT"),
            ("input.creditCode", "CHECK_DIGIT"),
            ("input.region", "FORMAT"),
            ("input.phone", "FORMAT"),
            ("input.location", "INCONSISTENT"),
            ("input.location.latitude", "TOO_LARGE"),
            ("input.level", "NOT_ALLOWED"),
            ("input.level", "TOO_LARGE"),
            ("input.grade", "NOT_ALLOWED"),
            ("input.outsideDistrict", "NOT_ALLOWED"),
            ("input.surgeryCeiling", "TOO_LARGE"),
            ("input.managedBy", "NOT_ALLOWED"),
            ("input.managedBy", "INCONSISTENT"),
            ("input.radiatesTo", "NOT_ALLOWED"),
            ("input.equipment[0]", "CHARACTERS"),
            ("input.ratings[0].grade", "REQUIRED"),
            ("input.ratings[0].year", "TOO_LARGE"),
        ] {
            assert!(found.contains(&expected), "{expected:?} in {found:?}");
        }
        assert_eq!(found.len(), 19, "{found:?}");
        assert_eq!(recorded(&w).await, before);
    });
}

#[test]
fn a_station_is_managed_by_one_health_centre_of_its_community() {
    both(async |w| {
        let system = Actor::system("test");
        let district = w.district();
        let station = |managed_by| InstitutionDraft {
            tier: Some(Tier::Station),
            type_code: "D600".into(),
            managed_by,
            ..health_centre(&w, "S101")
        };
        for (managed_by, code) in [
            (Change::Keep, "REQUIRED"),
            (Change::Set(district.lake.id.into()), "INCONSISTENT"),
            (Change::Set(district.county.id.into()), "INCONSISTENT"),
            (Change::Set(w.app.new_id().into()), "UNKNOWN_ID"),
        ] {
            let outcome = create(&w.app, &call(&system), station(managed_by)).await;
            assert_eq!(problems(outcome), [("input.managedBy".to_owned(), code)]);
        }
        let good = station(Change::Set(district.hill.id.into()));
        create(&w.app, &call(&system), good)
            .await
            .expect("registered");
        let stations = w.app.directory.now().stations_of[&district.hill.id].len();
        assert_eq!(stations, 2);
    });
}

#[test]
fn only_a_partner_has_no_home() {
    both(async |w| {
        let system = Actor::system("test");
        let homeless = InstitutionDraft {
            community: Change::Keep,
            ..health_centre(&w, "C101")
        };
        let outcome = create(&w.app, &call(&system), homeless.clone()).await;
        assert_eq!(
            problems(outcome),
            [("input.community".to_owned(), "REQUIRED")]
        );
        let partner = InstitutionDraft {
            tier: Some(Tier::Partner),
            outside_district: Change::Set(true),
            ..homeless
        };
        create(&w.app, &call(&system), partner)
            .await
            .expect("registered");
    });
}

#[test]
fn the_same_key_registers_once() {
    both(async |w| {
        let mut administrator = w.actor(Role::SystemAdmin, Place::INSTALLATION).await;
        let key = Some(("k-1".to_owned(), [7; 32]));
        administrator.request = Arc::new(api::auth::Request::new(w.app.new_id(), None, None, key));
        let draft = || health_centre(&w, "C101");
        let first = create(&w.app, &call(&administrator), draft())
            .await
            .expect("registered");
        let again = create(&w.app, &call(&administrator), draft())
            .await
            .expect("answered");
        assert!(!first.replayed && again.replayed);
        assert_eq!(first.object.id, again.object.id);
    });
}

#[test]
fn of_two_with_one_code_one_is_registered() {
    both(async |w| {
        let twins = (0..2).map(|_| {
            let (w, draft) = (w.clone(), health_centre(&w, "C101"));
            tokio::spawn(async move {
                let system = Actor::system("test");
                create(&w.app, &call(&system), draft).await.map(|_| ())
            })
        });
        let outcomes = futures::future::join_all(twins).await;
        let refused: Vec<_> = outcomes
            .into_iter()
            .map(|outcome| outcome.expect("no panic"))
            .filter_map(Result::err)
            .collect();
        assert!(
            matches!(&refused[..], [Error::InvalidInput(_)]),
            "{refused:?}"
        );
    });
}
