"""The folder of a Prometheus' database, looked at without touching it."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any, Final

from slogen.diagnostics import CallError
from slogen.live.client import Client

_BLOCK: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")  # a ULID
_HEAD: Final = ("wal", "chunks_head")
_FAR: Final = 1e11  # seconds: an empty head says that it ends there


def copied(folder: Path, into: Path) -> None:
    """Put the blocks of a database into a new folder: by links where that can be, for blocks never change;
    the head, which does, as a copy. Raises CallError for what is no database."""
    blocks = _blocks(folder)
    heads = [folder / name for name in _HEAD if (folder / name).is_dir()]
    if not blocks and not heads:
        inside = folder / "data"
        hint = f"; is it `{inside.as_posix()}`?" if inside.is_dir() else ""
        raise CallError(f"`{folder.as_posix()}` holds no database of Prometheus: no block and no `wal`{hint}")
    try:
        for block in blocks:
            shutil.copytree(block, into / block.name, copy_function=_linked)
        for head in heads:
            shutil.copytree(head, into / head.name, ignore_dangling_symlinks=True)
    except (OSError, shutil.Error) as error:
        raise CallError(f"`{folder.as_posix()}` can't be copied: {_why(error)}") from None


def extent(folder: Path, source: Client) -> tuple[float, float]:
    """The Unix times of the oldest and the newest sample of a database, which `source` reads. Raises
    CallError where there is none."""
    metas = [_meta(path / "meta.json") for path in _blocks(folder)]
    metas.append(source.api("status/tsdb").get("headStats", {}))
    oldest, newest = (
        [at for meta in metas if 0 < (at := float(meta.get(key, 0)) / 1000) < _FAR]
        for key in ("minTime", "maxTime")
    )
    if not oldest or not newest:
        raise CallError("the database holds no sample")
    return min(oldest), max(newest)


def _meta(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise CallError(f"the block `{path.parent.name}` is broken: its meta.json is no JSON; copy it again")
    return found


def _blocks(folder: Path) -> list[Path]:
    found = (path for path in _entries(folder) if _BLOCK.fullmatch(path.name))
    return [path for path in found if (path / "meta.json").is_file()]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise CallError(f"`{folder.as_posix()}` can't be read: {error.strerror or error}") from None


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # on another file system
        shutil.copy2(source, target)


def _why(error: Exception) -> str:
    if isinstance(error, shutil.Error) and error.args and error.args[0]:
        return str(error.args[0][0][2])
    return (error.strerror if isinstance(error, OSError) else "") or str(error)
