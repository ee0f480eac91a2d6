"""What `generate` and `check` share: compile a selection and compare the outcome with the disk."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from slogen.cli.project import Selection
from slogen.diagnostics import Problem, Severity, has_errors
from slogen.load.settings import Settings
from slogen.pipeline import Result, compile_project, read_settings
from slogen.write import OutFile, Plan, plan

TESTS_TARGET = "tests"


@dataclass(frozen=True, slots=True)
class Job:
    """A compiled selection. `plan` is None when the specs have errors; `problems` leaves out what
    is only good to know: `validate` tells it."""

    result: Result
    problems: tuple[Problem, ...]
    output: Path
    tests: Path
    plan: Plan | None = None

    @property
    def files(self) -> tuple[OutFile, ...]:
        """The files that the specs ask for."""
        return self.plan.request.files if self.plan else ()


def make_job(
    selection: Selection,
    output: Path | None = None,
    tests: Path | None = None,
    targets: Collection[str] = (),
) -> Job:
    """Compile, and plan what to write. Reads the output folders and writes nothing."""
    settings, _ = read_settings(selection.settings)
    roots = _folders(selection, settings, output, tests)
    result = compile_project(
        selection.sources,
        selection.settings,
        only=selection.only,
        targets=targets or None,
        places=None if output is tests is None else (os.path.abspath(roots[0]), os.path.abspath(roots[1])),
    )
    found = [problem for problem in result.problems if problem.severity is not Severity.INFO]
    problems = (*selection.problems, *selection.as_written(found))
    if has_errors(problems):
        return Job(result, problems, *roots)
    made = plan(
        [
            OutFile(roots[item.target == TESTS_TARGET], item.path, item.owner, item.target, item.text)
            for item in result.artifacts
        ],
        roots,
        owners=_owners(selection, result, pruned=output is not None or selection.is_main),
        targets=targets or None,
    )
    return Job(result, (*problems, *made.problems), *roots, made)


def _folders(
    selection: Selection, settings: Settings, output: Path | None, tests: Path | None
) -> tuple[Path, Path]:
    """Where output and tests go. `-o` moves both: the tests stay beside the output."""
    beside = selection.base if output is None else output.parent
    return output or selection.base / settings.output_dir, tests or beside / settings.tests_dir


def _owners(selection: Selection, result: Result, *, pruned: bool) -> set[str] | None:
    """Whose files may be pruned: everybody's after a full run, else those of the chosen specs.

    A full run over some other folder, examples say, must not prune the output of specs/.
    """
    if selection.only is None and pruned:
        return None
    return set(result.owners)
