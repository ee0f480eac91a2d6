"""Sloth's AlertWindows become tiers, and the window."""

import pytest

from slogen.moving.dialect import Options
from slogen.moving.importing import move_all
from slogen.moving.judge import Judge
from slogen.moving.sloth_windows import read_windows
from tests.moving.conftest import FOLDER, codes

TEXT = """\
apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 7d
  page:
    quick: {errorBudgetPercent: 8, shortWindow: 5m, longWindow: 1h}
    slow: {errorBudgetPercent: 12.5, shortWindow: 30m, longWindow: 6h}
  ticket:
    quick: {errorBudgetPercent: 20, shortWindow: 2h, longWindow: 1d}
    slow: {errorBudgetPercent: 42, shortWindow: 6h, longWindow: 3d}
"""


def windows(**names: str):
    text = TEXT
    for old, new in names.items():
        text = text.replace(old, new)
    return read_windows("w.yaml", text.encode())


def moved(objective: str = "99.9"):
    found, problems = windows()
    assert problems == []
    raw = (
        (FOLDER / "sloth/shop.yaml")
        .read_bytes()
        .replace(b"objective: 99.9\n", f"objective: {objective}\n".encode())
    )
    return move_all({"a.yaml": raw}, Options(Judge(), period=found.period, alerts=found.wanted))


def test_tiers_as_they_are():
    found = moved()
    first = found.slos[0].fields
    assert first["window"] == "7d"
    assert [tuple(tier.values()) for tier in first["alerting"]["tiers"]] == [
        ("page_fast", "page", "8%", "1h", "5m"),
        ("page_slow", "page", "12.5%", "6h", "30m"),
        ("ticket_fast", "ticket", "20%", "1d", "2h"),
        ("ticket_slow", "ticket", 1, "3d", "6h"),  # a factor of 1 at least
    ]
    assert {slo.fields["window"] for slo in found.slos} == {"7d"}
    assert "import-decide-period" not in [problem.code for problem in found.problems]


def test_one_document_is_needed():
    for text in (TEXT + "---\n" + TEXT, "# nothing\n"):
        found, problems = read_windows("w.yaml", text.encode())
        assert found is None
        assert "import-refused-shape" in [problem.code for problem in problems]


def test_what_changes_is_told():
    assert "import-changed-tier" in codes(moved().slos[0])  # the last one
    assert moved("90").slos[0].fields["alerting"]["tiers"][0]["factor"] == 9


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("7d", "soon", "import-refused-window"),
        ("1h", "0s", "import-refused-window"),
        ("12.5", "much", "import-refused-shape"),
        ("sloPeriod", "period", "import-refused-shape"),
        ("AlertWindows", "Windows", "import-refused-shape"),
        ("  ticket:\n", "  tickets:\n", "import-refused-shape"),
        ("spec:", "spec: [", "yaml-syntax"),
    ],
)
def test_files_that_are_none(old, new, code):
    found, problems = windows(**{old: new})
    assert found is None
    assert code in [problem.code for problem in problems]


def test_fields_that_nobody_reads_are_told():
    found, problems = windows(**{"sloPeriod: 7d": "sloPeriod: 7d\n  colour: blue"})
    assert found is not None
    assert [(problem.code, problem.span.line) for problem in problems] == [("import-lost-field", 5)]
