"""What a story acts on: its own fake service, and the Prometheus that watches it, in fast motion."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from slogen.live.client import Client
from slogen.live.server import Server
from slogen.live.status import Standing, status_of
from slogen.live.status import look as look_at

from .processes import ask, free_port, kill, start, wait_for
from .prometheus import Prometheus

# Polls, scrapes and evaluations are seconds apart, and the machine does other things too.
SLACK = 4.0
Labels = Mapping[str, str]


@dataclass
class Service:
    """The process of a fake service. Events of processes that ended are kept."""

    folder: Path
    port: int = field(default_factory=free_port)
    past: list[list[Any]] = field(default_factory=list)

    def start(self) -> None:
        """Start it, without traffic, and wait until it answers."""
        script = Path(__file__).with_name("fake_service.py")
        self.process = start([sys.executable, script, str(self.port)], self.folder / "service.txt")
        wait_for("the fake service", lambda: ask(self._url("/events")) is not None, 30)

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def serve(self, **models: Mapping[str, float]) -> None:
        """From now on, traffic by model: `rate`, and shares of `errors` and `slow`."""
        ask(self._url("/traffic"), models)

    def crash(self) -> None:
        """The process is gone; what it had counted is kept here."""
        self.past += ask(self._url("/exit"), {})
        kill(self.process)

    def close(self) -> None:
        """End it for good."""
        kill(self.process)

    def events(self, start: float, end: float, model: str, kind: str) -> float:
        """How many events (`total`, `bad`, `slow`) truly happened between two unix times."""
        column = {"total": 2, "bad": 3, "slow": 4}[kind]
        found, before = 0.0, 0.0
        for row in [*self.past, *ask(self._url("/events"))]:
            if row[1] == model:
                step = row[column] - (before if row[column] >= before else 0)
                before = row[column]
                found += step if start < row[0] <= end else 0
        return found


@dataclass
class Stage:
    """One story's view. Times that a story speaks of are minutes of the real rules."""

    name: str
    by: Fraction
    service: Service
    prometheus: Prometheus

    def seconds(self, minutes: float) -> float:
        """Real minutes as they pass here."""
        return minutes * 60 * float(self.by)

    def play(self, minutes: float) -> None:
        """Let time go by."""
        time.sleep(self.seconds(minutes))

    def watch(self, minutes: float, check: Callable[[], None]) -> None:
        """Check something about once a second while time goes by."""
        deadline = time.monotonic() + self.seconds(minutes)
        while time.monotonic() < deadline:
            check()
            time.sleep(1)

    def value(self, series: str, **labels: str) -> float | None:
        """The value of a recorded series of this service."""
        found = self.prometheus.query(_selector(series, {"slo_service": self.name, **labels}))
        return float(found[0]["value"][1]) if found else None

    def status(self) -> dict[str, Standing]:
        """How the SLOs of this service stand, as `slogen status` sees it, by the model of their group."""
        with Client(Server(f"http://127.0.0.1:{self.prometheus.port}")) as client:
            seen = look_at(client, services=[self.name])
        found = status_of(seen, wants=lambda slo_id: slo_id.startswith(f"{self.name}/"))
        return {standing.group.get("model", ""): standing for standing in found.standings}

    def paused(self, since: float) -> float:
        """For how many seconds since a unix time rules ran, or scrapes came, later than they should."""
        length = max(1, round(time.time() - since))
        ours = (f'slogen_up{{slo_service="{self.name}"}}', f'up{{job="{self.name}"}}')
        return max(self._late(f"{selected}[{length}s]") for selected in ours)

    def _late(self, samples: str) -> float:
        times = [float(time) for found in self.prometheus.query(samples)[:1] for time, _ in found["values"]]
        gaps = [after - before for before, after in pairwise(times)]
        return sum(max(gap - 1.5 * self.seconds(0.5), 0.0) for gap in gaps)

    def wait_for_data(self, series: str = "slo:sli_error:ratio_rate5m", **labels: str) -> None:
        """Wait until the rules record."""
        wait_for(f"{series} of {self.name}", lambda: self.value(series, **labels) is not None, 30)

    def wait_for_alert(self, name: str, within: float, **labels: str) -> dict[str, Any]:
        """The alert, firing within so many minutes."""
        what = f"{name} {labels} of {self.name} within {within} min"
        return wait_for(what, lambda: next(self.firing(name, **labels), None), self.seconds(within) + SLACK)

    def wait_for_end(self, within: float, **labels: str) -> None:
        """No such alert fires any more, and that within so many minutes."""

        def is_over() -> bool:
            return not any(self.firing(**labels))

        wait_for(f"{labels} of {self.name} over within {within} min", is_over, self.seconds(within) + SLACK)

    def firing(self, name: str = "", **labels: str) -> Iterator[dict[str, Any]]:
        """Alerts of this service that fire in the last answer of Prometheus, if it answered lately."""
        looks = self.prometheus.looks
        if looks and time.time() - looks[-1].time < SLACK:
            yield from self._of_this(looks[-1].firing, name, labels)

    def fired(self, since: float, name: str = "", **labels: str) -> set[str]:
        """Names (and tiers) of alerts of this service that fired at any time since a unix time."""
        found = set[str]()
        for look in self.prometheus.looks:
            if look.time >= since:
                for alert in self._of_this(look.firing, name, labels):
                    found.add(alert["labels"]["alertname"])
        return found

    def _of_this(
        self, alerts: tuple[dict[str, Any], ...], name: str, labels: Labels
    ) -> Iterator[dict[str, Any]]:
        wanted = {"slo_service": self.name, **labels} | ({"alertname": name} if name else {})
        for alert in alerts:
            if wanted.items() <= alert["labels"].items():
                yield alert


def _selector(series: str, labels: Labels) -> str:
    inside = ",".join(f'{name}="{value}"' for name, value in labels.items())
    return f"{series}{{{inside}}}"
