//! Disabling and enabling accounts.

use entity::enums::Role;
use serde_json::json;

use super::{PASSWORD, VIEWER, bearer, grant, keeper, person, sign_in, version};
use crate::harness::{
    World, both,
    client::{Answer, Client},
};

const SET: &str = "mutation ($input: SetAccountStatusInput!) { setAccountStatus(input: $input) { replayed account { active version } } }";

async fn set(client: &Client, account: &str, version: i64, active: bool) -> Answer {
    let input = json!({ "account": account, "version": version, "active": active });
    client.call(SET, json!({ "input": input })).await
}

async fn clinician(w: &World) -> super::Person {
    let county = &w.district().county;
    person(w, "wang.wu", &[grant(Role::Clinician, county)]).await
}

#[test]
fn a_disabled_account_is_out_at_once_and_back_when_enabled() {
    both(async |w| {
        let wang = clinician(&w).await;
        let session = sign_in(&w, &wang.username, PASSWORD).await.ok();
        let client = bearer(&w, &session, "signIn");
        let _ = client.ask(VIEWER).await.ok();
        let admin = w.client(Role::InstitutionAdmin, &w.district().county).await;
        let now = version(&w, &wang.username).await;
        let done = set(&admin, &wang.id, now, false).await.ok();
        assert_eq!(done.data("setAccountStatus.account.active"), false);
        assert_eq!(client.ask(VIEWER).await.status, 401);
        let refused = sign_in(&w, &wang.username, PASSWORD).await;
        assert_eq!(refused.code("signIn"), "UNAUTHENTICATED");
        let again = set(&admin, &wang.id, now, false).await.ok();
        assert_eq!(again.data("setAccountStatus.replayed"), true);
        let stale = set(&admin, &wang.id, now, true).await;
        assert_eq!(stale.code("setAccountStatus"), "CONFLICT");
        let _ = set(&admin, &wang.id, now + 1, true).await.ok();
        let _ = sign_in(&w, &wang.username, PASSWORD).await.ok();
        assert_eq!(
            client.ask(VIEWER).await.status,
            401,
            "its sessions have ended"
        );
    });
}

#[test]
fn an_institution_rules_only_accounts_that_are_all_its_own() {
    both(async |w| {
        let district = w.district();
        let admin = w.client(Role::InstitutionAdmin, &district.county).await;
        let both_places = [
            grant(Role::Clinician, &district.county),
            grant(Role::Clinician, &district.herbs),
        ];
        let shared = person(&w, "shared", &both_places).await;
        let elsewhere = person(&w, "elsewhere", &[grant(Role::Clinician, &district.herbs)]).await;
        let peer = person(
            &w,
            "peer",
            &[grant(Role::InstitutionAdmin, &district.county)],
        )
        .await;
        for (account, code) in [
            (&shared, "FORBIDDEN"),
            (&elsewhere, "NOT_FOUND"),
            (&peer, "FORBIDDEN"),
        ] {
            let refused = set(&admin, &account.id, 1, false).await;
            assert_eq!(refused.code("setAccountStatus"), code, "{account:?}");
        }
        let now = version(&w, "shared").await;
        let _ = set(&keeper(&w).await, &shared.id, now, false).await.ok();
    });
}

#[test]
fn nobody_rules_their_own_account() {
    both(async |w| {
        let keeper = keeper(&w).await;
        let own = api::id::encode(api::id::Kind::Account, keeper.account);
        let refused = set(&keeper, &own, 1, false).await;
        assert_eq!(refused.code("setAccountStatus"), "FORBIDDEN");
    });
}
