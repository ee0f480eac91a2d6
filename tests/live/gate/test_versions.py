"""A canary beside the stable version, as a user asks: of a server told what to count, and of real ones."""

from __future__ import annotations

import json
import shutil
from itertools import accumulate
from typing import Any

import pytest

from slogen.live.client import Client
from slogen.live.gate.ask import ages
from slogen.live.gate.overlap import are_apart
from slogen.live.server import Server
from slogen.promql.selector import Matcher
from tests.live.conftest import AT
from tests.live.fake import Asked
from tests.live.past import MINUTE, Past, now, prometheus

from .conftest import Served, gated

pytestmark = pytest.mark.usefixtures("specs")
CANARY, BASELINE = ("--canary", 'version="v2"'), ("--baseline", 'version="v1"')


def steady(total: float, bad: float, since: int = 10**6):
    return lambda ago: (total, bad) if ago < since else (None, None)


STABLE = steady(1000, 1)


def compared(run, canary, *args: str, stable=STABLE, **more: Any) -> tuple[int, dict[str, Any]]:
    versions = {name: counts for name, counts in (("v2", canary), ("v1", stable)) if counts}
    with gated(versions=versions, **more) as (fake, _):
        words = ("gate", "shop/api", "--url", fake.url, "--at", AT, "--format", "json")
        done = run(*words, *(*CANARY, *BASELINE, *args))
    assert done.stdout, done.stderr
    return done.exit_code, json.loads(done.stdout)


def said(found: dict[str, Any]) -> str:
    return found["slos"][0]["reasons"][0]["words"]


@pytest.mark.parametrize(
    ("canary", "code", "words"),
    [
        (
            steady(100, 0.1, 30),
            0,
            "3 bad of the canary's 3,000, 30 of 30,000 beside it: no worse, and 10 times",
        ),
        (
            steady(100, 10, 30),
            1,
            "10 bad of the canary's 100, 1 of 1,000 beside it: chance makes that less than once in a million",
        ),
        (steady(100, 0, 7), 5, "saw 400 events of the canary in 7 of 30 minutes;"),
        (
            steady(1000, 1, 7),
            5,
            "7 of 30 minutes are over; 4 bad of the canary's 4,000, 4 of 4,000 beside it",
        ),
        (steady(2, 0, 30), 5, "saw 60 events of the canary; "),
        (None, 5, 'no events of version="v2" were seen in the last 30m'),
        (steady(100, 0.1), 0, "3 bad of the canary's 3,000"),
        (steady(100, 2), 1, "60 bad of the canary's 3,000"),
    ],
)
def test_verdicts(run, canary, code, words):
    exit_code, found = compared(run, canary)
    assert (exit_code, said(found)[: len(words)]) == (code, words)
    assert found["policy"] == "canary"


def only(total: float, ago: range, then: float | None = None):
    """Events in these minutes alone; `then` after them."""
    return lambda m: (total, 0) if m in ago else (then, then) if m < ago.start else (None, None)


@pytest.mark.parametrize(
    ("canary", "words"),
    [
        (only(600, range(20, 30)), "no events of the canary for the last 20 minutes"),
        (only(600, range(20, 30), 0), "no events of the canary for the last 20 minutes"),
        (only(6000, range(29, 30)), "no events of the canary for the last 29 minutes"),
        (only(6000, range(3, 30)), "no events of the canary for the last 3 minutes"),
        (only(600, range(20, 300)), "no events of the canary for the last 20 minutes"),
        (
            lambda m: (600, 0) if m < 6 or 20 <= m < 30 else (None, None),
            "no events of the canary for 14 minutes in between",
        ),
    ],
)
def test_a_canary_that_died_is_not_fine(run, canary, words):
    exit_code, found = compared(run, canary)
    assert (exit_code, said(found)[: len(words)]) == (5, words)


def test_both_versions_that_died_are_not_fine(run):
    stable = lambda m: (6000, 6) if m >= 20 else (None, None)  # noqa: E731
    assert compared(run, only(6000, range(20, 30)), stable=stable)[0] == 5


def test_minutes_that_have_not_arrived_and_quiet_ones_are_no_death(run):
    assert compared(run, only(600, range(2, 30)))[0] == 0
    now_and_then = lambda m: (6000, 0) if m % 5 == 1 else (0, 0)  # noqa: E731
    assert compared(run, now_and_then, stable=now_and_then)[0] == 0


