//! Any object by its id.

use api::id::{self, Kind};
use entity::enums::Role;
use serde_json::{Value, json};

use crate::harness::both;

const NODES: &str = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

#[test]
fn objects_are_read_in_the_order_of_their_ids() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().river).await;
        let river = id::encode(Kind::Institution, w.district().river.id);
        let doctor = id::encode(Kind::Practitioner, w.district().city_doctor.id);
        let unknown = id::encode(Kind::Institution, w.app.new_id());
        let patient = id::encode(Kind::Patient, w.app.new_id());
        let referral = id::encode(Kind::Referral, w.app.new_id());
        let ids = json!([doctor, river, unknown, patient, referral]);
        let answer = client.call(NODES, json!({ "ids": ids })).await.ok();
        assert_eq!(
            answer.data("nodes"),
            &json!([
                { "__typename": "Practitioner", "id": doctor },
                { "__typename": "HealthCentre", "id": river },
                null,
                null,
                null,
            ])
        );
        let one = client
            .call(
                "query ($id: ID!) { node(id: $id) { id ... on Institution { name } } }",
                json!({ "id": river }),
            )
            .await
            .ok();
        assert_eq!(
            one.data("node.name"),
            &Value::from(w.district().river.name.clone())
        );
    });
}

#[test]
fn what_is_no_id_is_told_by_its_place() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().river).await;
        let river = id::encode(Kind::Institution, w.district().river.id);
        let event = id::encode(Kind::Event, w.app.new_id());
        let answer = client
            .call(NODES, json!({ "ids": ["nonsense", river, event] }))
            .await;
        assert_eq!(answer.data("nodes.1.id"), &Value::from(river));
        assert_eq!(
            answer.problems(),
            [("ids[0]", "FORMAT"), ("ids[2]", "WRONG_TYPE")]
        );
        let too_many = vec!["inst_x"; 101];
        let answer = client.call(NODES, json!({ "ids": too_many })).await;
        assert_eq!(answer.problems(), [("ids", "TOO_LARGE")]);
    });
}
