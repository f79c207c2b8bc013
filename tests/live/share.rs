//! One answer serves everybody who would get the same, and each of them is on record for it.

use std::time::Duration;

use entity::{audit, enums::Role};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{listening, live};
use crate::{
    harness::{World, both, log, socket::Socket},
    referral::cast::Cast,
};

const FOLLOWERS: usize = 8;

async fn entries(w: &World, account: Uuid) -> u64 {
    let of = audit::Entity::find()
        .filter(audit::Column::AccountId.eq(account))
        .filter(audit::Column::Action.eq(entity::enums::Action::ReadReferral));
    let count = of.count(w.app.db.reader()).await;
    count.expect("entries can be counted")
}

#[test]
fn one_re_read_serves_all_who_see_and_ask_the_same() {
    both(async |w| {
        let (cast, _live) = (Cast::of(&w).await, live(&w));
        let name = format!("Shared{}", w.app.new_id().simple());
        let document = format!(
            "subscription {name} {{ referralChanged {{ id status patient {{ name }} timeline {{ edges {{ node {{ action }} }} }} }} }}"
        );
        let mut sockets = Vec::new();
        for _ in 0..FOLLOWERS {
            let client = w.client(Role::Clinician, &w.district().county).await;
            let mut socket = Socket::of(&client).await;
            socket.subscribe("in", &document, json!({})).await;
            sockets.push((client, socket));
        }
        listening().await;
        let posted = cast.story.submit(&cast.hill, cast.story.up()).await;
        for (client, socket) in &mut sockets {
            let told = socket.data("in").await["referralChanged"].clone();
            assert_eq!(told["id"], posted.id);
            assert!(told["patient"]["name"].is_string());
            assert_eq!(entries(&w, client.account).await, 1, "each is on record");
        }
        drop(sockets);
        // What each operation cost is logged when it ends.
        let costs = async || loop {
            let lines = log::lines_after(0);
            let lines = lines.iter().filter(|line| line.contains(&name));
            let costs: Vec<u64> = lines
                .filter_map(|line| serde_json::from_str::<Value>(line).ok())
                .filter_map(|line| line["fields"]["statements"].as_u64())
                .collect();
            if costs.len() == FOLLOWERS {
                return costs;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let costs = tokio::time::timeout(Duration::from_secs(10), costs()).await;
        let costs = costs.expect("all operations end");
        let least = costs.iter().min().copied().unwrap_or_default();
        let more = costs.iter().filter(|cost| **cost > least + 1);
        assert_eq!(more.count(), 1, "one of them has read it: {costs:?}");
    });
}

#[test]
fn what_is_shown_to_one_is_not_shown_to_another_role_or_place() {
    both(async |w| {
        let (cast, _live) = (Cast::of(&w).await, live(&w));
        let d = w.district();
        let document = "subscription { referralChanged { id headerOnly patient { name } } }";
        let mut sockets = Vec::new();
        for (role, header) in [
            (Role::Clinician, false),
            (Role::InstitutionAdmin, true),
            (Role::Coordinator, false),
        ] {
            let mut socket = Socket::of(&w.client(role, &d.county).await).await;
            socket.subscribe("in", document, json!({})).await;
            sockets.push((socket, header));
        }
        let mut socket = Socket::of(&w.client(Role::CommunityManager, &d.general).await).await;
        socket.subscribe("in", document, json!({})).await;
        sockets.push((socket, true));
        listening().await;
        cast.story.submit(&cast.hill, cast.story.up()).await;
        for (socket, header) in &mut sockets {
            let told = socket.data("in").await["referralChanged"].clone();
            assert_eq!(
                (&told["headerOnly"], told["patient"].is_null()),
                (&json!(*header), *header)
            );
        }
    });
}

#[test]
fn a_full_identity_is_given_to_each_by_itself() {
    both(async |w| {
        let (cast, _live) = (Cast::of(&w).await, live(&w));
        let document = "subscription { referralChanged { patient { identity(purpose: TREATMENT) { name } } } }";
        let mut sockets = Vec::new();
        for _ in 0..3 {
            let client = w.client(Role::Clinician, &w.district().county).await;
            let mut socket = Socket::of(&client).await;
            socket.subscribe("in", document, json!({})).await;
            sockets.push((client, socket));
        }
        listening().await;
        cast.story.submit(&cast.hill, cast.story.up()).await;
        for (client, socket) in &mut sockets {
            socket.data("in").await;
            let of = audit::Entity::find()
                .filter(audit::Column::AccountId.eq(client.account))
                .filter(audit::Column::Action.eq(entity::enums::Action::ReadIdentity));
            let count = of.count(w.app.db.reader()).await;
            assert_eq!(count.expect("entries can be counted"), 1);
        }
    });
}
