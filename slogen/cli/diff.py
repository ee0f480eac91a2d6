"""`slogen diff`."""

from __future__ import annotations

from pathlib import Path

import click

from slogen.cli.boundary import ExitCode, exit_code
from slogen.cli.complete import revisions
from slogen.cli.console import show
from slogen.cli.options import format_option, settings_option
from slogen.project.difference.sides import compared, opened
from slogen.project.difference.whole import compare
from slogen.report.diff import FORMS, render


@click.command("diff")
@click.argument("words", nargs=-1, metavar="[REV|DIR] [PATH]...", shell_complete=revisions)
@format_option(*FORMS)
@settings_option
@click.option("--exit-code", "tells", is_flag=True, help="Exit 1 when anything means something else.")
def command(words: tuple[str, ...], format_: str, settings: Path | None, tells: bool) -> int:
    """Say what a change of the specs means: budgets, pages, routes, costs, files.

    The specs as they are now are compared with those of a REVISION of git (HEAD by default), or in DIR, a
    folder with the project as it was; A..B compares two revisions, A...B the second with where it left the
    first. With PATHs, only their services are.

    \b
    Examples: slogen diff
              slogen diff origin/main...HEAD --format markdown
              slogen diff HEAD~3 specs/chat-api.yaml
              slogen diff ../as-deployed --exit-code
    """

    with opened(compared(words), settings) as (old, new, problems):
        if code := exit_code(problems):
            show(problems, err=True)
            return code
        found = compare(old, new)
        click.echo(render(found, format_).encode(errors="backslashreplace"))
    return ExitCode.FINDINGS if tells and not found.is_empty else ExitCode.DONE
