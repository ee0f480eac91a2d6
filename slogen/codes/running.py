"""Codes of what `slogen doctor` finds in what runs: targets, rules, the server, Alertmanager."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes

RUNNING: Final[Codes] = {
    "no-targets": Code(
        "There is no `up` with the matchers of an SLO, nor with those on `job` and `instance` alone. When "
        "its data goes away nobody can tell whether the targets are gone.",
        "Select on labels that the targets have, or name their `up` in `alerting.absent.up`.",
        '`job="api"`, and the job is called `api-server`.',
    ),
    "targets-down": Code(
        "Some targets of an SLO are down, or all of them.",
        "Look at the targets, and at what scrapes them.",
        '`up{job="api"}` is 0 for one of three.',
    ),
    "shared-job": Code(
        "Some targets of the job are up and don't have the metric that an SLO reads. Where its selectors "
        "name more than the job, the rules look only at targets like those that had it; else it is a "
        "warning: the others hide that all of its own are gone.",
        "Select on labels that its own targets have, or name their `up` in `alerting.absent.up`.",
        "A sidecar is scraped in the job of its service.",
    ),
    "rare-scrapes": Code(
        "The targets of an SLO are scraped less often than the settings say. Windows hold fewer scrapes "
        "than the rules count on; it is an error where a base window holds fewer than four.",
        "Say `prometheus: {scrape_interval: ...}` as it is, or scrape more often.",
        "The operator's ServiceMonitor says `interval: 2m`.",
    ),
    "missed-scrapes": Code(
        "A target is scraped less often than the others of its job, or with gaps.",
        "Look at `scrape_duration_seconds`, and whether Prometheus or the target lacks time.",
        "A page of 50 MB that takes nine seconds.",
    ),
    "failed-scrapes": Code(
        "More than a hundredth of the scrapes of a target failed lately.",
        "Look at `scrape_timeout`, at the target, and at the network between.",
        "A target that is restarted every hour.",
    ),
    "newborn-series": Code(
        "Most series of a counter are younger than an hour. The rules count what they were born with, but "
        "many births cost the server much.",
        "Nothing after a rollout. Else find the label that changes all the time.",
        "A label `pod` of jobs that live for a minute.",
    ),
    "falling-counter": Code(
        "A counter falls several times an hour: it is a gauge, or is read from several instances in turn, "
        "or its target restarts all the time.",
        "Select a counter, and scrape each instance, not the load balancer before them.",
        "A service of two replicas is scraped through its virtual address.",
    ),
    "late-samples": Code(
        "The newest sample of a series is older than two scrapes.",
        "See whether the target is missed, and whether it gives its samples a time of its own.",
        "A gateway that hands on samples with their first timestamp.",
    ),
    "rules-missing": Code(
        "The server that evaluates rules has not loaded groups that the specs make.",
        "Deploy what `slogen generate` wrote, and reload the server. `--rules-url` names another server.",
        "`rule_files` doesn't name the new file.",
    ),
    "rules-differ": Code(
        "A rule on the server is not the one in git: its expression, a label, or how long it waits. "
        "Expressions are compared by what they say, not by how they are written; the rules of each engine of "
        "`targets` are looked at, and told is what differs from those that fit best.",
        "Deploy what `slogen generate` wrote; if the server is newer, take the newer specs.",
        "An edit was made on the server by hand.",
    ),
    "rules-twice": Code(
        "A group is loaded more than once, and records everything twice.",
        "Remove one of the files.",
        "The file was renamed, and the old one is still there.",
    ),
    "stray-rules": Code(
        "Groups of slogen's are loaded that no spec makes.",
        "Remove their files. With several projects on one server it is right.",
        "A service was removed, and its PrometheusRule is still there.",
    ),
    "rule-fails": Code(
        "A rule can't be evaluated.",
        "Mend what the server says; often something is there twice that should be there once.",
        "`found duplicate series for the match group`.",
    ),
    "slow-rules": Code(
        "A group takes more than half of its interval.",
        "Split the service's spec, or give the server more to work with.",
        "A group of 400 rules over a million series.",
    ),
    "late-rules": Code(
        "A group was not evaluated for more than two intervals.",
        "Look at the server that evaluates the rules.",
        "The ruler hangs.",
    ),
    "missed-evaluations": Code(
        "A group has missed evaluations, as the ones before took too long.",
        "Give the server more to work with, or split the spec.",
        "A query of somebody else's takes all of the CPU.",
    ),
    "no-history": Code(
        "Nothing is recorded of an SLO.",
        "Load its rules, and see whether its data came. Rare events are recorded a few minutes after their "
        "metric is there.",
        "The rules were deployed a minute ago.",
    ),
    "history-gaps": Code(
        "The rules stood still for more than half an hour of the last day. What was then is in no budget.",
        "Look when the server stood still, and why.",
        "Prometheus was down for an hour at night.",
    ),
    "short-history": Code(
        "What is recorded is younger than the window. The time before it was first seen counts as time "
        "without errors, so less of the budget may be left than is shown.",
        "Nothing, for it fills; or `slogen backfill` writes what was before.",
        "An SLO over 30 days that was added last week.",
    ),
    "short-retention": Code(
        "The server keeps samples for less time than a window looks back.",
        "Let it keep them longer, ask a store that does, or take a shorter window.",
        "`window: 30d` on a Prometheus that keeps 15 days.",
    ),
    "recorded-twice": Code(
        "An SLO is recorded more than once: by two rulers, two replicas, or two projects.",
        "Let one server evaluate the rules, or tell them apart by `labels` in slogen.yaml.",
        "Rules are loaded both in Prometheus and in Thanos Ruler.",
    ),
    "label-clash": Code(
        "An external label of the server has another value than the same label in slogen.yaml.",
        "Correct the one that is wrong.",
        "`labels: {cluster: eu-1}`, and the server is that of `us-1`.",
    ),
    "old-server": Code(
        "The server is older than `prometheus.min_version` says.",
        "Correct the setting, and generate again.",
        '`min_version: "3.0"`, and the server is 2.53.',
    ),
    "server-clock": Code(
        "The clocks of the server and of this machine differ by more than five seconds.",
        "Set both by NTP.",
        "A virtual machine that was asleep.",
    ),
    "no-alertmanager": Code(
        "The server knows no Alertmanager, so nobody is told of any alert.",
        "Add one to `alerting.alertmanagers` of its configuration.",
        "A Prometheus that was set up by hand.",
    ),
    "dropped-alerts": Code(
        "The server has dropped alerts that it should have sent.",
        "See whether it reaches its Alertmanagers.",
        "Alertmanager was away for longer than the queue lasts.",
    ),
    "failed-notifications": Code(
        "Alertmanager could not deliver messages.",
        "Look at its log: a secret, an address or a template is wrong.",
        "The token of the chat was renewed.",
    ),
    "routes-differ": Code(
        "Alertmanager's configuration lacks receivers, routes or inhibition rules that were generated.",
        "Deploy generated/alertmanager/, or merge it into yours, and reload Alertmanager.",
        "A new owner has routes, and Alertmanager wasn't reloaded.",
    ),
    "silenced": Code(
        "A silence hides alerts of SLOs.",
        "Expire it when its reason is over.",
        'A silence on `severity="page"` that was made for a migration.',
    ),
    "board-missing": Code(
        "Grafana has no board with the uid of one that was generated.",
        "Let it read the boards of `generated/`; the token must see the folder that they are in.",
        "`slogen doctor --grafana-url https://grafana.example.com`, before the boards were deployed.",
    ),
    "board-differs": Code(
        "A board in Grafana asks other questions than the one in git. How it looks is not compared.",
        "Deploy what `slogen generate` wrote. What was changed by hand belongs on a board of its own.",
        "`slogen doctor --grafana-url https://grafana.example.com`, after an upgrade of slogen.",
    ),
}
