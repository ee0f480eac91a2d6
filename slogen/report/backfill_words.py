"""Where history ends and why, in sentences."""

from __future__ import annotations

from slogen.history.ends import Standing, free_after
from slogen.report.figures import moment, percent, span
from slogen.units import format_duration

NO_HEAD = (
    "nobody says where the head of this database begins, and a block that ends later makes Prometheus lose"
    " samples of all series at its next restart: say where history is to end, by --until"
)
TOLD_END = "the server doesn't say where its head begins: an end after that loses samples of other series"
ALL_THERE = "the rules have recorded these SLOs for as long as their budgets look back"


def too_late(asked: int, end: int, standing: Standing) -> str:
    """Why an end is refused, and when it can be asked for again."""
    if standing.head is None or asked < standing.head:
        return (
            f"--until is later than {moment(end)}, since when rules record: leave it out, what is there stays"
        )
    begins, again = moment(standing.head), moment(free_after(asked))
    return (
        f"--until is later than {moment(end)}: the head of the server begins at {begins}, and a block that"
        " ends later makes Prometheus lose, at its next restart, what only the head holds, of all series;"
        f" end before that, or run it again after {again}"
    )


def without_rules(end: int) -> str:
    """Rules that don't run yet will leave a gap."""
    return (
        f"no rules record these SLOs yet: what comes after {moment(end)} and before they do is in no budget"
    )


def gap(end: int, began: int, window: int) -> str:
    """What lies between the end and the rules' first evaluation, and when there need be no such gap."""
    missing = began - end
    return (
        f"rules record since {moment(began)}, but the head begins earlier: {span(missing)} between"
        f" ({percent(missing / window)} of {format_duration(window)}) are in no budget; run it again after"
        f" {moment(free_after(began))} to have them, too"
    )


def dropped(kept: int, newest: float) -> str:
    """What a server won't keep."""
    begin = moment(newest - kept)
    return (
        f"the server keeps {format_duration(kept)}: blocks that end before {begin} are dropped"
        " as soon as they are read, and budgets that look back further lack them"
    )
