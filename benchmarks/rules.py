"""What the rules of one SLO read on 100 raw series with a month of history, and how true the budget is."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import slogen
from benchmarks import raw_rules, traffic
from benchmarks.history import History, blocks, recorded
from benchmarks.measure import of, table
from benchmarks.server import Answer, Server, prometheus
from slogen.emitted.rules import Alert, Rule, RuleFile

PERIOD = 30 * traffic.DAY
TARGET_SAMPLES, TARGET_POINTS = 9000, 0.2


@dataclass(frozen=True)
class Case:
    """Traffic, and an SLO on it."""

    month: traffic.Month
    instances: list[traffic.Instance]
    rate: Callable[[int], float]
    objective: float
    rare: bool = False

    @property
    def name(self) -> str:
        """Service of the SLO; the job of its series."""
        return f"{self.month.name}-rare" if self.rare else self.month.name

    @property
    def budget(self) -> float:
        """As a share."""
        return round(1 - self.objective / 100, 9)

    def selector(self, inside: str = "") -> str:
        """The raw series."""
        return f'requests_total{{job="{self.month.name}"{inside}}}'

    @property
    def bad(self) -> str:
        """The raw series of bad events."""
        return self.selector(',code="500"')

    def rules(self) -> RuleFile:
        """The generated rules. Raises RuntimeError."""
        sli = {"bad": self.bad, "total": self.selector(), "rare": self.rare}
        slo = {"name": "requests", "objective": self.objective, "sli": {"events": sli}}
        head = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives", "service": self.name}
        result = slogen.compile(json.dumps({**head, "slos": [slo]}))
        if not result.ok:
            raise RuntimeError(str(result.problems))
        return result.compiled[0].rules


def run() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases = list(_cases(int(time.time()) // 3600 * 3600 - traffic.DAY))
        histories = {case.name: _remember(case, folder) for case in cases}
        with prometheus(folder, "") as server:
            for case in cases:
                histories[case.name].check(case.rules(), server, case.month.end)
            _print_costs(cases, server)
            _print_budgets(cases, histories, server)


def _cases(end: int) -> Iterator[Case]:
    dense = traffic.Month("dense", end, error_share=0.0004)
    yield Case(dense, traffic.steady_fleet(dense), traffic.dense_rate, 99.9)
    sparse = traffic.Month("sparse", end, error_share=0.01)
    fleet = traffic.daily_fleet(sparse)
    yield Case(sparse, fleet, traffic.sparse_rate, 97)
    yield Case(sparse, fleet, traffic.sparse_rate, 97, rare=True)


def _remember(case: Case, folder: Path) -> History:
    """Bring the raw series and what the rules would have recorded into the folder's data."""
    month = case.month
    if not month.totals:
        with (folder / "raw.om").open("w") as out:
            traffic.write(month, out, case.instances, case.rate)
        blocks(folder)
    rules = case.rules()
    with prometheus(folder, "") as server:
        history = recorded(rules, server, month.start, month.end)
    history.write(folder, month.end)
    for _ in range(4):  # what is recorded from recorded series, a step further each time
        with prometheus(folder, "") as server:
            if not history.add_now(rules, server, month.end):
                break
        history.write(folder, month.end)
    return history


def _recordings(rules: RuleFile) -> Iterator[Rule]:
    return (rule for group in rules.groups for rule in group.rules)


def _print_costs(cases: list[Case], server: Server) -> None:
    rows = []
    for case in cases:
        by_part: dict[str, list[Answer]] = {}
        for rule in _recordings(case.rules()):
            answer = server.ask(rule.expr, case.month.end)
            by_part.setdefault(_part(rule), []).append(answer)
        rows += [_cost_row(case, part, answers) for part, answers in by_part.items()]
        rows.append(_cost_row(case, "all", [a for answers in by_part.values() for a in answers]))
        if not case.rare:
            raw = [raw_rules.ratio(case.bad, case.selector(), w) for w in raw_rules.WINDOWS]
            answers = [server.ask(expr, case.month.end) for expr in raw]
            period = server.ask(raw_rules.ratio(case.bad, case.selector(), raw_rules.PERIOD), case.month.end)
            rows.append(_cost_row(case, "raw windows up to 3d", answers))
            rows.append(_cost_row(case, "raw windows up to 30d", [*answers, period]))
    head = ("traffic", "rules", "number", "samples read", "of target", "ms")
    table("rule cost of one SLO: one evaluation of each rule", head, rows)


def _part(rule: Rule) -> str:
    if isinstance(rule, Alert):
        return "alerts"
    if rule.record.endswith("rate5m") and rule.record.startswith("slo:sli_") and "ratio" not in rule.record:
        return "pair"
    return "windows" if rule.record.startswith("slo:sli_") else "metadata"


def _cost_row(case: Case, part: str, answers: list[Answer]) -> tuple[str, ...]:
    samples = sum(answer.samples for answer in answers)
    target = of(samples, TARGET_SAMPLES) if part == "all" and case.month.name == "dense" else ""
    milliseconds = 1000 * sum(answer.seconds for answer in answers)
    return case.name, part, str(len(answers)), f"{samples:,}", target, f"{milliseconds:.1f}"


def _print_budgets(cases: list[Case], histories: dict[str, History], server: Server) -> None:
    rows = []
    for case in cases:
        truth = case.month.consumed(PERIOD, case.budget)
        slo = f'slo:sli_error:ratio_rate30d{{slo_service="{case.name}"}}'
        raw = " / ".join(f"sum(increase({series}[30d]))" for series in (case.bad, case.selector()))
        answers = {
            "slogen": _value(server.ask(slo, case.month.end)),
            "raw increase over 30d": _value(server.ask(raw, case.month.end)),
            "average of 5m ratios": histories[case.name].averaged_ratio(PERIOD),
        }
        for name, ratio in answers.items():
            error = 100 * (ratio / case.budget - truth)
            target = of(abs(error), TARGET_POINTS) if (name, case.name) == ("slogen", "dense") else ""
            consumed = f"{100 * ratio / case.budget:.2f} %"
            rows.append((case.name, name, consumed, f"{100 * truth:.2f} %", f"{error:+.3f}", target))
    head = ("traffic", "how", "budget consumed", "by true counts", "error in points", "of target")
    table("budget over 30d against the true event counts", head, rows)


def _value(answer: Answer) -> float:
    return answer.vector[0][1]
