"""Alert policies: their tiers must be in order, differ, and have windows that make sense."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from slogen.diagnostics import Problem
from slogen.load.document import Document
from slogen.model.origin import Origin
from slogen.model.read_alerting import own_tier, read_policy
from slogen.model.tiers import Frame
from slogen.units import HOUR, MINUTE, YEAR, format_duration
from slogen.validate.tiers import check_each

_BUDGET = Fraction(1, 1000)  # of a usual SLO; windows and order don't depend on it
_SHORTEST, _LONGEST = HOUR, YEAR


def check(document: Document) -> Iterator[Problem]:
    """Check what an AlertPolicy document means; its shape is right already."""
    origin, policy = Origin(document), read_policy(document.data)
    if not _SHORTEST <= policy.window <= _LONGEST:
        hint = f"from {format_duration(_SHORTEST)} to {format_duration(_LONGEST)}"
        yield origin.at("window").problem("window", "this SLO window is out of range", hint)
        return
    frame = Frame(policy.window, _BUDGET, base=MINUTE, scrape=1)  # derived windows are rounded anyway
    yield from check_each([own_tier(line, frame) for line in policy.tiers], frame, origin.at("tiers"))
