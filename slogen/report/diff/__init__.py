"""What a change of the specs means: for people as text or Markdown, for scripts as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from slogen.project.difference.whole import Difference
from slogen.report.diff.as_json import as_json
from slogen.report.diff.as_markdown import as_markdown
from slogen.report.diff.as_text import as_text

_FORMS: Final[dict[str, Callable[[Difference], str]]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}
FORMS: Final = tuple(_FORMS)


def render(difference: Difference, form: str) -> str:
    """A difference in a form of FORMS, without a newline at its end."""
    return _FORMS[form](difference)
