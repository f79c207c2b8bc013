//! Who is told of a critical value, and of how much.

use entity::{audit, enums::Role};
use sea_orm::EntityTrait as _;
use serde_json::json;

use super::alarm::{Alarm, Seen};
use crate::{
    harness::{World, both, client::Client, socket::Socket},
    live::{listening, live},
    referral::{
        cast::Cast,
        letter::{self, with},
    },
};

/// An ECG of the patient of a referral from `hill` to `county`, asked for by `river`, which has no part in that.
async fn beside(a: &Alarm, w: &World, patient: &str) -> Seen {
    let said = json!({ "patient": { "register": null, "id": patient } });
    let placed = a.ordered(&a.river, 0, said).await;
    let technician = w.client(Role::Technician, &w.district().river).await;
    let on = super::alarm::on_order(&placed);
    a.tell(&technician, "recordExamination", on).await
}

async fn patient_of(by: &Client, referral: &str) -> String {
    let document = "query Of($by: ReferralKey!) { referral(by: $by) { patient { id } } }";
    let found = by.call(document, json!({ "by": { "id": referral } })).await;
    found.ok().text_at("referral.patient.id").to_owned()
}

#[test]
fn whoever_holds_the_patient_of_an_open_referral_is_told() {
    both(async |w| {
        let (a, cast) = (Alarm::of(&w).await, Cast::of(&w).await);
        let d = w.district();
        let lake = w.client(Role::Clinician, &d.lake).await;
        for (n, (status, holder)) in [
            ("SUBMITTED", Some("hill")),
            ("ACCEPTED", Some("hill")),
            ("IN_TRANSIT", Some("hill")),
            ("ARRIVED", Some("county")),
            ("IN_TREATMENT", Some("county")),
            ("REPORTED_BACK", Some("hill")),
            ("CLOSED", None),
        ]
        .into_iter()
        .enumerate()
        {
            let n = u32::try_from(n).unwrap_or(0) + 200;
            let patient = crate::harness::canary::Patient::nth(n);
            let told = cast.bring_letter(status, letter::up(&w, &patient)).await;
            let patient = patient_of(&cast.hill, &told.id).await;
            // `river` knows the patient because it registers them too.
            let document = "mutation Known($input: RegisterPatientInput!) { registerPatient(input: $input) { replayed } }";
            let input = crate::harness::canary::Patient::nth(n).input();
            let known = a.river.call(document, json!({ "input": input })).await;
            assert_eq!(known.errors(), []);
            let order = beside(&a, &w, &patient).await;
            let raised = a.raise(&order, json!({})).await;
            let seen = a.look(&cast.hill, &raised).await;
            assert_eq!(seen.is_some(), holder == Some("hill"), "{status}");
            // The hospital runs the centre and sees it anyhow; it answers only where it has the patient.
            let county = a.look(&a.county, &raised).await.expect("it is seen");
            let answers = county.all["availableActions"][0]["allowed"] == true;
            assert_eq!(answers, holder == Some("county"), "{status}");
            assert!(a.look(&lake, &raised).await.is_none());
            let by = match holder {
                Some("hill") => &cast.hill,
                Some(_) => &a.county,
                None => &a.river,
            };
            a.acknowledge(by, &raised, json!({})).await;
        }
    });
}

#[test]
fn a_holder_treats_the_patient_until_somebody_has_acted() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let raised = a.raise(&a.examined(1).await, json!({})).await;
        let seen = a.look(&a.river, &raised).await.expect("it is seen");
        assert_eq!(seen.all["patient"]["masked"], false);
        let known = a.acknowledge(&a.river, &raised, json!({})).await;
        a.resolve(&a.river, &known, json!({})).await;
        let seen = a.look(&a.river, &raised).await.expect("it is seen");
        assert_eq!(seen.all["patient"]["masked"], true);
    });
}

#[test]
fn what_is_shown_is_in_the_audit_trail() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let raised = a.raise(&a.examined(1).await, json!({})).await;
        let document =
            "query Look($id: ID!) { node(id: $id) { ... on CriticalValue { id status finding } } }";
        let count = async || {
            let all = audit::Entity::find().all(w.app.db.reader()).await;
            let all = all.expect("the trail can be read");
            all.iter()
                .filter(|entry| entry.action.code() == "READ_CRITICAL_VALUE")
                .count()
        };
        let before = count().await;
        let id = json!({ "id": raised.id });
        let shown = a.village.call(document, id.clone()).await.ok();
        assert!(shown.data("node.finding").is_string());
        assert_eq!(count().await, before + 1);
        let header = document.replace("finding", "version");
        let shown = a.village.call(&header, id).await.ok();
        assert!(shown.data("node.version").is_number());
        assert_eq!(count().await, before + 1);
    });
}

#[test]
fn addressees_hear_of_it_as_it_happens() {
    both(async |w| {
        let (a, _live) = (Alarm::of(&w).await, live(&w));
        let order = a.examined(1).await;
        let document = "subscription Alarm($institution: ID) { criticalValueRaised(institution: $institution) { id status finding } }";
        let mut village = Socket::of(&a.village).await;
        let mut river = Socket::of(&a.river).await;
        let mut stranger = Socket::of(&a.stranger).await;
        let mut county = Socket::of(&a.county).await;
        for socket in [&mut village, &mut river, &mut stranger] {
            socket.subscribe("in", document, json!({})).await;
        }
        // Those of `hill` alone: none.
        let hill = letter::institution(w.district().hill.id);
        let only = json!({ "institution": hill });
        county.subscribe("in", document, only).await;
        listening().await;
        let raised = a.raise(&order, json!({})).await;
        for socket in [&mut village, &mut river] {
            let heard = socket.data("in").await;
            assert_eq!(heard["criticalValueRaised"]["id"], raised.id);
            assert_eq!(heard["criticalValueRaised"]["status"], "NOTIFIED");
        }
        stranger.is_silent().await;
        county.is_silent().await;
        // What is done about it is in the feed.
        a.acknowledge(&a.village, &raised, json!({})).await;
        river.is_silent().await;
        let feed = "{ changes(kinds: [CRITICAL_VALUE]) { edges { node { action status subject { id ... on CriticalValue { finding } } } } } }";
        let feed = a.river.ask(feed).await.ok();
        let changes = feed.data("changes.edges");
        assert_eq!(changes[0]["node"]["action"], "RAISE_CRITICAL_VALUE");
        assert_eq!(changes[1]["node"]["status"], "ACKNOWLEDGED");
        assert_eq!(changes[1]["node"]["subject"]["id"], raised.id);
        assert_eq!(
            changes[1]["node"]["subject"]["finding"],
            with(a.infarction(&order), json!({}))["finding"]
        );
    });
}
