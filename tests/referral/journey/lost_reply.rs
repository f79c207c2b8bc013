//! A hospital system posts a hundred letters overnight; the line breaks before the reply, and it sends them all again.

use std::time::Duration;

use entity::{enums::Role, event, outbox, referral};
use reqwest::Method;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;

use super::super::bulk::{BULK, letters, post, results};
use crate::harness::both;

#[test]
fn a_batch_of_a_hundred_is_replayed_after_a_lost_reply() {
    both(async |w| {
        let d = w.district();
        let system = w.client(Role::Integration, &d.hill).await;
        let keyed = system.clone().with_key("night-2026-03-02");
        let letters = letters(&w, 1..101);

        // The line breaks once some of them are through.
        let posted = async || {
            let posted = referral::Entity::find().count(w.app.db.reader()).await;
            posted.expect("referrals can be counted")
        };
        let body = json!({ "query": BULK, "variables": { "inputs": letters } });
        let request = keyed.request(Method::POST, "/graphql").json(&body);
        let sent = tokio::spawn(request.send());
        while posted().await < 10 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        sent.abort();

        // Sent again, every letter is answered: what was through as it stands, the rest now.
        let again = post(&keyed, &letters).await.ok();
        let through = results(&again)
            .iter()
            .filter(|result| result["replayed"] == true);
        assert!(through.count() >= 10, "{}", again.text);
        for (place, result) in results(&again).iter().enumerate() {
            assert_eq!(result["__typename"], "SubmittedReferral", "{result}");
            assert_eq!(
                result["referral"]["externalId"],
                format!("HIS-{}", place + 1)
            );
            assert_eq!(result["referral"]["status"], "SUBMITTED");
        }
        // And once more, by whoever does not know of the key.
        let once_more = post(&system, &letters).await.ok();
        for (first, second) in results(&again).iter().zip(results(&once_more)) {
            assert_eq!(first["referral"]["id"], second["referral"]["id"]);
            assert_eq!(second["replayed"], true);
        }
        let db = w.app.db.reader();
        assert_eq!(posted().await, 100);
        let posts = event::Entity::find().all(db).await.expect("the events");
        let posts = posts
            .iter()
            .filter(|event| event.action == entity::enums::Action::SubmitReferral);
        assert_eq!(posts.count(), 100, "one event each");
        assert!(outbox::Entity::find().count(db).await.expect("a count") >= 100);
    });
}
