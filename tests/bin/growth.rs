//! What every front end and hospital system does all day, in a small and a large database: `cargo run --release -p tests --bin growth`.
//!
//! Options: `--referrals 1000000` in the large database and `--few 10000` in the small one, all of them of one health centre to one hospital over three years;
//! `--rounds 40` of each request, by turns. They go to SQLite, or where `DATABASE_URL` begins with `postgres` to a server of its own; the large one takes
//! 8 GB where `TMPDIR` points. Referrals are written straight into the tables with whoever sees them and a timeline each; what is posted then
//! comes through the API. It fails where a request takes 1.3 times as long in the large one.

#![expect(
    dead_code,
    unused_imports,
    reason = "it takes from the suite's harness what it needs"
)]

use std::{
    process::ExitCode,
    sync::Arc,
    time::{Duration as Time, Instant},
};

use api::{id, policy};
use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, ReferralStatus, Role},
    event, patient, patient_party, referral, referral_leg, referral_party,
};
use harness::{
    World,
    canary::Patient,
    client::Client,
    database::{Database, Kind},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;
use uuid::Uuid;

#[path = "../bench/figure.rs"]
mod figure;
#[path = "../harness/mod.rs"]
mod harness;
#[path = "../referral/letter.rs"]
mod letter;
#[path = "../bench/pair.rs"]
mod pair;

use pair::{ROWS, insert, option};

/// How many days the referrals are spread over.
const DAYS: i64 = 3 * 365;
/// Referrals a patient has.
const REFERRALS_A_PATIENT: usize = 10;
/// What a referral has gone through.
const COURSE: [(Action, ReferralStatus); 6] = [
    (Action::SubmitReferral, ReferralStatus::Submitted),
    (Action::AcceptReferral, ReferralStatus::Accepted),
    (Action::RecordArrival, ReferralStatus::Arrived),
    (Action::StartTreatment, ReferralStatus::InTreatment),
    (Action::ReportBack, ReferralStatus::ReportedBack),
    (Action::CloseReferral, ReferralStatus::Closed),
];

const LIST: &str = include_str!("../bench/page.graphql");
const READ: &str = "query Read($id: ID!) { referral(by: { id: $id }) { number status patient { name age masked tags { tag } }
    timeline(first: 20) { edges { node { action occurredAt } } } availableActions { action allowed } } }";
const POST: &str = "mutation Post($input: SubmitReferralInput!) { submitReferral(input: $input) { replayed referral { number status } } }";

/// What is measured.
const REQUESTS: [&str; 4] = [
    "the first page of the list",
    "a page from its middle",
    "one referral",
    "posting one",
];

fn main() -> ExitCode {
    let (few, many) = (option("--few", 10_000), option("--referrals", 1_000_000));
    let rounds = option("--rounds", 40);
    pair::run(async |kind| compare(kind, few, many, rounds).await)
}

async fn compare(kind: Kind, few: u32, many: u32, rounds: u32) -> bool {
    let small = Seeded::new(kind, few).await;
    let large = Seeded::new(kind, many).await;
    let mut holds = true;
    for (request, name) in REQUESTS.iter().enumerate() {
        let (mut little, mut much) = (Vec::new(), Vec::new());
        for round in 0..rounds + 5 {
            let took = [
                small.ask(request, round).await,
                large.ask(request, round).await,
            ];
            // The first ones fill caches.
            if round >= 5 {
                little.push(figure::millis(took[0]));
                much.push(figure::millis(took[1]));
            }
        }
        let (little, much) = (figure::median(little), figure::median(much));
        let ratio = much / little;
        println!(
            "{kind}: {name}, {few} referrals: {little:.1} ms; {many} referrals: {much:.1} ms; {ratio:.2} times as long"
        );
        holds &= ratio <= 1.3;
    }
    holds
}

/// A database with its referrals, and who asks.
struct Seeded {
    w: World,
    office: Client,
    system: Client,
    /// The ids of all referrals, the oldest first.
    all: Vec<Uuid>,
    /// A place in the middle of the list.
    middle: String,
}

impl Seeded {
    async fn new(kind: Kind, referrals: u32) -> Self {
        let began = Instant::now();
        let w = World::start(Arc::new(Database::create(kind).await), true).await;
        let d = w.district();
        let seeded = Self {
            office: w.client(Role::Coordinator, &d.county).await,
            system: w.client(Role::Integration, &d.hill).await,
            all: Vec::new(),
            middle: String::new(),
            w,
        };
        let seeded = seeded.filled(referrals as usize).await;
        pair::analyse(&seeded.w).await;
        println!(
            "{kind}: {referrals} referrals, written in {:.0} s",
            began.elapsed().as_secs_f64()
        );
        seeded
    }

