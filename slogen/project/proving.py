"""The proof of a project: what is asked of promtool and amtool, and of a configuration that somebody runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from slogen.diagnostics import Problem, Span, has_errors
from slogen.oracles import DeployedFile, Options, Progress, Proof, Work, prove
from slogen.pipeline import Result
from slogen.project.deployed import UnusableError, deployed_file, read_deployed
from slogen.project.job import TESTS_TARGET, Job, make_job
from slogen.project.places import merged_file
from slogen.project.workspace import Workspace
from slogen.settings import FILE_NAME

_NO_PROOF: Final = Problem(
    "no-proof",
    f"the settings' targets leave out `{TESTS_TARGET}`: there is nothing that promtool could run",
    Span(FILE_NAME),
    f"add `{TESTS_TARGET}` to `targets`",
)


def prove_project(
    workspace: Workspace,
    options: Options,
    progress: Progress,
    *,
    output: Path | None = None,
    tests: Path | None = None,
    deployed: Path | None = None,
) -> Proof:
    """Prove what is generated in the folders of output and tests, and ask `deployed`, a configuration.

    Only the problems, where there is nothing to prove."""
    job = make_job(workspace, output, tests, keeps=("rules", "tests"))
    if has_errors(job.problems) or job.result is None:
        return Proof(problems=tuple(problem for problem in job.problems if problem.is_error))
    settings = workspace.project.settings
    if TESTS_TARGET not in settings.targets:
        return Proof(problems=(_NO_PROOF,))
    deployed = deployed or merged_file(workspace.selection.base, settings)
    with TemporaryDirectory() as folder:
        try:
            work = _work(workspace, job, job.result)
            if deployed is not None:
                work = replace(work, deployed=_deployed(deployed, Path(folder), job.result))
        except UnusableError as error:
            return Proof(problems=(error.problem,))
        return prove(work, options, progress)


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
        alertmanager=result.project.settings.alertmanager.min_version,
        has_plain_rules=result.project.settings.has_plain_rules,
    )


def _not_proven(problems: Iterable[Problem]) -> dict[str, Problem]:
    """The SLOs without sample series."""
    return {problem.slo: problem for problem in problems if problem.code == "no-sample-series"}
