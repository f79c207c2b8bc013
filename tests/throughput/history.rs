//! Whatever happens, and however late or often it is corrected: rollup and tail together are a full count.

use api::{
    app::App,
    auth::Actor,
    db::Db,
    record::relay::relay_once,
    throughput::{backlog, query::Asked, rollup, service},
};
use chrono::Duration;
use entity::{
    critical_value,
    enums::{
        Bucket, CentreKind, OrderReturnReason, OrderStatus, ReviewRule, ThroughputDimension as By,
        Urgency,
    },
    institution, order, training_session,
};
use proptest::{
    prelude::*,
    sample::{Index, select},
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use uuid::Uuid;

use super::{book::Book, recount::Everything};
use crate::harness::{World, both};

/// How far back something may have happened, in minutes.
const BACK: i64 = 40 * 24 * 60;

/// A moment of an order that can be set, moved or taken away.
#[derive(Clone, Copy, Debug)]
enum Moment {
    Requested,
    Started,
    Received,
    Reported,
    Reviewed,
    Delivered,
    Recognised,
    Cancelled,
}

const MOMENTS: [Moment; 8] = [
    Moment::Requested,
    Moment::Started,
    Moment::Received,
    Moment::Reported,
    Moment::Reviewed,
    Moment::Delivered,
    Moment::Recognised,
    Moment::Cancelled,
];

/// What happens next; moments are minutes before now.
#[derive(Clone, Debug)]
enum Step {
    Place {
        lab: bool,
        by: Index,
        at: i64,
        joins: Option<Index>,
    },
    Move {
        order: Index,
        moments: Vec<(Moment, Option<i64>)>,
        status: OrderStatus,
    },
    Turn {
        order: Index,
        who: Option<bool>,
        priority: Urgency,
        review: ReviewRule,
        paused: i64,
    },
    SendBack {
        order: Index,
        reason: OrderReturnReason,
        at: i64,
    },
    Raise {
        order: Index,
        at: i64,
    },
    Acknowledge {
        value: Index,
        at: i64,
    },
    Offer,
    Attend {
        session: Index,
        by: Index,
        at: i64,
    },
    Correct {
        attendance: Index,
        at: Option<i64>,
    },
    Wait(i64),
    Relay,
    Rollup(bool),
    Backlog,
    Look(Index),
}

fn step() -> impl Strategy<Value = Step> {
    let at = || prop_oneof![3 => 0..180i64, 1 => 0..BACK];
    let index = any::<Index>;
    let moment = (select(MOMENTS.to_vec()), prop::option::weighted(0.9, at()));
    prop_oneof![
        4 => (any::<bool>(), index(), at(), prop::option::weighted(0.4, index()))
            .prop_map(|(lab, by, at, joins)| Step::Place { lab, by, at, joins }),
        8 => (index(), prop::collection::vec(moment, 1..4), select(OrderStatus::ALL.to_vec()))
            .prop_map(|(order, moments, status)| Step::Move { order, moments, status }),
        2 => (index(), any::<Option<bool>>(), select(Urgency::ALL.to_vec()), select(ReviewRule::ALL.to_vec()), 0..90i64)
            .prop_map(|(order, who, priority, review, paused)| Step::Turn { order, who, priority, review, paused }),
        2 => (index(), select(OrderReturnReason::ALL.to_vec()), at()).prop_map(|(order, reason, at)| Step::SendBack { order, reason, at }),
        1 => (index(), at()).prop_map(|(order, at)| Step::Raise { order, at }),
        1 => (index(), at()).prop_map(|(value, at)| Step::Acknowledge { value, at }),
        1 => Just(Step::Offer),
        1 => (index(), index(), at()).prop_map(|(session, by, at)| Step::Attend { session, by, at }),
        1 => (index(), prop::option::weighted(0.8, at())).prop_map(|(attendance, at)| Step::Correct { attendance, at }),
        1 => (0..3 * 24 * 60i64).prop_map(Step::Wait),
        4 => Just(Step::Relay),
        4 => any::<bool>().prop_map(Step::Rollup),
        1 => Just(Step::Backlog),
        3 => index().prop_map(Step::Look),
    ]
}

#[test]
fn rollup_and_tail_are_a_full_count() {
    both(async |w| random_histories(&w, 12, Some(7)).await);
}

/// Runs so many histories, each at centres of its own, and compares what is read with a full count, again and again. The same seed
/// gives the same histories.
pub async fn random_histories(w: &World, histories: u32, seed: Option<u8>) {
    let config = Config::default();
    let mut runner = match seed {
        Some(seed) => {
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
            TestRunner::new_with_rng(config, rng)
        }
        None => TestRunner::new(config),
    };
    let history = prop::collection::vec(step(), 20..60);
    let other = process(w).await;
    for _ in 0..histories {
        let steps = history.new_tree(&mut runner).expect("a history").current();
        let mut life = Life::begin(w, other.clone()).await;
        for (place, step) in steps.iter().enumerate() {
            life.take(step, &steps[..=place]).await;
        }
        life.look_everywhere(&steps).await;
        super::settle(w).await;
        life.look_everywhere(&steps).await;
    }
}

/// Another process on the same database.
pub async fn process(w: &World) -> App {
    let settings = w.app.settings.clone();
    let db = Db::open(&settings.database, &settings.data_dir).await;
    let db = db.expect("the database takes a further process");
    let app = App::start(settings, db, w.app.keys.clone(), w.app.clock.clone()).await;
    app.expect("a further process starts")
}

struct Life<'w> {
    w: &'w World,
    other: App,
    book: Book,
    orders: Vec<order::Model>,
    values: Vec<critical_value::Model>,
    sessions: Vec<training_session::Model>,
    attended: Vec<(training_session::Model, Uuid)>,
}

