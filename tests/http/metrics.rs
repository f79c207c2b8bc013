//! What monitors are told, and where.

use std::time::{Duration, Instant};

use api::{
    config::AdminAddress,
    http::Listeners,
    record::{relay, seal},
};
use chrono::Duration as Span;
use entity::enums::Role;
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait as _, TransactionTrait as _};
use serde_json::json;
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

use crate::{
    harness::{
        both, both_empty, canary::Patient, database::Kind, figures::Figures, socket::Socket,
    },
    referral::cast::Cast,
};

const FEED: &str = "subscription { changes { id } }";
/// Longer than anything takes that is to happen.
const PATIENCE: Duration = Duration::from_secs(10);

#[track_caller]
fn assert_is(figure: f64, expected: u32) {
    assert!(
        (figure - f64::from(expected)).abs() < 1e-9,
        "{figure} and not {expected}"
    );
}

#[test]
fn what_is_called_is_counted() {
    both(async |w| {
        let beside = w.beside(|_| {}).await;
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let client = beside.client(&client);
        let before = Figures::of(&beside).await;
        assert_is(before.operations("query", "OK"), 0);
        assert_is(before.at("liandong_build_info{version=\"0.1.0\"}"), 1);
        let started = before.at("liandong_process_start_time_seconds");
        assert_is(started, u32::try_from(w.now().timestamp()).expect("a time"));

        for _ in 0..2 {
            let _ = client.ask("{ viewer { roles } }").await.ok();
        }
        let refused = client
            .ask("mutation { revokeGrant(input: { grant: \"grt_x\", version: 1 }) { grant { id } } }")
            .await;
        let code = refused.code("revokeGrant").to_owned();
        let stranger = beside.anonymous().with_token("x");
        let refused = stranger.ask("{ viewer { roles } }").await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        let refused = client.ask("{").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        let _ = client.send(client.request(Method::GET, "/nothing")).await;
        let _ = client
            .send(client.request(Method::GET, "/files/fil_x"))
            .await;
        let _ = client
            .send(client.request(Method::POST, "/oauth/token"))
            .await;

        let after = Figures::of(&beside).await;
        assert_is(after.operations("query", "OK"), 2);
        assert_is(after.operations("mutation", &code), 1);
        assert_is(after.operations("query", "UNAUTHENTICATED"), 1);
        assert_is(after.operations("unknown", "GRAPHQL_PARSE_FAILED"), 1);
        let request = |route: &str, status: &str| {
            after.at(&format!(
                "liandong_http_requests_total{{route=\"{route}\",status=\"{status}\"}}"
            ))
        };
        assert_is(request("graphql", "2xx"), 3);
        assert_is(request("graphql", "4xx"), 2);
        assert_is(request("graphql", "5xx"), 0);
        for route in ["files", "oauth", "other"] {
            assert_is(request(route, "4xx"), 1);
        }
        assert_is(after.at("liandong_http_requests_in_flight"), 0);
        let unread = "liandong_graphql_refused_before_sql_total{outcome=\"GRAPHQL_PARSE_FAILED\"}";
        assert_is(after.at(unread), 1);
        let took = |part: &str| {
            after.at(&format!(
                "liandong_graphql_operation_duration_seconds_{part}"
            ))
        };
        assert_is(took("count{kind=\"query\"}"), 3);
        assert_is(took("bucket{kind=\"query\",le=\"+Inf\"}"), 3);
        assert!(took("sum{kind=\"query\"}") > 0.0);
        assert_is(took("count{kind=\"mutation\"}"), 1);

        let pool = if w.app.db.pools().len() == 1 {
            "shared"
        } else {
            "reader"
        };
        let most = format!("liandong_database_connections_max{{pool=\"{pool}\"}}");
        assert_is(after.at(&most), w.app.settings.database.connections);
        let idle = format!("liandong_database_connections{{pool=\"{pool}\",state=\"idle\"}}");
        assert!(after.at(&idle) >= 1.0);
        let done = "liandong_database_statements_total{outcome=\"done\"}";
        assert!(after.at(done) > before.at(done));
    });
}

