"""A file for the textfile collector of a node exporter: what is there is read, a run is added, and the file
is replaced as a whole, so that no scrape sees half of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from slogen.evals.exposition import ForeignError, series_of, text_of
from slogen.evals.readers import JOB
from slogen.evals.series import Written, key_of
from slogen.reading import read_regular, why_unreadable
from slogen.write import OutFile, apply, plan

ENDING: Final = ".prom"
_MOST: Final = 16 * 1024 * 1024
_ODD: Final = re.compile(r"[^a-zA-Z0-9_-]+")


class TextfileError(Exception):
    """The file can't be written, or is another's."""


def add(path: Path, run: Written, job: str) -> tuple[Path, int]:
    """Add a run to a file (in a folder: to that of its suite): which, and how many series it has then. With a
    `job` the series say so. Raises TextfileError, and AlreadyThereError."""
    if path.is_dir():
        path = path / f"slogen_eval_{_ODD.sub('_', run.suite)}{ENDING}"
    if path.suffix != ENDING:
        raise TextfileError(f"`{path.as_posix()}` doesn't end in {ENDING}, so no collector would read it")
    if not path.parent.is_dir():
        raise TextfileError(f"there is no folder `{path.parent.as_posix()}`")
    added = {key_of(n, {**dict(labels), JOB: job}): value for (n, labels), value in run.series.items()}
    run = Written(run.suite, run.at, run.has_time, added)
    after = run.after(_before(path))
    starter = OutFile(path.parent, path.name, "", "textfile", text_of(after))
    if problems := apply(plan([starter], [path.parent], owners=(), targets=())):
        raise TextfileError(f"`{path.as_posix()}`: {problems[0].message}")
    return path, len(after)


def _before(path: Path) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    try:
        return series_of(read_regular(path, _MOST).decode())
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise TextfileError(f"`{path.as_posix()}` is no text: it is another's file") from None
    except OSError as error:
        raise TextfileError(f"`{path.as_posix()}`: {why_unreadable(path, error)}") from None
    except ForeignError as error:
        said = f"`{path.as_posix()}`: {error}, so it is another's file"
        raise TextfileError(f"{said}: name one of its own") from None
