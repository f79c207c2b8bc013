//! The page of a referral office, measured beside one hand-written statement: `cargo run --release -p tests --bin bench`.
//!
//! Options: `--referrals 1000000` in the database, `--seconds 15` a run, `--rounds 3` of each side by turns. It starts a PostgreSQL server
//! of its own, which waits for the disk while it is measured but not while it loads; autovacuum is off, memory as PostgreSQL sets it. The
//! service runs in a process of its own, exactly as `liandong serve` does, audit on; the statement runs in pgbench and writes no audit. Both
//! have eight connections, and clients ask for pages at the same places: half of them first pages, half anywhere in the list. Speeds are
//! ratios of one run; what the machine does beside shows in all of them.

#![expect(
    unused_imports,
    reason = "it takes from the suite's harness what it needs"
)]

use std::{process::ExitCode, time::Duration};

use harness::database::{self, Kind};
use sea_orm::{ConnectionTrait as _, DatabaseBackend, Statement};
use serde_json::Value;

#[path = "../harness/mod.rs"]
mod harness;

#[path = "../bench/figure.rs"]
mod figure;
#[path = "../bench/pgbench.rs"]
mod pgbench;
#[path = "../bench/processor.rs"]
mod processor;
#[path = "../bench/seed.rs"]
mod seed;
#[path = "../bench/server.rs"]
mod server;
#[path = "../bench/service.rs"]
mod service;

use figure::{Run, median};
use pgbench::Pgbench;
use seed::Seeded;
use server::Server;
use service::{PAGE, Service};

/// Clients at a time.
const CLIENTS: u64 = 8;
/// Referrals of the small database that the large one is held against.
const FEW: u32 = 10_000;

/// What is asked for.
struct Plan {
    referrals: u32,
    time: Duration,
    rounds: u32,
}

fn main() -> ExitCode {
    // Started again by itself, it is the service.
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return api::cli::runtime().block_on(api::cli::run());
    }
    let plan = Plan {
        referrals: option("--referrals", 1_000_000),
        time: Duration::from_secs(option("--seconds", 15).into()),
        rounds: option("--rounds", 3),
    };
    assert!(
        harness::postgres::programs().is_some(),
        "PostgreSQL's programs were not found"
    );
    database::prepare(Kind::Postgres);
    tokio::runtime::Runtime::new()
        .expect("a runtime can be built")
        .block_on(measure(&plan));
    ExitCode::SUCCESS
}

fn option(name: &str, default: u32) -> u32 {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).map_or(default, |value| {
        value
            .parse()
            .unwrap_or_else(|_| panic!("{name} takes a number"))
    })
}

async fn measure(plan: &Plan) {
    let few = seed::seed(FEW).await;
    let many = seed::seed(plan.referrals).await;
    let server = Server::of(&many).await;
    server
        .set(&[
            ("fsync", "on"),
            ("synchronous_commit", "on"),
            ("full_page_writes", "on"),
        ])
        .await;
    server.settle().await;
    let service = Service::start(&many);
    let Some(pgbench) = Pgbench::of(&many) else {
        println!("pgbench was not found: nothing to hold the service against");
        return;
    };
    compare_answers(&many, &service).await;
    // The first runs fill the caches of both.
    service.load(PAGE, CLIENTS, plan.time / 3).await;
    pgbench.load(&server, CLIENTS, plan.time / 3);
    let whole = side_by_side(plan, &server, &service, &pgbench).await;
    by_statement(&server, &service, plan.time / 3).await;
    by_part(&server, &service, whole, plan.time / 3).await;
    growth(plan, &few, &service).await;
    if let Some(memory) = processor::most_memory(service.pid()) {
        println!("\nthe service had {memory:.0} MB in memory at most");
    }
    drop(service);
}

/// The service and the statement must answer the same rows.
async fn compare_answers(many: &Seeded, service: &Service) {
    let connection = many.database.connect().await;
    for place in [0, many.places.len() - 1] {
        let sql = pgbench::statement(&many.places[place]);
        let row = connection
            .query_one_raw(Statement::from_string(DatabaseBackend::Postgres, sql))
            .await
            .expect("the statement runs")
            .expect("it answers one row");
        let written: Value = row.try_get_by_index(0).expect("its answer is JSON");
        let answer = service.page(place).await;
        let edges = answer["data"]["referrals"]["edges"].as_array();
        let nodes = written["nodes"].as_array();
        let (edges, nodes) = (edges.expect("a page"), nodes.expect("a page"));
        assert_eq!((edges.len(), nodes.len()), (20, 20));
        for (edge, other) in edges.iter().zip(nodes) {
            let node = &edge["node"];
            for path in [
                "/number",
                "/status",
                "/diagnoses",
                "/overdue",
                "/patient/name",
                "/patient/age",
                "/patient/idNumber",
                "/patient/masked",
                "/sender/name",
                "/receiver/name",
            ] {
                assert_eq!(node.pointer(path), other.pointer(path), "{path}");
            }
            let events = |value: &Value| value.as_array().map(Vec::len);
            assert_eq!(
                events(&node["timeline"]["edges"]),
                events(&other["timeline"])
            );
        }
    }
    println!("both answer the same rows");
}

