"""Versions in turn: `make test` asks one version of a program, `make versions` (SLOGEN_VERSIONS=all) each.

A test that is marked `in_turn("version")` runs on one value of that parameter: each test of a file on the
next one, so that the file sees all of them. What two versions do differently is not marked.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import count
from typing import TypeVar

import pytest

Case = TypeVar("Case")
Version = TypeVar("Version")
ALL = os.environ.get("SLOGEN_VERSIONS") == "all"


def in_turn(cases: Sequence[Case], versions: Sequence[Version]) -> list[tuple[Case, Version]]:
    """Each case with the version whose turn it is, or with all."""
    return [
        (case, version)
        for place, case in enumerate(cases)
        for number, version in enumerate(versions)
        if ALL or number == place % len(versions)
    ]


def not_their_turn(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """The tests that the gate leaves out."""
    if ALL:
        return set()
    same: dict[object, list[pytest.Item]] = {}
    for item in items:
        mark, given = item.get_closest_marker("in_turn"), getattr(item, "callspec", None)
        if mark is not None and given is not None and mark.args[0] in given.params:
            others = tuple((name, id(value)) for name, value in given.params.items() if name != mark.args[0])
            same.setdefault((item.path, getattr(item, "originalname", ""), others), []).append(item)
    turn: dict[object, count[int]] = {}
    kept = {found[next(turn.setdefault(found[0].path, count())) % len(found)] for found in same.values()}
    return {item for found in same.values() for item in found} - kept
