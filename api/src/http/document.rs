//! The gate that every document passes before anything of it is executed: size, shape, syntax, validity, in this order, each step
//! cheap enough for what the step before let through. Verdicts are remembered by the document's hash, with the parsed document.

use std::{
    collections::HashSet,
    sync::{Arc, LazyLock},
};

use apollo_compiler::{
    ExecutableDocument, Name, Schema,
    ast::{DirectiveList, Document as Ast, FieldDefinition},
    executable::Operation,
    name,
    parser::{LineColumn, Parser},
    schema::ExtendedType,
    ty,
    validation::{DiagnosticList, Valid, WithErrors},
};
use async_graphql::parser::types::ExecutableDocument as Parsed;
use axum::http::StatusCode;
use moka::sync::Cache;

use super::{
    refusal::{Location, Refusal},
    scan, shape,
};
use crate::{
    config::Limits,
    crypto::digest,
    error::{ErrorCode, ProblemCode},
};

/// Brackets may nest this deep; both parsers recurse with them.
const MOST_NESTING: usize = 64;
/// Errors of one document that are named.
const MOST_ERRORS: usize = 10;
/// Bytes of documents whose verdicts are remembered; each takes about thirty times its text.
const REMEMBERED: u64 = 4 * 1024 * 1024;

/// The documents that were asked lately.
pub(super) struct Documents {
    limits: Limits,
    verdicts: Cache<[u8; 32], Verdict>,
}

/// The schema that documents are held against.
pub(super) static SCHEMA: LazyLock<Valid<Schema>> = LazyLock::new(|| {
    understood(&crate::schema::sdl())
        .expect("our own schema is valid, or no test of the endpoint passes")
});

type Verdict = Result<Arc<Document>, Arc<Refusal>>;

/// A document that may be executed.
pub(super) struct Document {
    /// As validated, for what is calculated from it.
    pub typed: Valid<ExecutableDocument>,
    /// As the executor takes it.
    pub parsed: Parsed,
}

impl Document {
    /// The operation that the request names, or the only one.
    pub(super) fn operation(&self, name: Option<&str>) -> Result<&Operation, Refusal> {
        self.typed
            .operations
            .get(name)
            .map(AsRef::as_ref)
            .map_err(|_| match name {
                Some(_) => Refusal::parameter(
                    "operationName",
                    ProblemCode::UnknownValue,
                    "The document has no operation of that name.",
                ),
                None => Refusal::parameter(
                    "operationName",
                    ProblemCode::Required,
                    "The document has several operations: name the one to run.",
                ),
            })
            .map_err(Refusal::of_document)
    }
}

impl Documents {
    /// For documents within these limits.
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            verdicts: Cache::builder()
                .max_capacity(REMEMBERED)
                .weigher(|_, verdict: &Verdict| match verdict {
                    Ok(document) => u32::try_from(
                        document
                            .typed
                            .sources
                            .values()
                            .map(|file| file.source_text().len())
                            .sum::<usize>(),
                    )
                    .unwrap_or(u32::MAX),
                    Err(_) => 256,
                })
                .build(),
        }
    }

    /// The document, if it may be executed.
    pub(super) fn admit(&self, text: &str) -> Result<Arc<Document>, Refusal> {
        if text.len() > self.limits.document {
            return Err(Refusal::too_costly(format!(
                "The document is longer than {} bytes.",
                self.limits.document
            )));
        }
        let key = digest(&[text.as_bytes()]);
        self.verdicts
            .get_with(key, || self.judge(text).map(Arc::new).map_err(Arc::new))
            .map_err(Arc::unwrap_or_clone)
    }

    fn judge(&self, text: &str) -> Result<Document, Refusal> {
        self.judge_text(text)?;
        let ast = Parser::new()
            .parse_ast(text, "document")
            .map_err(|fault| syntax(&fault.errors))?;
        self.judge_shape(&ast)?;
        let typed = ast
            .to_executable_validate(&SCHEMA)
            .map_err(|fault| invalid(&fault.errors))?;
        let parsed = async_graphql::parser::parse_query(text).map_err(|fault| {
            let places = fault.positions().map(|place| Location {
                line: place.line,
                column: place.column,
            });
            unreadable(vec![("Syntax error.".into(), places.collect())])
        })?;
        Ok(Document { typed, parsed })
    }

    fn judge_text(&self, text: &str) -> Result<(), Refusal> {
        let extent = scan::extent(text);
        if extent.tokens > self.limits.tokens {
            return Err(Refusal::too_costly(format!(
                "The document has more than {} tokens.",
                self.limits.tokens
            )));
        }
        if extent.nesting > MOST_NESTING {
            return Err(Refusal::too_costly(format!(
                "Brackets of the document nest deeper than {MOST_NESTING}."
            )));
        }
        Ok(())
    }

    fn judge_shape(&self, ast: &Ast) -> Result<(), Refusal> {
        let (found, most) = (shape::shape(ast), &self.limits);
        for (what, found, most) in [
            ("levels of fields", found.depth, most.depth),
            ("levels of selections", found.levels, shape::MOST_LEVELS),
            ("aliases", found.aliases, most.aliases),
            ("directives", found.directives, most.directives),
            ("root fields", found.root_fields, most.root_fields),
            ("fields", found.fields, most.fields),
        ] {
            if found > most {
                return Err(Refusal::too_costly(format!(
                    "An operation has more than {most} {what}, its fragments followed."
                )));
            }
        }
        Ok(())
    }
}

