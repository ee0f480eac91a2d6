"""`slogen report`: how SLOs were kept over a period that is over."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import click

from slogen.cli.boundary import ExitCode, exit_code
from slogen.cli.complete import slos
from slogen.cli.console import show, wants_colour
from slogen.cli.options import format_option, settings_option
from slogen.cli.server import ServerOptions, server_options
from slogen.diagnostics import CallError
from slogen.live.period import look_back, period_of, report_of
from slogen.live.period.dates import KNOWN, NoPeriodError
from slogen.live.severities import severities_of
from slogen.project.asked import asked
from slogen.report.period import FORMS, render


@click.command("report")
@click.argument("words", nargs=-1, metavar="[SLO|SERVICE|PATH]...", shell_complete=slos)
@click.option("--period", "name", default="last-month", metavar="PERIOD", help=f"{KNOWN}.")
@click.option("--owner", metavar="OWNER", help="Only SLOs of this owner.")
@format_option(*FORMS)
@settings_option
@server_options
def command(
    words: tuple[str, ...],
    name: str,
    owner: str | None,
    format_: str,
    settings: Path | None,
    server: ServerOptions,
) -> int:
    """Tell how SLOs were kept over a period: budget used, outage, pages, incidents and what they cost.

    Specs are not needed: the server has recorded it.

    \b
    Examples: slogen report --url http://localhost:9090
              slogen report --period 2026-Q3 --owner team-chat --format html > q3.html
              slogen report chat-gateway --period 30d --format markdown

    \b
    Exit codes: 5 of some SLO it can't be told, 4 no answer
    """
    about = asked(words, settings)
    wrong = [problem for problem in about.problems if problem.is_error]
    if wrong:
        show(wrong, err=True)
    try:
        period = period_of(name, time.time())
    except NoPeriodError as error:
        raise CallError(f"--period: {error}") from None
    severities = severities_of(about.slos, about.settings)
    with server.client(about.settings, about.base) as client:
        base = about.settings.prometheus.base_window
        past = look_back(client, period, is_page=severities.is_page, base=base, services=about.services)
    report = report_of(past, period, about.slos, severities=severities, wants=about.wants)
    if unknown := about.unknown(each.slo_id for each in report.kept):
        raise CallError(f"the server recorded no SLO and no service `{unknown[0]}` in this period")
    if owner is not None:
        report = replace(report, kept=tuple(each for each in report.kept if each.owner == owner))
    click.echo(render(report, format_, colour=wants_colour(sys.stdout)))
    days = period.days  # a history that is too short doesn't tell, however good it was
    is_unknown = not report.kept or report.is_partial or any(each.known_days < days for each in report.kept)
    return exit_code(wrong) or (ExitCode.UNKNOWN if is_unknown else ExitCode.DONE)
