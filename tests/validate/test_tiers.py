"""Tiers that users write: the nearest right value is a right one."""

import re

import pytest

GOOD = [
    {"name": "a", "severity": "page", "budget": "2%", "long": "1h", "short": "5m"},
    {"name": "b", "severity": "ticket", "budget": "10%", "long": "3d", "short": "6h"},
]


def codes(compiled, *tiers, **slo):
    result = compiled({"alerting": {"tiers": list(tiers)}, **slo})
    return [(p.code, p.hint) for p in result.problems if p.is_error]


def test_good_ones(compiled):
    assert codes(compiled, *GOOD) == []
    assert codes(compiled, GOOD[0] | {"short": "1h"}, GOOD[1]) == []


@pytest.mark.parametrize(
    ("tier", "slo"),
    [
        (GOOD[0], {"objective": 90}),
        (GOOD[0], {"objective": 90, "window": "60d"}),
        (GOOD[0] | {"long": "18h"}, {}),
        (GOOD[0] | {"budget": "5%", "long": "10m"}, {"objective": 99}),
    ],
)
def test_the_named_window_mends_it(compiled, tier, slo):
    last = GOOD[1] | {"budget": "20%", "long": "10d" if "window" in slo else "5d"}
    [(_, hint), *_] = codes(compiled, tier, last, **slo)
    found = re.search(r"make `long` (\w+)", hint)
    assert found
    assert codes(compiled, tier | {"long": found[1]}, last, **slo) == []


@pytest.mark.parametrize("window", ["1d", "7d", "28d", "90d"])
def test_the_default_policy_written_out_is_good(compiled, window):
    tiers = compiled({"window": window}).project.services[0].slos[0].alerting.tiers
    lines = [
        {
            "name": t.name,
            "severity": t.severity,
            "budget": str(float(t.share * 100)),
            "long": f"{t.long}s",
            "short": f"{t.short}s",
        }
        for t in tiers
    ]
    assert codes(compiled, *lines, window=window) == []


def test_each_tier_is_told_of_once(compiled):
    bad = GOOD[0] | {"long": "1h1m", "short": "1m"}
    assert [code for code, _ in codes(compiled, bad, GOOD[1])] == ["tier-window", "tier-window"]


FACTORS = [
    {"name": "a", "severity": "page", "factor": 14.4, "long": "1h", "short": "5m"},
    {"name": "b", "severity": "ticket", "factor": 1, "long": "3d", "short": "6h"},
]


def test_a_factor_is_the_share_that_it_spends(compiled):
    def tiers(*lines):
        return compiled({"alerting": {"tiers": list(lines)}}).project.services[0].slos[0].alerting.tiers

    assert tiers(*FACTORS) == tiers(*GOOD)


@pytest.mark.parametrize(
    ("objective", "factor", "tier"),
    [(93, 20, FACTORS[0]), (55, 1, FACTORS[0]), (93, 20, FACTORS[1]), (99.9, 0.3, FACTORS[1])],
)
def test_the_named_factor_mends_it(compiled, objective, factor, tier):
    """Be it that the bound has more digits than are told: 0.9 / 0.07 is 12.857142..."""
    lines = [tier | {"factor": factor}]
    found = codes(compiled, *lines, objective=objective)
    named = re.search(r"factor is ([0-9.]+)$", found[0][1])
    assert named
    assert {
        code for code, _ in codes(compiled, lines[0] | {"factor": float(named[1])}, objective=objective)
    } <= {"tier-gap"}


def test_what_rounds_to_one_is_one(compiled):
    """A share has as many digits as somebody wrote: 3.3333% in a day is a factor of 0.99999."""
    lines = [GOOD[0], GOOD[1] | {"budget": "3.3333%", "long": "1d", "short": "2h"}]
    assert codes(compiled, *lines) == []
    tiers = compiled({"alerting": {"tiers": lines}}).project.services[0].slos[0].alerting.tiers
    assert tiers[1].factor == 1
    assert codes(compiled, lines[0], lines[1] | {"budget": "3.3%"})[0][0] == "tier-too-eager"


def late(compiled, *tiers, objective=99.99, **alerting):
    result = compiled({"objective": objective, "alerting": {"tiers": list(tiers), **alerting}})
    assert result.ok
    return [(p.severity.value, p.hint) for p in result.problems if p.code == "tier-late"]


def test_a_page_in_time_is_no_late_one(compiled):
    """Four nines of 30d are 259 s, of which the fast page takes 5 s; an outage is told by the first page."""
    assert late(compiled, FACTORS[0] | {"for": "5m"}, FACTORS[1]) == [("warning", "make `for` 4m at most")]
    assert late(compiled, FACTORS[0] | {"for": "4m"}, FACTORS[1]) == []
    slow = {"name": "slow", "severity": "page", "factor": 6, "long": "6h", "short": "30m", "for": "30m"}
    assert late(compiled, FACTORS[0] | {"for": "4m"}, slow, FACTORS[1]) == []
    assert late(compiled, *FACTORS, page={"for": "5m"}, objective=99.9) == []
    assert late(compiled, *FACTORS, page={"for": "5m", "enabled": False}) == []
    assert late(compiled, FACTORS[1] | {"for": "6h"}) == []


SCORE = {"good": 'avg(score{job="s"}) >= 0.85'}


@pytest.mark.parametrize(
    ("slo", "length", "found"),
    [
        ({"alerting": {"min_bad_events": 50}}, "1h", ["`min_bad_events: 11` works, or a slice of 10m works"]),
        ({"alerting": {"min_bad_events": 11}}, "1h", []),
        ({"alerting": {"min_bad_events": 50}}, "10m", []),
        ({"alerting": {"min_bad_events": 12}}, "1h", ["`min_bad_events: 11` works, or a slice of 30m works"]),
    ],
)
def test_a_window_holds_the_bad_slices_of_an_alert(compiled, slo, length, found):
    """Half a day holds eleven and a half of an hour, and a bit more, so that it can tell."""
    sli = {"timeslices": SCORE | {"slice": length}}
    result = compiled({"objective": 75, "window": "12h", "sli": sli, **slo})
    assert [(p.code, p.hint) for p in result.problems if p.is_error] == [
        ("tier-unreachable", hint) for hint in found
    ]


def test_a_tier_of_ones_own_holds_the_bad_slices(compiled):
    def told(*tiers, length):
        sli = {"timeslices": SCORE | {"slice": length}}
        return codes(compiled, *tiers, objective=90, window="7d", sli=sli)

    fast = {"name": "a", "severity": "page", "factor": 5, "long": "15m", "short": "5m"}
    slow = {"name": "b", "severity": "ticket", "budget": "10%", "long": "12h", "short": "2h"}
    assert told(fast, slow, length="1h") == [("tier-unreachable", "make `long` 1h, or a slice of 15m works")]
    assert told(fast | {"long": "1h"}, slow, length="1h") == []
    assert told(fast, slow, length="15m") == []
    spends = {"name": "a", "severity": "page", "budget": "2%", "long": "30m", "short": "5m"}
    assert told(spends, slow, length="1h") == [
        ("tier-unreachable", "make `long` 1h, or a slice of 30m works")
    ]