/// The schema with what the validator does not know of by itself: inputs of which exactly one field is given.
#[expect(
    clippy::result_large_err,
    reason = "it is the library's error, and ends the process"
)]
fn understood(sdl: &str) -> Result<Valid<Schema>, WithErrors<Schema>> {
    const ONE_OF: &str = "directive @oneOf on INPUT_OBJECT";
    let text = if sdl.contains(ONE_OF) {
        sdl.to_owned()
    } else {
        format!("{sdl}\n{ONE_OF}\n")
    };
    let mut schema = Schema::parse(text, "schema.graphql")?;
    if let Some(ExtendedType::Object(object)) = schema.types.get_mut("__Type") {
        let field = FieldDefinition {
            description: None,
            name: name!("isOneOf"),
            arguments: Vec::new(),
            ty: ty!(Boolean),
            directives: DirectiveList::default(),
        };
        object
            .make_mut()
            .fields
            .insert(name!("isOneOf"), field.into());
    }
    schema.validate()
}

fn syntax(errors: &DiagnosticList) -> Refusal {
    let named = named(errors).into_iter();
    unreadable(named.map(|(text, at)| (unquoted(&text), at)).collect())
}

/// What a syntax error says, without the piece of the source that it quotes.
fn unquoted(text: &str) -> String {
    let said = text.split(['"', '`', '\'']).next().unwrap_or_default();
    said.trim_end().to_owned()
}

fn unreadable(errors: Vec<(String, Vec<Location>)>) -> Refusal {
    Refusal {
        errors,
        ..Refusal::new(StatusCode::BAD_REQUEST, ErrorCode::GraphqlParseFailed, "").of_document()
    }
}

fn invalid(errors: &DiagnosticList) -> Refusal {
    Refusal {
        errors: named(errors),
        ..Refusal::new(
            StatusCode::BAD_REQUEST,
            ErrorCode::GraphqlValidationFailed,
            "",
        )
        .of_document()
    }
}

/// What the errors say, without the excerpt of the source that a report would carry, and without names that are the caller's own.
fn named(errors: &DiagnosticList) -> Vec<(String, Vec<Location>)> {
    errors
        .iter()
        .take(MOST_ERRORS)
        .map(|error| {
            let places = error.line_column_range().map(|range| location(range.start));
            let text = published(&error.error.to_string());
            (text, places.into_iter().collect())
        })
        .collect()
}

/// The text with every quoted name that the schema does not have replaced by `…`: the place says which it was.
fn published(text: &str) -> String {
    let mut parts = text.split('`');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    while let (Some(quoted), Some(rest)) = (parts.next(), parts.next()) {
        let names = quoted.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
        let known = names
            .filter(|name| !name.is_empty())
            .all(|name| NAMES.contains(name));
        plain.push('`');
        plain.push_str(if known { quoted } else { "…" });
        plain.push('`');
        plain.push_str(rest);
    }
    plain
}

/// Every name of the schema.
static NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut names: HashSet<String> = HashSet::new();
    let mut note = |name: &Name| {
        names.insert(name.to_string());
    };
    for (name, ty) in &SCHEMA.types {
        note(name);
        let fields = match ty {
            ExtendedType::Object(object) => &object.fields,
            ExtendedType::Interface(interface) => &interface.fields,
            ExtendedType::InputObject(input) => {
                input.fields.keys().for_each(&mut note);
                continue;
            }
            ExtendedType::Enum(values) => {
                values.values.keys().for_each(&mut note);
                continue;
            }
            ExtendedType::Scalar(_) | ExtendedType::Union(_) => continue,
        };
        for (name, field) in fields {
            note(name);
            field
                .arguments
                .iter()
                .for_each(|argument| note(&argument.name));
        }
    }
    for (name, directive) in &SCHEMA.directive_definitions {
        note(name);
        directive
            .arguments
            .iter()
            .for_each(|argument| note(&argument.name));
    }
    names
});

const fn location(place: LineColumn) -> Location {
    Location {
        line: place.line,
        column: place.column,
    }
}
