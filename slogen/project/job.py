"""What `generate` and `check` share: compile a selection and compare the outcome with the disk."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from slogen.diagnostics import Problem, Span, has_errors
from slogen.fanout import cores
from slogen.pipeline import Kept, Made, Result, compile_understood
from slogen.project.places import merged_file, of_options
from slogen.project.reuse import Reuse
from slogen.project.select import Selection
from slogen.project.tree import with_tree
from slogen.project.workspace import Workspace, serious
from slogen.render import TARGETS
from slogen.render.artifact import Artifact
from slogen.settings import FILE_NAME, Settings
from slogen.validate.rulers import unnamed
from slogen.validate.settings import read_settings
from slogen.version import VERSION
from slogen.write import OutFile, Plan, plan

TESTS_TARGET = "tests"


@dataclass(frozen=True, slots=True)
class Job:
    """A compiled selection. `plan` is None when the specs have errors; `problems` leaves out what
    is only good to know: `validate` tells it. `merged` is about the configuration that the settings
    name: slogen changes it and doesn't own it. `result` is what was compiled, where it was compiled now."""

    problems: tuple[Problem, ...]
    output: Path
    tests: Path
    plan: Plan | None = None
    merged: Plan | None = None
    result: Result | None = None

    @property
    def files(self) -> tuple[OutFile, ...]:
        """The files that the specs ask for."""
        return self.plan.request.files if self.plan else ()

    @property
    def plans(self) -> tuple[Plan, ...]:
        """All that is to be written."""
        return tuple(each for each in (self.plan, self.merged) if each is not None)


def make_job(
    workspace: Workspace,
    output: Path | None = None,
    tests: Path | None = None,
    targets: Collection[str] = (),
    *,
    cached: bool = False,
    keeps: Collection[Kept] = (),
) -> Job:
    """Compile, and plan what to write. Reads the output folders and writes nothing but the cache.

    With `cached`, what an earlier run made of the same input is taken from the disk. What was compiled
    and `keeps` names is kept in the result.
    """
    selection = workspace.selection
    settings, _ = read_settings(selection.settings)
    roots = _folders(selection, settings, output, tests)
    if wrong := [*_unfit(selection, roots, output, tests), *_unnamed(targets, settings)]:
        return Job((*selection.problems, *wrong), *roots)
    places = os.path.abspath(roots[0]), os.path.abspath(roots[1])
    common = (selection.settings, targets, places, shared_texts(selection.sources))
    reuse = Reuse.load(selection.base, roots, common) if cached else None
    earlier = reuse.whole_run(selection.sources, selection.only) if reuse else None
    own = None if output is tests is None else places
    base = _base(selection, settings, targets) if output is None else None
    kept = (*keeps, "rules") if base else keeps  # what the team's own inhibition would hold back
    made: Made | Result = earlier or _compiled(workspace, targets, own, reuse, kept)
    artifacts, problems = made.artifacts, workspace.told(serious(made.problems))
    result = made if isinstance(made, Result) else None
    if has_errors(problems):
        return Job(tuple(problems), *roots, result=result)
    owners = _owners(selection, artifacts, pruned=output is not None or selection.is_main)
    covered = targets or TARGETS  # what `slogen docs` wrote there is its own
    artifacts = with_tree(artifacts, roots[0], selection.home, owners=owners, targets=covered)
    planned = plan(
        [_file(a, roots) for a in artifacts],
        roots,
        owners=owners,
        targets=covered,
        version=VERSION,
        home=selection.home,
    )
    merged, wrong = _merged(workspace, base, result) if base else (None, [])
    return Job((*problems, *planned.problems, *wrong), *roots, planned, merged, result)


def _compiled(
    workspace: Workspace,
    targets: Collection[str],
    places: tuple[str, str] | None,
    reuse: Reuse | None,
    keeps: Collection[Kept],
) -> Result:
    """What was compiled; kept for the next run if nothing is wrong."""
    selection, project = workspace.selection, workspace.project
    if places is not None:
        project = project.placed(*places)
    result = compile_understood(
        project,
        only=selection.only,
        targets=targets or None,
        reuse=(lambda owner, paths: reuse.of_owner(owner, _texts(selection, paths))) if reuse else None,
        keeps=keeps,
        jobs=cores(),
    )
    if reuse and result.ok and not selection.problems:
        specs = {s.name: _texts(selection, s.sources) for s in result.services}
        reuse.save(selection.sources, selection.only, specs, result)
    return result


def _unnamed(targets: Collection[str], settings: Settings) -> Iterator[Problem]:
    """Engines that are asked for and that the settings don't name: what they can't hold is not checked."""
    for target in unnamed(targets, settings):
        message = f"the target `{target}` is not among those of the settings"
        hint = f"name `{target}` in `targets` of slogen.yaml: then what its engine can't hold is told"
        yield Problem("ruler-unnamed", message, Span(FILE_NAME), hint)


def _base(selection: Selection, settings: Settings, targets: Collection[str]) -> Path | None:
    """The configuration that is merged into, where the settings name one and the targets are about it."""
    return None if targets and "alertmanager" not in targets else merged_file(selection.base, settings)


def _merged(workspace: Workspace, base: Path, result: Result | None) -> tuple[Plan | None, list[Problem]]:
    """What is to change in the configuration that is merged into. While any source is wrong nobody knows all
    of it, so it stays as it is."""
    from slogen.project.merging import merged_files

    if has_errors(workspace.project.elsewhere):
        return None, []
    files, problems = merged_files(base, base, workspace.project, result.made if result else None)
    found = workspace.selection.as_written(problems)
    if has_errors(found):
        return None, found
    return plan(files, [base.parent], owners=(), targets=()), found


def _file(artifact: Artifact, roots: tuple[Path, Path]) -> OutFile:
    a = artifact
    return OutFile(roots[a.target == TESTS_TARGET], a.path, a.owner, a.target, a.content, a.is_there)


def _texts(selection: Selection, paths: Iterable[str]) -> list[bytes]:
    return [selection.sources[path] for path in paths]


def shared_texts(sources: Mapping[str, bytes]) -> list[bytes]:
    """Texts that may say what concerns the specs of other files: policies, and who is told when."""
    texts = (text for _, text in sorted(sources.items()))
    return [text for text in texts if b"AlertPolicy" in text or b"Notifications" in text]


def _folders(
    selection: Selection, settings: Settings, output: Path | None, tests: Path | None
) -> tuple[Path, Path]:
    """Where output and tests go. `-o` moves both: the tests stay beside the output."""
    beside = selection.base if output is None else output.parent
    return output or selection.base / settings.output.dir, tests or beside / settings.output.tests


def _unfit(
    selection: Selection, roots: tuple[Path, Path], output: Path | None, tests: Path | None
) -> list[Problem]:
    """Problems of the folders, where any is named on the command line."""
    if output is tests is None:
        return []
    names = ("--output" if output else "output.dir", "--tests-dir" if tests else "output.tests")
    return of_options(dict(zip(names, roots, strict=True)), selection.base, selection.root)


def _owners(selection: Selection, artifacts: Iterable[Artifact], *, pruned: bool) -> set[str] | None:
    """Whose files may be pruned: everybody's after a full run, else those of the chosen specs.

    A full run over some other folder, examples say, must not prune the output of specs/.
    """
    if selection.only is None and pruned:
        return None
    return {artifact.owner for artifact in artifacts}
