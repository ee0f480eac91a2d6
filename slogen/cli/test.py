"""`slogen test`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir

import click

from slogen.cli.boundary import ExitCode, exit_code
from slogen.cli.console import wants_colour
from slogen.cli.options import F, format_option, paths_argument, settings_option
from slogen.oracles import Options, Progress
from slogen.project.proving import prove_project
from slogen.project.workspace import open_workspace
from slogen.report.proof import render
from slogen.report.visible import visible

_FOLDER = click.Path(file_okay=False, path_type=Path)


def _program(name: str, what: str = "") -> Callable[[F], F]:
    """An option that names a program, or several of them."""
    return click.option(
        f"--{name}",
        f"{name.replace('-', '_')}s",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="PATH",
        help=f"Use this {name}{what}; may be repeated, for several versions.",
    )


@click.command("test")
@paths_argument
@click.option("-o", "--output", type=_FOLDER, metavar="DIR", help="Folder of the output, for generated/.")
@click.option("--tests-dir", type=_FOLDER, metavar="DIR", help="Folder of the tests; beside DIR by default.")
@_program("promtool")
@_program("amtool")
@_program("vmalert-tool", " for the rules of the target victoriametrics")
@click.option(
    "--oracles",
    type=_FOLDER,
    metavar="DIR",
    envvar="SLOGEN_ORACLES",
    help="Use every promtool, amtool and vmalert-tool fetched there, as DIR/prometheus-3.5/promtool.",
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
    vmalert_tools: tuple[Path, ...],
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

    began = time.perf_counter()
    _tell_of_temporary_files()
    options = Options(promtools, amtools, vmalert_tools, oracles, rerun=rerun, jobs=jobs or 0)
    with _progress(format_ == "text") as progress:
        proof = prove_project(
            open_workspace(paths, settings),
            options,
            progress,
            output=output,
            tests=tests_dir,
            deployed=deployed,
        )
    proof = replace(proof, seconds=time.perf_counter() - began)
    click.echo(render(proof, format_, colour=wants_colour(sys.stdout), verbose=verbose))
    is_proven = proof.ok and (proof.is_complete or not strict)
    return exit_code(proof.problems) or (ExitCode.DONE if is_proven else ExitCode.FINDINGS)


def _tell_of_temporary_files() -> None:
    """promtool needs a folder for them; where TMPDIR names none, another is used."""

    wanted, used = os.environ.get("TMPDIR"), gettempdir()
    if wanted and os.path.realpath(wanted) != os.path.realpath(used):
        said = f"TMPDIR is {visible(wanted)}, where nothing can be written: {used} is used"
        click.echo(f"slogen: {said}", err=True)


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
