"""`slogen docs`."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

import click

from slogen.cli.boundary import exit_code
from slogen.cli.console import show
from slogen.cli.options import paths_argument, settings_option
from slogen.cli.streams import say
from slogen.cli.written import report
from slogen.diagnostics import has_errors
from slogen.model.slo import Service
from slogen.project.places import TARGET, of_catalogue
from slogen.project.workspace import open_workspace
from slogen.render.catalogue import catalogue, file_of
from slogen.tell.pages import page
from slogen.understand import Project
from slogen.write import PROJECT, OutFile, apply, is_generated, plan


@click.command("docs")
@paths_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("catalogue"),
    show_default=True,
    metavar="DIR",
    help="Folder of the catalogue.",
)
@settings_option
def command(paths: tuple[Path, ...], output: Path, settings: Path | None) -> int:
    """Write a catalogue of all SLOs as static HTML.

    It has what the Markdown pages of `generate` have, and an index that is filtered by owner, service and
    words; with `grafana.url`, each SLO leads to its board. It asks nothing of any server, so a folder on any
    web server, or on a disk, will do. Pages of services that are gone are removed; a run
    over some PATHs keeps those of the others, and all else that lies there stays.

    \b
    Examples: slogen docs
              slogen docs -o public
    """

    workspace = open_workspace(paths, settings)
    selection, project = workspace.selection, workspace.project
    wrong = of_catalogue(output, selection.settings, selection.base, selection.root)
    problems = [*wrong, *workspace.problems]
    if code := exit_code(problems):
        show(problems, err=True)
        return code
    pages = [page(service, project.settings) for service in _wanted(project, selection.only, output)]
    owners = {file_of(each): each.name for each in pages}
    files = [
        OutFile(output, path, owners.get(path, PROJECT), TARGET, text) for path, text in catalogue(pages)
    ]
    pruned = None if selection.only is None else owners.values()
    made = plan(files, [output], owners=pruned, targets=[TARGET], home=selection.home)
    problems = [*made.problems, *([] if has_errors(made.problems) else apply(made))]
    if problems:
        show(problems, err=True)
    if code := exit_code(problems):
        return code
    say(report(made))
    return 0


def _wanted(project: Project, only: Set[str] | None, output: Path) -> list[Service]:
    """The services that were chosen, and those that have a page there already: the index names them all."""

    return [
        service
        for service in project.services
        if service.is_among(only) or is_generated(output, file_of(service))
    ]
