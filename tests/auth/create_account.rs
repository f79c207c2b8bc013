//! Opening accounts.

use api::id::{self, Kind};
use entity::enums::Role;
use serde_json::{Value, json};

use super::{CREATE_ACCOUNT, grant, installation, keeper, sign_in};
use crate::harness::{both, people::Place};

#[test]
fn a_password_that_somebody_else_made_has_to_be_changed() {
    both(async |w| {
        let county = &w.district().county;
        let input = json!({
            "username": "Zhao.Liu", "displayName": "赵六", "grants": [grant(Role::Clinician, county)],
            "practitioner": id::encode(Kind::Practitioner, w.district().neurologist.id),
        });
        let client = keeper(&w).await;
        let opened = client
            .call(CREATE_ACCOUNT, json!({ "input": input }))
            .await
            .ok();
        assert_eq!(opened.text_at("createAccount.account.name"), "zhao.liu");
        let password = opened.text_at("createAccount.temporaryPassword");
        let session = sign_in(&w, "zhao.liu", password).await.ok();
        assert_eq!(session.data("signIn.mustChangePassword"), true);
        assert_eq!(*session.data("signIn.viewer.roles"), json!([]));
        let again = client.call(CREATE_ACCOUNT, json!({ "input": input })).await;
        assert_eq!(again.code("createAccount"), "DUPLICATE");
        assert_eq!(again.problems(), [("input.username", "TAKEN")]);
    });
}

#[test]
fn a_lost_reply_is_repeated_without_the_password() {
    both(async |w| {
        let client = keeper(&w).await.with_key("account-1");
        let grants = [grant(Role::Clinician, &w.district().county)];
        let input = json!({ "username": "zhao.liu", "displayName": "赵六", "grants": grants });
        let first = client
            .call(CREATE_ACCOUNT, json!({ "input": input }))
            .await
            .ok();
        assert_eq!(first.data("createAccount.replayed"), false);
        let again = client
            .call(CREATE_ACCOUNT, json!({ "input": input }))
            .await
            .ok();
        assert_eq!(again.data("createAccount.replayed"), true);
        assert!(again.data("createAccount.temporaryPassword").is_null());
        assert_eq!(
            again.data("createAccount.account.id"),
            first.data("createAccount.account.id")
        );
    });
}

#[test]
fn every_problem_is_named_at_once() {
    both(async |w| {
        let district = w.district();
        let (county, herbs) = (&district.county, &district.herbs);
        let mut department = grant(Role::Clinician, county);
        department["scope"]["department"] =
            json!(id::encode(Kind::Department, district.herbs_brain.id));
        let mut coordinator = grant(Role::Coordinator, county);
        coordinator["scope"]["department"] =
            json!(id::encode(Kind::Department, district.neurology.id));
        let mut dates = grant(Role::Clinician, herbs);
        dates["validFrom"] = json!("2026-04-01T00:00:00+08:00");
        dates["validTo"] = json!("2026-03-31T00:00:00+08:00");
        let input = json!({
            "username": "赵 六\u{7}", "displayName": " ", "password": "short",
            "practitioner": "prac_00000000000000000000000000",
            "grants": [
                department, coordinator, dates,
                { "role": "CLINICIAN", "scope": { "kind": "INSTITUTION" } },
                { "role": "CLINICIAN", "scope": { "kind": "INSTALLATION" } },
                { "role": "INTEGRATION", "scope": { "kind": "INSTITUTION", "institution": "inst_x" } },
                { "role": "REGULATOR", "scope": { "kind": "REGION", "region": "33A", "community": "com_x" } },
            ],
        });
        let refused = keeper(&w)
            .await
            .call(CREATE_ACCOUNT, json!({ "input": input }))
            .await;
        assert_eq!(refused.code("createAccount"), "INVALID_INPUT");
        let mut problems = refused.problems();
        problems.sort_unstable();
        assert_eq!(
            problems,
            [
                ("input.displayName", "REQUIRED"),
                ("input.grants[0].scope.department", "UNKNOWN_ID"),
                ("input.grants[1].role", "NOT_ALLOWED"),
                ("input.grants[2].validTo", "ORDER"),
                ("input.grants[3].scope.institution", "REQUIRED"),
                ("input.grants[4].role", "NOT_ALLOWED"),
                ("input.grants[5].role", "NOT_ALLOWED"),
                ("input.grants[5].scope.institution", "FORMAT"),
                ("input.grants[6].scope.community", "NOT_ALLOWED"),
                ("input.grants[6].scope.region", "FORMAT"),
                ("input.password", "TOO_SMALL"),
                ("input.practitioner", "UNKNOWN_ID"),
                ("input.username", "CHARACTERS"),
            ]
        );
    });
}

#[test]
fn an_institution_opens_accounts_below_admin_at_home() {
    both(async |w| {
        let district = w.district();
        let admin = w.client(Role::InstitutionAdmin, &district.river).await;
        let mut number = 0;
        let mut open = async |grant: Value| {
            number += 1;
            let input = json!({ "username": format!("user{number}"), "displayName": "某", "grants": [grant] });
            admin.call(CREATE_ACCOUNT, json!({ "input": input })).await
        };
        let _ = open(grant(Role::Clinician, &district.river)).await.ok();
        let _ = open(grant(Role::Clinician, &district.river_station))
            .await
            .ok();
        for foreign in [
            grant(Role::InstitutionAdmin, &district.river),
            grant(Role::Clinician, &district.county),
            grant(Role::Clinician, &district.hill_station),
            installation(Role::Auditor),
        ] {
            let refused = open(foreign).await;
            assert_eq!(refused.code("createAccount"), "FORBIDDEN");
        }
    });
}

#[test]
fn nobody_else_opens_accounts() {
    both(async |w| {
        let county = &w.district().county;
        let input = json!({ "username": "user", "displayName": "某", "grants": [grant(Role::Clinician, county)] });
        let variables = json!({ "input": input });
        for role in [Role::Clinician, Role::Coordinator, Role::Integration] {
            let client = w.client(role, county).await;
            let refused = client.call(CREATE_ACCOUNT, variables.clone()).await;
            assert_eq!(refused.code("createAccount"), "FORBIDDEN", "{role:?}");
        }
        for role in [Role::SystemAdmin, Role::Auditor] {
            let client = w.client(role, Place::INSTALLATION).await;
            let refused = client.call(CREATE_ACCOUNT, variables.clone()).await;
            assert_eq!(refused.code("createAccount"), "FORBIDDEN", "{role:?}");
        }
        let nobody = w.anonymous().call(CREATE_ACCOUNT, variables).await;
        assert_eq!(nobody.code("createAccount"), "UNAUTHENTICATED");
    });
}

#[test]
fn never_two_of_the_three_administrators() {
    both(async |w| {
        let grants = [installation(Role::SystemAdmin), installation(Role::Auditor)];
        let input = json!({ "username": "both", "displayName": "某", "grants": grants });
        let refused = keeper(&w)
            .await
            .call(CREATE_ACCOUNT, json!({ "input": input }))
            .await;
        assert_eq!(refused.problems(), [("input.grants", "NOT_ALLOWED")]);
    });
}
