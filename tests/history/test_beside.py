"""Rules of other tools in a story: they fire as in promtool, and what they can't do is told."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import yaml

from slogen.history.beside import Beside, beside
from slogen.history.comparing import Comparison, compare
from slogen.history.foreign import Old
from slogen.history.programs import Programs
from slogen.history.story import Phase, Story
from slogen.history.synthetic import start_of, write
from slogen.moving.belonging import belonging
from slogen.moving.old_budget import budget_left
from slogen.moving.old_rules import read_rules
from slogen.understand import understand
from slogen.units import DAY, HOUR, MINUTE
from tests.history.test_engine import Gathered
from tests.moving.conftest import move
from tests.moving.old_rules import pyrra, sloth, text

SETTINGS = (
    "apiVersion: slogen/v1\nkind: Settings\n"
    "prometheus: {evaluation_interval: 60s, scrape_interval: 60s, retention: 90d}\n"
)
SLOTH_SLO = """
version: prometheus/v1
service: shop
slos:
- name: up
  objective: 99
  sli:
    events:
      error_query: sum(rate(orders_total{job="shop",code=~"5.."}[{{.window}}]))
      total_query: sum(rate(orders_total{job="shop"}[{{.window}}]))
"""
PYRRA_SLO = """
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: up, labels: {pyrra.dev/service: shop}}
spec:
  target: "99"
  window: 1d
  indicator:
    ratio:
      errors: {metric: 'orders_total{job="shop",code=~"5.."}'}
      total: {metric: 'orders_total{job="shop"}'}
"""
BAD, TOTAL = (f'sum(rate(orders_total{{job="shop"{more}}}[%s]))' for more in (',code=~"5.."', ""))
SLOTH = sloth("shop", "up", BAD, TOTAL, alert="Burns", budget=0.01, days=2)
PYRRA = pyrra("up", "orders", 'code=~"5.."', "shop", target="0.99", window="1d")
OUTAGE = Story("short", "", (Phase(HOUR, HOUR + 40 * MINUTE, 1.0),), 4 * HOUR, DAY, 0, 20.0, 20.0, 0.001)
NOBODY: Any = Programs(None, None, "")  # type: ignore[arg-type]


def played(document: str, rules: dict[str, Any], programs: Programs, story: Story) -> Beside:
    found = move(document, period=2 * DAY)
    project = understand({f"{spec.service}.yaml": spec.text for spec in found.specs}, SETTINGS)
    old, problems = read_rules({"old.yaml": text(rules).encode()})
    assert problems == []
    own = belonging(old, found.slos).of["shop/up"]
    of_it = Old(own, tuple(old), budget_left(found.slos[0], own))
    return beside(project, project.services[0].slos[0], story, of_it, programs)


def checks(found: Beside, origin: int) -> Iterator[dict[str, Any]]:
    """What promtool must see around each beginning and end."""
    for firing in found.old.firings:
        said = {**firing.labels, "alertname": firing.alert, "alertstate": "firing"}
        alert = ",".join(f'{name}="{value}"' for name, value in said.items())
        edges = [(firing.start - MINUTE, 0), (firing.start, 1)]
        edges += [(firing.end - MINUTE, 1), (firing.end, 0)] if firing.end else []
        for at, count in edges:
            yield {
                "expr": f"count(ALERTS{{{alert}}}) or vector(0)",
                "eval_time": f"{at - origin}s",
                "exp_samples": [{"labels": "{}", "value": count}],
            }


@pytest.mark.in_turn("other")
@pytest.mark.parametrize("other", [(SLOTH_SLO, SLOTH), (PYRRA_SLO, PYRRA)], ids=["sloth", "pyrra"])
def test_old_alerts_are_those_of_promtool(other, newest, tmp_path):
    document, rules = other
    found = played(document, rules, newest, OUTAGE)
    assert found.failed == {}
    assert {firing.severity for firing in found.old.firings} == {"page", "ticket"}
    assert found.old.spans("page")
    assert found.new.spans("page")

    start, end = start_of(OUTAGE), start_of(OUTAGE) + OUTAGE.lasts
    origin = start - OUTAGE.before - DAY
    gathered = Gathered(origin, end)
    project = understand({s.service: s.text for s in move(document, period=2 * DAY).specs}, SETTINGS)
    write(project.services[0].slos[0], OUTAGE, project.settings, gathered)
    groups = rules.get("spec", rules)["groups"]
    (tmp_path / "rules.yaml").write_text(text({"groups": groups}))
    block = {"interval": "60s", "input_series": gathered.series, "promql_expr_test": [*checks(found, origin)]}
    order = [group["name"] for group in groups]
    tests = {"rule_files": ["rules.yaml"], "evaluation_interval": "60s", "group_eval_order": order}
    tests["tests"] = [block]
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(tests))
    command = [str(newest.promtool), "test", "rules", str(tmp_path / "test.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_what_prometheus_refuses_is_told_and_the_rest_is_played(newest):
    """A recording that finds two series on one side gives nothing, as it would there."""
    many = {"record": "many", "expr": "orders_total * on (job) orders_total", "labels": {"slo": "up"}}
    itself = {"record": "itself", "expr": "itself + vector(1)", "labels": {"slo": "up"}}
    reads = {
        "alert": "Reads",
        "expr": "many > 0 or itself > 0 or vector(1)",
        "labels": {"slo": "up", "severity": "page"},
    }
    rules = {"groups": [{"name": "g", "rules": [many, itself, reads]}]}
    story = replace(OUTAGE, phases=(Phase(0, MINUTE, 1.0),), lasts=10 * MINUTE, before=0)
    found = played(SLOTH_SLO, rules, newest, story)
    assert [firing.alert for firing in found.old.firings] == ["Reads"]
    assert "reads itself" in found.failed[1]
    assert "many-to-many" in found.failed[0]


def compared(document: str, rules: str, stories: tuple[Story, ...] = ()) -> Comparison:
    found = move(document, period=2 * DAY)
    project = understand({f"{spec.service}.yaml": spec.text for spec in found.specs}, SETTINGS)
    return compare(found, project, {"old.yaml": rules.encode()}, stories, NOBODY, lambda _: None)


def places(found: Comparison) -> list[tuple[str, str, int]]:
    return [(p.code, p.span.path, p.span.line) for p in found.problems if p.span]


def test_what_belongs_to_nobody_is_named():
    alone = "groups:\n- rules:\n  - {alert: Other, expr: up == 0}\n"
    found = compared(SLOTH_SLO, alone)
    assert found.slos == ()
    assert places(found) == [("compare-unmatched", "old.yaml", 3), ("compare-no-rules", "foreign.yaml", 5)]
    found = compared(SLOTH_SLO, text(SLOTH))
    assert [each.alerts for each in found.slos] == [("Burns",)]
    assert found.problems == ()


def test_an_slo_without_series_is_named():
    twice = SLOTH_SLO.replace('code=~"5.."', 'code=~"5..",code="200"')
    found = compared(twice, text(SLOTH), (OUTAGE,))
    assert places(found) == [("compare-no-series", "foreign.yaml", 5)]
    assert found.slos == ()
