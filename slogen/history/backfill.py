"""History of what rules record, as blocks or sent: so that budgets are right from the first minute.

The rules are evaluated over the history of what they read; of what they would have recorded as much is
written as the rules look back at from now on. Before it is given out, a Prometheus of its own evaluates the
rules once on nothing but these blocks, and their budgets are held against a count of the base windows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from slogen.conventions import ID, SERVICE
from slogen.history.blocks import Blocks
from slogen.history.budgets import Compared, compared, counted, period_of, recorded, tick, wanted
from slogen.history.combs import Comb
from slogen.history.coverage import blanks, gaps
from slogen.history.ends import Cuts
from slogen.history.engine import replay_of, rules_of, workshop
from slogen.history.firing import Labels
from slogen.history.needed import Grid, comb_of, needs
from slogen.history.play import Stretch
from slogen.history.programs import Programs
from slogen.history.replay import Replay
from slogen.history.sending import Sending
from slogen.live.client import Client
from slogen.model.slo import Slo
from slogen.settings import Settings
from slogen.understand import Project
from slogen.units import DAY

_MEMORY = 7 * DAY  # for which rules remember groups that are gone


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be written: history of these SLOs until `end` (Unix time), of each series only before it is
    recorded by rules (`cuts`); with `boards` also what only boards show. Blocks are `length` seconds long."""

    project: Project
    slos: tuple[Slo, ...]
    end: int
    cuts: Cuts
    length: int
    boards: bool = False

    @property
    def settings(self) -> Settings:
        """Those of the project."""
        return self.project.settings


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What was written. `begin` and `end` are the Unix times of its first and last sample; `budgets` what
    rules make of it. Without data nothing is written. `notes` say what the history had not; it `is_partial`
    when that may change budgets."""

    begin: int
    end: int
    series: int
    samples: int
    budgets: tuple[Compared, ...]
    notes: tuple[str, ...] = ()
    is_partial: bool = False

    @property
    def agrees(self) -> bool:
        """Whether every budget is what it should be."""
        return all(budget.agrees for budget in self.budgets)


def backfill(
    job: Job, source: Client, programs: Programs, into: Path, sending: Sending | None = None
) -> Backfilled:
    """Write blocks into a folder, look at what rules make of them, and send what they hold if it is right.
    Raises ServerError where a server doesn't answer, BlocksError and ScratchError where the programs don't
    work."""
    grid = Grid.of(job.settings)
    after = job.end + grid.base  # the moment at which rules go on
    with _evaluating(job, after, source, programs) as replay:
        found = needs(replay.network, job.settings.prometheus.evaluation_interval)
        if job.boards:
            found |= {key: max(need, _reach_of(replay, key, job)) for key, need in found.items()}
        nodes = replay.network.nodes
        written = {k: comb_of(nodes[k], need, job.end, grid) for k, need in found.items() if need}
        asked = wanted(replay, job.slos, job.settings, after)
        replay.keeps |= {key for key, _ in asked}
        for key, comb in written.items():
            asked.setdefault((key, ""), []).append(comb)
        replay.ensure(asked)
        missing, notes = _coverage(job, replay, grid)
        said = (*missing, *notes, *replay.warnings)
        if not any(replay.kept.get(key) for key, _ in asked):
            return Backfilled(job.end, job.end, 0, 0, (), said, True)
        count = _write(job, written, replay, programs, into)
        budgets = tuple(_budgets(job, replay, programs, into, after))
        result = Backfilled(
            count.begin, job.end, len(count.series), count.samples, budgets, said, bool(missing)
        )
        if sending is not None and result.agrees:
            _all(job, written, replay, sending)
    return result


def check(job: Job, source: Client, programs: Programs) -> Backfilled:
    """Whether the budgets that a server has at the end are what its raw series say. Raises as `backfill`."""
    with _evaluating(job, job.end, source, programs) as replay:
        asked = wanted(replay, job.slos, job.settings, job.end)
        replay.keeps |= {key for key, _ in asked}
        replay.ensure(asked)
        missing, notes = _coverage(job, replay, Grid.of(job.settings))
        budgets = list(_held_against(job, replay, source, job.end))
    young = [each for each in budgets if each.rules.left is None and each.counted.left is not None]
    missing += [f"{each.slo_id}: the server has no budget of it yet" for each in young]
    budgets = [each for each in budgets if each not in young]
    said = (*missing, *notes, *replay.warnings)
    return Backfilled(job.end, job.end, 0, 0, tuple(budgets), said, bool(missing))


@contextmanager
def _evaluating(job: Job, until: int, source: Client, programs: Programs) -> Iterator[Replay]:
    """The rules, to be evaluated until a moment."""
    longest = max(slo.reach for slo in job.slos)
    start = until - (longest if job.boards else max(0, _MEMORY - longest))
    stretch = Stretch(start, until, Grid.of(job.settings).rest, exact=True)
    with workshop(programs, job.settings) as (scratch, blocks):
        yield replay_of(job.project, job.slos, stretch, source, scratch, blocks)


def _reach_of(replay: Replay, key: int, job: Job) -> int:
    """How far back boards look at what a rule records."""
    its = replay.network.nodes[key].labels.get(ID)
    return max((slo.reach for slo in job.slos if its in (None, slo.id)), default=0)


def _coverage(job: Job, replay: Replay, grid: Grid) -> tuple[list[str], list[str]]:
    """Where the history has nothing: what is missing, and what is only to be known."""
    missing, notes = list[str](), list[str]()
    starts = {slo.id: period_of(slo, job.end)[0] for slo in job.slos}
    is_gone = blanks(replay)
    for slo in job.slos:
        _, total = replay.network.pair(slo.id, grid.base)
        there = {at for values in replay.kept.get(total, {}).values() for at in values}
        stretch = Stretch(starts[slo.id], job.end, grid.rest, exact=True)
        its = sorted(at for at in there if at > stretch.start)
        for into, found in zip((missing, notes), gaps(slo, its, stretch, is_gone), strict=True):
            into += found
    return missing, notes


@dataclass(slots=True)
class _Written:
    """Samples on their way into blocks, counted."""

    job: Job
    client: Client
    sink: Blocks | Sending
    begin: int
    samples: int = 0
    series: set[Labels] = field(default_factory=set)

    def write(self, name: str, comb: Comb) -> None:
        """All series of a name at these moments, each until rules record it."""
        for chunk in comb.chunks():
            for series in self.client.query_range(name, chunk.start, chunk.end, chunk.step).series:
                labels = {key: value for key, value in series.labels.items() if key != "__name__"}
                points = [(round(at), value) for at, value in series.points]
                self._add(name, labels, [point for point in points if point[0] < self._cut(labels)])

    def _add(self, name: str, labels: Mapping[str, str], points: Sequence[tuple[int, float]]) -> None:
        if points:
            self.samples += self.sink.add(name, labels, points)
            self.series.add((("__name__", name), *sorted(labels.items())))
            self.begin = min(self.begin, points[0][0])

    def _cut(self, labels: Mapping[str, str]) -> int:
        """When it is recorded by rules; of a service as a whole when the first of its rules ran."""
        who = labels.get(ID) or labels.get(SERVICE, "")
        return self.job.cuts.get(who, self.job.end + 1)


def _write(job: Job, combs: Mapping[int, Comb], replay: Replay, programs: Programs, into: Path) -> _Written:
    """Blocks of what rules record at these moments, which the replay's own Prometheus has."""
    with TemporaryDirectory(prefix="slogen-") as folder:
        blocks = Blocks(programs.promtool, Path(folder), into, job.length)
        found = _all(job, combs, replay, blocks)
        blocks.make()
    return found


