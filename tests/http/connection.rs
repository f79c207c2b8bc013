//! How connections are taken and how they end.

use std::time::{Duration, Instant};

use entity::{audit, enums::Role};
use reqwest::{Method, StatusCode};
use sea_orm::{EntityTrait as _, QueryOrder as _};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::harness::{World, beside::Beside, both, both_empty};

/// Longer than anything takes that is to happen.
const PATIENCE: Duration = Duration::from_secs(10);

/// What comes back for some bytes, until the service closes the connection.
async fn said(beside: &Beside, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(beside.address)
        .await
        .expect("it listens");
    // It may have had enough before the end.
    let _ = stream.write_all(bytes).await;
    let mut said = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut said)).await;
    let _ = read.expect("it closes the connection");
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn a_body_that_dribbles_is_refused_and_its_connection_closed() {
    both_empty(async |w| {
        let beside = w.beside(|settings| settings.serving.head_time = 1).await;
        let began = Instant::now();
        let request = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
        let said = said(&beside, request).await;
        assert!(said.starts_with("HTTP/1.1 4"), "{said}");
        assert!(began.elapsed() < Duration::from_secs(3));
    });
}

#[test]
fn a_head_that_is_too_long_is_refused() {
    both_empty(async |w| {
        let beside = w.beside(|_| {}).await;
        let request = format!(
            "GET /healthz HTTP/1.1\r\nx: {}\r\n\r\n",
            "x".repeat(1_000_000)
        );
        let said = said(&beside, request.as_bytes()).await;
        assert!(
            said.is_empty() || said.starts_with("HTTP/1.1 431"),
            "{said}"
        );
    });
}

/// Whether a new connection is served.
async fn is_served(beside: &Beside) -> bool {
    let request = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let Ok(mut stream) = TcpStream::connect(beside.address).await else {
        return false;
    };
    let _ = stream.write_all(request).await;
    let mut said = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut said)).await;
    read.expect("it answers or closes").is_ok() && said.starts_with(b"HTTP/1.1 200")
}

/// Takes two connections, where two is all there may be; then the service serves the next, or not.
async fn third_is_served(beside: &Beside) -> bool {
    let first = TcpStream::connect(beside.address)
        .await
        .expect("it listens");
    let second = TcpStream::connect(beside.address)
        .await
        .expect("it listens");
    sleep(Duration::from_millis(100)).await;
    let served = is_served(beside).await;
    drop((first, second));
    let began = Instant::now();
    while !is_served(beside).await {
        assert!(began.elapsed() < PATIENCE, "a place is free again");
    }
    served
}

#[test]
fn one_connection_too_many_is_closed() {
    both_empty(async |w| {
        let in_all = w.beside(|settings| settings.serving.connections = 2).await;
        assert!(!third_is_served(&in_all).await);
        let of_one = w
            .beside(|settings| settings.serving.connections_per_address = 2)
            .await;
        assert!(!third_is_served(&of_one).await);
        let proxy = w
            .beside(|settings| {
                settings.serving.connections_per_address = 2;
                settings.serving.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
            })
            .await;
        assert!(third_is_served(&proxy).await, "a proxy calls for many");
    });
}

async fn audited_address(w: &World) -> String {
    let last = audit::Entity::find()
        .order_by_desc(audit::Column::Id)
        .one(w.app.db.reader());
    let last = last.await.expect("it can be read").expect("an entry");
    last.address.expect("it has an address")
}

#[test]
fn who_calls_through_a_proxy_is_believed_from_a_trusted_one_only() {
    both(async |w| {
        let trusting = w
            .beside(|settings| {
                settings.serving.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
            })
            .await;
        let client = w.client(Role::Clinician, &w.district().county).await;
        let sign_out = "mutation { signOut }";
        let forged = "203.0.113.9, 198.51.100.7";
        let through = trusting
            .client(&client)
            .with_header("x-forwarded-for", forged);
        let _ = through.ask(sign_out).await.ok();
        assert_eq!(audited_address(&w).await, "198.51.100.7");
        let client = w.client(Role::Clinician, &w.district().county).await;
        let direct = client.with_header("x-forwarded-for", forged);
        w.wait(chrono::Duration::seconds(1));
        let _ = direct.ask(sign_out).await.ok();
        assert_eq!(audited_address(&w).await, "127.0.0.1");
    });
}

#[test]
fn a_service_that_stops_answers_what_runs_and_is_not_ready_for_more() {
    both_empty(async |w| {
        let mut beside = w
            .beside(|settings| {
                settings.serving.drain_delay = 1;
                settings.serving.drain_time = 5;
            })
            .await;
        let client = beside.anonymous();
        let mut running = TcpStream::connect(beside.address)
            .await
            .expect("it listens");
        let body = br#"{"query":"{ viewer { roles } }"}"#;
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        running.write_all(head.as_bytes()).await.expect("it reads");
        beside.tell_to_stop();
        sleep(Duration::from_millis(200)).await;
        let answer = client.send(client.request(Method::GET, "/readyz")).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        let answer = client.send(client.request(Method::GET, "/healthz")).await;
        assert_eq!(answer.status, StatusCode::OK, "it still answers");
        sleep(Duration::from_millis(1_200)).await;
        assert!(!is_served(&beside).await, "it takes no more");
        running.write_all(body).await.expect("it still reads");
        let mut said = Vec::new();
        let read = timeout(PATIENCE, running.read_to_end(&mut said)).await;
        read.expect("it closes the connection").expect("in order");
        assert!(said.starts_with(b"HTTP/1.1 200"), "it is answered");
        beside.stopped().await;
    });
}

#[test]
fn every_answer_names_its_request_by_an_id_of_ours() {
    both_empty(async |w| {
        let client = w.anonymous().with_header("x-request-id", "mine");
        for path in [
            "/healthz",
            "/nothing",
            "/graphql",
            "/files/x",
            "/.well-known/jwks.json",
        ] {
            let answer = client.send(client.request(Method::GET, path)).await;
            let id: Result<uuid::Uuid, _> = answer.header("x-request-id").parse();
            assert!(id.is_ok(), "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("referrer-policy"), "no-referrer");
            assert_eq!(answer.header("strict-transport-security"), "");
        }
    });
}
