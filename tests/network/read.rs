//! Reading the network.

use entity::enums::Role;
use serde_json::json;

use crate::harness::{both, people::Place};

#[test]
fn an_institution_and_what_hangs_below_it_cost_no_statement() {
    both(async |w| {
        let district = w.district();
        let clinician = w.client(Role::Clinician, &district.hill).await;
        let document = r#"{ institution(code: "C001") {
            __typename id code name tier typeCode status region
            community { name leadHospitals { name level grade } members(tier: STATION) { totalCount } }
            departments { edges { node { name specialty } } }
            ... on HealthCentre {
                functionalClass subCentre radiatesTo { name }
                stations { edges { node { name ... on Station { healthCentre { code } } } } }
            }
        } }"#;
        // The first request of an account reads its session.
        let _ = clinician.ask("{ communities { totalCount } }").await;
        let answer = clinician.ask(document).await.ok();
        assert_eq!(answer.text_at("institution.__typename"), "HealthCentre");
        assert_eq!(answer.id_at("institution.id"), district.river.id);
        assert_eq!(
            answer.text_at("institution.community.name"),
            district.general.name
        );
        let lead = "institution.community.leadHospitals.0";
        assert_eq!(
            answer.text_at(&format!("{lead}.name")),
            district.county.name
        );
        assert_eq!(
            answer.number_at("institution.community.members.totalCount"),
            2
        );
        assert_eq!(
            answer.text_at("institution.radiatesTo.0.name"),
            district.hill.name
        );
        let station = "institution.stations.edges.0.node";
        assert_eq!(
            answer.text_at(&format!("{station}.healthCentre.code")),
            "C001"
        );
        let department = "institution.departments.edges.0.node.name";
        assert_eq!(answer.text_at(department), district.river_general.name);
        assert_eq!(answer.statements(), 0);
    });
}

#[test]
fn everybody_who_signed_in_reads_and_nobody_else() {
    both(async |w| {
        let document = "{ institutions { totalCount } communities { totalCount } }";
        for (role, place) in [
            (Role::Monitor, Place::from(&w.district().general)),
            (Role::Regulator, Place::from("33")),
            (Role::Auditor, Place::INSTALLATION),
        ] {
            let answer = w.client(role, place).await.ask(document).await.ok();
            assert_eq!(answer.number_at("institutions.totalCount"), 11);
            assert_eq!(answer.number_at("communities.totalCount"), 2);
        }
        let stranger = w.anonymous().ask(document).await;
        assert!(!stranger.errors().is_empty(), "{}", stranger.text);
    });
}

#[test]
fn pages_go_on_where_they_ended_in_both_directions() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let document = "query ($first: Int, $after: String, $last: Int, $before: String) {
            institutions(first: $first, after: $after, last: $last, before: $before) {
                edges { node { code } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
        let codes = |answer: &crate::harness::client::Answer| -> Vec<String> {
            let edges = answer
                .data("institutions.edges")
                .as_array()
                .expect("edges")
                .clone();
            let code = |edge: serde_json::Value| edge["node"]["code"].as_str().map(str::to_owned);
            edges.into_iter().filter_map(code).collect()
        };
        let (mut seen, mut after) = (Vec::new(), json!(null));
        loop {
            let page = client
                .call(document, json!({ "first": 4, "after": after }))
                .await
                .ok();
            seen.extend(codes(&page));
            after = page.data("institutions.pageInfo.endCursor").clone();
            if page.data("institutions.pageInfo.hasNextPage") == &json!(false) {
                break;
            }
        }
        let mut sorted = seen.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!((seen.len(), &seen), (11, &sorted));
        let last = client.call(document, json!({ "last": 3 })).await.ok();
        assert_eq!(codes(&last), seen[8..]);
        let before = last.data("institutions.pageInfo.startCursor");
        let page = client
            .call(document, json!({ "last": 2, "before": before }))
            .await
            .ok();
        assert_eq!(codes(&page), seen[6..8]);
        let wrong = client.call(document, json!({ "first": 0 })).await;
        assert_eq!(wrong.code("institutions"), "INVALID_INPUT");
    });
}

#[test]
fn filters_narrow() {
    both(async |w| {
        let district = w.district();
        let client = w.client(Role::Coordinator, &district.county).await;
        let public = |id| api::id::encode(api::id::Kind::Institution, id);
        let community = api::id::encode(api::id::Kind::Community, district.general.id);
        for (filter, count) in [
            (json!({ "tier": ["HOSPITAL", "PARTNER"] }), 5),
            (json!({ "community": community }), 5),
            (json!({ "facility": ["STROKE_CENTRE", "FEVER_CLINIC"] }), 1),
            (json!({ "name": "卫生院" }), 2),
            (json!({ "managedBy": public(district.hill.id) }), 1),
            (json!({ "status": ["SUSPENDED"] }), 0),
        ] {
            let document = "query ($filter: InstitutionFilter) { institutions(filter: $filter) { totalCount } }";
            let answer = client
                .call(document, json!({ "filter": filter }))
                .await
                .ok();
            assert_eq!(
                answer.number_at("institutions.totalCount"),
                count,
                "{filter}"
            );
        }
        let document = "{ institutions(filter: { community: \"inst_x\", treats: \"?\", region: \"9\" }) { totalCount } }";
        let answer = client.ask(document).await;
        let expected = [
            ("filter.community", "FORMAT"),
            ("filter.treats", "FORMAT"),
            ("filter.region", "FORMAT"),
        ];
        assert_eq!(answer.problems(), expected);
    });
}

