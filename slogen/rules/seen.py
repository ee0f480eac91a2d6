"""What the rules remember: when each group of each SLO was first and last seen, and when its targets were.

Each is a recorded Unix timestamp that carries itself on: over a restart of Prometheus from the last hour,
over longer stops from a few moments further back. That costs a few samples where looking back a week would
cost thousands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from slogen.conventions import (
    FIRST_SEEN,
    LAST_SEEN,
    SERVICE,
    SLO,
    TARGETS,
    TARGETS_SEEN,
    of_service,
    service_selector,
    slo_selector,
    total_series,
)
from slogen.emitted.rules import Recording, Rule
from slogen.model.slo import Service, Slo
from slogen.promql.parse import parse_selector
from slogen.promql.selector import Matcher, Selector
from slogen.promql.text import any_of, grouped, quote, selector, wrapped
from slogen.rules.pair import identity
from slogen.settings import Settings
from slogen.units import DAY

_CARRY = "1h:4m"  # Prometheus itself restores the state of alerts over gaps of up to an hour
_FURTHER_BACK = ("2h", "5h", "12h", "1d", "3d")
_LONGEST_MEMORY = 7 * DAY
_LONG_KNOWN = 90 * DAY  # the age of data that was there before the rules remembered when it began


@dataclass(frozen=True, slots=True)
class Memory:
    """A recording that carries itself on. `now` gives, for each group that there is now, the Unix time: the
    first stays as long as the group is remembered (`holds` is 0), the last for `holds` seconds."""

    rule: Recording
    now: str
    holds: int = 0


def recordings(service: Service, settings: Settings) -> Iterator[Rule]:
    """When each group last had data, forgotten after the longest wish; since when it has been known; and
    when the targets of the service were seen."""
    return (memory.rule for memory in memories(service, settings))


def memories(service: Service, settings: Settings) -> Iterator[Memory]:
    """The same, with what each of them remembers."""
    yield from _last_seen(service, settings)
    yield from _first_seen(service, settings)
    yield from _targets_seen(service, settings)


def _last_seen(service: Service, settings: Settings) -> Iterator[Memory]:
    filled = {
        slo.name: slo.sli.timed.measured for slo in service.slos if slo.sli.timed and slo.sli.timed.measured
    }
    if len(filled) < len(service.slos):
        total = _selector(total_series(settings.prometheus.base_window), service, filled, settings)
        seen = wrapped("", _carried(_selector(LAST_SEEN, service, filled, settings)))
        yield _lasting(LAST_SEEN, [_since(total)], seen, _memory(service))
    for slo in service.slos:
        if slo.name in filled:
            yield _last_measured(slo, filled[slo.name], settings)


def _memory(service: Service) -> int:
    return max(_LONGEST_MEMORY, *(slo.alerting.forget for slo in service.slos))


def _selector(metric: str, service: Service, but: Iterable[str], settings: Settings) -> str:
    """A recorded series of the SLOs of a service, but of some."""
    selected = of_service(metric, service.name, settings.labels)
    return str(selected.where(Matcher(SLO, "!~", "|".join(but))) if but else selected)


def _last_measured(slo: Slo, measured: str, settings: Settings) -> Memory:
    """The same where missing data is filled in: the total says nothing then, and what is long gone must not
    be filled in for ever."""
    seen = slo_selector(LAST_SEEN, slo.id, settings.labels)
    carried, data = grouped("max", _carried(seen), slo.sli.by), wrapped("", measured)
    labels = identity(slo, settings)
    return _lasting(LAST_SEEN, [_since(data)], wrapped("", carried), slo.alerting.forget, labels)


def _lasting(
    record: str, now: list[str], carried: str, holds: int, labels: Mapping[str, str] | None = None
) -> Memory:
    """Now where there is data, else what is carried on, for so many seconds."""
    expr = any_of([*now, f"{carried} > time() - {holds}"])
    return Memory(Recording(record, expr, labels or {}), any_of(now), holds)


def _since(data: str) -> str:
    """The time now, for each group of the data."""
    return f"0 * {data} + time()"


def _carried(seen: str, *, oldest: bool = False) -> str:
    """What was recorded last; or what was recorded first, of what is looked at."""
    carried = f"last_over_time({seen}[{_CARRY}])"
    found = [seen, carried, *(f"{seen} offset {ago}" for ago in _FURTHER_BACK)]
    return any_of(reversed(found) if oldest else found)


def _first_seen(service: Service, settings: Settings) -> Iterator[Memory]:
    """Carried on as long as the group is remembered. The oldest memory counts, so that history which comes
    later than the rules makes them remember it. Data that was there a day ago without it was recorded by
    rules that didn't remember this yet: it counts as old."""
    alone = {slo.name: slo.sli.timed.begins for slo in service.slos if slo.sli.timed and slo.sli.timed.begins}
    if len(alone) < len(service.slos):
        first, last, total = (
            _selector(series, service, alone, settings)
            for series in (FIRST_SEEN, LAST_SEEN, total_series(settings.prometheus.base_window))
        )
        known = f"{wrapped('', _carried(first, oldest=True))}\nand\n({last} or {total})"
        old = f"0 * {total} offset 1d + time() - {_LONG_KNOWN}"
        yield Memory(Recording(FIRST_SEEN, any_of([known, old, _since(total)])), _since(total))
    for slo in service.slos:
        if slo.name in alone:
            yield _first_measured(slo, alone[slo.name], settings)


