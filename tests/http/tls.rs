//! TLS by the operator's certificate.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use reqwest::{Certificate, Method};
use tokio::{io::AsyncReadExt as _, net::TcpStream, time::timeout};

use crate::harness::{World, beside::Beside, both_empty};

/// Writes a new certificate for `localhost`; the HTTP client that trusts it and no other.
fn renew(folder: &Path) -> reqwest::Client {
    let CertifiedKey { cert, signing_key }: CertifiedKey<KeyPair> =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    fs::write(folder.join("key.pem"), signing_key.serialize_pem()).expect("a file");
    fs::write(folder.join("certificate.pem"), cert.pem()).expect("a file");
    let trusted = Certificate::from_pem(cert.pem().as_bytes()).expect("a certificate");
    reqwest::Client::builder()
        .tls_certs_only([trusted])
        .build()
        .expect("a client")
}

async fn beside(w: &World, http: reqwest::Client) -> Beside {
    let folder = w.folder();
    let beside = w.beside(|settings| {
        settings.serving.tls_certificate = Some(folder.join("certificate.pem"));
        settings.serving.tls_key = Some(folder.join("key.pem"));
    });
    beside.await.through(http)
}

#[test]
fn tls_is_spoken_and_browsers_are_told_to_insist() {
    both_empty(async |w| {
        let http = renew(&w.folder());
        let beside = beside(&w, http).await;
        let client = beside.anonymous();
        let answer = client.send(client.request(Method::GET, "/healthz")).await;
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.header("strict-transport-security"),
            "max-age=31536000"
        );
        // Without TLS nothing is said, and who never begins is dropped.
        let plain = reqwest::get(format!("http://{}/healthz", beside.address)).await;
        assert!(plain.is_err());
        let mut silent = TcpStream::connect(beside.address)
            .await
            .expect("it listens");
        let began = Instant::now();
        let read = timeout(Duration::from_secs(10), silent.read(&mut [0; 16])).await;
        assert!(
            matches!(read, Ok(Ok(0) | Err(_))),
            "it closes the connection"
        );
        assert!(began.elapsed() < Duration::from_secs(8));
    });
}

#[test]
fn a_new_certificate_is_taken_up_and_a_broken_one_is_not() {
    both_empty(async |w| {
        let beside = beside(&w, renew(&w.folder())).await;
        let old = beside.anonymous();
        fs::write(w.folder().join("certificate.pem"), "broken").expect("a file");
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        let answer = old.send(old.request(Method::GET, "/healthz")).await;
        assert_eq!(answer.status, 200, "the one before is still in use");
        let beside = beside.through(renew(&w.folder()));
        let began = Instant::now();
        let new = beside.anonymous();
        while new.request(Method::GET, "/healthz").send().await.is_err() {
            assert!(began.elapsed() < Duration::from_secs(10), "it is taken up");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
}

#[test]
fn what_cannot_be_used_is_said_at_start() {
    both_empty(async |w| {
        renew(&w.folder());
        let key = w.folder().join("key.pem");
        fs::write(&key, KeyPair::generate().expect("a key").serialize_pem()).expect("a file");
        let mut settings = w.app.settings.clone();
        settings.serving.tls_certificate = Some(w.folder().join("certificate.pem"));
        settings.serving.tls_key = Some(key);
        let app = api::app::App::start(
            settings,
            w.app.db.clone(),
            w.app.keys.clone(),
            w.app.clock.clone(),
        );
        let app = app.await.expect("it starts");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let refused = api::http::serve(app, listener.into(), std::future::pending()).await;
        let refused = refused.expect_err("it does not start").to_string();
        assert_eq!(refused, "--tls-key: it does not fit the certificate.");
    });
}