impl<'w> Life<'w> {
    async fn begin(w: &'w World, other: App) -> Self {
        // Centres of one hospital have names of their own.
        let book = Book::open_named(w, &w.app.new_id().to_string()).await;
        Self {
            w,
            other,
            book,
            orders: Vec::new(),
            values: Vec::new(),
            sessions: Vec::new(),
            attended: Vec::new(),
        }
    }

    fn ago(&self, minutes: i64) -> chrono::DateTime<chrono::Utc> {
        self.w.now() - Duration::minutes(minutes)
    }

    fn institutions(&self) -> [&institution::Model; 4] {
        let d = self.w.district();
        [&d.hill, &d.river, &d.lake, &d.county]
    }

    async fn take(&mut self, step: &Step, so_far: &[Step]) {
        match step {
            Step::Place { lab, by, at, joins } => self.place(*lab, by, *at, joins.as_ref()).await,
            Step::Move {
                order,
                moments,
                status,
            } => {
                let place = self.place_of(*order);
                for (moment, at) in moments {
                    let at = at.map(|at| self.ago(at));
                    let Some(order) = self.orders.get_mut(place) else {
                        return;
                    };
                    set(order, *moment, at);
                }
                let Some(order) = self.orders.get_mut(place) else {
                    return;
                };
                order.status = *status;
                self.book.change(order).await;
            }
            Step::Turn {
                order,
                who,
                priority,
                review,
                paused,
            } => {
                let place = self.place_of(*order);
                let d = self.w.district();
                let Some(order) = self.orders.get_mut(place) else {
                    return;
                };
                order.claimed_by_id = who.map(|one| {
                    if one {
                        d.neurologist.id
                    } else {
                        d.herbs_doctor.id
                    }
                });
                order.priority = *priority;
                order.review = *review;
                order.paused_ms = paused * 60_000;
                self.book.change(order).await;
            }
            Step::SendBack { order, reason, at } => {
                let (place, at) = (self.place_of(*order), self.ago(*at));
                let Some(order) = self.orders.get_mut(place) else {
                    return;
                };
                self.book.send_back(order, *reason, at).await;
            }
            Step::Raise { order, at } => {
                let Some(order) = self.orders.get(self.place_of(*order)) else {
                    return;
                };
                let value = self.book.raise(order, self.ago(*at)).await;
                self.values.push(value);
            }
            Step::Acknowledge { value, at } => {
                let at = self.ago(*at);
                if self.values.is_empty() {
                    return;
                }
                let place = value.index(self.values.len());
                self.book.acknowledge(&mut self.values[place], at).await;
            }
            Step::Offer => {
                let session = self.book.offer(self.w.now()).await;
                self.sessions.push(session);
            }
            Step::Attend { session, by, at } => self.attend(session, by, *at).await,
            Step::Correct { attendance, at } => {
                if self.attended.is_empty() {
                    return;
                }
                let (session, who) = attendance.get(&self.attended);
                let at = at.map(|at| self.ago(at));
                self.book.correct_attendance(session, *who, at).await;
            }
            Step::Wait(minutes) => self.w.wait(Duration::minutes(*minutes)),
            Step::Relay => {
                relay_once(&self.w.app).await.expect("the relay works");
            }
            Step::Rollup(own) => {
                let app = if *own { &self.w.app } else { &self.other };
                rollup::rollup_once(app).await.expect("the rollup works");
            }
            Step::Backlog => {
                backlog::take_once(&self.w.app)
                    .await
                    .expect("backlogs can be taken");
            }
            Step::Look(which) => self.look(which.get(&LOOKS), so_far).await,
        }
    }

