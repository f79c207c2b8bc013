//! Setting what an institution can treat.

use api::{
    auth::Actor,
    network::capability::{expected, set_capabilities},
};
use entity::enums::Role;

use super::{call, is_forbidden, problems, recorded, stored};
use crate::harness::both;

fn categories(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("I{number:02}")).collect()
}

#[test]
fn the_list_replaces_the_former() {
    both(async |w| {
        let hill = &w.district().hill;
        let admin = w.actor(Role::InstitutionAdmin, hill).await;
        for (version, wanted) in [(1, categories(60)), (2, categories(2))] {
            let changed =
                set_capabilities(&w.app, &call(&admin), hill.id, version, wanted.clone()).await;
            assert_eq!(changed.expect("set").object.version, version + 1);
            let directory = w.app.directory.now();
            assert_eq!(directory.capabilities[&hill.id].len(), wanted.len());
        }
        assert_eq!(expected(&stored(&w, hill.id).await, 2), Some(50));
        assert_eq!(expected(&w.district().lake, 29), Some(30));
        assert_eq!(expected(&w.district().lake, 30), None);
        assert_eq!(expected(&w.district().county, 0), None);
    });
}

#[test]
fn what_is_no_category_is_named() {
    both(async |w| {
        let system = Actor::system("test");
        let before = recorded(&w).await;
        let wanted = ["I63", "i63", "I63.9", ""].map(str::to_owned).to_vec();
        let hill = w.district().hill.id;
        let outcome = set_capabilities(&w.app, &call(&system), hill, 1, wanted).await;
        let format = |place: usize| (format!("input.categories[{place}]"), "FORMAT");
        assert_eq!(problems(outcome), [format(1), format(2), format(3)]);
        assert_eq!(recorded(&w).await, before);
    });
}

#[test]
fn not_for_others() {
    both(async |w| {
        let district = w.district();
        for actor in [
            w.actor(Role::InstitutionAdmin, &district.county).await,
            w.actor(Role::Clinician, &district.hill).await,
        ] {
            let hill = district.hill.id;
            let outcome = set_capabilities(&w.app, &call(&actor), hill, 1, categories(1)).await;
            assert!(is_forbidden(&outcome), "{:?}", actor.roles);
        }
    });
}