def _all(job: Job, combs: Mapping[int, Comb], replay: Replay, sink: Blocks | Sending) -> _Written:
    """The same, in a sink: first the series that go back furthest, which a server refuses soonest."""
    names: dict[str, Comb] = {}
    for key, comb in combs.items():
        name = replay.network.nodes[key].name
        names[name] = min(names.get(name, comb), comb, key=lambda each: each.start)
    found = _Written(job, replay.scratch.client, sink, job.end)
    for name, comb in sorted(names.items(), key=lambda each: each[1].start):
        found.write(name, comb)
    return found


def _budgets(job: Job, replay: Replay, programs: Programs, written: Path, at: int) -> Iterator[Compared]:
    """What the rules make of the blocks at a moment just after them, and what is counted."""
    rules = rules_of(job.project, job.slos, as_live=True)
    with workshop(programs, job.settings, Grid.of(job.settings).rest - 1, written) as (scratch, blocks):
        live = Replay(rules, replay.source, scratch, blocks, replay.begin, replay.coarse, replay.within)
        tick(live, at)
        yield from _held_against(job, replay, scratch.client, at)


def _held_against(job: Job, replay: Replay, server: Client, at: int) -> Iterator[Compared]:
    for slo in job.slos:
        its = recorded(server, slo, job.settings, at)
        yield from compared(slo, its, counted(replay, slo, job.settings, at))
