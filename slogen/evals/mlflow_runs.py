"""A run of MLflow, as its REST API has it, and its file store read as the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from slogen.diagnostics import CallError, did_you_mean
from slogen.evals.result import Measure, Result
from slogen.evals.tables import text_of, whole
from slogen.reading import read_regular

FINISHED: Final = "FINISHED"
_STATUS: Final = {1: "RUNNING", 2: "SCHEDULED", 3: FINISHED, 4: "FAILED", 5: "KILLED"}
_SUITE: Final = ("suite", "slogen.suite")
_MOST: Final = 16 * 1024 * 1024
_CLAUSE: Final = re.compile(
    r"\s*(tags?|params?|attributes?)\.[`\"]?([^`\"=!]+?)[`\"]?\s*=\s*['\"]([^'\"]*)['\"]\s*"
)
Run = Mapping[str, Any]


def result_of(run: Run, where: str) -> Result:
    """The result in a run. One that didn't finish is none."""
    info, data = run.get("info") or {}, run.get("data") or {}
    tags = {text_of(tag.get("key")): text_of(tag.get("value")) for tag in data.get("tags") or ()}
    status = text_of(info.get("status")) or "UNKNOWN"
    measures = tuple(_measure(metric) for metric in data.get("metrics") or ())
    time = whole(info.get("end_time")) or whole(info.get("start_time"))
    return Result(
        "MLflow",
        where,
        measures if status == FINISHED else (),
        next((tags[name] for name in _SUITE if tags.get(name)), ""),
        text_of(info.get("run_id") or info.get("run_uuid")),
        time / 1000 if time else None,
        "" if status == FINISHED else f"the run is {status}, not {FINISHED}",
    )


def _measure(metric: Mapping[str, Any]) -> Measure:
    """JSON of MLflow says "NaN" and "Infinity" as texts."""
    try:
        value = float(metric.get("value", "nan"))
    except (TypeError, ValueError):
        value = float("nan")
    return Measure(text_of(metric.get("key")), value)


def nothing(where: str, what: str) -> Result:
    """No run was found: that is no result, whatever ran before."""
    return Result("MLflow", where, broken=f"there is no run {what}")


def no_experiment(name: str, known: Sequence[str]) -> CallError:
    """The mistake of who names an experiment that isn't there."""
    near = did_you_mean(name, known) or (f"it has {', '.join(known[:10])}" if known else "it has none")
    return CallError(f"MLflow has no experiment `{name}`; {near}")


def read_store(folder: Path, experiment: str | None, run: str | None, filter_: str | None) -> Result:
    """The run in a file store (`mlruns`): that of an id, or the latest of an experiment. Raises CallError."""
    experiments = {_meta(each).get("name", ""): each for each in _folders(folder)}
    if run is not None:
        found = [each / run for each in experiments.values() if (each / run / "meta.yaml").is_file()]
        if not found:
            raise CallError(f"MLflow has no run `{run}` in {folder.as_posix()}")
        return result_of(_run(found[0]), folder.as_posix())
    if experiment not in experiments:
        raise no_experiment(experiment or "", sorted(experiments))
    fits = _filter(filter_)
    runs = [_run(each) for each in _folders(experiments[experiment])]
    active = [each for each in runs if each["info"].get("lifecycle_stage") != "deleted" and fits(each)]
    if not active:
        return nothing(folder.as_posix(), f"in `{experiment}`{' like the filter' if filter_ else ''}")
    return result_of(max(active, key=lambda each: each["info"].get("start_time") or 0), folder.as_posix())


def _folders(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if (each / "meta.yaml").is_file())


def _meta(folder: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(read_regular(folder / "meta.yaml", _MOST))
    except (OSError, ValueError, yaml.YAMLError):
        raise CallError(f"`{(folder / 'meta.yaml').as_posix()}` of MLflow's store can't be read") from None
    return found if isinstance(found, dict) else {}


def _run(folder: Path) -> Run:
    """A run as the REST API would have it."""
    meta = _meta(folder)
    status = meta.get("status")
    info = {**meta, "status": _STATUS.get(status, "UNKNOWN") if isinstance(status, int) else str(status)}
    data: dict[str, Any] = {kind: list(_texts(folder / kind)) for kind in ("tags", "params")}
    data["metrics"] = [{"key": key, "value": _latest(text)} for key, text in _files(folder / "metrics")]
    return {"info": info, "data": data}


def _texts(folder: Path) -> Iterator[dict[str, str]]:
    return ({"key": key, "value": text.strip()} for key, text in _files(folder))


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    """Files by their path, which is the name: a slash of it is a folder."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file():
            try:
                yield path.relative_to(folder).as_posix(), read_regular(path, _MOST).decode()
            except (OSError, UnicodeDecodeError):
                raise CallError(f"`{path.as_posix()}` of MLflow's store can't be read") from None


def _latest(text: str) -> str:
    """The value of the last step: a line is a time, a value and a step."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    steps = [
        (int(p[2]) if len(p) > 2 else 0, int(p[0]), p[1]) for p in lines if len(p) > 1 and p[0].isdigit()
    ]
    return max(steps)[2] if steps else "nan"


def _filter(text: str | None) -> Callable[[Run], bool]:
    """What of MLflow's filters can be said of files: equal tags, parameters and attributes, joined by and."""
    clauses = []
    for part in re.split(r"\s+and\s+", text or "", flags=re.IGNORECASE) if text else ():
        match = _CLAUSE.fullmatch(part)
        if match is None:
            raise CallError(
                f"--filter `{part}`: a file store knows tags.NAME = 'x', params.NAME = 'x', joined by and"
            )
        clauses.append((match[1].rstrip("s") + "s", match[2], match[3]))
    return lambda run: all(_value(run, *each[:2]) == each[2] for each in clauses)


def _value(run: Run, kind: str, name: str) -> str | None:
    if kind == "attributes":
        return text_of(run["info"].get(name)) or None
    return next((each["value"] for each in run["data"][kind] if each["key"] == name), None)