def test_it_says_how_many_would_tell_and_they_do(run):
    _, found = compared(run, steady(2, 0, 30))
    needed = found["slos"][0]["canary"]["needed_events"]
    assert f"{needed:,} would tell" in said(found)
    more = needed / 30
    assert compared(run, steady(more, 0, 30), stable=steady(more * 500, more / 2))[0] == 0
    assert compared(run, steady(more / 2, 0, 30), stable=steady(more * 250, more / 4))[0] == 5


def test_a_stable_version_without_history(run):
    exit_code, found = compared(run, steady(100, 50, 5), stable=steady(1000, 1, 9))
    assert exit_code == 5
    assert said(found).startswith('version="v1" had events in ')


def test_bursts_of_the_stable_version_are_no_difference(run):
    burst = lambda ago: (100, 10 if ago % 20 == 3 else 0)  # noqa: E731
    assert compared(run, burst, stable=steady(1000, 1))[0] == 1
    assert compared(run, burst, stable=lambda ago: (1000, 100 if ago % 20 == 9 else 0))[0] != 1


def test_asking_again_at_any_second_of_a_minute_gives_the_same(run):
    def hiccup(ago: int) -> tuple[Any, Any]:
        return (100, 10 if ago == 29 else 0) if ago < 30 else (None, None)

    found = []
    for later in (0, 20, 50):
        with gated(versions={"v2": hiccup, "v1": STABLE}) as (fake, _):
            words = ("gate", "shop/api", "--url", fake.url, "--format", "json", *CANARY, *BASELINE)
            found.append(json.loads(run(*words, "--at", AT + later).stdout)["slos"])
    assert found[0] == found[1] == found[2]
    assert found[0][0]["canary"]["minute"] == 1


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--worse-than", "200x"), 0),
        (("--worse-than", "50x"), 1),
        (("--min-bad", "9999"), 0),
        (("--since", "4m"), 1),
        (("--confidence", "99.9"), 1),
    ],
)
def test_terms(run, args, code):
    assert compared(run, steady(100, 10), *args)[0] in ({code, 5} if code == 0 else {code})


def test_a_stable_version_that_is_broken_itself_is_no_measure(run):
    exit_code, found = compared(run, steady(100, 50, 30), stable=steady(1000, 500))
    assert (exit_code, "so bad is the stable version itself" in said(found)) == (5, True)
    assert compared(run, steady(1000, 900, 30), stable=steady(1000, 500))[0] == 1
    assert compared(run, steady(10, 5, 7), stable=steady(1000, 500))[0] == 5


def test_it_says_what_would_have_shown(run, specs):
    exit_code, found = compared(run, steady(1000, 5, 30), stable=steady(10_000, 50))
    assert (exit_code, said(found).endswith("10 times the stable version's rate would have shown")) == (
        0,
        True,
    )
    specs.write_text(specs.read_text().replace("99.9", "80"))
    exit_code, found = compared(run, steady(1000, 5, 30), stable=steady(10_000, 50))
    assert (exit_code, said(found).endswith("and 5.0 times the budget's rate would have shown")) == (0, True)


def test_a_partial_answer_is_not_fine(run):
    assert compared(run, steady(100, 0.1, 30), warnings=("a store is away",))[0] == 5


def test_numbers_that_are_none_are_not_fine(run):
    assert compared(run, lambda _: ("NaN", "NaN"))[0] == 5
    assert compared(run, lambda _: (100, "NaN"))[0] == 5
    assert compared(run, lambda _: (100, None))[0] == 5
    assert compared(run, lambda _: ("+Inf", 0))[0] == 5
    assert compared(run, lambda _: ("1e300", "1e299"))[0] == 5
    assert compared(run, lambda _: ("-1e300", 0))[0] == 5
    assert compared(run, steady(100, 0.1, 30), stable=lambda _: ("1e300", 1))[0] == 5
    assert compared(run, steady(100, 0.1, 30), stable=lambda _: ("NaN", "NaN"))[0] == 5
    assert compared(run, steady(100, 0.1, 30), stable=lambda _: (1000, "NaN"))[0] == 5


