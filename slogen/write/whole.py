"""A folder that is there as a whole, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from slogen.diagnostics import CallError


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give a folder beside `path`, of another name, that becomes `path` when all went well; else it goes.
    What is killed leaves no more than that other folder. Raises CallError where `path` is not new or empty,
    or can't be written."""
    refuse_used(path)
    parent = Path(os.path.abspath(path)).parent
    try:
        made = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".unfinished", dir=parent))
    except OSError as error:
        raise CallError(f"`{path.as_posix()}` can't be made: {error.strerror or error}") from None
    try:
        yield made
        os.chmod(made, 0o755)
        try:
            os.replace(made, os.path.abspath(path))  # over an empty folder, too
        except OSError as error:
            raise CallError(f"`{path.as_posix()}` can't be made: {error.strerror or error}") from None
    finally:
        shutil.rmtree(made, ignore_errors=True)


def refuse_used(path: Path) -> None:
    """Raise CallError for a path that is there and no empty folder."""
    try:
        is_used = path.is_symlink() or (path.exists() and (not path.is_dir() or any(path.iterdir())))
    except OSError as error:
        raise CallError(f"`{path.as_posix()}` can't be read: {error.strerror or error}") from None
    if is_used:
        raise CallError(f"`{path.as_posix()}` is not empty: name a new folder, or an empty one")
