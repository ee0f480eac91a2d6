"""What an OpenSLO document refers to by name: another document of the import."""

from __future__ import annotations

from slogen.moving.dialect import Options
from slogen.moving.outcome import not_moved
from slogen.moving.reading import Value


def lookup(reference: Value, kind: str, options: Options) -> Value | None:
    """The document of a kind that a reference names; None where it is in none of the files."""
    name = reference.text()
    for part in options.beside:
        found = part.get("kind") if part.is_mapping else None
        if found is not None and found.data == kind:
            its = part.need("metadata").need("name")
            if str(its.data) == name:
                its.mark()
                return part
    return None


def named(reference: Value, kind: str, options: Options) -> Value:
    """The same; raises RefusedError where there is none."""
    found = lookup(reference, kind, options)
    if found is None:
        raise not_moved("import-refused-reference", reference, missing(reference, kind), "name its file, too")
    return found


def missing(reference: Value, kind: str) -> str:
    """Says that there is no such document."""
    return f"there is no {kind} `{reference.text()}` in the files of this import"
