"""Values for the proof are found by the user's words, and prove the rules of every kind with promtool."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from slogen.load import read
from slogen.model.origin import Origin
from slogen.model.sli import UnsatisfiableError
from slogen.model.states import Reading
from slogen.settings import Settings
from slogen.sli import KINDS

SLIS: dict[str, dict[str, Any]] = {
    "score": {"timeslices": {"good": 'avg(eval_score{job="a",suite="s"}) >= 0.85', "missing": "good"}},
    "grouped": {"timeslices": {"good": "min by (m) (s{job='a'}) > 3", "missing": "bad", "by": ["m"]}},
    "cost": {"timeslices": {"good": "sum(rate(usd_total[5m])) / sum(rate(queries_total[5m])) <= 0.05"}},
    "joined": {"timeslices": {"good": "depth{job='q'} < 100 and sum(rate(done_total{job='q'}[5m])) > 1"}},
    "quantile": {"timeslices": {"good": "histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m]))) <= 2"}},
    "fresh": {"freshness": {"timestamp": 'max(built_seconds{job="i"})', "max_age": "2h"}},
    "fresh-ms": {"freshness": {"timestamp": "built_ms", "max_age": "1h", "unit": "milliseconds"}},
    "probe": {"probe": {"metric": 'probe_success{job="p"}', "by": ["region"]}},
    "up": {"probe": {"metric": 'up{job="web"}'}},
    "error": {"ratio": {"error": 'errors:ratio5m{job="r"}'}},
    "success": {"ratio": {"good": "sum by (m) (rate(ok[5m])) / sum by (m) (rate(all[5m]))", "by": ["m"]}},
}  # fmt: skip
[DOCUMENT], _ = read("spec.yaml", b"{}")
NOWHERE = Origin(DOCUMENT)


def states_of(name):
    ((kind, config),) = SLIS[name].items()
    sli, problems = KINDS[kind](config, NOWHERE, Settings())
    assert problems == []
    return sli.samples(sli.groups()[0])


@pytest.mark.parametrize(
    ("name", "series", "good", "bad"),
    [
        # On the threshold itself, so that `>` for `>=` would be noticed.
        ("score", 'eval_score{job="a",suite="s"}', Reading(0.85), Reading(0.765)),
        ("fresh", 'built_seconds{job="i"}', Reading(-6840.5, 60), Reading(-7560.5, 60)),
        ("fresh-ms", "built_ms", Reading(-3_420_500, 60_000), Reading(-3_780_000.5, 60)),
        ("probe", 'probe_success{job="p",region="a"}', Reading(1), Reading(0)),
        ("error", 'errors:ratio5m{job="r"}', Reading(0), Reading(1)),
        ("cost", "usd_total", Reading(None, 3.3), Reading(None, 3.3)),
        ("cost", "queries_total", Reading(None, 6000), Reading(None, 3.3)),
    ],
)
def test_values(name, series, good, bad):
    states = states_of(name)
    assert (states.good[series], states.bad[series]) == (good, bad)


def test_all_observations_are_in_one_bucket():
    states = states_of("quantile")
    assert list(states.good) == [f'x_bucket{{le="{bound}"}}' for bound in ("0.475", "1", "1.9", "4", "+Inf")]
    growing = {name for name, reading in states.bad.items() if reading.growth}
    assert growing == {'x_bucket{le="4"}', 'x_bucket{le="+Inf"}'}


def test_a_time_to_come_is_good_from_the_first_minute_on():
    """Milliseconds read as seconds are far ahead, too, but not before the first minute is over."""
    sli, _ = KINDS["timeslices"]({"good": "min(expiry_seconds) - time() > 3000"}, NOWHERE, Settings())
    (good,) = sli.samples({}).good.values()
    assert (good.value, good.growth) == (6000, 60)


@pytest.mark.parametrize(
    ("good", "words"),
    [
        ("sum(a) * 0 > 1", "no values were found that make it good"),
        ("max(a) >= 0 or max(a) < 1", "no values were found that make it bad"),
        ("max(stdvar_over_time(a[5m])) > 1", "`stdvar_over_time` is not computed"),
        ('sum(label_join(a, "x", "-", "y")) > 1', "`label_join` is not computed"),
        ('max(a{x=~".+",x=""}) > 1', "no series was found"),
    ],
)
def test_what_is_not_found_is_said(good, words):
    sli, _ = KINDS["timeslices"]({"good": good}, NOWHERE, Settings())
    with pytest.raises(UnsatisfiableError, match=words) as error:
        sli.samples({})
    assert error.value.field == "good"


@pytest.mark.parametrize(
    ("error", "groups"),
    [
        ("sum by (zone) (errors) - sum by (zone) (closed) > 0 or 0 * sum by (zone) (errors)", 2),
        ("sum by (zone) (errors) - scalar(closed) > 0 or 0 * sum by (zone) (errors)", 1),
        ("avg by (zone) (failing * on (pod) group_left (zone) pods)", 1),
    ],
)
def test_groups_that_see_each_other_are_no_two_stories(error, groups):
    """`scalar` of two series is none at all: what is right for one group would be red beside another."""
    sli, _ = KINDS["ratio"]({"error": error, "by": ["zone"]}, NOWHERE, Settings())
    assert len(sli.groups()) == groups


@pytest.mark.oracle
@pytest.mark.in_turn("version")
@pytest.mark.parametrize("version", ["bookworm-prometheus", "newest-prometheus"])
def test_every_kind_is_proven(compiled, oracles, tmp_path: Path, version):
    slos = [{"name": name, "objective": 99, "sli": sli} for name, sli in SLIS.items()]
    result = compiled(*slos, settings={"targets": ["prometheus", "tests"]})
    assert [problem for problem in result.problems if problem.code == "no-sample-series"] == []
    for path, text in result.files.items():
        file = tmp_path / (path if path.startswith("promtool-tests/") else f"generated/{path}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    tests = sorted((tmp_path / "promtool-tests/shop").iterdir())
    assert {"outage", "quiet", "recovery", "thresholds"} <= {re.split("[-.]", file.name)[0] for file in tests}
    done = subprocess.run(
        [oracles(version, "promtool"), "test", "rules", *tests], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
