"""Error budget policies of slo-generator -> tiers: each step is one, of its window and its burn rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.model.tiers import PAGE, TICKET
from slogen.moving.conditions import TWELFTH, Condition, set_conditions, tier_name
from slogen.moving.dialect import Options
from slogen.moving.draft import Draft
from slogen.moving.outcome import not_moved
from slogen.moving.reading import Value
from slogen.moving.tiers import Wanted
from slogen.units import DAY, format_duration, to_decimal

POLICIES: Final = "error_budget_policies"
CONFIGURATION: Final = "backends"
_OF_REPORTS: Final = ("default_exporters", "exporters", CONFIGURATION)
_CALM: Final = "message_ok"
_DEFAULT: Final = "default"
_PERIOD: Final = 30 * DAY
_ANNOTATION: Final = "consequence"
_SHORT: Final = (
    "steps have one window: each tier gets a short one of a twelfth, so that alerts end soon; and steps that "
    "don't alert are tickets"
)


@dataclass(frozen=True, slots=True)
class _Step:
    """A tier that is wanted, and what is to be done when it fires."""

    tier: Wanted
    consequence: Value | None


def of_shared(root: Value) -> Iterator[Problem]:
    """What the shared configuration has that is of no SLO."""
    parts = [(name, part) for name in _OF_REPORTS if (part := root.get(name))]
    for _, part in parts:
        part.mark()
    policies = root.get(POLICIES)
    for name, policy in policies.items() if policies else ():
        for index, step in enumerate(policy.need("steps").each()):
            if said := step.get(_CALM):
                parts.append((f"{POLICIES}.{name}.steps.{index}.{_CALM}", said))
    if parts:
        names = ", ".join(f"`{name}`" for name, _ in parts)
        message = f"where slo-generator reports to, and what it says while all is well, has no place: {names}"
        yield parts[0][1].problem("import-lost-field", message, "nothing is to be done", Severity.INFO)


def set_policy(draft: Draft, spec: Value, options: Options) -> None:
    """Set the window, which is that of the longest step, and tiers of the error budget policy of an SLO. The
    policy is in the shared configuration; without it slogen's own tiers are left."""
    named = spec.get("error_budget_policy")
    policy = _policy(named.text() if named else _DEFAULT, options)
    if policy is None:
        _without(draft, spec, named, options)
        return
    steps = [_step(step) for step in policy.need("steps").each()]
    if not steps:
        raise not_moved("import-refused-shape", policy, "the policy has no steps", "write one at least")
    period = options.period or max(step.tier.long for step in steps)
    draft.put(["window"], format_duration(period), policy)
    if options.period is None:
        said = draft.fields["window"]
        message = f"slo-generator knows no window of an SLO: it is that of the longest step, {said}"
        draft.tell([policy.problem("import-decide-period", message, "say another one with --period")])
    draft.tell([policy.problem("import-changed-tier", _SHORT, "docs/tiers.md", Severity.INFO)])
    set_conditions(draft, [Condition(step.tier) for step in steps], period, policy, options.judge)
    for severity in (PAGE, TICKET):
        _consequence(draft, severity, [step for step in steps if step.tier.severity == severity])


def _policy(name: str, options: Options) -> Value | None:
    for part in options.beside:
        policies = part.get(POLICIES) if part.is_mapping else None
        if policies is not None and policies.is_mapping and (found := policies.get(name)):
            return found
    return None


def _without(draft: Draft, spec: Value, named: Value | None, options: Options) -> None:
    period = format_duration(options.period or _PERIOD)
    draft.put(["window"], period, spec)
    hint = "name the shared configuration that holds its error budget policy, too; or say --period"
    if named is not None:
        message = f"there is no error budget policy `{named.text()}` in the files: slogen's own tiers alert"
        draft.tell([named.problem("import-lost-value", message, hint)])
    if options.period is None:
        message = f"no error budget policy says a window, so that is {period}, and slogen's own tiers alert"
        draft.tell([spec.problem("import-decide-period", message, hint)])


def _step(step: Value) -> _Step:
    name, alert = step.need("name").text(), step.get("alert")
    window, factor = _number(step.need("window")), _number(step.need("burn_rate_threshold"))
    severity = PAGE if alert is not None and alert.flag() else TICKET
    if calm := step.get(_CALM):
        calm.mark()  # which is told where the policy stands
    long = int(window)
    tier = Wanted(tier_name(f"{severity} {name}"), severity, long, long // TWELFTH, factor)
    return _Step(tier, step.get("message_alert"))


def _number(at: Value) -> Fraction:
    try:
        return Fraction(to_decimal(at.text()))
    except ValueError as error:
        raise not_moved("import-refused-alert", at, str(error), "such as 3600") from None


def _consequence(draft: Draft, severity: str, steps: Sequence[_Step]) -> None:
    """What all steps of a severity say is to be done is an annotation; else each would be told of others."""
    said = [step.consequence for step in steps if step.consequence is not None]
    if said and len({str(each.data) for each in said}) == 1 and len(said) == len(steps):
        for each in said:
            draft.annotation(severity, _ANNOTATION, each)
