//! Reading shared centres and their catalogues.

use api::{
    centre::list::{CODE, ItemQuery},
    id::{self, Kind},
    network::follow::catch_up,
    page::{Cursor, Window},
};
use entity::enums::Role;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::{Value, json};

use super::{fixture::Centres, tell};
use crate::{
    harness::{both, client::Client},
    referral::letter,
};

/// The kinds of centre that a filter finds, page by page, and as many as are counted.
async fn kinds(by: &Client, filter: Value) -> Vec<String> {
    let document = "query List($filter: SharedCentreFilter, $after: String) {
        sharedCentres(filter: $filter, first: 3, after: $after) {
            totalCount edges { node { kind name } } pageInfo { hasNextPage endCursor } } }";
    let (mut found, mut names, mut after) = (Vec::new(), Vec::new(), Value::Null);
    loop {
        let variables = json!({ "filter": filter, "after": after });
        let page = by.call(document, variables).await.ok();
        let edges = page.data("sharedCentres.edges").as_array();
        for edge in edges.into_iter().flatten() {
            let text = |field: &str| edge["node"][field].as_str().expect("a text").to_owned();
            found.push(text("kind"));
            names.push(text("name"));
        }
        if page.data("sharedCentres.pageInfo.hasNextPage") == false {
            assert!(names.is_sorted(), "by name");
            let count = page.number_at("sharedCentres.totalCount");
            assert_eq!(usize::try_from(count).ok(), Some(found.len()));
            found.sort_unstable();
            return found;
        }
        after = page.data("sharedCentres.pageInfo.endCursor").clone();
    }
}

#[test]
fn everybody_finds_who_does_what_for_whom() {
    both(async |w| {
        let centres = Centres::of(&w).await;
        let d = w.district();
        let input = json!({ "id": centres.centre("ECG"), "version": 2, "active": false,
            "served": [letter::institution(d.lake.id)] });
        tell(&centres.admin, "updateSharedCentre", input).await;
        let doctor = w.client(Role::Clinician, &d.lake_station).await;
        let all = kinds(&doctor, Value::Null).await;
        assert_eq!(all.len(), 8);
        let but_ecg: Vec<_> = all.iter().filter(|kind| *kind != "ECG").cloned().collect();
        for (filter, expected) in [
            (
                json!({ "kind": ["ECG", "IMAGING"] }),
                vec!["ECG".to_owned(), "IMAGING".to_owned()],
            ),
            (json!({ "active": false }), vec!["ECG".to_owned()]),
            (json!({ "active": true }), but_ecg.clone()),
            (
                json!({ "host": letter::institution(d.county.id) }),
                all.clone(),
            ),
            (json!({ "host": letter::institution(d.herbs.id) }), vec![]),
            (
                json!({ "community": id::encode(Kind::Community, d.general.id) }),
                all.clone(),
            ),
            (
                json!({ "community": id::encode(Kind::Community, d.traditional.id) }),
                vec![],
            ),
            (
                json!({ "serves": letter::institution(d.lake.id) }),
                all.clone(),
            ),
            (json!({ "serves": letter::institution(d.hill.id) }), but_ecg),
            (
                json!({ "serves": letter::institution(d.county.id) }),
                all.clone(),
            ),
            (json!({ "serves": letter::institution(d.herbs.id) }), vec![]),
        ] {
            assert_eq!(kinds(&doctor, filter.clone()).await, expected, "{filter}");
        }
        let last = doctor
            .ask(
                "{ sharedCentres(last: 3) { edges { node { id } } pageInfo { hasPreviousPage } } }",
            )
            .await
            .ok();
        assert_eq!(last.data("sharedCentres.pageInfo.hasPreviousPage"), true);
    });
}

