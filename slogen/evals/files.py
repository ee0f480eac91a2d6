"""Results files: read, told apart, and what is wrong with them as Problems."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from slogen.diagnostics import Problem, Span, did_you_mean
from slogen.evals.content import MOST_BYTES, Content, ContentError, content_of
from slogen.evals.result import Result
from slogen.evals.sources import SOURCES
from slogen.evals.sources.source import Source
from slogen.reading import read_regular, why_unreadable

_ANY: Final = ("json", "rows")  # fit whatever has numbers
_KNOWN: Final = ", ".join(source.title for source in SOURCES.values())


def read_file(path: Path, source: str | None = None) -> Result | Problem:
    """The result in a file, of the format `source` (a key of SOURCES) or of what it looks like. A run that
    doesn't say when it was, was when the file was written."""
    where = path.as_posix()
    try:
        content, written = read_regular(path, MOST_BYTES), path.stat().st_mtime
    except OSError as error:
        return _unreadable(path, error)
    found = read_bytes(where, content, source)
    if isinstance(found, Result) and found.at is None:
        return replace(found, at=written)
    return found


def _unreadable(path: Path, error: OSError) -> Problem:
    where, why = Span(path.as_posix()), why_unreadable(path, error)
    if isinstance(error, FileNotFoundError):
        names = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
        hint = did_you_mean(path.name, names) or "did the run write its results there?"
        return Problem("no-such-path", f"there is no file `{path.as_posix()}`", where, hint)
    hint = f"results of up to {MOST_BYTES // 1024**2} MiB are read: write the summary, without the answers"
    code = "too-large" if "MiB" in why else "unreadable-file"
    return Problem(code, f"cannot read: {why}", where, hint if code == "too-large" else "name a results file")


def read_bytes(where: str, content: bytes, source: str | None = None) -> Result | Problem:
    """The result in the content of a file."""
    if len(content) > MOST_BYTES:
        return Problem(
            "too-large", f"it is above {MOST_BYTES // 1024**2} MiB", Span(where), "write the summary"
        )
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Problem("not-text", "this is not UTF-8 text", Span(where, line), _not_text(content))
    try:
        return read_content(content_of(where, text), source)
    except ContentError as error:
        code = "eval-results"
        return Problem(code, str(error), Span(where, error.line, error.column, error.column + 1), error.hint)


def _not_text(content: bytes) -> str:
    if content[:2] == b"PK":
        return "an archive, such as Inspect's .eval: `inspect log dump FILE` writes it as JSON"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "it is UTF-16: save it as UTF-8"
    return "a results file is JSON, JSON lines, CSV or XML"


def read_content(content: Content, name: str | None = None) -> Result:
    """The result in what was read. Raises ContentError."""
    if name is not None:
        source = SOURCES[name]
        if name not in _ANY and not _fits(source, content):
            raise ContentError(
                f"this isn't what {source.title} writes: it has {source.wanted}", _looks(content)
            )
        return _as(source, content)
    found = _known(content)
    if found is None:
        raise ContentError("this is no format of results that slogen knows", f"it knows {_KNOWN}")
    return _as(found, content)


def _fits(source: Source, content: Content) -> bool:
    try:
        return source.is_known(content)
    except (AttributeError, TypeError, ValueError, RecursionError):
        return False


def _as(source: Source, content: Content) -> Result:
    """Read as this format. Its tool may write other shapes tomorrow: whatever is not as expected is said."""
    try:
        return _unequal(source.read(content))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError, RecursionError):
        message = f"it looks like {source.title}, and isn't as that is written: it has {source.wanted}"
        raise ContentError(message, "--source json reads any numbers by their names") from None


def _unequal(found: Result) -> Result:
    names = [measure.name for measure in found.measures]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ContentError(f"the metric `{twice}` is there twice", "give each a name of its own")
    return found


def _known(content: Content) -> Source | None:
    return next((source for source in SOURCES.values() if _fits(source, content)), None)


def _looks(content: Content) -> str:
    found = _known(content)
    return f"it looks like {found.title}: --source {found.name}" if found else f"slogen knows {_KNOWN}"
