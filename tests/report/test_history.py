"""What is said of histories, for people and scripts: figures are held against those that were put in."""

import json
import re
from dataclasses import replace
from fractions import Fraction

import pytest

from slogen.conventions import BURN_ALERT
from slogen.history.played import Firing, History, Incident, Played
from slogen.report.history import FORMS, render
from slogen.report.history_words import BACKTEST, SIMULATION

from .month import DAY, END, HOUR, START, month

PAGES = (
    Firing(BURN_ALERT, "page_fast", "page", START + HOUR + 60, START + HOUR + 90, START + 2 * HOUR, 20.5),
    Firing(BURN_ALERT, "page_slow", "page", START + HOUR + 300, START + HOUR + 330, START + 3 * HOUR, 9.0),
    Firing(BURN_ALERT, "page_fast", "page", START + 9 * DAY, START + 9 * DAY + 30, None),
)
TICKETS = (Firing("SLOErrorBudgetConsumed", "50%", "ticket", START + DAY, START + DAY + 600, None),)
INCIDENTS = (
    Incident(START + HOUR, START + 3 * HOUR, PAGES[:2], 12_345, 0.401),
    Incident(START + 9 * DAY, None, PAGES[2:], 50, 0.001),
)
LEFT = ((START, 1.0), (START + 4 * HOUR, -0.284), (START + 9 * DAY, float("nan")), (START + 10 * DAY, -0.101))


def one(**other) -> Played:
    told = Played(
        "embeddings/availability",
        {},
        Fraction("0.9995"),
        "30d",
        "events",
        1_000_000,
        600,
        PAGES + TICKETS,
        INCIDENTS,
        LEFT,
        ((START, 0.0), (START + HOUR, 0.5)),
        ("page_fast", "page_slow", "ticket_fast"),
    )
    return replace(told, **other)


def history(*slos: Played, notes=()) -> History:
    return History(START, START + 10 * DAY, 30, "Prometheus 3.5.0", slos or (one(),), notes)


def said(form: str = "text", *versions: tuple[str, History], **other) -> str:
    return render(versions or [("as it is", history())], form, **other)


def facts(text: str) -> dict[str, list[str]]:
    """The rows of facts: their cells by their title."""
    rows = (re.split(r"\s{2,}", line.strip()) for line in text.splitlines())
    return {row[0]: row[1:] for row in rows if len(row) > 1}


def test_figures():
    rows = facts(said())
    assert rows["objective"] == ["99.95 %"]
    assert rows["pages (incidents)"] == ["3 (2)"]
    assert rows["first page from first sign"] == ["1m30s, 30s"]
    assert rows["tickets"] == ["1"]
    # the first two overlap: from 1h1m30s to 3h; the third fires from 9d 30s to the end
    assert rows["time in page"] == ["1d1h"]
    assert rows["budget at the end"] == ["-11 %"]  # down, never up
    assert rows["budget at worst"] == ["-29 %"]
    assert rows["kept"] == ["99.9400 %"]
    assert rows["met at all times"] == ["99.9358 %"]  # 1 - 1.284 * 0.0005


def test_incidents():
    lines = [line.split("  ") for line in said().splitlines()]
    rows = [[cell.strip() for cell in line if cell] for line in lines if line[0] in ("1", "2")]
    tiers = "page_fast, page_slow"
    assert rows == [
        ["1", "19 Oct 15:00", "19 Oct 17:00", "2h", tiers, "12,345", "41 %"],  # dearer, never cheaper
        ["2", "28 Oct 14:00", "goes on", "1d", "page_fast", "50", "1 %"],
    ]


def test_bad_time_is_a_time():
    assert "bad time" in said("text", ("x", history(one(unit="seconds"))))
    assert " 3h25m " in said("text", ("x", history(one(unit="seconds"))))


def test_the_whole_stretch_and_how_it_was_made_are_said():
    first, second, *_ = said().splitlines()
    assert first == "Backtest, 19 Oct 14:00 to 29 Oct 2026 14:00 UTC (10d)"
    assert second == "pages evaluated every 30s by Prometheus 3.5.0"
    assert said(kind=SIMULATION).startswith("Simulation, 10d\n")


def test_versions_stand_side_by_side():
    other = history(one(objective=Fraction("0.999"), firings=PAGES[:1], incidents=INCIDENTS[:1]))
    text = said("text", ("as it is", history()), ("99.9 %", other))
    rows = facts(text)
    assert rows["objective"] == ["99.95 %", "99.9 %"]
    assert rows["pages (incidents)"] == ["3 (2)", "1 (1)"]
    assert re.search(r"^2  99\.9 %\s+no page ", text, re.M)
    lines = text.splitlines()
    bars = {re.search("[▏▒█]", line).start() for line in lines if line.startswith(("page_", "ticket_"))}
    assert len(bars) == 1  # the bars of all versions begin at one place


def test_an_slo_that_only_one_version_has():
    text = said("text", ("now", history()), ("HEAD~1", history(one(slo_id="old/one"))))
    assert re.search(r"^embeddings/availability  HEAD~1\s+not there", text, re.M)
    assert re.search(r"^old/one\s+now\s+not there", text, re.M)


def test_of_several_those_without_alerts_are_only_in_the_overview():
    quiet = one(slo_id="quiet/one", firings=(), incidents=())
    text = said("text", ("x", history(one(), quiet)))
    assert text.count("quiet/one") == 1
    assert text.count("embeddings/availability") == 2