#[test]
fn a_centre_shows_whom_it_serves_and_what_it_offers() {
    both(async |w| {
        let centres = Centres::of(&w).await;
        let d = w.district();
        let nurse = w.client(Role::Clinician, &d.hill_station).await;
        let document = "query($id: ID!) { sharedCentre(id: $id) { id kind name hours active version createdAt updatedAt
            host { id sharedCentres { id } }
            served(first: 2) { totalCount edges { node { code } } pageInfo { hasNextPage } }
            items(first: 2) { totalCount edges { node { code } } pageInfo { hasNextPage endCursor } } } }";
        let laboratory = json!({ "id": centres.centre("LABORATORY") });
        let seen = nurse.call(document, laboratory.clone()).await.ok();
        assert_eq!(seen.text_at("sharedCentre.name"), "区域医学检验中心");
        assert_eq!(seen.number_at("sharedCentre.version"), 2);
        assert_eq!(seen.number_at("sharedCentre.served.totalCount"), 6);
        assert_eq!(
            seen.text_at("sharedCentre.served.edges.0.node.code"),
            "C001"
        );
        let own = seen.data("sharedCentre.host.sharedCentres").as_array();
        assert_eq!(own.map(Vec::len), Some(8));
        assert_eq!(seen.number_at("sharedCentre.items.totalCount"), 6);
        let code = |at: usize| {
            seen.text_at(&format!("sharedCentre.items.edges.{at}.node.code"))
                .to_owned()
        };
        assert_eq!([code(0), code(1)], ["CBC", "GLU"]);
        let after = seen.data("sharedCentre.items.pageInfo.endCursor");
        let next = "query($id: ID!, $after: String) { sharedCentre(id: $id) {
            items(after: $after) { edges { node { code } } pageInfo { hasNextPage hasPreviousPage } } } }";
        let variables = json!({ "id": centres.centre("LABORATORY"), "after": after });
        let seen = nurse.call(next, variables).await.ok();
        let codes = seen
            .data("sharedCentre.items.edges")
            .as_array()
            .into_iter()
            .flatten();
        let codes: Vec<_> = codes.map(|edge| &edge["node"]["code"]).collect();
        assert_eq!(codes, ["HBA1C", "K", "TNI", "URINE"]);
        for (search, expected) in [
            ("GL", vec!["GLU"]),
            ("gl", vec!["GLU"]),
            ("LU", vec![]),
            ("常规", vec!["CBC", "URINE"]),
            ("%", vec![]),
            ("_", vec![]),
        ] {
            let search_for = "query($id: ID!, $search: String) { sharedCentre(id: $id) {
                items(search: $search) { totalCount edges { node { code } } } } }";
            let variables = json!({ "id": centres.centre("LABORATORY"), "search": search });
            let seen = nurse.call(search_for, variables).await.ok();
            let codes = seen
                .data("sharedCentre.items.edges")
                .as_array()
                .into_iter()
                .flatten();
            let codes: Vec<_> = codes.map(|edge| &edge["node"]["code"]).collect();
            assert_eq!(codes, expected, "{search}");
            let count = seen.number_at("sharedCentre.items.totalCount");
            assert_eq!(usize::try_from(count).ok(), Some(codes.len()), "{search}");
        }
    });
}

#[test]
fn what_is_not_there_is_null_and_what_cannot_be_is_refused() {
    both(async |w| {
        let doctor = w.client(Role::Clinician, &w.district().hill).await;
        let nothing = id::encode(Kind::SharedCentre, w.app.new_id());
        let item = id::encode(Kind::CatalogueItem, w.app.new_id());
        let document = format!(
            "{{ sharedCentre(id: \"{nothing}\") {{ id }} node(id: \"{nothing}\") {{ id }} nodes(ids: [\"{item}\"]) {{ id }} }}"
        );
        let answer = doctor.ask(&document).await.ok();
        assert!(answer.data("sharedCentre").is_null() && answer.data("node").is_null());
        assert!(answer.data("nodes.0").is_null());
        for (call, path, code) in [
            ("sharedCentre(id: \"x\") { id }", "id", "FORMAT"),
            (
                &*format!("sharedCentre(id: \"{item}\") {{ id }}"),
                "id",
                "WRONG_TYPE",
            ),
            (
                "sharedCentres(first: 0) { totalCount }",
                "first",
                "TOO_LARGE",
            ),
            (
                "sharedCentres(after: \"x\") { totalCount }",
                "after",
                "FORMAT",
            ),
            (
                "sharedCentres(filter: { host: \"x\" }) { totalCount }",
                "filter.host",
                "FORMAT",
            ),
            (
                "sharedCentres(filter: { community: \"x\" }) { totalCount }",
                "filter.community",
                "FORMAT",
            ),
            (
                "sharedCentres(filter: { serves: \"x\" }) { totalCount }",
                "filter.serves",
                "FORMAT",
            ),
        ] {
            let answer = doctor.ask(&format!("{{ {call} }}")).await;
            assert_eq!(answer.problems(), [(path, code)], "{}", answer.text);
        }
        let centres = Centres::of(&w).await;
        let id = centres.centre("ECG");
        for (call, path, code) in [
            ("items(first: 101)", "first", "TOO_LARGE"),
            ("items(after: \"x\")", "after", "FORMAT"),
            ("items(search: \"\\u0000\")", "search", "CHARACTERS"),
            ("served(first: 0)", "first", "TOO_LARGE"),
        ] {
            let document =
                format!("{{ sharedCentre(id: \"{id}\") {{ {call} {{ edges {{ cursor }} }} }} }}");
            let answer = doctor.ask(&document).await;
            assert_eq!(answer.problems(), [(path, code)], "{}", answer.text);
        }
    });
}

