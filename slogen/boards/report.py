"""The report: how SLOs were kept over a period that is over, for a review. Exists once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from slogen.boards.colours import BLUE_FILL, INVERTED, NEUTRAL, NO_FILL, RED, RED_FILL
from slogen.boards.common import (
    DATASOURCE,
    TAG,
    board_links,
    field,
    group_labels,
    has_owners,
    identity_matchers,
    identity_variables,
    listed,
    of_project,
    slo_url,
    titled,
)
from slogen.conventions import META, OWNER, SERVICE, SLO, report_board
from slogen.emitted.panels import Board, ColourStep, Column, Kind, Panel, Query, Row, Variable, Word
from slogen.model.slo import Service
from slogen.settings import Settings
from slogen.tell.period import BEFORE, END, GROUP, KEPT, MISSED, ROW, START, UNKNOWN, Past
from slogen.tell.queries import Scope
from slogen.units import DAY

LAST_MONTH: Final = "now-1M/M now-1M/M"
_WORDS: Final = (
    Word(MISSED, "missed", RED_FILL),
    Word(UNKNOWN, "no data", INVERTED),
    Word(KEPT, "kept", BLUE_FILL),
)
_SPENT: Final = (ColourStep(NO_FILL), ColourStep(RED_FILL, Decimal(1)))
_DATE, _NO_DAY = "time:YYYY-MM-DD", "no whole day"
_ABOUT: Final = """\
The days (UTC) that are over within the time range, counted as `slogen report` does. It is exact for whole
days: choose a day, a week or a month; of a part of a day nothing is told. The period before is as long, or as
many months.

