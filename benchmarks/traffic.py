"""A month of traffic as Prometheus would have scraped it, and the true counts beside it."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TextIO

SCRAPE = 30
DAY = 86400
MODELS = ("llama", "mistral", "qwen", "gemma", "phi")


@dataclass
class Month:
    """True events of the last `days` up to `end` (unix time)."""

    name: str
    end: int
    error_share: float
    days: int = 31
    totals: dict[int, int] = field(default_factory=dict)
    bads: dict[int, int] = field(default_factory=dict)

    @property
    def start(self) -> int:
        """The first scrape."""
        return self.end - self.days * DAY

    def happened(self, at: int, total: int, bad: int) -> None:
        """Count events of the scrape interval that ended at `at`."""
        self.totals[at] = self.totals.get(at, 0) + total
        self.bads[at] = self.bads.get(at, 0) + bad

    def consumed(self, window: int, budget: float) -> float:
        """The true share of the budget that the last `window` seconds consumed."""
        since = self.end - window
        bad = sum(count for at, count in self.bads.items() if at > since)
        total = sum(count for at, count in self.totals.items() if at > since)
        return bad / total / budget


@dataclass(frozen=True)
class Instance:
    """A process that is scraped from `start` to `end`, and its load as a share of the whole service."""

    name: str
    start: int
    end: int
    share: float


def write(month: Month, out: TextIO, instances: list[Instance], rate: Callable[[int], float]) -> None:
    """Scrape every instance and write all samples as OpenMetrics, a series after the other.

    An instance has ten series, a model and a code each, and `up`; `rate` is requests per second in all.
    """
    for number, instance in enumerate(instances):
        rand = random.Random(number)
        target = f'job="{month.name}",instance="{instance.name}"'
        out.writelines(f"up{{{target}}} 1 {at}\n" for at in _scrapes(instance))
        for model in MODELS:
            ok, bad = _counters(month, instance, rate, rand)
            for code, samples in (("200", ok), ("500", bad)):
                labels = f'{target},model="{model}",code="{code}"'
                out.writelines(f"requests_total{{{labels}}} {value} {at}\n" for at, value in samples)


def _counters(
    month: Month, instance: Instance, rate: Callable[[int], float], rand: random.Random
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Samples of good and of bad requests. A series appears with its first event, as in real services."""
    samples: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    ok = bad = 0
    error_share = month.error_share
    restart = rand.randrange(2, 9) * DAY + rand.randrange(DAY)
    for at in _scrapes(instance):
        if at % 3600 == 0:
            error_share = 0.03 if rand.random() < 0.01 else month.error_share
        if (at - instance.start) % restart < SCRAPE:
            ok = bad = 0
        total = _drawn(rate(at) * SCRAPE * instance.share / len(MODELS), rand)
        failed = min(total, _drawn(total * error_share, rand))
        month.happened(at, total, failed)
        ok, bad = ok + total - failed, bad + failed
        for series, value in zip(samples, (ok, bad), strict=True):
            if value or series:
                series.append((at, value))
    return samples


def _scrapes(instance: Instance) -> range:
    return range(instance.start + SCRAPE, instance.end + 1, SCRAPE)


def _drawn(mean: float, rand: random.Random) -> int:
    """A number of events around `mean`: exact in the long run, bursty in the short."""
    if mean > 20:
        return max(0, round(rand.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, rand.random()
    while product > limit:
        product *= rand.random()
        count += 1
    return count


def dense_rate(at: int) -> float:
    """Requests per second: a daily curve, two idle hours each night, bursts of ten times the load."""
    hour = at % DAY / 3600
    if hour < 2:
        return 0.0
    burst = 10 if at % 17_100 < 600 else 1
    return burst * 40 * (1.2 + math.sin((hour - 8) / 24 * 2 * math.pi))


def sparse_rate(at: int) -> float:
    """Two thousand requests a day, none at night: one or two a day for each series of failures."""
    return 0.05 if 7 <= at % DAY / 3600 < 20 else 0.0


def steady_fleet(month: Month, size: int = 10) -> list[Instance]:
    """Instances that live for the whole month."""
    return [Instance(f"pod-{n}", month.start, month.end, 1 / size) for n in range(size)]


def daily_fleet(month: Month, size: int = 2) -> list[Instance]:
    """New instances with every day, as after a deployment; one scrape passes without any."""
    return list(_days(month, size))


def _days(month: Month, size: int) -> Iterator[Instance]:
    for day in range(month.days):
        start = month.start + day * DAY
        for n in range(size):
            yield Instance(f"pod-{day}-{n}", start, start + DAY - SCRAPE, 1 / size)
