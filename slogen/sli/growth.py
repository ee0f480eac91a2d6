"""What a counter grew by in the base window, per series: each event once, whatever the scrapes do.

`rate` scales what it saw up to its whole range, so the count of a burst depends on where it lies between the
scrapes, and sways with each evaluation for as long as a window holds it. Here nothing is scaled. A series is
looked up at both ends of the base window (N now, P before), each time with the last value that was scraped,
so that adjacent windows meet in the same value and add up to what happened:

    N - P          there at both ends
    N - 0          born within the window, later than its target was first scraped: all of it happened
    N - first      met for the first time, with its target: nobody knows when it grew to its first value
    N - P + peak   across resets

The peak is the largest value in sight. Added for each reset of a crash loop it would be a life of events that
never happened; so of several resets in one window the lives between them count for nothing.

A target was there before its series if looks each 75 s find it up more often than they find the series: so a
gap in the scrapes makes nobody newborn. Of several `up` of a target the youngest counts: where a target's
labels are changed while it runs, its series begin with the new `up`, and none is born. A counter that was
away and is back is not born either: where it was there twenty minutes or an hour ago, only what it grew by
since counts.
`rare` events are few and dear: a counter of these goes on from where it was within the last hour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from typing import Final

from slogen.model.sli import Recorded
from slogen.promql.parse import parse_selector
from slogen.promql.selector import Selector
from slogen.promql.text import STRING, any_of, indent, without_signs, wrapped
from slogen.promql.text import selector as selecting
from slogen.settings import Settings
from slogen.sli.common import summed
from slogen.sli.placeholder import PLACEHOLDER
from slogen.units import MINUTE, format_duration

_TARGET: Final = "on (job, instance)"  # what tells one target from another
_LOOK: Final = 75  # seconds between two looks at who was there first, a target or its series
_AWAY: Final = ("20m", "1h")
_GAP: Final = "1h"  # a rare counter that is seen again within this time goes on from where it was
_RATE: Final = re.compile(
    rf"{STRING.pattern}|(?<![\w:.])rate\s*\(\s*(?P<counter>{without_signs('()[]')}+)"
    rf"\[\s*{PLACEHOLDER.pattern}\s*\]\s*\)",
    re.DOTALL,
)
_NEAR: Final = 4  # scrapes before the start of the base window within which its value is looked for


def grown(selector: Selector, up: Sequence[str], settings: Settings, without: str = "") -> str:
    """Events per second of each series of a counter over the base window. `up` selects the targets that
    expose it; where nothing does, no series is known to be born. Series that differ in the label `without`
    alone are one, whose value goes on when the label changes (`le="1"` becomes `le="1.0"`)."""
    series, base = str(selector), settings.prometheus.base_window
    reach = format_duration(settings.prometheus.rate_range)
    near = format_duration(_NEAR * max(settings.prometheus.scrape_interval, MINUTE // 2) - 1)
    window, within = format_duration(base), f"{reach}999ms"  # up to the scrape before it, not one more
    looks = f"[{format_duration(base + _LOOK)}:{format_duration(_LOOK)}]"  # from before the window on

    def one(expr: str) -> str:
        return f"max without ({without}) ({expr})" if without else expr

    now, first = one(f"last_over_time({series}[{window}])"), one(f"min_over_time({series}[{window}])")
    starts = [one(f"last_over_time({series}[{near}] offset {window})")]
    if up:
        scrapes = f"({one(f'count_over_time({series}{looks})')} or 0 * {one(series)})"
        scraped = [f"sum_over_time({each}{looks}) > 0" for each in up] + [f"0 * ({each} == 1)" for each in up]
        targets = wrapped("min by (job, instance) ", any_of(scraped))
        away = wrapped("unless ", any_of(one(f"{series} offset {ago}") for ago in _AWAY))
        starts.append(wrapped("0 * ", f"{scrapes} < {_TARGET} group_left () {targets}\n{away}"))
    starts.append(first)
    peak, resets = (one(f"{function}({series}[{within}])") for function in ("max_over_time", "resets"))
    grew = f"{now} - (\n{indent(any_of(starts))}\n)\n+ {peak} * clamp_max({resets}, 1)\n>= 0"
    return f"(\n{indent(any_of([grew, one(series)]))}\n) / {base}"


def in_place_of_rates(
    text: str, grow: Callable[[Selector], str], stays: Container[Selector] = frozenset()
) -> str:
    """PromQL with `grow` of its counter in place of each `rate(counter[{{ window }}])`. A `rate` with an
    `offset` stays, and those of these counters."""

    def replaced(match: re.Match[str]) -> str:
        counter = parse_selector(match["counter"]) if match["counter"] else None
        return match[0] if counter is None or counter in stays else f"(\n{indent(grow(counter))}\n)"

    return _RATE.sub(replaced, text)


def counted(
    selector: Selector, up: Sequence[str], settings: Settings, recorded: Recorded, by: tuple[str, ...]
) -> str:
    """Events per second over the base window of rare events, each counted exactly once, summed up.

    A newborn counter counts whole where its target was scraped before, where its process started since (what
    it had before was another life's, even where that is no larger), or where nothing is scraped at all (its
    metrics are pushed) and the rules had been running for a while.
    """
    series, base = str(selector), settings.prometheus.base_window
    reach = format_duration(settings.prometheus.rate_range)
    window, now = format_duration(base), f"last_over_time({series}[{reach}])"
    before = f"last_over_time({series}[{_GAP}] offset {window})"
    lost = f"clamp_min(max_over_time({series}[{reach}]) - {before}, 0)"
    targets = tuple(up) or (selecting("up", settings.scope),)
    started = [
        f"process_start_time_seconds{each.removeprefix('up')} > time() - {2 * base}" for each in targets
    ]
    scraped = [
        f"({each} offset {window} == 1 unless {_TARGET} ({each} unless {each} offset {window}))"
        for each in targets
    ]
    newborn = any_of([*scraped, *started])
    cases = [
        f"({now} + {lost} and {now} < {before})",
        *(f"({now} and {each})" for each in _of_another_life(series, targets, reach, window)),
        f"({now} - {before} >= 0 and resets({series}[{reach}]) == 0)",
        f"({now} and {before})",
        f"({now} and {_TARGET} (\n{indent(newborn)}\n))",
    ]
    if recorded.running and up:
        unscraped = "\nand on ()\n".join(f"absent_over_time({each}[{reach}])" for each in up)
        cases.append(
            f"({now} and on () (\n{indent(unscraped)}\n  and on ()\n  {recorded.running} offset {window}\n))"
        )
    return f"{summed(any_of(cases), by)} / {base}"


def _of_another_life(series: str, targets: Sequence[str], reach: str, window: str) -> Iterator[str]:
    """Conditions on a process that started after a counter was seen last and before it is seen now: the last
    one, or the first, of those that started lately."""
    now = f"max_over_time(timestamp({series})[{reach}:30s])"
    before = f"max_over_time(timestamp({series})[{_GAP}:1m] offset {window})"
    starts = [f"process_start_time_seconds{each.removeprefix('up')}" for each in targets]
    for function in ("max", "min"):
        began = any_of(f"{function}_over_time({each}[{reach}])" for each in starts)
        of_target = f"{_TARGET} group_left () {wrapped(f'{function} by (job, instance) ', began)}"
        yield f"{now} >= {of_target}\nand {before} < {of_target}"


def lately(selector: Selector | str, window: int) -> str:
    """What each series of a counter grew by in `window` seconds, in few words: by its whole value where it
    began, or was reset, since."""
    return f"({selector} - {selector} offset {format_duration(window)} >= 0 or {selector})"
