"""An explanation for people: tables and sentences."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slogen.model.slo import Slo
from slogen.report.visible import visible
from slogen.tell.explain import Absence, Explanation, Guard, LevelLine, PartLine, Recovery, TierLine
from slogen.tell.words import budget_words, idle_words
from slogen.units import DAY, HOUR, MINUTE, format_duration, to_text

if TYPE_CHECKING:
    from rich.table import Table

_WIDTH: Final = 110
_HEAD: Final = 10  # width of the word in front of a sentence


def as_text(explanation: Explanation, *, colour: bool = False) -> str:
    """Return tables and sentences, without a newline at the end; ANSI colours only when asked."""
    from rich.console import Console

    out = io.StringIO()
    console = Console(
        file=out, width=_WIDTH, force_terminal=colour, no_color=not colour, highlight=False, markup=False
    )
    for line in _opening(explanation):
        console.print(visible(line), soft_wrap=True)
    console.print()
    console.print(_tier_table(explanation))
    console.print()
    console.print(_reaction_table(explanation))
    console.print()
    for head, sentence in _sentences(explanation):
        console.print(f"{head:{_HEAD}}{visible(sentence)}", soft_wrap=True)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip("\n").split("\n"))


def _opening(explanation: Explanation) -> Iterator[str]:
    slo = explanation.slo
    yield f"{_named(slo)}  {slo.description}".rstrip()
    yield f"{'objective':{_HEAD}}{slo.percent} over {_over(slo)}" + (
        f", owner {slo.owner}" if slo.owner else ""
    )
    yield f"{'budget':{_HEAD}}{budget_words(slo)}"


def _named(slo: Slo) -> str:
    return slo.shown if slo.shown == slo.id else f"{slo.shown} (recorded as {slo.id})"


def _over(slo: Slo) -> str:
    """What the objective holds over: "30d", "each calendar month, UTC+09:00"."""
    return f"{slo.stretch}, {slo.calendar.clock}" if slo.calendar else slo.period


def _tier_table(explanation: Explanation) -> Table:
    columns = [
        "severity", "tier", "long", "short", "factor", "error ratio above", "of the budget", "resets after",
    ]  # fmt: skip
    by_traffic, waits = bool(explanation.slo.sli.reset_min_events), any(t.wait for t in explanation.tiers)
    columns[4:4] = ["for"] * waits
    return _table(columns, [_tier_cells(line, by_traffic, waits) for line in explanation.tiers])


def _tier_cells(line: TierLine, by_traffic: bool, waits: bool) -> tuple[str, ...]:
    reset = format_duration(line.resets_after)
    if line.resets_after < line.slow_reset and by_traffic:
        reset += f" ({format_duration(line.slow_reset)} at low traffic)"
    return (
        line.severity,
        line.name,
        format_duration(line.long),
        format_duration(line.short),
        *([format_duration(line.wait)] * waits),
        to_text(line.factor, 4),
        _percent(line.threshold),
        _percent(line.share),
        reset,
    )


def _reaction_table(explanation: Explanation) -> Table:
    rows = [
        (_rate(reaction.rate, explanation.slo.budget), _time(reaction.page), _time(reaction.ticket))
        for reaction in explanation.reactions
    ]
    return _table(("constant errors", "first page after", "first ticket after"), rows)


def _table(columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    return table


def _rate(rate: Fraction, budget: Fraction) -> str:
    burn = rate / budget
    return f"{_percent(rate)} ({to_text(burn, 3)}x the budget rate)"


def _sentences(explanation: Explanation) -> Iterator[tuple[str, str]]:
    """Each a head of one word and a sentence."""
    slo = explanation.slo
    for severity in explanation.disabled:
        yield "disabled", f"{severity} alerts are off (`alerting.{severity}.enabled`)"
    timed = explanation.slo.sli.timed
    yield "slices" if timed else "traffic", _guard_words(explanation.guard, timed.unit if timed else "events")
    if waiting := [line for line in explanation.tiers if line.wait]:
        yield "waiting", _waiting_words(waiting)
    if explanation.recovery is not None:
        yield "recovery", _recovery_words(explanation.recovery)
    if explanation.parts and explanation.absence is None:
        yield "absence", "its parts tell when their data is gone"
    else:
        yield "absence", _absence_words(explanation.absence, explanation.missing)
    yield from (("idle", sentence) for sentence in idle_words(slo))
    for number, level in enumerate(explanation.levels):
        yield ("" if number else "levels"), _level_words(level)
    for number, part in enumerate(explanation.parts):
        yield ("" if number else "parts"), _part_words(part)
    yield from (("" if number else "note", note) for number, note in enumerate(explanation.notes))
    chain = [
        f"{format_duration(link.window)} = "
        + " + ".join(f"{count} x {format_duration(length)}" for count, length in link.parts)
        for link in explanation.windows
    ]
    yield "windows", "; ".join(chain)
    if slo.counts_from_a_date:
        yield "counts", _since_words(slo)
    for number, exclusion in enumerate(slo.exclusions):
        yield ("" if number else "excluded"), exclusion.words
    for number, group in enumerate(explanation.groups):
        cost = f"{_samples(group.samples)} of recorded series"
        every = format_duration(group.interval)
        yield ("" if number else "groups"), f"{group.name}: {group.rules} rules every {every}, reads {cost}"
    if explanation.delay:
        later = format_duration(explanation.delay)
        yield "", f"the page group is split (`prometheus.max_rules_per_group`): pages up to {later} later"
    for number, read in enumerate(explanation.raw):
        yield ("" if number else "raw"), f"N series x {_samples(read.samples)} of {read.selector}"


def _since_words(slo: Slo) -> str:
    """Which events the budget counts."""
    since = "" if slo.since is None else f"{datetime.fromtimestamp(slo.since, UTC):%Y-%m-%d %H:%M} UTC"
    if slo.calendar is None:
        return f"events of the last {slo.period}, but none from before {since}"
    words = f"events since the {slo.period} began, of the traffic that is to be expected by its end"
    return f"{words}; none from before {since}" if since else words


def _guard_words(guard: Guard, unit: str) -> str:
    one = unit.removesuffix("s")
    if not guard.bad_events:
        return f"one bad {one} is enough for a tier to fire"
    counted = one if guard.bad_events == 1 else unit
    words = f"a tier fires only when its long window holds about {guard.bad_events} bad {counted}"
    if guard.outage is None or guard.delayed_below is None:
        return words
    return (
        f"{words}; below {_traffic(guard.delayed_below)} "
        f"a total outage alerts later than after {format_duration(guard.outage)}"
    )


def _waiting_words(waiting: Sequence[TierLine]) -> str:
    each = ", ".join(f"{line.name} {format_duration(line.wait)}" for line in waiting)
    return (
        f"{each}: so long both windows must burn too fast before the alert fires. It comes so much later, "
        "which the times above count, and not at all if the fault is over before"
    )


def _recovery_words(recovery: Recovery) -> str:
    names, within = ", ".join(recovery.tiers), format_duration(recovery.within)
    if not recovery.from_traffic:
        return f"{names}: over within {within} after the service is healthy again"
    return (
        f"{names}: over within {within} after the service is healthy again, "
        f"from {_traffic(recovery.from_traffic)} on; below that the short window decides"
    )


def _level_words(level: LevelLine) -> str:
    held = f" for {format_duration(level.wait)}" if level.wait else ""
    return f"{level.level}: {level.severity} when {level.what} is {level.beyond}{held}"


def _part_words(part: PartLine) -> str:
    page = "pages never" if part.page is None else f"pages after {format_duration(part.page)}"
    burn = to_text(part.burn, 3)
    return f"{part.slo}: failing alone is an error ratio of {_percent(part.ratio)}, burns {burn}x and {page}"


def _absence_words(absence: Absence | None, missing: str) -> str:
    if missing == "bad":
        return "missing data counts as bad, and burn alerts tell of it; there is no other alert for it"
    if missing == "good":
        told = "nobody is told of it" if absence is None else _absence_words(absence, "ignore")
        # while it is filled in, nothing but `up` says that it is gone
        if absence is not None and absence.severity and not absence.up:
            told = "a day without any, or none ever, is a ticket"
        return f"missing data counts as good; {told}"
    if absence is None:
        return "nobody is told when the data is gone (`alerting.absent: false`)"
    if not absence.severity:
        return "nobody is told when the data is gone: it would be a ticket, and tickets are off"
    after, forget = format_duration(absence.wait), format_duration(absence.forget)
    words = f"without data for {after}, until it is back or {forget} have passed: {absence.severity}"
    if not absence.up:
        return (
            f"{words}; nothing says which targets expose it, so gone and idle are the same "
            "(`alerting.absent.up`)"
        )
    return (
        f"{words}, if {' and '.join(absence.up)} was seen once and nothing of it is up. "
        "Any target of it that is up hides that (then a ticket after a day); never seen, it is a ticket"
    )


def _traffic(per_second: Fraction) -> str:
    """A rate in the largest unit of time that makes it readable: "2.5 events a minute"."""
    units = {"a second": 1, "a minute": MINUTE, "an hour": HOUR, "a day": DAY}
    unit = next((unit for unit, seconds in units.items() if per_second * seconds >= 1), "a day")
    count = to_text(per_second * units[unit], 2)
    return f"{count} event{'' if count == '1' else 's'} {unit}"


def _samples(count: int) -> str:
    return f"{count:,} sample{'' if count == 1 else 's'}"


def _time(seconds: int | None) -> str:
    return "never" if seconds is None else format_duration(seconds)


def _percent(share: Fraction) -> str:
    return f"{to_text(share * 100, 4)}%"
