//! Pages of other origins.

use entity::enums::Role;
use reqwest::Method;

use crate::harness::{
    World,
    beside::Beside,
    both_empty,
    client::Answer,
    people::Place,
    socket::{Refused, Socket},
};

const OURS: &str = "https://care.example";

async fn beside(w: &World) -> Beside {
    w.beside(|settings| settings.serving.cors_origins = vec![OURS.parse().expect("an origin")])
        .await
}

async fn preflight(beside: &Beside, origin: &str) -> Answer {
    let client = beside
        .anonymous()
        .with_header("origin", origin)
        .with_header("access-control-request-method", "POST")
        .with_header(
            "access-control-request-headers",
            "authorization,content-type,idempotency-key",
        );
    client
        .send(client.request(Method::OPTIONS, "/graphql"))
        .await
}

#[test]
fn a_page_of_a_named_origin_may_call() {
    both_empty(async |w| {
        let beside = beside(&w).await;
        let answer = preflight(&beside, OURS).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("access-control-allow-origin"), OURS);
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        let allowed = answer.header("access-control-allow-headers");
        for header in ["authorization", "content-type", "idempotency-key"] {
            assert!(allowed.contains(header), "{header}");
        }
        let client = beside.anonymous().with_header("origin", OURS);
        let answer = client.ask("{").await;
        assert_eq!(
            answer.header("access-control-allow-origin"),
            OURS,
            "refusals too"
        );
        let exposed = answer.header("access-control-expose-headers");
        assert!(exposed.contains("x-request-id") && exposed.contains("retry-after"));
        assert!(answer.headers("vary").any(|one| one.contains("origin")));
    });
}

#[test]
fn a_page_of_any_other_may_not() {
    both_empty(async |w| {
        let naming = beside(&w).await;
        for origin in ["https://evil.example", "null", "http://care.example"] {
            let answer = preflight(&naming, origin).await;
            assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
        }
        let naming_none = w.beside(|_| {}).await;
        let answer = preflight(&naming_none, OURS).await;
        assert_eq!(answer.header("access-control-allow-origin"), "");
    });
}

#[test]
fn a_socket_is_opened_by_named_pages_our_own_and_whatever_is_no_page() {
    both_empty(async |w| {
        let beside = beside(&w).await;
        let client = w.client(Role::Auditor, Place::INSTALLATION).await;
        let client = beside.client(&client);
        let own = format!("http://{}", beside.address);
        for origin in [None, Some(OURS), Some(own.as_str())] {
            assert!(Socket::open(&client, origin).await.is_ok(), "{origin:?}");
        }
        for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
            let refused = Socket::open(&client, Some(origin)).await;
            assert_eq!(refused.err(), Some(Refused(403)), "{origin}");
        }
    });
}
