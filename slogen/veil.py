"""What must not be shown: text that looks like a secret or an address, found by its looks alone.

It judges what is displayed, never what is accepted: to hide too much costs a reader a word, to hide too
little puts a webhook's address into the log of a CI.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from slogen.diagnostics import Problem

HIDDEN: Final = "***"
TOKEN: Final = re.compile(
    r"xox[a-z]-|xapp-|hooks\.slack\.com|/api/webhooks/\d+/|\b\d{8,10}:[-\w]{30,}|^(sk|ghp|glsa|pat|glpat)[-_]\w{8,}"
)
_ADDRESS: Final = re.compile(r"://|^//\w|\S@\S|(?:^|\W)[\w-]+(?:\.[\w-]+)+(?::\d+)?/\S")
_RUN: Final = re.compile(r"[A-Za-z0-9_+/=]{8,}")
_DURATION: Final = re.compile(r"(?:\d+[smhdwy])+|\d{4}-\d\d-\d\dT?[\d:]*")
_PIECE: Final = re.compile(r"[^\s`\"'<>]+")
_FIRM: Final = 16  # characters of letters and digits, from which on one change between them is enough
_LONG: Final = 20  # characters, from which on many changes of case look drawn by lot


def looks_secret(text: str) -> bool:
    """Whether any part of a text looks like a secret, or like an address that may hold one."""
    return any(map(_looks, _PIECE.findall(text)))


def veil(text: str, known: str = "") -> str:
    """The text without its parts that look like secrets. What stands in `known`, too, may be shown."""

    def shown(match: re.Match[str]) -> str:
        return match[0] if match[0].strip(",.;:?!{}()[]") in known or not _looks(match[0]) else HIDDEN

    return _PIECE.sub(shown, text)


def veiled(problem: Problem, known: str = "") -> Problem:
    """The problem with nothing that looks like a secret in its words; its line is not looked at."""
    return replace(problem, message=veil(problem.message, known), hint=veil(problem.hint, known))


def _looks(piece: str) -> bool:
    return bool(TOKEN.search(piece) or _ADDRESS.search(piece)) or any(map(_is_random, _RUN.findall(piece)))


def _is_random(run: str) -> bool:
    """Whether letters and digits (or capitals) change places as they do in keys, and not in names."""
    if _DURATION.fullmatch(run):
        return False
    changes = sum(a.isdigit() != b.isdigit() for a, b in pairwise(run))
    rises = sum(a.islower() and b.isupper() for a, b in pairwise(run))
    firm = len(run) >= _FIRM and changes >= 1
    return changes >= 2 or firm or (len(run) >= _LONG and rises >= 4)
