"""No rule puts together what was scraped and what the same pass has recorded: they are of two moments where
the recorded side comes late (a group that is cut, a ruler that shows its results a pass later)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from slogen.emitted.rules import Recording, RuleFile
from slogen.pipeline import compile_rules_of, compile_understood
from slogen.promql.parse import parse
from slogen.promql.tree import Binary, Expr, Number, VectorSelector, bare_tree, walk
from slogen.promql.vectors import ARITHMETIC
from slogen.understand import understand

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = (ROOT, ROOT / "tools" / "mutants" / "project")
FLAGS = {"slogen_excluded"}  # whether, not how much: late, an exclusion begins and ends a pass later


def rules_of(project: Path, settings: str = "") -> list[RuleFile]:
    specs = sorted((project / "specs").rglob("*.yaml"))
    sources = {str(path.relative_to(project)): path.read_text() for path in specs}
    own = (project / "slogen.yaml").read_text()
    return list(compile_rules_of(understand(sources, own + settings)))


def names(tree: Expr) -> set[str]:
    return {node.name for node in walk(tree) if isinstance(node, VectorSelector) and node.name}


def is_zero(found: Binary) -> bool:
    """`0 * x` fills gaps: it says which groups there are, not how much."""
    return found.op == "*" and bare_tree(found.left) == Number(0)


def torn(expr: str, recorded: set[str]) -> Iterator[str]:
    """Arithmetic of which one side is raw and the other recorded."""
    for node in walk(parse(expr)):
        if isinstance(node, Binary) and node.op in ARITHMETIC and not is_zero(node):
            left, right = names(node.left), names(node.right)
            for one, other in ((left, right), (right, left)):
                if one & recorded and other - recorded - FLAGS:
                    yield str(node)


@pytest.mark.parametrize("project", PROJECTS, ids=["shipped", "mutants"])
def test_no_rule_is_torn(project):
    files = rules_of(project)
    recorded = {
        r.record for f in files for g in f.groups for r in g.rules if isinstance(r, Recording)
    } - FLAGS
    found = [bad for f in files for g in f.groups for r in g.rules for bad in torn(r.expr, recorded)]
    assert files
    assert not found


def test_the_law_sees_what_it_forbids():
    recorded = {"slo:sli_total:rate5m"}
    assert list(torn("slo:sli_total:rate5m - sum(rate(good_total[5m]))", recorded))
    assert not list(torn("sum(rate(bad_total[5m])) or 0 * slo:sli_total:rate5m", recorded))


SPEC = """apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: split
slos:
""" + "".join(
    f"""  - name: l{n}
    objective: 99.9
    sli: {{latency: {{histogram: 'h_seconds{{job="live"}}', threshold: 500ms}}}}
"""
    for n in range(12)
)


@pytest.mark.parametrize("most", [5, 7, 20, 33])
def test_a_cut_never_goes_through_what_is_put_together(most):
    settings = f"apiVersion: slogen/v1\nkind: Settings\nprometheus: {{max_rules_per_group: {most}}}\n"
    result = compile_understood(understand({"specs/s.yaml": SPEC}, settings), targets=["prometheus"])
    rules = result.compiled[0].rules
    home = {
        (rule.record, rule.labels.get("slo_id", "")): group.name
        for group in rules.groups
        for rule in group.rules
        if isinstance(rule, Recording)
    }
    assert all(len(group.rules) <= most for group in rules.groups)
    for n in range(12):
        slo = f"split/l{n}"
        assert len({home[f"slo:sli_{kind}:rate5m", slo] for kind in ("total", "good", "bad")}) == 1
    windows = {record.rsplit("rate", 1)[1] for record, _ in home if record.startswith("slo:sli_bad:rate")}
    for window in windows - {"5m"}:
        pair = {home[f"slo:sli_{kind}:rate{window}", ""] for kind in ("total", "bad")}
        ratio = home.get((f"slo:sli_error:ratio_rate{window}", ""))
        assert len(pair | ({ratio} if ratio else set())) == 1
