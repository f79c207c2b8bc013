//! The service in a process of its own, as `liandong serve` runs it, and clients who ask it for pages.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::{StatusCode, header};
use serde_json::{Value, json};

use crate::{figure::Run, processor, seed::Seeded};

/// The page: what a referral office looks at all day.
pub const PAGE: &str = include_str!("page.graphql");

/// A running service.
pub struct Service {
    process: Child,
    url: String,
    token: String,
    cursors: Arc<Vec<String>>,
}

impl Service {
    /// Starts it on a seeded database. It logs into a file, as it would anywhere.
    pub fn start(on: &Seeded) -> Self {
        let log = fs::File::create(on.database.folder.join("service.log"))
            .expect("a file can be made in the folder of this run");
        let mut process = Command::new(env::current_exe().expect("a program knows its file"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(["--points-per-minute", "0"])
            .env("DATABASE_URL", on.database.url())
            .env("LIANDONG_DATA_DIR", &on.database.folder)
            .env("LIANDONG_MASTER_KEY", &on.master)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("this program can be started again");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("standard output is piped"))
            .read_line(&mut line)
            .expect("the service tells its address");
        let url = line
            .trim()
            .rsplit(' ')
            .next()
            .filter(|url| url.starts_with("http"))
            .unwrap_or_else(|| panic!("the service did not start: {line}"));
        Self {
            url: format!("{url}/graphql"),
            process,
            token: on.token.clone(),
            cursors: Arc::new(on.places.iter().map(super::seed::Place::cursor).collect()),
        }
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Asks for pages at random places until the time is over.
    pub async fn load(&self, document: &str, clients: u64, time: Duration) -> Run {
        let began = Instant::now();
        let before = processor::used_by(self.pid());
        let clients = (0..clients).map(|client| {
            let (caller, document) = (self.caller(document), client + 1);
            tokio::spawn(async move { caller.ask_until(began + time, document).await })
        });
        let mut times = Vec::new();
        for client in futures::future::join_all(clients).await {
            times.extend(client.expect("a client does not panic"));
        }
        let used = processor::used_by(self.pid()).saturating_sub(before);
        Run::new(times, began.elapsed(), used)
    }

    /// The page after a place, as JSON.
    pub async fn page(&self, place: usize) -> Value {
        let text = self.caller(PAGE).ask(place).await;
        serde_json::from_str(&text).expect("an answer is JSON")
    }

    fn caller(&self, document: &str) -> Caller {
        let bodies = self.cursors.iter().map(|cursor| {
            json!({ "query": document, "variables": { "first": 20, "after": cursor } }).to_string()
        });
        Caller {
            http: reqwest::Client::new(),
            url: self.url.clone(),
            token: self.token.clone(),
            bodies: bodies.collect(),
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One client with one connection.
struct Caller {
    http: reqwest::Client,
    url: String,
    token: String,
    bodies: Vec<String>,
}

impl Caller {
    async fn ask_until(&self, end: Instant, seed: u64) -> Vec<Duration> {
        let mut times = Vec::new();
        let mut random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        while Instant::now() < end {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let place = usize::try_from(random % 1_000_003).unwrap_or(0) % self.bodies.len();
            let began = Instant::now();
            self.ask(place).await;
            times.push(began.elapsed());
        }
        times
    }

    async fn ask(&self, place: usize) -> String {
        let answer = self
            .http
            .post(&self.url)
            .bearer_auth(&self.token)
            .header(header::CONTENT_TYPE, "application/json")
            .body(self.bodies[place].clone())
            .send()
            .await
            .expect("the service answers");
        let status = answer.status();
        let text = answer.text().await.expect("an answer is text");
        assert!(
            status == StatusCode::OK && !text.contains("\"errors\""),
            "{status} {text}"
        );
        text
    }
}
