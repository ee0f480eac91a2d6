"""Words for severities that say the opposite of what they are given to: the page would sleep till morning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.model.alerting import INFO
from slogen.model.origin import Origin
from slogen.model.tiers import PAGE, TICKET

CODE: Final = "swapped-severity"
# What people understand by a word, the worst first.
_RANKS: Final = (
    ("emergency", "disaster", "fatal"),
    (PAGE, "critical", "crit", "urgent"),
    ("high", "major", "error"),
    (TICKET, "warning", "warn", "medium", "minor"),
    ("low",),
    (INFO, "information", "informational", "notice", "none", "debug"),
)
_RANK: Final = {word: rank for rank, words in enumerate(_RANKS) for word in words}
_NUMBERED: Final = re.compile(r"(p|prio|priority|sev|severity)[-_ ]?(\d)")
_ORDER: Final = (PAGE, TICKET, INFO)
_USUAL: Final = {PAGE: "critical", TICKET: "warning", INFO: "info"}


def swapped(words: Mapping[str, str], here: Origin) -> Iterator[Problem]:
    """A problem at `here` where the words of two severities (by name) say the opposite of their order."""
    for one, other in pairwise(_ORDER):
        worse, milder = words[one], words[other]
        is_named_so = (one, other) == (PAGE, TICKET) and (worse == TICKET or milder == PAGE)
        if worse != milder and (is_named_so or _is_worse(milder, worse)):
            message = f"a {one} is `{worse}` here, and a {other} is `{milder}`: people read the opposite"
            hint = f"such as `{{{one}: {_USUAL[one]}, {other}: {_USUAL[other]}}}`"
            level = Severity.ERROR if is_named_so else Severity.WARNING
            yield here.problem(CODE, message, hint, severity=level, key=True)


def _is_worse(one: str, other: str) -> bool:
    """Whether everybody takes the first word for worse."""
    numbers = _NUMBERED.fullmatch(one.lower()), _NUMBERED.fullmatch(other.lower())
    if numbers[0] and numbers[1]:
        return numbers[0][1] == numbers[1][1] and numbers[0][2] < numbers[1][2]
    ranks = _RANK.get(one.lower()), _RANK.get(other.lower())
    return ranks[0] is not None and ranks[1] is not None and ranks[0] < ranks[1]
