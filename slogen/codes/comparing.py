"""Codes of `slogen import --compare`, which plays the rules of other tools beside slogen's."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes

COMPARING: Final[Codes] = {
    "compare-unknown-document": Code(
        "A file that was given to compare with holds no rules of Prometheus.",
        "Give rule files, with `groups`, or objects of `kind: PrometheusRule`.",
        "The documents of the other tool themselves, instead of the rules that it made of them.",
    ),
    "compare-not-played": Code(
        "An old rule can't be played: its PromQL isn't known, Prometheus refuses it, or it reads itself.",
        "Read what is said of it; what the rule would have told is missing from the comparison.",
        "A function of another server, such as `rollup_rate` of VictoriaMetrics.",
    ),
    "compare-unmatched": Code(
        "An old alert is of no SLO that is imported, as far as labels, selectors and names say.",
        "Nothing is to be done if it is about something else. Else import its SLO with the others.",
        "An alert by hand that names no SLO.",
    ),
    "compare-no-rules": Code(
        "None of the old rules is of an SLO that is imported, so there is nothing to compare it with.",
        "Give the rules that the other tool made of it, too.",
        "Rules of another service than that of the documents.",
    ),
    "compare-no-series": Code(
        "No series can be found for an SLO, so that no traffic can be invented for it.",
        "Name its series in `tests.series` of the spec, and see `slogen simulate`.",
        "A query whose matchers contradict each other.",
    ),
}
