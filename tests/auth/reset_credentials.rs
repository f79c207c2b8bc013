//! New passwords for people who cannot sign in.

use entity::enums::Role;
use serde_json::json;

use super::{PASSWORD, VIEWER, bearer, grant, keeper, person, sign_in, version};
use crate::harness::both;

const RESET: &str = "mutation ($input: ResetCredentialsInput!) { resetCredentials(input: $input) { temporaryPassword account { mustChangePassword secondFactor } } }";

#[test]
fn a_new_password_unlocks_and_ends_the_old_sessions() {
    both(async |w| {
        let wang = person(
            &w,
            "wang.wu",
            &[grant(Role::Clinician, &w.district().county)],
        )
        .await;
        let session = sign_in(&w, "wang.wu", PASSWORD).await.ok();
        for _ in 0..5 {
            let _ = sign_in(&w, "wang.wu", "not the password").await;
        }
        let input = json!({ "account": wang.id, "version": version(&w, "wang.wu").await });
        let reset = keeper(&w)
            .await
            .call(RESET, json!({ "input": input }))
            .await
            .ok();
        assert_eq!(
            reset.data("resetCredentials.account.mustChangePassword"),
            true
        );
        assert_eq!(bearer(&w, &session, "signIn").ask(VIEWER).await.status, 401);
        let password = reset.text_at("resetCredentials.temporaryPassword");
        let session = sign_in(&w, "wang.wu", password).await.ok();
        assert_eq!(session.data("signIn.mustChangePassword"), true);
        let old = sign_in(&w, "wang.wu", PASSWORD).await;
        assert_eq!(old.code("signIn"), "UNAUTHENTICATED");
    });
}

#[test]
fn a_machine_has_no_password() {
    both(async |w| {
        let machine = w.person(Role::Integration, &w.district().county).await;
        let id = api::id::encode(api::id::Kind::Account, machine.account.id);
        let input = json!({ "account": id, "version": 1, "dropSecondFactor": true });
        let refused = keeper(&w)
            .await
            .call(RESET, json!({ "input": input }))
            .await;
        assert_eq!(refused.problems(), [("input.account", "WRONG_TYPE")]);
    });
}
