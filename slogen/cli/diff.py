"""`slogen diff`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import click

from slogen.cli.boundary import ExitCode, exit_code
from slogen.cli.complete import revisions
from slogen.cli.console import show
from slogen.cli.history_options import ProgramOptions, failing, program_options
from slogen.cli.options import format_option, settings_option
from slogen.cli.server import HttpOptions, http_options
from slogen.history.engine import Span
from slogen.history.replayed import with_history
from slogen.live.client import Client
from slogen.project.difference.sides import compared, opened
from slogen.project.difference.whole import compare
from slogen.report.diff import FORMS, render
from slogen.units import DAY

_LENGTH: Final = 30 * DAY


@click.command("diff")
@click.argument("words", nargs=-1, metavar="[REV|DIR] [PATH]...", shell_complete=revisions)
@format_option(*FORMS)
@settings_option
@click.option("--exit-code", "tells", is_flag=True, help="Exit 1 when anything means something else.")
@click.option(
    "--backtest", metavar="URL", help="How often would the last 30 days have paged, asked of a server?"
)
@program_options
@http_options
def command(
    words: tuple[str, ...],
    format_: str,
    settings: Path | None,
    tells: bool,
    backtest: str | None,
    found: ProgramOptions,
    http: HttpOptions,
) -> int:
    """Say what a change of the specs means: budgets, pages, routes, costs, files.

    The specs as they are now are compared with those of a REVISION of git (HEAD by default), or in DIR, a
    folder with the project as it was; A..B compares two revisions, A...B the second with where it left the
    first. With PATHs, only their services are.

    \b
    Examples: slogen diff
              slogen diff origin/main...HEAD --format markdown
              slogen diff HEAD~3 specs/chat-api.yaml
              slogen diff ../as-deployed --exit-code
              slogen diff origin/main --backtest http://localhost:9090
    """

    with opened(compared(words), settings) as (old, new, problems):
        if code := exit_code(problems):
            show(problems, err=True)
            return code
        difference = compare(old, new)
        if backtest is not None:
            end = int(time.time())
            span, programs = Span(end - _LENGTH, end), found.found()
            with failing(), Client(http.server("--backtest", backtest)) as source:
                difference = with_history(difference, old, new, span, source, programs)
        click.echo(render(difference, format_).encode(errors="backslashreplace"))
    return ExitCode.FINDINGS if tells and not difference.is_empty else ExitCode.DONE
