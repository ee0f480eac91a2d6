"""The whole proof: what is on disk against the specs, what the tests cover, and what promtool says."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from slogen.diagnostics import Problem, Span
from slogen.emitted.proof import Compiled, TestFile
from slogen.emitted.routing import Routing, RoutingCase
from slogen.emitted.rules import Alert
from slogen.oracles import handwritten, routing, vmalert
from slogen.oracles.cache import Cache
from slogen.oracles.coverage import uncovered
from slogen.oracles.find import AMTOOL, OLDEST_AMTOOL, VMALERT_TOOL, candidates, lies_unused, usable
from slogen.oracles.handwritten import Handwritten
from slogen.oracles.output import Finding
from slogen.oracles.results import FileResult, Promtool, Proof, Statement, Verdict
from slogen.oracles.run import Outcome, Task, check_rules, cores, run
from slogen.oracles.verdicts import reasons_of, statements
from slogen.proof.routing import cases
from slogen.render.merge.masks import masks
from slogen.render.promtool import rules_path
from slogen.render.rulers.prometheus import path_of
from slogen.write import Plan, drift

Progress = Callable[[int], Callable[[], None]]
Said = list[tuple[str, Finding]]
_VERSION_TIMEOUT, _FILE_TIMEOUT = 30.0, 300.0
_NONE_FOUND = (
    "no promtool was found on PATH: nothing was run. It comes with Prometheus; --promtool PATH names one"
)
_LIES_UNUSED = (
    "no promtool was found on PATH: nothing was run. The programs in .oracles/ are started only when "
    "they are named: --oracles .oracles"
)
_NONE_FETCHED = "there is no promtool in the folder of --oracles: nothing was run"
_NONE_USABLE = "no promtool that was named can be used: nothing was run"
_NO_AMTOOL = (
    "no amtool was found: where alerts go was not tried. It comes with Alertmanager; --amtool PATH names one"
)


_NO_VMALERT_TOOL = (
    "no vmalert-tool was found: the rules for VictoriaMetrics were not tried. It comes with VictoriaMetrics; "
    "--vmalert-tool PATH names one"
)


@dataclass(frozen=True, slots=True)
class DeployedFile:
    """A configuration that somebody runs: a copy that amtool can read, the file that people know, its
    receivers and whether they send to anybody, and what must come true of the alerts."""

    path: Path
    shown: str
    senders: Mapping[str, bool]
    cases: tuple[RoutingCase, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be proven: compiled owners, what differs on disk from them, and the folders.

    `not_proven` are the warnings about SLOs without sample series, by SLO id; `slo_count` is how many there
    are; `is_whole` says that no spec was left out. amtools older than `alertmanager` aren't asked. Without
    `has_plain_rules` in the output they lie beside the tests. Where the output has no tests, they were `made`
    in another folder, with the rules that they load. In the folder of `vmalert_tests` are the same tests for
    vmalert-tool, where the project has rules for it.
    """

    compiled: tuple[Compiled, ...]
    plan: Plan
    output: Path
    tests: Path
    base: Path
    slo_count: int
    not_proven: dict[str, Problem]
    is_whole: bool = True
    alertmanager: tuple[int, int] = OLDEST_AMTOOL
    deployed: DeployedFile | None = None
    has_plain_rules: bool = True
    made: Path | None = None
    vmalert_tests: Path | None = None

    @property
    def of_tests(self) -> Path:
        """Where generated tests lie."""
        return self.made or self.tests

    @property
    def routing(self) -> Routing | None:
        """What Alertmanager is told, where it is part of the output."""
        wanted = any(file.path == routing.FILE for file in self.plan.request.files)
        return next((each.routing for each in self.compiled if each.routing and wanted), None)

    @property
    def asks_amtool(self) -> bool:
        """Whether there is anything that amtool could be asked."""
        return self.routing is not None or self.deployed is not None

    @property
    def routing_file(self) -> Path:
        """The file that amtool reads."""
        return self.output / routing.FILE

    def rules(self, owner: str) -> Path:
        """The rule file that promtool reads for an owner."""
        return self.output / path_of(owner) if self.has_plain_rules else self.of_tests / rules_path(owner)

    @property
    def generated(self) -> Iterator[tuple[Compiled, TestFile, Path]]:
        """Every generated test file and where it lies."""
        return ((each, test, self.of_tests / test.path) for each in self.compiled for test in each.tests)


@dataclass(frozen=True, slots=True)
class Options:
    """Programs that were asked for by name, or a folder of them; none: those on PATH. `jobs` 0: one a core.
    Timeouts in seconds, for one call."""

    promtools: tuple[Path, ...] = ()
    amtools: tuple[Path, ...] = ()
    vmalert_tools: tuple[Path, ...] = ()
    folder: Path | None = None
    rerun: bool = False
    jobs: int = 0
    version_timeout: float = _VERSION_TIMEOUT
    timeout: float = _FILE_TIMEOUT


