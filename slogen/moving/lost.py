"""What nobody read of a foreign document: it has no place in slogen, and is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from slogen.diagnostics import Problem, Severity, Span
from slogen.moving.reading import Value

# Of the objects that documents are: nothing of it is about an SLO.
_OF_OBJECTS: Final = ("apiVersion", "kind", "metadata", "status")
_ITS_OWN: Final = "metadata"  # also of an object within another
_DOCUMENTED: Final = "docs/moving.md says what has a place; what matters to people can be a label or a link"
_IN_LIST: Final = "items"


def lost_fields(at: Value) -> Iterator[Problem]:
    """What nobody read of a value, but for what is of an object; it counts as told then."""
    for part in [*at.unread()]:
        if _is_of_object(part):
            continue
        path = _dotted(part.path) or "this document"
        part.mark()
        if part.data is None:
            message = f"`{path}` is an item of a list without a value"
            yield part.problem("import-lost-field", message, "remove it, or write what was to stand there")
        else:
            yield part.problem("import-lost-field", f"`{path}` has no place in slogen", _DOCUMENTED)


def lost_of_objects(roots: Iterable[Value]) -> Iterator[Problem]:
    """The same of objects, once for each file: every one of them has such fields."""
    found: dict[str, list[Value]] = {}
    for root in roots:
        for part in [*root.unread()]:
            part.mark()
            found.setdefault(root.file, []).append(part)
    for parts in found.values():
        names = ", ".join(f"`{name}`" for name in dict.fromkeys(_dotted(_inside(part)) for part in parts))
        message = f"what objects have beside their SLOs has no place in slogen: {names}"
        yield parts[0].problem("import-lost-field", message, "nothing is to be done", Severity.INFO)


def unread_file(path: str) -> Problem:
    """A file of which nothing is read, as something of its YAML is wrong."""
    message = f"nothing of `{path}` is imported, as its YAML is broken"
    return Problem("import-unread-file", message, Span(path), "mend what is said of it, and import it again")


def _is_of_object(part: Value) -> bool:
    inside = _inside(part)
    return bool(inside) and (inside[0] in _OF_OBJECTS or _ITS_OWN in inside)


def _inside(part: Value) -> tuple[str | int, ...]:
    """The path within the object that it is of."""
    if part.path[:1] == (_IN_LIST,):
        return part.path[2:]
    return (
        part.path[1:] if isinstance((*part.path, "")[0], int) else part.path
    )  # of a document that is a list


def _dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))
