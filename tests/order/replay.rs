//! What a system sends again over a bad line is done once.

use futures::future::join_all;
use serde_json::json;

use super::{
    cast::{Cast, ask, findings},
    place::orders,
};
use crate::{harness::both, referral::letter::with};

#[test]
fn the_same_external_id_is_the_same_order() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let input = || with(cast.order("GLU", 1), json!({ "externalId": "LIS-1" }));
        let calls = (0..10).map(|_| ask(&cast.system, "placeOrder", input()));
        let answers = join_all(calls).await;
        let mut fresh = 0;
        for answer in answers {
            let answer = answer.ok();
            fresh += i32::from(answer.data("placeOrder.replayed") == &json!(false));
        }
        assert_eq!((fresh, orders(&w).await), (1, 1));
        for (change, path) in [
            (json!({ "item": cast.centres.item("K") }), "input.item"),
            (
                json!({ "patient": { "register": crate::harness::canary::Patient::nth(2).input() } }),
                "input.patient",
            ),
        ] {
            let mut other = input();
            for (name, value) in change.as_object().expect("fields") {
                other[name] = value.clone();
            }
            let answer = ask(&cast.system, "placeOrder", other).await;
            assert_eq!(answer.code("placeOrder"), "DUPLICATE");
            assert_eq!(answer.problems(), [(path, "INCONSISTENT")]);
        }
        // Of another institution it is another order.
        let lake = w
            .client(entity::enums::Role::Integration, &w.district().lake)
            .await;
        let answer = ask(&lake, "placeOrder", input()).await.ok();
        assert_eq!(answer.data("placeOrder.replayed"), &json!(false));
    });
}

#[test]
fn a_verb_sent_again_is_answered_again() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let claimed = cast.bring("CLAIMED", 1).await;
        let first = cast
            .tell(&cast.reader, "reportOrder", &claimed, findings())
            .await;
        let answer = cast
            .ask(&cast.reader, "reportOrder", &claimed, findings())
            .await
            .ok();
        assert_eq!(answer.data("reportOrder.replayed"), &json!(true));
        assert_eq!(
            answer.number_at("reportOrder.orders.0.version"),
            first.version
        );
        let other = with(findings(), json!({ "conclusion": "另一个结论" }));
        let answer = cast.ask(&cast.reader, "reportOrder", &claimed, other).await;
        assert_eq!(answer.code("reportOrder"), "CONFLICT");
    });
}

#[test]
fn an_idempotency_key_stands_for_one_order() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let keyed = cast.system.clone().with_key("k-1");
        let first = ask(&keyed, "placeOrder", cast.order("GLU", 1)).await.ok();
        let again = ask(&keyed, "placeOrder", cast.order("GLU", 1)).await.ok();
        assert_eq!(
            first.data("placeOrder.order.id"),
            again.data("placeOrder.order.id")
        );
        assert_eq!(again.data("placeOrder.replayed"), &json!(true));
        let other = ask(&keyed, "placeOrder", cast.order("K", 1)).await;
        assert_eq!(other.code("placeOrder"), "IDEMPOTENCY_MISMATCH");
        assert_eq!(orders(&w).await, 1);
    });
}
