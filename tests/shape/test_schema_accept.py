"""The quick yes against jsonschema, on right documents and on ones with a few changes."""

import copy
import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from slogen.load import read
from slogen.shape.schema import _accepts, _validator, check_as, expanded
from slogen.shape.schema_accept import accepts

pytestmark = pytest.mark.slow

FULL = Path(__file__).parent / "full"
DOCUMENTS = {path.stem: yaml.safe_load(path.read_text()) for path in FULL.glob("*.yaml")}
TEXTS = [
    "",
    "x",
    "X",
    "30d",
    "0s",
    "30d\n",
    "500ms",
    "2%",
    "page",
    "info",
    "seconds",
    "true",
    "a b",
    "a" * 101,
]
NUMBERS = [0, 1, -1, 4, 10**20, Decimal("0.5"), Decimal("-0.5"), Decimal("1.0")]
VALUES = [*TEXTS, *NUMBERS, True, False, None, [], {}, ["a", "a"], ["a", "b"], [1, "a"], [{}], {"a": "b"}]
NAMES = ["bad", "good", "events", "latency", "for", "labels", "x y", "1x", "tier", "policy", ""]


def places(data, path=()):
    yield path
    for step, inner in data.items() if isinstance(data, dict) else enumerate(data):
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, step))


@st.composite
def changed(draw, name):
    """A full document in which one to three values are replaced, dropped or added."""
    data = copy.deepcopy(DOCUMENTS[name])
    for _ in range(draw(st.integers(1, 3))):
        owner = data
        for step in draw(st.sampled_from(list(places(data)))):
            owner = owner[step]
        value = copy.deepcopy(draw(st.sampled_from(VALUES)))
        if isinstance(owner, list):
            owner[draw(st.integers(0, len(owner))) :] = [value] * draw(st.integers(0, 2))
        elif draw(st.booleans()) and owner:
            del owner[draw(st.sampled_from(sorted(owner)))]
        else:
            owner[draw(st.sampled_from(sorted({*owner, *NAMES})))] = value
    return data


@pytest.mark.parametrize("name", DOCUMENTS)
@given(data=st.data())
def test_agrees_with_jsonschema(name, data):
    document = data.draw(changed(name))
    assert _accepts(name)(document) == _validator(name).is_valid(document)


@pytest.mark.parametrize("name", DOCUMENTS)
@given(data=st.data())
def test_check_finds_a_problem_in_what_jsonschema_refuses(name, data):
    changed_data = data.draw(changed(name).filter(lambda document: ("kind" in document) == has_kind(name)))
    if has_kind(name):
        changed_data["kind"] = DOCUMENTS[name]["kind"]
    text = json.dumps(changed_data, default=float, indent=1)
    [document], _ = read("a.yaml", text)
    found = check_as(document, name)
    assert bool(found) != _validator(name).is_valid(document.data)
    assert all(problem.span.text.strip() and problem.message for problem in found)


def has_kind(name):
    return "kind" in DOCUMENTS[name]


def misspellings(schema, data, path=()):
    """Yield the way to every field of the document with its name less the last letter."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from misspellings(schema.get("items", {}), item, (*path, index))
    elif isinstance(data, dict) and "properties" in schema:
        for field, inner in data.items():
            if field != "kind":
                yield (*path, field)
            yield from misspellings(schema["properties"][field], inner, (*path, field))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_one_misspelt_field_is_one_problem(name):
    for *path, field in misspellings(expanded(name), DOCUMENTS[name]):
        data = copy.deepcopy(DOCUMENTS[name])
        owner = data
        for step in path:
            owner = owner[step]
        owner[field[:-1]] = owner.pop(field)
        [document], _ = read("a.yaml", json.dumps(data, default=float))
        [problem] = check_as(document, name)
        assert (problem.code, problem.hint) == ("unknown-field", f"did you mean `{field}`?"), (path, field)


def test_an_unknown_keyword_is_no_yes():
    assert accepts({"type": "string"})("a")
    assert not accepts({"type": "string", "format": "date"})("2026-01-01")
    assert not accepts({"not": {"const": 5}})(3)
