"""What people may ask for: kinds of SLIs, objectives, windows, policies and intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from slogen.load.presets import families

OBJECTIVES: Final = (
    *(
        "50",
        "55",
        "60",
        "65",
        "66.7",
        "70",
        "75",
        "80",
        "82",
        "84",
        "85",
        "86",
        "88",
        "90",
        "91",
        "92",
        "92.5",
    ),
    *(
        "93",
        "93.75",
        "94",
        "95",
        "95.5",
        "96",
        "97",
        "97.5",
        "98",
        "98.5",
        "99",
        "99.25",
        "99.5",
        "99.7",
        "99.75",
    ),
    *("99.8", "99.9", "99.95", "99.97", "99.99", "99.995", "99.998", "99.999"),
)
WINDOWS: Final = ("1h", "1d", "7d", "14d", "28d", "30d", "90d", "week", "month", "quarter")
CALENDARS: Final = ("week", "month", "quarter")
POLICIES: Final = ("default", "pages", "tickets", "three")
# scrape and evaluation interval, base window
INTERVALS: Final = (
    ("30s", "30s", "5m"),
    ("15s", "15s", "5m"),
    ("1m", "1m", "5m"),
    ("10s", "30s", "5m"),
    ("30s", "1m", "5m"),
    ("2m", "1m", "10m"),
    ("3m", "1m", "15m"),
    ("15s", "15s", "1m"),
    ("15s", "30s", "2m"),
)
_HEAD: Final = {"apiVersion": "slogen/v1"}
_SPLIT: Final = {
    "pages": ("page_fast", "page_slow"),
    "tickets": ("ticket_fast", "ticket_slow"),
    "three": ("page_fast", "page_slow", "ticket_slow"),
}
_TIERS: Final = {
    "page_fast": {"severity": "page", "budget": "2%", "long": "1h", "short": "5m"},
    "page_slow": {"severity": "page", "budget": "5%", "long": "6h", "short": "30m"},
    "ticket_fast": {"severity": "ticket", "budget": "10%", "long": "1d", "short": "2h"},
    "ticket_slow": {"severity": "ticket", "budget": "10%", "long": "3d", "short": "6h"},
}


def _job(number: int) -> str:
    return f'job="j{number}"'


def _events(number: int, side: str = "bad", **more: object) -> dict[str, Any]:
    total = f"requests_total{{{_job(number)}}}"
    code = "5.." if side == "bad" else "2.."
    return {"events": {side: f'requests_total{{{_job(number)},code=~"{code}"}}', "total": total, **more}}


def _rate(number: int, metric: str, more: str = "") -> str:
    return f"rate({metric}{{{_job(number)}{more}}}[{{{{ window }}}}])"


def _either(number: int) -> dict[str, Any]:
    good = " or ".join(_rate(number, "done_total", f',state="{state}"') for state in ("ok", "late"))
    return {"events": {"good": f"sum({good})", "total": f"sum({_rate(number, 'done_total')})"}}


def _less(number: int) -> dict[str, Any]:
    total, failed = (f"sum({_rate(number, 'done_total', more)})" for more in ("", ',state="failed"'))
    return {"events": {"good": f"{total} - {failed}", "total": total}}


def _unanswered(number: int) -> dict[str, Any]:
    asked, answered = (f"sum({_rate(number, metric)})" for metric in ("asked_total", "answered_total"))
    return {"events": {"bad": f"{asked} - {answered}", "total": asked}}


def _apdex(number: int) -> dict[str, Any]:
    fast, slow = (f"sum({_rate(number, 'h_bucket', more)})" for more in (',le="0.3"', ',le="1.2"'))
    return {"events": {"good": f"({fast} + {slow}) / 2", "total": f"sum({_rate(number, 'h_count')})"}}


def _slices(number: int, **more: object) -> dict[str, Any]:
    return {"timeslices": {"good": f"avg(score{{{_job(number)}}}) >= 0.85", **more}}


def _fresh(number: int, **more: object) -> dict[str, Any]:
    return {"freshness": {"timestamp": f"max(last_ok_seconds{{{_job(number)}}})", "max_age": "2h", **more}}


def _latency(number: int) -> dict[str, Any]:
    return {"latency": {"histogram": f"rpc_duration_seconds{{{_job(number)}}}", "threshold": "300ms"}}


KINDS: Final[Mapping[str, Callable[[int], dict[str, Any]]]] = {
    "bad": _events,
    "good": lambda n: _events(n, "good"),
    "by": lambda n: _events(n, by=["model"]),
    "either": _either,
    "less": _less,
    "unanswered": _unanswered,
    "apdex": _apdex,
    "rare": lambda n: _events(n, rare=True),
    "latency": _latency,
    "timeslices": _slices,
    "minutes": lambda n: _slices(n, slice="1m"),
    "hours": lambda n: _slices(n, slice="1h"),
    "filled": lambda n: _slices(n, missing="bad"),
    "freshness": _fresh,
    "freshest": lambda n: _fresh(n, missing="ignore"),
    "probe": lambda n: {"probe": {"metric": f"probe_success{{{_job(number=n)}}}"}},
    "ratio": lambda n: {"ratio": {"error": f"job:err:ratio5m{{{_job(n)}}}"}},
}
MADE_OF: Final = ("weighted", "uneven", "worst")  # composites: they need parts
PRESETS: Final = tuple(preset for family in families() for preset in family.presets)


@dataclass(frozen=True)
class Cell:
    """One SLO of the grid, and the project that it stands in."""

    kind: str
    objective: str = "99.9"
    window: str = "30d"
    policy: str = "default"
    intervals: tuple[str, str, str] = INTERVALS[0]

    @property
    def project(self) -> tuple[object, ...]:
        """Cells that can share a service: stories are made for all of a service at once."""
        return self.window, self.policy, self.intervals

    def __str__(self) -> str:
        return f"{self.kind} {self.objective} % over {self.window}, {self.policy}, {'/'.join(self.intervals)}"

    def slos(self, number: int) -> Iterator[dict[str, Any]]:
        """The SLO as plain data, after the parts that it is made of."""
        window = {"calendar": self.window} if self.window in CALENDARS else self.window
        head = {"name": f"s{number}", "objective": self.objective, "window": window}
        head["alerting"] = {"policy": self.policy}
        if self.kind not in MADE_OF:
            yield {**head, "sli": self._sli(number)}
            return
        parts = [f"s{number}-{letter}" for letter in "ab"]
        for place, part in enumerate(parts):
            yield {**head, "name": part, "sli": _events(10_000 + 2 * number + place)}
        weights = {"uneven": (9, 1)}.get(self.kind, (None, None))
        of = [
            {"slo": f"grid/{part}"} | ({"weight": weight} if weight else {})
            for part, weight in zip(parts, weights, strict=True)
        ]
        mode = {"mode": "worst"} if self.kind == "worst" else {}
        yield {**head, "sli": {"composite": {"of": of, **mode}}}

    def _sli(self, number: int) -> dict[str, Any]:
        if "/" not in self.kind:
            return KINDS[self.kind](number)
        preset = next(preset for preset in PRESETS if preset.name == self.kind)
        return {"preset": preset.name, "with": dict(preset.example)}


def project_of(cells: tuple[Cell, ...]) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """The spec of a service `grid` with these cells, its settings, and the policies that they name."""
    first = cells[0]
    assert {cell.project for cell in cells} == {first.project}
    slos = [slo for number, cell in enumerate(cells) for slo in cell.slos(number)]
    spec = {**_HEAD, "kind": "ServiceLevelObjectives", "service": "grid", "slos": slos}
    scrape, evaluation, base = first.intervals
    said = {"scrape_interval": scrape, "evaluation_interval": evaluation, "base_window": base}
    settings = {
        **_HEAD,
        "kind": "Settings",
        "prometheus": said | {"retention": "200d"},
        "targets": ["prometheus", "tests"],
    }
    policies = [
        {
            **_HEAD,
            "kind": "AlertPolicy",
            "name": name,
            "window": "30d",
            "tiers": [{"name": t, **_TIERS[t]} for t in tiers],
        }
        for name, tiers in _SPLIT.items()
        if name == first.policy
    ]
    return spec, settings, policies


def whole() -> Iterator[Cell]:
    """The grid: each kind at each objective over each window; policies, intervals and presets at some."""
    kinds = (*KINDS, *MADE_OF)
    for kind, objective, window in product(kinds, OBJECTIVES, WINDOWS):
        yield Cell(kind, objective, window)
    for kind, objective, window in product(kinds, OBJECTIVES[::5], ("7d", "30d", "month")):
        yield from (Cell(kind, objective, window, policy) for policy in POLICIES[1:])
        yield from (Cell(kind, objective, window, intervals=each) for each in INTERVALS[1:])
    for preset, objective in product(PRESETS, ("90", "99", "99.9")):
        yield Cell(preset.name, objective)


def together(cells: Iterable[Cell], most: int) -> list[tuple[Cell, ...]]:
    """Cells that can share a service, at most so many in one."""
    by_project: dict[tuple[object, ...], list[Cell]] = {}
    for cell in cells:
        by_project.setdefault(cell.project, []).append(cell)
    return [
        tuple(found[start : start + most])
        for found in by_project.values()
        for start in range(0, len(found), most)
    ]


def on_the_threshold() -> Iterator[Cell]:
    """Where an outage lies on a threshold at an evaluation: a proof without margins is red here."""
    yield from (Cell("timeslices", objective) for objective in ("50", "90", "95"))
    yield from (Cell("freshness", "80"), Cell("ratio", "90"), Cell("rare", "50"))
    yield from (Cell("weighted", "95", "7d"), Cell("uneven", "95", "7d"))
    yield Cell("bad", "99", intervals=("2m", "1m", "10m"))
    yield Cell("timeslices", "95", intervals=("3m", "1m", "15m"))
    yield Cell("bad", "99.9", "1h")
