//! Alliances, agreements and studios as everybody finds them.

use entity::enums::Role;
use serde_json::{Value, json};

use super::{
    CREATE_AGREEMENT, CREATE_ALLIANCE, CREATE_STUDIO, city_group, id_of, manager, studio, support,
};
use crate::{
    harness::{World, both, client::Client},
    referral::letter::{self, with},
};

/// The names or purposes on a page, and whether there is more.
async fn listed(by: &Client, root: &str, field: &str, arguments: &str) -> (Vec<String>, Value) {
    let document = format!(
        "{{ {root}{arguments} {{ totalCount pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {field} }} }} }} }}"
    );
    let answer = by.ask(&document).await.ok();
    let page = answer.data(root).clone();
    let edges = page["edges"].as_array().expect("edges").iter();
    let names = edges.map(|edge| edge["node"][field].as_str().unwrap_or_default().to_owned());
    (names.collect(), page)
}

/// An alliance, two agreements and a studio; their ids but for the second agreement's.
async fn some(w: &World) -> [String; 3] {
    let (manager, d) = (manager(w).await, w.district());
    let group = CREATE_ALLIANCE.tell(&manager, city_group(w)).await;
    let other = json!({
        "kind": "TELEMEDICINE", "name": "远程协作网", "startsOn": "2027-01-01",
        "members": [
            { "institution": letter::institution(d.county.id), "role": "LEAD" },
            { "institution": letter::institution(d.river.id) },
        ],
    });
    CREATE_ALLIANCE.tell(&manager, other).await;
    let agreement = CREATE_AGREEMENT.tell(&manager, support(w)).await;
    let later = json!({ "purpose": "带教", "kind": "COOPERATION", "validFrom": "2026-02-01" });
    let later = with(support(w), later);
    CREATE_AGREEMENT.tell(&manager, later).await;
    let place = CREATE_STUDIO.tell(&manager, studio(w)).await;
    [
        id_of(&group, "alliance"),
        id_of(&agreement, "agreement"),
        id_of(&place, "studio"),
    ]
}

#[test]
fn everybody_finds_them_by_what_they_are() {
    both(async |w| {
        let d = w.district();
        some(&w).await;
        let nurse = w.client(Role::Technician, &d.lake).await;
        let (hill, river) = (
            letter::institution(d.hill.id),
            letter::institution(d.river.id),
        );
        for (root, field, arguments, expected) in [
            (
                "alliances",
                "name",
                String::new(),
                &["市第一医院医疗集团", "远程协作网"][..],
            ),
            (
                "alliances",
                "name",
                "(filter: { kind: [TELEMEDICINE] })".into(),
                &["远程协作网"],
            ),
            (
                "alliances",
                "name",
                "(filter: { on: \"2026-03-02\" })".into(),
                &["市第一医院医疗集团"],
            ),
            (
                "alliances",
                "name",
                format!("(filter: {{ institution: \"{river}\" }})"),
                &["远程协作网"],
            ),
            (
                "alliances",
                "name",
                format!("(filter: {{ institution: \"{hill}\", on: \"2026-01-31\" }})"),
                &[],
            ),
            (
                "alliances",
                "name",
                "(filter: { name: \"集团\" })".into(),
                &["市第一医院医疗集团"],
            ),
            ("alliances", "name", "(last: 1)".into(), &["远程协作网"]),
            (
                "agreements",
                "purpose",
                String::new(),
                &["带教", "胸痛单元建设"],
            ),
            (
                "agreements",
                "purpose",
                "(filter: { kind: [PAIRED_SUPPORT] })".into(),
                &["胸痛单元建设"],
            ),
            (
                "agreements",
                "purpose",
                "(filter: { on: \"2026-01-15\" })".into(),
                &["胸痛单元建设"],
            ),
            (
                "agreements",
                "purpose",
                format!("(filter: {{ institution: \"{river}\" }})"),
                &[],
            ),
            (
                "studios",
                "name",
                format!("(filter: {{ host: \"{hill}\", on: \"2026-03-02\" }})"),
                &["沈明远名医工作室"],
            ),
            (
                "studios",
                "name",
                format!("(filter: {{ home: \"{hill}\" }})"),
                &[],
            ),
        ] {
            let (names, page) = listed(&nurse, root, field, &arguments).await;
            assert_eq!(names, expected, "{root}{arguments}");
            let many = if arguments.contains("last") {
                2
            } else {
                expected.len()
            };
            assert_eq!(page["totalCount"], json!(many), "{root}{arguments}");
        }
    });
}

#[test]
fn they_are_read_page_by_page_at_their_institutions_and_by_their_ids() {
    both(async |w| {
        let d = w.district();
        let [group, agreement, place] = some(&w).await;
        let nurse = w.client(Role::Technician, &d.lake).await;
        let hill = letter::institution(d.hill.id);
        let (first, page) = listed(&nurse, "agreements", "purpose", "(first: 1)").await;
        assert_eq!(
            (first, &page["pageInfo"]["hasNextPage"]),
            (vec!["带教".to_owned()], &json!(true))
        );
        let after = page["pageInfo"]["endCursor"].as_str().expect("a cursor");
        let arguments = format!("(first: 1, after: \"{after}\")");
        let (second, _) = listed(&nurse, "agreements", "purpose", &arguments).await;
        assert_eq!(second, ["胸痛单元建设"]);

        // Where they are looked for: at their institutions, and by their ids.
        let document = format!(
            "{{ institution(id: \"{hill}\") {{ alliances {{ edges {{ node {{ id }} }} }} agreements {{ totalCount }} }} \
             nodes(ids: [\"{group}\", \"{agreement}\", \"{place}\"]) {{ __typename id }} }}"
        );
        let answer = nurse.ask(&document).await.ok();
        assert_eq!(
            answer.data("institution.alliances.edges")[0]["node"]["id"],
            group.as_str()
        );
        assert_eq!(answer.number_at("institution.agreements.totalCount"), 2);
        let kinds = answer.data("nodes").as_array().expect("nodes").iter();
        let kinds: Vec<_> = kinds.map(|node| node["__typename"].clone()).collect();
        assert_eq!(kinds, ["Alliance", "Agreement", "Studio"]);

        for (arguments, code) in [
            ("alliances(filter: { institution: \"?\" })", "INVALID_INPUT"),
            ("agreements(filter: { on: \"heute\" })", "INVALID_INPUT"),
            ("studios(first: 0)", "INVALID_INPUT"),
        ] {
            let answer = nurse
                .ask(&format!("{{ {arguments} {{ totalCount }} }}"))
                .await;
            assert_eq!(
                answer.errors()[0]["extensions"]["code"],
                code,
                "{arguments}"
            );
        }
    });
}

#[test]
fn a_page_costs_the_same_however_many_there_are() {
    both(async |w| {
        let (manager, d) = (manager(&w).await, w.district());
        let document = "{ alliances(first: 50) { edges { node { name lead { name } members { edges { node { institution { name community { name } } } } } } } } }";
        CREATE_ALLIANCE.tell(&manager, city_group(&w)).await;
        let few = manager.measure(document, json!({})).await.statements();
        for at in 0..10 {
            let input = with(city_group(&w), json!({ "name": format!("第{at}集团") }));
            CREATE_ALLIANCE.tell(&manager, input).await;
        }
        let many = manager.measure(document, json!({})).await.statements();
        assert_eq!(few, many);
        let followed = w.app.directory.now();
        assert!(
            followed
                .pacts
                .allied(d.city.id, d.hill.id, d.general.created_at.date_naive())
        );
    });
}
