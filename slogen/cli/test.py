"""`slogen test`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from slogen.cli.options import format_option, paths_argument, settings_option

if TYPE_CHECKING:
    from slogen.diagnostics import Problem
    from slogen.oracles import DeployedFile, Options, Progress, Proof, Work
    from slogen.pipeline import Result
    from slogen.project.job import Job
    from slogen.project.select import Selection

_FOLDER = click.Path(file_okay=False, path_type=Path)
_NEEDED = ("prometheus", "tests")


@click.command("test")
@paths_argument
@click.option("-o", "--output", type=_FOLDER, metavar="DIR", help="Folder of the output, for generated/.")
@click.option("--tests-dir", type=_FOLDER, metavar="DIR", help="Folder of the tests; beside DIR by default.")
@click.option(
    "--promtool",
    "promtools",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Use this promtool; may be repeated, for several versions.",
)
@click.option(
    "--amtool",
    "amtools",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Use this amtool; may be repeated, for several versions.",
)
@click.option(
    "--oracles",
    type=_FOLDER,
    metavar="DIR",
    envvar="SLOGEN_ORACLES",
    help="Use every promtool and amtool fetched there, as DIR/prometheus-3.5/promtool.",
)
@click.option(
    "--alertmanager-config",
    "deployed",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Ask this configuration, too, where each alert goes: an alertmanager.yml, Helm values or a Secret.",
)
@format_option("text", "json", "junit")
@settings_option
@click.option("--strict", is_flag=True, help="Fail, too, when something could not be run.")
@click.option("--all", "rerun", is_flag=True, help="Run also what passed before and hasn't changed.")
@click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", help="Run so many at once; one a core.")
@click.option("-v", "--verbose", is_flag=True, help="Show every statement, not only those in doubt.")
def command(
    paths: tuple[Path, ...],
    output: Path | None,
    tests_dir: Path | None,
    promtools: tuple[Path, ...],
    amtools: tuple[Path, ...],
    oracles: Path | None,
    deployed: Path | None,
    format_: str,
    settings: Path | None,
    strict: bool,
    rerun: bool,
    jobs: int | None,
    verbose: bool,
) -> int:
    """Prove with promtool and amtool that the generated files do what the specs ask for.

    Runs over the files on disk, which must be current. The programs are the ones on PATH, or those that
    are named: each by its path, or the folder of all (--oracles, or SLOGEN_ORACLES). What passed before and
    hasn't changed isn't run again. With --alertmanager-config (or `alertmanager.merge_into` in the settings)
    it asks the configuration that you run where the alerts go, and whether its inhibition holds back what
    it shouldn't.

    \b
    Examples: slogen test
              slogen test specs/chat-api.yaml -v
              slogen test --strict --format junit > proof.xml
              slogen test --alertmanager-config monitoring/values.yaml
              slogen test --promtool ./promtool-2.42 --promtool ./promtool-3.5
              slogen test --oracles .oracles
    """
    from dataclasses import replace

    from slogen.cli.boundary import ExitCode, exit_code
    from slogen.cli.console import wants_colour
    from slogen.oracles import Options
    from slogen.project.job import make_job
    from slogen.project.select import select
    from slogen.report.proof import render

    began = time.perf_counter()
    _tell_of_temporary_files()
    selection = select(paths, settings)
    job = make_job(selection, output, tests_dir)
    options = Options(promtools, amtools, oracles, rerun=rerun, jobs=jobs or 0)
    proof = _prove(selection, job, options, deployed, bar=format_ == "text")
    proof = replace(proof, seconds=time.perf_counter() - began)
    click.echo(render(proof, format_, colour=wants_colour(sys.stdout), verbose=verbose))
    is_proven = proof.ok and (proof.is_complete or not strict)
    return exit_code(proof.problems) or (ExitCode.DONE if is_proven else ExitCode.FINDINGS)


def _tell_of_temporary_files() -> None:
    """promtool needs a folder for them; where TMPDIR names none, another is used."""
    import os
    from tempfile import gettempdir

    from slogen.report.visible import visible

    wanted, used = os.environ.get("TMPDIR"), gettempdir()
    if wanted and os.path.realpath(wanted) != os.path.realpath(used):
        said = f"TMPDIR is {visible(wanted)}, where nothing can be written: {used} is used"
        click.echo(f"slogen: {said}", err=True)


def _prove(selection: Selection, job: Job, options: Options, deployed: Path | None, *, bar: bool) -> Proof:
    """The proof, or only the problems where there is nothing to prove."""
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from slogen.oracles import Proof, prove
    from slogen.pipeline import compile_project
    from slogen.project.deployed import UnusableError, merged_file

    if any(problem.is_error for problem in job.problems):
        return Proof(problems=tuple(problem for problem in job.problems if problem.is_error))
    result = compile_project(selection.sources, selection.settings, only=selection.only, targets=())
    if missing := [name for name in _NEEDED if name not in result.project.settings.targets]:
        return Proof(problems=(_no_proof(missing),))
    deployed = deployed or merged_file(selection.base, result.project.settings)
    with _progress(bar) as progress, TemporaryDirectory() as folder:
        try:
            work = _work(selection, job, result)
            if deployed is not None:
                work = replace(work, deployed=_deployed(deployed, Path(folder), result))
        except UnusableError as error:
            return Proof(problems=(error.problem,))
        return prove(work, options, progress)


def _deployed(path: Path, folder: Path, result: Result) -> DeployedFile:
    """What is asked of a configuration that somebody runs. Raises UnusableError."""
    from slogen.project.deployed import deployed_file, read_deployed

    rules = [each.rules for each in result.compiled]
    routing = next((each.routing for each in result.compiled if each.routing), None)
    return deployed_file(read_deployed(path), folder / "alertmanager.yml", result.project, routing, rules)


def _no_proof(missing: list[str]) -> Problem:
    from slogen.diagnostics import Problem, Span
    from slogen.settings import FILE_NAME

    names = " and ".join(f"`{name}`" for name in missing)
    message = f"the settings' targets leave out {names}: there is nothing that promtool could run"
    return Problem("no-proof", message, Span(FILE_NAME), f"add {names} to `targets`")


def _work(selection: Selection, job: Job, result: Result) -> Work:
    from slogen.oracles import Work

    assert job.plan is not None
    return Work(
        compiled=result.compiled,
        plan=job.plan,
        output=job.output,
        tests=job.tests,
        base=selection.base,
        slo_count=sum(len(service.slos) for service in result.services),
        not_proven=_not_proven(job.problems),
        is_whole=selection.only is None,
        alertmanager=result.project.settings.alertmanager_version,
    )


def _not_proven(problems: Iterable[Problem]) -> dict[str, Problem]:
    """The SLOs without sample series."""
    return {problem.slo: problem for problem in problems if problem.code == "no-sample-series"}


@contextmanager
def _progress(bar: bool) -> Iterator[Progress]:
    """A progress bar on a terminal, nothing anywhere else."""
    if not bar or not sys.stderr.isatty():
        yield lambda _: lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as shown:

        def begin(total: int) -> Callable[[], None]:
            task = shown.add_task("proof", total=total)
            return lambda: shown.advance(task)

        yield begin