async fn side_by_side(plan: &Plan, server: &Server, service: &Service, pgbench: &Pgbench) -> f64 {
    println!(
        "\nside by side, {CLIENTS} clients, {} s each",
        plan.time.as_secs()
    );
    let (mut ratios, mut efforts, mut rates) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=plan.rounds {
        let before = server.used();
        let ours = service.load(PAGE, CLIENTS, plan.time).await;
        let pages = f64::from(u32::try_from(ours.times.len()).unwrap_or(u32::MAX));
        let database = figure::millis(server.used().saturating_sub(before)) / pages;
        let theirs = pgbench.load(server, CLIENTS, plan.time);
        tell(&format!("{round} service"), &ours);
        println!(
            "    of a page: processor {:.2} ms service, {database:.2} ms PostgreSQL",
            ours.processor
        );
        tell(&format!("{round} statement"), &theirs);
        println!(
            "    of a page: processor {:.2} ms PostgreSQL",
            theirs.processor
        );
        ratios.push(ours.rate / theirs.rate);
        efforts.push((ours.processor + database) / theirs.processor);
        rates.push(ours.rate);
    }
    let percent = |ratio: &f64| format!("{:.1} %", 100.0 * ratio);
    println!(
        "the service answers {} of what the statement does (rounds: {}), for {:.2} times its processor time",
        percent(&median(ratios.iter().copied())),
        ratios.iter().map(percent).collect::<Vec<_>>().join(", "),
        median(efforts)
    );
    median(rates)
}

fn tell(name: &str, run: &Run) {
    println!(
        "  {name:<12} {:>7.0} pages/s   p50 {:.2} ms   p99 {:.2} ms",
        run.rate,
        run.within(0.5),
        run.within(0.99)
    );
}

/// One client, so that nothing waits for anything else: how much of a page's time is the database's, statement by statement.
async fn by_statement(server: &Server, service: &Service, time: Duration) {
    let alone = service.load(PAGE, 1, time).await;
    let (logged, kinds) = server.logged(service.load(PAGE, 1, time)).await;
    let pages = f64::from(u32::try_from(logged.times.len()).unwrap_or(u32::MAX));
    println!(
        "\none client: a page takes p50 {:.2} ms; by the server's log, in milliseconds a page",
        alone.within(0.5)
    );
    let mean = logged.times.iter().sum::<f64>() / pages;
    let mut statements = 0.0;
    let mut known = 0.0;
    for (kind, found) in &kinds {
        let times = f64::from(found.times) / pages;
        // What runs beside the pages, such as the sealer, is seldom.
        if times < 0.5 {
            continue;
        }
        let counted = !["BEGIN", "COMMIT"].contains(&kind.as_str());
        statements += if counted { times } else { 0.0 };
        known += found.millis / pages;
        println!(
            "  {kind:<28} {times:>5.2} times {:>8.3} ms {:>5.1} %",
            found.millis / pages,
            100.0 * found.millis / pages / mean
        );
    }
    println!(
        "  {statements:.2} statements a page; {known:.3} ms of {mean:.3} ms ({:.1} %) in PostgreSQL while it logs",
        100.0 * known / mean
    );
}

/// The page without one of its parts: what the part costs.
async fn by_part(server: &Server, service: &Service, whole: f64, time: Duration) {
    println!("\nwithout one part, {CLIENTS} clients (whole page: {whole:.0} pages/s)");
    for (name, parts) in [
        ("whole", &[][..]),
        ("patient", &["patient"]),
        ("patient, diagnoses, so no audit", &["patient", "diagnoses"]),
        ("institutions", &["sender"]),
        ("timeline", &["timeline"]),
        ("actions", &["availableActions"]),
        (
            "all of these",
            &[
                "patient",
                "diagnoses",
                "sender",
                "timeline",
                "availableActions",
            ],
        ),
    ] {
        let document: Vec<&str> = PAGE
            .lines()
            .filter(|line| !parts.iter().any(|part| line.trim_start().starts_with(part)))
            .collect();
        let before = server.used();
        let run = service.load(&document.join("\n"), CLIENTS, time).await;
        let pages = f64::from(u32::try_from(run.times.len()).unwrap_or(u32::MAX));
        println!(
            "  {name:<34} {:>7.0} pages/s   processor {:.2} ms service, {:.2} ms PostgreSQL",
            run.rate,
            run.processor,
            figure::millis(server.used().saturating_sub(before)) / pages
        );
    }
    server.set(&[("synchronous_commit", "off")]).await;
    let run = service.load(PAGE, CLIENTS, time).await;
    server.set(&[("synchronous_commit", "on")]).await;
    println!(
        "  {:<34} {:>7.0} pages/s",
        "audit that waits for no disk", run.rate
    );
}

/// The same page in a small and a large database, by turns.
async fn growth(plan: &Plan, few: &Seeded, large: &Service) {
    let small = Service::start(few);
    let mut ratios = Vec::new();
    let mut times = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let little = small.load(PAGE, 1, plan.time / 3).await.within(0.5);
        let much = large.load(PAGE, 1, plan.time / 3).await.within(0.5);
        ratios.push(much / little);
        times.0.push(little);
        times.1.push(much);
    }
    println!(
        "\n{} against {} referrals, one client: {:.2} times as long (p50 {:.2} ms against {:.2} ms)",
        plan.referrals,
        few.referrals,
        median(ratios),
        median(times.1),
        median(times.0)
    );
}
