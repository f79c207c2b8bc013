//! What the page loads, and from where.

use data_encoding::BASE64;
use reqwest::{Method, StatusCode};
use sha2::{Digest as _, Sha384};

use crate::harness::{
    both_empty,
    client::{Answer, Client},
};

async fn fetch(client: &Client, path: &str) -> Answer {
    client.send(client.request(Method::GET, path)).await
}

/// What stands between the quotes of that attribute, wherever it occurs.
fn attributes<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(r#" {name}=""#);
    let values = text.split(&begin).skip(1);
    values.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn its_libraries_are_held_to_their_hashes_wherever_they_come_from() {
    both_empty(async |w| {
        let client = w.anonymous();
        let page = fetch(&client, "/explorer/").await;
        let libraries: Vec<_> = page
            .text
            .lines()
            .filter(|line| line.contains("integrity="))
            .collect();
        assert_eq!(libraries.len(), 4, "{}", page.text);
        for library in libraries {
            let address = [attributes(library, "src"), attributes(library, "href")].concat()[0];
            let integrity = attributes(library, "integrity")[0];
            if address.starts_with("https:") {
                let policy = page.header("content-security-policy");
                assert!(policy.contains(address), "{policy}");
                continue;
            }
            let file = fetch(&client, &format!("/explorer/{address}")).await;
            assert_eq!(file.status, StatusCode::OK, "{address}");
            let hash = BASE64.encode(&Sha384::digest(&file.text));
            assert_eq!(integrity, format!("sha384-{hash}"), "{address}");
            let media = file.header("content-type");
            assert!(media.starts_with("text/javascript") || media.starts_with("text/css"));
            let cache = file.header("cache-control");
            assert_eq!(cache, "public, max-age=31536000, immutable");
        }
    });
}

#[test]
fn it_runs_no_inline_script_and_a_style_of_this_page_only() {
    both_empty(async |w| {
        let client = w.anonymous();
        let page = fetch(&client, "/explorer/").await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("cache-control"), "no-store");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'"));
        assert!(!policy.contains("unsafe"), "{policy}");
        let nonce = attributes(&page.text, "nonce")[0];
        assert!(policy.contains(&format!("'nonce-{nonce}'")), "{policy}");
        let other = fetch(&client, "/explorer/").await;
        assert_ne!(nonce, attributes(&other.text, "nonce")[0]);
    });
}

#[test]
fn its_files_are_named_and_nothing_else_is_there() {
    both_empty(async |w| {
        let client = w.anonymous();
        for (path, media) in [
            ("/explorer", "text/html; charset=utf-8"),
            ("/explorer/explorer.js", "text/javascript; charset=utf-8"),
            ("/explorer/explorer.css", "text/css; charset=utf-8"),
            ("/explorer/examples.json", "application/json"),
        ] {
            let file = fetch(&client, path).await;
            assert_eq!(file.status, StatusCode::OK, "{path}");
            assert_eq!(file.header("content-type"), media, "{path}");
            let head = client.send(client.request(Method::HEAD, path)).await;
            assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
            assert_eq!(head.header("content-type"), media, "{path}");
        }
        for path in [
            "/explorer/.gitignore",
            "/explorer/package.json",
            "/explorer/..%2fpackage.json",
            "/explorer/%2e%2e/Cargo.toml",
            "/explorer/graphiql-1.0.0.js",
            "/explorer/explorer.js/",
            "/explorer/a/b",
        ] {
            let answer = fetch(&client, path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
        let posted = client.request(Method::POST, "/explorer/");
        let answer = client.send(posted).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    });
}

#[test]
fn an_operator_may_do_without_it() {
    both_empty(async |w| {
        let plain = fetch(&w.anonymous(), "/").await;
        assert!(plain.text.contains(r#"href="explorer/""#));

        let without = w.beside(|settings| settings.explorer = false).await;
        let client = without.anonymous();
        for path in ["/explorer", "/explorer/", "/explorer/explorer.js"] {
            let answer = fetch(&client, path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        let plain = fetch(&client, "/").await;
        assert_eq!(plain.status, StatusCode::OK);
        assert!(!plain.text.contains("explorer"), "{}", plain.text);
    });
}