def _first_measured(slo: Slo, data: str, settings: Settings) -> Memory:
    """The same where the total begins later than the data, because the SLI looks back."""
    first, last, total = (
        slo_selector(series, slo.id, settings.labels)
        for series in (FIRST_SEEN, LAST_SEEN, total_series(settings.prometheus.base_window))
    )
    there = any_of([grouped("max", f"{last} or {total}", slo.sli.by), data])
    known = grouped("max", _carried(first, oldest=True), slo.sli.by)
    known += f"\nand on ({', '.join(slo.sli.by)}) {wrapped('', there)}"
    old = f"{grouped('max', f'0 * {total} offset 1d', slo.sli.by)} + time() - {_LONG_KNOWN}"
    now = _since(wrapped("", data))
    return Memory(Recording(FIRST_SEEN, any_of([known, old, now]), identity(slo, settings)), now)


def _targets_seen(service: Service, settings: Settings) -> Iterator[Memory]:
    """Whether `up` ever had the labels that the SLOs select on: only then its absence says anything."""
    ups = dict.fromkeys(up for slo in service.slos for up in watched(slo, settings))
    if not ups:
        return
    # A `$` of a selector would be a group of the pattern in what `label_replace` writes.
    written = ((up, quote(up.replace("$", "$$"))) for up in ups)
    now = [f'label_replace(0 * max({up}) + time(), "{TARGETS}", {text}, "", "")' for up, text in written]
    seen = service_selector(TARGETS_SEEN, service.name, settings.labels)
    carried = wrapped(f"max by ({TARGETS}) ", _carried(seen))
    labels = {SERVICE: service.name, **settings.labels}
    yield _lasting(TARGETS_SEEN, now, carried, _memory(service), labels)


def watched(slo: Slo, settings: Settings) -> tuple[str, ...]:
    """Selectors of `up` whose absence is asked for: with all labels of the SLO's targets, and of their jobs.
    Where nobody is paged when they are gone, or told when they are idle, only whether `up` knows more labels
    than its job matters."""
    absent = slo.alerting.absent
    if absent is None or not absent.tells_gone:
        return ()
    pairs = [(up, job_of(up, settings)) for up in absent.up]
    if not slo.pages_when_gone and slo.alerting.traffic is None:
        return tuple(dict.fromkeys(up for up, job in pairs if job not in ("", up)))
    return tuple(dict.fromkeys(each for pair in pairs for each in pair if each))


def job_of(up: str, settings: Settings) -> str:
    """The same `up` with nothing but `job` and `instance`, which every scraped target has, of the same
    cluster; "" without."""
    return _job_of(up, tuple(settings.scope))


@lru_cache(maxsize=256)
def _job_of(up: str, scope: tuple[str, ...]) -> str:
    known = parse_selector(up)
    if not known.only("job", "instance"):
        return ""
    return str(Selector(known.metric, known.only("job", "instance", *scope)))


def targets_seen(slo: Slo, up: str, settings: Settings) -> str:
    """The recorded memory of one selector of `up`."""
    return selector(TARGETS_SEEN, {SERVICE: slo.service, TARGETS: up, **settings.labels})


def age_share(known: str, window: int) -> str:
    """How much of the window (seconds) a group has been known for, at most 1; `known` selects FIRST_SEEN.

    What is younger than a window is judged against the whole of it: time before its birth counts as time
    without errors, at the traffic it has. So "2 % of the budget is spent" is true from the first minute.
    """
    return f"clamp_max((time() - {known}) / {window}, 1)"
