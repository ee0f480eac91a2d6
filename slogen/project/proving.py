"""The proof of a project: what is asked of promtool and amtool, and of a configuration that somebody runs."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from slogen.diagnostics import Problem, has_errors
from slogen.fanout import cores
from slogen.model.rulers import VICTORIAMETRICS
from slogen.oracles import DeployedFile, Options, Progress, Proof, Work, prove
from slogen.pipeline import Kept, Result, compile_understood
from slogen.project.deployed import UnusableError, deployed_file, read_deployed
from slogen.project.job import TESTS_TARGET, Job, make_job
from slogen.project.places import merged_file
from slogen.project.workspace import Workspace
from slogen.render.vmalert import render
from slogen.settings import Settings
from slogen.write import OutFile, apply, plan
from slogen.write.cache import cache_folder

_TESTS: Final = "tests"  # in the cache: where people can look at them, and git doesn't
_VMALERT: Final = "vmalert"
_KEEPS: Final[tuple[Kept, ...]] = ("rules", "tests")


def prove_project(
    workspace: Workspace,
    options: Options,
    progress: Progress,
    *,
    output: Path | None = None,
    tests: Path | None = None,
    deployed: Path | None = None,
) -> Proof:
    """Prove what is generated in the folders of output and tests, and ask `deployed`, a configuration. Tests
    that aren't part of the output are made.

    Only the problems, where there is nothing to prove."""
    job = make_job(workspace, output, tests, keeps=_KEEPS)
    if has_errors(job.problems) or job.result is None:
        return Proof(problems=tuple(problem for problem in job.problems if problem.is_error))
    settings, base = workspace.project.settings, workspace.selection.base
    deployed = deployed or merged_file(base, settings)
    with TemporaryDirectory() as folder:
        try:
            work = _work(workspace, job, job.result)
            if TESTS_TARGET not in settings.targets:
                work = _with_tests(work, workspace, cache_folder(base, _TESTS) or Path(folder))
            if VICTORIAMETRICS.target in settings.targets:
                work = replace(work, vmalert_tests=_for_vmalert(work, settings, Path(folder)))
            if deployed is not None:
                work = replace(work, deployed=_deployed(deployed, Path(folder), job.result))
        except UnusableError as error:
            return Proof(problems=(error.problem,))
        return prove(work, options, progress)


def _with_tests(work: Work, workspace: Workspace, folder: Path) -> Work:
    """The same with tests, which the project doesn't keep, and the rules that they load. Raises
    UnusableError where they can't be written."""
    alone = replace(workspace.project.settings, targets=(TESTS_TARGET,))
    project, only = replace(workspace.project, settings=alone), workspace.selection.only
    result = compile_understood(project, only=only, keeps=_KEEPS, jobs=cores())
    files = [OutFile(folder, each.path, each.owner, TESTS_TARGET, each.content) for each in result.artifacts]
    owners = None if only is None else {file.owner for file in files}
    for problem in apply(plan(files, [folder], owners=owners)):
        raise UnusableError(problem)
    not_proven = _not_proven(result.problems)
    return replace(work, compiled=result.compiled, made=folder, not_proven=not_proven)


def _for_vmalert(work: Work, settings: Settings, folder: Path) -> Path:
    """A folder with the same tests for vmalert-tool. Raises UnusableError where they can't be written."""
    root = folder / _VMALERT
    files = [
        OutFile(root, posixpath.join(each.folder, test.path), test.owner, test.target, test.text)
        for each in work.compiled
        for test in render(each, settings)
    ]
    for problem in apply(plan(files, [root])):
        raise UnusableError(problem)
    return root


def _deployed(path: Path, folder: Path, result: Result) -> DeployedFile:
    """What is asked of a configuration that somebody runs. Raises UnusableError."""
    rules = [each.rules for each in result.compiled]
    routing = next((each.routing for each in result.compiled if each.routing), None)
    return deployed_file(read_deployed(path), folder / "alertmanager.yml", result.project, routing, rules)


def _work(workspace: Workspace, job: Job, result: Result) -> Work:
    assert job.plan is not None
    return Work(
        compiled=result.compiled,
        plan=job.plan,
        output=job.output,
        tests=job.tests,
        base=workspace.selection.base,
        slo_count=sum(len(service.slos) for service in result.services),
        not_proven=_not_proven(job.problems),
        is_whole=workspace.selection.only is None,
        prometheus=result.project.settings.prometheus.min_version,
        alertmanager=result.project.settings.alertmanager.min_version,
        has_plain_rules=result.project.settings.has_plain_rules,
    )


def _not_proven(problems: Iterable[Problem]) -> dict[str, Problem]:
    """The SLOs without sample series."""
    return {problem.slo: problem for problem in problems if problem.code == "no-sample-series"}
