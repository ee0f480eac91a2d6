"""`slogen gate`: may this be deployed?"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import click

from slogen.cli.boundary import ExitCode
from slogen.cli.canary import CanaryOptions, canary_options, comparable, compare_all
from slogen.cli.complete import slos
from slogen.cli.console import show
from slogen.cli.options import cluster_option, format_option, settings_option
from slogen.cli.policy import PolicyOptions, policy_options
from slogen.cli.server import ServerOptions, server_options
from slogen.cli.standings import read_labels, status_asked
from slogen.cli.times import duration, moment
from slogen.diagnostics import CallError
from slogen.live.client import Client
from slogen.live.errors import ServerError
from slogen.live.gate.ask import ages
from slogen.live.gate.decide import Gate, judge
from slogen.live.gate.patience import Patience, asked_until, unasked
from slogen.live.gate.verdict import Verdict
from slogen.live.status.whole import selected
from slogen.model.slo import Slo
from slogen.project.asked import Asked, asked
from slogen.report.gate import FORMS, render
from slogen.settings import GateSettings

Ask = Callable[[], Gate]
_CODES = {
    Verdict.GO: ExitCode.DONE,
    Verdict.BLOCKED: ExitCode.FINDINGS,
    Verdict.UNKNOWN: ExitCode.UNKNOWN,
}


@dataclass(frozen=True)
class _Chosen:
    """Which of the SLOs are asked about."""

    about: Asked
    service: str | None
    owner: str | None
    labels: dict[str, str]
    at: float | None

    def has(self, slo: Slo) -> bool:
        """Whether an SLO of the specs is among them."""
        have = {**slo.labels, "owner": slo.owner}
        return (
            self.service in (None, slo.service)
            and self.owner in (None, slo.owner)
            and all(have.get(name) == value for name, value in self.labels.items())
        )

    def gate(self, client: Client, policy: GateSettings, name: str) -> Gate:
        """Ask how they stand, and hold them to a policy. Raises CallError where there are none, and nothing
        is missing from the answer."""
        at = time.time() if self.at is None else self.at
        status = selected(status_asked(client, self.about, at=at), owner=self.owner, labels=self.labels)
        kept = tuple(s for s in status.standings if self.service in (None, s.service))
        if not kept and not status.is_partial:
            raise CallError("no SLO was selected: a gate that asks nothing would let everything through")
        status = replace(status, standings=kept)
        old, warned = ages(client, at)
        judged = judge(status, policy, old)
        return Gate(at, status.server, name, judged, tuple(dict.fromkeys((*status.warnings, *warned))))


def _reason(_: click.Context, __: click.Parameter, value: str | None) -> str:
    if value is not None and not value.strip():
        raise click.BadParameter("say why, so that others can read it later")
    return (value or "").strip()


@click.command("gate")
@click.argument("words", nargs=-1, metavar="[SLO|SERVICE|PATH]...", shell_complete=slos)
@policy_options
@click.option("--service", metavar="SERVICE", help="Only SLOs of this service.")
@click.option("--owner", metavar="OWNER", help="Only SLOs of this owner.")
@click.option("--label", "labels", multiple=True, metavar="NAME=VALUE", help="Only with this label.")
@canary_options
@click.option("--wait", metavar="TIME", help="Ask again for so long, until it may go.")
@click.option("--every", default="30s", metavar="TIME", help="How often, with --wait; 30s.")
@click.option("--at", metavar="TIME", help="At this time: 2026-10-01T12:00:00Z, or -2h.")
@click.option("--dry-run", is_flag=True, help="Show the answer and end with 0.")
@click.option("--override", callback=_reason, metavar="REASON", help="Let it go whatever is found: why.")
@click.option(
    "--unknown", type=click.Choice(("fail", "ok")), default="fail", help="Whether no answer ends with 5."
)
@format_option(*FORMS)
@cluster_option
@settings_option
@server_options
def command(
    words: tuple[str, ...],
    policy: PolicyOptions,
    service: str | None,
    owner: str | None,
    labels: tuple[str, ...],
    versions: CanaryOptions,
    wait: str | None,
    every: str,
    at: str | None,
    dry_run: bool,
    override: str,
    unknown: str,
    format_: str,
    cluster: str | None,
    settings: Path | None,
    server: ServerOptions,
) -> int:
    """Say whether this may be deployed: enough budget is left, it burns slowly, no page is firing.

    With --canary and --baseline it compares two versions instead, by the events of the SLOs.

    \b
    Examples: slogen gate chat-gateway
              slogen gate --owner team-chat --policy strict --wait 10m
              slogen gate chat-gateway --budget-left 25% --burn-below 1h=2 --burn-below 6h=1
              slogen gate chat-gateway --canary 'version="v2"' --baseline 'version="v1"'
              slogen gate chat-gateway --override 'INC-7: this is the fix'

    \b
    Exit codes: 0 go, 1 blocked, 2 no SLO was selected, 4 no answer, 5 it can't be told
    """
    about = asked(words, settings, cluster=cluster, needs=versions.is_asked)
    if wrong := [problem for problem in about.problems if problem.is_error]:
        show(wrong, err=True)  # a policy that can't be read is not taken for the usual one
        return ExitCode.USAGE
    rules = policy.of(about.settings)
    its = {**(about.settings.labels if cluster else {}), **read_labels(labels)}
    chosen = _Chosen(about, service, owner, its, moment(at) if at else None)
    with server.client(about.settings, about.base) as client:
        ask = _question(client, chosen, versions, policy, rules)
        try:
            gate = asked_until(ask, Patience(duration(wait) if wait else 0, duration(every)))
        except ServerError as error:
            if rules.on_error == "deny" and not override and not dry_run:
                raise
            gate = unasked(error, policy.name, allowed=rules.on_error == "allow")
    gate = replace(gate, override=override, dry_run=dry_run)
    click.echo(render(gate, format_))
    return ExitCode.DONE if override or dry_run else _code(gate, unknown)


def _code(gate: Gate, unknown: str) -> ExitCode:
    is_let = gate.verdict is Verdict.UNKNOWN and unknown == "ok"
    return ExitCode.DONE if is_let else _CODES[gate.verdict]


def _question(
    client: Client, chosen: _Chosen, versions: CanaryOptions, policy: PolicyOptions, rules: GateSettings
) -> Ask:
    """What is asked each time."""
    if not versions.is_asked:
        return lambda: chosen.gate(client, rules, policy.name)
    if policy.policy or policy.given:
        raise CallError("--canary compares versions and asks no policy: ask for that in a call of its own")
    found, left = comparable(chosen.about, versions, chosen.has)
    return lambda: compare_all(
        client, chosen.about, versions, found, left, time.time() if chosen.at is None else chosen.at
    )
