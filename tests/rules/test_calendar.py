"""Calendar periods in real promtool: where they begin, how long they are, and what they count."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from slogen.emitted.rules import Recording
from slogen.model import clocks
from slogen.model.zones import clock_of
from slogen.rules import calendar, period
from slogen.settings import Settings
from slogen.units import DAY, HOUR

PERIODS = ("week", "month", "quarter", "year")
OFFSETS = ("+00:00", "+09:00", "-05:00", "+05:45", "-12:00", "+14:00")
SETTINGS = {"prometheus": {"retention": "400d"}}


@pytest.fixture(scope="module")
def slos(compiled):
    """An SLO for each period and offset."""

    def build(*listed, **fields):
        result = compiled(*listed, settings=SETTINGS, **fields)
        assert result.ok, result.problems
        return result.project.services[0]

    return build


@pytest.fixture(params=["2.42", "2.53", "3.5"])
def ask(request, oracles, tmp_path):
    """Let promtool evaluate; what it objects to."""
    promtool = oracles(f"prometheus-{request.param}", "promtool")

    def run(block):
        test = {"rule_files": [], "evaluation_interval": block["interval"], "tests": [block]}
        (tmp_path / "t.yaml").write_text(json.dumps(test))
        command = [promtool, "test", "rules", "t.yaml"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False)
        return "" if done.returncode == 0 else (done.stdout + done.stderr)[:3000] or "failed"

    return run


def equals(expr, at, value):
    """A check that the only sample of an expression has this value."""
    return {
        "expr": f"abs(({expr}) - {value!r}) <= bool 1e-6",
        "eval_time": f"{at}s",
        "exp_samples": [{"labels": "{}", "value": 1}],
    }


def moments(cal):
    """Around the ends of periods from 1970 to 2104: leap years, a century that is one, and at random."""
    random = Random(cal.offset)
    years = (1970, 1972, 1999, 2000, 2024, 2026, 2027, 2028, 2100, 2104)
    dates = [datetime(year, month, 15, tzinfo=UTC) for year in years for month in (1, 2, 3, 6, 12)]
    ends = [cal.end(int(date.timestamp())) for date in dates]
    found = {end + near for end in ends for near in (-DAY, -1, 0, 1, 45 * DAY)}
    return sorted(found | {random.randrange(130 * 365 * DAY) for _ in range(20)})


ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "America/Santiago")


def clock_offset(cal, at):
    return clock_of(cal.zone).utcoffset(datetime.fromtimestamp(at, UTC).astimezone(clock_of(cal.zone)))


def around_changes(cal):
    """A day before and after each change of clocks in some years, and around the ends of periods."""
    random = Random(cal.zone)
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=n) for year in (2027, 2032) for n in range(365)]
    times = [int(day.timestamp()) for day in days]
    changed = [at for at in times if clock_offset(cal, at) != clock_offset(cal, at + DAY)]
    ends = [cal.end(at) for at in (*changed, *random.sample(times, 6))]
    near = (-HOUR, -1, 0, 1, HOUR, 9 * HOUR)
    return sorted({at + by for at in (*changed, *ends) for by in near})


@pytest.mark.oracle
@pytest.mark.in_turn("ask")
@pytest.mark.parametrize("name", PERIODS)
def test_start_and_length_in_zones(slos, ask, name):
    listed = [{"name": f"s{n}", "window": {"calendar": name, "zone": zone}} for n, zone in enumerate(ZONES)]
    checks = []
    for slo in slos(*listed).slos:
        clock = f'slogen_budget_clock_seconds{{slo_id="{slo.id}"}}'
        begun = period.start(slo, Settings()).replace(clock, clocks.local(slo.calendar.rule))
        recorded = f'slogen_budget_start_timestamp_seconds{{slo_id="{slo.id}"}}'
        length = period.days(slo, slo.calendar, Settings()).replace(recorded, f"({begun})")
        length = length.replace(clock, clocks.local(slo.calendar.rule))
        for at in around_changes(slo.calendar):
            start = slo.calendar.start(at)
            checks.append(equals(begun, at, start))
            checks.append(equals(length, at, (slo.calendar.end(at) - start) / DAY))
    assert len(checks) > 300
    assert ask({"interval": "18250d", "promql_expr_test": checks}) == ""


@pytest.mark.oracle
@pytest.mark.in_turn("ask")
@pytest.mark.parametrize("name", PERIODS)
def test_start_and_length(slos, ask, name):
    listed = [
        {"name": f"s{n}", "window": {"calendar": name, "utc_offset": offset}}
        for n, offset in enumerate(OFFSETS)
    ]
    checks = []
    for slo in slos(*listed).slos:
        begun = period.start(slo, Settings())
        recorded = f'slogen_budget_start_timestamp_seconds{{slo_id="{slo.id}"}}'
        length = period.days(slo, slo.calendar, Settings()).replace(recorded, f"({begun})")
        for at in moments(slo.calendar):
            start = slo.calendar.start(at)
            checks.append(equals(begun, at, start))
            checks.append(equals(length, at, (slo.calendar.end(at) - start) / DAY))
    assert len(checks) > 800
    assert ask({"interval": "18250d", "promql_expr_test": checks}) == ""


def count_rules(service):
    return list(calendar.recordings(service, Settings()))


def count_of(service, kind):
    """The expression that counts events since the start; what it reads is injected, so no rule runs."""
    [found] = [rule.expr for rule in count_rules(service) if rule.record == f"slo:period_{kind}:count"]
    return f"sum({found})"


def series(slo, name, values):
    labels = f'{{slo_id="{slo.id}",slo_service="shop",slo="{slo.name}"}}'
    return {"series": name + labels, "values": values}


def starts(slo, at, step):
    """When budget, day and hour began that run at a time."""
    begun = slo.calendar.start(at)
    values = {"start": begun, "day": at - (at - begun) % DAY, "hour": at - (at - begun) % HOUR}
    before = at // step
    return [series(slo, f"slogen_budget_{n}_timestamp_seconds", f"_x{before} {v}") for n, v in values.items()]


@pytest.mark.oracle
@pytest.mark.in_turn("ask")
@pytest.mark.parametrize("name", ["month", "quarter"])
@pytest.mark.parametrize("day", [789, 790, 791])
def test_a_leap_february_is_counted_and_ends(slos, ask, name, day):
    """A day's window each midnight from January 1972 on, with as many events as days have passed since."""
    service = slos({"window": {"calendar": name}})
    [slo], january = service.slos, 730
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=790) == datetime(1972, 3, 1, tzinfo=UTC)
    data = [{"series": 'slogen_up{slo_service="shop"}', "values": f"1x{day}"}, *starts(slo, day * DAY, DAY)]
    data += [series(slo, f"slo:sli_total:rate{w}", f"_x{january} 0+1x{day - january}") for w in ("1d", "1h")]
    begun = slo.calendar.start(day * DAY) // DAY
    want = DAY * sum(number - january for number in range(begun + 1, day + 1))
    assert (want == 0) is (name == "month" and day == 790)
    checks = [equals(count_of(service, "total"), day * DAY, float(want))]
    assert ask({"interval": "1d", "input_series": data, "promql_expr_test": checks}) == ""


