"""Codes of slogen.yaml, and of what there can be only once in a project."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes

SETTINGS: Final[Codes] = {
    "slogen-version": Code(
        "The project says which versions of slogen may compile it, and this one is not among them.",
        "Install a version that is, or change `slogen` in slogen.yaml once you have looked at what differs "
        "(see docs/upgrading.md).",
    ),
    "misplaced-settings": Code(
        "Settings stand in a spec, where they would hold for nothing.",
        "Move them to slogen.yaml beside the specs folder.",
    ),
    "misplaced-document": Code(
        "slogen.yaml holds something other than one document of settings.",
        "Move the other documents into the specs folder.",
    ),
    "empty-settings": Code(
        "slogen.yaml is there and says nothing. It may have lost what it said, and output made with the "
        "defaults would differ.",
        "Bring back what it said, or delete it if the defaults are to hold.",
        "`slogen generate` after `: > slogen.yaml`.",
    ),
    "empty-spec": Code(
        "A spec is there and says nothing. It may have lost what it said, so what came of it isn't removed.",
        "Bring back what it said, or delete the file if its SLOs are to go.",
        "`slogen generate` after `: > specs/chat-api.yaml`.",
    ),
    "empty-notifications": Code(
        "The file of notifications is there and says nothing. It may have lost what it said, and nobody "
        "would be told of alerts.",
        "Bring back what it said, or delete the file if slogen isn't to write routes.",
        "`slogen generate` after `: > notifications.yaml`.",
    ),
    "duplicate-notifications": Code(
        "There are two documents of notifications. Which of them holds couldn't be told.",
        "Put them together into one.",
    ),
    "duplicate-policy": Code(
        "Two alert policies have the same name.",
        "Rename one of them, also in the SLOs that use it.",
    ),
    "evaluation-interval": Code(
        "Rules that are evaluated so seldom wouldn't see the results of each other.",
        "Evaluate more often, and say so in `prometheus.evaluation_interval`.",
    ),
    "uneven-interval": Code(
        "Windows are put together of base windows that were recorded one after the other. Where the interval "
        "of evaluations doesn't divide the base window, these would overlap, or a part of the time would be "
        "in none. So rules are evaluated more often than it says.",
        "Say an interval that divides the base window.",
    ),
    "scrape-interval": Code(
        "The base window holds too few scrapes to see a counter move.",
        "Set a longer `prometheus.base_window`, or scrape more often.",
    ),
    "secret-in-address": Code(
        "The address of a server holds a user or a password, which would be in git and in messages.",
        "Put them into a file in the form of Prometheus' own http_config, and name it in `http_config`.",
    ),
    "output-folder": Code(
        "The output would go to a folder where it does harm: in or around the specs, into git's folder, "
        "into the other output.",
        "Name a folder of its own below the project, such as `generated`.",
    ),
    "no-namespace": Code(
        "An object for Kubernetes needs a namespace, and the settings name none.",
        "Set `kubernetes: {namespace: NAME}` in slogen.yaml.",
    ),
    "no-object-labels": Code(
        "Rules are written as objects without a label of yours. An operator whose `ruleSelector` asks for "
        "one, as kube-prometheus-stack's does (`release: NAME`), never loads them, and nobody is told.",
        "Set `kubernetes: {labels: {release: NAME}}` in slogen.yaml, or `labels: {}` if your operator takes "
        "all.",
    ),
    "object-size": Code(
        "`kubernetes.max_bytes` lets objects of rules grow larger than their operator takes. It drops them.",
        "Set it to what the operator takes, or less; slogen cuts the rest off into further objects.",
    ),
    "namespace-matcher": Code(
        "The operator adds a matcher on `namespace` to the routes of an AlertmanagerConfig. Alerts "
        "without that label reach nobody.",
        "Give all alerts that label with `labels` in slogen.yaml, or switch the matcher off in the "
        "Alertmanager object.",
    ),
    "retention-unknown": Code(
        "A window is longer than what Prometheus keeps by default, and the settings don't say what yours "
        "keeps.",
        "Say it in slogen.yaml: `prometheus: {retention: 90d}`.",
    ),
    "retention": Code(
        "A window is longer than what Prometheus keeps, so its beginning would be lost.",
        "Shorten the window, or keep data longer and say so in `prometheus.retention`.",
    ),
    "gate-policy": Code(
        "A policy of `slogen gate` can't be kept, or is likely not what was meant.",
        "Write the share of the budget in percent, burn rates above 0, an age of two evaluations or more.",
    ),
    "clusters": Code(
        "The clusters of slogen.yaml can't be told apart: by name, by their labels, or by what they select.",
        "Give each its own name, labels of the same names with other values that no `labels` of the "
        "settings set too, and a scope of its own or none.",
    ),
    "unknown-cluster": Code(
        "A spec names a cluster that slogen.yaml doesn't have.",
        "Name one of its `clusters`, or leave `clusters` out of the spec: then all of them have its SLOs.",
    ),
    "gitops-settings": Code(
        "A controller that applies the objects from git isn't told where they come from, or there are none.",
        "Name the repository as Argo CD reads it, or the source that Flux has of it; and a target that has "
        "objects.",
    ),
    "gitops-name": Code(
        "The name of the Application or the Kustomization is made of those of the project and the cluster, "
        "and too long for the value of a label, which all that is applied gets: nothing would be applied.",
        "Shorten the project's name, or the cluster's.",
    ),
    "rollout-settings": Code(
        "A controller of rollouts isn't told where Prometheus is, or which series are the canary's.",
        'Give the address as the controller reaches it, and matchers such as `version="v2"`.',
    ),
}
