"""slogen.yaml: policies that can be kept, and controllers that know whom to ask and what to compare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.promql.matchers import MatchersError, added_matchers, with_marks, without_marks
from slogen.promql.parse import PromqlError
from slogen.settings import GateSettings, Settings
from slogen.target_settings import RolloutSettings
from slogen.units import MINUTE, format_duration, to_text

_SLOWER: Final = 2 * MINUTE  # the interval of the group of budgets


def check_gates(origin: Origin, settings: Settings) -> Iterator[Problem]:
    """Problems of `gates`, and of the controllers that are generated for."""
    for name, gate in settings.gates.items():
        yield from _policy(origin.at("gates", name), gate, settings)
    for target, rollouts in (("argo-rollouts", settings.argo_rollouts), ("flagger", settings.flagger)):
        here = origin.at(target.replace("-", "_"))
        if target in settings.targets and not settings.address_of(rollouts):
            message = f"the target `{target}` doesn't say where its controller finds Prometheus"
            name = target.replace("-", "_")
            hint = f"set `{name}: {{address: http://prometheus.monitoring.svc:9090}}`"
            number = list(origin.at("targets").value or ()).index(target)
            yield origin.at("targets", number).problem("rollout-settings", message, hint)
        yield from _matchers(here, rollouts, settings)


def _policy(here: Origin, gate: GateSettings, settings: Settings) -> Iterator[Problem]:
    left = gate.budget_left
    if left is not None and left > 1:
        message = "no more than 100% of a budget can be left"
        yield here.at("budget_left").problem("gate-policy", message, "such as `10%`")
    elif left is not None and 0 < left < 1 / 100 and "%" not in str(here.at("budget_left").value):
        message = f"this is {to_text(left * 100)} percent of the budget"
        hint = f"write `{to_text(left * 100)}%` if it is meant, or `{to_text(left * 10000)}%` for that share"
        yield here.at("budget_left").problem("gate-policy", message, hint)
    for window, burn in gate.burn_below.items():
        at = here.at("burn_below", window) if here.at("burn_below", window).exists else here.at("burn_below")
        if burn <= 0:
            yield at.problem(
                "gate-policy", "every budget burns at 0 or more", "write `none` to leave this out"
            )
    least = 2 * max(_SLOWER, settings.prometheus.evaluation_interval)
    if gate.max_age < least:
        message = f"budgets are evaluated every {format_duration(least // 2)}, so they are often older"
        yield here.at("max_age").problem("gate-policy", message, f"at least `{format_duration(least)}`")


def _matchers(here: Origin, rollouts: RolloutSettings, settings: Settings) -> Iterator[Problem]:
    for field, text in (("canary", rollouts.canary), ("stable", rollouts.stable)):
        marked, marks = with_marks(text)
        try:
            added_matchers(marked, settings.prometheus.min_version)
        except PromqlError as error:
            place = f", column {error.column}" if isinstance(error, MatchersError) else ""
            message = without_marks(f"`{field}`{place}: {error}", marks)
            yield here.at(field).problem("rollout-settings", message, without_marks(error.hint, marks))
    if rollouts.canary == rollouts.stable:
        message = "canary and stable version are the same, so there is nothing to compare"
        yield here.at("stable").problem("rollout-settings", message, "select on what tells them apart")
