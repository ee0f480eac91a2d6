"""The policy that a gate holds SLOs to: by name, and with what the command line says otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import click

from slogen.cli.gathered import gathered
from slogen.diagnostics import CallError, Problem, did_you_mean
from slogen.settings import FILE_NAME, GateSettings, Settings
from slogen.validate.settings import read_settings

DEFAULT: Final = "default"


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """What the command line says about the policy."""

    policy: str | None
    budget_left: str | None
    burn_below: tuple[str, ...]
    pages: str | None
    max_age: str | None

    @property
    def name(self) -> str:
        """The name of the policy."""
        return self.policy or DEFAULT

    @property
    def given(self) -> dict[str, Any]:
        """What is to be otherwise, as slogen.yaml has it."""
        found: dict[str, Any] = {"budget_left": self.budget_left, "max_age": self.max_age}
        found["burn_below"] = _burns(self.burn_below) if self.burn_below else None
        found["no_page"] = None if self.pages is None else self.pages == "block"
        return {name: value for name, value in found.items() if value is not None}

    def of(self, settings: Settings) -> GateSettings:
        """The policy. Raises CallError for one that isn't there, or can't be."""
        if self.name != DEFAULT and self.name not in settings.gates:
            known = sorted(settings.gates)
            near = did_you_mean(self.name, known) or f"it has {', '.join(known) or 'none'}"
            raise CallError(f"{FILE_NAME} has no policy `{self.name}` in `gates`; {near}")
        policy = settings.gates.get(self.name, settings.gate)
        return replace(policy, **_read(self.given)) if self.given else policy


policy_options = gathered(
    "policy",
    PolicyOptions,
    (
        click.option("--policy", metavar="NAME", help="A policy of slogen.yaml; `default` by default."),
        click.option("--budget-left", metavar="PERCENT", help="So much of the budget must be left: 10%."),
        click.option(
            "--burn-below",
            multiple=True,
            metavar="[WINDOW=]TIMES",
            help="It must burn less over the last hour: 2; or 1h=2 and 6h=1.",
        ),
        click.option(
            "--pages", type=click.Choice(("block", "ignore")), help="Whether a firing page blocks it."
        ),
        click.option("--max-age", metavar="TIME", help="So old the rules' evaluation may be: 5m."),
    ),
)


def _burns(texts: Sequence[str]) -> str | Mapping[str, str]:
    pairs = [text.partition("=") for text in texts]
    if len(pairs) == 1 and not pairs[0][1]:
        return texts[0]
    if wrong := next((text for text in texts if "=" not in text), None):
        raise CallError(f"--burn-below {wrong}: of several, each names its window, as in `1h=2`")
    return {window: burn for window, _, burn in pairs}


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, with the checks of slogen.yaml."""
    document = {"apiVersion": "slogen/v1", "kind": "Settings", "gates": {DEFAULT: given}}
    settings, problems = read_settings(json.dumps(document))
    if wrong := next((problem for problem in problems if problem.is_error), None):
        raise CallError(f"{_option(wrong, given)}{wrong.message}; {wrong.hint}")
    known = {field.name: getattr(settings.gate, field.name) for field in fields(GateSettings)}
    return {name: known[name] for name in given}


def _option(problem: Problem, given: Mapping[str, Any]) -> str:
    """The option that a problem is about: the last one that is named before its place."""
    before = problem.span.text[: problem.span.column] if problem.span else ""
    name = max(given, key=lambda each: before.rfind(f'"{each}"'))
    return f"--{name.replace('_', '-')}: "
