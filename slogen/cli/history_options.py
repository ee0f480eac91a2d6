"""What commands that play histories have in common on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

import click

from slogen.cli.boundary import ExitCode
from slogen.cli.console import show
from slogen.cli.gathered import gathered
from slogen.cli.server import ServerOptions
from slogen.diagnostics import CallError, did_you_mean
from slogen.history import database as databases
from slogen.history.blocks import BlocksError
from slogen.history.engine import database
from slogen.history.played import History
from slogen.history.programs import Programs, programs
from slogen.history.reported import Reported, reported
from slogen.history.scratch import ScratchError
from slogen.history.story import Story, story_of
from slogen.live.client import Client
from slogen.live.errors import ServerError
from slogen.model.slo import Slo
from slogen.project import picturefile
from slogen.project.asked import Asked
from slogen.report.picture import picture
from slogen.settings import Settings
from slogen.understand import Project

F = TypeVar("F", bound=Callable[..., Any])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class ProgramOptions:
    """Which programs play."""

    prometheus: Path | None
    promtool: Path | None
    oracles: Path | None

    def found(self) -> Programs:
        """The programs. Raises CallError where there are none."""
        return programs(self.prometheus, self.promtool, self.oracles)


program_choice: Final = (
    click.option(
        "--prometheus", type=_FILE, metavar="FILE", help="The Prometheus to play with; on PATH by default."
    ),
    click.option("--promtool", type=_FILE, metavar="FILE", help="Its promtool; beside it by default."),
    click.option(
        "--oracles",
        type=_FOLDER,
        envvar="SLOGEN_ORACLES",
        metavar="DIR",
        help="Use the newest of DIR/prometheus-3.5/prometheus and its like.",
    ),
)
program_options = gathered("found", ProgramOptions, program_choice)
picture_option = click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw it, too: FILE.svg, or FILE.png with slogen[png].",
)


tsdb_option = click.option(
    "--tsdb",
    type=_FOLDER,
    metavar="DIR",
    help="The folder of a Prometheus' database, or of a snapshot, instead of a server. It is not changed.",
)


concurrency_option = click.option(
    "--concurrency",
    type=click.IntRange(1, 8),
    default=1,
    metavar="N",
    help="Questions that the server is asked at a time; one by default.",
)


@contextmanager
def recorded(
    tsdb: Path, server: ServerOptions, settings: Settings, programs: Programs
) -> Iterator[tuple[Client, float]]:
    """Who answers for a copy of a database, and the Unix time of its newest sample. Raises CallError where
    a server is named, too, and for what can't be read of it."""
    if server.url or server.server:
        raise CallError("--tsdb is instead of a server: drop --url and --server")
    with TemporaryDirectory(prefix="slogen-") as name:
        folder = Path(name)
        databases.copied(tsdb, folder / "data")
        with database(programs, settings, folder) as scratch:
            try:
                yield scratch.client, databases.extent(folder / "data", scratch.client)[1]
            except ServerError as error:
                raise CallError(f"`{tsdb.as_posix()}` can't be read: {error.message}") from None


def chosen(about: Asked) -> tuple[Slo, ...]:
    """The SLOs of the specs that are asked about; problems of the specs are shown. Raises CallError where
    there are none, Exit where a spec is wrong."""
    wrong = [problem for problem in about.problems if problem.is_error]
    if wrong:
        show(wrong, err=True)
        raise click.exceptions.Exit(ExitCode.USAGE)
    if about.workspace is None:
        raise CallError("there are no specs here: run it in the project, or name a PATH")
    known = [slo.id for service in about.workspace.project.services for slo in service.slos]
    if unknown := about.unknown(known):
        hint = did_you_mean(unknown[0], [*known, *{each.partition("/")[0] for each in known}])
        raise CallError(f"no spec has an SLO or a service `{unknown[0]}`" + (f"; {hint}" if hint else ""))
    return about.slos


def same_in(project: Project, slos: Sequence[Slo], what: str) -> tuple[Slo, ...]:
    """These SLOs in another version. Raises CallError where it has none of them."""
    ids = {slo.id for slo in slos}
    found = tuple(slo for service in project.services for slo in service.slos if slo.id in ids)
    if not found:
        raise CallError(f"{what} has no SLO `{slos[0].shown}`")
    return found


def told_story(text: str) -> Story:
    """The story that `--story` names; its problems are shown. Raises Exit where it can't be played."""
    story, problems = story_of(text)
    if problems:
        show(problems, err=True)
    if story is None:
        raise click.exceptions.Exit(ExitCode.USAGE)
    return story


def known_incidents(path: Path, about: Asked, slos: Sequence[Slo]) -> tuple[Reported, ...]:
    """The incidents in a file that may be of these SLOs; problems of the file are shown. Raises CallError
    where there are none, Exit where a row is wrong."""
    assert about.workspace is not None
    every = [slo for service in about.workspace.project.services for slo in service.slos]
    found, problems = reported(path, {name for slo in every for name in (slo.shown, slo.service)})
    if problems:
        show(problems, err=True)
        raise click.exceptions.Exit(ExitCode.USAGE)
    its = tuple(each for each in found if any(each.is_of(slo.shown, slo.service) for slo in slos))
    if not its:
        raise CallError(f"--incidents {path.as_posix()}: no incident is of the SLOs that are played")
    return its


def draw(path: Path, versions: Sequence[tuple[str, History]], slos: Sequence[Slo], kind: str) -> None:
    """Write the picture. Raises CallError where it can't be."""
    lines = {slo.shown: [(tier.name, float(tier.threshold)) for tier in slo.alerting.tiers] for slo in slos}
    picturefile.write(path, picture(versions, path.suffix, kind=kind, thresholds=lines))


@contextmanager
def failing() -> Iterator[None]:
    """What goes wrong with the programs is told like what is wrong with the call."""
    try:
        yield
    except (BlocksError, ScratchError) as error:
        raise CallError(f"the Prometheus that plays it failed: {error}") from None
