"""Stories: traffic in, what a person expects out, played through promtool with the compiled rules.

promtool is used as an evaluator: an assertion that cannot hold makes it print what the query really
gives, so one run yields the whole timeline of every alert instead of a yes or no.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import yaml

import slogen

from .traffic import World, selector

ALERTS = 'ALERTS{alertstate="firing",alertname!="SLOMetaDeadMan"}'
LONG_AGO = "-10000000"  # 115 days before the story
SINCE = date(2027, 1, 1)  # begins a year, as the time of promtool does, when nothing was measured yet
_NEVER = [{"labels": "never", "value": 0}]
_FAILED = re.compile(r'expr: (?P<expr>".*"), time: (?P<time>\S+?),\n\s+exp: ?.*\n\s+got: ?(?P<got>.*)')
_SAMPLE = re.compile(r'\{(?P<labels>(?:[^{}"]|"(?:[^"\\]|\\.)*")*)\} (?P<value>[-+0-9.eE]+|NaN|[-+]Inf)')
_LABEL = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*")')
_PART = re.compile(r"(\d+)(ms|d|h|m|s)")
_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}

Labels = dict[str, str]


class Seen:
    """What one run showed: by query and minute, the samples."""

    def __init__(self, output: str, world: World, asked: Sequence[tuple[str, float]]) -> None:
        self.world = world
        self.samples: dict[tuple[str, float], list[tuple[Labels, float]]] = {}
        for match in _FAILED.finditer(output):
            minute = _seconds(match["time"]) / 60
            self.samples[json.loads(match["expr"]), minute] = _samples(match["got"])
        missing = [query for query in asked if query not in self.samples]
        if missing:
            raise AssertionError(f"promtool did not answer {missing[:3]}:\n{output[:3000]}")

    def firing(self, **labels: str) -> dict[str, list[float]]:
        """Minutes in which alerts with these labels fire, by the alert's identity."""
        found: dict[str, list[float]] = {}
        for (expr, minute), samples in sorted(self.samples.items()):
            if expr == ALERTS:
                for alert, _ in samples:
                    if labels.items() <= alert.items():
                        found.setdefault(short(alert), []).append(minute)
        return found

    def minutes(self, **labels: str) -> list[float]:
        """Minutes in which at least one alert with these labels fires."""
        return sorted({minute for minutes in self.firing(**labels).values() for minute in minutes})

    def runs(self, **labels: str) -> list[tuple[float, float]]:
        """The same as stretches (first minute, last minute)."""
        out: list[tuple[float, float]] = []
        step = self.world.step / 60
        for minute in self.minutes(**labels):
            if out and minute - out[-1][1] <= step * 1.01:
                out[-1] = (out[-1][0], minute)
            else:
                out.append((minute, minute))
        return out


class Check(Protocol):
    """One expectation."""

    def asks(self) -> list[tuple[str, float]]:
        """Queries and the minutes at which to ask them, beside the alerts."""
        ...

    def wrong(self, seen: Seen) -> str:
        """What is wrong, in words; empty if nothing."""
        ...


@dataclass(frozen=True)
class Story:
    """A spec, its traffic and what a person expects. `order` is the order of the groups, by suffix."""

    name: str
    spec: str
    minutes: int
    traffic: Callable[[World], None]
    expect: tuple[Check, ...]
    step: int = 60
    settings: str | None = None
    order: tuple[str, ...] = ("page", "budget")
    watch_from: float = 0
    moved: bool = False  # its `since` is SINCE, and lies on the day on which the story begins
    known: bool = False  # the rules have run, and its SLOs have been seen, for longer than any window


@dataclass
class Player:
    """Plays stories with one promtool."""

    promtool: Path
    folder: Path
    timeout: float = 600

    def play(self, story: Story) -> Seen:
        """Compile, write the rules and the test, run, read."""
        world = World(story.minutes, story.step)
        story.traffic(world)
        groups = self._write_rules(story)
        asked = [(ALERTS, t.minute) for t in world.ticks() if t.minute >= story.watch_from]
        asked += [ask for check in story.expect for ask in check.asks()]
        asked = list(dict.fromkeys(asked))
        test = {
            "rule_files": sorted(path.name for path in self.folder.glob("*.rules.yaml")),
            "evaluation_interval": f"{story.step}s",
            "group_eval_order": groups,
            "tests": [
                {
                    "interval": f"{story.step}s",
                    "input_series": world.input_series() + (self._first_seen() if story.known else []),
                    "promql_expr_test": [
                        {"expr": expr, "eval_time": f"{round(minute * 60)}s", "exp_samples": _NEVER}
                        for expr, minute in asked
                    ],
                }
            ],
        }
        (self.folder / "story.test.yaml").write_text(json.dumps(test))
        return Seen(self._run(), world, asked)

    def _write_rules(self, story: Story) -> list[str]:
        result = slogen.compile(story.spec, story.settings)
        assert result.ok, [problem.message for problem in result.problems]
        names: list[str] = []
        for path, text in result.files.items():
            if Path(path).parent.name == "prometheus":  # of the project, or of one of its clusters
                name = path.replace("/", "-")
                (self.folder / name).write_text(_moved(text) if story.moved else text)
                names += [group["name"] for group in yaml.safe_load(text)["groups"]]
        return sorted(dict.fromkeys(names), key=lambda name: _place(name, story.order))

    def _first_seen(self) -> list[dict[str, str]]:
        """Every SLO without groups was seen long ago; the rule carries the sample on."""
        rules = [
            rule
            for path in sorted(self.folder.glob("*.rules.yaml"))
            for group in yaml.safe_load(path.read_text())["groups"]
            for rule in group["rules"]
        ]
        slos = [rule["labels"] for rule in rules if rule.get("record") == "slo:error_budget:ratio"]
        name = "slogen_first_seen_timestamp_seconds"
        return [{"series": selector(name, sorted(slo.items())), "values": LONG_AGO} for slo in slos]

    def _run(self) -> str:
        done = subprocess.run(
            [str(self.promtool), "test", "rules", "story.test.yaml"],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=self.timeout,
            check=False,
        )
        return done.stdout + done.stderr


def _moved(rules: str) -> str:
    """Rules that count since SINCE, wherever on Earth that was, and now since the first day of 1970."""
    years = (SINCE - date(1970, 1, 1)).days * 86400

    def early(match: re.Match[str]) -> str:
        seconds = int(match[0]) - years
        return str(seconds) if abs(seconds) < 86400 else match[0]

    return re.sub(r"\b\d{10}\b", early, rules)


def _place(group: str, order: Sequence[str]) -> int:
    part = re.sub(r"-\d+$", "", group)
    return next((i for i, suffix in enumerate(order) if part.endswith(f":{suffix}")), len(order))


def short(alert: Labels) -> str:
    """An alert in a few words: what tells it apart, without the constant labels."""
    name = alert["alertname"].removeprefix("SLO")
    hidden = {"__name__", "alertname", "alertstate", "slo_id", "slo_service", "owner", "slo_window"}
    return name + "".join(f" {key}={value}" for key, value in sorted(alert.items()) if key not in hidden)


def _samples(text: str) -> list[tuple[Labels, float]]:
    return [
        ({name: json.loads(value) for name, value in _LABEL.findall(match["labels"])}, float(match["value"]))
        for match in _SAMPLE.finditer(text)
    ]


def _seconds(text: str) -> float:
    return sum(int(count) * _SECONDS[unit] for count, unit in _PART.findall(text))
