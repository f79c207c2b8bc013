//! Whom the service believes beside itself when it comes to who somebody is.

use std::{path::PathBuf, str::FromStr};

use clap::Args;
use reqwest::Url;

use super::Unusable;

/// An OpenID Connect issuer whose bearer tokens are taken beside our own.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Sign-in elsewhere (OpenID Connect)")]
pub struct Oidc {
    /// Issuer whose bearer tokens are taken: https://…, exactly as its tokens name it. Only a loopback address may do without TLS.
    #[arg(
        id = "oidc_issuer",
        long = "oidc-issuer",
        env = "LIANDONG_OIDC_ISSUER",
        value_name = "URL",
        requires = "oidc_audience"
    )]
    pub issuer: Option<IssuerUrl>,
    /// Audience that its tokens have to name: what this service is called there.
    #[arg(
        id = "oidc_audience",
        long = "oidc-audience",
        env = "LIANDONG_OIDC_AUDIENCE",
        value_name = "NAME"
    )]
    pub audience: Option<String>,
    /// Claim that holds the user name of the account here: one that the issuer never gives to anybody else.
    #[arg(long = "oidc-account-claim", env = "LIANDONG_OIDC_ACCOUNT_CLAIM", default_value_t = Self::default().account_claim, value_name = "CLAIM")]
    pub account_claim: String,
    /// Claim that names in which of its own grants the account acts, by the grant's id or its institution's; without it, in the oldest.
    #[arg(
        long = "oidc-grants-claim",
        env = "LIANDONG_OIDC_GRANTS_CLAIM",
        value_name = "CLAIM"
    )]
    pub grants_claim: Option<String>,
    /// Host (or host:port) that may hold the issuer's keys, where that is not the issuer's own; several, separated by commas.
    #[arg(
        long = "oidc-keys-host",
        env = "LIANDONG_OIDC_KEYS_HOST",
        value_delimiter = ',',
        value_name = "HOST"
    )]
    pub keys_hosts: Vec<String>,
    /// File of the authority that signed the issuer's certificate, in PEM, where the machine does not know it.
    #[arg(long = "oidc-ca", env = "LIANDONG_OIDC_CA", value_name = "FILE")]
    pub authority: Option<PathBuf>,
}

impl Default for Oidc {
    fn default() -> Self {
        Self {
            issuer: None,
            audience: None,
            account_claim: "sub".into(),
            grants_claim: None,
            keys_hosts: Vec::new(),
            authority: None,
        }
    }
}

/// The name of an issuer, which is also where it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerUrl {
    name: String,
    url: Url,
}

impl IssuerUrl {
    /// As tokens have it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it says what it is.
    #[must_use]
    pub fn discovery(&self) -> String {
        let base = self.name.trim_end_matches('/');
        format!("{base}/.well-known/openid-configuration")
    }

    /// Whether it lies on this machine, without TLS.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// Whether the URL is at the same host and port.
    #[must_use]
    pub fn is_host_of(&self, url: &Url) -> bool {
        self.url.host_str() == url.host_str()
            && self.url.port_or_known_default() == url.port_or_known_default()
    }
}

impl FromStr for IssuerUrl {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        let bad =
            || Unusable("an issuer is https://host/path, without user, query or fragment".into());
        let url: Url = text.parse().map_err(|_| bad())?;
        let safe = match url.scheme() {
            "https" => true,
            "http" => is_loopback(&url),
            _ => false,
        };
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !safe || !plain || url.host_str().is_none() {
            return Err(bad());
        }
        Ok(Self {
            name: text.to_owned(),
            url,
        })
    }
}

/// Whether the URL names this machine by a loopback address.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost"
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_reached_by_tls_or_on_this_machine() {
        for good in [
            "https://login.example",
            "https://10.1.2.3:8443/realms/county",
            "http://127.0.0.1:9000",
            "http://[::1]:9000/x",
        ] {
            assert!(IssuerUrl::from_str(good).is_ok(), "{good}");
        }
        for bad in [
            "http://login.example",
            "http://10.1.2.3",
            "ftp://login.example",
            "https://user@login.example",
            "https://login.example?x=1",
            "login.example",
            "file:///etc/passwd",
        ] {
            assert!(IssuerUrl::from_str(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn discovery_is_below_the_issuer() {
        let issuer = IssuerUrl::from_str("https://login.example/realms/county/");
        let found = issuer.expect("an issuer").discovery();
        let expected = "https://login.example/realms/county/.well-known/openid-configuration";
        assert_eq!(found, expected);
    }
}