def prove(work: Work, options: Options, progress: Progress = lambda _: lambda: None) -> Proof:
    """Compare, look for gaps, and run every usable program. `progress` is told how many calls there will
    be, and what it returns is called after each. Raises nothing for programs or files that are wrong."""
    promtools, unusable = usable(options.promtools or candidates(options.folder), options.version_timeout)
    amtools, no_amtools = _amtools(work, options)
    vmalert_tools, no_vmalert_tools = _vmalert_tools(work, options)
    people = _handwritten(work)
    tasks = list(_tasks(work, people, promtools))
    if work.vmalert_tests:
        tasks += vmalert.tasks(work.generated, work.vmalert_tests, vmalert_tools)
    wanted = cases(work.routing, (each.rules for each in work.compiled)) if work.routing else ()
    if work.routing is not None:
        tasks += routing.tasks(work.routing, wanted, work.routing_file, amtools)
    if deployed := work.deployed:
        tasks += routing.deployed_tasks(deployed.cases, deployed.senders, deployed.path, amtools)
    outcomes = run(
        tasks,
        Cache(work.base),
        jobs=options.jobs or cores(),
        timeout=options.timeout,
        rerun=options.rerun,
        done=progress(len(tasks)),
    )
    testers = [*promtools, *vmalert_tools]
    said = _said((each for each in outcomes if each.task.promtool in testers), testers)
    not_run = [problem.message for problem in unusable if not options.promtools]
    if not (promtools or not_run):
        not_run = [_NONE_USABLE if options.promtools else _none_found(work, options)]
    not_run += [problem.message for problem in no_amtools if not options.amtools]
    not_run += [] if amtools or no_amtools or not work.asks_amtool else [_NO_AMTOOL]
    not_run += [problem.message for problem in no_vmalert_tools if not options.vmalert_tools]
    not_run += [] if vmalert_tools or no_vmalert_tools or not work.vmalert_tests else [_NO_VMALERT_TOOL]
    routed = list(routing.statements(wanted, work.routing_file, outcomes))
    if deployed:
        routed += routing.statements(deployed.cases, deployed.path, outcomes, deployed.shown)
    return Proof(
        promtools=tuple(promtools),
        amtools=tuple(amtools),
        vmalert_tools=tuple(vmalert_tools),
        slo_count=work.slo_count,
        statements=(*_statements(work, said), *routed),
        handwritten=tuple(_file_result(each, said) for each in people),
        problems=(
            *_wrong(work, said, outcomes),
            *(problem for each in people for problem in each.problems),
            *(unusable if options.promtools else ()),
            *(no_amtools if options.amtools else ()),
            *(no_vmalert_tools if options.vmalert_tools else ()),
        ),
        not_proven=tuple(work.not_proven.values()),
        not_run=tuple(not_run),
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


def _amtools(work: Work, options: Options) -> tuple[list[Promtool], list[Problem]]:
    """Those that can read what was made for the oldest Alertmanager of the project."""
    if not work.asks_amtool:
        return [], []
    found, unusable = usable(
        options.amtools or candidates(options.folder, AMTOOL), options.version_timeout, AMTOOL
    )
    new_enough = [t for t in found if tuple(map(int, t.version.split("."))) >= work.alertmanager]
    if found and not new_enough:
        oldest = ".".join(map(str, work.alertmanager))
        message = f"amtool {found[-1].version} is older than the project's Alertmanager, {oldest}"
        unusable.append(Problem("amtool-too-old", message, Span(found[-1].path.as_posix()), AMTOOL.hint))
    return new_enough, unusable


def _vmalert_tools(work: Work, options: Options) -> tuple[list[Promtool], list[Problem]]:
    """Those that can be asked, where there is anything for them."""
    if work.vmalert_tests is None:
        return [], []
    named = options.vmalert_tools or candidates(options.folder, VMALERT_TOOL)
    return usable(named, options.version_timeout, VMALERT_TOOL)


def _none_found(work: Work, options: Options) -> str:
    if options.folder is not None:
        return _NONE_FETCHED
    return _LIES_UNUSED if lies_unused(work.base) else _NONE_FOUND


def _drift(plan: Plan) -> list[Problem]:
    """One problem a file; only one where nothing was generated yet."""
    if plan.request.files and not plan.unchanged and all(change.old is None for change in plan.changes):
        root = plan.request.roots[0].as_posix()
        return [Problem("not-generated", "nothing is generated yet", Span(root), "run `slogen generate`")]
    return drift(plan, masks(plan))


def _handwritten(work: Work) -> list[Handwritten]:
    """The tests of people; where only some specs were chosen, those that load their rules."""
    owned = work.plan.owned | {change.path for change in work.plan.changes}
    places = {os.path.realpath(work.rules(each.rules.owner)): each for each in work.compiled}
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
            rules, count = work.rules(each.rules.owner), each.rules.rule_count
            if rules.is_file():
                yield Task(promtool, rules, (rules,), count, check_rules(count))
        for each, test, path in work.generated:
            if path not in changed:
                yield Task(promtool, path, (path, work.rules(test.owner)), _cost(each, test))
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
        rules = work.rules(each.rules.owner)
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
