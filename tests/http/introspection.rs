//! Reading the schema through the API.

use entity::enums::Role;
use reqwest::StatusCode;

use super::assert_refused;
use crate::harness::{both, both_empty, people::Place};

/// As clients and explorers ask it.
const INTROSPECTION: &str = "query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name }
    types { ...FullType } directives { name description locations args { ...InputValue } } } }
    fragment FullType on __Type { kind name description isOneOf specifiedByURL
      fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
      inputFields { ...InputValue } interfaces { ...TypeRef }
      enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
    fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
    fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
      ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";

#[test]
fn is_for_those_who_have_signed_in() {
    both(async |w| {
        let answer = w.anonymous().ask(INTROSPECTION).await;
        assert_refused(&answer, StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
        let answer = w
            .anonymous()
            .ask("{ ... on Query { __type(name: \"Query\") { name } } }")
            .await;
        assert_refused(&answer, StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
        let client = w.client(Role::Auditor, Place::INSTALLATION).await;
        let answer = client.ask(INTROSPECTION).await.ok();
        assert_eq!(answer.data("__schema.queryType.name"), "Query");
    });
}

#[test]
fn does_not_go_round_in_circles() {
    both_empty(async |w| {
        let client = w.client(Role::Auditor, Place::INSTALLATION).await;
        let document = "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }";
        let answer = client.ask(document).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.code(""), "COST_LIMIT");
    });
}
