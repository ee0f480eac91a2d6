"""The three answers of a gate, and the reasons for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Verdict(StrEnum):
    """What was asked is so, is not so, or nobody can tell."""

    GO = "go"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


_WORST_LAST: Final = (Verdict.GO, Verdict.UNKNOWN, Verdict.BLOCKED)


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule and how it came out; `value` and `limit` are shares, factors or seconds, as the rule says."""

    rule: str
    verdict: Verdict
    words: str
    value: float | None = None
    limit: float | None = None


def badness(verdict: Verdict) -> int:
    """What the worst comes last by: go, unknown, blocked."""
    return _WORST_LAST.index(verdict)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Blocked if any is; else unknown if any is, or if there are none; else go."""
    return max(verdicts, key=badness, default=Verdict.UNKNOWN)
