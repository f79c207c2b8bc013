//! `demo.json`: who can sign in, and with what.

use std::{io::Write as _, path::Path};

use entity::enums::{Role, Tier};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    auth::session,
    error::Result,
    id::{self, Kind},
};

/// Name of the file in the demo's folder.
pub const FILE: &str = "demo.json";
/// How long the access tokens are good: a day.
const LIFE: std::time::Duration = std::time::Duration::from_hours(24);

/// Everything that one needs to try the demo.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Book {
    /// Where it listens.
    pub url: String,
    /// People.
    pub accounts: Vec<Account>,
    /// Machines.
    pub clients: Vec<Client>,
}

/// A person's account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Its role.
    pub role: Role,
    /// Tier of its institution.
    pub tier: Option<Tier>,
    /// Its institution; none where it acts for a community, a region or everything.
    pub institution: Option<String>,
    /// What that is called.
    pub institution_name: Option<String>,
    /// Name to sign in with.
    pub username: String,
    /// Password.
    pub password: String,
    /// Secret of the second factor, in base32, where one is asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub totp_secret: Option<String>,
    /// The account's id.
    pub account: String,
    /// Id of its grant.
    pub grant: String,
    /// A token that is good for a day.
    pub access_token: String,
}

/// An API client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Client {
    /// Its role.
    pub role: Role,
    /// Tier of its institution.
    pub tier: Option<Tier>,
    /// Its institution; none where it watches a community or a region.
    pub institution: Option<String>,
    /// What that is called.
    pub institution_name: Option<String>,
    /// Id to fetch tokens with.
    pub client_id: String,
    /// Secret to fetch tokens with.
    pub client_secret: String,
    /// The client's account id.
    pub account: String,
    /// Id of the grant that the token below is for.
    pub grant: String,
    /// A token that is good for a day.
    pub access_token: String,
}

impl Book {
    /// Reads the file of an earlier start; none where there is none, or it was not written to its end.
    #[must_use]
    pub fn read(folder: &Path) -> Option<Self> {
        let text = std::fs::read(folder.join(FILE)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Writes the file, readable by its owner only. Whoever reads meanwhile sees the old or the new one, never half of it.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        let unfinished = folder.join("demo.json.new");
        let mut file = super::folder::private(&unfinished)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        std::fs::rename(unfinished, folder.join(FILE))
    }

    /// Makes new access tokens for everybody.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn renew(&mut self, app: &App, url: String) -> Result<()> {
        self.url = url;
        for one in &mut self.accounts {
            one.access_token = token(app, &one.account, &one.grant).await?;
        }
        for one in &mut self.clients {
            one.access_token = token(app, &one.account, &one.grant).await?;
        }
        Ok(())
    }
}

async fn token(app: &App, account: &str, grant: &str) -> Result<String> {
    let account = id::decode(Kind::Account, account, "account")?;
    let grant = id::decode(Kind::Grant, grant, "grant")?;
    session::issue_token(app, account, grant, LIFE).await
}
