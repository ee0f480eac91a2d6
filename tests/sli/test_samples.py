"""Series of good and bad events, found by computing what people write beside plain sums of rates."""

from __future__ import annotations

import pytest

from slogen.load import read
from slogen.model.origin import Origin
from slogen.model.sli import UnsatisfiableError
from slogen.settings import Settings
from slogen.sli import KINDS

[DOCUMENT], _ = read("spec.yaml", b"{}")


def rate(selector: str, more: str = "") -> str:
    return f"sum(rate({selector}[{{{{ window }}}}]){more})"


ALL, FAILED, LIMITED = rate("r_total"), rate('r_total{code="500"}'), rate('r_total{code="429"}')
FAST, SLOW, COUNT = rate('h_bucket{le="0.3"}'), rate('h_bucket{le="1.2"}'), rate("h_count")
MOVING, ALIVE = " > 0", " unless on (pod) deleted"
LARGEST = "sum(max by (pod) (rate({}[{{{{ window }}}}])))"
ONCE = "sum(max without (replica) (rate({}[{{{{ window }}}}])))"
PROVEN = {
    "a difference": {"good": f"{ALL} - {FAILED}", "total": ALL},
    "two differences": {"good": f"{ALL} - {FAILED} - {LIMITED}", "total": ALL},
    "a sum taken away": {"good": f"{ALL} - ({FAILED} + {LIMITED})", "total": ALL},
    "a total without some": {"bad": FAILED, "total": f"{ALL} - {LIMITED}"},
    "two counters": {"bad": f"{rate('asked_total')} - {rate('done_total')}", "total": rate("asked_total")},
    "slow ones": {"bad": f"{COUNT} - {SLOW}", "total": COUNT},
    "apdex": {"good": f"({FAST} + {SLOW}) / 2", "total": COUNT},
    "weighted": {"bad": f"{FAILED} + 0.5 * {LIMITED}", "total": ALL},
    "filled": {"bad": f"{FAILED} or 0 * {ALL}", "total": ALL},
    "only what moves": {"bad": rate('r_total{code="500"}', MOVING), "total": ALL},
    "renamed": {"bad": f'label_replace({FAILED}, "x", "$1", "y", "(.*)")', "total": ALL},
    "scraped twice": {"bad": ONCE.format('r_total{code="500"}'), "total": ONCE.format("r_total")},
    "without some": {"bad": rate('r_total{code="500"}', ALIVE), "total": rate("r_total", ALIVE)},
}
REFUSED = {
    "cut off": ({"bad": f"clamp_max({FAILED}, 100)", "total": ALL}, "count each event once"),
    "the largest": (
        {"bad": LARGEST.format('r_total{code="500"}'), "total": LARGEST.format("r_total")},
        "once",
    ),
    "only many": ({"bad": rate('r_total{code="500"}', " > 0.1"), "total": ALL}, "count each event once"),
    "a minute's": ({"bad": f"{FAILED} * 60", "total": f"{ALL} * 60"}, "counts exactly once"),
    "nothing without failures": (
        {"good": f"clamp_min({ALL} - {FAILED}, 0)", "total": ALL},
        "counts exactly once",
    ),
    "late": ({"bad": FAILED.replace("]", "] offset 1m"), "total": ALL}, "an earlier time"),
    "looked at again": (
        {
            "bad": FAILED.replace("rate", "avg_over_time(rate").replace("])", "])[{{ window }}:1m])"),
            "total": ALL,
        },
        "several moments",
    ),
    "a gauge": ({"bad": f"{FAILED} * count(pods)", "total": ALL}, "not a sum of rates"),
    "at some hours": ({"bad": f"{FAILED} and on () hour() > 7", "total": ALL}, "`hour` is not computed"),
}


def samples(config, group=None):
    sli, problems = KINDS["events"](config, Origin(DOCUMENT), Settings())
    assert sli is not None, problems
    return sli.samples(group or {})


@pytest.mark.parametrize("shape", PROVEN)
def test_both_kinds_of_events_are_found(shape):
    found = samples(PROVEN[shape])
    assert found.good
    assert found.bad


def test_an_event_may_increment_several_series():
    found = samples(PROVEN["apdex"])
    assert found.good == ('h_bucket{le="0.3"}', 'h_bucket{le="1.2"}', "h_count")
    assert found.bad == ("h_count",)


@pytest.mark.parametrize("shape", ["two differences", "a sum taken away", "filled"])
def test_what_slogen_fills_is_no_slip(shape):
    _, problems = KINDS["events"](PROVEN[shape], Origin(DOCUMENT), Settings())
    assert problems == []


@pytest.mark.parametrize("shape", REFUSED)
def test_what_does_not_count_each_event_is_not_guessed(shape):
    config, words = REFUSED[shape]
    with pytest.raises(UnsatisfiableError, match=words):
        samples(config)


def test_a_group_that_is_renamed_away_is_not_believed():
    renamed = 'sum by (team) (label_replace(rate({}[{{{{ window }}}}]), "team", "web", "", ""))'
    config = {
        "bad": renamed.format('r_total{code="500"}'),
        "total": renamed.format("r_total"),
        "by": ["team"],
    }
    with pytest.raises(UnsatisfiableError, match="counts exactly once"):
        samples(config, {"team": "a"})
    assert samples(config, {"team": "web"}).bad


def test_a_long_sum_is_given_up_before_all_threes_of_its_series_were_computed(monkeypatch):
    tried = []

    def grows(*given):
        tried.append(given)
        return 0.1

    monkeypatch.setattr("slogen.sli.joins.grows", grows)
    terms = [rate(f'r_total{{code="5{number:02}"}}') for number in range(20)]
    with pytest.raises(UnsatisfiableError, match="no series was found"):
        samples({"bad": " + ".join(f"0.1 * {each}" for each in terms), "total": f"{ALL} * 2"})
    assert len(tried) <= 2 * 1500 * (len(terms) + 1)
