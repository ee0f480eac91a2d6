"""What will be emitted as proof: promtool unit tests, and in words what each of them shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slogen.emitted.routing import Routing
from slogen.emitted.rules import RuleFile
from slogen.model.slo import Service


@dataclass(frozen=True, slots=True)
class Claim:
    """What a block of a test shows for one SLO, as an answer to "is it so?"."""

    slo_id: str
    words: str


@dataclass(frozen=True, slots=True)
class ExpectedAlert:
    """A firing alert with exactly these labels and annotations."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AlertCheck:
    """At `at` seconds exactly these alerts of this name are firing."""

    at: int
    alert: str
    expected: tuple[ExpectedAlert, ...] = ()


@dataclass(frozen=True, slots=True)
class ExprCheck:
    """At `at` seconds the expression gives exactly these series: labels (as PromQL) to value."""

    at: int
    expr: str
    expected: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One promtool test: input series by name, with a sample every `interval` seconds from 0.

    The rules are evaluated every `step` seconds; 0: as often as there are samples.
    """

    name: str
    interval: int
    series: Mapping[str, str]
    alerts: tuple[AlertCheck, ...] = ()
    exprs: tuple[ExprCheck, ...] = ()
    claims: tuple[Claim, ...] = field(default=())
    step: int = 0

    @property
    def evaluated(self) -> int:
        """Seconds between two evaluations of the rules."""
        return self.step or self.interval


@dataclass(frozen=True, slots=True)
class TestFile:
    """The tests of one story for one owner, evaluated every `interval` seconds, groups in this order."""

    owner: str
    story: str
    source: str
    interval: int
    groups: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def path(self) -> str:
        """Where it lies below the tests folder."""
        return f"{self.owner}/{self.story}.test.yaml"


@dataclass(frozen=True, slots=True)
class Compiled:
    """Everything that is emitted for one owner: rules and the tests that prove them.

    `services` are what they were compiled from: the owner itself, or all of the project for its watcher,
    which also has the `routing`, if the project says who is told. `others` are rules and tests for targets
    whose engines need other rules than Prometheus. `folder` is where its files lie in the output: that of a
    cluster, "" where there is one place.
    """

    rules: RuleFile
    tests: tuple[TestFile, ...] = ()
    services: tuple[Service, ...] = ()
    routing: Routing | None = None
    others: Mapping[str, Compiled] = field(default_factory=dict)
    folder: str = ""
