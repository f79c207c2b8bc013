//! The full count: every order, read whole, and counted in the plainest way. It shares nothing with the service but the tables.

use std::collections::{BTreeMap, BTreeSet};

use api::throughput::{
    answer::{Figure, Throughput},
    query::Asked,
    sketch::ERROR,
    tally::Group,
};
use chrono::{DateTime, Datelike as _, Days, Duration, NaiveTime, Timelike as _, Utc};
use entity::{
    centre_served, critical_value, enrolment,
    enums::{
        Bucket, CentreKind, OrderReturnReason, OrderStatus, ReviewRule, ThroughputDimension, Tier,
        Urgency,
    },
    institution, order, order_return, shared_centre, training_session,
};
use sea_orm::EntityTrait as _;
use uuid::Uuid;

use crate::harness::World;

/// Everything that is counted, as it stands in the tables.
pub struct Everything {
    centres: Vec<shared_centre::Model>,
    served: Vec<centre_served::Model>,
    institutions: Vec<institution::Model>,
    orders: Vec<order::Model>,
    returns: Vec<order_return::Model>,
    values: Vec<critical_value::Model>,
    sessions: Vec<training_session::Model>,
    enrolments: Vec<enrolment::Model>,
}

/// A row, counted.
#[derive(Debug, Default)]
pub struct Counted {
    counts: BTreeMap<Place, i64>,
    returned_by: BTreeMap<OrderReturnReason, i64>,
    from_request: Vec<f64>,
    from_start: Vec<f64>,
    on_time: i64,
    in_time: i64,
    acknowledged: Vec<f64>,
    active: BTreeSet<(Uuid, Uuid)>,
}

/// A figure by its place among all.
type Place = usize;

/// What something is counted under.
struct Under {
    centre: Uuid,
    institution: Uuid,
    item_group: Option<String>,
    priority: Option<Urgency>,
    diagnostician: Option<Uuid>,
}

impl Under {
    fn of(order: &order::Model) -> Self {
        Self {
            centre: order.centre_id,
            institution: order.requested_by_id,
            item_group: Some(order.item_group.clone()),
            priority: Some(order.priority),
            diagnostician: order.claimed_by_id,
        }
    }
}

impl Everything {
    /// Reads it.
    pub async fn read(w: &World) -> Self {
        macro_rules! all {
            ($table:ident) => {{
                let all = $table::Entity::find().all(w.app.db.reader()).await;
                all.expect("a table can be read")
            }};
        }
        Self {
            centres: all!(shared_centre),
            served: all!(centre_served),
            institutions: all!(institution),
            orders: all!(order),
            returns: all!(order_return),
            values: all!(critical_value),
            sessions: all!(training_session),
            enrolments: all!(enrolment),
        }
    }

    /// Fails where the rows are not what a full count gives.
    pub fn assert_tells(
        &self,
        asked: &Asked,
        now: DateTime<Utc>,
        rows: &[Throughput],
        context: &str,
    ) {
        let mut counted = self.count(asked);
        for row in rows {
            let place = (row.starts_at, row.group.clone());
            let expected = counted.remove(&place).unwrap_or_default();
            let label = format!("{context}: {place:?} of {asked:?}");
            for figure in Figure::ALL {
                let own = expected.counts.get(&(figure as usize)).copied();
                let expected = match figure {
                    Figure::Backlog if now < row.starts_at => None,
                    Figure::Backlog => Some(self.backlog(asked, row)),
                    _ => Some(own.unwrap_or_default()),
                };
                assert_eq!(row.count(figure), expected, "{figure:?} {label}");
            }
            let returned: Vec<_> = expected.returned_by.into_iter().collect();
            assert_eq!(row.returned_by, returned, "{label}");
            let (request, start) = (row.from_request, row.from_start);
            let (request, start) = (request.expect("told"), start.expect("told"));
            let critical = row.critical.expect("told");
            for (told, all, part) in [
                (request.median, &expected.from_request, 0.5),
                (request.p90, &expected.from_request, 0.9),
                (start.median, &expected.from_start, 0.5),
                (start.p90, &expected.from_start, 0.9),
                (critical.median, &expected.acknowledged, 0.5),
            ] {
                assert_within(told, all, part, &label);
            }
            assert_eq!(request.count, length(&expected.from_request), "{label}");
            assert_eq!(start.count, length(&expected.from_start), "{label}");
            let share = ratio(expected.on_time, length(&expected.from_start));
            assert_eq!(start.on_time, share, "{label}");
            assert_eq!(critical.in_time, expected.in_time, "{label}");
            let could = self.could(asked, &row.group);
            let active = expected.active.intersection(&could).count();
            let of = i64::try_from(could.len()).expect("few");
            let active = i64::try_from(active).expect("few");
            assert_eq!(row.active_share, ratio(active, of), "{label}");
        }
        counted.retain(|_, counted| !counted.counts.is_empty());
        assert!(
            counted.is_empty(),
            "{context}: not told: {counted:?} of {asked:?}"
        );
    }

