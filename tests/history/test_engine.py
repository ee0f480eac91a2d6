"""Whole stories: what fires level by level fires in promtool, evaluation by evaluation."""

from __future__ import annotations

import os
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from slogen.history.blocks import Blocks
from slogen.history.engine import simulate
from slogen.history.story import story_of
from slogen.history.synthetic import start_of, write
from slogen.promql.selector import Matcher, Selector
from slogen.units import DAY, MINUTE

STEP = MINUTE
SETTINGS = {"prometheus": {"evaluation_interval": "60s", "scrape_interval": "60s"}}
BAD, TOTAL = 'errors_total{job="shop"}', 'requests_total{job="shop"}'
GAUGE = 'queue_age_seconds{job="shop"} < 30'
KINDS: dict[str, dict[str, Any]] = {
    "by": {"sli": {"events": {"bad": BAD, "total": TOTAL, "by": ["route"]}}},
}
MORE: dict[str, dict[str, Any]] = {
    "timeslices": {"sli": {"timeslices": {"good": GAUGE, "slice": "1m"}}},
    "events": {"objective": 99.9},
    "missing": {"sli": {"timeslices": {"good": GAUGE, "slice": "1m", "missing": "bad"}}},
    "good": {"sli": {"events": {"good": 'ok_total{job="shop"}', "total": TOTAL}}},
    "latency": {"sli": {"latency": {"histogram": 'http_seconds{job="shop"}', "threshold": "500ms"}}},
    "levels": {
        "sli": {"timeslices": {"good": GAUGE, "slice": "1m"}},
        "levels": {"warning": 40, "critical": 60},
    },
}
STORY = """
apiVersion: slogen/v1
kind: Story
name: mixed
before: 2h
lasts: 7h
traffic: 40/s
errors: 0.01%
phases:
  - {at: 30m, for: 9m, errors: 60%}
  - {at: 2h, for: 40m, errors: 2%}
  - {at: 4h, for: 25m, gone: true}
  - {at: 5h30m, for: 20m, traffic: 0/s}
"""


class Gathered(Blocks):
    """Series in the form of promtool, a value a minute."""

    def __init__(self, start, end):
        super().__init__(Path(), Path(), Path())
        self.start, self.end, self.series = start, end, []

    def add(self, name, labels, points):
        values = dict(points)
        text, there = [], False
        for at in range(self.start, self.end + 1, STEP):
            text.append(f"{values[at]!r}" if at in values else "stale" if there else "_")
            there = at in values
        matchers = tuple(Matcher(key, "=", labels[key]) for key in sorted(labels))
        self.series.append({"series": str(Selector(name, matchers)), "values": " ".join(text)})
        return len(values)


def firings(result):
    """Each alert's times by its labels, from the rules alone."""
    found = defaultdict(list)
    for played in result.slos:
        for firing in played.firings:
            found[firing.alert, tuple(sorted(firing.labels.items()))].append((firing.start, firing.end))
    return found


def before(labels):
    """An evaluation before: promtool evaluates tickets as often as pages, Prometheus less often."""
    return STEP if dict(labels)["severity"] == "page" else 2 * STEP


def asked(found, start, end):
    """What promtool must see around each beginning and end."""
    for (name, labels), spells in found.items():
        matchers = ",".join(f'{key}="{value}"' for key, value in labels)
        firing = f'count(ALERTS{{alertname="{name}",alertstate="firing",{matchers}}}) or vector(0)'
        for first, last in spells:
            for at in (first - before(labels), first, (last or end) - before(labels), last):
                if at is not None and start <= at <= end:
                    yield firing, at, int(fires(spells, at))


def fires(spells, at):
    return any(first <= at and (last is None or at < last) for first, last in spells)


def at_rest(found, start, end):
    """Moments at which nothing changes, and how many alerts fire."""
    changes = [at for spells in found.values() for spell in spells for at in spell if at is not None]
    for at in range(start, end + 1, 10 * STEP):
        if all(abs(at - change) > 2 * STEP for change in changes):
            yield (
                'count(ALERTS{alertstate="firing"}) or vector(0)',
                at,
                sum(fires(s, at) for s in found.values()),
            )


@pytest.mark.parametrize("kind", [*KINDS, *(MORE if os.environ.get("SLOGEN_GRID") == "each" else ())])
def test_alerts_are_those_of_promtool(kind, compiled, newest, tmp_path):
    result = compiled({"window": "1d", **(KINDS | MORE)[kind]}, settings=SETTINGS)
    assert result.ok, result.problems
    path = tmp_path / "story.yaml"
    path.write_text(STORY)
    story, problems = story_of(str(path))
    assert story is not None
    assert problems == []
    slo = result.services[0].slos[0]
    history = simulate(result.project, slo, story, newest)

    start, end = start_of(story), start_of(story) + story.lasts
    origin = start - story.before - DAY
    gathered = Gathered(origin, end)
    write(slo, story, result.project.settings, gathered)
    (tmp_path / "rules.yaml").write_text(result.files["prometheus/shop.rules.yaml"])
    found = firings(history)
    checks = [*asked(found, start, end), *at_rest(found, start, end)]
    tests = [
        {"expr": expr, "eval_time": f"{at - origin}s", "exp_samples": [{"labels": "{}", "value": value}]}
        for expr, at, value in checks
    ]
    block = {"interval": "60s", "input_series": gathered.series, "promql_expr_test": tests}
    groups = ["slogen:shop:page", "slogen:shop:budget"]
    document = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": "60s",
        "group_eval_order": groups,
        "tests": [block],
    }
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(document, width=10**9))
    command = [newest.promtool.absolute(), "test", "rules", "test.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[:3000]
    assert sum(map(len, found.values())) >= 4
