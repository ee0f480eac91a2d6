"""Ask again where that may help: questions are idempotent."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from typing import Final

from slogen.live.errors import Fault, ServerError
from slogen.live.reply import Reply, pause

_PASSING: Final = frozenset({429, 502, 503, 504})


def tried(once: Callable[[], Reply], until: float, retries: int) -> Reply:
    """The reply after as many tries as may help, until this monotonic time. Raises ServerError."""
    for number in count():
        is_last = number >= retries
        try:
            reply = once()
        except ServerError as error:
            if is_last or error.kind not in (Fault.REFUSED, Fault.HTTP):
                raise
            wait = pause(number, "")
        else:
            too_hard = number >= 1 and reply.gave_up
            if is_last or too_hard or reply.status not in _PASSING:
                return reply
            wait = pause(number, reply.headers.get("Retry-After", ""))
            if time.monotonic() + wait >= until:
                return reply
        time.sleep(max(0.0, min(wait, until - time.monotonic())))
    raise AssertionError("count() has no end")
