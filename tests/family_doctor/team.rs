//! Setting up teams, and who belongs to them.

use entity::enums::Role;
use serde_json::json;

use super::{Practice, ask, caller, found_team, grant_in, in_team, refuses, tell};
use crate::{harness::both, referral::letter};

#[test]
fn a_team_is_complete_when_each_tier_has_a_member() {
    both(async |w| {
        let d = w.district();
        let office = caller(&w, Role::InstitutionAdmin, &d.river).await;
        let two = json!([
            { "practitioner": letter::practitioner(d.neurologist.id) },
            { "practitioner": letter::practitioner(d.river_doctor.id), "leader": true },
        ]);
        let team = found_team(&office, &d.river, "一队", two.clone()).await;
        let list = "{ familyDoctorTeams { totalCount edges { node { id complete missingTiers members { tier leader } } } } }";
        let seen = office.ask(list).await.ok();
        let first = "familyDoctorTeams.edges.0.node";
        assert_eq!(*seen.data(&format!("{first}.complete")), false);
        assert_eq!(
            *seen.data(&format!("{first}.missingTiers")),
            json!(["STATION"])
        );
        // The leader first.
        assert_eq!(
            *seen.data(&format!("{first}.members")),
            json!([{ "tier": "HEALTH_CENTRE", "leader": true }, { "tier": "HOSPITAL", "leader": false }])
        );
        let mut three = two;
        three
            .as_array_mut()
            .expect("a list")
            .push(json!({ "practitioner": letter::practitioner(d.village_doctor.id) }));
        let input = json!({ "id": team, "version": 1, "members": three });
        let told = ask(&office, "updateFamilyDoctorTeam", input).await.ok();
        let path = "updateFamilyDoctorTeam.team";
        assert_eq!(*told.data(&format!("{path}.complete")), true);
        assert_eq!(*told.data(&format!("{path}.version")), 2);
    });
}

#[test]
fn belonging_to_a_team_lets_an_account_act_for_it_and_leaving_ends_that() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let d = w.district();
        let doctor = p.member(&p.doctor).await;
        let scope = "{ viewer { roles scope { team { id name } institution { id } } } }";
        let seen = doctor.ask(scope).await.ok();
        assert_eq!(*seen.data("viewer.scope.team.id"), p.green.as_str());
        assert_eq!(*seen.data("viewer.roles"), json!(["CLINICIAN"]));
        // An account that is opened later acts for it at once.
        let admin = caller(&w, Role::InstitutionAdmin, &d.hill).await;
        let document = "mutation($input: CreateAccountInput!) { createAccount(input: $input) { account { id grants { scope { team { id } } } } } }";
        let input = json!({
            "username": "shiqingsong", "displayName": "石青松", "password": "long enough for you",
            "practitioner": letter::practitioner(d.hill_doctor.id),
            "grants": [{ "role": "CLINICIAN", "scope": { "kind": "INSTITUTION", "institution": letter::institution(d.hill.id) } }],
        });
        let opened = admin.call(document, json!({ "input": input })).await.ok();
        let account = opened.text_at("createAccount.account.id").to_owned();
        let security = caller(
            &w,
            Role::SecurityAdmin,
            crate::harness::people::Place::INSTALLATION,
        )
        .await;
        let all =
            "{ accounts(first: 100) { edges { node { id grants { scope { team { id } } } } } } }";
        let listed = security.ask(all).await.ok();
        let edges = listed.data("accounts.edges").as_array().cloned();
        let edges = edges.expect("accounts are listed");
        let own = edges
            .iter()
            .find(|edge| edge["node"]["id"] == account.as_str());
        let teams = own.expect("it is listed")["node"]["grants"].to_string();
        assert!(teams.contains(&p.green), "{teams}");

        let input = json!({ "id": p.green, "version": 1, "members": [
            { "practitioner": letter::practitioner(d.neurologist.id) },
        ] });
        tell(&p.office, "updateFamilyDoctorTeam", input).await;
        assert!(grant_in(&w, &p.doctor, &p.green).await.is_none());
        assert!(grant_in(&w, &p.specialist, &p.green).await.is_some());
        let seen = doctor.ask("{ followUps { totalCount } }").await;
        assert!(seen.text.contains("UNAUTHENTICATED"), "{}", seen.text);
    });
}

