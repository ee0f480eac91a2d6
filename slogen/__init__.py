"""slogen: a compiler for service level objectives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slogen.evals.verdict import Verdict
    from slogen.pipeline import Result

__all__ = ["compile", "evaluate"]


def compile(specs: str | Mapping[str, str], settings: str | None = None) -> Result:
    """Compile SLO specs: YAML text, or texts by path, and the text of slogen.yaml, in; a Result out.

    `result.files` is `{path: text}`, empty when any of `result.problems` is an error. Reads and writes
    no file, and raises nothing for bad input.
    """
    from slogen.pipeline import compile_project

    sources = {"spec.yaml": specs} if isinstance(specs, str) else specs
    return compile_project(sources, settings)


def evaluate(
    results: Any,
    specs: str | Mapping[str, str],
    *,
    suite: str | None = None,
    settings: str | None = None,
    names: Mapping[str, str] | None = None,
    require: Iterable[str] | None = None,
    min_cases: int = 0,
    confident: bool = False,
) -> Verdict:
    """Hold results of an evaluation against the SLOs of these specs that read its suite.

    `results` are numbers by the names of metrics, nested or not, rows of cases, or what has them as
    `metrics`. `names` says which metric of the results is which of the specs, where they are called
    otherwise; `require` which metrics or SLOs must be told (all of them by default). `verdict.ok` is false
    when anything is critical or can't be told. Reads no file, and raises nothing for bad input:
    `verdict.problems` says what is wrong.
    """
    from slogen.evals.api import evaluate as run

    return run(
        results,
        specs,
        suite=suite,
        settings=settings,
        names=names,
        require=require,
        min_cases=min_cases,
        confident=confident,
    )
