//! Registering and changing departments.

use api::{
    auth::Actor,
    error::Error,
    network::{
        department::{create, update},
        draft::{Change, DepartmentDraft},
    },
};
use entity::enums::Role;

use super::{call, is_forbidden, problems, recorded, stored};
use crate::harness::both;

fn cardiology(code: &str) -> DepartmentDraft {
    DepartmentDraft {
        code: code.into(),
        name: "心血管内科".into(),
        specialty: "03.02".into(),
        ..DepartmentDraft::default()
    }
}

#[test]
fn an_administrator_registers_and_changes_one() {
    both(async |w| {
        let county = &w.district().county;
        let admin = w.actor(Role::InstitutionAdmin, county).await;
        let before = recorded(&w).await;
        let made = create(&w.app, &call(&admin), county.id, cardiology("0302")).await;
        let made = made.expect("registered").object;
        assert_eq!(
            (made.institution_id, made.active, made.version),
            (county.id, true, 1)
        );
        let draft = DepartmentDraft {
            active: Change::Set(false),
            ..DepartmentDraft::default()
        };
        let changed = update(&w.app, &call(&admin), made.id, 1, draft).await;
        let changed = changed.expect("changed").object;
        assert_eq!((changed.active, changed.version), (false, 2));
        assert_eq!(changed.name, made.name);
        assert_eq!(*w.app.directory.now().departments[&made.id], changed);
        assert_eq!(
            stored(&w, county.id).await.version,
            3,
            "two changes of the institution"
        );
        assert_eq!(recorded(&w).await, (before.0 + 2, before.1 + 2));
    });
}

#[test]
fn all_problems_are_named() {
    both(async |w| {
        let (system, county) = (Actor::system("test"), w.district().county.id);
        let bad = DepartmentDraft {
            code: "2000".into(),
            name: "急".repeat(101).as_str().into(),
            specialty: "急诊".into(),
            ..DepartmentDraft::default()
        };
        let before = recorded(&w).await;
        let found = problems(create(&w.app, &call(&system), county, bad).await);
        let expected = [
            ("input.name", "TOO_LONG"),
            ("input.specialty", "FORMAT"),
            ("input.code", "TAKEN"),
        ];
        assert_eq!(found, expected.map(|(path, code)| (path.to_owned(), code)));
        let empty = DepartmentDraft::default();
        let found = problems(create(&w.app, &call(&system), county, empty).await);
        assert!(
            found.iter().all(|(_, code)| *code == "REQUIRED"),
            "{found:?}"
        );
        assert_eq!(found.len(), 3);
        assert_eq!(recorded(&w).await, before);
    });
}

#[test]
fn not_elsewhere_and_not_by_others() {
    both(async |w| {
        let district = w.district();
        let admin = w.actor(Role::InstitutionAdmin, &district.herbs).await;
        let clinician = w.actor(Role::Clinician, &district.county).await;
        for actor in [&admin, &clinician] {
            let county = district.county.id;
            let outcome = create(&w.app, &call(actor), county, cardiology("0302")).await;
            assert!(is_forbidden(&outcome));
            let emergency = district.emergency.id;
            let outcome = update(&w.app, &call(actor), emergency, 1, cardiology("0302")).await;
            assert!(is_forbidden(&outcome));
        }
        let nowhere = w.app.new_id();
        let outcome = create(&w.app, &call(&admin), nowhere, cardiology("0302")).await;
        assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
    });
}

#[test]
fn many_at_once_are_no_conflict() {
    both(async |w| {
        let county = w.district().county.id;
        let all = (0..8).map(|number| {
            let w = w.clone();
            tokio::spawn(async move {
                let draft = cardiology(&format!("9{number}"));
                create(&w.app, &call(&Actor::system("test")), county, draft).await
            })
        });
        for outcome in futures::future::join_all(all).await {
            outcome.expect("no panic").expect("registered");
        }
        assert_eq!(stored(&w, county).await.version, 9);
    });
}
