//! Grants that are limited to a shared centre: what they are given with, and what they do not open.

use api::id::{self, Kind};
use chrono::Duration;
use entity::{enums::Role, shared_centre};
use serde_json::{Value, json};

use super::fixture::Centres;
use crate::{
    capacity::Ward,
    harness::{World, both, client::Answer, people::Place},
    referral::{
        cast::Cast,
        census::census,
        letter::{self, with},
    },
};

/// Creates a client with a grant in that scope.
async fn granted(w: &World, role: &str, scope: Value) -> Answer {
    let keeper = w.client(Role::SecurityAdmin, Place::INSTALLATION).await;
    let grants = json!([{ "role": role, "scope": with(json!({ "kind": "INSTITUTION" }), scope) }]);
    let (verb, kind, input) = if role == "INTEGRATION" {
        (
            "createApiClient",
            "CreateApiClientInput",
            json!({ "displayName": "LIS", "grants": grants }),
        )
    } else {
        let name = format!("u{}", w.app.new_id().simple());
        (
            "createAccount",
            "CreateAccountInput",
            json!({ "username": name, "displayName": "检验", "grants": grants }),
        )
    };
    let document = format!(
        "mutation($input: {kind}!) {{ made: {verb}(input: $input) {{ account {{ grants {{
         role scope {{ kind institution {{ id }} department {{ id }} centre {{ id kind }} }} }} }} }} }}"
    );
    keeper.call(&document, json!({ "input": input })).await
}

#[test]
fn technicians_diagnosticians_and_systems_are_granted_one_centre() {
    both(async |w| {
        let centres = Centres::of(&w).await;
        let (d, laboratory) = (w.district(), centres.centre("LABORATORY"));
        let county = letter::institution(d.county.id);
        for role in ["TECHNICIAN", "DIAGNOSTICIAN", "INTEGRATION"] {
            for scope in [
                json!({ "centre": laboratory }),
                json!({ "centre": laboratory, "institution": county }),
            ] {
                let answer = granted(&w, role, scope).await.ok();
                let scope = answer.data("made.account.grants.0.scope");
                let expected = json!({ "kind": "INSTITUTION", "institution": { "id": county }, "department": null,
                    "centre": { "id": laboratory, "kind": "LABORATORY" } });
                assert_eq!(*scope, expected, "{role}");
            }
        }
    });
}

#[test]
fn nobody_else_is_and_no_other_hospital_goes_with_it() {
    both(async |w| {
        let centres = Centres::of(&w).await;
        let (d, laboratory) = (w.district(), centres.centre("LABORATORY"));
        let nothing = id::encode(Kind::SharedCentre, w.app.new_id());
        let path = |field: &str| format!("input.grants[0].{field}");
        for role in [
            "CLINICIAN",
            "COORDINATOR",
            "DISPATCH_OFFICER",
            "INSTITUTION_ADMIN",
        ] {
            let answer = granted(&w, role, json!({ "centre": laboratory })).await;
            assert_eq!(
                answer.problems(),
                [(&*path("role"), "NOT_ALLOWED")],
                "{role}"
            );
        }
        for (scope, field, code) in [
            (json!({ "centre": "?" }), "scope.centre", "FORMAT"),
            (
                json!({ "centre": letter::institution(d.county.id) }),
                "scope.centre",
                "WRONG_TYPE",
            ),
            (json!({ "centre": nothing }), "scope.centre", "UNKNOWN_ID"),
            (
                json!({ "centre": laboratory, "institution": letter::institution(d.herbs.id) }),
                "scope.institution",
                "INCONSISTENT",
            ),
            (
                json!({ "centre": laboratory, "institution": letter::institution(d.county.id),
                    "department": letter::department(d.neurology.id) }),
                "scope.department",
                "INCONSISTENT",
            ),
            (
                json!({ "kind": "COMMUNITY", "centre": laboratory,
                "community": id::encode(Kind::Community, d.general.id) }),
                "scope.centre",
                "NOT_ALLOWED",
            ),
        ] {
            let answer = granted(&w, "TECHNICIAN", scope).await;
            assert!(
                answer.problems().contains(&(&*path(field), code)),
                "{}",
                answer.text
            );
        }
    });
}