    /// Writes referrals like one that was posted, in the order of time.
    async fn filled(mut self, referrals: usize) -> Self {
        self.post(0).await;
        let w = &self.w;
        let like = referral::Entity::find().one(w.app.db.reader()).await;
        let like = like.expect("it can be read").expect("it was posted");
        let who = patient::Entity::find_by_id(like.patient_id);
        let who = who.one(w.app.db.reader()).await;
        let who = who.expect("it can be read").expect("it was registered");
        let first = event::Entity::find().filter(event::Column::SubjectId.eq(like.id));
        let first = first.one(w.app.db.reader()).await;
        let first = first.expect("it can be read").expect("it was recorded");
        let mut block = Block::default();
        let step = Duration::days(DAYS) / i32::try_from(referrals).unwrap_or(i32::MAX);
        for n in 0..referrals {
            let ago = step * i32::try_from(referrals - n).unwrap_or(0);
            if n % REFERRALS_A_PATIENT == 0 {
                block.register(w, &who);
            }
            self.all.push(block.add(w, (&like, &first), w.now() - ago));
            if block.referrals.len() == ROWS || n + 1 == referrals {
                std::mem::take(&mut block).write(w).await;
            }
        }
        let (at, id) = (w.now() - Duration::days(DAYS / 2), w.app.new_id());
        self.middle = api::page::Cursor::time("SUBMITTED_AT_DESC", at, id).encode();
        self
    }

    /// Asks, and says how long the answer took.
    async fn ask(&self, request: usize, round: u32) -> Time {
        match request {
            0 => self.list(json!({ "first": 20 })).await,
            1 => {
                self.list(json!({ "first": 20, "after": self.middle }))
                    .await
            }
            2 => self.read(round as usize).await,
            _ => self.post(round + 1).await,
        }
    }

    async fn list(&self, page: serde_json::Value) -> Time {
        let began = Instant::now();
        let answer = self.office.call(LIST, page).await.ok();
        let took = began.elapsed();
        let rows = answer.data("referrals.edges").as_array().map(Vec::len);
        assert_eq!(rows, Some(20), "a full page");
        took
    }

    async fn read(&self, round: usize) -> Time {
        let one = self.all[round * 7_919 % self.all.len()];
        let one = id::encode(id::Kind::Referral, one);
        let began = Instant::now();
        let answer = self.office.call(READ, json!({ "id": one })).await.ok();
        let took = began.elapsed();
        assert_eq!(answer.data("referral.status"), "CLOSED");
        took
    }

    async fn post(&self, n: u32) -> Time {
        let input = letter::up(&self.w, &Patient::nth(1_000 + n));
        let began = Instant::now();
        let answer = self.system.call(POST, json!({ "input": input })).await.ok();
        let took = began.elapsed();
        assert_eq!(answer.data("submitReferral.referral.status"), "SUBMITTED");
        took
    }
}

/// Rows that are written together.
#[derive(Default)]
struct Block {
    /// The patient of the next referrals.
    patient: Option<Uuid>,
    patients: Vec<patient::Model>,
    registered: Vec<patient_party::Model>,
    referrals: Vec<referral::Model>,
    legs: Vec<referral_leg::Model>,
    parties: Vec<referral_party::Model>,
    events: Vec<event::Model>,
}

impl Block {
    fn register(&mut self, w: &World, like: &patient::Model) {
        let id = w.app.new_id();
        self.patient = Some(id);
        self.patients.push(patient::Model {
            id,
            record_id: id,
            certificate_kind: None,
            certificate_cipher: None,
            certificate_hash: None,
            certificate_mask: None,
            ..like.clone()
        });
        self.registered.push(patient_party::Model {
            scope_id: like.registered_by,
            patient_id: id,
            since: like.created_at,
        });
    }

    /// Adds a referral that was posted then, and closed a week later.
    fn add(
        &mut self,
        w: &World,
        (like, first): (&referral::Model, &event::Model),
        at: DateTime<Utc>,
    ) -> Uuid {
        let id = w.app.new_id();
        let closed = at + Duration::days(7);
        let row = referral::Model {
            id,
            number: id.to_string(),
            patient_id: self.patient.unwrap_or(like.patient_id),
            status: ReferralStatus::Closed,
            version: 6,
            external_id: Some(id.to_string()),
            open_key: None,
            clock_at: None,
            answer_due_at: None,
            episode_id: Some(id),
            submitted_at: Some(at),
            arrived_at: Some(at + Duration::days(1)),
            reported_at: Some(closed),
            occurred_at: closed,
            created_at: at,
            updated_at: closed,
            status_since: closed,
            ..like.clone()
        };
        self.parties
            .extend(policy::parties(&w.app.directory.now(), &row, at));
        self.legs.push(referral_leg::Model {
            id: w.app.new_id(),
            referral_id: id,
            number: 1,
            receiver_id: w.district().county.id,
            urgency: entity::enums::Urgency::Routine,
            started_at: at,
            counts_from: at,
            due_at: None,
            answered_at: Some(at),
            answer: Some(entity::enums::LegAnswer::Accepted),
            ended_at: Some(at),
            overdue_at: None,
            escalated_at: None,
        });
        for (version, (action, status)) in (1..).zip(COURSE) {
            self.events.push(event::Model {
                id: w.app.new_id(),
                action,
                subject_id: id,
                version,
                status: Some(status.code().to_owned()),
                occurred_at: at,
                recorded_at: at,
                ..first.clone()
            });
        }
        self.referrals.push(row);
        id
    }

    async fn write(self, w: &World) {
        insert::<patient::Entity, _>(w, self.patients).await;
        insert::<patient_party::Entity, _>(w, self.registered).await;
        insert::<referral::Entity, _>(w, self.referrals).await;
        insert::<referral_leg::Entity, _>(w, self.legs).await;
        insert::<referral_party::Entity, _>(w, self.parties).await;
        insert::<event::Entity, _>(w, self.events).await;
    }
}
