"""Warnings that depend on today."""

import pytest

from slogen.validate import dates

TODAY = 1_795_737_600  # 2026-11-27


@pytest.fixture
def warnings(compiled, monkeypatch):
    monkeypatch.setattr(dates, "now", lambda: TODAY)

    def found(**fields):
        return [p.code for p in compiled(fields).problems if p.severity == "warning"]

    return found


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"since": "2026-11-28"}, "since-to-come"),
        ({"since": "2026-10-01"}, "since-without-effect"),
        ({"since": "2026-11-01", "window": {"calendar": "month"}}, "since-without-effect"),
        ({"exclude": [{"from": "2026-11-20", "to": "2026-11-27"}]}, "past-exclusion"),
    ],
)
def test_warned(warnings, fields, code):
    assert warnings(**fields) == [code]


@pytest.mark.parametrize(
    "fields",
    [
        {"since": "2026-11-27"},
        {"since": "2026-11-02", "window": {"calendar": "month"}},
        {"exclude": [{"from": "2026-11-20", "to": "2026-11-28"}]},
    ],
)
def test_not_warned(warnings, fields):
    assert warnings(**fields) == []
