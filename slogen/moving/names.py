"""Names that slogen takes, from names that others take."""

from __future__ import annotations

import re
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.moving.outcome import not_moved
from slogen.moving.reading import Value

_LONGEST: Final = 63
_OTHER: Final = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """The nearest name of lower-case letters, digits and hyphens; "" where nothing of it is left."""
    words = _OTHER.sub("-", text.lower()).strip("-")
    if words and not words[0].isalpha():
        words = f"slo-{words}"
    return words[:_LONGEST].rstrip("-")


def name_of(at: Value, text: str, what: str) -> str:
    """The name that slogen takes for one. Raises RefusedError for one without letters, and for one that a
    template is still to fill in: all charts would have the same."""
    if "{{" in text:
        message = f"the {what} is the template `{text}`"
        raise not_moved(
            "import-refused-slo", at, message, "render it first (`helm template`), then import that"
        )
    name = slug(text)
    if not name:
        hint = "name one with --service" if what == "service" else "give it a name with letters a to z"
        raise not_moved("import-refused-slo", at, f"the {what} `{text}` has no letter from a to z", hint)
    return name


def renamed(at: Value, what: str, before: str, after: str) -> list[Problem]:
    """Says so where a name had to change."""
    if before == after:
        return []
    message = f"the {what} `{before}` is called `{after}`: its series and labels are others"
    hint = "boards, routes and silences that name it need the new name"
    return [at.problem("import-changed-name", message, hint, Severity.INFO)]
