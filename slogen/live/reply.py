"""What a server sent back, and when to ask it again."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_LONGEST_PAUSE: Final = 20.0
_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent as it is, of this content type, to a server with another API than Prometheus'."""

    content: bytes
    type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Form = Mapping[str, str] | Body


def options_of(method: str, form: Form) -> dict[str, Any]:
    """How `requests` is told what to send: fields stand in the body of a POST, else in the address."""
    if isinstance(form, Body):
        return {"data": form.content, "headers": {"Content-Type": form.type, **form.headers}}
    return {"data": form} if method == "POST" else {"params": form}


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: status, the server's headers, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether it did what it was asked."""
        return 200 <= self.status < 300

    @property
    def gave_up(self) -> bool:
        """Whether the server says that the question took it too long."""
        found = self.json()
        return isinstance(found, dict) and found.get("errorType") == "timeout"

    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


def pause(tried: int, wanted: str) -> float:
    """Seconds until the next try: what the server wants, or twice as long each time, not all at once."""
    if is_number(wanted):
        return min(float(wanted), _LONGEST_PAUSE)
    return float(min(0.25 * 2**tried, _LONGEST_PAUSE) * random.uniform(0.75, 1.25))


def is_number(text: str) -> bool:
    """Whether a header's value is a whole number that can be read; digits of other scripts are none."""
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS
