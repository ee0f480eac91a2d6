"""The outcome of a proof: in words for people, JSON for scripts, JUnit XML for CI."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any
from xml.etree import ElementTree as Xml

from slogen.diagnostics import Problem, sort_key
from slogen.oracles import FileResult, Proof, Reason, Statement, Verdict
from slogen.report import as_json as problems_as_json
from slogen.report import text as problems_as_text
from slogen.report.visible import visible

_MOST_REASONS = 3
_SIGN = {Verdict.YES: "yes", Verdict.NO: "NO ", Verdict.NOT_RUN: "not run"}
_COLOUR = {Verdict.YES: "32", Verdict.NO: "1;31", Verdict.NOT_RUN: "33"}


def render(proof: Proof, format: str, *, colour: bool = False, verbose: bool = False) -> str:
    """Return the report in a format of `FORMATS` (KeyError otherwise), without a newline at its end.

    Only "text" knows colour, and `verbose`: every statement instead of a line an SLO where all is well.
    """
    if format == "text":
        return "\n".join(_Text(proof, colour, verbose).lines())
    return FORMATS[format](proof)


def by_slo(proof: Proof) -> dict[str, list[Statement]]:
    """Statements by SLO, in the order of their first mention."""
    slos: dict[str, list[Statement]] = {}
    for statement in proof.statements:
        slos.setdefault(statement.slo_id, []).append(statement)
    return slos


class _Text:
    """The report for people."""

    def __init__(self, proof: Proof, colour: bool, verbose: bool) -> None:
        self._proof, self._colour, self._verbose = proof, colour, verbose
        self._slos = by_slo(proof)
        self._width = max(map(len, self._slos), default=0)

    def lines(self) -> Iterator[str]:
        proof = self._proof
        if proof.problems:
            ordered = sorted(proof.problems, key=sort_key)
            yield problems_as_text.render(ordered, colour=self._colour) + "\n"
        for slo_id, statements in self._slos.items():
            yield from self._slo(slo_id, statements)
        for result in proof.handwritten:
            yield f"{visible(result.path)}  {self._sign(result.verdict)}"
            yield from _reasons(result.reasons, "")
        if proof.not_proven:
            yield "\nnot proven:"
            yield from (f"  {line}" for problem in proof.not_proven for line in _unproven(problem))
        if proof.not_run:
            yield "\nNOT RUN:"
            yield from (f"  {visible(text)}" for text in proof.not_run)
        yield ("\n" if self._slos else "") + summary(proof)

    def _sign(self, verdict: Verdict) -> str:
        sign = _SIGN[verdict]
        return f"\x1b[{_COLOUR[verdict]}m{sign}\x1b[0m" if self._colour else sign

    def _slo(self, slo_id: str, statements: Sequence[Statement]) -> Iterator[str]:
        verdicts = {statement.verdict for statement in statements}
        if len(verdicts) == 1 and Verdict.NO not in verdicts and not self._verbose:
            said = "proven" if Verdict.YES in verdicts else "not run"
            yield f"{visible(slo_id):{self._width}}  {_count(len(statements), 'statement')} {said}"
            return
        yield visible(slo_id)
        for (path, block), same in groupby(statements, key=lambda s: (s.path, s.block)):
            shown = list(same)
            yield from (f"  {self._sign(s.verdict)}  {visible(s.words)}" for s in shown)
            reasons = dict.fromkeys(reason for s in shown for reason in s.reasons)
            yield from _reasons(tuple(reasons), f"{path}, `{block}`, ")


def _reasons(reasons: Sequence[Reason], place: str) -> Iterator[str]:
    """Where it was said and by which promtools, then what; people read a few and run again."""
    for who, same in groupby(reasons[:_MOST_REASONS], key=_who):
        yield f"         {visible(place)}{who}:"
        for first, *rest in (reason.text.splitlines() for reason in same):
            yield f"           {visible(first)}"
            yield from (f"             {visible(line)}" for line in rest)
    if len(reasons) > _MOST_REASONS:
        yield f"           and {len(reasons) - _MOST_REASONS:,} more"


def _who(reason: Reason) -> str:
    """ "promtool 2.42 and 3.5"."""
    return f"{reason.program} {_and(reason.promtools)}".rstrip()


def _unproven(problem: Problem) -> Iterator[str]:
    span = problem.span
    where = f"{span.path}:{span.line}:{span.column}: " if span else ""
    yield visible(f"{where}{problem.message}")
    if problem.hint:
        yield f"  = hint: {visible(problem.hint)}"


def summary(proof: Proof) -> str:
    """Return the closing line: what is proven, with what, in which time, and what was not run again."""
    yes, no, skipped = map(proof.count, (Verdict.YES, Verdict.NO, Verdict.NOT_RUN))
    if not (no or skipped) and proof.ok:
        outcome = "all proven"
    else:
        shown = ((no, "NOT proven"), (skipped, "not run"), (yes, "proven"))
        outcome = ", ".join(f"{count:,} {words}" for count, words in shown if count) or "nothing proven"
    programs = (
        ("promtool", proof.promtools),
        ("amtool", proof.amtools),
        ("vmalert-tool", proof.vmalert_tools),
    )
    used = [f"{name} {_and([tool.name for tool in tools])}".rstrip() for name, tools in programs if tools]
    tools = f" with {', '.join(used)}" if used else ""
    reused = f" ({proof.reused:,} of {_count(proof.calls, 'run')} reused from before)" if proof.reused else ""
    wrong = sum(problem.is_error for problem in proof.problems)
    wrong += sum(result.verdict is Verdict.NO for result in proof.handwritten)
    also = f"; {_count(wrong, 'other problem')}" if wrong else ""
    also += f"; {_count(len(proof.not_proven), 'SLO')} without a proof" if proof.not_proven else ""
    total = f"{_count(proof.slo_count, 'SLO')}, {_count(len(proof.statements), 'statement')}"
    return f"{total}: {outcome}{tools} in {proof.seconds:.1f} s{reused}{also}"


def as_json(proof: Proof) -> str:
    """Return one object, in ASCII; its fields are a contract."""
    data: dict[str, Any] = {
        "ok": proof.ok,
        "complete": proof.is_complete,
        "promtools": [{"path": str(tool.path), "version": tool.version} for tool in proof.promtools],
        "amtools": [{"path": str(tool.path), "version": tool.version} for tool in proof.amtools],
        "vmalert_tools": [{"path": str(tool.path)} for tool in proof.vmalert_tools],
        "slos": [
            {"id": slo_id, "statements": [_without_id(statement) for statement in statements]}
            for slo_id, statements in by_slo(proof).items()
        ],
        "handwritten": [asdict(result) for result in proof.handwritten],
        "not_proven": json.loads(problems_as_json.render(proof.not_proven))["problems"],
        "not_run": list(proof.not_run),
        "problems": json.loads(problems_as_json.render(sorted(proof.problems, key=sort_key)))["problems"],
        "summary": {
            "slos": proof.slo_count,
            "statements": len(proof.statements),
            **{verdict.name.lower(): proof.count(verdict) for verdict in Verdict},
            "runs": proof.calls,
            "reused": proof.reused,
            "seconds": round(proof.seconds, 3),
        },
    }
    return json.dumps(data, indent=2)


def _without_id(statement: Statement) -> dict[str, Any]:
    return {name: value for name, value in asdict(statement).items() if name != "slo_id"}


def as_junit(proof: Proof) -> str:
    """Return a suite an SLO and a case a statement; problems are failures, what was not run is skipped."""
    root = Xml.Element("testsuites", name="slogen", time=f"{proof.seconds:.3f}")
    for slo_id, statements in by_slo(proof).items():
        _suite(root, slo_id, [_case(s.words, s.path, s.verdict, s.reasons) for s in statements])
    _suite(root, "handwritten", [_file_case(result) for result in proof.handwritten])
    wrong = [problem for problem in proof.problems if problem.is_error]
    _suite(root, "problems", [_problem_case(problem, Verdict.NO) for problem in wrong])
    unproven = [_problem_case(problem, Verdict.NOT_RUN) for problem in proof.not_proven]
    _suite(root, "not proven", unproven)
    _suite(root, "not run", [_case(text, "", Verdict.NOT_RUN, ()) for text in proof.not_run])
    for total in ("tests", "failures", "skipped"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
    Xml.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode")


def _suite(root: Xml.Element, name: str, cases: Sequence[Xml.Element]) -> None:
    if cases:
        suite = Xml.SubElement(root, "testsuite", name=_xml(name), tests=str(len(cases)), errors="0")
        suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
        suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
        for case in cases:
            case.set("classname", _xml(name))
            suite.append(case)


def _case(name: str, path: str, verdict: Verdict, reasons: Sequence[Reason]) -> Xml.Element:
    case = Xml.Element("testcase", name=_xml(name), file=_xml(path))
    if verdict is Verdict.NO:
        text = "\n".join(f"{_who(reason)}: {reason.text}" for reason in reasons)
        Xml.SubElement(case, "failure", message="not proven").text = _xml(text)
    if verdict is Verdict.NOT_RUN:
        Xml.SubElement(case, "skipped", message="not run")
    return case


def _file_case(result: FileResult) -> Xml.Element:
    return _case(result.path, result.path, result.verdict, result.reasons)


def _problem_case(problem: Problem, verdict: Verdict) -> Xml.Element:
    place = problem.span.path if problem.span else ""
    case = _case(f"{problem.code}: {place}", place, verdict, ())
    for outcome in case:
        outcome.set("message", _xml(problem.message))
        outcome.text = _xml(problem.hint)
    return case


def _xml(text: str) -> str:
    """Characters that XML 1.0 can't hold are written out."""
    return "\n".join(map(visible, text.split("\n")))


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _and(names: Sequence[str]) -> str:
    """ "2.42, 2.53 and 3.5"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


FORMATS: dict[str, Callable[[Proof], str]] = {
    "text": lambda proof: render(proof, "text"),
    "json": as_json,
    "junit": as_junit,
}
