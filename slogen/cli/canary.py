"""What the command line says about a canary, and the SLOs by which it is compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import click

from slogen.cli.gathered import gathered
from slogen.cli.times import duration
from slogen.diagnostics import CallError
from slogen.live.client import Client
from slogen.live.gate.canary import Terms
from slogen.live.gate.decide import Gate, Judged
from slogen.live.gate.watch import CANARY, Versions, compare_versions
from slogen.model.slo import Slo
from slogen.project.asked import Asked
from slogen.promql.matchers import MatchersError, added_matchers
from slogen.promql.parse import PromqlError
from slogen.promql.selector import Matcher
from slogen.rules.raw import NotCountableError, check_matchers, raw_counts
from slogen.settings import Settings
from slogen.units import HOUR, MINUTE, to_decimal

_LONGEST: Final = 6 * HOUR


@dataclass(frozen=True, slots=True)
class CanaryOptions:
    """The versions as matchers, how long the canary is watched, and what it is held to."""

    canary: str | None
    baseline: str | None
    since: str | None
    worse_than: str | None
    min_bad: int | None
    confidence: str | None

    @property
    def is_asked(self) -> bool:
        """Whether versions are to be compared. Raises CallError for terms of no comparison."""
        if self.canary is not None or self.baseline is not None:
            return True
        terms = {"since": self.since, "worse-than": self.worse_than, "min-bad": self.min_bad}
        for name, value in {**terms, "confidence": self.confidence}.items():
            if value is not None:
                raise CallError(f"--{name} is about a canary: give --canary and --baseline, too")
        return False

    def versions(self, settings: Settings) -> Versions:
        """The matchers. Raises CallError that says where they are wrong."""
        if not self.canary or not self.baseline:
            raise CallError("--canary and --baseline belong together: each selects the series of a version")
        found = Versions(
            _matchers("--canary", self.canary, settings), _matchers("--baseline", self.baseline, settings)
        )
        if set(found.canary) == set(found.stable):
            raise CallError("--canary and --baseline are the same, so there is nothing to compare")
        return found

    @property
    def minutes(self) -> int:
        """How long it is watched."""
        since = self.since or "30m"
        length = duration(since)
        if length % MINUTE or not MINUTE <= length <= _LONGEST:
            raise CallError(f"--since {since}: whole minutes, from 1m to {_LONGEST // HOUR}h")
        return length // MINUTE

    def terms(self, slo: Slo) -> Terms:
        """What a canary is held to by an SLO."""
        worse = _number("--worse-than", (self.worse_than or "2").removesuffix("x"), 1, 1000)
        confidence = _number("--confidence", (self.confidence or "95").removesuffix("%"), 50, 99.9999) / 100
        return Terms(float(slo.budget), self.minutes, worse, self.min_bad or 3, confidence)


canary_options = gathered(
    "versions",
    CanaryOptions,
    (
        click.option("--canary", metavar="MATCHERS", help="Compare these series of a new version."),
        click.option("--baseline", "--stable", metavar="MATCHERS", help="With these of the stable one."),
        click.option("--since", "--for", metavar="TIME", help="So long a canary is watched; 30m."),
        click.option(
            "--worse-than",
            metavar="TIMES",
            help="It may have so many times the budget's rate of bad events; 2x.",
        ),
        click.option("--min-bad", type=click.IntRange(1), metavar="N", help="Fewer never block it; 3."),
        click.option(
            "--confidence",
            metavar="PERCENT",
            help="How sure a difference must be, over all looks; 95%.",
        ),
    ),
)


def comparable(
    about: Asked, options: CanaryOptions, has: Callable[[Slo], bool]
) -> tuple[tuple[Slo, ...], tuple[str, ...]]:
    """The SLOs that can be compared, of those that are meant, and what is said of the others. Raises
    CallError where none can, for names of nothing, and for matchers that contradict an SLI."""
    slos, versions = about.slos, options.versions(about.settings)
    if about.workspace is None:
        raise CallError("a canary is compared by SLIs, so it needs the specs: name a PATH, or go there")
    if unknown := about.unknown([*(slo.id for slo in slos), *(slo.shown for slo in slos)]):
        raise CallError(f"the specs have no SLO and no service `{unknown[0]}`")
    found, left = [], []
    for slo in filter(has, slos):
        try:
            raw_counts(slo, about.settings, MINUTE)
            for matchers in (versions.canary, versions.stable):
                check_matchers(slo, matchers)
        except NotCountableError as error:
            left.append(f"not compared: {error}; {error.hint}")
        except PromqlError as error:
            raise CallError(f"`{slo.shown}`: {error}; {error.hint}") from None
        else:
            found.append(slo)
    if not found:
        raise CallError(left[0].removeprefix("not compared: ") if left else "no SLO was selected")
    return tuple(found), tuple(left)


def compare_all(
    client: Client, about: Asked, options: CanaryOptions, slos: Sequence[Slo], left: Sequence[str], at: float
) -> Gate:
    """The comparison by each of these SLOs."""
    judged: list[Judged] = []
    warnings = dict.fromkeys(left)
    versions = options.versions(about.settings)
    for slo in slos:
        one, warned = compare_versions(client, slo, about.settings, versions, options.terms(slo), at)
        judged.append(one)
        warnings |= dict.fromkeys(warned)
    return Gate(at, client.server.shown, CANARY, tuple(judged), tuple(warnings))


def _matchers(option: str, text: str, settings: Settings) -> tuple[Matcher, ...]:
    try:
        return added_matchers(text, settings.prometheus.min_version)
    except MatchersError as error:
        where = f"{text}\n{' ' * (error.column - 1)}^"
        raise CallError(f"{option}, column {error.column}: {error}; {error.hint}\n{where}") from None
    except PromqlError as error:
        raise CallError(f"{option}: {error}; {error.hint}") from None


def _number(option: str, text: str, least: float, most: float) -> float:
    try:
        number = float(to_decimal(text))
    except ValueError:
        raise CallError(f"{option} {text}: this is not a number") from None
    if not least <= number <= most:
        raise CallError(f"{option} {text}: from {least:g} to {most:g}")
    return number
