"""What is known of a problem code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Exits(StrEnum):
    """How a command ends that found an error of this code."""

    FINDINGS = "findings"  # in what was read
    USAGE = "usage"  # something could not be read, so nothing is known of it


@dataclass(frozen=True, slots=True)
class Code:
    """What a code means and how to mend it, each in a sentence or two of Markdown.

    `example` says when it comes, for those that no spec can show; the others have files in tests/bad.
    """

    meaning: str
    mend: str
    example: str = ""
    exits: Exits = Exits.FINDINGS


Codes = Mapping[str, Code]
