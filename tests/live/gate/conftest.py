"""A server that has recorded a fleet, knows when its rules ran, and has counted two versions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.live.conftest import AT
from tests.live.fake import Asked, Fake, Said, failure, serving, success, vector
from tests.live.fleet import Recorded

SPEC = """
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
owner: team-a
slos:
  - name: api
    objective: 99.9
    sli: {events: {bad: 'errors_total{job="shop"}', total: 'requests_total{job="shop"}'}}
  - name: stock
    objective: 99
    owner: team-b
    sli: {timeslices: {good: 'stock > 5'}}
"""
END = int(AT // 60) * 60
Counts = Callable[[int], tuple[float, float]]  # minutes before now -> total, bad


@dataclass
class Served:
    """What the server answers with; `then` has what is so after it was asked once."""

    slos: tuple[Recorded, ...] = ()
    ages: Mapping[str, float] | None = None
    versions: Mapping[str, Counts] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    refuses: bool = False
    then: tuple[Recorded, ...] = ()
    pairs: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # window -> bad, total

    def answer(self, asked: Asked) -> Said:
        """The answer to one question."""
        if self.refuses:
            return failure(401, "who are you?")
        more: dict[str, Any] = {"warnings": list(self.warnings)} if self.warnings else {}
        expr = asked.form.get("query", "")
        if "timestamp(" in expr:
            known = (
                {slo.slo_id.partition("/")[0]: 40.0 for slo in self.slos} if self.ages is None else self.ages
            )
            self.slos = self.then or self.slos
            return vector(*(({"slo_service": name}, AT - age) for name, age in known.items()), at=AT, **more)
        if asked.path.endswith("/query"):
            recorded = (sample for slo in self.slos for sample in slo.samples(AT))
            return vector(*recorded, *self._pairs(), at=AT, **more)
        if asked.path.endswith("/query_range"):
            return success({"resultType": "matrix", "result": self._matrix(asked)}, **more)
        if asked.path.endswith("/buildinfo"):
            return success({"version": "3.5.0", "goVersion": "go1.24"})
        return failure(404, "not found")

    def _pairs(self) -> Iterator[tuple[Mapping[str, str], float]]:
        for slo in self.slos:
            service, _, name = slo.slo_id.partition("/")
            own = {"slo_id": slo.slo_id, "slo_service": service, "slo": name}
            for window, pair in self.pairs.items():
                for side, value in zip(("bad", "total"), pair, strict=True):
                    yield {"__name__": f"slo:sli_{side}:rate{window}", **own}, value

    def _matrix(self, asked: Asked) -> list[Any]:
        expr = asked.form["query"]
        if "slogen_up" in expr:
            names = {slo.slo_id.partition("/")[0] for slo in self.slos}
            return [{"metric": {"slo_service": name}, "values": [[AT, "1"]]} for name in names]
        counts = self._counts(expr)
        if counts is None:
            return []
        side = 1 if "errors_total" in expr else 0
        start, end = (int(float(asked.form[each])) for each in ("start", "end"))
        points = [(at, counts((END - at) // 60)[side]) for at in range(start, end + 1, 60)]
        return [{"metric": {}, "values": [[at, str(value)] for at, value in points if value is not None]}]

    def _counts(self, expr: str) -> Counts | None:
        """What matches most of an expression: a version, or matchers as they are written."""
        known = {
            name if "=" in name else f'version="{name}"': counts for name, counts in self.versions.items()
        }
        found = [name for name in known if all(matcher in expr for matcher in name.split(","))]
        return known[max(found, key=lambda name: name.count("="))] if found else None


@contextmanager
def gated(*slos: Recorded, **more: Any) -> Iterator[tuple[Fake, Served]]:
    """Serve it."""
    served = Served(slos, **more)
    with serving(lambda asked: served.answer(asked)) as fake:
        yield fake, served


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """Specs in the working folder."""
    (tmp_path / "specs").mkdir()
    path = tmp_path / "specs" / "shop.yaml"
    path.write_text(SPEC)
    (tmp_path / "slogen.yaml").write_text(
        "apiVersion: slogen/v1\nkind: Settings\nprometheus: {retention: 90d}\n"
    )
    return path
