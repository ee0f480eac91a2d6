"""Runs as they were read, to one for each suite, and what a user's words mean for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from slogen.conventions import EVAL_CASES, EVAL_SCORE
from slogen.diagnostics import CallError, Problem, Span, did_you_mean
from slogen.evals.judge import Rules
from slogen.evals.names import Named, split_percent
from slogen.evals.readers import Reader
from slogen.evals.result import Result


def by_suite(
    results: Iterable[Result], readers: Sequence[Reader], said: str | None
) -> tuple[list[Result], list[Problem]]:
    """One run for each suite, of what several files say. Raises CallError where a suite isn't known."""
    found: dict[str, Result] = {}
    problems: list[Problem] = []
    for result in results:
        suite = _suite(result, readers, said)
        if suite in found:
            problems += _twice(found[suite], result)
        found[suite] = _joined(found[suite], result) if suite in found else replace(result, suite=suite)
    return list(found.values()), problems


def _suite(result: Result, readers: Sequence[Reader], said: str | None) -> str:
    """The suite that the user says, else that of the run if any SLO reads it, else the only one there is."""
    known = sorted({suite for reader in readers for suite in reader.suites})
    if not readers:
        message = f"no SLO of these specs reads {EVAL_SCORE} or {EVAL_CASES}"
        raise CallError(f"{message}: `slogen presets show eval/pass-rate` shows one")
    if said is not None:
        if any(reader.reads(said) for reader in readers):
            return said
        raise CallError(f"no SLO reads the suite `{said}`; {did_you_mean(said, known) or _listed(known)}")
    if result.suite and any(reader.reads(result.suite) for reader in readers):
        return result.suite
    if len(known) == 1 and not result.suite:
        return known[0]
    if result.broken:
        return result.suite  # whatever it was to be of
    of = f"the suite `{result.suite}`, which no SLO reads" if result.suite else "no suite"
    raise CallError(f"{result.where} names {of}: say --suite; {_listed(known)}")


def _listed(known: Sequence[str]) -> str:
    return f"the specs read {', '.join(known)}" if known else "the specs name none"


def _twice(one: Result, other: Result) -> Iterator[Problem]:
    where = Span(other.where)
    if one.run and one.run == other.run and {m.name for m in one.measures} & {m.name for m in other.measures}:
        message = f"the run `{one.run}` is there twice: it is in {one.where}, too"
        yield Problem("eval-duplicate", message, where, "name each run once")
        return
    for name in sorted({m.name for m in one.measures} & {m.name for m in other.measures}):
        message = f"`{name}` of the suite `{one.suite}` is in {one.where}, too"
        yield Problem("eval-duplicate", message, where, "name one run of a suite, or say --suite for each")


def _joined(one: Result, other: Result) -> Result:
    times = [each.at for each in (one, other) if each.at is not None]
    return replace(
        one,
        where=f"{one.where}, {other.where}",
        source=one.source if one.source == other.source else f"{one.source}, {other.source}",
        run=", ".join(dict.fromkeys(filter(None, (one.run, other.run)))),
        measures=(*one.measures, *other.measures),
        at=max(times, default=None),
        broken=one.broken or other.broken,
    )


def rules_of(
    maps: Iterable[str],
    required: str | None,
    results: Sequence[Result],
    readers: Sequence[Reader],
    rules: Rules,
) -> Rules:
    """The rules with what the user says of names. Raises CallError for names of nothing."""
    mine = [reader for reader in readers if any(reader.reads(result.suite) for result in results)]
    wanted = frozenset(filter(None, (word.strip() for word in (required or "").split(","))))
    known = {name for reader in mine for name in reader.names}
    for word in sorted(wanted - known):
        near = did_you_mean(word, known) or f"SLOs read {', '.join(sorted(known))}"
        raise CallError(f"--require: no SLO of the suite reads `{word}`; {near}")
    named = _named(maps, results, mine)
    return replace(rules, named=named, required=wanted if required is not None else None)


def _named(maps: Iterable[str], results: Sequence[Result], readers: Sequence[Reader]) -> Named:
    names: dict[str, str] = {}
    percents = set[str]()
    broken = any(result.broken for result in results)
    known = [measure.name for result in results for measure in result.measures]
    for text in maps:
        name, is_split, slo = (part.strip() for part in text.rpartition("="))
        if not is_split or not name or not slo:
            raise CallError(f"--map is METRIC=SLO, not `{text}`: such as --map helpfulness/mean=helpfulness")
        name, is_percent = split_percent(name, known)
        if name not in known and not broken:
            near = did_you_mean(name, known) or f"it has {', '.join(known[:20]) or 'none'}"
            raise CallError(f"--map: the run has no metric `{name}`; {near}")
        wanted = _metric(slo, readers)
        if wanted in names:
            raise CallError(f"--map: `{wanted}` is given twice, by `{names[wanted]}` and by `{name}`")
        names[wanted] = name
        percents |= {wanted} if is_percent else set()
    return Named(names, frozenset(percents))


def _metric(word: str, readers: Sequence[Reader]) -> str:
    """The metric that a word means: itself, or that of an SLO."""
    metrics = {name for reader in readers for name in reader.metrics}
    if word in metrics:
        return word
    for reader in readers:
        if word in reader.names and len(reader.metrics) == 1:
            return reader.metrics[0]
    if any(not reader.metrics for reader in readers):
        return word  # an SLO that takes any metric takes this one
    known = sorted({*metrics, *(reader.slo.shown for reader in readers)})
    near = did_you_mean(word, known) or f"they read {', '.join(sorted(metrics))}"
    raise CallError(f"--map: no SLO of the suite reads `{word}`; {near}")
