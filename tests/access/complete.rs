//! The table has a line for everything that the schema publishes, and none for anything else.

use std::collections::BTreeSet;

use super::{
    fields,
    schema::{ROOTS, SCHEMA, Schema},
    table::{self, OPERATIONS},
};

/// What a list is made of, whatever its rows are.
const LIST: [(&str, &[&str]); 3] = [
    ("Connection", &["edges", "pageInfo", "totalCount"]),
    ("Edge", &["cursor", "node"]),
    (
        "PageInfo",
        &["hasNextPage", "hasPreviousPage", "startCursor", "endCursor"],
    ),
];

#[test]
fn every_operation_and_every_field_has_a_line_in_the_table() {
    assert_eq!(without_line(&SCHEMA), Vec::<String>::new());
}

#[test]
fn every_line_of_the_table_is_of_something_published() {
    let operations = ROOTS
        .iter()
        .flat_map(|root| SCHEMA.fields(root))
        .map(|field| field.name.as_str());
    let published: BTreeSet<&str> = operations.collect();
    let mut seen = BTreeSet::new();
    for (name, _) in OPERATIONS {
        assert!(published.contains(name), "{name} is no operation any more");
        assert!(seen.insert((*name).to_owned()), "{name} has two lines");
    }
    for (object, _, fields) in fields::lines() {
        for field in fields.split_whitespace() {
            let known = SCHEMA
                .fields(object)
                .iter()
                .any(|known| known.name == field);
            assert!(known, "{object}.{field} is not published any more");
            let line = format!("{object}.{field}");
            assert!(seen.insert(line.clone()), "{line} has two lines");
        }
    }
}

#[test]
fn whatever_is_published_without_a_line_is_found() {
    let mut more = api::schema::sdl();
    for (begins, field) in [
        ("type Query {", "everything: [Patient!]!"),
        ("type Mutation {", "forgetEverything: Boolean"),
        ("type Subscription {", "rumours: Rumour!"),
        ("type Patient implements Node {", "diary: String"),
        // Of all four, and of one of them alone.
        ("interface Institution {", "secrets: [Rumour!]!"),
        (
            "type Station implements Institution & Node {",
            "telephoneOfTheDoctor: String",
        ),
        ("interface Node {", "rowNumber: Int!"),
    ] {
        assert!(more.contains(begins), "{begins}");
        more = more.replace(begins, &format!("{begins}\n{field}\n"));
    }
    more.push_str("type Rumour { text: String! }");
    assert_eq!(
        without_line(&Schema::read(&more)),
        [
            "Institution.secrets",
            "Mutation.forgetEverything",
            "Node.rowNumber",
            "Patient.diary",
            "Query.everything",
            "Rumour.text",
            "Station.telephoneOfTheDoctor",
            "Subscription.rumours",
        ]
    );
}

/// Every operation and field that has no line.
fn without_line(schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    for name in schema.reachable() {
        let part = LIST.iter().find(|(suffix, _)| name.ends_with(suffix));
        for field in schema.fields(name) {
            let known = match part {
                Some((_, fields)) => fields.contains(&field.name.as_str()),
                None if ROOTS.contains(&name) => table::who(&field.name).is_some(),
                None => fields::shown(schema, name, &field.name).is_some(),
            };
            if !known {
                found.push(format!("{name}.{}", field.name));
            }
        }
    }
    found
}
