//! Every mutation, called by everybody who may not: refused in the right words, and nothing is changed.

use std::fmt::Debug;

use entity::{
    account, account_grant, agreement, alliance, alliance_member, batch, batch_order, bed_pool,
    break_glass, catalogue_item, centre_served, community, critical_value, department, dispatch,
    dispatch_log, dispatch_party, enrolment, event, family_contract, family_member, family_package,
    family_team, file, follow_up, hold, institution, order, patient, patient_conflict, patient_tag,
    practitioner, referral, referral_leg, report, shared_centre, slot, specimen, studio,
    supervision_revision, supervision_visit, training_session, volume_report, volume_revision,
};
use sea_orm::{EntityTrait, PaginatorTrait as _};
use serde_json::Value;

use super::{
    calls::{MUTATIONS, On},
    cast::{Caller, cast, everybody},
    rights::{self, Right},
    schema::SCHEMA,
    stories::tales,
};
use crate::harness::{World, both};

/// Calls in one request.
const ROOTS: usize = 20;

#[test]
fn nobody_does_what_they_may_not() {
    both(async |w| {
        let (tales, cast) = (tales(&w).await, cast(&w).await);
        let on = On::of(&w, &tales, &cast).await;
        let before = everything(&w).await;
        everybody(&cast, async |caller| refused(&w, caller, &on).await).await;
        assert_eq!(
            everything(&w).await,
            before,
            "a refused call changed something"
        );
    });
}

#[test]
fn every_mutation_is_tried() {
    let published = SCHEMA.fields("Mutation").iter();
    let mut published: Vec<&str> = published.map(|field| field.name.as_str()).collect();
    let mut tried: Vec<&str> = MUTATIONS.iter().map(|call| call.name).collect();
    published.sort_unstable();
    tried.sort_unstable();
    assert_eq!(tried, published);
}

/// Calls everything that the caller may not.
async fn refused(w: &World, caller: &Caller, on: &On) {
    let calls = MUTATIONS.iter();
    let calls = calls.map(|call| (call, rights::of(w, caller, call, on)));
    let calls: Vec<_> = calls.filter(|(_, right)| *right != Right::May).collect();
    for calls in calls.chunks(ROOTS) {
        let texts = calls.iter().map(|(call, _)| call.text(on));
        let document = texts.collect::<Vec<_>>().join(" ");
        let answer = caller
            .client
            .ask(&format!("mutation {{ {document} }}"))
            .await;
        for (call, right) in calls {
            let named = |error: &&Value| error["path"][0] == call.name;
            let code = answer.errors().iter().find(named);
            let code = code.and_then(|error| error["extensions"]["code"].as_str());
            // One that takes many inputs refuses each of them.
            let of_input = answer.body["data"][call.name][0]["code"].as_str();
            let code = code.or(of_input).unwrap_or("no code");
            assert!(
                right.codes().contains(&code),
                "{} by {}: {code}, not {right:?}: {}",
                call.name,
                caller.label,
                answer.text
            );
        }
    }
}

/// Every row that a mutation could change, as text.
async fn everything(w: &World) -> String {
    [
        rows::<referral::Entity>(w).await,
        rows::<referral_leg::Entity>(w).await,
        rows::<follow_up::Entity>(w).await,
        rows::<critical_value::Entity>(w).await,
        rows::<patient::Entity>(w).await,
        rows::<file::Entity>(w).await,
        rows::<patient_tag::Entity>(w).await,
        rows::<patient_conflict::Entity>(w).await,
        rows::<break_glass::Entity>(w).await,
        rows::<institution::Entity>(w).await,
        rows::<community::Entity>(w).await,
        rows::<department::Entity>(w).await,
        rows::<practitioner::Entity>(w).await,
        rows::<bed_pool::Entity>(w).await,
        rows::<slot::Entity>(w).await,
        rows::<hold::Entity>(w).await,
        rows::<shared_centre::Entity>(w).await,
        rows::<centre_served::Entity>(w).await,
        rows::<catalogue_item::Entity>(w).await,
        rows::<order::Entity>(w).await,
        rows::<specimen::Entity>(w).await,
        rows::<report::Entity>(w).await,
        rows::<batch::Entity>(w).await,
        rows::<batch_order::Entity>(w).await,
        rows::<training_session::Entity>(w).await,
        rows::<alliance::Entity>(w).await,
        rows::<alliance_member::Entity>(w).await,
        rows::<agreement::Entity>(w).await,
        rows::<studio::Entity>(w).await,
        rows::<supervision_visit::Entity>(w).await,
        rows::<supervision_revision::Entity>(w).await,
        rows::<volume_report::Entity>(w).await,
        rows::<volume_revision::Entity>(w).await,
        rows::<enrolment::Entity>(w).await,
        rows::<family_team::Entity>(w).await,
        rows::<family_member::Entity>(w).await,
        rows::<family_package::Entity>(w).await,
        rows::<family_contract::Entity>(w).await,
        rows::<dispatch::Entity>(w).await,
        rows::<dispatch_party::Entity>(w).await,
        rows::<dispatch_log::Entity>(w).await,
        rows::<account::Entity>(w).await,
        rows::<account_grant::Entity>(w).await,
        event::Entity::find()
            .count(w.app.db.reader())
            .await
            .expect("the events can be counted")
            .to_string(),
    ]
    .join("\n")
}

async fn rows<E: EntityTrait<Model: Debug>>(w: &World) -> String {
    let rows = E::find().all(w.app.db.reader()).await;
    let mut rows: Vec<String> = rows
        .expect("a table can be read")
        .iter()
        .map(|row| format!("{row:?}"))
        .collect();
    rows.sort_unstable();
    rows.join("\n")
}
