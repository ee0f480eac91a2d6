"""Nothing is lost without a word: each value of a document changes what comes of it, or is named."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from slogen.load.document import Document
from slogen.load.reader import read
from slogen.moving.outcome import Import
from tests.moving.conftest import FILES, FOLDER, dialect_of, move

Path = tuple[str | int, ...]
REFERRING = (  # documents of these refer to each other
    *("openslo/shop.yaml", "openslo/alpha.yaml", "openslo/alerts.yaml", "slo_generator/shop.yaml"),
)
ENVELOPE = ("apiVersion",)  # of a list of objects: nothing but what it is
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(max_size=4), SCALARS, max_size=2)


def documents(name: str) -> list[Any]:
    """The documents of a file; as a list where they refer to each other. Quoted numbers stay text."""
    found = [document for document in yaml.load_all((FOLDER / name).read_text(), yaml.BaseLoader) if document]
    return [{"apiVersion": "v1", "kind": "List", "items": found}] if name in REFERRING else found


def text_of(data: Any) -> str:
    return json.dumps(data, ensure_ascii=True)


def leaves(data: Any, path: Path = ()) -> Iterator[Path]:
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else None
    if pairs is None:
        yield from [path] if data is not None else []
        return
    for step, value in pairs:
        yield from leaves(value, (*path, step))


def mappings(data: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(data, dict):
        yield path
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in pairs:
        yield from mappings(value, (*path, step))


def changed(data: Any, path: Path, value: Any) -> Any:
    """A copy with another value at a path."""
    whole = copy.deepcopy({"root": data})
    *parents, last = ("root", *path)
    place: Any = whole
    for step in parents:
        place = place[step]
    place[last] = value(place.get(last) if isinstance(place, dict) else place[last])
    return whole["root"]


def other(value: Any) -> Any:
    """Another value of the same type."""
    return (
        not value if isinstance(value, bool) else value + 1 if isinstance(value, int | float) else f"{value}x"
    )


def seen(found: Import) -> object:
    """All that comes of a document, but for where it stands."""
    slos = [(slo.id, slo.fields, [(p.code, p.message) for p in slo.problems]) for slo in found.slos]
    heads = [spec.text.partition("\nslos:")[0].rpartition("# ")[2] for spec in found.specs]
    return slos, heads, [(problem.code, problem.message) for problem in found.problems]


def is_named(text: str, found: Import, path: Path) -> bool:
    """Whether a problem is at the value, or at what it is a part of; or names it among those of an object."""
    inside = path[2:] if path[:1] == ("items",) else path
    names = {f"`{'.'.join(map(str, inside[:depth]))}`" for depth in range(1, len(inside) + 1)}
    if any(name in p.message for p in found.problems if p.code == "import-lost-field" for name in names):
        return True
    (document,), _ = read("foreign.yaml", text)
    spans = [problem.span for problem in found.all_problems if problem.span]
    spans += [slo.place for slo in found.slos if slo.fields is None]  # refused as a whole
    places = {(span.line, span.column) for span in spans}
    return any(place(document, path[:depth]) in places for depth in range(len(path) + 1))


def place(document: Document, path: Path) -> tuple[int, int]:
    span = document.span(path)
    return span.line, span.column


@pytest.mark.parametrize("name", FILES)
def test_each_leaf_is_used_or_named(name: str) -> None:
    for data in documents(name):
        text = text_of(data)
        before = move(text, dialect_of(name))
        lost = [
            path
            for path in leaves(data)
            if seen(move(text_of(changed(data, path, other)), dialect_of(name))) == seen(before)
            and not is_named(text, before, path)
        ]
        assert [path for path in lost if path != ENVELOPE or data.get("kind") != "List"] == []


DOCUMENTS = [(data, dialect_of(name)) for name in FILES for data in documents(name)]


@given(st.data())
def test_what_is_added_is_named(draw: st.DataObject) -> None:
    """A field that no dialect knows, anywhere."""
    data, dialect = draw.draw(st.sampled_from(DOCUMENTS))
    path = (*draw.draw(st.sampled_from([*mappings(data)])), "unheard of")
    text = text_of(changed(data, path, lambda _: "x"))
    found = move(text, dialect)
    assert is_named(text, found, path) or "unheard of" in str(seen(found)), path


@given(st.data())
def test_any_value_anywhere_breaks_nothing(draw: st.DataObject) -> None:
    """There is an answer to each document, and what is written is what slogen takes."""
    data, dialect = draw.draw(st.sampled_from(DOCUMENTS))
    path = draw.draw(st.sampled_from([*leaves(data), *mappings(data)]))
    value = draw.draw(VALUES)
    found = move(text_of(changed(data, path, lambda _: value)), dialect)
    assert found.slos or found.problems
    assert all(slo.fields or any(p.is_error for p in slo.problems) for slo in found.slos)
    assert all(p.hint for p in found.all_problems if p.is_error and p.code.startswith("import-"))


@given(st.text() | st.binary())
def test_any_text_breaks_nothing(text: str | bytes) -> None:
    raw = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    assert move(raw).problems
