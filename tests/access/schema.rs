//! The schema as it is published, taken apart: which operations there are, and which fields every object has.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::LazyLock,
};

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition},
};

/// What the root types are called.
pub const ROOTS: [&str; 3] = ["Query", "Mutation", "Subscription"];
/// Rows of each page that a generated selection asks for.
const ROWS: u32 = 2;

/// A field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name.
    pub name: String,
    /// The type below lists and non-nulls.
    pub of: String,
    /// Whether it can be asked for without saying anything.
    pub plain: bool,
}

/// An object, an interface or a union.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// Its fields, in their order.
    pub fields: Vec<Field>,
    /// The interfaces that it has.
    pub interfaces: Vec<String>,
}

/// The published schema.
pub struct Schema {
    /// Objects and interfaces by name.
    pub objects: BTreeMap<String, Object>,
}

/// The published schema.
pub static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::read(&api::schema::sdl()));

impl Schema {
    /// Reads a schema.
    pub fn read(sdl: &str) -> Self {
        let document = parse_schema(sdl).expect("the service prints a schema that can be read");
        let mut objects: BTreeMap<String, Object> = BTreeMap::new();
        let mut unions: Vec<(String, String)> = Vec::new();
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let name = definition.node.name.node.to_string();
            let (fields, implements) = match definition.node.kind {
                TypeKind::Object(object) => (object.fields, object.implements),
                TypeKind::Interface(interface) => (interface.fields, interface.implements),
                // An interface without fields, which its members have.
                TypeKind::Union(union) => {
                    let members = union.members.iter();
                    unions.extend(members.map(|member| (name.clone(), member.node.to_string())));
                    (Vec::new(), Vec::new())
                }
                TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_) => continue,
            };
            let object = Object {
                fields: fields.into_iter().map(|field| read(&field.node)).collect(),
                interfaces: implements
                    .into_iter()
                    .map(|name| name.node.to_string())
                    .collect(),
            };
            objects.insert(name, object);
        }
        for (union, member) in unions {
            if let Some(member) = objects.get_mut(&member) {
                member.interfaces.push(union);
            }
        }
        Self { objects }
    }

    /// The fields of an object or interface.
    pub fn fields(&self, object: &str) -> &[Field] {
        self.objects
            .get(object)
            .map_or(&[], |object| object.fields.as_slice())
    }

    /// Every object and interface that can be reached from a root; an interface reaches whatever has it.
    pub fn reachable(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut waiting: Vec<&str> = ROOTS.to_vec();
        while let Some(name) = waiting.pop() {
            let Some((name, object)) = self.objects.get_key_value(name) else {
                continue;
            };
            if !found.insert(name.as_str()) {
                continue;
            }
            waiting.extend(object.fields.iter().map(|field| field.of.as_str()));
            waiting.extend(self.objects.iter().filter_map(|(other, object)| {
                object.interfaces.contains(name).then_some(other.as_str())
            }));
        }
        found
    }

    /// Everything of an object that can be asked for without saying anything, so many objects deep, with short pages.
    pub fn selection(&self, object: &str, depth: u32) -> String {
        let mut text = String::from("{ __typename");
        for field in self.fields(object).iter().filter(|field| field.plain) {
            let name = &field.name;
            let written = if !self.objects.contains_key(&field.of) {
                write!(text, " {name}")
            } else if depth == 0 {
                Ok(())
            } else if let Some(row) = field.of.strip_suffix("Connection") {
                let row = self.selection(row, depth - 1);
                write!(text, " {name}(first: {ROWS}) {{ edges {{ node {row} }} }}")
            } else {
                let below = self.selection(&field.of, depth - 1);
                write!(text, " {name} {below}")
            };
            written.expect("a string takes whatever is written");
        }
        text.push_str(" }");
        text
    }
}

fn read(field: &FieldDefinition) -> Field {
    let asks = |ty: &Type| !ty.nullable;
    Field {
        name: field.name.node.to_string(),
        of: base(&field.ty.node).to_owned(),
        plain: !field
            .arguments
            .iter()
            .any(|argument| asks(&argument.node.ty.node) && argument.node.default_value.is_none()),
    }
}

fn base(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(ty) => base(ty),
    }
}
