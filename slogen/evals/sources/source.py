"""What a format of results is to the rest: how it is known, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from slogen.evals.content import Content
from slogen.evals.result import Result


@dataclass(frozen=True, slots=True)
class Source:
    """A format. `is_known` looks at the shape alone; `read` raises ContentError for what doesn't fit.
    `wanted` says what such a file has, for who named the wrong one."""

    name: str
    title: str
    is_known: Callable[[Content], bool]
    read: Callable[[Content], Result]
    wanted: str
