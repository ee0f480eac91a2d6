"""Folders of databases: how far they reach, and what is none."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from slogen.diagnostics import CallError
from slogen.history.database import copied, extent

NAME = "01ARZ3NDEKTSV4RRFFQ69G5FA"


def source(**head: int) -> Any:
    return SimpleNamespace(api=lambda _: {"headStats": head})


def block(folder, last, text):
    (folder / (NAME + last)).mkdir()
    (folder / (NAME + last) / "meta.json").write_text(text)


def test_a_database_reaches_over_its_blocks_and_its_head(tmp_path):
    block(tmp_path, "A", json.dumps({"minTime": 5_000, "maxTime": 9_000}))
    block(tmp_path, "B", json.dumps({"minTime": 9_000, "maxTime": 12_000}))
    assert extent(tmp_path, source()) == (5, 12)
    assert extent(tmp_path, source(minTime=12_000, maxTime=15_500)) == (5, 15.5)
    # of an empty head Prometheus says the ends of all time
    assert extent(tmp_path, source(minTime=2**63 - 1, maxTime=-(2**63))) == (5, 12)


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_block_that_is_half_there_is_told(tmp_path, text):
    block(tmp_path, "A", text)
    with pytest.raises(CallError, match=f"`{NAME}A` is broken"):
        extent(tmp_path, source())


def test_without_a_sample_there_is_no_extent(tmp_path):
    with pytest.raises(CallError, match="no sample"):
        extent(tmp_path, source())


def test_what_is_no_database_is_not_copied(tmp_path):
    (tmp_path / "data").mkdir()
    with pytest.raises(CallError, match=r"is it `.*data`"):
        copied(tmp_path, tmp_path / "into")


def test_blocks_and_the_head_are_copied_and_nothing_else(tmp_path):
    database = tmp_path / "db"
    (database / "wal").mkdir(parents=True)
    (database / "wal/00000000").write_text("log")
    (database / "lock").write_text("")
    block(database, "A", "{}")
    copied(database, tmp_path / "into")
    found = {path.relative_to(tmp_path / "into").as_posix() for path in (tmp_path / "into").rglob("*")}
    assert found == {"wal", "wal/00000000", f"{NAME}A", f"{NAME}A/meta.json"}
    (tmp_path / "into/wal/00000000").write_text("changed")
    assert (database / "wal/00000000").read_text() == "log"
