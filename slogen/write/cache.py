"""Small JSON files that only save time: outside git, safe to delete, never needed."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from slogen.reading import read_regular
from slogen.write.outfile import TEMP_PREFIX

FOLDER: Final = ".slogen-cache"
_MOST: Final = 256 * 1024**2


def load_cache(base: Path, name: str) -> dict[str, Any]:
    """What `save_cache` kept under this name below `base`; empty when there is nothing readable."""
    if (base / FOLDER).is_symlink():  # it came with a repository, and leads anywhere
        return {}
    try:
        kept = json.loads(read_regular(base / FOLDER / f"{name}.json", _MOST, follow=False))
        data = kept["data"]
        sound = kept["sum"] == _sum(data)
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return {}
    return data if sound and isinstance(data, dict) else {}


def cache_folder(base: Path, name: str) -> Path | None:
    """A folder of this name in the cache below `base`; None where nothing can be written there."""
    folder = base / FOLDER
    if folder.is_symlink() or (folder / name).is_symlink():
        return None
    try:
        _make(folder)
        (folder / name).mkdir(exist_ok=True)
    except OSError:
        return None
    return folder / name


def _make(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")


def save_cache(base: Path, name: str, data: dict[str, Any]) -> None:
    """Keep `data`, in one step. A folder that cannot be written costs speed and nothing else."""
    folder = base / FOLDER
    if folder.is_symlink():
        return
    temporary = folder / f"{TEMP_PREFIX}{os.getpid()}-{name}"
    try:
        _make(folder)
        temporary.write_text(json.dumps({"sum": _sum(data), "data": data}), encoding="utf-8")
        temporary.replace(folder / f"{name}.json")
    except OSError:
        _drop(temporary)
    except BaseException:
        _drop(temporary)
        raise


def _sum(data: object) -> str:
    """Tells a file that is damaged from one that was kept."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _drop(temporary: Path) -> None:
    with suppress(OSError):
        temporary.unlink(missing_ok=True)
