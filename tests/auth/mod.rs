//! Signing in, tokens, accounts and grants.

mod account_status;
mod accounts;
mod api_client;
mod assertion;
mod change_password;
mod create_account;
mod grant_role;
mod mock;
mod outside;
mod refresh_session;
mod reset_credentials;
mod revoke_grant;
mod second_factor;
mod sign_in;
mod sign_out;
mod signing_key;
mod switch_scope;
mod throttle;
mod token;
mod viewer;

use api::id::{self, Kind};
use entity::{enums::Role, institution};
use serde_json::{Value, json};

use crate::harness::{
    World,
    client::{Answer, Client},
    people::Place,
};

const SIGN_IN: &str = "mutation ($input: SignInInput!) { signIn(input: $input) {
    accessToken refreshToken expiresAt mustChangePassword mustEnrolSecondFactor
    viewer { account { id name version } roles scope { kind institution { id } } grants { id role } permittedActions }
} }";
const CREATE_ACCOUNT: &str =
    "mutation ($input: CreateAccountInput!) { createAccount(input: $input) {
    temporaryPassword replayed account { id name version active grants { id role } }
} }";
const CHANGE_PASSWORD: &str =
    "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) }";
const VIEWER: &str = "{ viewer { account { id name } roles scope { kind institution { id } } grants { id role } permittedActions } }";

/// The password that people of these stories choose.
const PASSWORD: &str = "a lantern over still water";

/// Somebody who knows a user name and a password.
#[derive(Clone, Debug)]
struct Person {
    id: String,
    username: String,
}

/// The security administrator.
async fn keeper(w: &World) -> Client {
    w.client(Role::SecurityAdmin, Place::INSTALLATION).await
}

/// The input of a grant at an institution.
fn grant(role: Role, at: &institution::Model) -> Value {
    json!({
        "role": role.code(),
        "scope": { "kind": "INSTITUTION", "institution": id::encode(Kind::Institution, at.id) },
    })
}

/// The input of a grant for the whole installation.
fn installation(role: Role) -> Value {
    json!({ "role": role.code(), "scope": { "kind": "INSTALLATION" } })
}

/// Opens an account and chooses its password, so that it can sign in.
async fn person(w: &World, username: &str, grants: &[Value]) -> Person {
    let input = json!({ "username": username, "displayName": username, "grants": grants });
    let opened = keeper(w)
        .await
        .call(CREATE_ACCOUNT, json!({ "input": input }))
        .await
        .ok();
    let first = opened.text_at("createAccount.temporaryPassword").to_owned();
    let session = sign_in(w, username, &first).await.ok();
    let input = json!({ "currentPassword": first, "newPassword": PASSWORD });
    let changed = bearer(w, &session, "signIn")
        .call(CHANGE_PASSWORD, json!({ "input": input }))
        .await
        .ok();
    assert_eq!(changed.data("changePassword"), true);
    Person {
        id: opened.text_at("createAccount.account.id").to_owned(),
        username: username.to_owned(),
    }
}

async fn sign_in(w: &World, username: &str, password: &str) -> Answer {
    let input = json!({ "username": username, "password": password });
    w.anonymous().call(SIGN_IN, json!({ "input": input })).await
}

/// Whoever holds the access token of that session.
fn bearer(w: &World, session: &Answer, operation: &str) -> Client {
    let token = session.text_at(&format!("{operation}.accessToken"));
    w.anonymous().with_token(token)
}

/// The version of an account, as its keeper reads it.
async fn version(w: &World, username: &str) -> i64 {
    let document = "query ($name: String) { accounts(filter: { name: $name }) { edges { node { version } } } }";
    let found = keeper(w)
        .await
        .call(document, json!({ "name": username }))
        .await
        .ok();
    found.number_at("accounts.edges.0.node.version")
}
