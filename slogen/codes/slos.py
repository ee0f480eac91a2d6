"""Codes of SLOs: objectives, windows, names, labels, exclusions, and what SLOs say of each other."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes

SLOS: Final[Codes] = {
    "objective": Code(
        "An objective is no percentage, promises less than every second event, or leaves nothing that "
        "could be measured.",
        "Write a percentage from 50 to 99.999, such as 99.9.",
    ),
    "window": Code(
        "A window is no duration, is out of range, or is no multiple of the base window.",
        "Write a window from 1h to 90d, such as 28d or 30d, or a calendar with its period.",
    ),
    "utc-offset": Code(
        "No clock on earth is so far from UTC, or a `zone` says the same beside it.",
        "Write an offset in quarters of an hour from -12:00 to +14:00, or a zone, not both.",
    ),
    "since": Code(
        "`since` is no date, or one in which nothing is measured.",
        "Write the date from which on events count, as `2026-11-01`.",
    ),
    "since-to-come": Code(
        "`since` is a date to come. Until then nothing counts and no budget is spent.",
        "Leave it if that is meant; else write the date from which on events count.",
    ),
    "since-without-effect": Code(
        "`since` lies before the budget that runs now, so it no longer makes a difference.",
        "Remove it.",
    ),
    "duplicate-slo": Code(
        "Two SLOs have the same identity, so their series couldn't be told apart.",
        "Rename one, or drop it. The hint says where the other stands.",
    ),
    "reserved-name": Code(
        "A name is one that slogen uses itself.",
        "Take another, as the hint proposes.",
    ),
    "board-uid": Code(
        "The boards of two services would have the same uid in Grafana, and one would replace the other.",
        "Rename one of the services.",
    ),
    "label-collision": Code(
        "A label has the name of one that slogen or Prometheus sets, or two would become one.",
        "Rename the label. To group by it, rename it with relabelling.",
    ),
    "exclusion": Code(
        "An exclusion can't be read, is empty, or excludes all there is.",
        "Write it as docs/exclusions.md shows: `weekly`, `from` and `to`, or `when`.",
    ),
    "exclusion-hides": Code(
        "Time in which the targets of an SLO are down is excluded by their own `up`, or by the gauge that "
        "its SLI reads: a total outage would be left out of the budget, and nobody paged.",
        "Exclude by what announces the work: a gauge of your own, or a schedule.",
    ),
    "past-exclusion": Code(
        "An exclusion is over. What it has excluded stays excluded without it.",
        "Remove it.",
    ),
    "time-zone": Code(
        "There is no such time zone, or its rule for daylight saving is too irregular for this place.",
        "Write a name of the tz database, such as Europe/Berlin, or UTC.",
    ),
    "dependency": Code(
        "`depends_on` names an SLO that isn't there (in each cluster), itself, or one that needs this one.",
        "Write `<service>/<name>` of an SLO that can fail without this one.",
    ),
    "unknown-slo": Code(
        "There is no SLO of this name that this one could be made of.",
        "Write `<service>/<name>` of an SLO of this project.",
    ),
    "composite-part": Code(
        "An SLO is made of one that has problems of its own.",
        "Mend that one first; the hint says where it stands.",
    ),
    "composite-cycle": Code(
        "An SLO would be made of itself, by way of others.",
        "Drop one of the references in the circle.",
    ),
    "composite-depth": Code(
        "Composites are made of composites too many times over.",
        "Name the parts themselves.",
    ),
    "composite-window": Code(
        "A composite and a part of it have different windows, so their budgets can't be added.",
        "Give both the same window.",
    ),
    "composite-duplicate": Code(
        "A composite names a part twice.",
        "Drop one. In a weighted one, raise its `weight` instead.",
    ),
    "composite-weight": Code(
        "The worst of several parts has no weights.",
        "Drop `weight`, or write `mode: weighted`.",
    ),
    "composite-objective": Code(
        "The worst of several parts can't be better than the best of them, so this objective promises "
        "what no part does.",
        "Take at most the highest objective of the parts.",
    ),
    "composite-by": Code(
        "A composite has groups by a label that a part has no groups by.",
        "Drop the label from this `by`, or add it to the part's.",
    ),
}