@pytest.mark.oracle
@pytest.mark.parametrize(("before", "is_kept"), [(3, True), (10, True), (170, True), (200, False)])
def test_a_stop_of_the_rules_over_midnight(slos, ask, before, is_kept):
    """A day is kept if the rules stopped at most three hours before its midnight, however long they did."""
    service = slos({"window": {"calendar": "month", "utc_offset": "-05:00"}})
    [slo], midnight = service.slos, 29 * 60
    last, gap = midnight + 200, f"1x{midnight - before - 1} _x{before + 150} 1x50"
    data = [{"series": 'slogen_up{slo_service="shop"}', "values": gap}, *starts(slo, last * 60, 60)]
    data += [series(slo, f"slo:sli_bad:rate{w}", gap) for w in ("1d", "1h")]
    looked = equals(f"{count_of(service, 'bad')} >= bool {DAY}", last * 60, float(is_kept))
    assert ask({"interval": "1m", "input_series": data, "promql_expr_test": [looked]}) == ""


@pytest.mark.oracle
@pytest.mark.in_turn("ask")
@pytest.mark.parametrize(("zone", "name"), [("Europe/Berlin", "month"), ("Australia/Lord_Howe", "quarter")])
def test_a_change_of_clocks_is_counted_once(slos, ask, zone, name):
    """An event a second, always: there are as many as seconds since the start, before and after each change,
    when the period ends, and in the one that begins in the other half of the year."""
    service = slos({"window": {"calendar": name, "zone": zone}})
    [slo], half = service.slos, HOUR // 2
    for day in (83, 95, 297, 298, 304, 310):  # of 1970, whose changes are those of today's rule
        at = day * DAY + 13 * HOUR + half
        steps = at // half
        data = [{"series": 'slogen_up{slo_service="shop"}', "values": f"1x{steps}"}, *starts(slo, at, half)]
        data += [series(slo, f"slo:sli_total:rate{window}", f"1x{steps}") for window in ("1d", "1h", "5m")]
        so_far = float(at - slo.calendar.start(at))
        near = (
            f"abs({count_of(service, 'total')} - {so_far}) <= bool {half}"  # samples are half an hour apart
        )
        check = {"expr": near, "eval_time": f"{at}s", "exp_samples": [{"labels": "{}", "value": 1}]}
        assert ask({"interval": "30m", "input_series": data, "promql_expr_test": [check]}) == "", day