def test_one_without_any_alert_is_told_in_full():
    text = said("text", ("x", history(one(firings=(), incidents=()))))
    assert facts(text)["pages (incidents)"] == ["0"]
    assert text.count("never") == 3


def test_groups_are_named():
    assert "embeddings/availability {region=eu}, 99.95 %" in said(
        "text", ("x", history(one(labels={"region": "eu"})))
    )


def test_nothing_is_known():
    empty = one(total=0, bad=0, firings=(), incidents=(), left=(), ratio=())
    rows = facts(said("text", ("x", history(empty))))
    for name in ("kept", "budget at the end", "budget at worst", "met at all times", "time in page"):
        assert rows[name] == ["-"], name
    assert json.loads(said("json", ("x", history(empty))))["slos"][0]["met_objective_percent"] is None


def test_calendar_periods_have_no_objective_that_was_met_at_all_times():
    assert facts(said("text", ("x", history(one(period="month")))))["met at all times"] == ["-"]


def test_no_slo_at_all():
    nothing = History(START, END, 30, "Prometheus 3.5.0", ())
    assert "no SLO was played" in said("text", ("x", nothing))


def test_notes_say_whose_they_are():
    a, b = history(notes=("of both", "of a")), history(notes=("of both",))
    lines = said("text", ("a", a), ("b", b)).splitlines()
    assert lines[-2:] == ["note: of both", "note: a: of a"]


@pytest.mark.parametrize("form", FORMS)
def test_foreign_text_is_made_visible(form):
    evil = one(labels={"route": "\x1b[31m|<b>"}, firings=(replace(PAGES[0], alert="\x1b]0;x\x07"),))
    text = said(form, ("v\x1b[1m", history(evil, notes=("\x07",))))
    assert not set(text) & {"\x1b", "\x07"}


def test_markdown_has_tables_that_hold():
    evil = one(labels={"route": "a|b"})
    text = said("markdown", ("x|y", history(evil)))
    tables = re.findall(r"(?:^\|.*\n)+", text, re.M)
    assert len(tables) == 2
    for table in tables:
        counts = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(counts) == 1
    assert "route=a\\|b" in text
    assert re.search(r"^    page_fast ", text, re.M)


class TestJson:
    def document(self, *versions) -> dict:
        return json.loads(said("json", *versions))

    def test_the_head(self):
        document = self.document()
        assert {key: document[key] for key in ("kind", "version", "from", "to", "step_seconds")} == {
            "kind": BACKTEST,
            "version": "as it is",
            "from": "2026-10-19T14:00:00Z",
            "to": "2026-10-29T14:00:00Z",
            "step_seconds": 30,
        }
        assert document["against"] == []
        assert json.loads(said("json", kind=SIMULATION))["kind"] == SIMULATION

    def test_figures(self):
        (slo,) = self.document()["slos"]
        assert (slo["pages"], slo["tickets"], slo["page_seconds"]) == (3, 1, 7110 + DAY - 30)
        assert slo["objective_percent"] == 99.95
        assert slo["met_objective_percent"] == 99.94
        assert slo["always_met_objective_percent"] == 99.9358
        assert slo["budget_left_percent"] == {
            "end": -10.1,
            "worst": -28.4,
            "worst_time": "2026-10-19T18:00:00Z",
        }

    def test_alerts_and_incidents(self):
        (slo,) = self.document()["slos"]
        assert slo["alerts"][0] == {
            "alert": BURN_ALERT,
            "tier": "page_fast",
            "severity": "page",
            "labels": {},
            "pending": "2026-10-19T15:01:00Z",
            "start": "2026-10-19T15:01:30Z",
            "end": "2026-10-19T16:00:00Z",
            "peak": 20.5,
        }
        assert slo["alerts"][2]["end"] is None
        incident = slo["incidents"][0]
        assert (incident["first_page_after_seconds"], incident["budget_percent"]) == (90, 40.1)
        assert [page["tier"] for page in incident["pages"]] == ["page_fast", "page_slow"]

    def test_points_without_those_that_are_no_numbers(self):
        (slo,) = self.document()["slos"]
        assert slo["budget"]["columns"] == ["unix_seconds", "left_percent"]
        assert slo["budget"]["rows"] == [[START, 100.0], [START + 4 * HOUR, -28.4], [START + 10 * DAY, -10.1]]
        assert slo["errors"]["rows"][1] == [START + HOUR, 50.0]

    def test_points_stand_on_one_line_each_and_texts_stay_as_they_are(self):
        note = "[\n 1,\n 2\n ]"
        text = said("json", ("x", history(notes=(note,))))
        assert f"[{START + HOUR}, 50.0]" in text
        assert json.loads(text)["notes"] == [note]

    def test_versions(self):
        document = self.document(("now", history()), ("HEAD~1", history(one(firings=()))))
        assert [each["version"] for each in document["against"]] == ["HEAD~1"]
        assert document["against"][0]["slos"][0]["pages"] == 0


def test_a_month_with_several_objectives():
    rows = facts(render(month("0.9995", "0.999", "0.995"), "text"))
    assert rows["pages (incidents)"] == ["8 (4)", "7 (4)", "2 (2)"]
    assert rows["kept"] == ["99.9229 %"] * 3  # the same events


def test_colour_is_only_there_when_asked_for():
    assert "\x1b[31;1m" in said(colour=True)
    assert "\x1b" not in said()
