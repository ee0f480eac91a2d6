"""Codes of configurations of Alertmanager that a team writes, into which slogen's part goes."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes

MERGE: Final[Codes] = {
    "merge-base": Code(
        "slogen can't put its part into this file without changing the rest of it, or Alertmanager "
        "wouldn't take the file as it is.",
        "Mend what the message names. Where nothing helps, paste `fragment.yml` by hand.",
        "`slogen alertmanager merge alertmanager.yml`, where the first route has matchers.",
    ),
    "merge-markers": Code(
        "The markers between which slogen's part stands don't pair.",
        "Delete the lines from `# >>> slogen` to `# <<< slogen` by hand and merge again.",
        "A merge of git kept one of two markers.",
    ),
    "merge-name": Code(
        "A receiver or a time interval of the file has a name of slogen's.",
        "Rename it.",
        "A receiver of your own is called `slogen-team`, outside of slogen's markers.",
    ),
    "merge-receiver": Code(
        "The notifications send to a receiver of the file that isn't there.",
        "Mend `existing`; the hint shows which receivers there are.",
        "`existing: pager-prod`, where the file's receiver is called `pager-production`.",
    ),
    "merge-template": Code(
        "A template file, or a template, has a name of slogen's, and one would replace the other.",
        "Rename yours.",
        "A template of your own is defined as `slogen.title`.",
    ),
    "merge-unknown": Code(
        "The file has a field that Alertmanager doesn't have, and that looks like one it has.",
        "Write it as the hint shows. What is newer than slogen is left alone.",
        "`recievers:` in alertmanager.yml.",
    ),
    "merge-catch-all": Code(
        "slogen's routes stood behind one that takes every alert, so they got none. Now they are first.",
        "Nothing, if that is meant; else say which alerts the other route takes.",
        "A route without matchers was put before slogen's markers.",
    ),
    "merge-default": Code(
        "Helm values leave a list of the configuration to the chart. Helm takes a list as a whole, so with "
        "slogen's in the values the chart's own is gone: its inhibition rules, or its route for `Watchdog`.",
        "Write what you want of the chart's into the values (`helm show values` shows it), or an empty list.",
        "Values of kube-prometheus-stack with a `route` and `receivers`, and no `inhibit_rules`.",
    ),
    "merge-operator": Code(
        "The Prometheus operator reads a configuration into types of its own, and doesn't know a field that "
        "Alertmanager has. It refuses all of the file, and Alertmanager goes on with the one before.",
        "Write the receiver into your own part, with its secret, and name it with `existing`; or use the "
        "target `alertmanagerconfig`, which the operator completes itself.",
        "A receiver for Discord, whose address is in a file, in Helm values.",
    ),
    "read-only": Code(
        "The file to merge into is read-only.",
        "Make it writable, or write elsewhere with `-o FILE`.",
        "`chmod a-w alertmanager.yml`, then `slogen alertmanager merge alertmanager.yml`.",
    ),
    "foreign-inhibition": Code(
        "By an inhibition rule of the file, an alert of one SLO holds back that of another.",
        'Add `slo_id=""` to its target matchers: slogen has rules of its own for alerts of SLOs.',
        "`slogen test --alertmanager-config alertmanager.yml`, where any critical alert holds back all "
        "warnings.",
    ),
    "unread-inhibition": Code(
        "slogen can't read an inhibition rule of the file, and doesn't know what it holds back.",
        "Look at it yourself: does it hold back alerts of SLOs?",
        "An inhibition rule whose matchers Alertmanager wouldn't take either.",
    ),
    "silent-route": Code(
        "A route of the file that takes pages is silent at some hours, and no other route sends them then; "
        "or one that takes alerts is silent all of the coming year.",
        "Take the intervals off the route, or let another one tell somebody in the other hours: a route with "
        "`continue: true` lets the next ones take the alert, too. Tickets may have hours.",
        "`slogen test --alertmanager-config alertmanager.yml`, where the route of critical alerts has "
        "`active_time_intervals: [office]`.",
    ),
    "unread-route": Code(
        "slogen can't read the matchers or the time intervals of a route, and doesn't know when it is "
        "silent.",
        "Look at it yourself: does it send pages at any hour?",
        "A time interval with a field that is newer than slogen.",
    ),
}