    fn place_of(&self, order: Index) -> usize {
        if self.orders.is_empty() {
            usize::MAX
        } else {
            order.index(self.orders.len())
        }
    }

    async fn place(&mut self, lab: bool, by: &Index, at: i64, joins: Option<&Index>) {
        let centre = if lab {
            &self.book.laboratory
        } else {
            &self.book.imaging
        };
        let by = *by.get(&self.institutions());
        let mut order = self.book.order(centre, by, self.ago(at));
        let group = if at % 2 == 0 { "生化" } else { "免疫" };
        group.clone_into(&mut order.item_group);
        if let (Some(joins), false) = (joins, self.orders.is_empty()) {
            order
                .requisition
                .clone_from(&joins.get(&self.orders).requisition);
        }
        self.book.place(&order).await;
        self.orders.push(order);
    }

    async fn attend(&mut self, session: &Index, by: &Index, at: i64) {
        if self.sessions.is_empty() {
            return;
        }
        let session = session.get(&self.sessions).clone();
        let d = self.w.district();
        let people = [&d.hill_doctor, &d.river_doctor, &d.lake_doctor];
        let who = by.get(&people).id;
        if self
            .attended
            .iter()
            .any(|(known, one)| known.id == session.id && *one == who)
        {
            return;
        }
        let of = *by.get(&self.institutions());
        self.book.attend(&session, who, of, self.ago(at)).await;
        self.attended.push((session, who));
    }

    async fn look_everywhere(&self, steps: &[Step]) {
        for look in &LOOKS {
            self.look(look, steps).await;
        }
    }

    /// Compares what is read with a full count.
    async fn look(&self, (bucket, by): &(Bucket, &[By]), so_far: &[Step]) {
        let now = self.w.now();
        let book = &self.book;
        let centres = [&book.laboratory, &book.imaging, &book.training].map(|centre| centre.id);
        let odd = by.len() == 3;
        let asked = Asked {
            centres: Some(centres.to_vec()),
            kinds: odd.then(|| vec![CentreKind::Laboratory, CentreKind::SkillsTraining]),
            requested_by: odd.then(|| self.institutions()[..2].iter().map(|one| one.id).collect()),
            // Neither end is a bucket's. Some buckets lie before everything, some after.
            from: now
                - Duration::minutes(if *bucket == Bucket::Hour {
                    3 * 24 * 60 + 7
                } else {
                    BACK + 4_000 + 13
                }),
            to: now + Duration::minutes(1_501),
            bucket: *bucket,
            by: by.to_vec(),
        };
        let everything = Everything::read(self.w).await;
        let told = service::throughput(&self.w.app, &Actor::system("test"), asked.clone()).await;
        let told = told.unwrap_or_else(|error| panic!("{error}: {so_far:?}"));
        everything.assert_tells(&asked, now, &told, &format!("after {so_far:#?}"));
    }
}

/// What is looked at.
const LOOKS: [(Bucket, &[By]); 8] = [
    (Bucket::Day, &[]),
    (Bucket::Hour, &[]),
    (Bucket::Week, &[By::Centre]),
    (Bucket::Month, &[By::Kind]),
    (Bucket::Whole, &[]),
    (Bucket::Day, &[By::Institution, By::ItemGroup]),
    (Bucket::Month, &[By::Tier, By::Priority, By::Diagnostician]),
    (Bucket::Hour, &[By::Diagnostician]),
];

fn set(order: &mut order::Model, moment: Moment, at: Option<chrono::DateTime<chrono::Utc>>) {
    match moment {
        Moment::Requested => order.requested_at = at.unwrap_or(order.requested_at),
        Moment::Started => order.started_at = at,
        Moment::Received => order.received_at = at,
        Moment::Reported => order.reported_at = at,
        Moment::Reviewed => order.reviewed_at = at,
        Moment::Delivered => order.delivered_at = at,
        Moment::Recognised => order.recognised_at = at,
        Moment::Cancelled => order.cancelled_at = at,
    }
}
