"""A configuration of Alertmanager that somebody runs, against the alerts of the project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from slogen.conventions import ID, SEVERITY
from slogen.diagnostics import Problem, Severity, Span, did_you_mean
from slogen.emitted.routing import Routing
from slogen.emitted.rules import RuleFile
from slogen.model.slo import severity_words
from slogen.model.tiers import PAGE
from slogen.oracles import DeployedFile
from slogen.project.silence import silences
from slogen.proof.routing import cases, reach_cases
from slogen.reading import read_regular, why_unreadable
from slogen.render.merge import Deployed, NotMergedError, deployed
from slogen.routing.holding import Held, held, label_sets, read_rule
from slogen.routing.inhibition import inhibitions
from slogen.routing.matching import Labels, UnreadableError
from slogen.understand import Project
from slogen.veil import veiled

_MOST_NAMED = 3


class UnusableError(Exception):
    """A file that holds no configuration, or can't be read; carries the Problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_text(path: Path) -> str:
    """The text of a file of the team's. Raises UnusableError."""
    try:
        return read_regular(path).decode()
    except UnicodeDecodeError:
        problem = Problem("not-text", "this file is not UTF-8 text", Span(path.as_posix()))
    except OSError as error:
        message = f"cannot read: {why_unreadable(path, error)}"
        problem = Problem("unreadable-file", message, Span(path.as_posix()))
    raise UnusableError(problem)


def read_deployed(path: Path) -> Deployed:
    """The configuration in a file. Raises UnusableError."""
    try:
        return deployed(path.as_posix(), read_text(path))
    except NotMergedError as error:
        raise UnusableError(error.problem) from None


def deployed_file(
    found: Deployed, copy: Path, project: Project, routing: Routing | None, rules: Sequence[RuleFile]
) -> DeployedFile:
    """What `slogen test` asks of it. Writes the copy that amtool reads."""
    copy.write_text(found.text, encoding="utf-8")
    wanted = (
        cases(routing, rules)
        if routing
        else reach_cases(rules, severity_words(project.services, project.settings))
    )
    hours = silences(found, wanted, project)
    problems = (
        *missing_receivers(found, project),
        *foreign_inhibition(found, project, rules),
        *hours.problems,
    )
    return DeployedFile(copy, found.span.path, found.receivers, wanted, problems, hours.never)


def missing_receivers(found: Deployed, project: Project) -> Iterator[Problem]:
    """Receivers that the notifications take for existing, and that aren't there."""
    said = project.notifications
    for receiver in said.existing if said else ():
        if said and receiver.existing not in found.receivers:
            known = [name for name in found.receivers if name]
            message = f"{found.span.path} has no receiver `{receiver.existing}`"
            hint = did_you_mean(receiver.existing, known) or f"it has {', '.join(known)}"
            origin = said.origin.at("receivers", receiver.name, "existing")
            yield veiled(origin.problem("merge-receiver", message, hint))


def foreign_inhibition(
    found: Deployed, project: Project, rules: Iterable[RuleFile], severity: Severity = Severity.ERROR
) -> Iterator[Problem]:
    """Rules of the configuration by which an alert of one SLO would hold back that of another."""
    alerts = label_sets(rules, project.services)
    meant = list(inhibitions(project.services, project.settings))
    for data, span in found.rules:
        try:
            pairs = [pair for pair in held(read_rule(data), alerts, meant) if _matters(pair, project)]
        except UnreadableError:
            message = "slogen can't read this inhibition rule, and doesn't know what it holds back"
            yield Problem("unread-inhibition", message, span, severity=Severity.WARNING)
            continue
        if pairs:
            hint = "add 'slo_id=\"\"' to its target_matchers: slogen has rules of its own for alerts of SLOs"
            yield Problem("foreign-inhibition", _said(pairs), span, hint, severity)


def _matters(pair: Held, project: Project) -> bool:
    """Of its own SLO an alert may hold back anything but a page."""
    own = pair.source.get(ID) == pair.target.get(ID) and bool(pair.source.get(ID))
    return not own or pair.target[SEVERITY] in severity_words(project.services, project.settings)[PAGE]


def _said(pairs: Sequence[Held]) -> str:
    """The alert that would be held back, of the first source, and how many there are in all."""
    sources = dict.fromkeys(_name(pair.source) for pair in pairs)
    first = next(iter(sources))
    targets = dict.fromkeys(_name(pair.target) for pair in pairs if _name(pair.source) == first)
    named = ", ".join(list(targets)[:_MOST_NAMED])
    rest = len(targets) - _MOST_NAMED
    more = f" and {rest} more" if rest > 0 else ""
    others = f"; {len(sources)} alerts do such" if len(sources) > 1 else ""
    return f"by this inhibition rule {first} would hold back {named}{more}{others}"


def _name(labels: Labels) -> str:
    return f"{labels['alertname']} ({labels[SEVERITY]}) of {labels.get(ID) or 'slogen itself'}"
