"""What a month of rules would have recorded: the pair by the real Prometheus, the windows by arithmetic.

The windows are summed up here from the pair as math says, not as the rules say it, and compared with what
the rules make of the same history on the server.
"""

from __future__ import annotations

import math
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.server import ORACLE, Server
from slogen.emitted.rules import Recording, RuleFile
from slogen.promql.text import quote
from slogen.units import DAY, HOUR, MINUTE, parse_duration

BASE = 5 * MINUTE
PAIR = ("slo:sli_total:rate5m", "slo:sli_bad:rate5m")
DENSE = 2 * HOUR  # as often as in real life at the end, where rules look back over ranges
Series = tuple[str, tuple[tuple[str, str], ...]]


@dataclass
class History:
    """Values of recorded series by time; `fresh` are those not yet in the server's data."""

    service: str
    series: dict[Series, dict[int, float]] = field(default_factory=dict)
    fresh: set[Series] = field(default_factory=set)

    def put(self, name: str, labels: Mapping[str, str], values: dict[int, float]) -> None:
        """Keep a series."""
        key = (name, tuple(sorted(labels.items())))
        self.series[key] = values
        self.fresh.add(key)

    def values(self, name: str) -> dict[int, float]:
        """The values of the one series of this name; none if it has none."""
        return next((values for (found, _), values in self.series.items() if found == name), {})

    def write(self, folder: Path, end: int) -> None:
        """Bring the fresh series into the data of a server that doesn't run."""
        with (folder / "raw.om").open("w") as out:
            for name, labels in sorted(self.fresh):
                inside = ",".join(f"{label}={quote(value)}" for label, value in labels)
                values = self.series[name, labels]
                out.writelines(
                    f"{name}{{{inside}}} {values[at]!r} {at}\n" for at in sorted(values) if at <= end
                )
        self.fresh.clear()
        blocks(folder)

    def add_now(self, rules: RuleFile, server: Server, end: int) -> bool:
        """Evaluate, at `end`, the recordings that have no value there yet. Whether any has one now."""
        known = {name for name, _ in self.series}
        for rule in _recordings(rules):
            if rule.record not in known:
                for labels, value in server.ask(rule.expr, end).vector:
                    own = {key: text for key, text in labels.items() if key != "__name__"}
                    self.put(rule.record, own | dict(rule.labels), {end: value})
        return bool(self.fresh)

    def check(self, rules: RuleFile, server: Server, end: int) -> None:
        """Compare windows as summed up here with what their rules say: those of the slower group look half a
        minute back, where a window was summed up up to a base window before. Raises RuntimeError."""
        for rule in _recordings(rules):
            if rule.record.startswith(("slo:sli_total:", "slo:sli_bad:")) and rule.record not in PAIR:
                said, values = server.ask(rule.expr, end).vector[0][1], self.values(rule.record)
                summed = values[end]
                if not any(math.isclose(said, values[at], rel_tol=1e-6) for at in (end, end - BASE)):
                    raise RuntimeError(f"{rule.record} of {self.service} is {said}, but summed up {summed}")

    def averaged_ratio(self, window: int) -> float:
        """The plain average of the recorded 5m ratios; as much as nothing where there was no traffic."""
        bad, total = self.values("slo:sli_bad:rate5m"), self.values("slo:sli_total:rate5m")
        end = max(total)
        ratios = [bad[at] / total[at] for at in total if total[at] and end - window < at and at % BASE == 0]
        return sum(ratios) / len(ratios)


def recorded(rules: RuleFile, server: Server, start: int, end: int) -> History:
    """The pair as the server computes it, the windows and what stands for "was here"; every five minutes."""
    history, pair = History(rules.owner), {rule.record: rule for rule in _recordings(rules)}
    grid, dense = range(start + BASE, end + 1, BASE), range(end - DENSE, end + 1, 30)
    labels = dict(pair["slo:sli_total:rate5m"].labels)
    zeros = dict[int, float]()
    for name in PAIR:
        rule = pair[name]
        values = dict(zeros)
        for times in (grid, dense):
            values |= server.over(rule.expr, times.start, times[-1], times.step)
        zeros = zeros or dict.fromkeys(values, 0.0)
        history.put(rule.record, labels, values)
    ones = dict.fromkeys([*grid, *dense], 1.0)
    history.put("slogen_up", pair["slogen_up"].labels, ones)
    history.put("slogen_last_seen_timestamp_seconds", labels, {at: float(at) for at in ones})
    for name in pair:
        kind, _, window = name.partition(":rate")
        if kind in ("slo:sli_total", "slo:sli_bad") and name not in PAIR:
            history.put(name, labels, _means(history.values(f"{kind}:rate5m"), parse_duration(window)))
    return history


def _means(base: dict[int, float], window: int) -> dict[int, float]:
    """The mean of the adjacent five minutes of a window, by running sums; missing ones count as zero."""
    count, sums, total, found = window // BASE, [0.0], 0.0, dict[int, float]()
    grid = range(min(t for t in base if t % BASE == 0), max(base) + 1, BASE)
    for index, at in enumerate(grid):
        total = math.fsum((total, base.get(at, 0.0)))
        sums.append(total)
        found[at] = (total - sums[max(0, index + 1 - count)]) / count
    return found


def _recordings(rules: RuleFile) -> Iterator[Recording]:
    return (rule for group in rules.groups for rule in group.rules if isinstance(rule, Recording))


def blocks(folder: Path) -> None:
    """Turn the folder's raw.om into blocks of a month, or so; smaller ones take an hour to make."""
    with (folder / "raw.om").open("a") as out:
        out.write("# EOF\n")
    command: list[str | Path] = [ORACLE / "promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet"]
    command += ["--max-block-duration", f"{20 * DAY // HOUR}h", folder / "raw.om", folder / "data"]
    subprocess.run(command, check=True, capture_output=True)
