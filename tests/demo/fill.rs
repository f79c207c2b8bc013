//! What is in a demo.

use std::collections::{BTreeMap, BTreeSet};

use api::record::{relay, seal, verify::verify};
use entity::{
    bed_pool, break_glass,
    enums::{Action, HoldState, ReferralDirection, ReferralStatus, Role, Tier, Urgency},
    event, follow_up, hold, patient_conflict, referral, referral_leg, slot,
};
use sea_orm::EntityTrait as _;

use super::{Made, SMALL};
use crate::harness::World;

pub fn every_status_way_and_urgency_occurs_in_both_communities(made: &Made) {
    let Made {
        w, referrals: rows, ..
    } = made;
    let now = w.now();
    let planned = rows.iter().filter(|row| row.previous_id.is_none()).count();
    assert_eq!(planned, SMALL.referrals + SMALL.past);
    let statuses: BTreeSet<_> = rows.iter().map(|row| row.status).collect();
    for status in ReferralStatus::ALL {
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
}

pub async fn it_all_happened_in_the_past_and_in_order(made: &Made) {
    let Made {
        w, referrals: rows, ..
    } = made;
    let events = event::Entity::find().all(w.app.db.reader()).await;
    let mut histories: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for event in events.expect("events can be read") {
        histories.entry(event.subject_id).or_default().push(event);
    }
    for row in rows {
        let mut history = histories.remove(&row.id).expect("a referral has a history");
        // A mark of the clock goes beside a version, not before it.
        history.sort_by_key(|event| (event.version, event.occurred_at));
        assert!(history.is_sorted_by_key(|event| event.occurred_at));
        assert!(history.iter().all(|event| event.occurred_at <= w.now()));
        let last = history.last().expect("it is not empty");
        assert_eq!(
            (last.version, last.status.as_deref()),
            (row.version, Some(row.status.code()))
        );
        let by_clock = [
            Action::ExpireReferral,
            Action::MarkOverdue,
            Action::EscalateOverdue,
        ];
        assert!(
            history
                .iter()
                .all(|event| event.account_id.is_nil() == by_clock.contains(&event.action)),
            "somebody did it, or the clock"
        );
    }
    while relay::relay_once(&w.app).await.expect("the relay works") > 0 {}
    while seal::seal_once(&w.app).await.expect("the sealer works") > 0 {}
    let found = verify(&w.app).await.expect("the trail can be read");
    assert!(found.listed.is_empty(), "{:?}", found.listed);
}

pub async fn beds_are_reported_and_held_for_some_who_are_accepted(made: &Made) {
    let Made {
        w, referrals: rows, ..
    } = made;
    let db = w.app.db.reader();
    let pools = bed_pool::Entity::find().all(db).await;
    let holds = hold::Entity::find().all(db).await;
    let slots = slot::Entity::find().all(db).await;
    let (pools, holds) = (pools.expect("beds"), holds.expect("holds"));
    let slots = slots.expect("sessions");
    let directory = w.app.directory.now();
    for tier in [Tier::Hospital, Tier::HealthCentre] {
        let at = |id| {
            directory
                .institution(id)
                .is_some_and(|one| one.tier == tier)
        };
        assert!(pools.iter().any(|pool| at(pool.institution_id)), "{tier:?}");
        assert!(slots.iter().any(|slot| at(slot.institution_id)), "{tier:?}");
    }
    assert!(slots.iter().any(|slot| slot.starts_at > w.now()));
    for state in [HoldState::Held, HoldState::Consumed] {
        assert!(holds.iter().any(|hold| hold.state == state), "{state:?}");
    }
    let held = |is: &dyn Fn(&hold::Model) -> bool| {
        let own = holds.iter().filter(|hold| hold.state == HoldState::Held);
        i32::try_from(own.filter(|hold| is(hold)).count()).unwrap_or(-1)
    };
    for pool in &pools {
        let own = held(&|hold| hold.bed_pool_id == Some(pool.id));
        assert_eq!(pool.held, own);
        assert!(pool.occupied_as_of.is_some());
    }
    for slot in &slots {
        assert_eq!(slot.held, held(&|hold| hold.slot_id == Some(slot.id)));
    }
    let named = rows.iter().filter(|row| row.hold_id.is_some()).count();
    assert_eq!(named, holds.len());
}

pub async fn somebody_waits_for_everything_that_is_not_ordinary(made: &Made) {
    let Made {
        w, referrals: rows, ..
    } = made;
    let db = w.app.db.reader();
    let legs = referral_leg::Entity::find().all(db).await.expect("legs");
    let is_late = |leg: &&referral_leg::Model| {
        leg.ended_at.is_none() && leg.due_at.is_some_and(|due| due <= w.now())
    };
    assert!(legs.iter().any(|leg| is_late(&leg)));
    assert!(
        legs.iter()
            .filter(is_late)
            .all(|leg| leg.overdue_at.is_some()),
        "the clock has marked what is overdue"
    );
    let conflicts = patient_conflict::Entity::find().all(db).await;
    let conflicts = conflicts.expect("conflicts");
    assert!(conflicts.iter().any(|one| one.decision.is_none()));
    let opened = break_glass::Entity::find().all(db).await;
    assert!(!opened.expect("break-glass").is_empty());
    let plans = follow_up::Entity::find().all(db).await;
    assert!(!plans.expect("follow-ups").is_empty());
    let episodes = rows.iter().filter(|row| row.previous_id.is_some());
    assert!(episodes.count() > 0, "nobody came down again");
}

pub fn the_same_seed_makes_the_same_district(made: &Made) {
    let Made {
        w, referrals: rows, ..
    } = made;
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
}

static KNOWN: std::sync::OnceLock<String> = std::sync::OnceLock::new();

pub async fn there_is_somebody_for_every_role_and_tier(made: &mut Made) {
    let Made { w, book, .. } = made;
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
        assert_eq!(acts_as(w, &one.access_token).await, one.role);
    }
    for one in &book.clients {
        assert_eq!(acts_as(w, &one.access_token).await, one.role);
    }
}

async fn acts_as(w: &World, token: &str) -> Role {
    let request = std::sync::Arc::new(api::auth::Request::internal("test"));
    let actor = api::auth::actor(&w.app, token, request)
        .await
        .expect("a good token");
    *actor.roles.first().expect("a role")
}
