"""docs/spec.md, docs/notifications.md and the JSON Schemas name the same fields."""

import json
import re

import pytest

from .pages import REPO, read, rows

SCHEMAS = ("slo", "settings", "policy", "notifications")


def properties(node):
    if isinstance(node, dict):
        yield from node.get("properties", {})
        for value in node.values():
            yield from properties(value)


def fields(name):
    return set(properties(json.loads((REPO / f"schemas/{name}.schema.json").read_text())))


def documented():
    """The names in the first cells of tables; settings have a second one, and `names` lists its fields."""
    for row in rows(read("docs/spec.md") + read("docs/notifications.md")):
        cells = row[:2] if len(row) == 4 else row if row[0] == "`names`" else row[:1]
        yield from re.findall(r"`(\w+)`", " ".join(cells))


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_is_documented(name):
    assert sorted(fields(name) - set(documented())) == []


def test_every_documented_field_exists():
    assert sorted(set(documented()).difference(*map(fields, SCHEMAS))) == []
