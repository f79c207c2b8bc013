//! A monitoring tool polls by the minute while work goes on, misses an hour, and polls again: what it reads is what a recount gives, late and
//! corrected events included.

use api::{
    auth::Actor,
    record::relay::relay_once,
    throughput::{answer::Figure, query::Asked, rollup::rollup_once, service},
};
use chrono::{DateTime, Duration, Utc};
use entity::enums::{Bucket, Role, ThroughputDimension};
use serde_json::{Value, json};

use super::Cast;
use crate::{
    harness::{World, both, client::Client, people::Place},
    order::cast::{Told, findings},
    referral::letter::{moment, with},
    throughput::{recount::Everything, rows, settle, span},
};

/// For how many minutes it polls before it is cut off.
const MINUTES: u32 = 18;

#[test]
fn a_monitor_polls_by_the_minute_and_after_a_missed_hour() {
    both(async |w| {
        let work = Work::of(&w).await;
        let since = w.now();
        let mut seen = Vec::new();
        for minute in 0..MINUTES {
            work.minute(minute, &mut seen).await;
            // Now and then what has happened is counted between two polls; in between the poll counts it.
            if minute % 4 == 3 {
                relay_once(&w.app).await.expect("the relay works");
            }
            if minute % 6 == 5 {
                rollup_once(&w.app).await.expect("the rollup works");
            }
            work.poll(since, &format!("minute {minute}")).await;
            w.wait(Duration::minutes(1));
        }
        let before = work.poll(since, "before it is cut off").await;
        assert_eq!(before[0]["requested"], MINUTES);

        let hour = w.now();
        work.unseen(&seen).await;
        settle(&w).await;
        work.late(hour).await;
        let after = work.poll(since, "after a missed hour").await;
        // 9 o'clock has changed behind its back: what was late has come, and what was received then is not any more.
        let [nine, ten] = [&after[0], &after[1]];
        assert_eq!(nine["requested"], MINUTES + 1, "{nine}");
        let received = |row: &Value| row["received"].as_i64().expect("a number");
        assert_eq!(received(nine), received(&before[0]) - 1, "{nine}");
        assert_eq!(ten["returned"], 1, "{ten}");
        settle(&w).await;
        assert_eq!(work.poll(since, "all counted").await, after);
    });
}

/// Who works, and who watches.
struct Work {
    cast: Cast,
    monitor: Client,
    actor: Actor,
}

impl Work {
    async fn of(w: &World) -> Self {
        Self {
            cast: Cast::of(w).await,
            monitor: w.client(Role::Monitor, Place::INSTALLATION).await,
            actor: w.actor(Role::Monitor, Place::INSTALLATION).await,
        }
    }

    /// What is done in one minute: one is placed, and one that was placed before goes a step or two further.
    async fn minute(&self, minute: u32, orders: &mut Vec<Told>) {
        let cast = &self.cast;
        orders.push(cast.place("GLU", minute + 1).await);
        let before = minute.checked_sub(2).map(|before| before as usize);
        let Some(old) = before.map(|before| orders[before].clone()) else {
            return;
        };
        let none = || json!({});
        let said = json!({ "barcode": format!("M{minute:04}"), "kind": "SERUM" });
        let below = &cast.hill_technician;
        let drawn = cast.tell(below, "collectSpecimen", &old, said).await;
        let sent = cast.tell(below, "sendSpecimen", &drawn, none()).await;
        let got = cast
            .tell(&cast.technician, "receiveOrder", &sent, none())
            .await;
        orders[minute as usize - 2] = match minute % 3 {
            0 => got,
            _ => self.answered(&got).await,
        };
    }

    async fn answered(&self, order: &Told) -> Told {
        let cast = &self.cast;
        let claimed = cast
            .tell(&cast.reader, "claimOrder", order, json!({}))
            .await;
        cast.tell(&cast.reader, "reportOrder", &claimed, findings())
            .await
    }

    /// An hour of work that nobody watches.
    async fn unseen(&self, orders: &[Told]) {
        let cast = &self.cast;
        cast.w.wait(Duration::minutes(45));
        let received = orders.iter().filter(|order| order.status == "RECEIVED");
        let mut received = received.cloned();
        // One turns out to be haemolysed; it is received again, so that the first receipt does not count any more.
        let back = received.next().expect("some were only received");
        let said = json!({ "reason": "SPECIMEN_HAEMOLYSED" });
        let back = cast
            .tell(&cast.technician, "returnOrder", &back, said)
            .await;
        let below = &cast.hill_technician;
        let tube = json!({ "barcode": "M9999", "kind": "SERUM" });
        let drawn = cast.tell(below, "collectSpecimen", &back, tube).await;
        let sent = cast.tell(below, "sendSpecimen", &drawn, json!({})).await;
        cast.w.wait(Duration::minutes(10));
        let got = cast
            .tell(&cast.technician, "receiveOrder", &sent, json!({}))
            .await;
        self.answered(&got).await;
        // Another changes hands, which moves what was counted under nobody.
        let next = received.next().expect("some were only received");
        let claimed = cast
            .tell(&cast.reader, "claimOrder", &next, json!({}))
            .await;
        let free = cast
            .tell(&cast.second, "releaseOrder", &claimed, json!({}))
            .await;
        cast.tell(&cast.second, "claimOrder", &free, json!({}))
            .await;
        cast.w.wait(Duration::minutes(5));
    }

    /// A station that was offline tells of what was asked for half an hour before that moment.
    async fn late(&self, hour: DateTime<Utc>) {
        let cast = &self.cast;
        let ago = hour - Duration::minutes(10) - cast.w.now();
        let said = json!({ "occurredAt": moment(&cast.w, ago) });
        let input = with(cast.order("GLU", 90), said);
        cast.place_like(&cast.hill, input).await;
    }

    /// Polls by the hour, and by whatever it can be broken down by; fails where a recount gives anything else.
    async fn poll(&self, since: DateTime<Utc>, label: &str) -> Vec<Value> {
        let w = &self.cast.w;
        let everything = Everything::read(w).await;
        let by = [
            ThroughputDimension::Centre,
            ThroughputDimension::Institution,
            ThroughputDimension::Diagnostician,
        ];
        for by in [&[][..], &by] {
            let asked = Asked {
                centres: None,
                kinds: None,
                requested_by: None,
                from: since,
                to: w.now() + Duration::minutes(1),
                bucket: Bucket::Hour,
                by: by.to_vec(),
            };
            let told = service::throughput(&w.app, &self.actor, asked.clone()).await;
            let told = told.expect("a monitor is told");
            everything.assert_tells(&asked, w.now(), &told, label);
            if by.is_empty() {
                let seen = self.over_http(&asked).await;
                for (row, told) in seen.iter().zip(&told) {
                    for (name, figure) in [
                        ("requested", Figure::Requested),
                        ("received", Figure::Received),
                        ("reported", Figure::Reported),
                        ("returned", Figure::Returned),
                        ("backlog", Figure::Backlog),
                    ] {
                        assert_eq!(row[name], json!(told.count(figure)), "{label}: {row}");
                    }
                }
                assert_eq!(seen.len(), told.len(), "{label}");
            }
        }
        self.over_http(&Asked {
            centres: None,
            kinds: None,
            requested_by: None,
            from: since,
            to: w.now() + Duration::minutes(1),
            bucket: Bucket::Hour,
            by: Vec::new(),
        })
        .await
    }

    async fn over_http(&self, asked: &Asked) -> Vec<Value> {
        rows(&self.monitor, span(asked.from, asked.to, "HOUR")).await
    }
}
