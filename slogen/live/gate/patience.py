"""Ask until it may go, or time is over; and what it means that nobody could be asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from slogen.live.errors import ServerError
from slogen.live.gate.decide import Gate


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many seconds it is asked again, and how often; 0 asks once."""

    length: float = 0.0
    every: float = 30.0


def asked_until(
    ask: Callable[[], Gate],
    patience: Patience,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Gate:
    """The last answer. Raises the ServerError of a server that can't be asked at the end, either."""
    end = clock() + patience.length
    while True:
        try:
            gate = ask()
            if gate.is_final or clock() >= end:
                return gate
        except ServerError:
            if clock() >= end:
                raise
        sleep(max(0.0, min(patience.every, end - clock())))


def unasked(error: ServerError, policy: str, *, allowed: bool) -> Gate:
    """The answer where there is none."""
    said = {"kind": str(error.kind), "server": error.server, "message": error.message}
    return Gate(time.time(), error.server, policy, error=said, allowed=allowed)
