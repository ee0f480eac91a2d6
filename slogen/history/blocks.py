"""Samples as blocks of a Prometheus' database, made by promtool of OpenMetrics text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from slogen.oracles.call import call, callers
from slogen.promql.selector import Matcher, Selector
from slogen.units import HOUR

BLOCK = 486 * HOUR  # of the lengths that Prometheus knows; few blocks of it hold months
_LONGEST = 600.0  # seconds for promtool
Points = Iterable[tuple[int, float]]


class BlocksError(Exception):
    """promtool could not make blocks: what it said."""


@dataclass(slots=True)
class Blocks:
    """Samples to come, one text file for each stretch of `length` seconds in `folder`; `into` is the
    database. Nothing is kept in memory."""

    promtool: Path
    folder: Path
    into: Path
    length: int = BLOCK
    _files: dict[int, set[str]] = field(default_factory=dict)

    def add(self, name: str, labels: Mapping[str, str], points: Points) -> int:
        """A series, in the order of time; how many samples it has. It may come in several pieces, if they
        are in different stretches or made into blocks in between."""
        head = str(Selector(name, tuple(Matcher(key, "=", labels[key]) for key in sorted(labels))))
        found = [*points]
        times = [at for at, _ in found]
        for stretch in range(times[0] // self.length, times[-1] // self.length + 1) if times else ():
            begin, end = (bisect_left(times, each * self.length) for each in (stretch, stretch + 1))
            if end > begin:
                self._write(stretch, name, [f"{head} {value!r} {at}\n" for at, value in found[begin:end]])
        return len(found)

    def _write(self, stretch: int, name: str, lines: list[str]) -> None:
        known = self._files.setdefault(stretch, set())
        with self._path(stretch).open("a", encoding="utf-8") as file:
            if name not in known:
                file.write(f"# TYPE {name} gauge\n")
                known.add(name)
            file.writelines(lines)

    def _path(self, stretch: int) -> Path:
        return self.folder / f"{stretch}.om"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to make blocks of."""
        return not self._files

    def make(self) -> None:
        """Turn what came into blocks. Raises BlocksError."""
        with callers(2) as pool:
            list(pool.map(self._make, sorted(self._files)))
        self._files.clear()

    def _make(self, stretch: int) -> None:
        path = self._path(stretch)
        with path.open("a", encoding="utf-8") as file:
            file.write("# EOF\n")
        longest = f"--max-block-duration={self.length}s"
        command = [str(self.promtool), "tsdb", "create-blocks-from", "openmetrics", "--quiet", longest]
        answer = call([*command, str(path), str(self.into)], _LONGEST)
        if answer.code != 0:
            raise BlocksError(answer.trouble or answer.first_line or f"exit code {answer.code}")
        path.unlink()
