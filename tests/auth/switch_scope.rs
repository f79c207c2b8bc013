//! Acting in another scope of one's own.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::{PASSWORD, VIEWER, bearer, grant, person, sign_in};
use crate::harness::both;

const SWITCH: &str = "mutation ($grant: ID!) { switchScope(grant: $grant) {
    accessToken refreshToken viewer { roles scope { institution { id } } }
} }";

#[test]
fn another_grant_is_another_scope_with_its_own_roles() {
    both(async |w| {
        let district = w.district();
        let mut passing = grant(Role::Coordinator, &district.herbs);
        passing["validTo"] = json!("2026-03-02T11:00:00+08:00");
        let grants = [grant(Role::Clinician, &district.county), passing];
        person(&w, "wang.wu", &grants).await;
        let session = sign_in(&w, "wang.wu", PASSWORD).await.ok();
        let here = bearer(&w, &session, "signIn");
        let other = session.text_at("signIn.viewer.grants.1.id");
        let switched = here.call(SWITCH, json!({ "grant": other })).await.ok();
        assert_eq!(
            *switched.data("switchScope.viewer.roles"),
            json!(["COORDINATOR"])
        );
        let there = bearer(&w, &switched, "switchScope");
        let viewer = there.ask(VIEWER).await.ok();
        assert_eq!(
            viewer.id_at("viewer.scope.institution.id"),
            district.herbs.id
        );
        let still = here.ask(VIEWER).await.ok();
        assert_eq!(
            still.id_at("viewer.scope.institution.id"),
            district.county.id,
            "a token names one scope"
        );
        w.wait(Duration::hours(2));
        let refresh =
            "mutation ($token: String!) { refreshSession(refreshToken: $token) { accessToken } }";
        let token = switched.text_at("switchScope.refreshToken");
        let ended = w.anonymous().call(refresh, json!({ "token": token })).await;
        assert_eq!(ended.code("refreshSession"), "UNAUTHENTICATED");
    });
}

#[test]
fn what_is_not_ones_own_does_not_exist() {
    both(async |w| {
        let other = w.person(Role::Coordinator, &w.district().herbs).await;
        let client = w.client(Role::Clinician, &w.district().county).await;
        let foreign = api::id::encode(api::id::Kind::Grant, other.grant.id);
        let refused = client.call(SWITCH, json!({ "grant": foreign })).await;
        assert_eq!(refused.code("switchScope"), "NOT_FOUND");
        let malformed = client.call(SWITCH, json!({ "grant": "grt_x" })).await;
        assert_eq!(malformed.problems(), [("grant", "FORMAT")]);
        let nobody = w
            .anonymous()
            .call(SWITCH, json!({ "grant": foreign }))
            .await;
        assert_eq!(nobody.code("switchScope"), "UNAUTHENTICATED");
    });
}
