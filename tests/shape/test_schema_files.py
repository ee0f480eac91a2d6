"""The schemas themselves: closed, explained, with examples that hold, and nothing the code can't handle."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from slogen.shape.schema import KINDS, SCHEMAS, expanded, schema_text
from slogen.shape.schema_accept import ANNOTATIONS, KEYWORDS
from slogen.shape.schema_messages import WORDS

FULL = Path(__file__).parent / "full"
WITHOUT_WORDS = {"type", "properties", "items", "propertyNames"}
# A file of Prometheus' own form has no kind, and a story is never among the specs.
OF_OTHERS = {"http-config", "story"}
names = pytest.mark.parametrize("name", SCHEMAS)


def nodes(schema, path="top"):
    """Yield every schema in a schema, with the way to it and whether it is a field's or an item's."""
    yield path, schema
    for field, inner in schema.get("properties", {}).items():
        yield from nodes(inner, f"{path}.{field}")
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield from nodes(schema[keyword], f"{path}[]")


@names
def test_is_a_schema_and_its_kind_is_known(name):
    schema = json.loads(schema_text(name))
    Draft202012Validator.check_schema(schema)
    if name not in OF_OTHERS:
        assert KINDS[schema["properties"]["kind"]["const"]] == name
        assert schema["title"].startswith("slogen")


@names
def test_every_field_has_a_description_and_examples_that_hold(name):
    for path, node in list(nodes(expanded(name)))[1:]:
        assert node.get("description"), path
        assert node.get("examples"), path
        for value in node["examples"] + ([node["default"]] if "default" in node else []):
            assert Draft202012Validator(node).is_valid(value), (path, value)


@names
def test_every_mapping_is_closed(name):
    for path, node in nodes(expanded(name)):
        if "properties" in node:
            assert node["additionalProperties"] is False, path
        elif "object" in node["type"]:
            assert {"propertyNames", "additionalProperties"} <= node.keys(), path


@names
def test_the_code_knows_every_keyword(name):
    for path, node in nodes(expanded(name)):
        used = node.keys() - ANNOTATIONS
        assert used <= KEYWORDS, path
        assert used <= WORDS.keys() | WITHOUT_WORDS, path


@names
def test_beside_a_reference_stand_only_annotations(name):
    def visit(node):
        if isinstance(node, dict):
            assert "$ref" not in node or node.keys() - {"$ref"} <= ANNOTATIONS
        for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            visit(inner)

    visit(json.loads(schema_text(name)))


@names
def test_the_full_document_has_every_field(name):
    seen = {}  # fields met, by the fields that there are: a fragment used in many places counts once

    def visit(schema, value):
        if "properties" in schema and isinstance(value, dict):
            seen.setdefault(frozenset(schema["properties"]), set()).update(value)
            for field, inner in value.items():
                visit(schema["properties"][field], inner)
        for item in value if isinstance(value, list) else ():
            visit(schema["items"], item)
        if isinstance(value, dict) and isinstance(schema.get("additionalProperties"), dict):
            for inner in value.values():
                visit(schema["additionalProperties"], inner)

    visit(expanded(name), yaml.safe_load((FULL / f"{name}.yaml").read_text()))
    fragments = {frozenset(node["properties"]) for _, node in nodes(expanded(name)) if "properties" in node}
    assert seen == {fields: set(fields) for fields in fragments}


def test_a_tier_is_the_same_in_a_policy_and_in_a_spec():
    assert expanded("policy")["properties"]["tiers"]["items"] == _alerting()["tiers"]["items"]


def test_unknown_schema():
    with pytest.raises(KeyError):
        schema_text("nothing")


def _alerting():
    return expanded("slo")["properties"]["alerting"]["properties"]
