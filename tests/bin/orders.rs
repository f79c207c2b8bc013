//! A year of one shared centre by day, in a small and a large database: `cargo run --release -p tests --bin orders -- --orders 5000000`.
//!
//! Options: `--orders 5000000` in the large database and `--few 50000` in the small one, both of three years at two centres; `--rounds 40` readings of each, by turns.
//! The large one takes 8 GB where `TMPDIR` points, and half an hour on two cores. They go to SQLite, or where `DATABASE_URL` begins with `postgres` to a server of its own. Orders are written straight into the tables, and counted by the
//! rollup; twenty more come by the feed and are not counted yet, so that each reading has a tail. It fails where a reading takes more than four statements,
//! or a large one 1.3 times as long as a small one.

#![expect(
    dead_code,
    unused_imports,
    reason = "it takes from the suite's harness what it needs"
)]

use std::{
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration as Time, Instant},
};

use api::{
    db::counting,
    throughput::{backlog, rollup},
};
use chrono::{Duration, Utc};
use entity::{
    enums::{OrderStatus, Role, Urgency},
    order, shared_centre,
};
use harness::{
    World,
    client::Client,
    database::{Database, Kind},
    people::Place,
};
use serde_json::{Value, json};

#[path = "../throughput/book.rs"]
mod book;
#[path = "../bench/figure.rs"]
mod figure;
#[path = "../harness/mod.rs"]
mod harness;
#[path = "../bench/pair.rs"]
mod pair;

use book::Book;
use pair::{ROWS, insert, option};

/// How many days the orders are spread over.
const DAYS: i64 = 3 * 365;
/// What is asked for.
const YEAR: &str = "query Year($input: ThroughputInput!) { throughput(input: $input) {
    startsAt endsAt requested received reported reviewed returned recognised cancelled backlog patientVisits activeShare suppressed
    fromRequest { count medianMinutes p90Minutes onTimeShare } fromStart { count medianMinutes p90Minutes onTimeShare }
    returnedBy { reason count } critical { raised acknowledged acknowledgedInTime medianMinutes } } }";

fn main() -> ExitCode {
    let (few, many) = (option("--few", 50_000), option("--orders", 5_000_000));
    let rounds = option("--rounds", 40);
    pair::run(async |kind| compare(kind, few, many, rounds).await)
}

async fn compare(kind: Kind, few: u32, many: u32, rounds: u32) -> bool {
    let small = Seeded::new(kind, few).await;
    let large = Seeded::new(kind, many).await;
    let statements = [small.statements().await, large.statements().await];
    for seeded in [&small, &large] {
        seeded.read().await;
    }
    let (mut little, mut much) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        little.push(figure::millis(small.read().await));
        much.push(figure::millis(large.read().await));
    }
    let (little, much) = (figure::median(little), figure::median(much));
    let ratio = much / little;
    println!(
        "{kind}: a year of one centre by day, {few} orders: {little:.1} ms; {many} orders: {much:.1} ms; {ratio:.2} times as long"
    );
    println!("statements: {statements:?}");
    ratio <= 1.3 && statements.iter().all(|count| *count <= 4)
}

/// A database with its orders, and who reads it.
struct Seeded {
    w: World,
    monitor: Client,
    input: Value,
}

impl Seeded {
    async fn new(kind: Kind, orders: u32) -> Self {
        let began = Instant::now();
        let database = Arc::new(Database::create(kind).await);
        let w = World::start(database, true).await;
        let book = Book::open(&w).await;
        let mut rows = Vec::with_capacity(ROWS);
        for n in 0..orders {
            rows.push(nth(&book, n, orders));
            if rows.len() == ROWS || n + 1 == orders {
                insert::<order::Entity, _>(&w, std::mem::take(&mut rows)).await;
            }
        }
        let written = began.elapsed().as_secs_f64();
        pair::analyse(&w).await;
        for centre in [&book.laboratory, &book.imaging] {
            for day in 0..=DAYS {
                let day = w.now() - Duration::days(day);
                let counted = rollup::rebuild(&w.app, centre.id, day).await;
                counted.expect("a day can be counted");
            }
        }
        while backlog::take_once(&w.app)
            .await
            .expect("backlogs can be taken")
        {}
        let d = w.district();
        for n in 0..20 {
            let order = book.order(&book.laboratory, &d.hill, w.now() - Duration::minutes(n));
            book.place(&book.reported(order, 30)).await;
        }
        println!(
            "{kind}: {orders} orders, written in {written:.0} s, counted after {:.0} s",
            began.elapsed().as_secs_f64()
        );
        let centre = api::id::encode(api::id::Kind::SharedCentre, book.laboratory.id);
        let midnight = w.now() + Duration::hours(15);
        Self {
            monitor: w.client(Role::Monitor, Place::INSTALLATION).await,
            input: json!({ "centres": [centre], "from": midnight - Duration::days(365), "to": midnight, "bucket": "DAY" }),
            w,
        }
    }

