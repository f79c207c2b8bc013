//! What else the service answers: health, the page, and what is not there.

use entity::enums::Role;
use reqwest::{Method, StatusCode};
use sea_orm::ConnectionTrait as _;

use crate::harness::{both_empty, people::Place};

#[test]
fn it_lives_and_is_ready() {
    both_empty(async |w| {
        let client = w.anonymous();
        for path in ["/healthz", "/readyz"] {
            let answer = client.send(client.request(Method::GET, path)).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        }
    });
}

#[test]
fn it_is_not_ready_on_a_database_of_another_release() {
    both_empty(async |w| {
        let client = w.anonymous();
        w.database
            .connect()
            .await
            .execute_unprepared(
                "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29991231_000001_later', 0)",
            )
            .await
            .expect("the table of migrations takes a row");
        let answer = client.send(client.request(Method::GET, "/readyz")).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.text.contains("newer"), "{}", answer.text);
    });
}

#[test]
fn the_page_loads_nothing_from_anywhere() {
    both_empty(async |w| {
        let client = w.anonymous();
        let answer = client.send(client.request(Method::GET, "/")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.text.contains("POST /graphql"));
        for word in ["http://", "https://", "src=", "<script", "<link"] {
            assert!(!answer.text.contains(word), "{word}");
        }
        assert!(
            answer
                .header("content-security-policy")
                .starts_with("default-src 'none'")
        );
    });
}

#[test]
fn what_is_not_there_is_said_in_json() {
    both_empty(async |w| {
        let client = w.anonymous();
        for (method, path, status) in [
            (Method::GET, "/nothing", StatusCode::NOT_FOUND),
            (Method::POST, "/healthz", StatusCode::METHOD_NOT_ALLOWED),
        ] {
            let answer = client.send(client.request(method, path)).await;
            assert_eq!(answer.status, status);
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert_eq!(answer.body["status"], status.as_u16());
        }
    });
}

#[test]
fn the_queries_of_the_page_fit_the_schema() {
    both_empty(async |w| {
        let client = w.client(Role::Auditor, Place::INSTALLATION).await;
        let page = client.send(client.request(Method::GET, "/")).await;
        let mut asked = 0;
        for block in page.text.split("<pre>").skip(1) {
            let document = block.split("</pre>").next().unwrap_or_default();
            if !document.starts_with("curl") {
                asked += 1;
                let answer = client.ask(document).await;
                assert!(
                    !answer.text.contains("GRAPHQL_"),
                    "{document}: {}",
                    answer.text
                );
            }
        }
        assert_eq!(asked, 4);
    });
}
