"""A file that a user names and owns, as bytes: a picture."""

from __future__ import annotations

from pathlib import Path

from slogen.diagnostics import CallError


def write(path: Path, content: bytes) -> None:
    """Write it, over what was there. Raises CallError with the reason when that can't be."""
    if not path.parent.is_dir():
        raise CallError(f"there is no folder `{path.parent.as_posix()}` for `{path.name}`")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CallError(f"`{path.as_posix()}` can't be written: {error.strerror or error}") from None
