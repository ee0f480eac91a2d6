"""What the boards share: choices, links between them, and panels that several of them show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from slogen.boards import left
from slogen.boards.colours import ALERT_WORDS, BURN_STEPS, SHARE_STEPS, STATE_WORDS
from slogen.conventions import ID, INFO, OWNER, PROJECT, SERVICE, SLO, fleet_board, report_board, slo_board
from slogen.emitted.panels import Column, Kind, Link, Panel, Query, Variable, Word
from slogen.model.slo import Service
from slogen.promql.text import quote
from slogen.settings import Settings
from slogen.tell import queries, urgency
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


def slo_url(settings: Settings, service: str = "", groups: Iterable[str] = (), times: str = _CARRIED) -> str:
    """From a row of a table to the board of its SLO: with its cluster, its group (labels that the row may
    lack), the data source, and the same time range unless another is named. `service` is that of all rows,
    else the row says it."""
    service = service or _field(SERVICE)
    own = (*settings.labels, *(f"by_{label}" for label in groups))
    chosen = "".join(f"&var-{name}={_field(name.removeprefix('by_'))}" for name in own)
    choice = f"&var-service={service}&var-slo={service}/{_field(SLO)}{chosen}"
    return f"/d/{slo_board(settings.project)}?{times}&${{datasource:queryparam}}{choice}"


def same_slo_url(settings: Settings, times: str = _CARRIED, groups: Iterable[str] = ()) -> str:
    """From the board of an SLO to itself, at other times, or with the group of a row."""
    kept = ("datasource", "service", "slo", *settings.labels)
    choice = "".join(f"&${{{name}:queryparam}}" for name in kept)
    group = "".join(f"&var-by_{label}={_field(label)}" for label in groups)
    return f"/d/{slo_board(settings.project)}?{times}{choice}{group}"


def _field(name: str) -> str:
    return f"${{__data.fields.{name}}}"


def of_project(settings: Settings) -> tuple[str, ...]:
    """The matcher of the info series of this project's SLOs."""
    return (f"{PROJECT}={quote(settings.project)}",) if settings.project else ()


def group_labels(services: Iterable[Service]) -> tuple[str, ...]:
    """All labels by which some SLO of the services has groups, sorted."""
    return tuple(sorted({label for service in services for slo in service.slos for label in slo.sli.by}))


def identity_variables(settings: Settings) -> Iterator[Variable]:
    """One choice for each label of the settings (the cluster), of those in which the project runs: in another
    one an SLO of another project may have the same name."""
    for name in settings.labels:
        yield Variable(name, name, f"label_values({listed(settings)}, {name})", every=True, only_listed=True)


def listed(settings: Settings, *matchers: str) -> str:
    """The info series of the project's SLOs, from which choices are listed."""
    inside = ",".join((*of_project(settings), *matchers))
    return f"{INFO}{{{inside}}}" if inside else INFO


def identity_matchers(settings: Settings) -> tuple[str, ...]:
    """Matchers for those choices."""
    return tuple(f'{name}=~"${name}"' for name in settings.labels)


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


def fleet_table(scope: Scope) -> Panel:
    """All SLOs: metric, target, current, status; then budget, burn, alert, owner, history, runbook."""
    asked = (
        queries.info(scope, SERVICE, SLO, OWNER, "objective", "window", RUNBOOK),
        queries.lately(scope),
        urgency.state(scope),
        queries.good_share(scope),
        left.share(scope),
        left.seconds(scope),
        left.events(scope),
        queries.burn(scope),
        queries.seconds_to_exhaustion(scope),
        queries.firing(scope),
        queries.history(scope),
    )
    shown = (
        Column(SLO, "SLO", link=slo_url(scope.settings), width=150),
        Column("objective", "Target", width=65),
        Column(1, "Last 7 days", "percentunit", 3, width=100, empty="no traffic"),
        Column(2, "Status", words=STATE_WORDS, width=85),
        Column(SERVICE, "Service", width=140),
        Column(OWNER, "Owner", width=105),
        Column(
            4, "Budget left", "percentunit", 1, steps=SHARE_STEPS, bar=True, width=150, empty="no traffic"
        ),
        Column(5, "In time", "s", 1, width=85, empty="–"),
        Column(6, "In events", "short", 1, width=80, empty="–"),
        Column(7, "Burn now", "suffix:×", 2, steps=BURN_STEPS, width=80, empty="no traffic"),
        Column(8, "Gone in", "s", 1, width=85, empty="not soon", words=(Word(0, "gone"),)),
        Column(9, "Alert", words=ALERT_WORDS, width=60, empty="–"),
        Column(3, "Over window", "percentunit", 3, width=105, empty="no traffic"),
        Column(10, "History", "suffix:d", 0, width=65, empty="–"),
        Column("window", "of", width=50),
        *(Column(name, name, width=90) for name in scope.settings.labels),
        Column(RUNBOOK, "Runbook", words=(Word("", "open"),), link="${__value.raw}", width=75),
    )
    return Panel(
        "slos",
        Kind.TABLE,
        "All SLOs",
        "What each SLO promised, and kept over the last 7 days and over its own window. Of a grouped SLO the "
        "group that stands worst is shown. Budget left: the rest of the error budget, as a share, as time of "
        "total outage with steady traffic, and in events. Gone in: at the rate of the last half hour; not "
        "soon means not within the window. History: how long the SLO has been recorded, up to its window.",
        tuple(Query(expr, instant=True) for expr in asked),
        columns=shown,
        sort=("-Status", "Budget left"),
        width=24,
        height=14,
    )


def worst_budgets(scope: Scope, width: int = 8, height: int = 9) -> Panel:
    """The ten SLOs with the least budget left."""
    return Panel(
        "worst",
        Kind.BARS,
        "Least budget left",
        "The ten SLOs whose error budget is nearest to its end, or furthest beyond it.",
        (Query(f"sort(bottomk(10, {left.share(scope)}))", f"{{{{{ID}}}}}", instant=True),),
        unit="percentunit",
        decimals=1,
        steps=SHARE_STEPS,
        width=width,
        height=height,
        empty="no traffic",
        low=Decimal(0),
        high=Decimal(1),
    )


def burn_states(scope: Scope, width: int = 16, height: int = 9) -> Panel:
    """How fast the budgets burnt, over time; of the 20 SLOs that burnt most."""
    most = scope.most(f"max_over_time({scope.groups('slo:current_burn_rate:ratio')}[$__range:30m] @ end())")
    return Panel(
        "burn-states",
        Kind.STATES,
        "Burn rate over time",
        "1 spends the budget exactly within the window. Of the 20 SLOs that burnt fastest in the time range.",
        (Query(f"{queries.burn(scope)}\nand on ({scope.joined}) topk(20, {most})", f"{{{{{ID}}}}}"),),
        unit="suffix:×",
        decimals=1,
        steps=BURN_STEPS,
        width=width,
        height=height,
        empty="no traffic",
    )
