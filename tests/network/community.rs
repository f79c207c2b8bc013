//! Registering and changing communities.

use api::{
    auth::Actor,
    network::{
        community::{create, update},
        draft::{Change, CommunityDraft},
    },
};
use entity::enums::Role;

use super::{call, is_forbidden, problems, recorded};
use crate::harness::{both, fixtures::REGION, people::Place};

fn third(region: &str) -> CommunityDraft {
    CommunityDraft {
        name: "滨江区妇幼保健院医共体".into(),
        region: region.into(),
        tight_knit: Change::Set(true),
        ..CommunityDraft::default()
    }
}

#[test]
fn a_manager_founds_in_its_own_district_and_the_administrator_anywhere() {
    both(async |w| {
        let manager = w.actor(Role::CommunityManager, &w.district().general).await;
        let administrator = w.actor(Role::SystemAdmin, Place::INSTALLATION).await;
        let before = recorded(&w).await;
        let made = create(&w.app, &call(&manager), third(REGION)).await;
        let made = made.expect("founded").object;
        assert!(made.tight_knit);
        assert_eq!(*w.app.directory.now().communities[&made.id], made);
        assert_eq!(recorded(&w).await, (before.0 + 1, before.1 + 1));
        assert!(is_forbidden(
            &create(&w.app, &call(&manager), third("330106")).await
        ));
        let elsewhere = create(&w.app, &call(&administrator), third("330106")).await;
        elsewhere.expect("founded");
    });
}

#[test]
fn a_manager_changes_its_own_only() {
    both(async |w| {
        let district = w.district();
        let manager = w.actor(Role::CommunityManager, &district.general).await;
        let draft = || CommunityDraft {
            pilot_level: "省级".into(),
            lead_hospitals: vec![district.county.id.into(), district.herbs.id.into()].into(),
            ..CommunityDraft::default()
        };
        let changed = update(&w.app, &call(&manager), district.general.id, 1, draft()).await;
        let changed = changed.expect("changed").object;
        assert_eq!(
            (changed.version, changed.name),
            (2, district.general.name.clone())
        );
        assert_eq!(w.app.directory.now().leads[&district.general.id].len(), 2);
        let other = update(&w.app, &call(&manager), district.traditional.id, 1, draft()).await;
        assert!(is_forbidden(&other));
        let admin = w.actor(Role::InstitutionAdmin, &district.county).await;
        let outcome = update(&w.app, &call(&admin), district.general.id, 2, draft()).await;
        assert!(is_forbidden(&outcome));
    });
}

#[test]
fn all_problems_are_named() {
    both(async |w| {
        let draft = CommunityDraft {
            lead_hospitals: vec![w.district().hill.id.into(), w.app.new_id().into()].into(),
            ..third("3301")
        };
        let found = problems(create(&w.app, &call(&Actor::system("test")), draft).await);
        let expected = [
            ("input.leadHospitals[1]", "UNKNOWN_ID"),
            ("input.region", "FORMAT"),
            ("input.leadHospitals", "INCONSISTENT"),
        ];
        assert_eq!(found, expected.map(|(path, code)| (path.to_owned(), code)));
    });
}
