"""A period that is over: kept, used, worst day, incidents and their cost, held against true counts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from slogen.live.period.dates import NoPeriodError, period_of
from slogen.report.period import FORMS

from .past import DAY, HOUR, MINUTE, Past, prometheus

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC).timestamp()
OCTOBER = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp())
SEPTEMBER, NOVEMBER = OCTOBER - 30 * DAY, OCTOBER + 31 * DAY
TILE = 5 * MINUTE


@pytest.mark.parametrize(
    ("name", "first", "last", "before"),
    [
        ("last-month", "2026-10-01", "2026-10-31", "2026-09-01"),
        ("2026-10", "2026-10-01", "2026-10-31", "2026-09-01"),
        ("2026-01", "2026-01-01", "2026-01-31", "2025-12-01"),
        ("last-quarter", "2026-07-01", "2026-09-30", "2026-04-01"),
        ("2026-Q1", "2026-01-01", "2026-03-31", "2025-10-01"),
        ("last-week", "2026-11-16", "2026-11-22", "2026-11-09"),
        ("2026-W43", "2026-10-19", "2026-10-25", "2026-10-12"),
        ("yesterday", "2026-11-27", "2026-11-27", "2026-11-26"),
        ("30d", "2026-10-29", "2026-11-27", "2026-09-29"),
        ("2026-10-01..2026-10-02", "2026-10-01", "2026-10-02", "2026-09-29"),
    ],
)
def test_periods(name, first, last, before):
    period = period_of(name, NOW)
    assert (str(period.first), str(period.last), str(period.before)) == (first, last, before)
    assert period.is_over
    assert period.end - period.start == period.days * DAY


def test_a_month_that_runs_is_reported_so_far():
    period = period_of("2026-11", NOW)
    assert (period.days, period.is_over) == (27, False)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "soon",
        "2026-13",
        "2026-W60",
        "36h",
        "500d",
        "2027-01",
        "2026-10-05..2026-10-01",
        "2026-02-30..2026-03-01",
        *("9999-12", "0001-01", "0001-W01", "9999-Q4", "9999-12-30..9999-12-31", "0001-01-01..0001-01-02"),
    ],
)
def test_what_is_no_period(name):
    with pytest.raises(NoPeriodError):
        period_of(name, NOW)


def counts(at: int) -> tuple[float, float]:
    """True bad and total events in the five minutes that begin then: 10/s, a thousandth of them bad in
    September; in October nothing, but for a whole outage of half an hour on the 9th at 14:00 and a tenth
    that is bad for two hours on the 20th at 3:00."""
    total = 3000.0
    if at < OCTOBER:
        return total / 1000, total
    outage, leak = OCTOBER + 8 * DAY + 14 * HOUR, OCTOBER + 19 * DAY + 3 * HOUR
    if outage <= at < outage + 30 * MINUTE:
        return total, total
    return (total / 10, total) if leak <= at < leak + 2 * HOUR else (0.0, total)


OWN = {"slo_id": "shop/api", "slo_service": "shop", "slo": "api"}
FIRED = (
    (OCTOBER + 8 * DAY + 14 * HOUR + 2 * MINUTE, OCTOBER + 8 * DAY + 14 * HOUR + 40 * MINUTE, "page_fast"),
    (OCTOBER + 19 * DAY + 3 * HOUR + 40 * MINUTE, OCTOBER + 19 * DAY + 5 * HOUR + 10 * MINUTE, "page_slow"),
)


def october() -> Iterator[Past]:
    """What the rules recorded in September and October."""
    days = range(SEPTEMBER + DAY, NOVEMBER + DAY, DAY)
    tiles = range(SEPTEMBER, NOVEMBER, TILE)
    true = {at: counts(at) for at in tiles}
    for number, side in enumerate(("bad", "total")):
        by_day = [(d, sum(true[at][number] for at in range(d - DAY, d, TILE)) / DAY) for d in days]
        by_tile = [(at + TILE, true[at][number] / TILE) for at in tiles]
        yield Past({"__name__": f"slo:sli_{side}:rate1d", **OWN}, by_day)
        yield Past({"__name__": f"slo:sli_{side}:rate5m", **OWN}, by_tile)
    yield Past({"__name__": "slo:error_budget:ratio", **OWN}, [(d, 0.001) for d in days])
    yield Past({"__name__": "slogen_slo_info", **OWN, "owner": "team-a"}, [(d, 1.0) for d in days])
    fired: Mapping[str, str] = {
        "__name__": "ALERTS",
        "alertstate": "firing",
        "alertname": "SLOErrorBudgetBurn",
    }
    for start, end, tier in FIRED:
        labels = {**fired, **OWN, "severity": "page", "slo_tier": tier}
        yield Past(labels, [(at, 1.0) for at in range(start, end, MINUTE)])


@pytest.fixture(scope="module", params=["2.42", "3.5"])
def url(request, oracles, tmp_path_factory) -> Iterator[str]:
    binary = oracles(f"prometheus-{request.param}", "prometheus").parent
    with prometheus(binary, tmp_path_factory.mktemp("past") / "prometheus", october()) as address:
        yield address


def report(run, url: str, *args: str) -> dict[str, Any]:
    done = run("report", "--url", url, "--format", "json", *args)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.server
def test_figures_are_those_of_the_true_counts(run, url):
    (slo,) = report(run, url, "--period", "2026-10")["slos"]
    bad = sum(counts(at)[0] for at in range(OCTOBER, NOVEMBER, TILE))
    total = sum(counts(at)[1] for at in range(OCTOBER, NOVEMBER, TILE))
    assert slo["value_percent"] == pytest.approx(100 - 100 * bad / total, abs=1e-6)
    assert slo["budget_used_percent"] == pytest.approx(100 * bad / total / 0.001, rel=1e-6)
    assert slo["outage_minutes"] == pytest.approx(30 + 12, rel=1e-6)
    assert (slo["is_kept"], slo["known_days"], slo["pages"], slo["owner"]) == (True, 31, 2, "team-a")
    assert slo["worst_day"]["start"] == "2026-10-09T00:00:00Z"
    assert slo["worst_day"]["budget_used_percent"] == pytest.approx(100 * 30 * 600 / total / 0.001, rel=1e-6)
    assert slo["previous"]["value_percent"] == pytest.approx(99.9)


@pytest.mark.server
def test_incidents_cost_what_failed_from_their_beginning(run, url):
    (slo,) = report(run, url, "--period", "2026-10")["slos"]
    outage, leak = slo["incidents"]
    total = sum(counts(at)[1] for at in range(OCTOBER, NOVEMBER, TILE))
    assert (outage["start"], outage["tiers"], outage["is_over"]) == (
        "2026-10-09T14:02:00Z",
        ["page_fast"],
        True,
    )
    assert outage["bad_events"] == pytest.approx(18_000)
    assert outage["budget_percent"] == pytest.approx(100 * 18_000 / (total * 0.001))
    assert leak["bad_events"] == pytest.approx(7_200)
    assert slo["paged_minutes"] == pytest.approx(38 + 90, abs=12)  # what is seen stays for 5 minutes at most


@pytest.mark.server
@pytest.mark.parametrize("form", FORMS)
def test_every_form(run, url, form):
    done = run("report", "shop", "--url", url, "--period", "2026-10", "--format", form)
    assert done.exit_code == 0
    assert "shop/api" in done.stdout
    assert form == "json" or all(text in done.stdout for text in ("99.905 %", "2026-10-09 14:02", "18,000"))


@pytest.mark.server
def test_a_period_of_which_nothing_is_known(run, url):
    done = run("report", "--url", url, "--period", "2026-06")
    assert done.exit_code == 5
    assert "no SLO was found" in done.stdout
    assert run("report", "shop/nothing", "--url", url, "--period", "2026-10").exit_code == 2
    assert run("report", "--url", url, "--period", "someday").exit_code == 2


@pytest.mark.server
def test_a_period_that_is_known_in_part(run, url):
    """It is judged by the days that are known, and that is said; an outage isn't stretched over others."""
    done = run("report", "--url", url, "--period", "2026-10-09..2026-11-07", "--format", "json")
    (slo,) = json.loads(done.stdout)["slos"]
    assert (done.exit_code, slo["known_days"]) == (5, 23)
    assert slo["outage_minutes"] == pytest.approx(30 + 12, rel=1e-6)
    shown = run("report", "--url", url, "--period", "2026-10-09..2026-11-07").stdout
    assert "known in part: 1" in shown


