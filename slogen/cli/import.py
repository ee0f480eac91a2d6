"""`slogen import`."""  # noqa: N999  # a command is a module of its name

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from slogen.cli.boundary import exit_code
from slogen.cli.compare_options import CompareOptions, compare_options
from slogen.cli.options import format_option, settings_option
from slogen.diagnostics import CallError, Problem, Severity, has_errors
from slogen.load.files import find
from slogen.moving.dialect import Options
from slogen.moving.importing import DIALECTS, move_all
from slogen.moving.judge import Judge
from slogen.moving.names import slug
from slogen.moving.outcome import Import
from slogen.moving.sloth_windows import read_windows
from slogen.project.importing import Destination, destination
from slogen.reading import read_regular
from slogen.report.moving import FORMS, render
from slogen.units import format_duration, parse_duration
from slogen.write import OutFile, apply, plan

_AUTO: Final = "auto"
_EMPTY: Final = "no-specs"


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="FILE|DIR...", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "dialect",
    type=click.Choice((_AUTO, *DIALECTS)),
    default=_AUTO,
    help="Whose documents these are; each is looked at by default.",
)
@click.option("--service", metavar="NAME", default="", help="The service of all SLOs that are imported.")
@click.option(
    "--period", metavar="TIME", help="The window of SLOs whose documents don't say it; 30d by default."
)
@click.option(
    "--windows",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Sloth's AlertWindows: the alerts of its SLOs, and their window.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("specs"),
    metavar="DIR",
    help="The folder of the specs; specs by default.",
)
@click.option("--force", is_flag=True, help="Replace specs that are there.")
@click.option(
    "--keep-names",
    "names",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Also write rules that record everything under its old name; boards and routes live on.",
)
@compare_options
@format_option(*FORMS)
@settings_option
def command(
    paths: tuple[Path, ...],
    dialect: str,
    service: str,
    period: str | None,
    windows: Path | None,
    output: Path,
    force: bool,
    names: Path | None,
    wanted: CompareOptions,
    format_: str,
    settings: Path | None,
) -> int:
    """Write specs from the SLOs of other tools, and say what became of each.

    What has no place in slogen is named at its line, what a person must decide stands as a comment in the
    spec, and an SLO that can't be moved is refused with what to do. All that is written validates.

    \b
    Examples: slogen import ../sloth/*.yml --period 28d
              slogen import pyrra/ --service checkout --from pyrra
              slogen import sloth.yml --compare sloth-rules.yml
              slogen import sloth.yml --keep-names bridge

    \b
    Exit codes: 0 all SLOs are there, 1 one was refused or nothing could be written
    """
    there = destination(output, settings)
    options, wrong = _options(there, service, period, windows)
    options = replace(options, keeps_names=names is not None)
    texts, problems = find(paths)
    found = (
        move_all(texts, options, "" if dialect == _AUTO else dialect) if not has_errors(wrong) else Import()
    )
    found = found.told([*map(_hinted, problems), *wrong])
    compared = wanted.compared(found, there)
    about_rules = compared.problems if compared else ()
    kept, lacking = there.old_names(found, names) if names else ([], [])
    obstacles = [*there.obstacles(found, force=force), *([] if force else there.in_the_way(kept))]
    can_write = not obstacles and not has_errors(about_rules)
    trouble = _written(there, found, kept) if can_write else obstacles
    found = found.told([*about_rules, *lacking, *trouble])
    written = [file.root / file.path for file in [*there.files(found), *kept]] if can_write else []
    click.echo(render(found, there.folder, format_, written, compared))
    return exit_code(found.all_problems)


def _hinted(problem: Problem) -> Problem:
    """A folder without files is no folder of specs here."""
    return (
        replace(problem, hint="files that end in .yaml or .yml are read")
        if problem.code == _EMPTY
        else problem
    )


def _options(
    there: Destination, service: str, period: str | None, windows: Path | None
) -> tuple[Options, list[Problem]]:
    """What the call says, and what is wrong with the file of windows."""
    if service and slug(service) != service:
        raise CallError(f"`{service}` can't be a service; such as `{slug(service) or 'checkout'}`")
    try:
        seconds = parse_duration(period) if period else None
    except ValueError as error:
        raise CallError(f"--period: {error}") from None
    options = Options(Judge(there.settings), service, seconds)
    if windows is None:
        return options, []
    found, problems = read_windows(windows.as_posix(), read_regular(windows))
    if (
        found is None
    ):  # with a warning alone where the file is empty: the alerts that were asked for are missing
        return options, [replace(problem, severity=Severity.ERROR) for problem in problems]
    if seconds not in (None, found.period):
        raise CallError(f"--period is {period}, and --windows is for {format_duration(found.period)}")
    return replace(options, period=found.period, alerts=found.wanted), problems


def _written(there: Destination, found: Import, kept: Sequence[OutFile]) -> list[Problem]:
    """Write the specs and what is kept of old names; gives what went wrong."""
    files = [*there.files(found), *kept]
    made = plan(files, [*dict.fromkeys(file.root for file in files)], owners=(), targets=())
    return [problem for problem in apply(made) if has_errors([problem])]