#[test]
fn the_hospitals_administrator_grants_its_own_centres_only() {
    both(async |w| {
        let centres = Centres::of(&w).await;
        let document =
            "mutation($input: CreateAccountInput!) { createAccount(input: $input) { replayed } }";
        let grants = json!([{ "role": "TECHNICIAN", "scope": { "kind": "INSTITUTION", "centre": centres.centre("ECG") } }]);
        let input = |name: &str| json!({ "input": { "username": name, "displayName": "技师", "grants": grants } });
        let first = centres.admin.call(document, input("first")).await.ok();
        assert_eq!(*first.data("createAccount.replayed"), json!(false));
        let other = w.client(Role::InstitutionAdmin, &w.district().herbs).await;
        let answer = other.call(document, input("second")).await;
        assert_eq!(answer.code("createAccount"), "FORBIDDEN");
    });
}

#[test]
fn the_viewer_is_told_of_the_centre() {
    both(async |w| {
        let centres = Centres::of(&w).await;
        let lab = centres.client(Role::Integration, "LABORATORY").await;
        let answer = lab
            .ask("{ viewer { institution { id } scope { centre { id } } permittedActions } }")
            .await
            .ok();
        assert_eq!(
            *answer.data("viewer.scope.centre.id"),
            json!(centres.centre("LABORATORY"))
        );
        let county = letter::institution(w.district().county.id);
        assert_eq!(*answer.data("viewer.institution.id"), json!(county));
        let permitted = answer.data("viewer.permittedActions");
        let permitted: Vec<_> = permitted.as_array().into_iter().flatten().collect();
        assert!(permitted.contains(&&json!("REPORT_ORDER")));
        assert!(!permitted.contains(&&json!("ACCEPT_REFERRAL")));
        // That a system works at one centre does not make the hospital one that answers.
        let row = centres.row("LABORATORY");
        let elsewhere = shared_centre::Model {
            host_id: w.district().province.id,
            ..row
        };
        w.person(Role::Integration, &elsewhere).await;
        w.app
            .directory
            .refresh(&w.app.db)
            .await
            .expect("it can be read");
        let known = w.app.directory.now();
        assert!(!known.with_account.contains(&w.district().province.id));
    });
}