@pytest.mark.parametrize("when", ["NaN", "Infinity"])
def test_points_at_no_time_are_left_out(run, monkeypatch, when):
    plain = Served._matrix

    def odd(served: Served, asked: Asked) -> list[Any]:
        found = plain(served, asked)
        return [{**each, "values": [*each["values"], [float(when), "9"]]} for each in found]

    monkeypatch.setattr(Served, "_matrix", odd)
    assert compared(run, steady(100, 0.1, 30))[0] == 0


ALL = 'version=~"v1|v2"'


@pytest.mark.parametrize(
    ("both", "bad", "code"),
    [
        (steady(600, 60, 30), 60, 5),  # half of what is beside it is the canary
        (lambda _: (None, None), 0, 0),
        (lambda _: (0, 0), 0, 0),
        (lambda _: ("NaN", "NaN"), 0, 5),
        (steady(0, 1, 30), 0, 5),
        (steady(600, 600, 30), 600, 5),
    ],
)
def test_a_stable_version_that_holds_the_canary_hides_it(run, both, bad, code):
    versions = {"v2": steady(600, bad, 30), ALL: lambda m: (1200, bad + 0.6) if m < 30 else (1200, 1.2)}
    versions[f'version="v2",{ALL}'] = both
    with gated(versions=versions) as (fake, _):
        words = ("gate", "shop/api", "--url", fake.url, "--at", AT, "--format", "json")
        done = run(*words, *CANARY, "--baseline", ALL)
    assert done.exit_code == code
    if code == 5:
        assert "also of version=~" in said(json.loads(done.stdout))


def test_a_canary_that_is_too_bad_even_beside_itself_is_blocked(run):
    versions = {"v2": steady(100, 50, 30), ALL: steady(100_000, 60), f'version="v2",{ALL}': STABLE}
    with gated(versions=versions) as (fake, _):
        done = run("gate", "shop/api", "--url", fake.url, "--at", AT, *CANARY, "--baseline", ALL)
    assert (done.exit_code, "50 bad of the canary's 100" in done.stdout) == (1, True)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (("=", "v2"), ("=", "v1"), True),
        (("=", "v2"), ("!=", "v2"), True),
        (("=", "v2"), ("!=", "v1"), False),
        (("=", "v2"), ("=~", "v1|v3"), True),
        (("=", "v2"), ("=~", "v1|v2"), False),
        (("=~", "v2.*"), ("!~", "v2.*"), True),
        (("=~", "v2.*"), ("=~", "v1.*"), False),
        (("=", "v2"), ("=~", "[[:alpha:]]"), False),
    ],
)
def test_what_cannot_be_of_both_is_not_asked_for(one, other, apart):
    new, old = Matcher("version", *one), Matcher("version", *other)
    assert (are_apart([new], [old]), are_apart([old], [new])) == (apart, apart)
    assert not are_apart([new], [Matcher("job", *other)])


def test_what_counts_time_is_left_out_and_said(run):
    versions = {"v2": steady(100, 0.1, 30), "v1": STABLE}
    with gated(versions=versions) as (fake, _):
        done = run("gate", "shop", "--url", fake.url, "--at", AT, *CANARY, *BASELINE)
    assert done.exit_code == 0
    assert "warning: not compared: `shop/stock` counts time" in done.stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (
            ("shop/api", "--canary", "version=v2", *BASELINE),
            "--canary, column 9: a value in quotes was expected",
        ),
        (("shop/api", *CANARY), "--canary and --baseline belong together"),
        (("shop/api", *BASELINE), "--canary and --baseline belong together"),
        (("shop/api", *CANARY, "--stable", 'version="v2"'), "are the same"),
        (("shop/api", "--canary", 'job="x"', *BASELINE), 'contradicts `job="shop"`'),
        (("shop/stock", *CANARY, *BASELINE), "`shop/stock` counts time, not events"),
        (("shop/none", *CANARY, *BASELINE), "no SLO and no service `shop/none`"),
        (("shop/api", *CANARY, *BASELINE, "--owner", "team-b"), "no SLO was selected"),
        (("shop/api", *CANARY, *BASELINE, "--budget-left", "5%"), "asks no policy"),
        (("shop/api", "--min-bad", "5"), "--min-bad is about a canary"),
        (("shop/api", *CANARY, *BASELINE, "--since", "90s"), "--since 90s: whole minutes"),
        (("shop/api", *CANARY, *BASELINE, "--since", "9h"), "from 1m to 6h"),
        (("shop/api", *CANARY, *BASELINE, "--worse-than", "0.5"), "--worse-than 0.5: from 1 to 1000"),
        (("shop/api", *CANARY, *BASELINE, "--confidence", "sure"), "--confidence sure: this is not a number"),
        (("shop/api", "--canary", '"größe"="x"', *BASELINE), "needs Prometheus 3"),
    ],
)
def test_mistakes_of_the_call(run, args, words):
    with gated() as (fake, _):
        done = run("gate", "--url", fake.url, "--at", AT, *args)
    assert done.exit_code == 2
    assert words in done.stderr
    assert fake.asked == []


