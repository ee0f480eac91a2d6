"""Counting rare events one by one, where `rate` would extrapolate (a few deployments a day).

Per series: the growth since one base window ago; all of it after a reset; and the whole value of a
newborn counter, but only if it is known to be newborn: its target was already being scraped one base
window ago, or its process started since. A counter that Prometheus merely sees for the first time, or
sees again after a gap (compared with its value from before), is no burst of events.
"""

from __future__ import annotations

from slogen.promql.parse import Selector
from slogen.promql.text import any_of, indent
from slogen.sli.common import TARGET_LABELS, summed
from slogen.units import format_duration

_GAP = "1h"  # a counter seen again within this time goes on from where it was


def counted(selector: Selector, base: int, by: tuple[str, ...]) -> str:
    """Events per second over `base` seconds, each event counted exactly once."""
    now, window = str(selector), format_duration(base)
    before = f"last_over_time({selector}[{_GAP}] offset {window})"
    target = ",".join(map(str, selector.only(*TARGET_LABELS)))
    scraped = f"up{{{target}}} offset {window} == 1" if target else f"up offset {window} == 1"
    started = f"process_start_time_seconds{{{target}}}" if target else "process_start_time_seconds"
    newborn = f"{scraped}\nor\n{started} > time() - {2 * base}"
    events = any_of(
        [
            f"({now} - {before} >= 0)",
            f"({now} and {before})",
            f"({now} and on ({', '.join(TARGET_LABELS)}) (\n{indent(newborn)}\n))",
        ]
    )
    return f"{summed(events, by)} / {base}"
