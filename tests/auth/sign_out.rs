//! Ending a session.

use entity::enums::Role;
use serde_json::json;

use super::{PASSWORD, VIEWER, bearer, grant, person, sign_in};
use crate::harness::both;

#[test]
fn a_session_that_was_ended_has_no_good_token_left() {
    both(async |w| {
        person(
            &w,
            "wang.wu",
            &[grant(Role::Coordinator, &w.district().county)],
        )
        .await;
        let session = sign_in(&w, "wang.wu", PASSWORD).await.ok();
        let other = sign_in(&w, "wang.wu", PASSWORD).await.ok();
        let client = bearer(&w, &session, "signIn");
        let _ = client.ask(VIEWER).await.ok();
        let out = client.ask("mutation { signOut }").await.ok();
        assert_eq!(out.data("signOut"), true);
        assert_eq!(client.ask(VIEWER).await.status, 401);
        let refresh =
            "mutation ($token: String!) { refreshSession(refreshToken: $token) { accessToken } }";
        let token = session.text_at("signIn.refreshToken");
        let ended = w.anonymous().call(refresh, json!({ "token": token })).await;
        assert_eq!(ended.code("refreshSession"), "UNAUTHENTICATED");
        let _ = bearer(&w, &other, "signIn").ask(VIEWER).await.ok();
    });
}
