//! What is in a demo.

use std::collections::{BTreeMap, BTreeSet};

use api::{
    demo::{self, book::Book},
    record::{relay, seal, verify::verify},
};
use entity::{
    enums::{ReferralDirection, ReferralStatus, Role, Tier, Urgency},
    event, referral,
};
use sea_orm::EntityTrait as _;

use super::SMALL;
use crate::harness::{World, both_empty};

async fn filled(w: &World) -> (Book, Vec<referral::Model>) {
    let book = demo::fill(&w.app, demo::SEED, &SMALL).await;
    let book = book.unwrap_or_else(|fault| panic!("{fault}"));
    let rows = referral::Entity::find().all(w.app.db.reader()).await;
    (book, rows.expect("referrals can be read"))
}

#[test]
fn every_status_way_and_urgency_occurs_in_both_communities() {
    both_empty(async |w| {
        let now = w.now();
        let (_, rows) = filled(&w).await;
        assert_eq!(w.now(), now, "the clock is where it was");
        assert_eq!(rows.len(), SMALL.referrals);
        let statuses: BTreeSet<_> = rows.iter().map(|row| row.status).collect();
        // Expiry and cancelling come with a later issue.
        let later = [
            ReferralStatus::Expired,
            ReferralStatus::CancellationRequested,
            ReferralStatus::Cancelled,
        ];
        for status in ReferralStatus::ALL
            .iter()
            .filter(|one| !later.contains(one))
        {
            assert!(statuses.contains(status), "{status:?} does not occur");
        }
        let directions: BTreeSet<_> = rows.iter().filter_map(|row| row.direction).collect();
        let all = [
            ReferralDirection::Up,
            ReferralDirection::Down,
            ReferralDirection::Lateral,
            ReferralDirection::Outward,
        ];
        assert_eq!(directions, all.into());
        let urgencies: BTreeSet<_> = rows.iter().filter_map(|row| row.urgency).collect();
        assert_eq!(urgencies.len(), Urgency::ALL.len());
        let senders: BTreeSet<_> = rows
            .iter()
            .filter_map(|row| row.sender_community_id)
            .collect();
        assert_eq!(senders.len(), 2);
        assert!(rows.iter().any(|row| row.green_channel.is_some()));
        assert!(rows.iter().any(|row| row.sensitive));
        let late = |row: &&referral::Model| row.answer_due_at.is_some_and(|due| due < now);
        assert!(
            rows.iter()
                .filter(late)
                .all(|row| row.status == ReferralStatus::Submitted)
        );
        assert!(rows.iter().any(|row| late(&row)), "nothing is overdue");
    });
}

#[test]
fn it_all_happened_in_the_past_and_in_order() {
    both_empty(async |w| {
        let (_, rows) = filled(&w).await;
        let events = event::Entity::find().all(w.app.db.reader()).await;
        let mut histories: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for event in events.expect("events can be read") {
            histories.entry(event.subject_id).or_default().push(event);
        }
        for row in &rows {
            let mut history = histories.remove(&row.id).expect("a referral has a history");
            history.sort_by_key(|event| event.version);
            assert!(history.is_sorted_by_key(|event| event.occurred_at));
            assert!(history.iter().all(|event| event.occurred_at <= w.now()));
            let last = history.last().expect("it is not empty");
            assert_eq!(
                (last.version, last.status.as_deref()),
                (row.version, Some(row.status.code()))
            );
            assert!(!last.account_id.is_nil(), "somebody did it");
        }
        while relay::relay_once(&w.app).await.expect("the relay works") > 0 {}
        while seal::seal_once(&w.app).await.expect("the sealer works") > 0 {}
        let found = verify(&w.app).await.expect("the trail can be read");
        assert!(found.listed.is_empty(), "{:?}", found.listed);
    });
}

#[test]
fn the_same_seed_makes_the_same_district() {
    both_empty(async |w| {
        let (_, rows) = filled(&w).await;
        let directory = w.app.directory.now();
        let name = |id| directory.institution(id).map(|one| one.code.clone());
        let mut told: Vec<_> = rows
            .iter()
            .map(|row| {
                let ends = (name(row.sender_id), row.receiver_id.and_then(name));
                format!(
                    "{ends:?} {:?} {:?} {}",
                    row.principal_code,
                    row.urgency,
                    row.status.code()
                )
            })
            .collect();
        told.sort();
        let told = told.join("\n");
        let known = KNOWN.get_or_init(|| told.clone());
        assert_eq!(*known, told, "the two databases differ");
    });
}

static KNOWN: std::sync::OnceLock<String> = std::sync::OnceLock::new();

#[test]
fn there_is_somebody_for_every_role_and_tier() {
    both_empty(async |w| {
        let (mut book, _) = filled(&w).await;
        let renewed = book.renew(&w.app, "http://127.0.0.1:8080".into()).await;
        renewed.expect("tokens can be made");
        let people: BTreeSet<_> = book
            .accounts
            .iter()
            .map(|one| (one.role, one.tier))
            .collect();
        let machines: BTreeSet<_> = book
            .clients
            .iter()
            .map(|one| (one.role, one.tier))
            .collect();
        for role in Role::ALL {
            let known = people
                .iter()
                .chain(&machines)
                .any(|(known, _)| known == role);
            assert!(known, "nobody is {role:?}");
        }
        for tier in Tier::ALL {
            assert!(
                people.contains(&(Role::Clinician, Some(*tier))),
                "no doctor at {tier:?}"
            );
        }
        for tier in [Tier::Hospital, Tier::HealthCentre, Tier::Partner] {
            assert!(
                machines.contains(&(Role::Integration, Some(tier))),
                "no system at {tier:?}"
            );
        }
        for one in &book.accounts {
            let administers = matches!(
                one.role,
                Role::SystemAdmin | Role::SecurityAdmin | Role::Auditor
            );
            assert_eq!(one.totp_secret.is_some(), administers, "{:?}", one.role);
            assert_eq!(acts_as(&w, &one.access_token).await, one.role);
        }
        for one in &book.clients {
            assert_eq!(acts_as(&w, &one.access_token).await, one.role);
        }
    });
}

async fn acts_as(w: &World, token: &str) -> Role {
    let request = std::sync::Arc::new(api::auth::Request::internal("test"));
    let actor = api::auth::actor(&w.app, token, request)
        .await
        .expect("a good token");
    *actor.roles.first().expect("a role")
}
