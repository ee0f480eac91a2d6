"""What an earlier `generate` made of the same input need not be made again.

For each service the cache knows a hash of everything its files come from, and a hash of each file. A file
is taken from the disk only if it still has that hash, so a hand-edited or damaged one is made anew.
`check` and `test` never use this.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import tzdata

from slogen.diagnostics import Problem, Severity, Span, has_errors
from slogen.packed import Left
from slogen.pipeline import Made, Result
from slogen.render.artifact import Artifact
from slogen.write.cache import load_cache, save_cache
from slogen.write.disk import BlockedError, Disk

_NAME: Final = "generate"
_RUN: Final = "run"


@dataclass
class Reuse:
    """The artifacts of earlier runs below `roots` (output, tests), found by the hash of their input."""

    base: Path
    roots: tuple[Path, Path]
    common: str
    known: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def _disks(self) -> tuple[Disk, Disk]:
        """Reading as the planner does: through no link, and regular files only. Raises BlockedError."""
        return Disk(self.roots[0]), Disk(self.roots[1])

    @classmethod
    def load(cls, base: Path, roots: tuple[Path, Path], common: Iterable[object]) -> Reuse:
        """Read the cache; `common` is all that every artifact depends on besides its own spec."""
        return cls(base, roots, _hash(_code(), *map(repr, common)), load_cache(base, _NAME))

    def whole_run(self, sources: Mapping[str, bytes], only: Collection[str] | None) -> Made | None:
        """All artifacts, and what was told, if not one source has changed since they were made."""
        run = self.known.get(_RUN)
        if not isinstance(run, dict) or run.get("key") != self._run_key(sources, only):
            return None
        artifacts = list[Artifact]()
        for owner in run["owners"]:
            found = self._read(owner, self.known["owners"].get(owner, {}))
            if found is None:
                return None
            artifacts += found.artifacts
        problems = _problems(run.get("problems"))
        return None if problems is None else Made(tuple(artifacts), problems)

    def of_owner(self, owner: str, specs: Iterable[bytes]) -> Made | None:
        """What was made of one owner, if the specs that it comes of are the same."""
        entry = self.known.get("owners", {}).get(owner)
        if not isinstance(entry, dict) or entry.get("key") != _hash(self.common, *specs):
            return None
        return self._read(owner, entry)

    def save(
        self,
        sources: Mapping[str, bytes],
        only: Collection[str] | None,
        specs: Mapping[str, Iterable[bytes]],
        result: Result,
    ) -> None:
        """Keep what was made of these sources; `specs` are those that each service comes of."""
        owners: dict[str, dict[str, Any]] = {}
        for owner, made in result.made.items():
            if any(a.is_there for a in made.artifacts):
                owners[owner] = self.known["owners"][owner]
                continue
            owners[owner] = {
                "key": _hash(self.common, *specs.get(owner, (b"",))),
                "files": [[a.target, a.path, _hash(_content(a))] for a in made.artifacts],
                "problems": _data(made.problems),
                "groups": dict(made.groups),
            }
        run = {
            "key": self._run_key(sources, only),
            "owners": list(owners),
            "problems": _data(result.problems),
        }
        kept = {} if only is None else self.known.get("owners", {})
        data = {_RUN: run, "owners": kept | owners}
        if data != self.known:
            save_cache(self.base, _NAME, data)

    def _run_key(self, sources: Mapping[str, bytes], only: Collection[str] | None) -> str:
        chosen = "" if only is None else repr(sorted(only))
        return _hash(
            self.common, chosen, *(part for name in sorted(sources) for part in (name, sources[name]))
        )

    def _read(self, owner: str, entry: Mapping[str, Any]) -> Made | None:
        artifacts = []
        try:
            groups = {str(target): int(count) for target, count in entry["groups"].items()}
            for target, path, digest in entry["files"]:
                content = self._disks[target == "tests"].read(path).content
                if content is None or _hash(content) != digest:
                    return None
                left = Left(self.roots[target == "tests"] / path)
                artifacts.append(Artifact(path, left, owner, target, is_there=True))
        except (BlockedError, ValueError, KeyError, TypeError, AttributeError):
            return None
        problems = _problems(entry.get("problems"))
        return None if problems is None else Made(tuple(artifacts), problems, groups=groups)


def _content(artifact: Artifact) -> str | bytes:
    return artifact.content if isinstance(artifact.content, str) else artifact.content.content


def _data(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [asdict(problem) for problem in problems]


def _problems(data: object) -> tuple[Problem, ...] | None:
    """What was told, if that is what is there: the cache may be damaged, or of another hand."""
    if not isinstance(data, list):
        return None
    try:
        found = tuple(map(_problem, data))
    except (KeyError, TypeError, ValueError):
        return None
    return None if has_errors(found) else found


def _problem(data: Mapping[str, Any]) -> Problem:
    span = None if data["span"] is None else Span(**_plain(data["span"], Span))
    return Problem(**_plain(data, Problem), severity=Severity(data["severity"]), span=span)


def _plain(data: Mapping[str, Any], kind: type[Problem | Span]) -> dict[str, Any]:
    """The texts and numbers among the fields of such a dataclass. Raises TypeError where one is none."""
    types = {each.name: each.type for each in fields(kind) if each.type in ("str", "int")}
    if any(type(data[name]).__name__ != wanted for name, wanted in types.items()):
        raise TypeError
    return {name: data[name] for name in types}


def _hash(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


@cache
def _code() -> str:
    """What slogen itself is, and the rules of time zones: another version may make other files of the same
    input."""
    package = Path(__file__).parents[1]
    files = sorted(p for p in package.rglob("*") if p.suffix in (".py", ".yaml", ".json", ".j2"))
    facts = [(p.name, stat.st_size, stat.st_mtime_ns) for p in files for stat in [p.stat()]]
    return _hash(sys.version, tzdata.__version__, repr(facts))
