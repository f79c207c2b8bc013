//! Granting roles.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::{PASSWORD, VIEWER, bearer, grant, installation, keeper, person, sign_in, version};
use crate::harness::{
    World, both,
    client::{Answer, Client},
};

const GRANT: &str = "mutation ($input: GrantRoleInput!) { grantRole(input: $input) {
    replayed grant { id role validFrom validTo revokedAt scope { kind } } account { version }
} }";

async fn give(w: &World, by: &Client, to: &super::Person, grant: Value) -> Answer {
    let version = version(w, &to.username).await;
    let input = json!({ "account": to.id, "version": version, "grant": grant });
    by.call(GRANT, json!({ "input": input })).await
}

#[test]
fn a_role_counts_from_its_first_to_its_last_moment() {
    both(async |w| {
        let county = &w.district().county;
        let wang = person(&w, "wang.wu", &[grant(Role::Clinician, county)]).await;
        let session = sign_in(&w, "wang.wu", PASSWORD).await.ok();
        let client = bearer(&w, &session, "signIn");
        let mut soon = grant(Role::Coordinator, county);
        soon["validFrom"] = json!("2026-03-02T09:05:00+08:00");
        soon["validTo"] = json!("2026-03-02T09:10:00+08:00");
        let given = give(&w, &keeper(&w).await, &wang, soon).await.ok();
        assert_eq!(given.text_at("grantRole.grant.role"), "COORDINATOR");
        for (minutes, roles) in [
            (4, json!(["CLINICIAN"])),
            (1, json!(["CLINICIAN", "COORDINATOR"])),
            (5, json!(["CLINICIAN"])),
        ] {
            w.wait(Duration::minutes(minutes));
            let viewer = client.ask(VIEWER).await.ok();
            assert_eq!(*viewer.data("viewer.roles"), roles);
        }
    });
}

#[test]
fn the_same_role_there_is_granted_once() {
    both(async |w| {
        let county = &w.district().county;
        let wang = person(&w, "wang.wu", &[grant(Role::Clinician, county)]).await;
        let keeper = keeper(&w).await;
        let twice = give(&w, &keeper, &wang, grant(Role::Clinician, county)).await;
        assert_eq!(twice.code("grantRole"), "DUPLICATE");
        let input =
            json!({ "account": wang.id, "version": 1, "grant": grant(Role::Coordinator, county) });
        let stale = keeper.call(GRANT, json!({ "input": input })).await;
        assert_eq!(stale.code("grantRole"), "CONFLICT");
        assert_eq!(stale.problems(), [("input.version", "VERSION")]);
    });
}

#[test]
fn who_may_grant_what_to_whom() {
    both(async |w| {
        let district = w.district();
        let wang = person(&w, "wang.wu", &[grant(Role::Clinician, &district.river)]).await;
        let stranger = person(&w, "stranger", &[grant(Role::Clinician, &district.county)]).await;
        let admin = w.client(Role::InstitutionAdmin, &district.river).await;
        let _ = give(&w, &admin, &wang, grant(Role::Coordinator, &district.river))
            .await
            .ok();
        let _ = give(
            &w,
            &admin,
            &wang,
            grant(Role::Clinician, &district.river_station),
        )
        .await
        .ok();
        for (to, what, code) in [
            (
                &wang,
                grant(Role::InstitutionAdmin, &district.river),
                "FORBIDDEN",
            ),
            (&wang, grant(Role::Clinician, &district.hill), "FORBIDDEN"),
            (&wang, installation(Role::SecurityAdmin), "FORBIDDEN"),
            (
                &stranger,
                grant(Role::Clinician, &district.river),
                "NOT_FOUND",
            ),
        ] {
            let refused = give(&w, &admin, to, what).await;
            assert_eq!(refused.code("grantRole"), code);
        }
        let clinician = w.client(Role::Clinician, &district.river).await;
        let refused = give(
            &w,
            &clinician,
            &wang,
            grant(Role::Technician, &district.river),
        )
        .await;
        assert_eq!(refused.code("grantRole"), "FORBIDDEN");
    });
}

#[test]
fn machines_and_people_hold_roles_of_their_own_kind() {
    both(async |w| {
        let county = &w.district().county;
        let wang = person(&w, "wang.wu", &[grant(Role::Clinician, county)]).await;
        let refused = give(
            &w,
            &keeper(&w).await,
            &wang,
            grant(Role::Integration, county),
        )
        .await;
        assert_eq!(refused.problems(), [("input.grant.role", "NOT_ALLOWED")]);
        let machine = w.person(Role::Integration, county).await;
        let machine = super::Person {
            id: api::id::encode(api::id::Kind::Account, machine.account.id),
            username: machine.account.name,
        };
        let refused = give(
            &w,
            &keeper(&w).await,
            &machine,
            grant(Role::Clinician, county),
        )
        .await;
        assert_eq!(refused.problems(), [("input.grant.role", "NOT_ALLOWED")]);
    });
}

#[test]
fn never_a_second_of_the_three_administrators() {
    both(async |w| {
        let someone = person(&w, "someone", &[installation(Role::SystemAdmin)]).await;
        for role in [Role::SecurityAdmin, Role::Auditor] {
            let refused = give(&w, &keeper(&w).await, &someone, installation(role)).await;
            assert_eq!(refused.problems(), [("input.grant.role", "NOT_ALLOWED")]);
        }
    });
}

#[test]
fn nobody_grants_to_themselves() {
    both(async |w| {
        let keeper = keeper(&w).await;
        let own = api::id::encode(api::id::Kind::Account, keeper.account);
        let what = grant(Role::Clinician, &w.district().county);
        let input = json!({ "account": own, "version": 1, "grant": what });
        let refused = keeper.call(GRANT, json!({ "input": input })).await;
        assert_eq!(refused.code("grantRole"), "FORBIDDEN");
    });
}