**Kept**: the share of good events. **Budget used**: of that of the period's events. **Outage**: how long a
total one would have cost as much. **Pages**: incidents; what is less than half an hour apart is one.
**Change**: in points.
"""


def report(services: Sequence[Service], settings: Settings) -> Board:
    """The board about a period of the whole project."""
    labels = group_labels(services)
    every = (f'{SERVICE}!=""', *identity_matchers(settings))  # other tools have series of the same names
    past = Past(Scope(settings, services, every, owned=of_project(settings)), labels)
    owned = has_owners(past.scope)
    owner = f'{OWNER}=~"$owner"' if owned else ""
    owners = (Variable("owner", "Owner", f"label_values({listed(settings)}, {OWNER})", every=True),)
    rows = [Row("period", "Period", (_about(), _period(), _totals(past, owner)))]
    if owned:
        rows.append(Row("owners", "By owner", (_owners(past, owner, settings),)))
    rows.append(Row("slos", "Each SLO", (_slos(past, owner),)))
    return Board(
        report_board(settings.project),
        titled("SLO report", settings),
        "How SLOs were kept over a period that is over, beside the period before.",
        "",
        META,
        tuple(rows),
        (DATASOURCE, *identity_variables(settings), *(owners if owned else ())),
        board_links(settings, own=report_board(settings.project)),
        (),
        (TAG, "slo"),
        LAST_MONTH,
        "",
        utc=True,
    )


def _about() -> Panel:
    about = "Which days are counted, and how."
    return Panel("about", Kind.TEXT, "How to read it", about, text=_ABOUT, width=10, height=6)


def _period() -> Panel:
    """The days that are counted."""
    is_any = f"and on () (vector({END} - {START}) > 0)"
    ends = (("from", START), ("to", f"{END} - {DAY}"), ("compared from", BEFORE))
    asked = (Query(f"vector(({end}) * 1000) {is_any}", instant=True, title=title) for title, end in ends)
    return Panel(
        "days",
        Kind.STAT,
        "Days (UTC)",
        "The first and the last day that are counted, and the first of the period before.",
        tuple(asked),
        _DATE,
        width=7,
        height=6,
        empty=_NO_DAY,
    )


def _totals(past: Past, owner: str) -> Panel:
    met = past.row(past.met(), owner)
    asked = [(f"count({past.told(owner)})", "in all", NEUTRAL)]
    asked += [
        (f"count({met} == {number})", name, colour)
        for number, name, colour in (
            (KEPT, "kept", NEUTRAL),
            (MISSED, "missed", RED),
            (UNKNOWN, "no data", NEUTRAL),
        )
    ]
    asked.append((f"sum({past.row(past.pages(), owner)})", "pages", NEUTRAL))
    return Panel(
        "totals",
        Kind.STAT,
        "SLOs in this period",
        "Each group of an SLO counts by itself. Of those without data nobody knows whether they were kept.",
        tuple(
            Query(f"{expr}\nor vector(0)", instant=True, title=title, colour=colour)
            for expr, title, colour in asked
        ),
        width=7,
        height=6,
    )


def _owners(past: Past, owner: str, settings: Settings) -> Panel:
    asked = [f"count by ({OWNER}) (\n{past.told(owner)}\n)"]
    asked += [
        past.by_owner("sum", f"(\n{past.met()}\n) == bool {state}", owner)
        for state in (KEPT, MISSED, UNKNOWN)
    ]
    asked += [past.by_owner("sum", past.pages(), owner), past.by_owner("max", past.used(), owner)]
    url = f"/d/{report_board(settings.project)}?${{__url_time_range}}&${{datasource:queryparam}}"
    return Panel(
        "owners",
        Kind.TABLE,
        "By owner",
        "What became of the promises of each owner.",
        tuple(Query(expr, instant=True) for expr in asked),
        columns=(
            Column(
                OWNER,
                "Owner",
                link=f"{url}&var-owner={field(OWNER)}",
                empty="nobody",
            ),
            Column(0, "SLOs"),
            Column(1, "Kept"),
            Column(2, "Missed"),
            Column(3, "No data"),
            Column(4, "Pages"),
            Column(5, "Most budget used", "percentunit", 0, steps=_SPENT, empty="–"),
        ),
        sort=("-Missed", "-Most budget used"),
        width=24,
        height=10,
    )


def _slos(past: Past, owner: str) -> Panel:
    settings = past.scope.settings
    values = (
        past.met(),
        f"1 - {past.ratio}",
        past.used(),
        past.outage(),
        past.pages(),
        past.worst_day(),
        past.worst_used(),
        f"1 - {past.ratio_before}",
        past.change(),
        past.known_days(),
    )
    asked = (past.marked(past.told(owner)), *(past.row(value, owner) for value in values))
    return Panel(
        "slos",
        Kind.TABLE,
        "SLOs, missed ones first",
        "What each SLO promised and kept, as `slogen report` tells it; each group of an SLO is a line.",
        tuple(Query(expr, instant=True) for expr in asked),
        columns=tuple(_columns(past, settings, has_owner=bool(owner))),
        sort=("Met", "-Budget used"),
        width=24,
        height=16,
    )


def _columns(past: Past, settings: Settings, *, has_owner: bool) -> Iterator[Column]:
    yield Column(SLO, "SLO", link=slo_url(settings, groups=past.labels), width=140)
    yield Column(SERVICE, "Service", width=125)
    yield Column(1, "Met", words=_WORDS, width=70)
    for name in settings.identity:
        yield Column(name, name, width=80)
    if past.labels:
        yield Column(GROUP, "Group", width=100, empty="–")
    yield Column(2, "Kept", "percentunit", 3, width=80, empty="no data")
    yield Column("objective", "Target", width=65)
    yield Column(3, "Budget used", "percentunit", 1, steps=_SPENT, width=110, empty="–")
    yield Column(4, "Outage", "s", 1, width=85, empty="–")
    yield Column(5, "Pages", width=55)
    yield Column(6, "Worst day", _DATE, width=95, empty="–")
    yield Column(7, "then used", "percentunit", 1, width=90, empty="–")
    yield Column(8, "Before", "percentunit", 3, width=80, empty="–")
    yield Column(9, "Change", "suffix: pt", 3, width=85, empty="–")
    yield Column(10, "Days", width=50, empty="0")
    if has_owner:
        yield Column(OWNER, "Owner", width=110, empty="–")
    for name in (*past.labels, ROW):
        yield Column(name, name, hidden=True)
