"""Codes of alerts: severities, tiers, budget alerts, absence, traffic, and levels."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes

ALERTING: Final[Codes] = {
    "unknown-policy": Code(
        "There is no alert policy of this name.",
        "Take one that the hint lists, or declare it as a document of `kind: AlertPolicy`.",
    ),
    "duplicate-tier": Code(
        "Two tiers have the same name.",
        "Give each a name of its own.",
    ),
    "tier-window": Code(
        "A window of a tier is too short to see enough scrapes, no multiple of the base window, or longer "
        "than the SLO's.",
        "Take the window that the hint names.",
    ),
    "tier-order": Code(
        "Tiers must go from fast to slow: longer windows, lower factors. Else one adds nothing to the one "
        "above it.",
        "Order them so, lower the `budget` of the slower one, or lengthen its `long`.",
    ),
    "tier-gap": Code(
        "No ticket tier sees a slow leak: a budget could be spent without any alert.",
        "Let the last ticket tier have a factor of at most 1.5, as the hint shows.",
    ),
    "tier-unreachable": Code(
        "A tier needs an error ratio that is impossible, more bad slices than its window holds, or comes too "
        "late to help.",
        "Take less of the budget, a longer window, or shorter slices, as the hint shows.",
    ),
    "tier-too-eager": Code(
        "A tier would fire for an SLO that is met.",
        "Take more of the budget, or a shorter window, as the hint shows.",
    ),
    "tier-wait": Code(
        "A tier waits for longer than its short window, so a fault that spends much and ends is never told.",
        "Make `for` as long as `short` at most.",
    ),
    "tier-late": Code(
        "In a total outage the first page comes when the whole budget is spent: its alert waits too long.",
        "Shorten or drop `for`, as the hint shows.",
    ),
    "budget-alert": Code(
        "A share of the budget is not above 0, or is listed twice.",
        "Write shares from above 0% to 100%, each once.",
    ),
    "duration": Code(
        "An alert would wait, or hold on, longer than anybody could use it.",
        "Write a shorter duration, such as 10m.",
    ),
    "duplicate-severity": Code(
        "Two severities have the same word, so routes can't tell pages from tickets.",
        "Give each its own word.",
    ),
    "swapped-severity": Code(
        "The words of the severities stand in the wrong order: what people read as worse means less here.",
        "Swap them, if that isn't meant.",
    ),
    "duplicate-alert-name": Code(
        "Two alerts would have the same name.",
        "Give each a name of its own in `alerting.names`.",
    ),
    "annotation-template": Code(
        "A template in an annotation is more than every Prometheus can be trusted with.",
        "Use `{{ $labels.NAME }}`, `{{ $value }}` or `{{ $value | humanizePercentage }}`.",
    ),
    "absent-severity": Code(
        "Alerts of gone data have a severity that is switched off, so nobody is told.",
        "Give them a severity that is on, or write `absent: false` if that is meant.",
    ),
    "absent-unknown-up": Code(
        "Nothing says which targets expose the metrics of an SLO, so a crash can't be told from silence: "
        "gone data is a ticket.",
        "Select on `job`, or name the targets' `up` in `alerting.absent.up`.",
    ),
    "composite-absent": Code(
        "A composite has `absent`, and a part of it counts time without data as good or as bad. So the whole "
        "is never without data, and nothing would be told.",
        "Drop `absent` of the composite; each part tells that its data is gone.",
    ),
    "absent-forget": Code(
        "Data is forgotten before the alert about its absence has waited, so it never fires.",
        "Make `forget` longer than `for`.",
    ),
    "traffic": Code(
        "An alert about low traffic lacks a part, could never fire, or stands where nothing is counted.",
        "Write `{min: 100, for: 30m}` for an SLO of events.",
    ),
    "levels-empty": Code(
        "`levels` names no level.",
        "Add `warning`, `critical`, or both.",
    ),
    "levels-unsupported": Code(
        "An SLI of this kind, or written so, has no value that a level could judge.",
        "Do what the hint says; docs/levels.md has the kinds that have levels.",
    ),
    "level-value": Code(
        "A level is not in the unit of its value.",
        "Write a duration, a number or a share, as the hint shows.",
    ),
    "level-side": Code(
        "A level lies on the good side of the target: it would fire while all is well.",
        "Put it on the bad side, which the hint names.",
    ),
    "level-order": Code(
        "`critical` must lie further from the target than `warning`.",
        "Swap them, or drop one.",
    ),
    "level-unreachable": Code(
        "A histogram never reads more than its highest boundary, so this level never fires.",
        "Take a level up to that boundary, or give the histogram a higher one.",
    ),
}