#[test]
fn what_is_open_is_told_and_forgotten_when_it_ends() {
    const OPEN: &str = "liandong_connections_open{listener=\"public\"}";
    both(async |w| {
        let beside = w
            .beside(|settings| settings.sockets.subscriptions = 1)
            .await;
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let client = beside.client(&client);
        let (mut one, other) = (Socket::of(&client).await, Socket::of(&client).await);
        one.subscribe("feed", FEED, json!({})).await;
        one.is_silent().await;
        let figures = Figures::of(&beside).await;
        assert_is(figures.at("liandong_sockets_open"), 2);
        assert_is(figures.at("liandong_subscriptions_open"), 1);
        assert_is(figures.at(OPEN), 2);
        one.subscribe("another", FEED, json!({})).await;
        let _ = one.next().await;
        assert_is(Figures::of(&beside).await.limited("subscriptions"), 1);
        drop((one, other));
        let ended = async {
            loop {
                let figures = Figures::of(&beside).await;
                let open = ["liandong_sockets_open", "liandong_subscriptions_open", OPEN];
                if open.iter().all(|open| figures.at(open) < 0.5) {
                    return figures;
                }
                sleep(Duration::from_millis(20)).await;
            }
        };
        let figures = timeout(PATIENCE, ended).await.expect("they end");
        assert_is(figures.operations("subscription", "OK"), 1);
    });
}

#[test]
fn what_is_held_back_is_counted_by_its_limit() {
    both(async |w| {
        let beside = w
            .beside(|settings| {
                settings.rates.points = 3;
                settings.rates.sign_ins = 1;
            })
            .await;
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let client = beside.client(&client);
        let _ = client.ask("{ viewer { roles } }").await.ok();
        let refused = client.ask("{ viewer { roles } }").await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        let figures = Figures::of(&beside).await;
        assert_is(figures.limited("points"), 1);
        assert_is(figures.operations("query", "RATE_LIMITED"), 1);
        let form = "grant_type=client_credentials&client_id=cli_x&client_secret=x";
        for _ in 0..2 {
            let caller = beside.anonymous();
            let request = caller
                .request(Method::POST, "/oauth/token")
                .header("content-type", "application/x-www-form-urlencoded");
            let _ = caller.send(request.body(form)).await;
        }
        assert_is(Figures::of(&beside).await.limited("sign_ins"), 1);
    });
}

#[test]
fn relay_and_sealer_lag_behind_visibly() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        // Whatever was written on the way here.
        while relay::relay_once(&w.app).await.expect("it relays") > 0 {}
        while seal::seal_once(&w.app).await.expect("it seals") > 0 {}
        cast.story.submit(&cast.hill, cast.story.up()).await;
        w.wait(Span::milliseconds(90_500));
        let figures = Figures::of(&w.beside(|_| {}).await).await;
        assert_is(figures.at("liandong_database_up"), 1);
        let waiting = figures.at("liandong_outbox_events");
        assert!(waiting >= 1.0);
        let position = figures.at("liandong_feed_position");
        assert!(figures.at("liandong_audit_outbox_entries") >= 1.0);
        for lag in ["liandong_relay_lag_seconds", "liandong_seal_lag_seconds"] {
            let lag = figures.at(lag);
            assert!((90.5..92.0).contains(&lag), "{lag}");
        }
        while relay::relay_once(&w.app).await.expect("it relays") > 0 {}
        while seal::seal_once(&w.app).await.expect("it seals") > 0 {}
        let figures = Figures::of(&w.beside(|_| {}).await).await;
        for none in [
            "liandong_outbox_events",
            "liandong_relay_lag_seconds",
            "liandong_audit_outbox_entries",
            "liandong_seal_lag_seconds",
        ] {
            assert_is(figures.at(none), 0);
        }
        let moved = figures.at("liandong_feed_position") - position;
        assert!((moved - waiting).abs() < 1e-9, "{moved}");
    });
}

#[test]
fn the_database_is_asked_once_however_many_monitors_ask() {
    const DONE: &str = "liandong_database_statements_total{outcome=\"done\"}";
    both_empty(async |w| {
        let beside = w.beside(|_| {}).await;
        Figures::of(&beside).await;
        let first = Figures::of(&beside).await.at(DONE);
        for _ in 0..10 {
            let again = Figures::of(&beside).await.at(DONE);
            assert!((again - first).abs() < 1e-9, "{again} after {first}");
        }
    });
}

#[test]
fn without_a_database_the_rest_is_told() {
    both_empty(async |w| {
        let beside = w.beside(|_| {}).await;
        w.app.db.clone().close().await.expect("it closes");
        let figures = Figures::of(&beside).await;
        assert_is(figures.at("liandong_database_up"), 0);
        assert!(!figures.has("liandong_outbox_events"));
        assert_is(figures.operations("query", "OK"), 0);
    });
}

