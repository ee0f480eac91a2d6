"""What the boards share: choices, links between them, and panels that several of them show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from slogen.conventions import INFO, PROJECT, SERVICE, SLO, fleet_board, report_board, slo_board
from slogen.emitted.panels import Link, Variable
from slogen.model.slo import Service
from slogen.promql.selector import Matcher
from slogen.promql.text import quote
from slogen.settings import Settings
from slogen.tell.queries import Scope

RUNBOOK = "link_runbook"
TAG, SERVICE_TAG = "slogen", "slogen-service"

# Grafana fills these in; `queryparam` and `percentencode` keep slashes and quotes in values whole.
_CARRIED = "${__url_time_range}"
LAST_HOURS = "from=now-6h&to=now"  # what somebody needs who comes because of an alert
DATASOURCE = Variable("datasource", "Data source", "prometheus")


def titled(title: str, settings: Settings) -> str:
    """A board's title, with the project's name where it has one."""
    return f"{title}: {settings.project}" if settings.project else title


def slo_url(
    settings: Settings,
    service: str = "",
    groups: Iterable[str] = (),
    times: str = _CARRIED,
    board: str = "",
) -> str:
    """From a row of a table to the board of its SLO: with its cluster, its group (labels that the row may
    lack), the data source, and the same time range unless another is named. `service` is that of all rows,
    else the row says it; so does the label `board`, where rows lead to several boards."""
    service = service or field(SERVICE)
    own = (*settings.identity, *(f"by_{label}" for label in groups))
    chosen = "".join(f"&var-{name}={field(name.removeprefix('by_'))}" for name in own)
    choice = f"&var-service={service}&var-slo={service}/{field(SLO)}{chosen}"
    uid = field(board) if board else slo_board(settings.project)
    return f"/d/{uid}?{times}&${{datasource:queryparam}}{choice}"


def same_slo_url(settings: Settings, times: str = _CARRIED, groups: Iterable[str] = ()) -> str:
    """From the board of an SLO to itself, at other times, or with the group of a row."""
    kept = ("datasource", "service", "slo", *settings.identity)
    choice = "".join(f"&${{{name}:queryparam}}" for name in kept)
    group = "".join(f"&var-by_{label}={field(label)}" for label in groups)
    return f"/d/{slo_board(settings.project)}?{times}{choice}{group}"


def field(name: str) -> str:
    """The value of a field in the row of a link, as a part of an address."""
    return f"${{__data.fields.{name}:percentencode}}"


def of_project(settings: Settings) -> tuple[str, ...]:
    """The matcher of the info series of this project's SLOs."""
    return (f"{PROJECT}={quote(settings.project)}",) if settings.project else ()


def group_labels(services: Iterable[Service]) -> tuple[str, ...]:
    """All labels by which some SLO of the services has groups, sorted."""
    return tuple(sorted({label for service in services for slo in service.slos for label in slo.sli.by}))


def has_owners(scope: Scope) -> bool:
    """Whether any SLO has an owner, so that a column for them isn't empty."""
    return any(slo.owner for service in scope.services for slo in service.slos)


def identity_variables(settings: Settings) -> Iterator[Variable]:
    """One choice for each label of the settings (the cluster), of those in which the project runs: in another
    one an SLO of another project may have the same name."""
    for name in settings.identity:
        yield Variable(name, name, f"label_values({listed(settings)}, {name})", every=True, only_listed=True)


def listed(settings: Settings, *matchers: str) -> str:
    """The info series of the project's SLOs, from which choices are listed."""
    inside = ",".join((*of_project(settings), *matchers))
    return f"{INFO}{{{inside}}}" if inside else INFO


def identity_matchers(settings: Settings) -> tuple[str, ...]:
    """Matchers for those choices."""
    return tuple(f'{name}=~"${name}"' for name in settings.identity)


def raw_matchers(settings: Settings) -> tuple[Matcher, ...]:
    """The same for raw series, as far as these have the labels."""
    return tuple(Matcher(name, "=~", f"${name}") for name in settings.shared)


def group_variables(labels: Iterable[str], series: str) -> Iterator[Variable]:
    """One choice for each label of groups."""
    for label in labels:
        yield Variable(f"by_{label}", label, f"label_values({series}, {label})", every=True)


def group_matchers(labels: Iterable[str]) -> tuple[str, ...]:
    """Matchers for those choices; All leaves SLOs without the label in."""
    return tuple(f'{label}=~"$by_{label}"' for label in labels)


def legend(labels: Sequence[str], text: str = "") -> str:
    """A legend of the group's labels after a text."""
    return " ".join([*([text] if text else []), *(f"{{{{{label}}}}}" for label in labels)])


def board_links(settings: Settings, *, own: str) -> tuple[Link, ...]:
    """Links to the other boards, which keep data source and choices; the time range too, but for the report,
    which has its own."""
    project = settings.project
    fleet = Link("Fleet", f"/d/{fleet_board(project)}", tooltip="All SLOs")
    detail = Link("SLO detail", f"/d/{slo_board(project)}", tooltip="One SLO in depth")
    services = Link("Services", tag=service_tag(settings), tooltip="The board of each service")
    uid = report_board(project)
    if own == uid:
        return tuple(replace(link, keeps_time=False) for link in (fleet, detail, services))
    past = Link("Report", f"/d/{uid}", tooltip="Last month, or any period", keeps_time=False)
    return tuple(link for link in (fleet, detail, services, past) if not link.url.endswith(f"/{own}"))


def service_tag(settings: Settings) -> str:
    """The tag of the boards of the project's services."""
    return f"{SERVICE_TAG}-{settings.project}" if settings.project else SERVICE_TAG
