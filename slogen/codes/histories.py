"""Codes of stories, which `slogen simulate` plays."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes, Exits

HISTORIES: Final[Codes] = {
    "story": Code(
        "A story contradicts itself: phases overlap, nothing happens in one, or targets that are gone have "
        "errors.",
        "Let each phase say one thing, and end before the next begins.",
        "`{at: 1h, for: 20m, gone: true, errors: 50%}`, of targets that nobody scrapes.",
        Exits.USAGE,
    ),
}
