//! `schema.graphql` at the top level is what clients are made from.

#[test]
fn the_committed_schema_is_that_of_the_code() {
    assert!(
        include_str!("../schema.graphql") == api::schema::sdl(),
        "schema.graphql is not up to date: `cargo run -- schema > schema.graphql`, and look at what changed"
    );
}
