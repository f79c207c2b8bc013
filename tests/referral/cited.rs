//! What a referral follows from: the critical value and the orders that it cites.

use entity::enums::Role;
use serde_json::{Value, json};

use super::{
    cast::Cast,
    letter::{self, with},
    story::{Told, on},
};
use crate::{
    critical_value::alarm::{Alarm, on_order},
    harness::{both, canary::Patient, client::Client},
    order::cast as orders,
};

/// The orders that a referral cites, as somebody sees them; null where they do not.
async fn cited(by: &Client, referral: &Told) -> Value {
    let document = "query($id: ID!) { referral(by: { id: $id }) {
        citedOrders { id status } criticalValue { id finding } orders { edges { node { id } } } } }";
    let answer = by.call(document, json!({ "id": referral.id })).await;
    answer.ok().data("referral").clone()
}

/// Whether somebody sees an order.
async fn sees(by: &Client, order: &str) -> bool {
    let document = "query($id: ID!) { order(by: { id: $id }) { id } }";
    let answer = by.call(document, json!({ "id": order })).await.ok();
    !answer.data("order").is_null()
}

#[test]
fn whoever_has_the_patient_reads_what_the_referral_cites() {
    both(async |w| {
        let (cast, told, d) = (Cast::of(&w).await, orders::Cast::of(&w).await, w.district());
        let herbs = w.client(Role::Clinician, &d.herbs).await;
        let order = told.bring("REVIEWED", 1).await;
        let letter = with(
            letter::up(&w, &Patient::nth(1)),
            json!({ "receiver": letter::institution(d.herbs.id) }),
        );
        assert!(!sees(&herbs, &order.id).await, "it is not cited yet");
        let posted = cast.story.submit(&cast.hill, letter).await;
        let naming = json!({ "citedOrders": [{ "number": order.all["number"] }] });
        let amended = cast.story.amend(&cast.hill, &posted, naming).await;
        let expected = json!([{ "id": order.id, "status": "REVIEWED" }]);
        for by in [&cast.hill, &herbs] {
            assert_eq!(cited(by, &amended).await["citedOrders"], expected);
        }
        // What changes of it later is seen as well.
        let said = with(
            orders::findings(),
            json!({ "conclusion": "右上肺结节", "reason": "复阅" }),
        );
        told.tell(&told.reader, "amendReport", &order, said).await;
        let seen = cited(&herbs, &amended).await;
        assert_eq!(seen["citedOrders"][0]["status"], "REPORTED");
        // A receiver who sends the patient on has no more to do with it; the next one has.
        let lake = w.client(Role::Clinician, &d.river).await;
        assert!(!sees(&lake, &order.id).await);
        let seen = cast.story.look(&herbs, &amended).await.expect("it is seen");
        cast.story
            .redirect(&herbs, &seen, d.river.id, json!({}))
            .await;
        assert!(sees(&lake, &order.id).await, "the next");
        assert!(!sees(&herbs, &order.id).await, "the one before");
        assert!(sees(&cast.hill, &order.id).await, "whoever asked for it");
        // Nobody else has a part in it, and a header shows nothing of it.
        let nothing = json!([null, null]);
        let seen = cited(&cast.manager, &amended).await;
        assert_eq!(json!([seen["citedOrders"], seen["criticalValue"]]), nothing);
    });
}

#[test]
fn a_referral_cites_what_its_sender_sees_of_the_same_patient() {
    both(async |w| {
        let (cast, told, d) = (Cast::of(&w).await, orders::Cast::of(&w).await, w.district());
        let own = told.place("GLU", 1).await;
        let other = told.place("GLU", 2).await;
        let lake = w.client(Role::Clinician, &d.lake).await;
        let theirs = told.place_like(&lake, told.order("CBC", 1)).await;
        let id = |order: &orders::Told| json!({ "id": order.id });
        let letter = letter::up(&w, &Patient::nth(1));
        let many: Vec<_> = (0..21).map(|_| id(&own)).collect();
        for (orders, path, code) in [
            (
                json!([id(&own), id(&theirs)]),
                "input.citedOrders[1]",
                "UNKNOWN_ID",
            ),
            (json!([id(&other)]), "input.citedOrders[0]", "INCONSISTENT"),
            (json!([id(&own), id(&own)]), "input.citedOrders[1]", "TAKEN"),
            (
                json!([{ "id": "ord_x" }]),
                "input.citedOrders[0].id",
                "FORMAT",
            ),
            (json!(many), "input.citedOrders", "TOO_LARGE"),
        ] {
            let letter = with(letter.clone(), json!({ "citedOrders": orders }));
            cast.refuses(&cast.hill, "submitReferral", letter, path, code)
                .await;
        }
        let naming = json!({ "criticalValue": "crv_01h455vb4pex5vsknk084sn02q" });
        let letter = with(letter, naming.clone());
        let (path, code) = ("input.criticalValue", "UNKNOWN_ID");
        cast.refuses(&cast.hill, "submitReferral", letter, path, code)
            .await;
        let posted = cast.bring("SUBMITTED").await;
        let input = with(
            on(&posted),
            json!({ "content": { "citedOrders": [id(&other)] } }),
        );
        let path = "input.content.citedOrders[0]";
        cast.refuses(&cast.hill, "amendReferral", input, path, "INCONSISTENT")
            .await;
    });
}

#[test]
fn a_critical_value_of_another_patient_is_not_cited() {
    both(async |w| {
        let (cast, alarm) = (Cast::of(&w).await, Alarm::of(&w).await);
        let order = alarm.examined(1).await;
        let claimed = alarm
            .tell(&alarm.reader, "claimOrder", on_order(&order))
            .await;
        let raised = alarm.raise(&claimed, json!({})).await;
        let naming = json!({ "criticalValue": raised.id });
        for (patient, path, code) in [(2, "input.criticalValue", "INCONSISTENT")] {
            let letter = with(
                letter::emergency(&w, &Patient::nth(patient)),
                naming.clone(),
            );
            cast.refuses(&alarm.village, "submitReferral", letter, path, code)
                .await;
        }
        let letter = with(letter::emergency(&w, &Patient::nth(1)), naming);
        let posted = cast.story.submit(&alarm.village, letter).await;
        let seen = cited(&alarm.county, &posted).await;
        assert_eq!(seen["criticalValue"]["id"], json!(raised.id));
    });
}
