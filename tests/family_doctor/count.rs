//! How many have signed, overall and by population group, and how complete the teams are.

use api::family_doctor::service::{Completeness, completeness, signed};
use chrono::Duration;
use entity::enums::{Role, TagKind};
use serde_json::json;

use super::{Practice, caller, found_package, found_team, on, tell};
use crate::{
    harness::both,
    referral::letter::{self, with},
};

#[test]
fn who_has_signed_is_counted_by_health_centre_group_and_moment() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let d = w.district();
        let reader = w.app.db.reader();
        let all = [d.hill.id, d.river.id];
        let before = w.now();
        w.wait(Duration::hours(1));
        let mut contracts = Vec::new();
        for tag in [Some("HYPERTENSION"), Some("STROKE"), None] {
            let tags: Vec<_> = tag
                .iter()
                .map(|tag| json!({ "tag": tag, "startsOn": "2020-01-01" }))
                .collect();
            let tagged = json!({ "patient": { "register": { "tags": tags } } });
            let letter = with(p.care.cast.story.up(), tagged);
            let told = p.care.cast.story.submit(&p.care.cast.hill, letter).await;
            contracts.push(p.sign(&told).await);
        }
        let counted = async |at| {
            let mut found: Vec<_> = signed(reader, at, &all)
                .await
                .expect("they are counted")
                .into_iter()
                .map(|one| (one.institution_id == d.hill.id, one.tag, one.patients))
                .collect();
            found.sort_unstable();
            found
        };
        w.wait(Duration::hours(1));
        let during = w.now();
        // Since the first day began, whenever it was signed.
        assert_eq!(
            counted(before).await,
            counted(during).await,
            "a contract counts from its first day on"
        );
        assert_eq!(
            counted(during).await,
            [
                (true, None, 3),
                (true, Some(TagKind::Hypertension), 1),
                (true, Some(TagKind::Stroke), 1),
            ]
        );
        assert_eq!(counted(before - Duration::days(2)).await, []);

        w.wait(Duration::hours(1));
        // One moves to another health centre, one ends: what was counted before stays.
        let river = caller(&w, Role::Coordinator, &d.river).await;
        let team = found_team(&river, &d.river, "江队", json!([])).await;
        let package = found_package(&river, &d.river, "JB01").await;
        let moved = with(
            on(&contracts[0]),
            json!({ "team": team, "package": package }),
        );
        p.tell(&p.office, "moveFamilyDoctorContract", moved).await;
        let ended = with(on(&contracts[1]), json!({ "reason": "DIED" }));
        p.tell(&p.office, "endFamilyDoctorContract", ended).await;
        assert_eq!(
            counted(w.now()).await,
            [
                (false, None, 1),
                (false, Some(TagKind::Hypertension), 1),
                (true, None, 1),
            ]
        );
        assert_eq!(counted(during).await[0], (true, None, 3));
    });
}

#[test]
fn teams_are_counted_with_the_complete_ones() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let d = w.district();
        let river = caller(&w, Role::Coordinator, &d.river).await;
        let three = json!([
            { "practitioner": letter::practitioner(d.neurologist.id) },
            { "practitioner": letter::practitioner(d.river_doctor.id) },
            { "practitioner": letter::practitioner(d.village_doctor.id) },
        ]);
        let team = found_team(&river, &d.river, "江队", three).await;
        let whole = w.now();
        w.wait(Duration::hours(1));
        let input = json!({ "id": team, "version": 1, "members": [] });
        tell(&river, "updateFamilyDoctorTeam", input).await;
        let counted = async |at| {
            let all = [d.hill.id, d.river.id];
            let found = completeness(w.app.db.reader(), at, &all).await;
            let found = found.expect("they are counted");
            (found[&d.hill.id], found[&d.river.id])
        };
        let of = |teams, complete| Completeness { teams, complete };
        assert_eq!(counted(whole).await, (of(2, 0), of(1, 1)));
        assert_eq!(counted(w.now()).await, (of(2, 0), of(1, 0)));
        drop(p);
    });
}
