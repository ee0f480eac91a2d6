"""Compile a few cells of the grid as one service, prove it, and say what is red."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from slogen.oracles import Options, Verdict, Work, prove
from slogen.pipeline import Result, compile_project
from slogen.write import OutFile, apply, plan

from .space import Cell, project_of


def compile_cells(cells: Sequence[Cell]) -> Result:
    """The cells as one service of one project."""
    spec, settings, policies = project_of(tuple(cells))
    sources = {"specs/grid.yaml": json.dumps(spec)}
    sources |= {f"specs/{policy['name']}.yaml": json.dumps(policy) for policy in policies}
    return compile_project(sources, json.dumps(settings))


def red(cells: Sequence[Cell], promtools: Sequence[Path], jobs: int = 1) -> list[str]:
    """What is not proven of these cells, in words; those that slogen refuses are left out."""
    result = compile_cells(cells)
    if not result.ok:
        return _without_refused(cells, result, promtools, jobs)
    return unproven(result, promtools, jobs)


def _without_refused(cells, result, promtools, jobs) -> list[str]:
    kept = [cell for cell in cells if compile_cells([cell]).ok]
    if len(kept) == len(cells):
        return [problem.message for problem in result.problems if problem.is_error]
    return red(kept, promtools, jobs) if kept else []


def unproven(result: Result, promtools: Sequence[Path], jobs: int = 1) -> list[str]:
    """What is not proven of a project that compiled, in words."""
    with TemporaryDirectory(prefix="slogen-grid-") as name:
        base = Path(name)
        output, tests = base / "generated", base / "promtool-tests"
        roots = {"prometheus": output, "tests": tests}
        files = [OutFile(roots[a.target], a.path, a.owner, a.target, a.text) for a in result.artifacts]
        assert apply(plan(files, roots.values())) == []
        skipped = {p.slo: p for p in result.problems if p.code == "no-sample-series"}
        count = sum(len(service.slos) for service in result.services)
        work = Work(result.compiled, plan(files, roots.values()), output, tests, base, count, skipped)
        proof = prove(work, Options(tuple(promtools), jobs=jobs))
    found = [f"{p.code}: {p.message}" for p in proof.problems]
    for statement in proof.statements:
        if statement.verdict is not Verdict.YES:
            why = "; ".join(f"{','.join(r.promtools)}: {r.text}" for r in statement.reasons)
            found.append(f"{statement.slo_id}: {statement.words} ({statement.block}) {why}")
    return found