def test_it_needs_the_specs(run, tmp_path):
    shutil.rmtree(tmp_path / "specs")
    with gated() as (fake, _):
        done = run("gate", "--url", fake.url, *CANARY, *BASELINE)
    assert (done.exit_code, "it needs the specs" in done.stderr) == (2, True)


# --- a real Prometheus ----------------------------------------------------------------------------


def counter(name: str, version: str, end: float, minutes: int, grows: float) -> Past:
    labels = {"__name__": name, "job": "shop", "instance": f"{version}:80", "version": version}
    times = [end - 30 * n for n in range(2 * minutes, -1, -1)]
    return Past(
        labels, list(zip(times, map(float, accumulate([5.0] + [grows / 2] * (2 * minutes))), strict=True))
    )


def up(version: str, end: float, minutes: int) -> Past:
    labels = {"__name__": "up", "job": "shop", "instance": f"{version}:80"}
    return Past(labels, [(end - 30 * n, 1.0) for n in range(2 * minutes, -1, -1)])


@pytest.mark.server
@pytest.mark.parametrize("version", ["2.42", "3.5"])
def test_a_real_prometheus(run, oracles, tmp_path, version):
    binary = oracles(f"prometheus-{version}", "prometheus").parent
    end = now()
    past = [
        *(
            up("v1", end, 240),
            counter("requests_total", "v1", end, 240, 1200),
            counter("errors_total", "v1", end, 240, 2),
        ),
        *(
            up("v2", end, 40),
            counter("requests_total", "v2", end, 40, 120),
            counter("errors_total", "v2", end, 40, 0.2),
        ),
        *(
            up("v3", end, 20),
            counter("requests_total", "v3", end, 20, 120),
            counter("errors_total", "v3", end, 20, 30),
        ),
        *(up("v4", end, 3), counter("requests_total", "v4", end, 3, 120)),
    ]
    codes = {}
    with prometheus(binary, tmp_path / "prometheus", past) as url:
        for canary in ("v2", "v3", "v4", "v9"):
            words = ("gate", "shop/api", "--url", url, "--at", end, "--format", "json")
            done = run(*words, "--canary", f'version="{canary}"', *BASELINE)
            codes[canary] = done.exit_code
            found = json.loads(done.stdout)["slos"][0]
            if canary == "v2":
                assert found["canary"]["canary"]["total"] == pytest.approx(30 * 120, rel=0.01)
                assert found["canary"]["stable"] == {
                    "total": pytest.approx(30 * 1200, rel=0.01),
                    "bad": pytest.approx(60, abs=2),
                }
    assert codes == {"v2": 0, "v3": 1, "v4": 5, "v9": 5}


@pytest.mark.server
def test_ages_of_a_real_prometheus(oracles, tmp_path):
    binary = oracles("prometheus-2.42", "prometheus").parent
    end = now()
    times = [end - MINUTE * n for n in range(10, -1, -1)]

    def series(name: str, last: float) -> Past:
        return Past({"__name__": name, "slo_service": "shop"}, [(at - last, 1.0) for at in times])

    with (
        prometheus(binary, tmp_path / "p", [series("slogen_up", 10), series("slogen_budget_up", 90)]) as url,
        Client(Server(url)) as client,
    ):
        found, _ = ages(client, end)
    assert found == {"shop": pytest.approx(90, abs=1)}
