"""What slogen accepts is green in its own proof: kinds, objectives, windows, policies, intervals.

`make test` proves a sample, another one each few cells; `make grid` (SLOGEN_GRID=each) all of it. promtool is
asked in turns: each version sees a part of the sample, and all of the whole grid.
"""

from __future__ import annotations

import os
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from slogen.sli import KINDS as ALL_KINDS

from .judge import compile_cells, red
from .space import (
    INTERVALS,
    KINDS,
    MADE_OF,
    OBJECTIVES,
    POLICIES,
    WINDOWS,
    Cell,
    on_the_threshold,
    together,
    whole,
)

VERSIONS = ("2.42", "2.53", "3.5")
EACH = os.environ.get("SLOGEN_GRID") == "each"
A_SERVICE = 6  # SLOs: a story of more takes longer, one of fewer is written more often
EVERY = 900  # cells of the whole grid, where only a sample is proven
EXAMPLES = 200 if EACH else 2

CELLS = tuple(whole()) if EACH else (*on_the_threshold(), *tuple(whole())[::EVERY])
GROUPS = together(CELLS, A_SERVICE)
TURNS = [(group, VERSIONS) for group in GROUPS] if EACH else list(zip(GROUPS, cycle((v,) for v in VERSIONS)))


@pytest.mark.oracle
@pytest.mark.parametrize(("cells", "versions"), TURNS, ids=lambda value: str(value[0]))
def test_what_compiles_is_proven(cells, versions, oracles):
    assert red(cells, promtools(oracles, versions)) == []


@pytest.mark.oracle
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],
    derandomize=not EACH,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    kind=st.sampled_from((*KINDS, *MADE_OF)),
    objective=st.decimals("50", "99.999", places=3).map(str) | st.sampled_from(OBJECTIVES),
    window=st.integers(1, 90).map(lambda days: f"{days}d") | st.sampled_from(WINDOWS),
    policy=st.sampled_from(POLICIES),
    intervals=st.sampled_from(INTERVALS),
    version=st.sampled_from(VERSIONS),
)
def test_whatever_compiles_is_proven(oracles, kind, objective, window, policy, intervals, version):
    cell = Cell(kind, objective, window, policy, intervals)
    assert red([cell], promtools(oracles, (version,))) == [], f"{cell} with {version}"


def test_the_grid_is_whole():
    """Nothing that it promises is missing, and hardly anything of it is refused."""
    cells = list(whole())
    assert {cell.kind for cell in cells} >= {*KINDS, *MADE_OF, "vllm/ttft"}
    made = {name for make in KINDS.values() for name in make(1)} | {"composite", "preset"}
    assert made >= ALL_KINDS.keys(), "a kind that the grid doesn't prove"
    assert {(cell.objective, cell.window) for cell in cells} >= {(o, w) for o in OBJECTIVES for w in WINDOWS}
    sample = [Cell(kind, "99.5", "28d") for kind in (*KINDS, *MADE_OF)]
    assert [str(cell) for cell in sample if not compile_cells([cell]).ok] == []


def promtools(oracles, versions) -> list[Path]:
    """The programs of these versions."""
    return [oracles(f"prometheus-{version}", "promtool") for version in versions]
