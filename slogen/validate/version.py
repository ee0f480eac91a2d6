"""`slogen: ">=0.2,<0.3"` in slogen.yaml: which versions may compile the project.

It is looked at before all else: what a version doesn't know yet would be called a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from slogen.diagnostics import Problem
from slogen.load.document import Document
from slogen.version import VERSION

CODE: Final = "slogen-version"
_FIELD: Final = "slogen"
_NUMBERS: Final = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,4}))?")


def check(document: Document) -> Iterator[Problem]:
    """Where the running version doesn't fit, or the range makes no sense. Its type is the schema's."""
    wanted = document.data.get(_FIELD) if isinstance(document.data, dict) else None
    if not isinstance(wanted, str):
        return
    from packaging.specifiers import SpecifierSet

    here = document.span((_FIELD,))
    try:
        fits = SpecifierSet(wanted).contains(VERSION, prereleases=True)
    except ValueError:  # numbers with thousands of digits, too
        message = f"`{wanted[:100]}` says no range of versions"
        yield Problem(CODE, message, here, _example(wanted))
        return
    if not fits:
        message = f"this project wants slogen {wanted}, and this is slogen {VERSION}"
        hint = "install one that fits; or widen the range, generate, and look at what it changes"
        yield Problem(CODE, message, here, hint)


def _example(wanted: str) -> str:
    """The range that was probably meant: from a version up to the next that may break."""
    major, minor = _NUMBERS.findall(f"{wanted} {VERSION}")[0]
    minor = int(minor or 0)
    return f'write it as `slogen: ">={major}.{minor},<{major}.{minor + 1}"`'
