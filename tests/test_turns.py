"""What `make test` leaves out is asked of another version, and `make versions` leaves nothing out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest

from tests import turns

VERSIONS = ("2.42", "2.53", "3.5")
MODELS = ("a", "b")


@dataclass(frozen=True, eq=False)
class Item:
    """A test as pytest has collected it."""

    originalname: str
    callspec: Any
    path: str = "test_a.py"
    mark: str = "version"

    def get_closest_marker(self, name: str) -> Any:
        return SimpleNamespace(args=(self.mark,)) if name == "in_turn" else None


def collected(*tests: str, **given: Sequence[str]) -> list[Any]:
    """Each test with all values of its parameters."""
    each = [dict(zip(given, values, strict=True)) for values in product(*given.values())]
    return [Item(test, SimpleNamespace(params=params)) for test in tests for params in each]


def played(items: list[Any]) -> list[tuple[str, ...]]:
    left = turns.not_their_turn(items)
    return [(item.originalname, *item.callspec.params.values()) for item in items if item not in left]


@pytest.fixture(autouse=True)
def _some(monkeypatch):
    monkeypatch.setattr(turns, "ALL", False)


def test_each_test_of_a_file_has_the_next_version():
    tests = collected("one", "two", "three", "four", version=VERSIONS)
    assert played(tests) == [("one", "2.42"), ("two", "2.53"), ("three", "3.5"), ("four", "2.42")]


def test_nothing_but_versions_is_left_out():
    tests = collected("one", "two", version=VERSIONS, model=MODELS)
    assert {(test, model) for test, _, model in played(tests)} == set(product(("one", "two"), MODELS))
    assert len(played(tests)) == 4
    assert len({version for _, version, _ in played(tests)}) == 3


def test_what_was_chosen_alone_is_played():
    assert played(collected("one", "two", version=VERSIONS)[1:2]) == [("one", "2.53")]


def test_others_are_left_alone():
    assert len(played(collected("one", model=MODELS))) == 2
    assert turns.not_their_turn([SimpleNamespace(get_closest_marker=lambda _: None)]) == set()  # type: ignore


def test_all_are_played_by_name(monkeypatch):
    assert turns.in_turn("abc", (1, 2)) == [("a", 1), ("b", 2), ("c", 1)]
    monkeypatch.setattr(turns, "ALL", True)
    assert len(turns.in_turn("abc", (1, 2))) == 6
    assert len(played(collected("one", version=VERSIONS))) == 3
