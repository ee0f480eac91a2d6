"""Bare scalars have the type that Go gives them, not that of an older YAML."""

from __future__ import annotations

import pytest
import yaml

from slogen.foreignyaml import Loader, load


@pytest.mark.parametrize(
    "text", ["17:00", "1:30.5", "190:20:30", "-1:30", "2026-01-01", "2026-01-01T10:00:00Z", "="]
)
def test_what_is_a_text_in_go(text):
    assert load(f"a: {text}") == {"a": text} == yaml.load(f"a: {text}", Loader)


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("-1.5", -1.5), ("0x1F", 31), ("true", True), ("~", None), ("09:00", "09:00")],
)
def test_what_is_as_ever(text, value):
    assert load(f"a: {text}") == {"a": value} == yaml.load(f"a: {text}", Loader)