#[test]
fn practitioners_are_paged_by_employer_and_staff_number() {
    both(async |w| {
        let district = w.district();
        let client = w.client(Role::Clinician, &district.hill).await;
        let document = "query ($filter: PractitionerFilter, $first: Int, $after: String) {
            practitioners(filter: $filter, first: $first, after: $after) { totalCount
                edges { node { name title institution { name } department { name } } } pageInfo { hasNextPage endCursor } } }";
        let county = api::id::encode(api::id::Kind::Institution, district.county.id);
        let first = json!({ "filter": { "institution": [county] }, "first": 1 });
        let page = client.call(document, first).await.ok();
        assert_eq!(page.number_at("practitioners.totalCount"), 2);
        let node = "practitioners.edges.0.node";
        assert_eq!(
            page.text_at(&format!("{node}.name")),
            district.neurologist.name
        );
        assert_eq!(
            page.text_at(&format!("{node}.department.name")),
            district.neurology.name
        );
        let after = page.data("practitioners.pageInfo.endCursor");
        let second = json!({ "filter": { "institution": [county] }, "first": 1, "after": after });
        let page = client.call(document, second).await.ok();
        assert_eq!(
            page.text_at(&format!("{node}.name")),
            district.emergency_doctor.name
        );
        assert_eq!(
            page.data("practitioners.pageInfo.hasNextPage"),
            &json!(false)
        );
        for (filter, count) in [
            (json!({ "name": "大山" }), 1),
            (json!({ "name": "%" }), 0),
            (json!({ "title": ["231"] }), 2),
            (json!({ "qualification": ["VILLAGE_DOCTOR"] }), 2),
        ] {
            let answer = client
                .call(document, json!({ "filter": filter }))
                .await
                .ok();
            assert_eq!(
                answer.number_at("practitioners.totalCount"),
                count,
                "{filter}"
            );
        }
    });
}

#[test]
fn what_is_not_there_is_null_and_one_key_is_wanted() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let answer = client
            .ask("{ institution(code: \"none\") { id } }")
            .await
            .ok();
        assert!(answer.data("institution").is_null());
        for arguments in ["", "(id: \"inst_x\", code: \"C001\")", "(id: \"inst_x\")"] {
            let answer = client
                .ask(&format!("{{ institution{arguments} {{ id }} }}"))
                .await;
            assert_eq!(answer.code("institution"), "INVALID_INPUT", "{arguments}");
        }
    });
}

#[test]
fn a_change_through_the_api_answers_the_new_object() {
    both(async |w| {
        let district = w.district();
        let admin = w.client(Role::InstitutionAdmin, &district.hill).await;
        let document =
            "mutation ($input: UpdateInstitutionInput!) { updateInstitution(input: $input) {
            institution { name phone version location { latitude } } warnings replayed } }";
        let id = api::id::encode(api::id::Kind::Institution, district.hill.id);
        let place = json!({ "latitude": 30.5, "longitude": 120.5 });
        let input = json!({ "id": id, "version": 1, "phone": "0571-2222 3333", "location": place });
        let answer = admin.call(document, json!({ "input": input })).await.ok();
        assert_eq!(answer.number_at("updateInstitution.institution.version"), 2);
        assert_eq!(
            answer.data("updateInstitution.institution.location.latitude"),
            &json!(30.5)
        );
        let stale = admin.call(document, json!({ "input": input })).await;
        assert_eq!(stale.code("updateInstitution"), "CONFLICT");
        let version = &stale.error("updateInstitution")["extensions"]["currentVersion"];
        assert_eq!(version, &json!(2));
        let bad = json!({ "id": id, "version": 2, "community": "com_x", "typeCode": null, "region": "1" });
        let answer = admin.call(document, json!({ "input": bad })).await;
        let expected = [
            ("input.community", "FORMAT"),
            ("input.typeCode", "REQUIRED"),
            ("input.region", "FORMAT"),
        ];
        assert_eq!(answer.problems(), expected);
        let stranger = w.client(Role::InstitutionAdmin, &district.lake).await;
        let answer = stranger.call(document, json!({ "input": input })).await;
        assert_eq!(answer.code("updateInstitution"), "FORBIDDEN");
    });
}