#[test]
fn whoever_is_granted_a_centre_sees_and_does_nothing_else_of_its_hospital() {
    both(async |w| {
        let (centres, cast, ward) = (
            Centres::of(&w).await,
            Cast::of(&w).await,
            Ward::of(&w).await,
        );
        let posted = cast.bring("SUBMITTED").await;
        let pool = ward.pool(5).await;
        let session = ward.session(Duration::hours(1), 5).await;
        let shown = cast
            .county
            .call(
                "query($id: ID!) { referral(by: { id: $id }) { patient { id name } } }",
                json!({ "id": posted.id }),
            )
            .await
            .ok();
        let patient = shown.text_at("referral.patient.id").to_owned();
        let name = shown.text_at("referral.patient.name").to_owned();
        let county = letter::institution(w.district().county.id);
        let (id, version) = (&posted.id, posted.version);
        let closed = [
            format!("acceptReferral(input: {{ referral: {{ id: \"{id}\" }}, version: {version} }}) {{ replayed }}"),
            format!("rejectReferral(input: {{ referral: {{ id: \"{id}\" }}, version: {version}, reason: NO_BED }}) {{ replayed }}"),
            format!("recordArrival(input: {{ referral: {{ id: \"{id}\" }}, version: {version} }}) {{ replayed }}"),
            format!("draftReferral(input: {{ patient: {{ id: \"{patient}\" }}, sender: \"{county}\" }}) {{ replayed }}"),
            format!("submitReferral(input: {{ patient: {{ id: \"{patient}\" }}, sender: \"{county}\" }}) {{ replayed }}"),
            "registerPatient(input: { name: \"新人\", sex: MALE, birthDate: \"1950-01-01\" }) { replayed }".to_owned(),
            format!("tagPatient(input: {{ patient: \"{patient}\", tag: STROKE, startsOn: \"2026-01-01\", version: 1 }}) {{ replayed }}"),
            format!("identifyPatient(input: {{ patient: \"{patient}\", version: 1, identity: {{ name: \"新人\", sex: MALE, birthDate: \"1950-01-01\" }} }}) {{ replayed }}"),
            format!("reportOccupancy(input: {{ bedPool: \"{pool}\", occupied: 4 }}) {{ replayed }}"),
            format!("updateBedPool(input: {{ id: \"{pool}\", version: 1, total: 4 }}) {{ replayed }}"),
            format!("updateSlot(input: {{ id: \"{session}\", version: 1, capacity: 4 }}) {{ replayed }}"),
            format!("updateSharedCentre(input: {{ id: \"{}\", version: 2, active: false }}) {{ replayed }}", centres.centre("LABORATORY")),
            format!("setCatalogueItems(input: {{ centre: \"{}\", version: 2, items: [{{ code: \"GLU\", active: false }}] }}) {{ replayed }}", centres.centre("LABORATORY")),
            format!("planFollowUp(input: {{ referral: {{ id: \"{id}\" }}, template: GENERAL }}) {{ replayed }}"),
        ];
        for role in [Role::Technician, Role::Diagnostician, Role::Integration] {
            let client = centres.client(role, "LABORATORY").await;
            let before = census(&w).await;
            for call in &closed {
                let verb = call.split('(').next().unwrap_or_default();
                let answer = client.ask(&format!("mutation {{ {call} }}")).await;
                let code = answer.code(verb);
                assert!(
                    ["FORBIDDEN", "NOT_FOUND"].contains(&code),
                    "{role:?} {verb}: {}",
                    answer.text
                );
            }
            let changed = census(&w).await.changed_since(&before);
            let written = changed
                .iter()
                .filter(|(table, _)| !table.starts_with("audit"));
            assert_eq!(
                written.collect::<Vec<_>>(),
                Vec::<&(String, i64)>::new(),
                "{role:?}"
            );
            for query in [
                format!("referral(by: {{ id: \"{id}\" }}) {{ id }}"),
                "referrals { totalCount edges { node { id } } }".to_owned(),
                format!("node(id: \"{id}\") {{ id }}"),
                format!("node(id: \"{patient}\") {{ id }}"),
                format!("patient(id: \"{patient}\") {{ id }}"),
                format!(
                    "patients(search: {{ name: \"{name}\" }}) {{ totalCount edges {{ node {{ id }} }} }}"
                ),
                "patientConflicts { totalCount }".to_owned(),
                "followUps { totalCount }".to_owned(),
                "accounts { totalCount }".to_owned(),
            ] {
                let answer = client.ask(&format!("{{ {query} }}")).await;
                let told = answer.text.contains(id.as_str()) || answer.text.contains(&patient);
                let field = query.split(['(', ' ']).next().unwrap_or_default();
                let nothing = match answer.errors().first() {
                    Some(error) => error["extensions"]["code"] == "FORBIDDEN",
                    None => answer.data(field).is_null() || answer.data(field)["totalCount"] == 0,
                };
                assert!(nothing && !told, "{role:?} {query}: {}", answer.text);
            }
            let answer = client
                .ask("{ changes(kinds: [REFERRAL, PATIENT, FOLLOW_UP, BED_POOL, SLOT, INSTITUTION]) { edges { node { id } } } }")
                .await
                .ok();
            let edges = answer.data("changes.edges").as_array();
            assert_eq!(edges.map(Vec::len), Some(0), "{role:?}");
            let directory = client
                .ask("{ sharedCentres { totalCount } bedPools { totalCount } }")
                .await
                .ok();
            assert_eq!(directory.number_at("sharedCentres.totalCount"), 8);
        }
    });
}
