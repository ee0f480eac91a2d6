"""What people read about a service: the content of its page, without a format and without escapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a runbook: a question, the PromQL that answers it, and what the answer means."""

    question: str
    promql: str
    meaning: str


@dataclass(frozen=True, slots=True)
class SloPage:
    """All that is said about one SLO. A row of `tiers` has their severity, name, long and short window, the
    error ratio above which they fire, and their share of the budget. `board_url` is that of the generated
    board with this SLO chosen, where it is known; `links` name it, too, unless people chose another one."""

    id: str
    name: str
    description: str
    objective: str
    period: str
    promise: str
    budget: str
    owner: str
    links: Mapping[str, str]
    board_url: str
    groups: tuple[str, ...]
    metrics: tuple[str, ...]
    tiers: tuple[tuple[str, ...], ...]
    alerts: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ServicePage:
    """All that is said about one service; `board` is the uid of its board, `board_url` where it is known."""

    name: str
    description: str
    source: str
    owners: tuple[str, ...]
    links: Mapping[str, str]
    board: str
    board_url: str
    slos: tuple[SloPage, ...]


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What the index says of a service; of each SLO its name and its objective."""

    name: str
    owners: tuple[str, ...]
    slos: tuple[tuple[str, str], ...]
