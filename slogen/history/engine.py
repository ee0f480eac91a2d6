"""Play SLOs over a history, from whatever holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import gcd
from pathlib import Path
from tempfile import TemporaryDirectory

from slogen.history.blocks import Blocks
from slogen.history.coverage import Coverage, coverage
from slogen.history.database import copied
from slogen.history.network import Network, network_of
from slogen.history.outcome import outcomes
from slogen.history.play import LEAD, Player, Stretch
from slogen.history.played import History
from slogen.history.programs import Programs
from slogen.history.replay import Replay
from slogen.history.scratch import Scratch
from slogen.history.story import Story
from slogen.history.synthetic import start_of, write
from slogen.live.client import Client
from slogen.model.slo import Slo, with_parts
from slogen.rules import compile_service
from slogen.settings import Settings
from slogen.understand import Project
from slogen.units import DAY, HOUR

_LOOKBACK = 300  # seconds for which Prometheus shows a sample
_AT_ONCE = 1  # what is recorded is seen at the moment of its evaluation, and no longer


@dataclass(frozen=True, slots=True)
class Span:
    """What is played, as Unix times; `exact` at every evaluation."""

    start: int
    end: int
    exact: bool = False


@contextmanager
def database(
    programs: Programs, settings: Settings, folder: Path, lookback: int = _LOOKBACK
) -> Iterator[Scratch]:
    """A Prometheus over the raw series in a folder, as it would answer anybody."""
    step = settings.prometheus.evaluation_interval
    with Scratch(programs.prometheus, folder, lookback, step) as scratch:
        yield scratch


@contextmanager
def workshop(
    programs: Programs, settings: Settings, lookback: int = _AT_ONCE, known: Path | None = None
) -> Iterator[tuple[Scratch, Blocks]]:
    """A Prometheus for what is recorded, which may begin with known blocks, and what makes further blocks."""
    with TemporaryDirectory(prefix="slogen-") as name:
        folder = Path(name)
        (folder / "texts").mkdir()
        if known is not None:
            copied(known, folder / "data")
        with database(programs, settings, folder, lookback) as scratch:
            yield scratch, Blocks(programs.promtool, folder / "texts", scratch.data)


def simulate(project: Project, slo: Slo, story: Story, programs: Programs) -> History:
    """What the alerts of an SLO do in a story. Raises UnsatisfiableError where no series can be found for it,
    BlocksError and ScratchError where the programs don't work."""
    with invented(slo, story, project.settings, programs) as source:
        found = play(project, [slo], span_of(story), source, programs)
    return replace(found, notes=(), is_partial=False)


def span_of(story: Story) -> Span:
    """When a story is played."""
    return Span(start_of(story), start_of(story) + story.lasts, exact=True)


@contextmanager
def invented(slo: Slo, story: Story, settings: Settings, programs: Programs) -> Iterator[Client]:
    """Who answers for the series that an SLO reads in a story. Raises as `simulate` does."""
    with TemporaryDirectory(prefix="slogen-") as name:
        folder = Path(name)
        (folder / "texts").mkdir()
        (folder / "data").mkdir()
        blocks = Blocks(programs.promtool, folder / "texts", folder / "data")
        write(slo, story, settings, blocks)
        blocks.make()
        # A block says of no series that it has ended: what is older than a scrape is gone.
        with database(programs, settings, folder, settings.prometheus.scrape_interval) as source:
            yield source.client


def play(project: Project, slos: Sequence[Slo], span: Span, source: Client, programs: Programs) -> History:
    """What the alerts of these SLOs would have done. Raises ServerError where the source doesn't answer,
    BlocksError and ScratchError where the programs don't work."""
    settings = project.settings
    stretch = stretch_of(span, settings)
    with workshop(programs, settings) as (scratch, blocks):
        replay = replay_of(project, slos, stretch, source, scratch, blocks)
        player = Player(slos, settings, stretch, replay)
        player.play()
        covered = coverage(player)
    return _history(player, covered, programs)


def replay_of(
    project: Project, slos: Sequence[Slo], stretch: Stretch, source: Client, scratch: Scratch, blocks: Blocks
) -> Replay:
    """The rules of these SLOs, ready to be evaluated."""
    wanted = with_parts(slos)
    begin = stretch.start - LEAD - max(slo.reach for slo in wanted) - DAY
    network = rules_of(project, slos)
    return Replay(network, source, scratch, blocks, begin, stretch.coarse, _begins_within(wanted))


def rules_of(project: Project, slos: Sequence[Slo], *, as_live: bool = False) -> Network:
    """The rules of these SLOs and of all that they are made of; `as_live` as for `network_of`."""
    settings, wanted = project.settings, with_parts(slos)
    owners = {slo.service for slo in wanted}
    services = [service for service in project.services if service.name in owners]
    files = [compile_service(service, settings) for service in services]
    return network_of(files, services, {slo.id for slo in wanted}, settings, as_live=as_live)


def stretch_of(span: Span, settings: Settings) -> Stretch:
    """At ends of base windows, which then meet without a gap; each evaluation where they can't."""
    interval, base = settings.prometheus.evaluation_interval, settings.prometheus.base_window
    fits = base % interval == 0
    coarse = base if fits else interval
    start, end = span.start // coarse * coarse, span.end // interval * interval
    return Stretch(start, end, coarse, span.exact or not fits)


def _begins_within(slos: Sequence[Slo]) -> int:
    """Seconds in which no hour of any SLO's clock begins but at their multiples."""
    offsets = [offset for slo in slos if slo.calendar for offset in slo.calendar.offsets]
    dates = [slo.since for slo in slos if slo.since is not None]
    return gcd(HOUR, *offsets, *dates)


def _history(player: Player, covered: Coverage, programs: Programs) -> History:
    stretch, settings = player.stretch, player.settings
    return History(
        stretch.start,
        stretch.end,
        settings.prometheus.evaluation_interval,
        programs.engine,
        tuple(outcomes(player)),
        (*covered.notes, *player.replay.warnings),
        covered.is_partial or bool(player.replay.warnings),
    )
