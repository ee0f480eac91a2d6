"""What a run asks for, and what of it differs from the disk: plain data between `plan` and `apply`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from slogen.diagnostics import Problem
from slogen.packed import Text
from slogen.write.outfile import OutFile


@dataclass(frozen=True, slots=True)
class Change:
    """One file to create (`old` is None), rewrite, or remove (`new` is None); `mode` is the old file's.

    Text stays as it is until it is written: for a large project a second copy of everything would not fit.
    """

    path: Path
    old: bytes | None
    wanted: bytes | Text | None
    mode: int | None = None

    @property
    def new(self) -> bytes | None:
        """The bytes to write."""
        if self.wanted is None or isinstance(self.wanted, bytes):
            return self.wanted
        return self.wanted.encode() if isinstance(self.wanted, str) else self.wanted.content


@dataclass(frozen=True, slots=True)
class Request:
    """What a run was asked for; None covers every owner or target, those that no longer exist included."""

    files: tuple[OutFile, ...]
    roots: tuple[Path, ...]
    owners: frozenset[str] | None
    targets: frozenset[str] | None
    version: str | None = None  # of the slogen that asks
    home: Path | None = None  # the folder of the project that asks
    real: tuple[str, ...] = ()  # the roots without links, as they were

    def covers(self, owner: str, target: str) -> bool:
        """Whether this run may prune what this owner's target made."""
        return (self.owners is None or owner in self.owners) and (
            self.targets is None or target in self.targets
        )

    def moved(self, handles: Mapping[Path, int]) -> Iterator[Path]:
        """The roots whose handles are of other folders than those that lay there when this was asked."""
        for root, real in zip(self.roots, self.real, strict=True):
            if root in handles and not os.path.samestat(os.fstat(handles[root]), os.lstat(real)):
                yield root


@dataclass(frozen=True, slots=True)
class Plan:
    """What differs from the disk. With errors among `problems` nothing is ever written.

    `changes` are files, `lists` ownership lists, `unions` the lists with old and new entries that hold
    while files change. `owned` is every file (lists too) that slogen owns when the plan is applied.
    `stamps` are the notes of the version that writes; `made_by` says for
    those that are there which version it was.
    """

    request: Request
    changes: tuple[Change, ...] = ()
    lists: tuple[Change, ...] = ()
    unions: tuple[Change, ...] = ()
    unchanged: int = 0
    emptied: tuple[Path, ...] = ()  # folders of files that go, innermost first
    leftovers: tuple[Path, ...] = ()  # temporary files of a killed run
    owned: frozenset[Path] = frozenset()
    problems: tuple[Problem, ...] = ()
    stamps: tuple[Change, ...] = ()
    made_by: Mapping[Path, str] = field(default_factory=dict)

    @property
    def is_current(self) -> bool:
        """Whether the disk already is as wanted."""
        return not (self.changes or self.lists or self.leftovers)
