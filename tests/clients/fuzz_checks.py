"""What an answer of the service must be, whatever was asked: GraphQL over HTTP, fitting the schema and the document, every error with one of
the codes of refusals, and none of them a fault of the service."""

import json
from datetime import date, datetime
from pathlib import Path

import schemathesis
from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    InlineFragmentNode,
    NullValueNode,
    ObjectValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    is_abstract_type,
    is_input_object_type,
    is_leaf_type,
    parse,
    visit,
)

# Refusals of a document, and of a field, as the README lists them. INTERNAL and UNAVAILABLE are none.
OF_THE_DOCUMENT = {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "INVALID_INPUT", "COST_LIMIT", "RATE_LIMITED"}
OF_A_FIELD = {
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "NOT_FOUND",
    "INVALID_INPUT",
    "INVALID_TRANSITION",
    "CONFLICT",
    "DUPLICATE",
    "ROUTE_NOT_ALLOWED",
    "CAPACITY_EXHAUSTED",
    "RATE_LIMITED",
}


SCHEMA = build_schema((Path(__file__).parents[2] / "schema.graphql").read_text())


@schemathesis.hook
def map_body(context, body):
    """Schemathesis does not know @oneOf: of such an input one field is left, or next to nothing would get past the gate."""
    types = TypeInfo(SCHEMA)
    return visit(body, TypeInfoVisitor(types, OneOf(types)))


class OneOf(Visitor):
    def __init__(self, types):
        super().__init__()
        self.types = types

    def leave_object_value(self, node, *_):
        of = get_named_type(self.types.get_input_type())
        given = [field for field in node.fields if not isinstance(field.value, NullValueNode)]
        if not is_input_object_type(of) or not of.is_one_of or len(given) < 2:
            return None
        kept = given[len(str(node.fields)) % len(given)]
        return ObjectValueNode(fields=(kept,))


@schemathesis.check
def answers_as_the_schema_says(ctx, response, case):
    answer = json.loads(response.content)
    assert response.status_code < 500, f"{response.status_code}: {answer}"
    assert response.headers["content-type"][0].startswith(("application/json", "application/graphql-response+json"))
    assert isinstance(answer, dict) and answer.keys() <= {"data", "errors", "extensions"}, f"keys {list(answer)}"
    errors = answer.get("errors")
    assert errors is None or (isinstance(errors, list) and errors), "errors is a list that is not empty"
    for error in errors or []:
        check_error(error, "data" in answer)
    if "data" not in answer:
        assert errors, "neither data nor errors"
        return
    assert response.status_code == 200, f"{response.status_code} with data"
    failed = [error["path"] for error in errors or []]
    for path in failed:
        leads_to_null(path, answer["data"])
    if answer["data"] is None:
        assert failed, "no data, and nothing says why"
        return
    schema = case.operation.schema.client_schema
    [operation] = parse(case.body).definitions
    root = schema.get_root_type(operation.operation)
    Fit(schema, failed).object(root, [operation.selection_set], answer["data"], [])


def check_error(error, began):
    assert isinstance(error.get("message"), str) and error["message"], f"no message: {error}"
    for place in error.get("locations", []):
        assert place["line"] >= 1 and place["column"] >= 1, f"a place that is none: {error}"
    extensions = error["extensions"]
    allowed = OF_A_FIELD if began else OF_THE_DOCUMENT
    assert extensions["code"] in allowed, f"a code for nothing here: {error}"
    assert isinstance(extensions["requestId"], str) and isinstance(extensions["problems"], list), f"{error}"
    assert ("path" in error) == began, f"a path tells a field's error: {error}"


def leads_to_null(path, data):
    for step in path:
        if data is None:
            return
        data = data[step]
    assert data is None, f"an error at {path}, and a value too"


class Misfit(AssertionError):
    """A value that is not of its type."""


class Fit:
    """Holds data against the schema and the document."""

    def __init__(self, schema, failed):
        self.schema = schema
        self.failed = failed

    def object(self, of, selections, value, path):
        if not isinstance(value, dict):
            raise Misfit(f"{path} is no object: {value!r}")
        asked = {}
        for selection in selections:
            self.collect(of, selection, asked)
        if list(asked) != list(value):
            raise Misfit(f"{path} has {list(value)}, asked for were {list(asked)}")
        for key, nodes in asked.items():
            name = nodes[0].name.value
            if name == "__typename":
                if value[key] != of.name:
                    raise Misfit(f"{path} says it is a {value[key]}, not a {of.name}")
            else:
                below = [node.selection_set for node in nodes if node.selection_set]
                self.value(of.fields[name].type, below, value[key], [*path, key])

    def collect(self, of, selection_set, asked):
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                asked.setdefault(key, []).append(node)
            elif isinstance(node, InlineFragmentNode) and self.applies(node.type_condition, of):
                self.collect(of, node.selection_set, asked)

    def applies(self, condition, of):
        if condition is None or condition.name.value == of.name:
            return True
        on = self.schema.get_type(condition.name.value)
        return is_abstract_type(on) and self.schema.is_sub_type(on, of)

    def value(self, of, selections, value, path):
        if isinstance(of, GraphQLNonNull):
            if value is None:
                raise Misfit(f"{path} is null")
            return self.value(of.of_type, selections, value, path)
        if value is None:
            return None
        if isinstance(of, GraphQLList):
            if not isinstance(value, list):
                raise Misfit(f"{path} is no list: {value!r}")
            for at, one in enumerate(value):
                self.value(of.of_type, selections, one, [*path, at])
            return None
        if is_leaf_type(of):
            return leaf(of, value, path)
        if is_abstract_type(of):
            return self.abstract(of, selections, value, path)
        return self.object(of, selections, value, path)

    def abstract(self, of, selections, value, path):
        """Of which type it is says the value itself, by fitting one."""
        misfits = []
        for one in self.schema.get_possible_types(of):
            try:
                return self.object(one, selections, value, path)
            except Misfit as misfit:
                misfits.append(misfit)
        raise misfits[0]


SCALARS = {
    "Boolean": lambda value: isinstance(value, bool),
    "Date": lambda value: date.fromisoformat(value),
    "DateTime": lambda value: datetime.fromisoformat(value).tzinfo,
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "ID": lambda value: isinstance(value, str),
    "Int": lambda value: isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31,
    "String": lambda value: isinstance(value, str),
}


def leaf(of, value, path):
    fits = value in of.values if isinstance(of, GraphQLEnumType) else SCALARS[of.name](value)
    if not fits:
        raise Misfit(f"{path} is no {of.name}: {value!r}")
