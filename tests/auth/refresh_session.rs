//! Going on with a session.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::{PASSWORD, VIEWER, bearer, grant, person, sign_in};
use crate::harness::{World, both, client::Answer};

const REFRESH: &str = "mutation ($token: String!) { refreshSession(refreshToken: $token) {
    accessToken refreshToken expiresAt viewer { roles }
} }";

async fn refresh(w: &World, token: &str) -> Answer {
    w.anonymous().call(REFRESH, json!({ "token": token })).await
}

#[test]
fn a_refresh_token_goes_on_with_the_session_once() {
    both(async |w| {
        person(
            &w,
            "wang.wu",
            &[grant(Role::Coordinator, &w.district().county)],
        )
        .await;
        let session = sign_in(&w, "wang.wu", PASSWORD).await.ok();
        w.wait(Duration::minutes(20));
        let late = bearer(&w, &session, "signIn").ask(VIEWER).await;
        assert_eq!(late.status, 401, "the access token has ended");
        let first = session.text_at("signIn.refreshToken");
        let next = refresh(&w, first).await.ok();
        let viewer = bearer(&w, &next, "refreshSession").ask(VIEWER).await.ok();
        assert_eq!(*viewer.data("viewer.roles"), json!(["COORDINATOR"]));
        let second = next.text_at("refreshSession.refreshToken");
        assert_ne!(first, second);
        let third = refresh(&w, second).await.ok();
        assert_eq!(
            *third.data("refreshSession.viewer.roles"),
            json!(["COORDINATOR"])
        );
    });
}

#[test]
fn a_refresh_token_used_twice_ends_the_session() {
    both(async |w| {
        person(
            &w,
            "wang.wu",
            &[grant(Role::Coordinator, &w.district().county)],
        )
        .await;
        let session = sign_in(&w, "wang.wu", PASSWORD).await.ok();
        let stolen = session.text_at("signIn.refreshToken");
        let next = refresh(&w, stolen).await.ok();
        let again = refresh(&w, stolen).await;
        assert_eq!(again.code("refreshSession"), "UNAUTHENTICATED");
        let ended = bearer(&w, &next, "refreshSession").ask(VIEWER).await;
        assert_eq!(ended.status, 401);
        let ended = refresh(&w, next.text_at("refreshSession.refreshToken")).await;
        assert_eq!(ended.code("refreshSession"), "UNAUTHENTICATED");
    });
}

#[test]
fn a_session_that_rests_too_long_has_ended() {
    both(async |w| {
        person(
            &w,
            "wang.wu",
            &[grant(Role::Coordinator, &w.district().county)],
        )
        .await;
        let session = sign_in(&w, "wang.wu", PASSWORD).await.ok();
        w.wait(Duration::hours(12));
        let ended = refresh(&w, session.text_at("signIn.refreshToken")).await;
        assert_eq!(ended.code("refreshSession"), "UNAUTHENTICATED");
        let unknown = refresh(&w, "no such token").await;
        assert_eq!(unknown.code("refreshSession"), "UNAUTHENTICATED");
    });
}
