"""`slogen backtest`: what the alerts of a spec would have done on a history that is there."""

from __future__ import annotations

import operator
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from slogen.cli.boundary import ExitCode
from slogen.cli.complete import slos as complete_slos
from slogen.cli.console import wants_colour
from slogen.cli.history_options import (
    ProgramOptions,
    chosen,
    concurrency_option,
    draw,
    failing,
    known_incidents,
    picture_option,
    program_options,
    recorded,
    same_in,
    tsdb_option,
)
from slogen.cli.options import cluster_option, format_option, settings_option
from slogen.cli.server import ServerOptions, server_options
from slogen.cli.times import moment
from slogen.diagnostics import CallError
from slogen.history.engine import Span, play
from slogen.history.judged import judged
from slogen.history.played import History, Outcome
from slogen.history.programs import Programs
from slogen.live.client import Client
from slogen.model.slo import Slo
from slogen.project.asked import Asked, asked
from slogen.project.versions import other, with_objective
from slogen.report.history import FORMS, render
from slogen.report.history_words import BACKTEST
from slogen.understand import Project
from slogen.units import DAY, HOUR

_LONGEST: Final = 400 * DAY
_LIMIT: Final = re.compile(r"\s*(pages|incidents|tickets|missed|false)\s*(>=|>)\s*(\d+)\s*")
_JUDGED: Final = ("missed", "false")
_BEYOND: Final[dict[str, Callable[[int, int], bool]]] = {">": operator.gt, ">=": operator.ge}
Version = tuple[str, Project, tuple[Slo, ...]]


@click.command("backtest")
@click.argument("words", nargs=-1, metavar="[SLO|SERVICE|PATH]...", shell_complete=complete_slos)
@click.option(
    "--from", "from_", default="-30d", metavar="TIME", help="Where it begins: -30d, 2026-10-01, ..."
)
@click.option("--to", default="now", metavar="TIME", help="Where it ends; with --tsdb at its newest sample.")
@tsdb_option
@concurrency_option
@click.option(
    "--against",
    multiple=True,
    metavar="REV|DIR|FILE",
    help="Beside it the same SLOs of a revision of git, another project, or another spec.",
)
@click.option(
    "--objective", metavar="N,...", help="Beside it the same SLOs with other objectives: 99.9,99.5."
)
@click.option(
    "--incidents",
    "known",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Hold pages against the incidents that you know of: start,end[,slo][,name].",
)
@click.option("--exact", is_flag=True, help="Look at tickets and budgets at each evaluation, too.")
@click.option(
    "--fail-if", metavar="LIMIT", help="Exit 1 if e.g. `pages > 4`; also incidents, tickets, missed, false."
)
@picture_option
@format_option(*FORMS)
@cluster_option
@settings_option
@program_options
@server_options
def command(
    words: tuple[str, ...],
    from_: str,
    to: str,
    tsdb: Path | None,
    concurrency: int,
    against: tuple[str, ...],
    objective: str | None,
    known: Path | None,
    exact: bool,
    fail_if: str | None,
    picture: Path | None,
    format_: str,
    cluster: str | None,
    settings: Path | None,
    found: ProgramOptions,
    server: ServerOptions,
) -> int:
    """Play the alerts of SLOs over a history: what would have paged, and what did it cost?

    The very rules that are generated are evaluated by a real Prometheus of its own, on loopback; the server
    is only asked for what they read.

    \b
    Examples: slogen backtest chat-gateway/availability --url http://localhost:9090
              slogen backtest chat-gateway --from -7d --objective 99.9,99.95
              slogen backtest chat-gateway --tsdb snapshot/ --picture november.svg
              slogen backtest --against origin/main --fail-if 'pages > 4'
              slogen backtest --incidents incidents.csv --fail-if 'missed > 0'

    \b
    Exit codes: 1 --fail-if, 5 the history has not all of it, 4 no answer
    """
    about = asked(words, settings, cluster=cluster, needs=True)
    slos, limit = chosen(about), _limit(fail_if, is_judged=known is not None)
    incidents = known_incidents(known, about, slos) if known else ()
    versions = [*_versions(about, slos, against, objective, settings)]
    with failing(), _source(tsdb, about, server, concurrency, found.found(), to) as (source, until, programs):
        span = Span(round(_from(from_, until)), round(until), exact)
        if not HOUR <= span.end - span.start <= _LONGEST:
            raise CallError("--from is an hour to 400 days before --to")
        played = [(name, play(project, its, span, source, programs)) for name, project, its in versions]
    if incidents:
        slot = about.settings.prometheus.base_window
        played = [(name, judged(history, incidents, slot)) for name, history in played]
    if picture is not None:
        draw(picture, played, slos, BACKTEST)
    click.echo(render(played, format_, kind=BACKTEST, colour=wants_colour(sys.stdout)))
    histories = [history for _, history in played]
    return ExitCode.FINDINGS if limit is not None and limit(histories[0]) else _code(histories)


def _code(histories: Sequence[History]) -> ExitCode:
    return ExitCode.UNKNOWN if any(history.is_partial for history in histories) else ExitCode.DONE


@contextmanager
def _source(
    tsdb: Path | None, about: Asked, server: ServerOptions, concurrency: int, programs: Programs, to: str
) -> Iterator[tuple[Client, float, Programs]]:
    """Who answers for raw series, and where the history ends."""
    if tsdb is None:
        with server.client(about.settings, about.base, concurrency) as client:
            yield client, moment(to), programs
        return
    with recorded(tsdb, server, about.settings, programs) as (client, newest):
        yield client, min(newest, moment(to)), programs


def _from(text: str, until: float) -> float:
    """A length is counted from the end of the history, not from now."""
    return until - (moment("now") - moment(text)) if text.startswith("-") else moment(text)


def _versions(
    about: Asked, slos: Sequence[Slo], against: Sequence[str], objective: str | None, settings: Path | None
) -> Iterator[Version]:
    assert about.workspace is not None
    selection = about.workspace.selection
    percents = {slo.percent.replace("%", " %") for slo in slos}
    yield (
        percents.pop() if objective and len(percents) == 1 else "as it is",
        about.workspace.project,
        tuple(slos),
    )
    for word in against:
        project = other(word, selection, settings)
        yield word, project, same_in(project, slos, f"`{word}`")
    for value in objective.split(",") if objective else ():
        text = value.strip()
        project = with_objective(selection, slos, text)
        yield f"{text.removesuffix('%').strip()} %", project, same_in(project, slos, text)


def _limit(text: str | None, *, is_judged: bool) -> Callable[[History], bool] | None:
    if text is None:
        return None
    match = _LIMIT.fullmatch(text)
    if match is None:
        known = "`pages > 4`, `incidents >= 1`, `tickets > 0`, `missed > 0`, `false > 2`"
        raise CallError(f"--fail-if: `{text}` is none of {known}")
    if match[1] in _JUDGED and not is_judged:
        raise CallError(f"--fail-if: `{match[1]}` is of --incidents: name the file, too")
    beyond, most = _BEYOND[match[2]], int(match[3])

    def is_beyond(history: History) -> bool:
        counts = {
            "pages": sum(played.count("page") for played in history.slos),
            "tickets": sum(played.count("ticket") for played in history.slos),
            "incidents": sum(len(played.incidents) for played in history.slos),
            "missed": history.judged.count(Outcome.MISSED, Outcome.TICKET) if history.judged else 0,
            "false": history.judged.false_pages if history.judged else 0,
        }
        return beyond(counts[match[1]], most)

    return is_beyond
