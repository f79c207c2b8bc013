//! What an operation amounts to once its fragments are followed; each fragment is looked at once, so that a few nested spreads
//! cannot make the look itself expensive.

use std::collections::HashMap;

use apollo_compiler::ast::{Definition, Document, Selection};

/// How deep selections may nest, spreads and inline fragments counted: every walk over them recurses as deep.
pub const MOST_LEVELS: usize = 60;

/// What a selection amounts to, fragments followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// Fields.
    pub fields: usize,
    /// Fields under another name.
    pub aliases: usize,
    /// Directives.
    pub directives: usize,
    /// How deep fields nest.
    pub depth: usize,
    /// Fields at the root.
    pub root_fields: usize,
    /// How deep selections nest, fragments counted as levels.
    pub levels: usize,
}

impl Shape {
    fn beside(&mut self, other: Self) {
        self.fields = self.fields.saturating_add(other.fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.root_fields = self.root_fields.saturating_add(other.root_fields);
        self.depth = self.depth.max(other.depth);
        self.levels = self.levels.max(other.levels);
    }
}

/// The largest shape among the document's operations. A cycle of fragments ends where it closes; validation names it.
pub(super) fn shape(document: &Document) -> Shape {
    let mut walk = Walk {
        fragments: document
            .definitions
            .iter()
            .filter_map(|definition| match definition {
                Definition::FragmentDefinition(fragment) => {
                    Some((fragment.name.as_str(), fragment.selection_set.as_slice()))
                }
                _ => None,
            })
            .collect(),
        known: HashMap::new(),
    };
    let mut largest = Shape::default();
    for definition in &document.definitions {
        let Definition::OperationDefinition(operation) = definition else {
            continue;
        };
        let mut found = walk.selections(&operation.selection_set, 0);
        found.directives = found.directives.saturating_add(operation.directives.len());
        largest = Shape {
            fields: largest.fields.max(found.fields),
            aliases: largest.aliases.max(found.aliases),
            directives: largest.directives.max(found.directives),
            depth: largest.depth.max(found.depth),
            root_fields: largest.root_fields.max(found.root_fields),
            levels: largest.levels.max(found.levels),
        };
    }
    largest
}

struct Walk<'d> {
    fragments: HashMap<&'d str, &'d [Selection]>,
    known: HashMap<&'d str, Shape>,
}

impl<'d> Walk<'d> {
    fn selections(&mut self, selections: &'d [Selection], level: usize) -> Shape {
        let mut sum = Shape {
            levels: 1,
            ..Shape::default()
        };
        // Deeper than this is refused anyway; going on would only deepen the recursion.
        if level > MOST_LEVELS {
            return sum;
        }
        for selection in selections {
            let mut found = match selection {
                Selection::Field(field) => {
                    let mut found = self.selections(&field.selection_set, level + 1);
                    found.fields = found.fields.saturating_add(1);
                    found.aliases = found
                        .aliases
                        .saturating_add(usize::from(field.alias.is_some()));
                    found.directives = found.directives.saturating_add(field.directives.len());
                    found.depth += 1;
                    found.root_fields = 1;
                    found
                }
                Selection::InlineFragment(fragment) => {
                    let mut found = self.selections(&fragment.selection_set, level + 1);
                    found.directives = found.directives.saturating_add(fragment.directives.len());
                    found
                }
                Selection::FragmentSpread(spread) => {
                    let mut found = self.fragment(&spread.fragment_name, level + 1);
                    found.directives = found.directives.saturating_add(spread.directives.len());
                    found
                }
            };
            found.levels += 1;
            sum.beside(found);
        }
        sum
    }

    fn fragment(&mut self, name: &'d str, level: usize) -> Shape {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let Some(selections) = self.fragments.get(name).copied() else {
            return Shape::default();
        };
        // Known as nothing while it is being looked at: a cycle ends here.
        self.known.insert(name, Shape::default());
        let found = self.selections(selections, level);
        self.known.insert(name, found);
        found
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use apollo_compiler::parser::Parser;

    use super::*;

    fn of(text: &str) -> Shape {
        shape(&Parser::new().parse_ast(text, "test").expect("it parses"))
    }

    #[test]
    fn counts_through_fragments() {
        let found =
            of("query @q { x: a { ...F } ...F } fragment F on T { b: c @d { e } ... on U { f } }");
        assert_eq!(
            (found.fields, found.aliases, found.directives),
            (7, 3, 3),
            "{found:?}"
        );
        assert_eq!((found.depth, found.root_fields), (3, 3), "{found:?}");
    }

    #[test]
    fn a_bomb_is_counted_without_going_off() {
        let mut text = String::from("{ ...F0 }");
        for step in 0..40 {
            let next = step + 1;
            let _ = write!(
                text,
                " fragment F{step} on Query {{ ...F{next} ...F{next} ...F{next} }}"
            );
        }
        text.push_str(" fragment F40 on Query { __typename }");
        assert_eq!(of(&text).fields, 3_usize.saturating_pow(40));
    }

    #[test]
    fn a_cycle_ends() {
        let found = of("{ ...A } fragment A on Query { a ...B } fragment B on Query { b ...A }");
        assert_eq!(found.fields, 2);
    }

    #[test]
    fn a_long_chain_is_told_by_its_levels() {
        let mut text = String::from("{ ...F0 }");
        for step in 0..1_000 {
            let _ = write!(text, " fragment F{step} on Query {{ ...F{} }}", step + 1);
        }
        assert!(of(&text).levels > MOST_LEVELS);
    }
}
