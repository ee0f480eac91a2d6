"""DeepEval's `test_run_*.json`, which it writes to DEEPEVAL_RESULTS_FOLDER."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slogen.evals.content import Content, ContentError
from slogen.evals.result import Measure, Result, counted, tidy
from slogen.evals.sources.source import Source
from slogen.evals.tables import text_of, whole


def _is_known(content: Content) -> bool:
    return "testCases" in content.mapping and "metricsScores" in content.mapping


def _read(content: Content) -> Result:
    found = content.mapping
    scores = found["metricsScores"]
    if not isinstance(scores, list) or not all(isinstance(each, dict) for each in scores):
        raise ContentError("`metricsScores` is no list of metrics", "is it written by DeepEval 1 or newer?")
    passed, failed = (whole(found.get(name)) or 0 for name in ("testPassed", "testFailed"))
    suite, run = text_of(found.get("identifier")), text_of(found.get("testFile"))
    measures = (*map(_measure, scores), counted("pass_rate", passed, failed))
    return Result("deepeval", content.where, measures, suite, run)


def _measure(each: Mapping[str, Any]) -> Measure:
    scores = [float(s) for s in each.get("scores") or () if isinstance(s, int | float)]
    passes, fails, errors = (whole(each.get(name)) or 0 for name in ("passes", "fails", "errors"))
    value = tidy(sum(scores) / len(scores)) if scores else None
    return Measure(text_of(each.get("metric")), value, passes + fails + errors, passes, errors)


SOURCE = Source("deepeval", "DeepEval", _is_known, _read, "`testCases` and `metricsScores`")
