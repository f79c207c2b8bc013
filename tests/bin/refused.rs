//! What refusals cost: `cargo run --release -p tests --bin refused`.
//!
//! The service runs in a process of its own, on SQLite, with the settings it has by default. Each request is made `--times 20` times, no
//! two with the same document, and the processor time that the service has used meanwhile is printed for each. It ends with a failure
//! where one of them costs more than 50 ms.

#![expect(
    unused_imports,
    reason = "it takes from the suite's harness what it needs"
)]

use std::{
    env,
    fmt::Write as _,
    io::{BufRead as _, BufReader},
    process::{Command, ExitCode, Stdio},
    sync::Arc,
    time::Duration,
};

use harness::{
    World,
    client::Client,
    database::{self, Database, Kind},
};
use reqwest::Method;
use serde_json::{Value, json};

#[path = "../harness/mod.rs"]
mod harness;
#[expect(dead_code, reason = "memory and families are for others")]
#[path = "../bench/processor.rs"]
mod processor;

/// The most that a refusal may cost.
const MOST: Duration = Duration::from_millis(50);

fn main() -> ExitCode {
    // Started again by itself, it is the service.
    if env::args().nth(1).as_deref() == Some("serve") {
        database::prepare(Kind::Sqlite);
        api::cli::runtime().block_on(serve());
        return ExitCode::SUCCESS;
    }
    api::crypto::install_tls_provider();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be built");
    let held = runtime.block_on(measure());
    if held {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The service: says where it listens, and ends with its standard input.
async fn serve() {
    let database = Arc::new(Database::create(Kind::Sqlite).await);
    let w = World::start(database.clone(), false).await;
    println!("{}", w.address());
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().lines().count()).await;
    ended.expect("standard input can be read");
    drop(w);
    database.remove().await;
}

/// Makes every request, and prints what it costs; whether all hold.
async fn measure() -> bool {
    let times = env::args()
        .skip_while(|argument| argument != "--times")
        .nth(1)
        .map_or(20, |times| times.parse().expect("--times takes a number"));
    let mut service = Command::new(env::current_exe().expect("a program knows its file"))
        .arg("serve")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("this program can be started again");
    let mut address = String::new();
    BufReader::new(service.stdout.take().expect("standard output is piped"))
        .read_line(&mut address)
        .expect("the service says where it listens");
    let client = Client::anonymous(reqwest::Client::new(), format!("http://{}", address.trim()));
    let mut held = true;
    // The first makes what is made once.
    for (what, body) in [("(first of all)", plain as Body)]
        .into_iter()
        .chain(BODIES)
    {
        let before = processor::used_by(service.id());
        for nth in 0..times {
            refused(&client, body(nth)).await;
        }
        let each = processor::used_by(service.id()).saturating_sub(before) / times;
        let holds = each <= MOST || what.starts_with('(');
        held &= holds;
        println!(
            "{:>8.2} ms  {what}{}",
            each.as_secs_f64() * 1000.0,
            if holds { "" } else { "  TOO MUCH" }
        );
    }
    drop(service.stdin.take());
    let _ = service.wait();
    held
}

async fn refused(client: &Client, body: String) {
    let request = client
        .request(Method::POST, "/graphql")
        .header("content-type", "application/json")
        .body(body);
    let answer = client.send(request).await;
    assert!(!answer.errors().is_empty(), "{}", answer.text);
    assert!(answer.text.len() < 100_000, "a refusal is short");
}

/// Makes the body of the nth request.
type Body = fn(u32) -> String;

/// What is refused.
const BODIES: [(&str, Body); 11] = [
    ("a body of 10 MB", |_| {
        document(&" ".repeat(10 * 1024 * 1024), &json!({}))
    }),
    ("4 MB of small values", |_| {
        document("{ __typename }", &json!({ "x": vec![1; 2_000_000] }))
    }),
    ("99,000 variables that do not fit", |nth| {
        let text = format!("query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ id }} }} # {nth}");
        document(&text, &json!({ "ids": vec![true; 99_000] }))
    }),
    ("a document of 50,000 directives", |nth| {
        let text = format!("{{ __typename{} }} # {nth}", " @a".repeat(50_000));
        document(&text, &json!({}))
    }),
    ("a document of 3,500 directives", |nth| {
        let text = format!("{{ __typename{} }} # {nth}", " @a".repeat(3_500));
        document(&text, &json!({}))
    }),
    ("nested fragments", |nth| {
        let mut text = format!("{{ ...F0 }} fragment F40 on Query {{ __typename }} # {nth}\n");
        for step in 0..40 {
            let next = step + 1;
            let _ = write!(
                text,
                " fragment F{step} on Query {{ ...F{next} ...F{next} ...F{next} }}"
            );
        }
        document(&text, &json!({}))
    }),
    ("a fragment cycle", |nth| {
        let text = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A } # ";
        document(&format!("{text}{nth}"), &json!({}))
    }),
    ("3,900 unknown fields", |nth| {
        let fields = (0..3_900).fold(String::new(), |mut text, field| {
            let _ = write!(text, " a{field}");
            text
        });
        document(&format!("{{ viewer {{{fields} }} }} # {nth}"), &json!({}))
    }),
    ("100 fields of one name that conflict", |nth| {
        let fields = " roles x: roles".repeat(50) + &" x: account { id }".repeat(50);
        let text = format!("{{ viewer {{{fields} }} }} # {nth}");
        document(&text, &json!({}))
    }),
    ("brackets 60 deep", |nth| {
        let text = "{ viewer".repeat(60) + &" }".repeat(60);
        document(&format!("{text} # {nth}"), &json!({}))
    }),
    ("a document that costs too much", |nth| {
        let text = "{ communities(first: 100) { edges { node { members(first: 100) { edges { node {
            departments(first: 100) { edges { node { id } } } } } } } } } } # ";
        document(&format!("{text}{nth}"), &json!({}))
    }),
];

fn plain(nth: u32) -> String {
    document(&format!("{{ nothing }} # {nth}"), &json!({}))
}

fn document(text: &str, variables: &Value) -> String {
    json!({ "query": text, "variables": variables }).to_string()
}
