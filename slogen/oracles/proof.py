"""The whole proof: what is on disk against the specs, what the tests cover, and what promtool says."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from slogen.diagnostics import Problem, Span
from slogen.emitted.proof import Compiled, TestFile
from slogen.emitted.rules import Alert
from slogen.oracles import handwritten, routing, vmalert
from slogen.oracles.cache import Cache
from slogen.oracles.coverage import uncovered
from slogen.oracles.handwritten import Handwritten
from slogen.oracles.output import Finding
from slogen.oracles.programs import find_programs
from slogen.oracles.results import FileResult, Promtool, Proof, Statement, Verdict
from slogen.oracles.run import Outcome, Task, check_rules, cores, run
from slogen.oracles.verdicts import reasons_of, statements
from slogen.oracles.work import Options, Work
from slogen.proof.routing import cases
from slogen.render.merge.masks import masks
from slogen.write import Plan, drift

Progress = Callable[[int], Callable[[], None]]
Said = list[tuple[str, Finding]]


def prove(work: Work, options: Options, progress: Progress = lambda _: lambda: None) -> Proof:
    """Compare, look for gaps, and run every usable program. `progress` is told how many calls there will
    be, and what it returns is called after each. Raises nothing for programs or files that are wrong."""
    programs = find_programs(work, options)
    people = _handwritten(work)
    tasks = list(_tasks(work, people, programs.promtools))
    if work.vmalert_tests:
        tasks += vmalert.tasks(work.generated, work.vmalert_tests, programs.vmalert_tools)
    wanted = cases(work.routing, (each.rules for each in work.compiled)) if work.routing else ()
    if work.routing is not None:
        tasks += routing.tasks(work.routing, wanted, work.routing_file, programs.amtools)
    if deployed := work.deployed:
        tasks += routing.deployed_tasks(deployed.cases, deployed.senders, deployed.path, programs.amtools)
    outcomes = run(
        tasks,
        Cache(work.base),
        jobs=options.jobs or cores(),
        timeout=options.timeout,
        rerun=options.rerun,
        done=progress(len(tasks)),
    )
    testers = [*programs.promtools, *programs.vmalert_tools]
    said = _said((each for each in outcomes if each.task.promtool in testers), testers)
    routed = list(routing.statements(wanted, work.routing_file, outcomes))
    if deployed:
        routed += routing.statements(deployed.cases, deployed.path, outcomes, deployed.shown, deployed.never)
    return Proof(
        promtools=programs.promtools,
        amtools=programs.amtools,
        vmalert_tools=programs.vmalert_tools,
        slo_count=work.slo_count,
        statements=(*_statements(work, said), *routed),
        handwritten=tuple(_file_result(each, said) for each in people),
        problems=(
            *_wrong(work, said, outcomes),
            *(problem for each in people for problem in each.problems),
            *programs.problems,
        ),
        not_proven=tuple(work.not_proven.values()),
        not_run=programs.not_run,
        calls=len(outcomes),
        reused=sum(outcome.reused for outcome in outcomes),
    )


def _wrong(work: Work, said: dict[Path, Said], outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    """Files that aren't current, rules without a test, and what the programs refused."""
    yield from _drift(work.plan)
    yield from (gap for each in work.compiled for gap in uncovered(each, work.not_proven))
    yield from _refused(work, said)
    yield from routing.refused(work.routing_file, outcomes)
    if deployed := work.deployed:
        yield from routing.refused(deployed.path, outcomes, deployed.shown)
        yield from deployed.problems


def _drift(plan: Plan) -> list[Problem]:
    """One problem a file; only one where nothing was generated yet."""
    if plan.request.files and not plan.unchanged and all(change.old is None for change in plan.changes):
        root = plan.request.roots[0].as_posix()
        return [Problem("not-generated", "nothing is generated yet", Span(root), "run `slogen generate`")]
    return drift(plan, masks(plan))


def _handwritten(work: Work) -> list[Handwritten]:
    """The tests of people; where only some specs were chosen, those that load their rules."""
    owned = work.plan.owned | {change.path for change in work.plan.changes}
    places = {os.path.realpath(work.rules(each)): each for each in work.compiled}
    alerts = {place: _alert_names(each) for place, each in places.items()}
    found = handwritten.find(work.tests, owned, alerts, work.base)
    if work.is_whole:
        return found
    return [each for each in found if places.keys() & set(map(os.path.realpath, each.rule_files))]


def _alert_names(compiled: Compiled) -> frozenset[str]:
    rules = (rule for group in compiled.rules.groups for rule in group.rules)
    return frozenset(rule.alert for rule in rules if isinstance(rule, Alert))


def _tasks(work: Work, people: Iterable[Handwritten], promtools: Sequence[Promtool]) -> Iterator[Task]:
    """A check for each rule file and a run for each test that is as the specs ask for."""
    changed = {change.path for change in work.plan.changes}
    for promtool in promtools:
        for each in work.compiled:
            rules, count = work.rules(each), each.rules.rule_count
            if rules.is_file():
                yield Task(promtool, rules, (rules,), count, check_rules(count))
        for each, test, path in work.generated:
            if path not in changed:
                yield Task(promtool, path, (path, work.rules(each)), _cost(each, test))
        for theirs in people:
            if theirs.is_runnable:
                reads = (theirs.path, *theirs.rule_files)
                yield Task(promtool, theirs.path, reads if theirs.rule_files else None, float("inf"))


def _cost(compiled: Compiled, test: TestFile) -> float:
    """promtool evaluates every rule at every step of every block."""
    checks = ([*(c.at for c in block.alerts), *(c.at for c in block.exprs)] for block in test.blocks)
    steps = sum(1 + max(times, default=0) / test.interval for times in checks)
    return steps * compiled.rules.rule_count


def _said(outcomes: Iterable[Outcome], promtools: Sequence[Promtool]) -> dict[Path, Said]:
    """By file, what each promtool objects to, in the order of promtools; files that were run only."""
    order = {promtool: number for number, promtool in enumerate(promtools)}
    said: dict[Path, Said] = defaultdict(list)
    for outcome in sorted(outcomes, key=lambda outcome: order[outcome.task.promtool]):
        said[outcome.task.path] += [(outcome.task.promtool.name, finding) for finding in outcome.findings]
    return dict(said)


def _refused(work: Work, said: dict[Path, Said]) -> Iterator[Problem]:
    for each in work.compiled:
        rules = work.rules(each)
        for reason in reasons_of(said.get(rules, [])):
            message = f"{reason.text} ({', '.join(reason.promtools)})"
            yield Problem("rules-refused", message, Span(rules.as_posix()), "run `slogen generate`")


def _statements(work: Work, said: dict[Path, Said]) -> Iterator[Statement]:
    for _, test, path in work.generated:
        yield from statements(test, path.as_posix(), said.get(path))


def _file_result(people: Handwritten, said: dict[Path, Said]) -> FileResult:
    found = said.get(people.path)
    verdict = Verdict.NOT_RUN if found is None else Verdict.NO if found else Verdict.YES
    return FileResult(people.path.as_posix(), verdict, reasons_of(found or ()))