TORN = {"slo_id": "shop/torn", "slo_service": "shop", "slo": "torn"}


IDLE = {"slo_id": "shop/idle", "slo_service": "shop", "slo": "idle"}


def idle() -> Iterator[Past]:
    """Data that was there all October, and counted nothing."""
    days = [OCTOBER + DAY * n for n in range(1, 32)]
    yield Past({"__name__": "slo:error_budget:ratio", **IDLE}, [(d, 0.001) for d in days])
    for side in ("bad", "total"):
        yield Past({"__name__": f"slo:sli_{side}:rate1d", **IDLE}, [(d, 0.0) for d in days])


@pytest.mark.server
def test_no_events_are_not_no_data(run, oracles, tmp_path):
    binary = oracles("prometheus-3.5", "prometheus").parent
    with prometheus(binary, tmp_path / "prometheus", idle()) as url:
        done = run("report", "--url", url, "--period", "2026-10")
    assert done.exit_code == 0
    assert "without events: 1" in done.stdout
    assert "no events" in done.stdout
    assert "no data" not in done.stdout


SPEC = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
owner: team-a
slos:
  - {name: api, objective: 99.9, sli: &sli {events: {bad: 'bad{job="a"}', total: 'all{job="a"}'}}}
  - {name: new, objective: 99, sli: *sli}
