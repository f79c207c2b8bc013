//! Service packages.

use entity::enums::Role;
use serde_json::json;

use super::{ask, caller, found_package, refuses};
use crate::{harness::both, referral::letter};

#[test]
fn a_health_centre_offers_packages_and_changes_them() {
    both(async |w| {
        let d = w.district();
        let office = caller(&w, Role::Coordinator, &d.hill).await;
        let package = found_package(&office, &d.hill, "JB01").await;
        let input = json!({ "id": package, "version": 1, "fee": 12_000, "active": false });
        let verb = "updateFamilyDoctorPackage";
        let told = ask(&office, verb, input.clone()).await.ok();
        assert_eq!(*told.data(&format!("{verb}.package.fee")), 12_000);
        assert_eq!(*told.data(&format!("{verb}.package.active")), false);
        refuses(&w, &office, verb, input, "CONFLICT").await;
        let list = "query($of: ID, $active: Boolean) { familyDoctorPackages(institution: $of, active: $active) { totalCount edges { node { code } } } }";
        let of = letter::institution(d.hill.id);
        for (active, many) in [(true, 0), (false, 1)] {
            let answer = office
                .call(list, json!({ "of": of, "active": active }))
                .await
                .ok();
            assert_eq!(*answer.data("familyDoctorPackages.totalCount"), many);
        }
    });
}

#[test]
fn a_code_is_one_package_of_its_health_centre() {
    both(async |w| {
        let d = w.district();
        let office = caller(&w, Role::InstitutionAdmin, &d.hill).await;
        found_package(&office, &d.hill, "JB01").await;
        let input = json!({ "institution": letter::institution(d.hill.id), "code": "JB01", "name": "包", "content": "无" });
        let verb = "createFamilyDoctorPackage";
        let answer = refuses(&w, &office, verb, input.clone(), "DUPLICATE").await;
        assert_eq!(answer.problems(), [("input.code", "TAKEN")]);
        for (role, place) in [(Role::Clinician, &d.hill), (Role::Coordinator, &d.river)] {
            let by = caller(&w, role, place).await;
            refuses(&w, &by, verb, input.clone(), "FORBIDDEN").await;
        }
        let bad = json!({ "institution": letter::institution(d.hill.id), "code": " ", "name": "两\n行", "content": "", "fee": -1 });
        let answer = refuses(&w, &office, verb, bad, "INVALID_INPUT").await;
        let mut problems = answer.problems();
        problems.sort_unstable();
        assert_eq!(
            problems,
            [
                ("input.code", "REQUIRED"),
                ("input.content", "REQUIRED"),
                ("input.fee", "TOO_SMALL"),
                ("input.name", "CHARACTERS"),
            ]
        );
        let river = caller(&w, Role::Coordinator, &d.river).await;
        found_package(&river, &d.river, "JB01").await;
    });
}
