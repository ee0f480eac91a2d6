"""What every dialect has in common: how it is asked, what it gives, and what it tells of unread fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from slogen.diagnostics import Problem, Severity, has_errors
from slogen.model.tiers import Frame
from slogen.moving.draft import Draft
from slogen.moving.judge import Judge
from slogen.moving.lost import lost_fields
from slogen.moving.names import name_of, renamed
from slogen.moving.outcome import Moved, RefusedError, not_moved
from slogen.moving.reading import Value, WrongShapeError
from slogen.moving.tiers import Wanted, fitted
from slogen.units import format_duration, parse_duration, plain, to_decimal

_ALL: Final = 100


@dataclass(frozen=True, slots=True)
class Options:
    """What was said of the import beside its files: a service for all SLOs, and the window (seconds) and the
    alerts of those that have none of their own. `beside` are all objects of the import, which may refer to
    each other. With `keeps_names`, alerts carry the labels of the other tool, too."""

    judge: Judge
    service: str = ""
    period: int | None = None
    alerts: tuple[Wanted, ...] = ()
    beside: tuple[Value, ...] = ()
    keeps_names: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """The description of a service whose SLOs are in other documents; `name` is as it stands there."""

    service: str
    name: Value
    text: Value

    def used(self) -> str:
        """The description, which is read by this."""
        self.name.mark()
        return self.text.text().strip()


@dataclass(frozen=True, slots=True)
class Translated:
    """What came of one document: its SLOs, problems of none of them, and what it says of a service."""

    slos: tuple[Moved, ...]
    problems: tuple[Problem, ...] = ()
    described: Described | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """A kind of documents: whether one is of it, and what is made of those that are."""

    name: str
    fits: Callable[[Value], bool]
    translate: Callable[[Value, Options], Translated]


Fill = Callable[[Draft], str]


def move(
    dialect: str, called: str, at: Value, fill: Fill, judge: Judge, objective: Value | None = None
) -> Moved:
    """One SLO. `fill` fills the draft and gives the service; what keeps the SLO from being moved is told in
    its place, and so is what nobody read. Of a document with several, `objective` is the SLO's own part."""
    own, draft = objective or at, Draft(at)
    try:
        service = fill(draft)
        judge.settle(service, draft)
    except WrongShapeError as error:
        return _refused(dialect, called, own, [*draft.problems, misshapen(error)])
    except RefusedError as error:
        return _refused(dialect, called, own, [*draft.problems, error.problem])
    draft.tell(lost_fields(own))
    problems = tuple(dict.fromkeys(draft.problems))
    return Moved(dialect, called, own.span(), service, draft.fields, problems, draft.series)


def _refused(dialect: str, called: str, at: Value, problems: Sequence[Problem]) -> Moved:
    assert has_errors(problems)
    at.mark()
    return Moved(dialect, called, at.span(), "", None, tuple(dict.fromkeys(problems)))


def misshapen(error: WrongShapeError) -> Problem:
    """A document that isn't what its kind says."""
    path = ".".join(map(str, error.value.path)) or "the document"
    message = f"`{path}` should have or be {error.wanted}"
    hint = "mend it where it comes from; its own tool would refuse it too"
    return error.value.problem("import-refused-shape", message, hint, Severity.ERROR)


def expect(at: Value, *wanted: str) -> None:
    """Raise RefusedError where none of these texts stands there, as what that would mean is not known."""
    said = at.text()
    if said not in wanted:
        known = " or ".join(f"`{each}`" for each in wanted)
        message = f"`{said}` is no version or kind that is known"
        raise not_moved("import-refused-shape", at, message, f"what is read is {known}")


def set_name(draft: Draft, at: Value) -> None:
    """The SLO's name, as slogen takes it."""
    before = at.text()
    after = name_of(at, before, "name")
    draft.put(["name"], after, at)
    draft.tell(renamed(at, "SLO", before, after))


def service_name(at: Value, before: str, draft: Draft | None = None) -> str:
    """A service's name, as slogen takes it."""
    after = name_of(at, before, "service")
    if draft is not None:
        draft.tell(renamed(at, "service", before, after))
    return after


def set_description(draft: Draft, at: Value | None) -> None:
    """The description, if there is one."""
    if at is not None and (text := at.text().strip()):
        draft.put(["description"], text, at)


def set_objective(draft: Draft, at: Value) -> None:
    """The objective, which stands there in percent."""
    draft.put(["objective"], _decimal(at, "such as 99.9"), at)


def set_share(draft: Draft, at: Value, otherwise: str = "") -> None:
    """The objective, which stands there as a share of 1; `otherwise` says how to write a percentage."""
    share = _decimal(at, "such as 0.999")
    if share > 1:
        message = f"`{at.path[-1]}` is a share below 1, and {at.text()} is none"
        hint = f"if a percentage is meant, write {otherwise}`{at.path[-1]}: {plain(share / _ALL)}`"
        raise not_moved("import-refused-objective", at, message, hint)
    draft.put(["objective"], share * _ALL, at)


def _decimal(at: Value, hint: str) -> Decimal:
    try:
        return to_decimal(at.text())
    except ValueError as error:
        raise not_moved("import-refused-objective", at, str(error), hint) from None


def set_tiers(draft: Draft, wanted: Sequence[Wanted], window: int, at: Value, judge: Judge) -> None:
    """The alerts of the other tool as tiers, of an objective and a window that slogen takes."""
    budget = 1 - Fraction(draft.fields["objective"]) / 100
    if not 0 < budget <= Fraction(1, 2) or window <= 0:
        return
    found = fitted(wanted, Frame.of(window, budget, judge.settings))
    if found.tiers:
        draft.put(["alerting", "tiers"], list(found.tiers), at)
    if found.bent:
        message = f"slogen's bounds change the alerts for this objective and window: {'; '.join(found.bent)}"
        severity = Severity.INFO if found.is_close else Severity.WARNING
        draft.tell([at.problem("import-changed-tier", message, "docs/tiers.md says why", severity)])


def set_window(draft: Draft, at: Value) -> int:
    """The rolling window, in seconds."""
    try:
        seconds = parse_duration(at.text())
    except ValueError as error:
        raise not_moved("import-refused-window", at, str(error), "such as 30d") from None
    draft.put(["window"], format_duration(seconds), at)
    return seconds