#[test]
fn a_database_that_does_not_answer_keeps_no_monitor_waiting() {
    both_empty(async |w| {
        if w.kind() == Kind::Sqlite {
            // There, whoever reads waits for nobody.
            return;
        }
        let beside = w.beside(|_| {}).await;
        let outside = w.database.connect().await;
        let txn = outside.begin().await.expect("a transaction begins");
        txn.execute_unprepared("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")
            .await
            .expect("nobody else has it");
        let began = Instant::now();
        let figures = Figures::of(&beside).await;
        assert_is(figures.at("liandong_database_up"), 0);
        assert!(began.elapsed() < Duration::from_secs(4));
        txn.rollback().await.expect("it ends");
    });
}

#[test]
fn nobody_is_named() {
    both(async |w| {
        let beside = w.beside(|_| {}).await;
        let cast = Cast::of(&w).await;
        let hill = beside.client(&cast.hill);
        let posted = cast.story.submit(&hill, cast.story.up()).await;
        // A client may call its operations and paths what it likes.
        let named = "query OfSomebody { viewer { roles } }";
        let _ = hill.ask(named).await.ok();
        let path = format!("/{}/{}", Patient::nth(7).number, posted.id);
        let _ = hill.send(hill.request(Method::GET, &path)).await;
        let path = format!("/files/{}", posted.id);
        let _ = hill.send(hill.request(Method::GET, &path)).await;
        let monitor = beside.monitor();
        let answer = monitor.send(monitor.request(Method::GET, "/metrics")).await;
        Figures::read(&answer.text);
        let token = hill.token().expect("somebody who has signed in");
        let account = hill.account.to_string();
        for secret in [token, &posted.id, &posted.number, &account, "Somebody"] {
            assert!(!answer.text.contains(secret), "{}", answer.text);
        }
    });
}

#[test]
fn figures_are_nowhere_else_and_nothing_else_is_there() {
    both_empty(async |w| {
        let beside = w.beside(|_| {}).await;
        for client in [w.anonymous(), beside.anonymous()] {
            for path in ["/metrics", "/metrics/", "/admin/metrics"] {
                let answer = client.send(client.request(Method::GET, path)).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
                assert!(!answer.text.contains("liandong_"), "{}", answer.text);
            }
        }
        let monitor = beside.monitor();
        for (method, path, status) in [
            (Method::GET, "/healthz", StatusCode::OK),
            (Method::GET, "/readyz", StatusCode::OK),
            (Method::POST, "/metrics", StatusCode::METHOD_NOT_ALLOWED),
            (Method::GET, "/", StatusCode::NOT_FOUND),
            (Method::POST, "/graphql", StatusCode::NOT_FOUND),
            (Method::GET, "/graphql/ws", StatusCode::NOT_FOUND),
            (Method::GET, "/files/fil_x", StatusCode::NOT_FOUND),
            (Method::POST, "/oauth/token", StatusCode::NOT_FOUND),
            (Method::GET, "/explorer/", StatusCode::NOT_FOUND),
        ] {
            let answer = monitor.send(monitor.request(method, path)).await;
            assert_eq!(answer.status, status, "{path}");
        }
    });
}

#[test]
fn it_tells_until_the_service_has_stopped() {
    both_empty(async |w| {
        let mut beside = w.beside(|settings| settings.serving.drain_delay = 1).await;
        let (monitor, admin) = (beside.monitor(), beside.admin);
        Figures::of(&beside).await;
        beside.tell_to_stop();
        sleep(Duration::from_millis(200)).await;
        let ready = monitor.send(monitor.request(Method::GET, "/readyz")).await;
        assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
        Figures::of(&beside).await;
        beside.stopped().await;
        assert!(TcpStream::connect(admin).await.is_err());
    });
}

#[test]
fn an_address_that_is_taken_is_named_with_its_setting() {
    both_empty(async |w| {
        let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let taken = taken.local_addr().map(|address| (taken, address));
        let (_taken, address) = taken.expect("an address");
        let mut settings = w.app.settings.clone();
        settings.listen = ([127, 0, 0, 1], 0).into();
        settings.serving.admin = AdminAddress::At(address);
        let refused = Listeners::bind(&settings).await;
        let refused = refused.expect_err("it is taken").to_string();
        assert!(refused.starts_with("--admin-address: "), "{refused}");
        settings.serving.admin = AdminAddress::None;
        let listeners = Listeners::bind(&settings).await.expect("a port");
        assert!(listeners.admin.is_none());
    });
}
