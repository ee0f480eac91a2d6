"""The routing put to amtool: is the file one that Alertmanager takes, and where does each alert go?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from slogen.conventions import TEMPLATES
from slogen.diagnostics import Problem, Span
from slogen.emitted.routing import Routing, RoutingCase
from slogen.oracles.call import Answer
from slogen.oracles.difference import shortened
from slogen.oracles.output import Finding
from slogen.oracles.results import Promtool, Reason, Statement, Verdict
from slogen.oracles.run import Outcome, Question, Task
from slogen.oracles.verdicts import reasons_of
from slogen.proof.routing import as_arguments
from slogen.veil import veil

FILE: Final = "alertmanager/alertmanager.yml"
_NONE: Final[Mapping[tuple[str, ...], str]] = {}
_COUNTS: Final = re.compile(r"^ - (\d+) (receivers|inhibit rules)$", re.MULTILINE)


def tasks(
    routing: Routing, cases: Sequence[RoutingCase], path: Path, amtools: Sequence[Promtool]
) -> Iterator[Task]:
    """A check of the file and a question for each case, to each amtool; none where there is no file."""
    if not path.is_file():
        return
    reads = (path, path.parent / TEMPLATES)
    for amtool in amtools:
        yield Task(amtool, path, reads, 0, _check(routing))
        for case in cases:
            yield Task(amtool, path, reads, 0, _where(case))


def _check(routing: Routing) -> Question:
    wanted = {"receivers": len(routing.senders), "inhibit rules": len(routing.inhibitions)}
    return Question(("check-config",), partial(_judge_check, wanted), expected=str(sorted(wanted.items())))


def _where(case: RoutingCase) -> Question:
    return Question(
        ("config", "routes", "test", "--config.file"),
        partial(_judge_where, case),
        tuple(as_arguments(case.labels)),
        ",".join(case.receivers),
    )


def deployed_tasks(
    cases: Sequence[RoutingCase], senders: Mapping[str, bool], path: Path, amtools: Sequence[Promtool]
) -> Iterator[Task]:
    """The same of a configuration that somebody runs, in which anything may stand besides."""
    for amtool in amtools:
        yield Task(amtool, path, (path,), 0, Question(("check-config",), _judge_taken))
        for case in cases:
            yield Task(amtool, path, (path,), 0, _where(case) if case.receivers else _reaches(case, senders))


def _reaches(case: RoutingCase, senders: Mapping[str, bool]) -> Question:
    return Question(
        ("config", "routes", "test", "--config.file"),
        partial(_judge_reaches, case, senders),
        tuple(as_arguments(case.labels)),
        str(sorted(senders.items())),
    )


def _judge_taken(answer: Answer) -> tuple[Finding, ...]:
    return _judge_check({}, replace(answer, stdout=_COUNTS.sub("", answer.stdout)))


def _judge_reaches(case: RoutingCase, senders: Mapping[str, bool], answer: Answer) -> tuple[Finding, ...]:
    """Where nobody says who is told, somebody must be."""
    if answer.code != 0:
        return (Finding(f"amtool {answer.ending}: {shortened(veil(answer.first_line))}"),)
    got = answer.stdout.strip().split(",")
    if any(senders.get(name) for name in got):
        return ()
    return (Finding(f"{case.labels['alertname']} goes to {veil(', '.join(got))}, which sends to nobody"),)


def _judge_check(wanted: dict[str, int], answer: Answer) -> tuple[Finding, ...]:
    found = {name: int(count) for count, name in _COUNTS.findall(answer.stdout)}
    if answer.code == 0 and found == wanted:
        return ()
    if answer.code == 0:
        return (Finding(f"amtool finds {found} where slogen compiled {wanted}"),)
    said = answer.stdout.partition("FAILED:")[2] or answer.first_line
    return (
        Finding(f"amtool refuses it: {shortened(veil(said))}" if answer.code else f"amtool {answer.ending}"),
    )


def _judge_where(case: RoutingCase, answer: Answer) -> tuple[Finding, ...]:
    """amtool prints the receivers on one line, with commas."""
    if answer.code != 0:
        return (Finding(f"amtool {answer.ending}: {shortened(veil(answer.first_line))}"),)
    got = answer.stdout.strip().split(",")
    if sorted(got) == sorted(case.receivers):
        return ()
    return (
        Finding(f"{case.labels['alertname']}\nexp: {', '.join(case.receivers)}\ngot: {veil(', '.join(got))}"),
    )


def statements(
    cases: Iterable[RoutingCase],
    path: Path,
    outcomes: Iterable[Outcome],
    shown: str = "",
    never: Mapping[tuple[str, ...], str] = _NONE,
) -> Iterator[Statement]:
    """A statement for each case, with its verdict: not run where no amtool was asked. `shown` is the file
    that people know, where amtool read a copy; `never` what is wrong without asking, by the labels."""
    said: dict[tuple[str, ...], list[tuple[str, Finding]]] = {}
    for outcome in outcomes:
        if outcome.task.path == path and outcome.task.question.after:
            found = said.setdefault(outcome.task.question.after, [])
            found += [(outcome.task.promtool.name, finding) for finding in outcome.findings]
    for case in cases:
        labels = tuple(as_arguments(case.labels))
        heard = said.get(labels)
        known = [Reason((), never[labels], "slogen")] if labels in never else []
        reasons = (*known, *_reasons(heard or ()))
        verdict = Verdict.NO if reasons else Verdict.NOT_RUN if heard is None else Verdict.YES
        where = f" in {shown}" if shown else ""
        block = "deployed" if shown else "routing"
        file = shown or path.as_posix()
        yield Statement(case.slo_id, f"{case.words}{where}", file, block, verdict, reasons)


def refused(path: Path, outcomes: Iterable[Outcome], shown: str = "") -> Iterator[Problem]:
    """A problem for each objection to the file as a whole."""
    hint = "Alertmanager would refuse it, too" if shown else "run `slogen generate`"
    said = [
        (outcome.task.promtool.name, finding)
        for outcome in outcomes
        if outcome.task.path == path and not outcome.task.question.after
        for finding in outcome.findings
    ]
    for reason in reasons_of(said):
        message = f"{reason.text} ({', '.join(reason.promtools)})"
        yield Problem("routing-refused", message, Span(shown or path.as_posix()), hint)


def _reasons(said: Iterable[tuple[str, Finding]]) -> tuple[Reason, ...]:
    return tuple(replace(reason, program="amtool") for reason in reasons_of(said))
