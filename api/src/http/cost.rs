//! What an operation costs at most: an object 1, a page as much as all its rows, a list as much as its entries, a mutation 10 and a
//! total count 50 on top; a mutation of many inputs costs as much as one of each. Calculated before anything is executed, each fragment once.

use std::collections::HashMap;

use apollo_compiler::{
    ExecutableDocument, Name,
    ast::Value,
    executable::{Field, Operation, Selection, SelectionSet},
    response::JsonMap,
};

/// Rows of a page that names no length, and of the longest page.
const PAGE: (u64, u64) = (crate::page::DEFAULT_ROWS, crate::page::MOST_ROWS);
/// Entries of a list that is not paged; few of them are longer.
const LIST: u64 = 5;
/// A change, with its event and its audit entry.
const MUTATION: u64 = 10;
/// Counting a whole list.
const TOTAL_COUNT: u64 = 50;

/// The cost of the operation with these variables.
pub(super) fn cost(
    document: &ExecutableDocument,
    operation: &Operation,
    variables: &JsonMap,
) -> u64 {
    let mut walk = Walk {
        document,
        variables,
        known: HashMap::new(),
    };
    let found = walk.selections(&operation.selection_set);
    let roots = operation.root_fields(document).count() as u64;
    let root = if operation.is_mutation() { MUTATION } else { 1 };
    found
        .once
        .saturating_add(found.each)
        .saturating_add(roots.saturating_mul(root))
}

/// Cost of a selection: of a page, once and for each row; of anything else, once.
#[derive(Clone, Copy, Default)]
struct Cost {
    once: u64,
    each: u64,
}

struct Walk<'d> {
    document: &'d ExecutableDocument,
    variables: &'d JsonMap,
    known: HashMap<&'d Name, Cost>,
}

impl<'d> Walk<'d> {
    fn selections(&mut self, set: &'d SelectionSet) -> Cost {
        let of_page = is_page(&set.ty);
        let mut sum = Cost::default();
        for selection in &set.selections {
            let found = match selection {
                Selection::Field(field) => self.field(field, of_page),
                Selection::InlineFragment(fragment) => self.selections(&fragment.selection_set),
                Selection::FragmentSpread(spread) => self.fragment(&spread.fragment_name),
            };
            sum.once = sum.once.saturating_add(found.once);
            sum.each = sum.each.saturating_add(found.each);
        }
        sum
    }

    fn fragment(&mut self, name: &'d Name) -> Cost {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let Some(fragment) = self.document.fragments.get(name) else {
            return Cost::default();
        };
        let found = self.selections(&fragment.selection_set);
        self.known.insert(name, found);
        found
    }

    fn field(&mut self, field: &'d Field, of_page: bool) -> Cost {
        if of_page && field.name == "totalCount" {
            return Cost {
                once: TOTAL_COUNT,
                each: 0,
            };
        }
        if field.selection_set.is_empty() {
            return Cost::default();
        }
        let inner = self.selections(&field.selection_set);
        let inside = inner.once.saturating_add(inner.each);
        let ty = &field.definition.ty;
        if of_page {
            // `edges`, and `pageInfo` which is nothing to speak of.
            return if ty.is_list() {
                Cost {
                    once: 0,
                    each: inside,
                }
            } else {
                Cost::default()
            };
        }
        let once = if is_page(ty.inner_named_type()) {
            inner
                .each
                .saturating_mul(self.rows(field))
                .saturating_add(inner.once)
                .saturating_add(1)
        } else if ty.is_list() {
            let posted = field.specified_argument_by_name("inputs").is_some();
            let change = if posted { MUTATION } else { 0 };
            inside
                .saturating_add(1 + change)
                .saturating_mul(self.entries(field))
        } else {
            inside.saturating_add(1)
        };
        Cost { once, each: 0 }
    }

    /// Rows of the page that the field asks for. Lengths that are not allowed are refused where they are read.
    fn rows(&self, field: &Field) -> u64 {
        ["first", "last"]
            .iter()
            .filter_map(|name| self.number(field, name))
            .max()
            .map_or(PAGE.0, |rows| rows.clamp(1, PAGE.1))
    }

    fn number(&self, field: &Field, argument: &str) -> Option<u64> {
        let number = match field.specified_argument_by_name(argument)?.as_ref() {
            Value::Int(number) => i64::from(number.try_to_i32().ok()?),
            Value::Variable(name) => self.variables.get(name.as_str())?.as_i64()?,
            _ => return None,
        };
        Some(u64::try_from(number).unwrap_or(0))
    }

    /// Entries of a list: as many as the ids or inputs that ask for them, where those do.
    fn entries(&self, field: &Field) -> u64 {
        let asked = ["ids", "inputs"]
            .iter()
            .find_map(|name| field.specified_argument_by_name(name));
        let asked = match asked.map(AsRef::as_ref) {
            Some(Value::List(asked)) => Some(asked.len()),
            Some(Value::Variable(name)) => self
                .variables
                .get(name.as_str())
                .and_then(|asked| asked.as_array())
                .map(Vec::len),
            _ => None,
        };
        asked.map_or(LIST, |asked| (asked as u64).clamp(1, PAGE.1))
    }
}

