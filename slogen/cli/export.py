"""`slogen export`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from slogen.cli.boundary import exit_code
from slogen.cli.console import show
from slogen.cli.options import paths_argument, settings_option
from slogen.cli.streams import say
from slogen.cli.written import report
from slogen.diagnostics import has_errors
from slogen.moving.exporting import export_service
from slogen.project.places import of_options
from slogen.project.workspace import open_workspace
from slogen.render.artifact import header
from slogen.write import OutFile, apply, plan

_TARGET: Final = "openslo"


@click.group("export")
def command() -> None:
    """Write the SLOs as documents of another format.

    \b
    Example: slogen export openslo
    """


@command.command("openslo")
@paths_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("openslo"),
    show_default=True,
    metavar="DIR",
    help="Folder of the documents.",
)
@settings_option
def openslo(paths: tuple[Path, ...], output: Path, settings: Path | None) -> int:
    """Write the SLOs as documents of OpenSLO v1, a file for each service.

    What OpenSLO has no place for stands in annotations that begin with `slogen.`, and is named; `slogen
    import` reads them back. Files of services that are gone are removed; a run over some PATHs keeps those of
    the others.

    \b
    Examples: slogen export openslo
              slogen export openslo specs/shop.yaml -o public/slos

    \b
    Exit codes: 0 all SLOs are there, 1 OpenSLO can't say one of them
    """
    workspace = open_workspace(paths, settings)
    selection = workspace.selection
    problems = [*of_options({"--output": output}, selection.base, selection.root), *workspace.problems]
    if code := exit_code(problems):
        show(problems, err=True)
        return code
    found = [export_service(service, selection.settings) for service in workspace.services]
    files = [
        OutFile(output, f"{each.service}.yaml", each.service, _TARGET, header(each.source) + each.text)
        for each in found
        if each.text
    ]
    pruned = None if selection.only is None else [each.service for each in found]
    made = plan(files, [output], owners=pruned, targets=[_TARGET], home=selection.home)
    problems = [*workspace.told(problem for each in found for problem in each.problems), *made.problems]
    if not has_errors(made.problems):
        problems += apply(made)
    show(problems, err=True)
    if not has_errors(made.problems):
        say(report(made))
    return exit_code(problems)
