"""Codes of what is played: stories, and incidents that people know of."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes, Exits

HISTORIES: Final[Codes] = {
    "story": Code(
        "A story contradicts itself: phases overlap, nothing happens in one, or targets that are gone have "
        "errors.",
        "Let each phase say one thing, and end before the next begins.",
        "`{at: 1h, for: 20m, gone: true, errors: 50%}`, of targets that nobody scrapes.",
        Exits.USAGE,
    ),
    "incident-list": Code(
        "The file of `slogen backtest --incidents` can't be read: a row has no time where one is needed, "
        "ends before it begins, or names an SLO that no spec has.",
        "Write a line for each incident below `start,end,slo,name`; the last two may be left out.",
        "`2026-10-19 14:33,2026-10-19 14:05`, whose start and end are swapped.",
        Exits.USAGE,
    ),
}