/// Whether the type is a page of a list; the schema names them alike.
fn is_page(ty: &str) -> bool {
    ty.ends_with("Connection")
}

#[cfg(test)]
mod tests {
    use apollo_compiler::Schema;

    use super::*;

    const SCHEMA: &str =
        "type Query { a: A as(first: Int, last: Int): AConnection nodes(ids: [ID!]!): [A]! n: Int }
        type Mutation { a: A post(inputs: [Int!]!): [A!] }
        type A { n: Int a: A list: [A!]! as(first: Int): AConnection }
        type AConnection { edges: [AEdge!]! pageInfo: PageInfo! totalCount: Int }
        type AEdge { cursor: String! node: A! } type PageInfo { hasNextPage: Boolean! }";

    fn of(text: &str, variables: &str) -> u64 {
        let schema = Schema::parse_and_validate(SCHEMA, "schema").expect("a schema");
        let document =
            ExecutableDocument::parse_and_validate(&schema, text, "test").expect("a document");
        let operation = document.operations.get(None).expect("one operation");
        let variables: apollo_compiler::response::JsonValue =
            serde_json::from_str(variables).expect("JSON");
        cost(
            &document,
            operation,
            variables.as_object().expect("an object"),
        )
    }

    #[test]
    fn pages_multiply() {
        for (text, expected) in [
            ("{ n }", 1),
            ("{ a { n } }", 2),
            ("mutation { a { n } b: a { n } }", 22),
            ("{ a { list { n } } }", 7),
            ("{ as { pageInfo { hasNextPage } } }", 2),
            ("{ as { totalCount } }", 52),
            ("{ as { edges { node { n } } } }", 22),
            ("{ as(first: 3) { edges { node { n a { n } } } } }", 8),
            ("{ as(first: -1) { edges { node { n } } } }", 3),
            ("{ as(last: 5000) { edges { node { n } } } }", 102),
            (
                "{ as(first: 10) { ...F } } fragment F on AConnection { edges { node { as(first: 10) { edges { node { n } } } } } }",
                122,
            ),
            ("{ nodes(ids: [1, 2, 3]) { n } }", 4),
            ("mutation { post(inputs: [1, 2, 3]) { n a { n } } }", 46),
        ] {
            assert_eq!(of(text, "{}"), expected, "{text}");
        }
        let text = "query ($n: Int, $ids: [ID!]!) { as(first: $n) { edges { node { n } } } nodes(ids: $ids) { n } }";
        assert_eq!(of(text, r#"{ "n": 7, "ids": ["1", "2"] }"#), 12);
    }
}
