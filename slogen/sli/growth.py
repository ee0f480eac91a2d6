"""What a counter grew by in the base window, per series: each event once, whatever the scrapes do.

`rate` scales what it saw up to its whole range, so the count of a burst depends on where it lies between the
scrapes, and sways with each evaluation for as long as a window holds it. Here nothing is scaled. A series is
looked up at both ends of the base window (N now, P before), each time with the last value that was scraped,
so that adjacent windows meet in the same value and add up to what happened:

    N - P          there at both ends
    N - 0          born within the window, on a target that was scraped before: all of it happened
    N - first      met for the first time: nobody knows when it grew to its first value
    N - P + peak   across a reset, for each of them

A counter that was away and is back is not born: where it was there twenty minutes or an hour ago, only what
it grew by since counts. Its target must have been scraped in the very range in which P is looked for, so that
a gap in the scrapes makes nobody newborn. `rare` events are few and dear: there a counter goes on from where
it was within the last hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from slogen.load.settings import Settings
from slogen.model.sli import Recorded
from slogen.promql.parse import Selector
from slogen.promql.text import any_of, indent, wrapped
from slogen.sli.common import summed
from slogen.units import MINUTE, format_duration

_TARGET: Final = "on (job, instance)"  # what tells one target from another
_AWAY: Final = ("20m", "1h")
_GAP: Final = "1h"  # a rare counter that is seen again within this time goes on from where it was
_NEAR: Final = 8  # scrapes before the start of the base window within which its value is looked for


def grown(selector: Selector, up: Sequence[str], settings: Settings, without: str = "") -> str:
    """Events per second of each series of a counter over the base window. `up` selects the targets that
    expose it; where nothing does, no series is known to be born. Series that differ in the label `without`
    alone are one, whose value goes on when the label changes (`le="1"` becomes `le="1.0"`)."""
    base, reach = settings.base_window, format_duration(settings.rate_range)
    near = format_duration(_NEAR * max(settings.scrape_interval, MINUTE // 2) - 1)
    window, within = format_duration(base), f"{reach}999ms"  # up to the scrape before it, not one more

    def one(expr: str) -> str:
        return f"max without ({without}) ({expr})" if without else expr

    starts = [one(f"last_over_time({selector}[{near}] offset {window})")]
    if up:
        scraped = any_of(f"max_over_time({each}[{near}] offset {window}) == 1" for each in up)
        away = any_of(one(f"{selector} offset {ago}") for ago in _AWAY)
        born = f"0 * ({one(str(selector))} or {one(f'{selector} offset 2m')})"
        born += f"\nand {_TARGET} (\n{indent(scraped)}\n)\nunless (\n{indent(away)}\n)"
        starts.append(wrapped("", born))
    starts.append(one(f"min_over_time({selector}[{reach}])"))
    now, peak = one(f"last_over_time({selector}[{reach}])"), one(f"max_over_time({selector}[{within}])")
    resets = one(f"resets({selector}[{within}])")
    grew = f"{now} - (\n{indent(any_of(starts))}\n)\n+ {peak} * {resets}\n>= 0"
    return f"(\n{indent(any_of([grew, one(str(selector))]))}\n) / {base}"


def counted(
    selector: Selector, up: Sequence[str], settings: Settings, recorded: Recorded, by: tuple[str, ...]
) -> str:
    """Events per second over the base window of rare events, each counted exactly once, summed up.

    A newborn counter counts whole where its target was scraped before, where its process started since, or
    where nothing is scraped at all (its metrics are pushed) and the rules had been running for a while.
    """
    base, reach = settings.base_window, format_duration(settings.rate_range)
    window, now = format_duration(base), f"last_over_time({selector}[{reach}])"
    before = f"last_over_time({selector}[{_GAP}] offset {window})"
    lost = f"clamp_min(max_over_time({selector}[{reach}]) - {before}, 0)"
    targets = tuple(up) or ("up",)
    started = [
        f"process_start_time_seconds{each.removeprefix('up')} > time() - {2 * base}" for each in targets
    ]
    newborn = any_of([*(f"{each} offset {window} == 1" for each in targets), *started])
    cases = [
        f"({now} - {before} >= 0 and resets({selector}[{reach}]) == 0)",
        f"({now} + {lost} and {now} < {before})",
        f"({now} and {before})",
        f"({now} and {_TARGET} (\n{indent(newborn)}\n))",
    ]
    if recorded.running and up:
        unscraped = "\nand on ()\n".join(f"absent_over_time({each}[{reach}])" for each in up)
        cases.append(
            f"({now} and on () (\n{indent(unscraped)}\n  and on ()\n  {recorded.running} offset {window}\n))"
        )
    return f"{summed(any_of(cases), by)} / {base}"
