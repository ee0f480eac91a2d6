"""`slogen backfill`: the history that a new SLO's budget needs, as blocks for its Prometheus."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Final

import click

from slogen.cli.backfill_send import SendOptions, send_options
from slogen.cli.boundary import ExitCode
from slogen.cli.complete import slos as complete_slos
from slogen.cli.console import wants_colour
from slogen.cli.history_options import (
    ProgramOptions,
    chosen,
    concurrency_option,
    failing,
    program_options,
    recorded,
    tsdb_option,
)
from slogen.cli.options import cluster_option, format_option, settings_option
from slogen.cli.server import ServerOptions, server_options
from slogen.cli.times import moment
from slogen.diagnostics import CallError
from slogen.history.backfill import Backfilled, Job, backfill, check
from slogen.history.ends import Standing, block_length, head_of, kept_by, lives
from slogen.history.needed import Grid
from slogen.history.programs import Programs
from slogen.live.client import Client
from slogen.live.status.ask import engine_of
from slogen.model.slo import with_parts
from slogen.project.asked import Asked, asked
from slogen.report import backfill_words as words
from slogen.report.backfill import FORMS, Output, render
from slogen.settings import Settings
from slogen.write.whole import refuse_used, whole_folder

_OF_PROMETHEUS: Final = ("wal", "chunks_head")
_LOCK: Final = "lock"


@dataclass(frozen=True, slots=True)
class _Place:
    """Who answers for raw series, and what is known of the server that the blocks are for."""

    client: Client
    programs: Programs
    engine: str
    standing: Standing
    newest: float


@click.command("backfill")
@click.argument("named", nargs=-1, metavar="[SLO|SERVICE|PATH]...", shell_complete=complete_slos)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder for the blocks: new or empty, and none that a Prometheus uses.",
)
@send_options
@click.option("--until", metavar="TIME", help="Where it ends; by default as late as the server allows.")
@tsdb_option
@concurrency_option
@click.option("--history", "boards", is_flag=True, help="Also what only boards show, over the period.")
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing: are the server's budgets right now?"
)
@format_option(*FORMS)
@cluster_option
@settings_option
@program_options
@server_options
def command(
    named: tuple[str, ...],
    out: Path | None,
    send: SendOptions,
    until: str | None,
    tsdb: Path | None,
    concurrency: int,
    boards: bool,
    only_check: bool,
    format_: str,
    cluster: str | None,
    settings: Path | None,
    found: ProgramOptions,
    server: ServerOptions,
) -> int:
    """Write the history that the budget of a new SLO needs, so that it is right on its first day.

    The very rules that are generated are evaluated over the history of what they read, by a Prometheus of its
    own. The blocks are checked before they are given out; copying them into Prometheus' data folder is yours.

    \b
    Examples: slogen backfill chat-gateway --url http://localhost:9090 --out blocks
              slogen backfill chat-gateway --url http://localhost:9090 --remote-write http://localhost:9090/api/v1/write
              slogen backfill chat-gateway --url http://localhost:9090 --check

    \b
    Exit codes: 1 the budgets are not what is counted (nothing is kept), 2 an end that would lose data,
                4 no answer, 5 the history has not all of it
    """
    about = asked(named, settings, cluster=cluster, needs=True)
    slos = chosen(about)
    _refuse(out, is_sent=send.remote_write is not None, only_check=only_check)
    assert about.workspace is not None
    with failing(), _place(tsdb, about, server, concurrency, found.found()) as place:
        if send.remote_write is not None:
            place = _unheld(place, about.settings)
        grid, project = Grid.of(about.settings), about.workspace.project
        newest = grid.last(min(place.newest, moment(until) if until else place.newest))
        job = Job(project, slos, newest, {}, block_length(place.standing.kept), boards)
        if only_check:
            result = check(_now(job, place, until), place.client, place.programs)
            click.echo(render(result, None, format_, colour=wants_colour(sys.stdout)))
            return _code(result)
        job, notes = _ended(job, place, until)
        result, output = (
            _made(job, place, out) if out else send.sent(job, place.client, place.programs, server)
        )
    notes += _said_of_retention(result, place)
    click.echo(render(result, output, format_, notes, colour=wants_colour(sys.stdout)))
    return _code(result)


def _refuse(out: Path | None, *, is_sent: bool, only_check: bool) -> None:
    """Raise CallError unless it is said, once, where the history goes; and for a folder that is in use."""
    if (out is not None) + is_sent + only_check != 1:
        raise CallError("say --out, the folder to write into, or --remote-write, or --check")
    if out is not None:
        refuse_used(out)
        _refuse_live(out)


def _now(job: Job, place: _Place, until: str | None) -> Job:
    """The budgets of now, or of when it is to end."""
    return replace(job, end=int(min(place.newest, moment(until or "now"))))


def _code(result: Backfilled) -> int:
    if not result.agrees:
        return ExitCode.FINDINGS
    return ExitCode.UNKNOWN if result.is_partial else ExitCode.DONE


class _WrongError(Exception):
    """What was written is nothing, or gives other budgets than those that are counted."""

    def __init__(self, result: Backfilled) -> None:
        super().__init__()
        self.result = result


def _made(job: Job, place: _Place, out: Path) -> tuple[Backfilled, Output | None]:
    """The folder as a whole; none where the budgets are wrong."""
    try:
        with whole_folder(out) as folder:
            result = backfill(job, place.client, place.programs, folder)
            if not result.agrees or not result.samples:
                raise _WrongError(result)
            blocks = [path for path in folder.iterdir() if path.is_dir()]
            size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        return result, Output(out, len(blocks), size, place.engine)
    except _WrongError as wrong:
        return wrong.result, None


def _unheld(place: _Place, settings: Settings) -> _Place:
    """The same where samples are sent: wherever the head begins, nothing is lost."""
    newest = place.newest - settings.prometheus.base_window
    return replace(place, standing=replace(place.standing, head=inf), newest=newest)


def _refuse_live(out: Path) -> None:
    """Raise CallError for a folder that a Prometheus uses, and for one below it."""
    whole = Path(os.path.realpath(out))
    for folder in (whole, *whole.parents):
        held = [name for name in _OF_PROMETHEUS if (folder / name).is_dir()]
        if (folder / _LOCK).is_file():
            held.append(_LOCK)
        if held:
            raise CallError(
                f"`{folder}` is the data folder of a Prometheus (it has `{held[0]}`): write elsewhere,"
                " and copy the blocks"
            )


@contextmanager
def _place(
    tsdb: Path | None, about: Asked, server: ServerOptions, concurrency: int, programs: Programs
) -> Iterator[_Place]:
    if tsdb is None:
        with server.client(about.settings, about.base, concurrency) as client:
            engine = " ".join(filter(None, engine_of(client)))
            standing = Standing(head_of(client), kept_by(client))
            yield _Place(client, programs, engine, standing, moment("now"))
        return
    with recorded(tsdb, server, about.settings, programs) as (client, newest):
        head = head_of(client) if (tsdb / "wal").is_dir() else None
        yield _Place(client, programs, "Prometheus", Standing(head), newest)


def _ended(job: Job, place: _Place, until: str | None) -> tuple[Job, list[str]]:
    """The job with an end that loses nothing, and what is to be said of it. Raises CallError where there is
    none, or a later one is asked for."""
    if place.standing.head is None and until is None:
        raise CallError(words.NO_HEAD)
    grid, parts = Grid.of(job.settings), with_parts(job.slos)
    start, newest = job.end - max(slo.reach for slo in parts), grid.last(place.newest)
    services = sorted({slo.service for slo in parts})
    standing = replace(place.standing, lives=lives(place.client, services, job.settings, start, newest))
    end = grid.last(standing.end([slo.id for slo in job.slos], place.newest))
    if until is not None and job.end > end:
        raise CallError(words.too_late(job.end, end, standing))
    end = min(end, job.end)
    if all(end <= job.end - slo.reach for slo in job.slos):
        raise CallError(words.ALL_THERE)
    return replace(job, end=end, cuts=standing.lives), list(_said_of(job, standing, end))


def _said_of(job: Job, standing: Standing, end: int) -> Iterator[str]:
    """What lies between the blocks and what rules record."""
    began = [standing.lives[slo.id] for slo in job.slos if slo.id in standing.lives]
    if standing.head is None:
        yield words.TOLD_END
    elif not began:
        yield words.without_rules(end)
    elif max(began) - end > 2 * job.settings.prometheus.base_window:
        yield words.gap(end, max(began), min(slo.reach for slo in job.slos))


def _said_of_retention(result: Backfilled, place: _Place) -> list[str]:
    kept = place.standing.kept
    return [words.dropped(kept, place.newest)] if kept and place.newest - result.begin > kept else []
