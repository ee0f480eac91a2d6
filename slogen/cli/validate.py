"""`slogen validate`."""

from __future__ import annotations

from pathlib import Path

import click

from slogen.cli.boundary import exit_code
from slogen.cli.console import plural, show
from slogen.cli.options import PROBLEM_FORMATS, format_option, paths_argument, settings_option
from slogen.project.engines import crowding
from slogen.project.workspace import open_workspace


@click.command("validate")
@paths_argument
@format_option(*PROBLEM_FORMATS)
@settings_option
def command(paths: tuple[Path, ...], format_: str, settings: Path | None) -> int:
    """Show all problems of all specs.

    Each has its place, the line, a hint and a stable code. Warnings don't fail.

    \b
    Examples: slogen validate
              slogen validate specs/chat-api.yaml --format github
    """

    workspace = open_workspace(paths, settings)
    crowded = [] if workspace.selection.only else crowding(workspace.project)
    problems = workspace.told([*workspace.project.problems, *crowded])
    if problems or format_ != "text":
        show(problems, format_)
    else:
        slos = plural(sum(len(service.slos) for service in workspace.services), "SLO")
        click.echo(f"{slos} in {plural(len(workspace.services), 'service')}: no problems")
    return exit_code(problems)
