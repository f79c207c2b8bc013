//! What changes of sessions and accounts answer.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::object::{Account, Grant, Viewer};
use crate::{
    auth::{account::Opened, held::Held, second_factor::Enrolment, session::Issued},
    record::replay::Changed,
};

/// A session: what to send with each request, and what to go on with.
#[derive(SimpleObject)]
#[graphql(name = "Session")]
pub struct SessionObject {
    /// Access token, sent as `Authorization: Bearer …`.
    pub access_token: String,
    /// Refresh token for `refreshSession`, good once; machines have none and fetch a new access token instead.
    pub refresh_token: Option<String>,
    /// When the access token ends.
    pub expires_at: DateTime<Utc>,
    /// Whether the password has to be changed before anything else is permitted.
    pub must_change_password: bool,
    /// Whether a second factor has to be set up before anything else is permitted.
    pub must_enrol_second_factor: bool,
    /// Who has signed in.
    pub viewer: Viewer,
}

impl SessionObject {
    /// What was issued, and to whom.
    pub(super) fn new(issued: Issued, viewer: Viewer) -> Self {
        let account = viewer.row();
        let unfinished = viewer.has_something_to_finish();
        Self {
            must_change_password: account.must_change_password,
            must_enrol_second_factor: unfinished
                && !account.must_change_password
                && !account.totp_confirmed,
            access_token: issued.access_token,
            refresh_token: issued.refresh_token,
            expires_at: issued.expires_at,
            viewer,
        }
    }
}

/// A second factor that waits for its first code.
#[derive(SimpleObject)]
pub struct SecondFactorEnrolment {
    /// The secret in base32, for typing; shown this once.
    pub secret: String,
    /// The same as an `otpauth:` address, for a QR code.
    pub uri: String,
}

impl From<Enrolment> for SecondFactorEnrolment {
    fn from(enrolment: Enrolment) -> Self {
        Self {
            secret: enrolment.secret,
            uri: enrolment.uri,
        }
    }
}

/// An account that was opened or changed.
#[derive(SimpleObject)]
pub struct AccountPayload {
    /// The account as it is now.
    pub account: Account,
    /// The password that was made, shown this once; null where none was, or on a replay.
    pub temporary_password: Option<String>,
    /// Whether nothing was changed because it had been done before.
    pub replayed: bool,
}

impl From<Changed<Held>> for AccountPayload {
    fn from(changed: Changed<Held>) -> Self {
        Self {
            account: Account::from(changed.object),
            temporary_password: None,
            replayed: changed.replayed,
        }
    }
}

impl From<Changed<Opened>> for AccountPayload {
    fn from(changed: Changed<Opened>) -> Self {
        Self {
            account: Account::from(changed.object.held),
            temporary_password: changed.object.secret,
            replayed: changed.replayed,
        }
    }
}

/// An API client that was created or got a new secret.
#[derive(SimpleObject)]
pub struct ApiClientPayload {
    /// The client's account.
    pub account: Account,
    /// What it sends as `client_id`.
    pub client_id: String,
    /// What it sends as `client_secret`, shown this once; null on a replay.
    pub client_secret: Option<String>,
    /// Whether nothing was changed because it had been done before.
    pub replayed: bool,
}

impl From<Changed<Opened>> for ApiClientPayload {
    fn from(changed: Changed<Opened>) -> Self {
        Self {
            client_id: changed.object.held.account.name.clone(),
            account: Account::from(changed.object.held),
            client_secret: changed.object.secret,
            replayed: changed.replayed,
        }
    }
}

/// A grant that was given or taken back.
#[derive(SimpleObject)]
pub struct GrantPayload {
    /// The grant.
    pub grant: Option<Grant>,
    /// The account as it is now.
    pub account: Account,
    /// Whether nothing was changed because it had been done before.
    pub replayed: bool,
}

impl From<Changed<(Held, Uuid)>> for GrantPayload {
    fn from(changed: Changed<(Held, Uuid)>) -> Self {
        let (held, grant) = changed.object;
        Self {
            grant: Grant::find(&held, grant),
            account: Account::from(held),
            replayed: changed.replayed,
        }
    }
}