    /// The orders to a centre.
    pub fn orders_of(&self, centre: Uuid) -> impl Iterator<Item = &order::Model> {
        let all = self.orders.iter();
        all.filter(move |order| order.centre_id == centre)
    }

    /// How often a centre has sent orders back.
    pub fn returns_of(&self, centre: Uuid) -> usize {
        let all = self.returns.iter();
        all.filter(|row| row.centre_id == centre).count()
    }

    /// How many critical values of a centre nobody has acknowledged in time.
    pub fn overdue_of(&self, centre: Uuid, now: DateTime<Utc>) -> usize {
        let own = self.values.iter().filter(|row| row.centre_id == centre);
        own.filter(|row| row.acknowledged_at.is_none() && row.due_at <= now)
            .count()
    }

    fn count(&self, asked: &Asked) -> BTreeMap<(DateTime<Utc>, Group), Counted> {
        let mut counted: BTreeMap<(DateTime<Utc>, Group), Counted> = BTreeMap::new();
        let mut at = |under: &Under,
                      at: Option<DateTime<Utc>>,
                      figure: Figure,
                      what: &dyn Fn(&mut Counted)| {
            let Some(at) = at.filter(|at| self.is_asked(asked, under, *at)) else {
                return;
            };
            let place = (bucket(asked, at), self.group(asked, under));
            let counted = counted.entry(place).or_default();
            *counted.counts.entry(figure as usize).or_default() += 1;
            what(counted);
        };
        for order in &self.orders {
            let under = Under::of(order);
            let pair = (order.centre_id, order.requested_by_id);
            at(
                &under,
                Some(order.requested_at),
                Figure::Requested,
                &|counted| {
                    counted.active.insert(pair);
                },
            );
            at(&under, order.received_at, Figure::Received, &|_| {});
            at(&under, order.reported_at, Figure::Reported, &|counted| {
                let reported = order.reported_at.expect("it was");
                counted
                    .from_request
                    .push(minutes(reported - order.requested_at));
                if let Some(started) = order.started_at {
                    let took = reported - started - Duration::milliseconds(order.paused_ms);
                    counted.from_start.push(minutes(took));
                    counted.on_time +=
                        i64::from(took <= Duration::minutes(order.target_minutes.into()));
                }
            });
            at(&under, order.reviewed_at, Figure::Reviewed, &|_| {});
            at(&under, order.recognised_at, Figure::Recognised, &|_| {});
            at(&under, order.cancelled_at, Figure::Cancelled, &|_| {});
            let first = self.orders.iter().filter(|other| {
                other.requisition == order.requisition
                    && other.centre_id == order.centre_id
                    && other.requested_by_id == order.requested_by_id
                    && other.reported_at.is_some()
            });
            let first = first.min_by_key(|other| (other.reported_at, other.id));
            if first.is_some_and(|first| first.id == order.id) {
                at(&under, order.reported_at, Figure::PatientVisits, &|_| {});
            }
        }
        for row in &self.returns {
            let under = Under::of(self.order(row.order_id));
            at(
                &under,
                Some(row.returned_at),
                Figure::Returned,
                &|counted| {
                    *counted.returned_by.entry(row.reason).or_default() += 1;
                },
            );
        }
        for row in &self.values {
            let under = Under::of(self.order(row.order_id));
            at(&under, Some(row.raised_at), Figure::Raised, &|_| {});
            at(
                &under,
                row.acknowledged_at,
                Figure::Acknowledged,
                &|counted| {
                    let known = row.acknowledged_at.expect("it was");
                    counted.acknowledged.push(minutes(known - row.raised_at));
                    counted.in_time += i64::from(known <= row.due_at);
                },
            );
        }
        for row in &self.enrolments {
            let session = self.sessions.iter().find(|one| one.id == row.session_id);
            let under = Under {
                centre: session.expect("there is one").centre_id,
                institution: row.institution_id,
                item_group: None,
                priority: None,
                diagnostician: None,
            };
            at(&under, row.attended_at, Figure::PatientVisits, &|_| {});
        }
        counted
    }