"""


@pytest.mark.server
@pytest.mark.parametrize("args", [(), ("shop/new",)])
def test_what_the_specs_have_and_nobody_recorded_is_told(run, url, tmp_path, args):
    """A report that leaves it out would look as if all was well."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/shop.yaml").write_text(SPEC)
    done = run("report", "--url", url, "--period", "2026-10", "--format", "json", *args)
    new = next(slo for slo in json.loads(done.stdout)["slos"] if slo["id"] == "shop/new")
    assert (done.exit_code, new["is_kept"], new["known_days"], new["owner"]) == (5, None, 0, "team-a")
    assert new["notes"] == ["the specs have it, and nothing of it was recorded in this time"]


def torn() -> Iterator[Past]:
    """In October bad events are known of half of the days, of which each has one in a hundred; an alert of a
    severity that no project here has named; and an SLO without a budget."""
    days = [OCTOBER + DAY * n for n in range(1, 32)]
    yield Past({"__name__": "slo:error_budget:ratio", **TORN}, [(d, 0.001) for d in days])
    yield Past({"__name__": "slo:sli_total:rate1d", **TORN}, [(d, 10.0) for d in days])
    yield Past({"__name__": "slo:sli_bad:rate1d", **TORN}, [(d, 0.1) for d in days[::2]])
    sev1 = {"__name__": "ALERTS", "alertstate": "firing", "alertname": "X", "severity": "sev1", **TORN}
    yield Past(sev1, [(OCTOBER + DAY + MINUTE * n, 1.0) for n in range(5)])
    lost = {**TORN, "slo_id": "shop/lost", "slo": "lost"}
    yield Past({"__name__": "slo:sli_total:rate1d", **lost}, [(d, 10.0) for d in days])


@pytest.mark.server
def test_what_is_known_by_halves(run, oracles, tmp_path):
    """Days of which one side alone is known are in no figure; what nobody named may be a page; what can't be
    judged is said."""
    binary = oracles("prometheus-3.5", "prometheus").parent
    with prometheus(binary, tmp_path / "prometheus", torn()) as url:
        done = run("report", "--url", url, "--period", "2026-10", "--format", "json")
    found = json.loads(done.stdout)
    (slo,) = found["slos"]
    assert (done.exit_code, slo["known_days"], slo["pages"]) == (5, 16, 1)
    assert slo["value_percent"] == pytest.approx(99)
    assert found["warnings"] == ["shop/lost has events, and no budget was recorded: it is left out"]


@pytest.mark.server
def test_an_incident_across_the_start_costs_what_failed_within(run, url):
    """A period is whole days: of the leak on the 20th at 3:00 all is within, of a day before it nothing."""
    (slo,) = report(run, url, "--period", "2026-10-20..2026-10-20")["slos"]
    (leak,) = slo["incidents"]
    assert (leak["began_before"], leak["bad_events"]) == (False, pytest.approx(7_200))


@pytest.mark.server
def test_every_field_is_in_the_docs(run, url):
    page = Path(__file__).parents[2].joinpath("docs/live/report.md").read_text()
    documented = set(re.findall(r"`([\w.]+)`", page))

    def names(data: Any) -> set[str]:
        if isinstance(data, dict):
            return set(data) | {n for v in data.values() for n in names(v)}
        return {n for v in data for n in names(v)} if isinstance(data, list) else set()

    assert names(report(run, url, "--period", "2026-10")) - documented == set()