def test_services_without_dates_have_no_such_rules(slos):
    assert count_rules(slos()) == []


def test_ranges_fit_the_longest_period(slos):
    service = slos(
        {"name": "m", "window": {"calendar": "month"}}, {"name": "y", "window": {"calendar": "year"}}
    )
    [count] = [rule.expr for rule in count_rules(service) if rule.record == "slo:period_bad:count"]
    assert ")[366d:1d])" in count
    assert "[31d:1d]" not in count  # one clock, one set of parts


@pytest.mark.oracle
@pytest.mark.in_turn("ask")
@pytest.mark.parametrize("window", [{"calendar": "year"}, {"calendar": "year", "zone": "Europe/Berlin"}])
def test_many_years_of_a_service_can_be_counted(slos, ask, window):
    """promtool stops a query that holds 10,000 samples, and there is one for all SLOs of a service."""
    months = [{"name": f"m{number}", "window": {**window, "calendar": "month"}} for number in range(15)]
    service = slos(*months, *({"name": f"y{number}", "window": window} for number in range(15)))
    at = 800 * DAY
    data = [each for slo in service.slos for each in starts(slo, at, HOUR)]
    data += [series(slo, "slo:sli_bad:rate1h", f"_x{at // HOUR} 0") for slo in service.slos]
    check = equals(count_of(service, "bad").replace("sum", "count", 1), at, len(service.slos))
    assert ask({"interval": "1h", "input_series": data, "promql_expr_test": [check]}) == ""


def test_offsets_shift_each_step_by_their_own_rest(slos):
    [_, _, _, _, bad] = count_rules(slos({"window": {"calendar": "month", "utc_offset": "+05:45"}}))
    assert "[31d:1d] offset -5h45m)" in bad.expr
    assert "[1d:1h] offset -45m)" in bad.expr
    assert "[1h:5m])" in bad.expr
    assert f"{HOUR} * sum_over_time" in bad.expr


TICKETS = [{"name": "slow", "severity": "ticket", "factor": 1, "long": "12h", "short": "1h"}]


@pytest.mark.parametrize("when", [{"window": {"calendar": "month"}}, {"window": "7d", "since": "2027-01-05"}])
@pytest.mark.parametrize("alerting", [{}, {"tiers": TICKETS}], ids=["pages", "tickets alone"])
def test_the_parts_of_a_period_meet(compiled, when, alerting):
    """They are of one group: what lies between the evaluations of two would be in no part."""
    result = compiled({**when, "alerting": alerting}, settings=SETTINGS)
    assert result.ok, result.problems
    pages, _ = result.compiled[0].rules.groups
    recorded = {rule.record for rule in pages.rules if isinstance(rule, Recording)}
    parts = {f"slo:sli_{kind}:rate{window}" for kind in ("bad", "total") for window in ("5m", "1h", "1d")}
    assert parts <= recorded


def test_a_period_is_over_as_far_as_it_is_counted(compiled):
    """Else the ratio of a fault that has ended went on to spend the budget until the next base window."""
    result = compiled({"window": {"calendar": "month"}}, settings=SETTINGS)
    rules = [rule for group in result.compiled[0].rules.groups for rule in group.rules]
    [elapsed] = [rule for rule in rules if getattr(rule, "record", "") == "slo:period_elapsed:ratio"]
    assert elapsed.expr.startswith("floor(clamp_min(time() - max(slogen_budget_start_timestamp_seconds{")
    assert " / 300) * 300 / (86400 * max(slo:time_period:days{" in elapsed.expr
