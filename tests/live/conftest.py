"""A fake server that has recorded a fleet, and the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from slogen.cli import main

from .fake import Asked, Fake, Said, failure, serving, success, vector
from .fleet import Recorded

AT = 1_795_867_200.0  # 2026-11-28 12:00 UTC

Run = Callable[..., Result]


@pytest.fixture
def at() -> float:
    """The moment at which the fake fleet stands as it does."""
    return AT


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run slogen in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SLOGEN_PROMETHEUS_URL", raising=False)
    return lambda *args: CliRunner().invoke(main, [str(arg) for arg in args])


@contextmanager
def fleet(
    *slos: Recorded,
    ran: dict[str, float] | None = None,
    warnings: tuple[str, ...] = (),
    ran_in: Sequence[tuple[Mapping[str, str], float]] = (),
) -> Iterator[Fake]:
    """Serve what is recorded of these SLOs; `ran` are the services whose rules ran, and when last; or
    `ran_in`, with labels."""
    services = {slo.slo_id.partition("/")[0]: AT for slo in slos} | (ran or {})
    up = [{"metric": {"slo_service": name}, "values": [[last, "1"]]} for name, last in services.items()]
    up = [{"metric": labels, "values": [[last, "1"]]} for labels, last in ran_in] or up

    def answers(asked: Asked) -> Said:
        more = {"warnings": list(warnings)} if warnings else {}
        if asked.path.endswith("/query"):
            return vector(*(sample for slo in slos for sample in slo.samples(AT)), at=AT, **more)
        if asked.path.endswith("/query_range"):
            return success({"resultType": "matrix", "result": up})
        if asked.path.endswith("/buildinfo"):
            return success({"version": "3.5.0", "goVersion": "go1.24"})
        return failure(404, "not found")

    with serving(answers) as fake:
        yield fake
