//! Asking the issuer, and nobody else.
//!
//! Only what the operator has named is ever called: the issuer's own host, and hosts listed as holding its keys. Whether their addresses
//! are private does not matter then, as hospitals' are; what matters is that no token and no answer can send us anywhere else. So nothing
//! in a token is followed, a redirect is not followed either, and the document that names the keys may name them at those hosts only, by
//! TLS. Answers are short and come in time, or not at all.

use std::time::Duration;

use reqwest::{Certificate, Client, StatusCode, Url, redirect::Policy};
use serde_json::Value;

use crate::{
    config::{IssuerUrl, Oidc, is_loopback},
    error::{Error, Result},
};

/// How long a connection may take, and a whole answer.
const CONNECT_TIME: Duration = Duration::from_secs(3);
const ANSWER_TIME: Duration = Duration::from_secs(8);
/// Bytes of an answer at most.
const LONGEST: usize = 256 * 1024;

/// Why the issuer gave no keys; said in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// It did not answer.
    #[error("it did not answer in time")]
    Silent,
    /// It answered something else than 200.
    #[error("it did not answer 200 (redirects are not followed)")]
    Status,
    /// It answered too much.
    #[error("its answer is too long")]
    TooLong,
    /// It answered no JSON, or not the document that was asked for.
    #[error("its answer is not the document that was asked for")]
    Malformed,
    /// The document is another issuer's.
    #[error("its document names another issuer")]
    AnotherIssuer,
    /// The keys lie where nobody has allowed it.
    #[error("its keys are at a host that is neither its own nor listed, or without TLS")]
    Elsewhere,
}

/// The way to the issuer.
pub(super) struct Way {
    http: Client,
    issuer: IssuerUrl,
    keys_hosts: Vec<String>,
}

impl Way {
    pub(super) fn of(issuer: IssuerUrl, settings: &Oidc) -> Result<Self> {
        crate::crypto::install_tls_provider();
        let mut client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIME)
            .timeout(ANSWER_TIME)
            .user_agent("liandong");
        if let Some(file) = &settings.authority {
            let unusable =
                || Error::Internal("--oidc-ca: the file is not PEM or cannot be read".into());
            let pem = std::fs::read(file).map_err(|_| unusable())?;
            let roots = Certificate::from_pem_bundle(&pem).map_err(|_| unusable())?;
            if roots.is_empty() {
                return Err(unusable());
            }
            client = client.tls_certs_merge(roots);
        }
        let http = client
            .build()
            .map_err(|_| Error::Internal("no HTTP client can be made for --oidc-issuer".into()))?;
        Ok(Self {
            http,
            issuer,
            keys_hosts: settings.keys_hosts.clone(),
        })
    }

    /// The issuer's keys (RFC 7517), from where its own document says.
    pub(super) async fn keys(&self) -> std::result::Result<Vec<Value>, Fault> {
        let document = self.get(&self.issuer.discovery()).await?;
        if document["issuer"] != self.issuer.name() {
            return Err(Fault::AnotherIssuer);
        }
        let place = document["jwks_uri"].as_str().ok_or(Fault::Malformed)?;
        let url: Url = place.parse().map_err(|_| Fault::Malformed)?;
        if !self.is_allowed(&url) {
            return Err(Fault::Elsewhere);
        }
        let mut set = self.get(url.as_str()).await?;
        match set["keys"].take() {
            Value::Array(keys) => Ok(keys),
            _ => Err(Fault::Malformed),
        }
    }

    /// Whether keys may be fetched there.
    fn is_allowed(&self, url: &Url) -> bool {
        let secure = match url.scheme() {
            "https" => true,
            "http" => self.issuer.is_plain() && is_loopback(url),
            _ => false,
        };
        let anonymous = url.username().is_empty() && url.password().is_none();
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        let listed = self.keys_hosts.iter().any(|listed| {
            *listed == format!("{host}:{port}") || (listed == host && url.port().is_none())
        });
        secure && anonymous && (self.issuer.is_host_of(url) || listed)
    }

    async fn get(&self, url: &str) -> std::result::Result<Value, Fault> {
        let mut response = self.http.get(url).send().await.map_err(|_| Fault::Silent)?;
        if response.status() != StatusCode::OK {
            return Err(Fault::Status);
        }
        let mut body = Vec::new();
        while let Some(bytes) = response.chunk().await.map_err(|_| Fault::Silent)? {
            if body.len() + bytes.len() > LONGEST {
                return Err(Fault::TooLong);
            }
            body.extend_from_slice(&bytes);
        }
        serde_json::from_slice(&body).map_err(|_| Fault::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(issuer: &str) -> Way {
        let settings = Oidc {
            keys_hosts: vec!["keys.example".into(), "keys.example:8443".into()],
            ..Oidc::default()
        };
        Way::of(issuer.parse().expect("an issuer"), &settings).expect("a client")
    }

    #[test]
    fn keys_are_fetched_from_the_issuer_or_a_listed_host_by_tls() {
        let way = way("https://login.example/realm");
        let allowed = |url: &str| way.is_allowed(&url.parse().expect("a URL"));
        for good in [
            "https://login.example/keys",
            "https://login.example:443/keys",
            "https://keys.example/x",
            "https://keys.example:8443/x",
        ] {
            assert!(allowed(good), "{good}");
        }
        for bad in [
            "http://login.example/keys",
            "https://login.example:8443/keys",
            "https://user@login.example/keys",
            "https://evil.example/keys",
            "https://login.example.evil.example/keys",
            "https://keys.example:22/x",
            "https://169.254.169.254/latest",
            "http://127.0.0.1/keys",
            "https://[::1]/keys",
            "file:///etc/passwd",
            "gopher://login.example/",
        ] {
            assert!(!allowed(bad), "{bad}");
        }
    }

    #[test]
    fn an_issuer_on_this_machine_may_do_without_tls() {
        let way = way("http://127.0.0.1:9000");
        let allowed = |url: &str| way.is_allowed(&url.parse().expect("a URL"));
        assert!(allowed("http://127.0.0.1:9000/keys"));
        assert!(!allowed("http://127.0.0.1:9001/keys"));
        assert!(!allowed("http://keys.example/x"), "listed, but without TLS");
    }
}