    fn order(&self, id: Uuid) -> &order::Model {
        let found = self.orders.iter().find(|order| order.id == id);
        found.expect("there is one")
    }

    /// How many orders of a row were open when its bucket was over, by what is known now.
    fn backlog(&self, asked: &Asked, row: &Throughput) -> i64 {
        let open = self.orders.iter().filter(|order| {
            let under = Under::of(order);
            let closed = closed_at(order);
            self.is_of(asked, &under)
                && self.group(asked, &under) == row.group
                && order.requested_at < row.ends_at
                && closed.is_none_or(|closed| closed >= row.ends_at)
        });
        let open = i64::try_from(open.count()).expect("few");
        // Of one that ended before it began, in a history made by chance.
        let odd = self.orders.iter().filter(|order| {
            let under = Under::of(order);
            self.is_of(asked, &under)
                && self.group(asked, &under) == row.group
                && order.requested_at >= row.ends_at
                && closed_at(order).is_some_and(|closed| closed < row.ends_at)
        });
        open - i64::try_from(odd.count()).expect("few")
    }

    fn is_of(&self, asked: &Asked, under: &Under) -> bool {
        let kind = self.kind(under.centre);
        let has =
            |asked: &Option<Vec<Uuid>>, id| asked.as_ref().is_none_or(|ids| ids.contains(&id));
        has(&asked.centres, under.centre)
            && has(&asked.requested_by, under.institution)
            && asked
                .kinds
                .as_ref()
                .is_none_or(|kinds| kinds.contains(&kind))
    }

    fn is_asked(&self, asked: &Asked, under: &Under, at: DateTime<Utc>) -> bool {
        let last = asked.to - Duration::milliseconds(1);
        self.is_of(asked, under) && bucket(asked, asked.from) <= at && at < end(asked, last)
    }

    fn kind(&self, centre: Uuid) -> CentreKind {
        let found = self.centres.iter().find(|row| row.id == centre);
        found.expect("there is one").kind
    }

    fn tier(&self, institution: Uuid) -> Tier {
        let found = self.institutions.iter().find(|row| row.id == institution);
        found.expect("there is one").tier
    }

    fn group(&self, asked: &Asked, under: &Under) -> Group {
        let by = |dimension| asked.by.contains(&dimension);
        Group {
            centre: by(ThroughputDimension::Centre).then_some(under.centre),
            kind: by(ThroughputDimension::Kind).then(|| self.kind(under.centre)),
            institution: by(ThroughputDimension::Institution).then_some(under.institution),
            tier: by(ThroughputDimension::Tier).then(|| self.tier(under.institution)),
            item_group: under
                .item_group
                .clone()
                .filter(|_| by(ThroughputDimension::ItemGroup)),
            priority: under.priority.filter(|_| by(ThroughputDimension::Priority)),
            diagnostician: under
                .diagnostician
                .filter(|_| by(ThroughputDimension::Diagnostician)),
        }
    }

