//! How often somebody may try to sign in.

use entity::enums::Role;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{PASSWORD, SIGN_IN, grant, person};
use crate::harness::{
    both,
    client::{Answer, Client},
};

async fn sign_in(client: &Client, username: &str, password: &str) -> Answer {
    let input = json!({ "username": username, "password": password });
    client.call(SIGN_IN, json!({ "input": input })).await
}

#[test]
fn an_account_is_tried_so_often_in_a_minute() {
    both(async |w| {
        let county = &w.district().county;
        person(&w, "wang.wu", &[grant(Role::Coordinator, county)]).await;
        let beside = w.beside(|settings| settings.rates.sign_ins = 3).await;
        for _ in 0..3 {
            let _ = sign_in(&beside.anonymous(), "wang.wu", PASSWORD).await.ok();
        }
        let refused = sign_in(&beside.anonymous(), " Wang.Wu", PASSWORD).await;
        assert_eq!(refused.code("signIn"), "RATE_LIMITED");
        let error = refused.error("signIn");
        assert!(error["extensions"]["retryAfter"].is_u64(), "{error}");
        assert_eq!(refused.statements(), 0);
        let unknown = sign_in(&beside.anonymous(), "li.si", PASSWORD).await;
        assert_eq!(unknown.code("signIn"), "UNAUTHENTICATED");
    });
}

#[test]
fn an_address_fails_so_often_and_succeeds_as_often_as_it_likes() {
    both(async |w| {
        let county = &w.district().county;
        person(&w, "wang.wu", &[grant(Role::Coordinator, county)]).await;
        let beside = w
            .beside(|settings| settings.rates.sign_in_failures = 1)
            .await;
        // Ten at once; a morning's successes cost nothing.
        for nth in 0..9 {
            if nth < 3 {
                let _ = sign_in(&beside.anonymous(), "wang.wu", PASSWORD).await.ok();
            }
            let failed = sign_in(&beside.anonymous(), &format!("nobody{nth}"), "x").await;
            assert_eq!(failed.code("signIn"), "UNAUTHENTICATED");
        }
        let failed = sign_in(&beside.anonymous(), "nobody", "x").await;
        assert_eq!(failed.code("signIn"), "UNAUTHENTICATED");
        let refused = sign_in(&beside.anonymous(), "nobody", "x").await;
        assert_eq!(refused.code("signIn"), "RATE_LIMITED");
        assert_eq!(refused.statements(), 0);

        // And so for machines.
        let token = beside
            .anonymous()
            .request(Method::POST, "/oauth/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials&client_id=x&client_secret=y");
        let refused = beside.anonymous().send(token).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.body["error"], "temporarily_unavailable");
        assert!(refused.header("retry-after").parse::<u64>().is_ok());
    });
}
