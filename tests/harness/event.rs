//! A client of the service that reads an event stream, by graphql-sse's distinct connections.

use std::time::Duration;

use reqwest::{Method, Response, header::CONTENT_TYPE};
use serde_json::{Value, json};
use tokio::time;

use super::client::Client;

/// Longer than anything takes that is to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open stream.
pub struct Events {
    response: Response,
    text: String,
}

/// What a stream says.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// An answer.
    Next(Value),
    /// There is no more.
    Complete,
    /// It ended.
    End,
}

impl Events {
    /// Posts an operation, to be answered as events.
    pub async fn of(client: &Client, document: &str, variables: Value) -> Self {
        let body = json!({ "query": document, "variables": variables });
        let client = client.clone().with_header("accept", "text/event-stream");
        let request = client.request(Method::POST, "/graphql").json(&body);
        request.send().await.expect("the service answers").into()
    }

    /// What it says next; it says something.
    pub async fn next(&mut self) -> Event {
        let said = self.next_within(PATIENCE).await;
        said.expect("the stream says something")
    }

    /// What it says within that time.
    pub async fn next_within(&mut self, time: Duration) -> Option<Event> {
        time::timeout(time, async {
            loop {
                while let Some(end) = self.text.find("\n\n") {
                    let rest = self.text.split_off(end + 2);
                    let event = std::mem::replace(&mut self.text, rest);
                    if let Some(event) = read(&event) {
                        return event;
                    }
                }
                match self.response.chunk().await {
                    Ok(Some(bytes)) => self.text.push_str(&String::from_utf8_lossy(&bytes)),
                    Ok(None) | Err(_) => return Event::End,
                }
            }
        })
        .await
        .ok()
    }

    /// The next answer.
    pub async fn answer(&mut self) -> Value {
        match self.next().await {
            Event::Next(answer) => answer,
            other => panic!("no answer: {other:?}"),
        }
    }
}

impl From<Response> for Events {
    fn from(response: Response) -> Self {
        assert_eq!(response.status(), 200);
        let media = &response.headers()[CONTENT_TYPE];
        assert_eq!(media, "text/event-stream; charset=utf-8");
        Self {
            response,
            text: String::new(),
        }
    }
}

/// An event; none where it is a comment.
fn read(text: &str) -> Option<Event> {
    let field = |name: &str| {
        let mut lines = text.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
    };
    match field("event")?.trim() {
        "next" => {
            let data = field("data").expect("an answer has data");
            Some(Event::Next(serde_json::from_str(data).expect("JSON")))
        }
        "complete" => {
            assert_eq!(field("data"), Some(""), "EventSource needs it");
            Some(Event::Complete)
        }
        other => panic!("no event of the protocol: {other}"),
    }
}