    /// Who could ask for what is in the group.
    fn could(&self, asked: &Asked, group: &Group) -> BTreeSet<(Uuid, Uuid)> {
        let pairs = self.served.iter().filter(|row| {
            let under = Under {
                centre: row.centre_id,
                institution: row.institution_id,
                item_group: None,
                priority: None,
                diagnostician: None,
            };
            let own = self.group(asked, &under);
            let part = |group: &Group| (group.centre, group.kind, group.institution, group.tier);
            self.is_of(asked, &under) && part(&own) == part(group)
        });
        pairs
            .map(|row| (row.centre_id, row.institution_id))
            .collect()
    }
}

/// Since when nothing is expected of an order; never where something is.
fn closed_at(order: &order::Model) -> Option<DateTime<Utc>> {
    match (order.status, order.review) {
        (OrderStatus::Cancelled, _) => order.cancelled_at,
        (OrderStatus::Recognised, _) => order.recognised_at,
        (OrderStatus::Delivered, _) => order.delivered_at,
        (OrderStatus::Reported | OrderStatus::Reviewed, ReviewRule::Optional) => order.reported_at,
        (OrderStatus::Reviewed, ReviewRule::Required) => order.reviewed_at,
        _ => None,
    }
}

/// When the bucket of a moment begins, on Shanghai's clocks.
fn bucket(asked: &Asked, at: DateTime<Utc>) -> DateTime<Utc> {
    let there = at.naive_utc() + Duration::hours(8);
    let day = there.date();
    let start = match asked.bucket {
        Bucket::Whole => {
            let from = asked.from.naive_utc() + Duration::hours(8);
            from.date().and_time(hour(from.time()))
        }
        Bucket::Hour => day.and_time(hour(there.time())),
        Bucket::Day => day.and_time(NaiveTime::MIN),
        Bucket::Week => {
            let past = u64::from(day.weekday().num_days_from_monday());
            (day - Days::new(past)).and_time(NaiveTime::MIN)
        }
        Bucket::Month => day.with_day(1).expect("a first").and_time(NaiveTime::MIN),
    };
    (start - Duration::hours(8)).and_utc()
}

fn hour(time: NaiveTime) -> NaiveTime {
    NaiveTime::from_hms_opt(time.hour(), 0, 0).expect("an hour")
}

/// When the bucket of a moment is over: the first moment of another.
fn end(asked: &Asked, at: DateTime<Utc>) -> DateTime<Utc> {
    let own = bucket(asked, at);
    let step = Duration::hours(1);
    let mut next = bucket(
        &Asked {
            bucket: Bucket::Hour,
            ..asked.clone()
        },
        at,
    ) + step;
    while asked.bucket != Bucket::Whole && bucket(asked, next) == own {
        next += step;
    }
    next
}

fn minutes(time: Duration) -> f64 {
    let milliseconds =
        i32::try_from(time.num_milliseconds() / 1_000).expect("seconds of a few weeks");
    f64::from(milliseconds) / 60.0
}

fn length(all: &[f64]) -> i64 {
    i64::try_from(all.len()).expect("few")
}

fn ratio(part: i64, of: i64) -> Option<f64> {
    let as_float = |count: i64| f64::from(i32::try_from(count).expect("few"));
    (of > 0).then(|| as_float(part) / as_float(of))
}

fn assert_within(told: Option<f64>, all: &[f64], part: f64, label: &str) {
    let mut all: Vec<f64> = all.iter().map(|minutes| minutes.max(0.0)).collect();
    all.sort_by(f64::total_cmp);
    let Some(last) = all.len().checked_sub(1) else {
        assert_eq!(told, None, "{label}");
        return;
    };
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank"
    )]
    let exact = all[(part * last as f64) as usize];
    let told = told.expect("there are some");
    assert!(
        (told - exact).abs() <= ERROR * exact + 1e-9,
        "{told} is not within the error of {exact}: {label}"
    );
}