#[test]
fn a_team_belongs_to_its_health_centre() {
    both(async |w| {
        let d = w.district();
        let institution = letter::institution(d.hill.id);
        let input = json!({ "institution": institution, "name": "绿队", "members": [] });
        let verb = "createFamilyDoctorTeam";
        for (role, place) in [
            (Role::Clinician, &d.hill),
            (Role::Coordinator, &d.river),
            (Role::InstitutionAdmin, &d.county),
            (Role::Coordinator, &d.hill_station),
        ] {
            let by = caller(&w, role, place).await;
            refuses(&w, &by, verb, input.clone(), "FORBIDDEN").await;
        }
        let office = caller(&w, Role::Coordinator, &d.hill).await;
        let team = found_team(&office, &d.hill, "绿队", json!([])).await;
        let input = json!({ "id": team, "version": 1, "name": "红队" });
        let verb = "updateFamilyDoctorTeam";
        let river = caller(&w, Role::Coordinator, &d.river).await;
        refuses(&w, &river, verb, input.clone(), "FORBIDDEN").await;
        let stale = json!({ "id": team, "version": 2, "name": "红队" });
        refuses(&w, &office, verb, stale, "CONFLICT").await;
        tell(&office, verb, input).await;
    });
}

#[test]
fn whoever_cannot_belong_to_a_team_is_named() {
    both(async |w| {
        let d = w.district();
        let office = caller(&w, Role::Coordinator, &d.hill).await;
        let input = json!({
            "institution": letter::institution(d.hill.id),
            "name": " ",
            "phone": "x",
            "members": [
                { "practitioner": letter::practitioner(d.river_doctor.id), "leader": true },
                { "practitioner": letter::practitioner(d.city_doctor.id) },
                { "practitioner": letter::practitioner(d.village_doctor.id), "leader": true },
                { "practitioner": letter::practitioner(d.hill.id) },
                { "practitioner": letter::practitioner(d.neurologist.id) },
                { "practitioner": letter::practitioner(d.neurologist.id) },
            ],
        });
        let verb = "createFamilyDoctorTeam";
        let answer = refuses(&w, &office, verb, input, "INVALID_INPUT").await;
        let mut problems = answer.problems();
        problems.sort_unstable();
        assert_eq!(
            problems,
            [
                ("input.members", "INCONSISTENT"),
                ("input.members[0].practitioner", "NOT_ALLOWED"),
                ("input.members[1].practitioner", "NOT_ALLOWED"),
                ("input.members[2].practitioner", "NOT_ALLOWED"),
                ("input.members[3].practitioner", "UNKNOWN_ID"),
                ("input.members[5].practitioner", "TAKEN"),
                ("input.name", "REQUIRED"),
                ("input.phone", "FORMAT"),
            ]
        );
        // Only health centres have family doctors.
        let county = caller(&w, Role::Coordinator, &d.county).await;
        let input =
            json!({ "institution": letter::institution(d.county.id), "name": "队", "members": [] });
        let answer = refuses(&w, &county, verb, input, "INVALID_INPUT").await;
        assert_eq!(answer.problems(), [("input.institution", "NOT_ALLOWED")]);
    });
}

#[test]
fn a_team_with_patients_is_not_dissolved() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let told = p.care.cast.bring("SUBMITTED").await;
        let signed = p.sign(&told).await;
        let verb = "updateFamilyDoctorTeam";
        let input = json!({ "id": p.green, "version": 1, "dissolved": true });
        p.refuses(&p.office, verb, input.clone(), "INVALID_TRANSITION")
            .await;
        let ended = json!({ "contract": signed.id, "version": 1, "reason": "MOVED_AWAY" });
        p.tell(&p.office, "endFamilyDoctorContract", ended).await;
        let doctor = in_team(&w, &p.doctor, &p.green).await;
        let told = ask(&p.office, verb, input).await.ok();
        assert_eq!(*told.data(&format!("{verb}.team.active")), false);
        assert_eq!(*told.data(&format!("{verb}.team.members")), json!([]));
        let seen = doctor.ask("{ followUps { totalCount } }").await;
        assert!(seen.text.contains("UNAUTHENTICATED"), "{}", seen.text);
        let again = json!({ "id": p.green, "version": 2, "name": "新队" });
        p.refuses(&p.office, verb, again, "INVALID_TRANSITION")
            .await;
    });
}