#[test]
fn a_page_of_centres_costs_the_same_however_many_there_are() {
    both(async |w| {
        let centres = Centres::of(&w).await;
        let document =
            "query($kind: [CentreKind!]) { sharedCentres(filter: { kind: $kind }) { edges { node {
            host { sharedCentres { name } } served { edges { node { name } } }
            items(first: 3) { edges { node { code centre { name } } } } } } } }";
        let doctor = w.client(Role::Clinician, &w.district().hill).await;
        let one = doctor.measure(document, json!({ "kind": ["ECG"] })).await;
        let all = doctor.measure(document, json!({ "kind": null })).await;
        assert_eq!(one.statements(), all.statements());
        let ids: Vec<_> = ["GLU", "ECG12", "TISSUE"]
            .map(|code| centres.item(code))
            .into();
        let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on CatalogueItem { code centre { name } } } }";
        let few = doctor.measure(nodes, json!({ "ids": ids[..1] })).await;
        let many = doctor.measure(nodes, json!({ "ids": ids })).await;
        assert_eq!(few.statements(), many.statements());
    });
}

#[test]
fn whoever_is_served_follows_what_becomes_of_a_centre() {
    both(async |w| {
        let centres = Centres::of(&w).await;
        let d = w.district();
        api::record::relay::relay_once(&w.app)
            .await
            .expect("the feed goes on");
        let document = "{ changes(kinds: [SHARED_CENTRE], first: 100) { edges { node { action kind status version
            subject { ... on SharedCentre { id kind } } } } } }";
        let at_centre = centres.client(Role::Technician, "ECG").await;
        for (client, expected) in [
            (w.client(Role::Clinician, &d.county).await, 15),
            (w.client(Role::Clinician, &d.lake_station).await, 15),
            (w.client(Role::CommunityManager, &d.general).await, 15),
            (w.client(Role::Clinician, &d.herbs).await, 0),
            (at_centre, 2),
        ] {
            let answer = client.ask(document).await.ok();
            let edges = answer.data("changes.edges").as_array().expect("a list");
            assert_eq!(edges.len(), expected);
            for edge in edges {
                assert!(edge["node"]["subject"]["id"].is_string(), "{edge}");
                assert_eq!(edge["node"]["status"], "ACTIVE");
            }
        }
    });
}

#[test]
fn what_another_process_changes_is_noticed() {
    both(async |w| {
        let centres = Centres::of(&w).await;
        let seen = catch_up(&w.app, None).await.expect("it can be followed");
        let row = centres.row("ECG");
        w.app
            .db
            .write(async |txn| {
                use entity::shared_centre::{Column, Entity};
                Entity::update_many()
                    .col_expr(Column::Name, Expr::value("改名"))
                    .col_expr(Column::Version, Expr::value(row.version + 1))
                    .filter(Column::Id.eq(row.id))
                    .exec(&*txn)
                    .await?;
                Ok(())
            })
            .await
            .expect("another process can write");
        assert_ne!(centres.row("ECG").name, "改名");
        catch_up(&w.app, Some(seen))
            .await
            .expect("it can be followed");
        assert_eq!(centres.row("ECG").name, "改名");
    });
}

#[test]
fn a_centre_follows_its_host_into_another_community() {
    both(async |w| {
        let centres = Centres::of(&w).await;
        let d = w.district();
        let system = w
            .client(
                Role::SystemAdmin,
                crate::harness::people::Place::INSTALLATION,
            )
            .await;
        let input = json!({ "id": letter::institution(d.county.id), "version": 1,
            "community": id::encode(Kind::Community, d.traditional.id) });
        let document = "mutation($input: UpdateInstitutionInput!) { updateInstitution(input: $input) { replayed } }";
        let moved = system.call(document, json!({ "input": input })).await;
        assert_eq!(*moved.ok().data("updateInstitution.replayed"), json!(false));
        assert_eq!(centres.row("ECG").community_id, Some(d.traditional.id));
    });
}

#[test]
fn an_index_serves_every_page_of_a_catalogue() {
    both(async |w| {
        let centre = Centres::of(&w).await.row("LABORATORY").id;
        for search in [None, Some("GL".to_owned())] {
            let query = ItemQuery { search };
            for cursor in [None, Some(Cursor::text(CODE, "CBC", centre))] {
                let window = Window {
                    rows: 2,
                    backward: false,
                    cursor,
                };
                let page = query.page(&[centre], &window);
                let plan = w.explain(&w.app.db.backend().build(&page)).await.join("\n");
                assert!(plan.contains("ux_catalogue_item_centre_id_code"), "{plan}");
            }
        }
    });
}
