//! Files: stored, read, attached, collected.

mod attach;
mod code;
mod download;
mod sweep;
mod upload;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;

use crate::harness::client::{Answer, Client};

/// The smallest thing that calls itself a PDF.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// A request that stores content.
fn posting(by: &Client, content: impl Into<Vec<u8>>) -> RequestBuilder {
    by.request(Method::POST, "/files").body(content.into())
}

/// Stores content; what is known of it.
async fn stored(by: &Client, content: impl Into<Vec<u8>>) -> Value {
    let answer = by.send(posting(by, content)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.body
}

/// Reads a file by its id.
async fn read(by: &Client, id: &str) -> Answer {
    by.send(by.request(Method::GET, &format!("/files/{id}")))
        .await
}

/// Makes sure that a request was refused as a problem, with our code.
fn assert_refused(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.body["status"], status.as_u16());
    assert_eq!(answer.body["code"], code, "{}", answer.text);
    assert_eq!(
        answer.body["requestId"],
        answer.header("x-request-id"),
        "{}",
        answer.text
    );
}
