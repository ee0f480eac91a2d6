"""Small JSON files that only save time: outside git, safe to delete, never needed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from slogen.write.outfile import TEMP_PREFIX

FOLDER: Final = ".slogen-cache"


def load_cache(base: Path, name: str) -> dict[str, Any]:
    """What `save_cache` kept under this name below `base`; empty when there is nothing readable."""
    try:
        data = json.loads((base / FOLDER / f"{name}.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def save_cache(base: Path, name: str, data: dict[str, Any]) -> None:
    """Keep `data`, in one step. A folder that cannot be written costs speed and nothing else."""
    folder = base / FOLDER
    temporary = folder / f"{TEMP_PREFIX}{os.getpid()}-{name}"
    try:
        folder.mkdir(exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        temporary.write_text(json.dumps(data), encoding="utf-8")
        temporary.replace(folder / f"{name}.json")
    except OSError:
        temporary.unlink(missing_ok=True)