    async fn read(&self) -> Time {
        let began = Instant::now();
        let answer = self
            .monitor
            .call(YEAR, json!({ "input": self.input }))
            .await
            .ok();
        let took = began.elapsed();
        let rows = answer.data("throughput").as_array().map(Vec::len);
        assert_eq!(rows, Some(365), "a row a day");
        took
    }

    /// How many statements a reading takes, who asks aside.
    async fn statements(&self) -> u32 {
        let actor = self.w.actor(Role::Monitor, Place::INSTALLATION).await;
        let at = |name: &str| {
            let text = self.input[name].as_str().expect("a moment");
            api::moment::parse(text).expect("a moment")
        };
        let centre = self.input["centres"][0].as_str().expect("an id");
        let asked = api::throughput::query::Asked {
            centres: api::id::decode(api::id::Kind::SharedCentre, centre, "")
                .ok()
                .map(|id| vec![id]),
            kinds: None,
            requested_by: None,
            from: at("from"),
            to: at("to"),
            bucket: entity::enums::Bucket::Day,
            by: Vec::new(),
        };
        let count = Arc::new(AtomicU32::new(0));
        let read = api::throughput::service::throughput(&self.w.app, &actor, asked);
        let rows = counting(count.clone(), read).await.expect("it is told");
        assert_eq!(rows.len(), 365);
        count.load(Ordering::Relaxed)
    }
}

/// The n-th of so many orders, in the order of time: everything follows from the number.
fn nth(book: &Book, n: u32, orders: u32) -> order::Model {
    let d = book.w.district();
    let draw = |salt: u64, below: u64| {
        let mut z = u64::from(n)
            .wrapping_mul(31)
            .wrapping_add(salt)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        i64::try_from((z ^ (z >> 31)) % below).unwrap_or_default()
    };
    let institutions = [
        &d.hill,
        &d.river,
        &d.lake,
        &d.hill_station,
        &d.river_station,
        &d.lake_station,
    ];
    let by = institutions[usize::try_from(draw(1, 6)).unwrap_or_default()];
    let centre = if draw(2, 2) == 0 {
        &book.laboratory
    } else {
        &book.imaging
    };
    // One after the other, as they come: pages of indexes are then written once, not whenever an order happens to fall on them.
    let seconds = (DAYS - 1) * 24 * 60 * 60;
    let ago = seconds * i64::from(orders - n) / i64::from(orders);
    let at = book.w.now() - Duration::minutes(60 + draw(3, 30)) - Duration::seconds(ago);
    let mut order = book.order(centre, by, at);
    ["生化", "免疫", "血液", "微生物"][usize::try_from(draw(4, 4)).unwrap_or_default()]
        .clone_into(&mut order.item_group);
    order.priority = [Urgency::Routine, Urgency::Urgent, Urgency::Emergency]
        [usize::try_from(draw(5, 3)).unwrap_or_default()];
    if draw(6, 20) == 0 {
        order.status = OrderStatus::Cancelled;
        order.cancelled_at = Some(at + Duration::minutes(draw(7, 50)));
        return order;
    }
    let took = 5 + draw(8, 30) * draw(9, 30);
    let mut order = book.reported(order, took);
    order.status = OrderStatus::Reviewed;
    order.reviewed_at = order
        .reported_at
        .map(|reported| reported + Duration::minutes(draw(10, 60)));
    order
}
