"""Alert policies of OpenSLO -> tiers: each condition is one, of its burn rate and its lookback window."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from slogen.diagnostics import Severity
from slogen.moving.conditions import TWELFTH, Condition, set_conditions, severity_of, tier_name
from slogen.moving.dialect import Options
from slogen.moving.draft import Draft
from slogen.moving.names import slug
from slogen.moving.openslo_refs import lookup, missing
from slogen.moving.outcome import not_moved
from slogen.moving.reading import Value
from slogen.moving.tiers import Wanted
from slogen.units import parse_duration, to_decimal

_POLICY, _CONDITION, _TARGET = "AlertPolicy", "AlertCondition", "AlertNotificationTarget"
_BURN_RATE: Final = "burnrate"
_RISES, _FALLS = ("gt", "gte"), ("lt", "lte")
_EXCEEDS: Final = re.compile(
    r"exceed|above|over\b|greater|more than|higher|too (high|fast|much)", re.IGNORECASE
)
_SHORT: Final = (
    "OpenSLO's conditions have no short window: each tier gets one of a twelfth of the long one, so that "
    "alerts end soon after the fault"
)


def set_alerts(draft: Draft, spec: Value, objective: Value, window: int, options: Options) -> None:
    """Set tiers and severities from the alert policies of an SLO, whose window is in seconds; without
    policies slogen's own tiers are left. Raises RefusedError for alerts that mean the opposite."""
    policies = objective.get("alertPolicies") or spec.get("alertPolicies")
    found = [each for each in policies.each() if each.data] if policies else []
    known = [
        policy for each in found if (policy := _resolved(each, "alertPolicyRef", _POLICY, draft, options))
    ]
    if policies is None or not known:
        return
    conditions = [condition for policy in known for condition in _conditions(policy, draft, options)]
    no_data = [said for policy in known if (said := policy.need("spec").get("alertWhenNoData"))]
    is_told = any(list(map(Value.flag, no_data)))  # all of them are read
    if not conditions:
        draft.silence(policies, absent=is_told)
        return
    if no_data and not is_told:
        draft.put(["alerting", "absent"], False, no_data[0])
    draft.tell([policies.problem("import-changed-tier", _SHORT, "docs/tiers.md", Severity.INFO)])
    set_conditions(draft, conditions, window, policies, options.judge)


def _resolved(at: Value, field: str, kind: str, draft: Draft, options: Options) -> Value | None:
    """What stands in place, or what is referred to by name; None, and a word, where that is nowhere."""
    reference = at.get(field) if at.is_mapping else at
    if reference is None:
        if inline := at.get("kind"):
            inline.mark()
        return at
    found = lookup(reference, kind, options)
    if found is None:
        hint = "name its file, too; or read docs/tiers.md and write `alerting.tiers`"
        draft.tell([reference.problem("import-lost-value", missing(reference, kind), hint)])
    return found


def _conditions(policy: Value, draft: Draft, options: Options) -> Iterator[Condition]:
    """The conditions of a policy that alert, and who is told of them."""
    spec = policy.need("spec")
    targets = spec.get("notificationTargets")
    for target in targets.each() if targets else ():
        _target(target, draft, options)
    if resolved := spec.get("alertWhenResolved"):
        message = "whether the end of alerts is told is a matter of receivers, which tell it by default"
        resolved.mark()
        draft.tell([resolved.problem("import-lost-value", message, "docs/notifications.md", Severity.INFO)])
    breaching = spec.get("alertWhenBreaching")
    is_used = breaching is None or breaching.flag()
    for each in spec.need("conditions").each():
        found = _resolved(each, "conditionRef", _CONDITION, draft, options)
        if found is not None and is_used:
            yield _condition(found, policy, draft)


def _condition(at: Value, policy: Value, draft: Draft) -> Condition:
    spec = at.need("spec")
    condition, word = spec.need("condition"), spec.need("severity")
    kind = condition.get("kind")
    if kind is not None and kind.text().lower() != _BURN_RATE:
        message = f"alerts of the kind `{kind.text()}` are not known"
        raise not_moved("import-refused-alert", kind, message, f"write one of the kind `{_BURN_RATE}`")
    if operator := condition.get("op"):
        _rises(operator, [spec.get("description"), policy.need("spec").get("description")])
    long, factor = _seconds(condition.need("lookbackWindow")), _number(condition.need("threshold"))
    after = condition.get("alertAfter")
    wait = _seconds(after) if after else 0
    tier = Wanted(_name(at, word), severity_of(word, draft), long, long // TWELFTH, factor, wait=wait)
    return Condition(tier, word)


def _name(at: Value, word: Value) -> str:
    """The name of the tier: that of the condition, or the word of its severity."""
    name = metadata.get("name") if (metadata := at.get("metadata")) else None
    return tier_name(name.text() if name else word.text())


def _rises(operator: Value, texts: Sequence[Value | None]) -> None:
    """Raise RefusedError for alerts on a budget that burns slowly."""
    said = operator.text()
    if said in _RISES:
        return
    if said not in _FALLS:
        hint = f"one of {', '.join(_RISES)}"
        raise not_moved("import-refused-alert", operator, f"`op: {said}` compares nothing", hint)
    told = next((each for each in texts if each is not None and _EXCEEDS.search(str(each.data))), None)
    message = f"`op: {said}` alerts while the budget burns slowly"
    if told is not None:
        message += f", and its text says `{told.text().strip()}`"
    hint = "if an alert on a budget that burns too fast is meant, write `op: gt`"
    raise not_moved("import-refused-alert", operator, message, hint)


def _seconds(at: Value) -> int:
    try:
        return parse_duration(at.text())
    except ValueError as error:
        raise not_moved("import-refused-alert", at, str(error), "such as 1h") from None


def _number(at: Value) -> Fraction:
    try:
        return Fraction(to_decimal(at.text()))
    except ValueError as error:
        raise not_moved("import-refused-alert", at, str(error), "such as 14.4") from None


def _target(at: Value, draft: Draft, options: Options) -> None:
    """Who is told: a matter of receivers, which are written once for all SLOs."""
    reference = at.get("targetRef") if at.is_mapping else at
    found = lookup(reference, _TARGET, options) if reference is not None else at
    if found is None:
        assert reference is not None
        message = f"alerts go to `{reference.text()}`, of which these files say nothing"
        draft.tell(
            [at.problem("import-decide-receiver", message, "write a receiver, see docs/notifications.md")]
        )
        return
    if reference is None and (kind := at.get("kind")):
        kind.mark()
    spec, metadata = found.need("spec"), found.get("metadata")
    name = metadata.get("name") if metadata else None
    target, text = spec.need("target"), spec.get("description")
    called = slug(name.text()) if name else slug(target.text())
    why = f" ({text.text().strip()})" if text else ""
    message = (
        f"alerts go to `{called}` by {target.text()}{why}, and in slogen to whom notifications.yaml says"
    )
    hint = f"write a receiver `{called}` there, and who has it, see docs/notifications.md"
    draft.tell([at.problem("import-decide-receiver", message, hint)])
