"""`slogen status`: how every SLO stands, and what is left of its budget."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click

from slogen.cli.boundary import ExitCode, TerminatedError, exit_code
from slogen.cli.complete import slos
from slogen.cli.console import show, wants_colour
from slogen.cli.options import format_option, settings_option
from slogen.cli.server import ServerOptions, server_options
from slogen.cli.standings import read_labels, status_asked
from slogen.cli.times import duration, moment
from slogen.diagnostics import CallError
from slogen.live.client import Client
from slogen.live.errors import ServerError
from slogen.live.status import Standing, State, Status
from slogen.live.status.whole import selected
from slogen.project.asked import Asked, asked
from slogen.report.status import FORMS, render
from slogen.report.visible import visible
from slogen.units import DAY, HOUR

_LONGEST: Final = 92 * DAY
# What fails, by the word of --fail-on.
_FAILS: Final[dict[str, Callable[[Standing], bool]]] = {
    "warning": lambda s: s.is_paging or s.state in (State.WARNING, State.CRITICAL, State.EXHAUSTED),
    "critical": lambda s: s.is_paging or s.state in (State.CRITICAL, State.EXHAUSTED),
    "exhausted": lambda s: s.state is State.EXHAUSTED,
    "paging": lambda s: s.is_paging,
    "never": lambda _: False,
}


@dataclass(frozen=True)
class _Question:
    """What is asked each time, and how it is shown."""

    client: Client
    asked: Asked
    over: int | None
    at: float | None
    owner: str | None
    labels: dict[str, str]
    worst: bool
    by: str
    groups: bool

    def status(self) -> Status:
        """Ask, and keep what was asked for. Raises CallError for names of nothing."""
        status = status_asked(self.client, self.asked, at=self.at, over=self.over)
        chosen = selected(status, owner=self.owner, labels=self.labels, worst=self.worst)
        return replace(chosen, by=self.by)


@click.command("status")
@click.argument("words", nargs=-1, metavar="[SLO|SERVICE|PATH]...", shell_complete=slos)
@click.option("--owner", metavar="OWNER", help="Only SLOs of this owner.")
@click.option("--label", "labels", multiple=True, metavar="NAME=VALUE", help="Only with this label.")
@click.option("--window", "over", metavar="TIME", help="The current value over these days or hours: 7d.")
@click.option("--at", metavar="TIME", help="At this time: 2026-10-01T12:00:00Z, or -2h.")
@click.option("--worst", is_flag=True, help="The worst first, instead of by name.")
@click.option("--groups", is_flag=True, help="Each group of an SLO, not only the worst.")
@click.option("--by", default="", metavar="NAME", help="How all stand together that share a label's value.")
@click.option("--watch", is_flag=False, flag_value="30s", metavar="[TIME]", help="Again and again; 30s.")
@click.option("--fail-on", type=click.Choice(tuple(_FAILS)), default="exhausted", help="What ends with 1.")
@click.option(
    "--unknown", type=click.Choice(("fail", "ok")), default="fail", help="Whether no data ends with 5."
)
@format_option(*FORMS)
@settings_option
@server_options
def command(
    words: tuple[str, ...],
    owner: str | None,
    labels: tuple[str, ...],
    over: str | None,
    at: str | None,
    worst: bool,
    groups: bool,
    by: str,
    watch: str | None,
    fail_on: str,
    unknown: str,
    format_: str,
    settings: Path | None,
    server: ServerOptions,
) -> int:
    """Show how every SLO stands: its value, what is left of its budget, how fast that burns, what fires.

    Specs are not needed: the server knows its SLOs. With specs, it is also shown what it should know and
    doesn't.

    \b
    Examples: slogen status --url http://localhost:9090
              slogen status chat-gateway --window 7d --worst
              slogen status --owner team-chat --watch
              slogen status --format markdown --fail-on paging

    \b
    Exit codes: 1 an SLO is as bad as --fail-on says, 5 of some it can't be told, 4 no answer
    """
    about = asked(words, settings)
    wrong = [problem for problem in about.problems if problem.is_error]
    if wrong:
        show(wrong, err=True)
    with server.client(about.settings, about.base) as client:
        moment_ = moment(at) if at else None
        chosen = read_labels(labels)
        question = _Question(client, about, _hours(over), moment_, owner, chosen, worst, by, groups)
        if watch is not None:
            return _watch(question, duration(watch), format_)
        status = question.status()
    click.echo(render(status, format_, colour=wants_colour(sys.stdout), groups=groups))
    return exit_code(wrong) or _code(status, fail_on, is_unknown_bad=unknown == "fail")


def _code(status: Status, fail_on: str, *, is_unknown_bad: bool) -> int:
    """1 when any is as bad as that; 5 when of any it can't be told, or something may be missing."""
    if any(map(_FAILS[fail_on], status.standings)):
        return ExitCode.FINDINGS
    is_unknown = (
        not status.standings
        or status.is_partial
        or any(s.state.is_unknown or _is_short(s, status) for s in status.standings)
    )
    return ExitCode.UNKNOWN if is_unknown and is_unknown_bad and fail_on != "never" else ExitCode.DONE


def _is_short(standing: Standing, status: Status) -> bool:
    """Whether less is known than the window that was asked for; without traffic there is nothing to know."""
    is_idle = standing.state is State.NO_TRAFFIC
    return status.over is not None and not is_idle and (standing.over_known or 0.0) < 1 - 1e-9


def _watch(question: _Question, every: float, format_: str) -> int:
    """Show it again and again, until somebody ends it; a server that is away is shown, and asked again."""
    colour = wants_colour(sys.stdout)
    try:
        while True:
            try:
                shown = render(question.status(), format_, colour=colour, groups=question.groups)
            except ServerError as error:
                shown = visible(f"slogen: a server could not be asked: {error}")
            click.echo(f"\x1b[H\x1b[2J\x1b[3J{shown}" if sys.stdout.isatty() else f"{shown}\n")
            sys.stdout.flush()
            time.sleep(every)
    except TerminatedError:
        raise
    except KeyboardInterrupt:  # it is how one ends it
        return ExitCode.DONE


def _hours(over: str | None) -> int | None:
    if over is None:
        return None
    length = duration(over)
    if length % HOUR or not HOUR <= length <= _LONGEST:
        raise CallError(f"--window {over}: whole hours or days are recorded, up to 92d; write 1h, 12h, 7d")
    return length
