"""Composites of events and of each other kind are green in their own proof: what a part fills in is theirs.
All kinds with `make grid`, those that fill in time without data in the gate."""

import json
import os

import pytest

from slogen.pipeline import compile_project

from .judge import unproven
from .space import KINDS

OWN = ("filled", "freshness")
VERSIONS = ("2.42", "2.53", "3.5")
MODES = (("w", {}, None), ("u", {}, 9), ("x", {"mode": "worst"}, None))


@pytest.mark.oracle
@pytest.mark.parametrize("kind", KINDS if os.environ.get("SLOGEN_GRID") == "each" else OWN)
def test_composites_are_proven(kind, oracles):
    head = {"apiVersion": "slogen/v1"}
    parts = [("e", KINDS["bad"](500)), ("p", KINDS[kind](1))]
    slos = [{"name": name, "objective": 99, "sli": sli} for name, sli in parts]
    for name, mode, weight in MODES:
        weighed = {} if weight is None else {"weight": weight}
        of = [{"slo": "made/e"}, {"slo": "made/p", **weighed}]
        slos.append({"name": name, "objective": 98, "sli": {"composite": {"of": of, **mode}}})
    spec = {**head, "kind": "ServiceLevelObjectives", "service": "made", "slos": slos}
    settings = {**head, "kind": "Settings", "targets": ["prometheus", "tests"]}
    spec["slos"] = [{"window": "7d", **slo} for slo in slos]
    result = compile_project({"specs/made.yaml": json.dumps(spec)}, json.dumps(settings))
    assert result.ok, [problem.message for problem in result.problems]
    version = VERSIONS[list(KINDS).index(kind) % 3]
    assert unproven(result, [oracles(f"prometheus-{version}", "promtool")]) == []
