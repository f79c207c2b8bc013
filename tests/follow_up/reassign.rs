//! Hand the rest of a plan on to another institution.

use entity::enums::Role;
use serde_json::json;

use super::care::{Care, on, read, station};
use crate::{
    harness::both,
    referral::letter::{self, with},
};

#[test]
fn the_rest_of_the_plan_goes_and_the_relation_with_it() {
    both(async |w| {
        let care = Care::of(&w).await;
        let d = w.district();
        let down = care.home().await;
        let said = json!({ "template": "STROKE", "days": [7, 30, 90] });
        let first = care.plan(&care.cast.hill, &down, said).await;
        care.record(&care.cast.hill, &first, json!({})).await;
        let second = read(&first.all["plan"][1], false);
        let river = letter::institution(d.river.id);
        let input = with(
            on(&second),
            json!({ "institution": river, "reason": "迁居" }),
        );
        let moved = care.tell(&care.cast.hill, "reassignFollowUp", input).await;
        assert_eq!((moved.status.as_str(), moved.version), ("PLANNED", 2));
        assert_eq!(moved.all["institution"]["id"], river);

        let document = "query { followUps(filter: { status: [PLANNED] }) { edges { node { number patient { masked name } } } } }";
        let list = care.river.ask(document).await.ok();
        let rows = list.data("followUps.edges").as_array().expect("a list");
        assert_eq!(rows.len(), 2, "both that are left");
        assert_eq!(rows[0]["node"]["patient"]["masked"], false);
        care.record(&care.river, &moved, json!({})).await;
        // What is done stays with who did it.
        let kept = care
            .look(&care.cast.hill, &first)
            .await
            .expect("it is seen");
        assert_eq!(
            kept.all["institution"]["id"],
            letter::institution(d.hill.id)
        );
    });
}

#[test]
fn an_institution_closes_when_nobody_waits_for_it_any_more() {
    const SET_STATUS: &str = "mutation Set($input: SetInstitutionStatusInput!) { setInstitutionStatus(input: $input) { openFollowUps institution { status version } } }";
    both(async |w| {
        let care = Care::of(&w).await;
        let d = w.district();
        let down = care.home().await;
        let [river, lake] = [d.river.id, d.lake.id].map(letter::institution);
        let planned = care
            .plan(&care.cast.hill, &down, json!({ "institution": river }))
            .await;
        let admin = w.client(Role::InstitutionAdmin, &d.river).await;
        let set = |status: &str, version: i32| json!({ "input": { "id": river, "status": status, "version": version } });
        let suspended = set("SUSPENDED", d.river.version);
        let suspended = admin.call(SET_STATUS, suspended).await.ok();
        assert_eq!(suspended.number_at("setInstitutionStatus.openFollowUps"), 1);
        let closed = set("CLOSED", d.river.version + 1);
        let refused = admin.call(SET_STATUS, closed.clone()).await;
        assert_eq!(refused.code("setInstitutionStatus"), "CONFLICT");
        assert_eq!(refused.problems(), [("input.status", "NOT_ALLOWED")]);

        let input = with(
            on(&planned),
            json!({ "institution": lake, "reason": "卫生院撤并" }),
        );
        care.tell(&care.cast.hill, "reassignFollowUp", input).await;
        let closed = admin.call(SET_STATUS, closed).await.ok();
        assert_eq!(
            closed.text_at("setInstitutionStatus.institution.status"),
            "CLOSED"
        );
    });
}

#[test]
fn who_had_it_by_nothing_else_sees_it_no_longer() {
    both(async |w| {
        let care = Care::of(&w).await;
        let d = w.district();
        let down = care.home().await;
        let river = letter::institution(d.river.id);
        let planned = care
            .plan(&care.cast.hill, &down, json!({ "institution": river }))
            .await;
        let patient =
            "query($id: ID!) { node(id: $id) { ... on FollowUp { patient { id masked } } } }";
        let seen = care
            .river
            .call(patient, json!({ "id": planned.id }))
            .await
            .ok();
        assert_eq!(*seen.data("node.patient.masked"), false);
        let who = seen.text_at("node.patient.id").to_owned();

        let input = with(on(&planned), json!({ "institution": station(&w) }));
        let moved = care.tell(&care.river, "reassignFollowUp", input).await;
        assert!(care.look(&care.river, &planned).await.is_none());
        let gone = care
            .river
            .call(
                "query($id: ID!) { patient(id: $id) { id } }",
                json!({ "id": who }),
            )
            .await
            .ok();
        assert!(gone.data("patient").is_null());
        let now = care
            .look(&care.village, &moved)
            .await
            .expect("the station sees it");
        assert_eq!(now.version, moved.version);
    });
}

#[test]
fn who_may_and_who_may_not() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        let planned = care.plan(&care.cast.hill, &down, json!({})).await;
        let input = with(on(&planned), json!({ "institution": station(&w) }));
        let others = [
            ("the other side", &care.cast.county, "FORBIDDEN"),
            ("a stranger", &care.cast.stranger, "NOT_FOUND"),
            ("a technician", &care.cast.hill_technician, "NOT_FOUND"),
            ("who is to get it", &care.village, "NOT_FOUND"),
        ];
        care.refuses_others("reassignFollowUp", &input, &others)
            .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let care = Care::of(&w).await;
        let d = w.district();
        let down = care.home().await;
        let planned = care.plan(&care.cast.hill, &down, json!({})).await;
        let good = with(on(&planned), json!({ "institution": station(&w) }));
        for (fault, path, code) in [
            (
                json!({ "institution": letter::institution(d.hill.id) }),
                "input.institution",
                "NOT_ALLOWED",
            ),
            (
                json!({ "institution": "inst_00000000000000000000000000" }),
                "input.institution",
                "UNKNOWN_ID",
            ),
            (
                json!({ "institution": letter::institution(d.province.id) }),
                "input.institution",
                "NOT_ALLOWED",
            ),
            (json!({ "reason": " " }), "input.reason", "REQUIRED"),
        ] {
            let input = with(good.clone(), fault);
            care.refuses(&care.cast.hill, "reassignFollowUp", input, path, code)
                .await;
        }
    });
}

#[test]
fn a_repeated_one_changes_nothing() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        let planned = care.plan(&care.cast.hill, &down, json!({})).await;
        let input = with(
            on(&planned),
            json!({ "institution": station(&w), "version": null }),
        );
        let system = &care.cast.system;
        let first = care.tell(system, "reassignFollowUp", input.clone()).await;
        let keyed = care.cast.hill.clone().with_key("move-1");
        let back = with(
            on(&first),
            json!({ "institution": letter::institution(w.district().hill.id) }),
        );
        let second = care.tell(&keyed, "reassignFollowUp", back.clone()).await;
        let again = care.tell(&keyed, "reassignFollowUp", back).await;
        assert!(!second.replayed && again.replayed);
        assert_eq!((second.version, again.version), (3, 3));
    });
}
