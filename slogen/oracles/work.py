"""What is to be proven, and how: the compiled owners, their files, and what was said of the programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from slogen.diagnostics import Problem
from slogen.emitted.proof import Compiled, TestFile
from slogen.emitted.routing import Routing, RoutingCase
from slogen.oracles import routing
from slogen.oracles.find import OLDEST, OLDEST_AMTOOL
from slogen.render.promtool import rules_path
from slogen.render.rulers.prometheus import path_of
from slogen.write import Plan

_VERSION_TIMEOUT, _FILE_TIMEOUT = 30.0, 300.0


@dataclass(frozen=True, slots=True)
class DeployedFile:
    """A configuration that somebody runs: a copy that amtool can read, the file that people know, its
    receivers and whether they send to anybody, and what must come true of the alerts. `never` says why some
    of them, by their labels as amtool takes them, reach nobody at any hour: amtool knows nothing of hours."""

    path: Path
    shown: str
    senders: Mapping[str, bool]
    cases: tuple[RoutingCase, ...]
    problems: tuple[Problem, ...]
    never: Mapping[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be proven: compiled owners, what differs on disk from them, and the folders.

    `not_proven` are the warnings about SLOs without sample series, by SLO id; `slo_count` is how many there
    are; `is_whole` says that no spec was left out. amtools older than `alertmanager` aren't asked, promtools
    older than `prometheus` are, and it is said. Without `has_plain_rules` in the output they lie beside the
    tests. Where the output has no tests, they were `made` in another folder, with the rules that they load.
    In the folder of `vmalert_tests` are the same tests for vmalert-tool, where the project has rules for it.
    """

    compiled: tuple[Compiled, ...]
    plan: Plan
    output: Path
    tests: Path
    base: Path
    slo_count: int
    not_proven: dict[str, Problem]
    is_whole: bool = True
    prometheus: tuple[int, int] = OLDEST
    alertmanager: tuple[int, int] = OLDEST_AMTOOL
    deployed: DeployedFile | None = None
    has_plain_rules: bool = True
    made: Path | None = None
    vmalert_tests: Path | None = None

    @property
    def of_tests(self) -> Path:
        """Where generated tests lie."""
        return self.made or self.tests

    @property
    def routing(self) -> Routing | None:
        """What Alertmanager is told, where it is part of the output."""
        wanted = any(file.path == routing.FILE for file in self.plan.request.files)
        return next((each.routing for each in self.compiled if each.routing and wanted), None)

    @property
    def asks_amtool(self) -> bool:
        """Whether there is anything that amtool could be asked."""
        return self.routing is not None or self.deployed is not None

    @property
    def routing_file(self) -> Path:
        """The file that amtool reads."""
        return self.output / routing.FILE

    def rules(self, of: Compiled) -> Path:
        """The rule file of an owner that promtool reads."""
        owner = of.rules.owner
        if self.has_plain_rules:
            return self.output / of.folder / path_of(owner)
        return self.of_tests / of.folder / rules_path(owner)

    @property
    def generated(self) -> Iterator[tuple[Compiled, TestFile, Path]]:
        """Every generated test file and where it lies."""
        return (
            (each, test, self.of_tests / each.folder / test.path)
            for each in self.compiled
            for test in each.tests
        )


@dataclass(frozen=True, slots=True)
class Options:
    """Programs that were asked for by name, or a folder of them; none: those on PATH. `jobs` 0: one a core.
    Timeouts in seconds, for one call."""

    promtools: tuple[Path, ...] = ()
    amtools: tuple[Path, ...] = ()
    vmalert_tools: tuple[Path, ...] = ()
    folder: Path | None = None
    rerun: bool = False
    jobs: int = 0
    version_timeout: float = _VERSION_TIMEOUT
    timeout: float = _FILE_TIMEOUT
