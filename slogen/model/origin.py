"""Where a part of the model was written, so that any later check can point at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slogen.conventions import slo_at
from slogen.diagnostics import Problem, Severity, Span
from slogen.load.document import Document

Key = str | int
Path = tuple[Key, ...]
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Origin:
    """A place inside a document: `keys` below the first of `bases` where something is written.

    The further bases are where a value may have been inherited from, nearest first.
    """

    document: Document
    bases: tuple[Path, ...] = ((),)
    keys: Path = ()

    def at(self, *keys: Key) -> Origin:
        """The origin of a part."""
        return Origin(self.document, self.bases, self.keys + keys)

    @property
    def exists(self) -> bool:
        """Whether anything is written here, or was inherited."""
        return any(self._is_written(base) for base in self.bases)

    @property
    def value(self) -> Any:
        """What is written here, nearest first; None where nothing is."""
        for base in self.bases:
            found = _value(self.document.data, base + self.keys)
            if found is not _NOTHING:
                return found
        return None

    def span(self, *, key: bool = False) -> Span:
        """Line and column of the value, or of its key."""
        base = next(filter(self._is_written, self.bases), self.bases[0])
        return self.document.span((*base, *self.keys), key=key)

    def problem(
        self,
        code: str,
        message: str,
        hint: str = "",
        *,
        severity: Severity = Severity.ERROR,
        key: bool = False,
    ) -> Problem:
        """A problem that points here."""
        slo = slo_at(self.document.data, (*self.bases[0], *self.keys))  # also of what it has inherited
        return Problem(code, message, self.span(key=key), hint, severity, slo)

    def _is_written(self, base: Path) -> bool:
        return _value(self.document.data, (*base, *self.keys)) is not _NOTHING


def _value(data: Any, path: Path) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return _NOTHING
    return data
