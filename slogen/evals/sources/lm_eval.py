"""lm-evaluation-harness' `results_*.json`: metrics by task, with a filter behind a comma."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from slogen.evals.content import Content, ContentError
from slogen.evals.result import Measure, Result
from slogen.evals.sources.source import Source
from slogen.evals.tables import moment_of, text_of, whole

# Shares of cases; means of other scores can't be told from them by their value.
_SHARES: Final = re.compile(r"acc(_norm|_bytes|uracy)?|exact_match|em")
_NONE: Final = "none"


def _is_known(content: Content) -> bool:
    found = content.mapping
    return isinstance(found.get("results"), dict) and ("lm_eval_version" in found or "n-samples" in found)


def _read(content: Content) -> Result:
    tasks = {n: t for n, t in content.mapping["results"].items() if isinstance(t, dict)}
    if not tasks:
        raise ContentError("`results` names no task", "did the run end?")
    measures = [m for name, task in tasks.items() for m in _task(name, task, content.mapping, len(tasks) > 1)]
    return Result(
        "lm-eval",
        content.where,
        tuple(measures),
        next(iter(tasks)) if len(tasks) == 1 else "",
        text_of(content.mapping.get("model_name")),
        moment_of(content.mapping.get("date")),
    )


def _task(
    task: str, values: Mapping[str, Any], found: Mapping[str, Any], is_one_of_many: bool
) -> Iterable[Measure]:
    samples = (found.get("n-samples") or {}).get(task) or {}
    cases = whole(samples.get("effective"))
    better = (found.get("higher_is_better") or {}).get(task) or {}
    for key, value in values.items():
        metric, comma, filter_ = key.partition(",")
        if not comma or metric.endswith("_stderr") or not isinstance(value, int | float):
            continue
        name = metric if filter_ == _NONE else f"{metric}/{filter_}"
        passed = _passed(metric, float(value), cases)
        full = f"{task}/{name}" if is_one_of_many else name
        yield Measure(full, float(value), cases, passed, 0, better.get(metric))


def _passed(metric: str, value: float, cases: int | None) -> int | None:
    """How many cases passed, where the metric is their share."""
    if not cases or not _SHARES.fullmatch(metric) or not 0 <= value <= 1:
        return None
    number = round(value * cases)
    return number if abs(value * cases - number) < 1e-6 * cases else None


SOURCE = Source("lm-eval", "lm-evaluation-harness", _is_known, _read, "`results` by task and `n-samples`")
