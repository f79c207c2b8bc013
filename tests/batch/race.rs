//! A batch is recalled while its packs are handed on: none of them gets away unmarked.

use entity::{batch_order, order};
use futures::future::join;
use sea_orm::EntityTrait as _;
use serde_json::json;

use super::{Supply, ask};
use crate::{harness::both, referral::letter::with};

#[test]
fn what_is_packed_during_a_recall_is_refused_or_marked() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let first = supply.processed(&hill, &["A1"]).await;
        let (batch, version) = supply.held(&first, "A1").await;
        let mut waiting = Vec::new();
        for _ in 0..8 {
            waiting.push(supply.received(&hill).await);
        }
        let pack = waiting.iter().map(|order| {
            let input = with(order.on(), json!({ "batches": [supply.batch("A1")] }));
            ask(&supply.technician, "processOrder", input)
        });
        let input = json!({ "batch": batch, "version": version, "reason": "生物监测阳性" });
        let recall = ask(&supply.technician, "recallBatch", input);
        let (answers, recalled) = join(futures::future::join_all(pack), recall).await;
        assert!(recalled.errors().is_empty(), "{}", recalled.text);
        for answer in &answers {
            let refused = answer.problems() == [("input.batches[0].number", "NOT_ALLOWED")];
            assert!(refused || answer.errors().is_empty(), "{}", answer.text);
        }
        let reader = w.app.db.reader();
        let links = batch_order::Entity::find()
            .all(reader)
            .await
            .expect("links");
        let packed = answers
            .iter()
            .filter(|answer| answer.errors().is_empty())
            .count();
        assert_eq!(links.len(), packed + 1);
        for link in links {
            let row = order::Entity::find_by_id(link.order_id).one(reader).await;
            let row = row.expect("orders can be read").expect("an order");
            assert!(row.recalled, "{} got away", row.number);
        }
    });
}

#[test]
fn two_who_name_a_new_batch_at_once_name_the_same() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let (one, other) = (supply.received(&hill).await, supply.received(&hill).await);
        let (first, second) = join(
            supply.process(&one, &["A1", "A2"]),
            supply.process(&other, &["A2", "A1"]),
        )
        .await;
        for number in ["A1", "A2"] {
            assert_eq!(
                supply.held(&first, number).await,
                supply.held(&second, number).await
            );
        }
    });
}
