//! Changing one's own password.

use entity::enums::Role;
use serde_json::json;

use super::{CHANGE_PASSWORD, PASSWORD, VIEWER, bearer, grant, person, sign_in};
use crate::harness::both;

#[test]
fn a_new_password_replaces_the_old_and_ends_other_sessions() {
    both(async |w| {
        person(
            &w,
            "wang.wu",
            &[grant(Role::Coordinator, &w.district().county)],
        )
        .await;
        let session = sign_in(&w, "wang.wu", PASSWORD).await.ok();
        let elsewhere = sign_in(&w, "wang.wu", PASSWORD).await.ok();
        let client = bearer(&w, &session, "signIn");
        let input =
            json!({ "currentPassword": PASSWORD, "newPassword": "a boat without a lantern" });
        let _ = client
            .call(CHANGE_PASSWORD, json!({ "input": input }))
            .await
            .ok();
        let _ = client.ask(VIEWER).await.ok();
        assert_eq!(
            bearer(&w, &elsewhere, "signIn").ask(VIEWER).await.status,
            401
        );
        let old = sign_in(&w, "wang.wu", PASSWORD).await;
        assert_eq!(old.code("signIn"), "UNAUTHENTICATED");
        let _ = sign_in(&w, "wang.wu", "a boat without a lantern")
            .await
            .ok();
    });
}

#[test]
fn a_password_keeps_the_rules() {
    both(async |w| {
        person(
            &w,
            "wang.wu.the.elder",
            &[grant(Role::Coordinator, &w.district().county)],
        )
        .await;
        let session = sign_in(&w, "wang.wu.the.elder", PASSWORD).await.ok();
        let client = bearer(&w, &session, "signIn");
        for (current, new, code) in [
            (PASSWORD, "short", "TOO_SMALL"),
            (PASSWORD, &"长".repeat(201), "TOO_LONG"),
            (PASSWORD, "Wang.Wu.The.Elder", "NOT_ALLOWED"),
            (PASSWORD, "a lantern\u{7}over still water", "CHARACTERS"),
            (PASSWORD, PASSWORD, "INCONSISTENT"),
        ] {
            let input = json!({ "currentPassword": current, "newPassword": new });
            let refused = client
                .call(CHANGE_PASSWORD, json!({ "input": input }))
                .await;
            assert_eq!(refused.problems(), [("input.newPassword", code)]);
        }
        for _ in 0..5 {
            let input =
                json!({ "currentPassword": "not it", "newPassword": "a boat without a lantern" });
            let refused = client
                .call(CHANGE_PASSWORD, json!({ "input": input }))
                .await;
            assert_eq!(refused.code("changePassword"), "UNAUTHENTICATED");
        }
        let locked = sign_in(&w, "wang.wu.the.elder", PASSWORD).await;
        assert_eq!(locked.code("signIn"), "UNAUTHENTICATED", "failures count");
    });
}
