//! Registering and changing practitioners.

use api::{
    auth::Actor,
    error::Error,
    network::{
        draft::{Change, PractitionerDraft},
        practitioner::{create, update},
    },
};
use chrono::NaiveDate;
use entity::enums::{Qualification, Role};

use super::{call, is_forbidden, problems, recorded};
use crate::harness::both;

fn nurse(code: &str) -> PractitionerDraft {
    PractitionerDraft {
        code: code.into(),
        name: "林晓".into(),
        qualification: Some(Qualification::Nurse),
        title: "253".into(),
        licence_until: Change::given(NaiveDate::from_ymd_opt(2028, 6, 30)),
        ..PractitionerDraft::default()
    }
}

#[test]
fn an_administrator_registers_and_changes_one() {
    both(async |w| {
        let district = w.district();
        let admin = w.actor(Role::InstitutionAdmin, &district.county).await;
        let before = recorded(&w).await;
        let draft = PractitionerDraft {
            department: Change::Set(district.emergency.id.into()),
            ..nurse("1100")
        };
        let made = create(&w.app, &call(&admin), district.county.id, draft).await;
        let made = made.expect("registered").object;
        assert_eq!(made.department_id, Some(district.emergency.id));
        assert_eq!(made.licence_until, NaiveDate::from_ymd_opt(2028, 6, 30));
        let draft = PractitionerDraft {
            title: "252".into(),
            department: Change::Clear,
            ..PractitionerDraft::default()
        };
        let changed = update(&w.app, &call(&admin), made.id, 1, draft).await;
        let changed = changed.expect("changed").object;
        assert_eq!(changed.title.as_deref(), Some("252"));
        assert_eq!((changed.department_id, changed.version), (None, 2));
        assert_eq!(changed.name, made.name);
        assert_eq!(recorded(&w).await, (before.0 + 2, before.1 + 2));
    });
}

#[test]
fn all_problems_are_named() {
    both(async |w| {
        let district = w.district();
        let system = Actor::system("test");
        let bad = PractitionerDraft {
            title: "232".into(),
            specialties: vec!["03".into(), "内科".into()].into(),
            department: Change::Set(district.herbs_brain.id.into()),
            ..nurse("1001")
        };
        let before = recorded(&w).await;
        let county = district.county.id;
        let found = problems(create(&w.app, &call(&system), county, bad).await);
        let expected = [
            ("input.title", "INCONSISTENT"),
            ("input.specialties[1]", "FORMAT"),
            ("input.code", "TAKEN"),
            ("input.department", "UNKNOWN_ID"),
        ];
        assert_eq!(found, expected.map(|(path, code)| (path.to_owned(), code)));
        let odd = PractitionerDraft {
            title: "999".into(),
            ..nurse("1100")
        };
        let found = problems(create(&w.app, &call(&system), county, odd).await);
        assert_eq!(found, [("input.title".to_owned(), "UNKNOWN_VALUE")]);
        assert_eq!(recorded(&w).await, before);
    });
}

#[test]
fn not_elsewhere_and_not_by_others() {
    both(async |w| {
        let district = w.district();
        let county = district.county.id;
        for actor in [
            w.actor(Role::InstitutionAdmin, &district.herbs).await,
            w.actor(Role::Coordinator, &district.county).await,
            w.actor(Role::CommunityManager, &district.traditional).await,
        ] {
            let outcome = create(&w.app, &call(&actor), county, nurse("1100")).await;
            assert!(is_forbidden(&outcome), "{:?}", actor.roles);
            let neurologist = district.neurologist.id;
            let outcome = update(&w.app, &call(&actor), neurologist, 1, nurse("1100")).await;
            assert!(is_forbidden(&outcome), "{:?}", actor.roles);
        }
        let river = w.actor(Role::InstitutionAdmin, &district.river).await;
        let station = district.river_station.id;
        create(&w.app, &call(&river), station, nurse("6100"))
            .await
            .expect("a station of its own");
    });
}

#[test]
fn an_old_version_is_a_conflict() {
    both(async |w| {
        let (system, doctor) = (Actor::system("test"), w.district().hill_doctor.id);
        let draft = || PractitionerDraft {
            name: "石青柏".into(),
            ..PractitionerDraft::default()
        };
        update(&w.app, &call(&system), doctor, 1, draft())
            .await
            .expect("changed");
        let outcome = update(&w.app, &call(&system), doctor, 1, draft()).await;
        let stale = matches!(
            outcome,
            Err(Error::Conflict {
                current_version: Some(2),
                ..
            })
        );
        assert!(stale, "{outcome:?}");
    });
}
