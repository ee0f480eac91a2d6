"""Moments and durations on the command line."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

from slogen.diagnostics import CallError
from slogen.units import parse_duration


def moment(text: str) -> float:
    """The Unix time of `2026-10-01T12:00:00Z`, `2026-10-01`, a Unix time, `now`, or `-2h` from now. Raises
    CallError for anything else."""
    if text == "now":
        return time.time()
    if text.startswith("-"):
        try:
            return time.time() - parse_duration(text[1:])
        except ValueError:
            raise CallError(f"`{text}` is no time: `-2h` is two hours ago") from None
    if re.fullmatch(r"\d{9,10}(\.\d+)?", text):
        return float(text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise CallError(
            f"`{text}` is no time: write 2026-10-01T12:00:00Z, 2026-10-01, a Unix time, or -2h"
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def duration(text: str) -> int:
    """The seconds of `30s`, `5m`, `1h`. Raises CallError for anything else."""
    try:
        found = parse_duration(text)
    except ValueError:
        found = 0
    if not found:
        raise CallError(f"`{text}` is no duration above 0; write 30s, 5m or 1h")
    return found
