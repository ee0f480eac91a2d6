"""Traffic as a fake service would expose it: counters, histograms, restarts, scrapes that fail.

Nothing here knows the rules. Every true event is also counted in `World.events`, so that a story can
compare a budget with what really happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

Series = tuple[str, tuple[tuple[str, str], ...]]


@dataclass
class World:
    """The time of a story, in scrapes of `step` seconds; scrape 0 is at time 0."""

    minutes: int
    step: int = 60
    series: dict[Series, dict[int, str]] = field(default_factory=dict)
    events: list[tuple[int, str, float, float]] = field(default_factory=list)

    @property
    def scrapes(self) -> int:
        """How many scrapes the story has."""
        return self.minutes * 60 // self.step + 1

    def ticks(self) -> Iterator[Tick]:
        """Each scrape with the time that passed since the one before."""
        for index in range(self.scrapes):
            yield Tick(index, index * self.step / 60)

    def record(self, tick: Tick, name: str, labels: Mapping[str, str], value: float | str) -> None:
        """A sample of any series."""
        text = value if isinstance(value, str) else f"{value:.10g}"
        self.series.setdefault((name, tuple(sorted(labels.items()))), {})[tick.index] = text

    def happened(self, tick: Tick, total: float, bad: float, slo: str = "") -> None:
        """True events since the last scrape, for the SLO (or group) `slo`."""
        self.events.append((tick.index, slo, total, bad))

    def truth(self, minute: float, window: float = 1e9, slo: str = "") -> tuple[float, float]:
        """True (total, bad) events of `slo` in the `window` minutes up to `minute`."""
        last, first = minute * 60 / self.step, (minute - window) * 60 / self.step
        found = [(total, bad) for at, s, total, bad in self.events if first < at <= last and s == slo]
        return sum(total for total, _ in found), sum(bad for _, bad in found)

    def input_series(self) -> list[dict[str, str]]:
        """All series in promtool's notation; the first missed scrape leaves a staleness marker."""
        return [
            {"series": selector(name, labels), "values": _values(samples, self.scrapes)}
            for (name, labels), samples in self.series.items()
        ]


@dataclass(frozen=True)
class Tick:
    """One scrape: its number and its minute."""

    index: int
    minute: float

    def within(self, start: float, end: float) -> bool:
        """Whether the time since the last scrape lies in the minutes from `start` to `end`."""
        return start < self.minute <= end


@dataclass
class Target:
    """One scraped process. Series exist once they were touched, as in client libraries. `app` and `cluster`
    are labels that the target has, and everything that it exposes."""

    world: World
    job: str
    instance: str = "a"
    up: bool = True
    values: dict[Series, float] = field(default_factory=dict)
    app: str = ""
    cluster: str = ""

    def count(self, name: str, amount: float, **labels: str) -> None:
        """Add to a counter; `amount` 0 only brings it into being."""
        key = (name, tuple(sorted(labels.items())))
        self.values[key] = self.values.get(key, 0) + amount

    def happen(self, name: str, amount: float, **labels: str) -> None:
        """Add to a counter that a process creates when the first such event occurs."""
        if amount:
            self.count(name, amount, **labels)

    def observe(self, name: str, bounds: Sequence[str], slowest: Mapping[str, float], **labels: str) -> None:
        """Add observations to a histogram: `slowest` has the number in each bucket, not cumulated."""
        seen = 0.0
        for bound in (*bounds, "+Inf"):
            seen += slowest.get(bound, 0)
            self.count(f"{name}_bucket", seen, le=bound, **labels)
        self.count(f"{name}_count", sum(slowest.values()), **labels)

    def restart(self) -> None:
        """All counters are gone until they are touched again."""
        self.values.clear()

    def scrape(self, tick: Tick) -> None:
        """What Prometheus stores: `up`, and the values if the target answers."""
        more = {"app": self.app, "cluster": self.cluster}
        identity = {"job": self.job, "instance": self.instance} | {k: v for k, v in more.items() if v}
        self.world.record(tick, "up", identity, 1 if self.up else 0)
        if self.up:
            for (name, labels), value in self.values.items():
                self.world.record(tick, name, {**dict(labels), **identity}, value)


def selector(name: str, labels: Sequence[tuple[str, str]]) -> str:
    """`name{a="b"}` as promtool reads it."""
    inside = ",".join(f'{label}="{value}"' for label, value in labels)
    return f"{name}{{{inside}}}"


def _values(samples: Mapping[int, str], scrapes: int) -> str:
    texts, before = [], False
    for index in range(scrapes):
        known = index in samples
        texts.append(samples[index] if known else "stale" if before else "_")
        before = known
    return " ".join(_run(text, len(list(run))) for text, run in groupby(texts))


def _run(text: str, length: int) -> str:
    """`_x5` for five times `_`: promtool repeats a value one time more than it says, but not a gap."""
    if length == 1 or text in ("stale", "NaN"):
        return " ".join([text] * length)
    return f"_x{length}" if text == "_" else f"{text}x{length - 1}"
