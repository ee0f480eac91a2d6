"""How the SLOs stand that a command is asked about: what `status` shows, and `gate` judges."""

from __future__ import annotations

from slogen.diagnostics import CallError, did_you_mean
from slogen.live.client import Client
from slogen.live.copies import Group
from slogen.live.status import Status, look, status_of
from slogen.live.status.ask import place_of
from slogen.model.slo import Slo
from slogen.project.asked import Asked


def status_asked(client: Client, about: Asked, *, at: float | None, over: int | None = None) -> Status:
    """Ask the server. Raises CallError for names of nothing, if nothing is missing from its answer, and
    ServerError."""
    seen = look(client, at=at, over=over, services=about.services, apart=about.settings.apart)
    status = status_of(
        seen,
        about.slos,
        about.settings,
        wants=about.wants,
        names=about.names,
        told=about.told,
        places=_places(about, about.settings.apart),
    )
    known = [standing.slo_id for standing in status.standings]
    if not status.is_partial and (unknown := about.unknown([*known, *(slo.shown for slo in about.slos)])):
        raise CallError(_unknown(unknown[0], client, about, at))
    return status


def _places(about: Asked, apart: tuple[str, ...]) -> list[tuple[Slo, Group]]:
    """Each SLO that is asked about in each of its clusters, by the labels that tell these apart."""
    return [
        (slo, place_of(cluster.settings.labels, apart))
        for cluster in (about.workspace.project.places if about.workspace and apart else ())
        for service in cluster.services
        for slo in service.slos
        if about.wants(slo.id) or about.wants(slo.shown)
    ]


def _unknown(name: str, client: Client, about: Asked, at: float | None) -> str:
    everything = status_of(look(client, at=at))
    ids = {standing.slo_id for standing in everything.standings} | {slo.id for slo in about.slos}
    services = {each.partition("/")[0] for each in ids}
    near = did_you_mean(name, sorted(ids | services)) or "`slogen status` without names shows all there are"
    return f"neither the server nor the specs have an SLO or a service `{name}`; {near}"


def read_labels(given: tuple[str, ...]) -> dict[str, str]:
    """The labels of `--label NAME=VALUE`. Raises CallError for anything else."""
    pairs = [text.partition("=") for text in given]
    if wrong := next((name for name, is_split, _ in pairs if not is_split or not name), None):
        raise CallError(f"--label is NAME=VALUE, not `{wrong}`")
    return {name: value for name, _, value in pairs}
