"""Inspect's log as JSON (`inspect eval --log-format json`). A run that failed has no results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from slogen.evals.content import Content
from slogen.evals.result import Measure, Result, tidy
from slogen.evals.sources.source import Source
from slogen.evals.tables import moment_of, text_of, whole
from slogen.veil import veil

_GRADES: Final = {"C": 1, "I": 0, "N": 0}


def _is_known(content: Content) -> bool:
    found = content.mapping
    return "status" in found and isinstance(found.get("eval"), dict) and "task" in found["eval"]


def _read(content: Content) -> Result:
    found = content.mapping
    about, results = found["eval"], found.get("results")
    broken = _broken(found)
    measures = [] if broken else list(_measures(results or {}, found.get("samples") or []))
    at = moment_of((found.get("stats") or {}).get("completed_at")) or moment_of(about.get("created"))
    run = text_of(about.get("run_id"))
    return Result("inspect", content.where, tuple(measures), text_of(about.get("task")), run, at, broken)


def _broken(found: Mapping[str, Any]) -> str:
    status = text_of(found.get("status"))
    if status != "success":
        said = text_of((found.get("error") or {}).get("message"))
        return f"the run ended with `{status}`{': ' + veil(said)[:200] if said else ''}"
    if found.get("invalidated"):
        return "somebody has marked the run as invalid"
    return "" if isinstance(found.get("results"), dict) else "the run has no results"


def _measures(results: Mapping[str, Any], samples: list[Any]) -> Iterable[Measure]:
    scores = [score for score in results.get("scores") or () if isinstance(score, dict)]
    for score in scores:
        scorer = text_of(score.get("name"))
        scored, unscored = (whole(score.get(f"{n}_samples")) for n in ("scored", "unscored"))
        cases = None if scored is None else scored + (unscored or 0)
        for name, metric in (score.get("metrics") or {}).items():
            value = metric.get("value") if isinstance(metric, dict) else None
            if isinstance(value, int | float) and not name.startswith(("stderr", "std", "var")):
                full = f"{scorer}/{name}" if len(scores) > 1 else name
                passed = _passed(scorer, samples, scored) if name == "accuracy" else None
                yield Measure(full, tidy(float(value)), cases, passed, unscored or 0)


def _passed(scorer: str, samples: list[Any], scored: int | None) -> int | None:
    """How many samples are correct, where each is or isn't."""
    grades = [((sample.get("scores") or {}).get(scorer) or {}).get("value") for sample in samples]
    found = [_GRADES.get(grade) for grade in grades if isinstance(grade, str)]
    if None in found or len(found) != scored:
        return None
    return sum(grade == 1 for grade in found)


SOURCE = Source("inspect", "Inspect", _is_known, _read, "`status`, `eval.task` and `results.scores`")
