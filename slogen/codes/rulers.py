"""Codes of what the engines that evaluate rules can't hold."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes

RULERS: Final[Codes] = {
    "ruler-interval": Code(
        "An engine of the project's targets can't evaluate rules in the interval of the settings.",
        "Set `prometheus.evaluation_interval` to what it can do, or leave the target out.",
    ),
    "ruler-unnamed": Code(
        "`--target` asks for an engine that the settings don't name: what it can't hold wasn't checked.",
        "Name it in `targets` of slogen.yaml.",
        "`slogen generate --target azure` without `azure` in the settings.",
    ),
    "ruler-group-rules": Code(
        "The settings say that a group takes fewer rules than what is never cut apart has: the engine would "
        "refuse such groups.",
        "Raise the engine's limit, and say in `mimir.max_rules_per_group` what it is then.",
    ),
    "ruler-growth": Code(
        "A condition asks what counters grew by, or `changes` count something. In MetricsQL a series counts "
        "from its first sample on, in PromQL from its second, so what is young may be judged otherwise.",
        "Count `events` by `rate` of a counter: slogen writes these so that both engines count alike.",
    ),
    "ruler-groups": Code(
        "`groups` gives the groups of a path to an engine that no rules are written for, or those of the "
        "other path to none.",
        "Name one of the project's `targets` for each of both paths.",
    ),
    "ruler-objects": Code(
        "Two engines would find the same objects by their labels, and each evaluate all rules.",
        "Give the objects of one of them labels of their own.",
    ),
    "ruler-native": Code(
        "An SLI reads a native histogram, which the engine stores as something else. It would be silent.",
        "Read the classic buckets, or evaluate the rules on another engine.",
    ),
    "ruler-label": Code(
        "A label is set or selected on that an engine sets and selects on itself. It refuses the object.",
        "Drop the label or the matcher: the engine shows each rule the data of its own cluster alone.",
    ),
    "ruler-escalation": Code(
        "An SLO's owner wants alerts that go on to be told again, and an engine doesn't record which fire.",
        "Take `escalate` out, or evaluate the rules on another engine.",
    ),
    "ruler-groups-limit": Code(
        "The project has more groups than an engine lets a tenant have, or nearly so. It refuses those that "
        "come last.",
        "Raise the limit there and say so in the settings, or let each group hold more rules.",
        "`slogen generate` with `targets: [mimir]` and `mimir: {max_groups: 1}`.",
    ),
}
