"""The proof of what an SLI selects is red for rules that select something else, and for no others."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from slogen.pipeline import compile_project
from slogen.promql.parse import parse_selector
from slogen.promql.variants import alternatives, variants

Sli = dict[str, object]

HEAD = {"apiVersion": "slogen/v1"}
SETTINGS = json.dumps({**HEAD, "kind": "Settings", "targets": ["prometheus", "tests"]})


def rate(selector: str, more: str = "") -> str:
    return f"sum(rate({selector}[{{{{ window }}}}]){more})"


def events(total: str = rate("r_total"), **side: str) -> Sli:
    return {"events": {**side, "total": total}}


def by_zone(**sides: str) -> Sli:
    return {"events": {**sides, "by": ["zone"]}}


def queue(matchers: str) -> Sli:
    return {"timeslices": {"good": f"max(queue_depth{{{matchers}}}) < 100"}}


def share(queue: str) -> Sli:
    used, there = (f"sum by (queue) ({name}{{queue{queue}}})" for name in ("used_slots", "all_slots"))
    return {"timeslices": {"good": f"max({used} / {there}) < 0.9"}}


FAILED, LIMITED = rate('r_total{code="500"}'), rate('r_total{code="429"}')
JOINED, ANY_JOINED = (f" * on (pod) group_left () pods{app}" for app in ('{app="a"}', ""))
UNLESS, SOME = " unless on (pod) deleted", ' unless on (pod) deleted{why="test"}'
FAST, SLOW, COUNT = rate('h_bucket{le="0.3"}'), rate('h_bucket{le="1.2"}'), rate("h_count")
# What a team wrote, and what a compiler with a fault could make of it.
WRONG: dict[str, tuple[Sli, Sli]] = {
    "a term": (events(bad=f"{FAILED} + {rate('lost_total')}"), events(bad=FAILED)),
    "a term of the same counter": (events(bad=f"{FAILED} + {LIMITED}"), events(bad=FAILED)),
    "what is taken away": (events(good=f"{rate('r_total')} - {FAILED} - {LIMITED}"),
                           events(good=f"{rate('r_total')} - {FAILED}")),
    "a weight": (events(bad=f"{FAILED} + 0.5 * {LIMITED}"), events(bad=f"{FAILED} + {LIMITED}")),
    "weights of apdex": (events(COUNT, good=f"({FAST} + {SLOW}) / 2"),
                         events(COUNT, good=f"0.9 * {FAST} + 0.1 * {SLOW}")),
    "an alternative": (events(bad='r_total{code=~"5..|404"}'), events(bad='r_total{code=~"5.."}')),
    "any case": (events(bad='r_total{code=~"(?i)error|late"}'), events(bad='r_total{code=~"error|late"}')),
    "a matcher": (events("r_total", bad='r_total{code="500",job="a"}'),
                  events("r_total", bad='r_total{code="500"}')),
    "what a total leaves out": (events('r_total{path!="/healthz"}', bad='r_total{code="500"}'),
                                events("r_total", bad='r_total{code="500"}')),
    "a join": (events(rate("r_total", JOINED), bad=rate('r_total{code="500"}', JOINED)),
               events(rate("r_total"), bad=rate('r_total{code="500"}'))),
    "a join's matcher": (events(rate("r_total", JOINED), bad=rate('r_total{code="500"}', JOINED)),
                         events(rate("r_total", ANY_JOINED), bad=rate('r_total{code="500"}', ANY_JOINED))),
    "an exclusion's matcher": (events(rate("r_total", SOME), bad=rate('r_total{code="500"}', SOME)),
                               events(rate("r_total", UNLESS), bad=rate('r_total{code="500"}', UNLESS))),
    "an exclusion": (events(rate("r_total", UNLESS), bad=rate('r_total{code="500"}', UNLESS)),
                     events(rate("r_total"), bad=rate('r_total{code="500"}'))),
    "a histogram's matcher": ({"latency": {"histogram": 'h_seconds{route="a"}', "threshold": "300ms"}},
                              {"latency": {"histogram": "h_seconds", "threshold": "300ms"}}),
    "a group's matcher": (by_zone(bad='r_total{zone=~"a|b",code="500"}', total='r_total{zone=~"a|b"}'),
                          by_zone(bad='r_total{code="500"}', total="r_total")),
    "a condition's matcher": (queue('queue="a"'), queue("")),
    "a condition's alternative": (queue('queue=~"a|b"'), queue('queue="a"')),
    "a condition's alternative on both sides": (share('=~"a|b"'), share('="a"')),
    "a condition's exception": (queue('queue!="dead"'), queue("")),
}  # fmt: skip


def compiled(sli: Sli) -> dict[str, str]:
    slo = {"name": "it", "objective": 99, "sli": sli}
    spec = {**HEAD, "kind": "ServiceLevelObjectives", "service": "shop", "slos": [slo]}
    result = compile_project({"specs/shop.yaml": json.dumps(spec)}, SETTINGS)
    assert [p.message for p in result.problems if p.is_error or p.code == "no-sample-series"] == []
    return {f"{artifact.target}/{artifact.path}": artifact.text for artifact in result.artifacts}


def is_red(rules: dict[str, str], tests: dict[str, str], promtool: Path, base: Path) -> bool:
    """Whether the tests of what is selected, and no others, find a fault in these rules."""
    stories = ("shop/selected.test.yaml", "shop/alternatives.test.yaml")
    proofs = [text for name, text in tests.items() if name.endswith(stories)]
    [made] = [text for name, text in rules.items() if name.endswith("shop.rules.yaml")]
    (base / "shop.rules.yaml").write_text(made)
    for number, proof in enumerate(proofs):
        (base / f"{number}.yaml").write_text(proof.replace("../../generated/prometheus/", ""))
    files = [f"{number}.yaml" for number in range(len(proofs))]
    return subprocess.run([promtool, "test", "rules", *files], cwd=base, capture_output=True).returncode != 0


@pytest.mark.oracle
@pytest.mark.parametrize("name", WRONG)
def test_rules_that_select_something_else_are_red(name, oracles, tmp_path):
    promtool = oracles("prometheus-3.5", "promtool")
    right, wrong = (compiled(sli) for sli in WRONG[name])
    assert not is_red(right, right, promtool, tmp_path)
    assert is_red(wrong, right, promtool, tmp_path)


def test_each_alternative_and_each_opposite_is_a_variant() -> None:
    selector = parse_selector('r_total{code=~"5..|404",path!="/healthz",job="a"}')
    assert [str(variant) for variant in variants(selector)] == [
        'r_total{code="500",path!="/healthz",job="a"}',
        'r_total{code="404",path!="/healthz",job="a"}',
        'r_total{code="other",path!="/healthz",job="a"}',
        'r_total{code=~"5..|404",path="/healthz",job="a"}',
        'r_total{code=~"5..|404",path!="/healthz",job="other"}',
    ]


def test_boundaries_are_left_out_by_the_bucket_of_all_events() -> None:
    variant = [str(each) for each in variants(parse_selector('h_bucket{le=~"1|1.0"}'))]
    assert variant == ['h_bucket{le="+Inf"}']


def test_alternatives_are_the_outermost_ones() -> None:
    assert alternatives("(?:a|b)") == ["a", "b"]
    assert alternatives("a(b|c)") == ["a(b|c)"]
    assert alternatives("GET|PU[T|S]|(?i)head") == ["GET", "PU[T|S]", "(?i)head"]
    assert alternatives(r"a\|b") == [r"a\|b"]
