"""Codes of documents of other tools, which `slogen import` reads."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes, Exits

MOVING: Final[Codes] = {
    "import-lost-field": Code(
        "A field of another tool's document has no place in slogen: it is left out.",
        "Decide whether somebody misses it. What people read can be a label, a link or an annotation.",
        "`partial_response_strategy` of Pyrra, or `plugins` of Sloth.",
    ),
    "import-lost-value": Code(
        "A field has a place in slogen, and this value can't stand there: it is left out.",
        "Write it into the spec in the way that is said, if it matters.",
        "A label of Pyrra whose name has a hyphen, or a template that is too much for some Prometheus.",
    ),
    "import-lost-names": Code(
        "A series that boards of the other tool may ask for is not there under its old name.",
        "Let such boards ask for another window, or for the names of slogen (docs/rules.md).",
        "With `--keep-names`: what OpenSLO's documents are made into, nobody knows.",
    ),
    "import-changed-name": Code(
        "Names in slogen are of lower-case letters, digits and hyphens, so an SLO or a service gets another.",
        "Nothing is to be done for slogen. Boards, routes and silences that name it need the new name.",
        "`Checkout_Errors` becomes `checkout-errors`.",
    ),
    "import-changed-tier": Code(
        "A burn-rate alert of another tool breaks slogen's bounds, as it could never fire, or would fire for "
        "an SLO that is met. The nearest one that works is written.",
        "Read in docs/tiers.md why, and change `alerting.tiers` of the spec if another one is better.",
        "Pyrra asks for 14 times the budget of 90 %: 140 % of errors.",
    ),
    "import-changed-query": Code(
        "What is measured is not quite what it was.",
        "Read what is said of it; where it matters, write the SLI by hand.",
        "A ratio that can't be taken apart into bad and all events is averaged over time.",
    ),
    "import-changed-labels": Code(
        "Labels are on alerts and the info series. Sloth has them on every series that it records.",
        "What all series must carry is `labels` in slogen.yaml. Boards that select by such labels can join "
        "the info series.",
        "Any `labels` of a document of Sloth.",
    ),
    "import-changed-annotation": Code(
        "An annotation names labels of another tool's alerts: it names those of slogen's.",
        "Nothing is to be done.",
        "`{{ $labels.sloth_slo }}` becomes `{{ $labels.slo }}`.",
    ),
    "import-decide-service": Code(
        "The document doesn't say whose SLO it is, so a service is chosen for it.",
        "Say `--service NAME`, or move the SLO into the spec of its service.",
        "A document of Pyrra without a label that names a service.",
    ),
    "import-decide-period": Code(
        "The document doesn't say the window of its SLOs, as their tool is told when it is called.",
        "Say `--period`, such as `--period 28d`.",
        "Every document of Sloth, whose `--default-slo-period` is 30d.",
    ),
    "import-decide-objects": Code(
        "Namespace and labels of objects in a cluster are said once in slogen, for all rules of a project.",
        "If the rules are objects, write what is said into slogen.yaml.",
        "The label `prometheus: k8s`, by which an operator selects its rules.",
    ),
    "import-decide-receiver": Code(
        "The document says who is told of alerts. In slogen that is said once, in notifications.yaml.",
        "Write a receiver there, and who has it.",
        "`notificationTargets` of an alert policy of OpenSLO.",
    ),
    "import-decide-up": Code(
        "Nothing says which targets expose the metrics of an SLO, so a crash can't be told from silence.",
        "Select on `job` in the spec, or name the targets' `up` in `alerting.absent.up`.",
        'A selector without `job`, such as `http_requests_total{app="shop"}` where targets have no `app`.',
    ),
    "import-decide-doubt": Code(
        "slogen compiles what was imported, and warns of it.",
        "Read what is said: `slogen validate` says it of the spec, too, until it is mended there.",
        "A counter whose name doesn't end like one.",
    ),
    "import-decide-good-as-bad": Code(
        "A bucket of a histogram counts what was fast enough, and the document counts that as bad.",
        "If that is a slip, write `good` for `bad` in the spec, or a `latency` SLI.",
        "`error_query` is the bucket, where it should be the count without the bucket.",
    ),
    "import-refused-query": Code(
        "slogen has no SLI for what the document measures.",
        "Do what is said where the document comes from and import again, or write the SLI by hand.",
        "A query with a template that only its own tool fills in.",
    ),
    "import-refused-plugin": Code(
        "The SLI is a plugin that no preset stands for.",
        "Paste the query that the plugin makes into the document, and import again.",
        "`sli: {plugin: {id: our/own}}` of Sloth.",
    ),
    "import-refused-source": Code(
        "The metric is of another source than Prometheus.",
        "Record it in Prometheus, and write the query of that into the document.",
        "`metricSource: {type: Datadog}` of OpenSLO.",
    ),
    "import-refused-reference": Code(
        "The document refers to another one that is in none of the files.",
        "Name the file, or the folder, that holds it, too.",
        "`indicatorRef` of OpenSLO, without the SLI.",
    ),
    "import-refused-alert": Code(
        "An alert of the document can't be one of slogen, or means the opposite of what its text says.",
        "Mend it where it comes from, or leave it out: slogen's own tiers alert then.",
        "`op: lte` in a condition of OpenSLO whose text says that the burn rate exceeds something.",
    ),
    "import-refused-composite": Code(
        "Objectives with indicators of their own make a composite. Where they promise different things, "
        "nothing says what is promised of the whole. Its parts are imported.",
        "Decide on an objective, and write the composite that is said.",
        "`compositeWeight` in the objectives of an SLO of OpenSLO.",
    ),
    "import-refused-objective": Code(
        "slogen takes objectives from 50 to 99.999 percent.",
        "Decide what is promised, and write that where the document comes from.",
        "An objective of 100, which leaves no budget.",
    ),
    "import-refused-window": Code(
        "slogen takes windows from 1h to 90d, of whole base windows.",
        "Decide on a window that works, and write that where the document comes from.",
        "A window of a year.",
    ),
    "import-refused-slo": Code(
        "What the SLO would be is no SLO that slogen takes.",
        "Do what is said where the document comes from, and import again.",
        "An SLO whose name has no letter.",
    ),
    "import-refused-shape": Code(
        "A document is not what its kind says: something is missing, or is of another type.",
        "Mend it where it comes from.",
        "A document of Pyrra without `spec.target`.",
    ),
    "import-refused-collision": Code(
        "Two SLOs would have one identity. The first is imported.",
        "Rename one of them where they come from, or import each into a service of its own with `--service`.",
        "Two documents of Pyrra with one name, in two namespaces.",
    ),
    "import-unread-file": Code(
        "The YAML of a file that was to be imported is broken, so nothing of it is imported.",
        "Mend what is said of its YAML, and import it again. The other files are imported all the same.",
        "A file with the same key twice.",
        Exits.USAGE,
    ),
    "import-unknown-document": Code(
        "A document is of no tool that slogen imports from, so nothing of it is read.",
        "Nothing is to be done if it is something else.",
        "A Deployment among the files.",
    ),
    "import-unused-rule": Code(
        "A rule of a rule file is of no SLO that can be read out of it.",
        "Nothing is to be done: it stays where it is.",
        "An alert on a value, such as `up == 0`.",
    ),
    "import-nothing": Code(
        "There is no SLO in the files that were to be imported.",
        "Name the files, or the folder, that hold the SLOs.",
        "`slogen import chart/`, where the SLOs are made by a template.",
    ),
    "export-annotated": Code(
        "A part of an SLO has no place in OpenSLO: it is in annotations, which `slogen import` reads back.",
        "Nothing is to be done for slogen. Other tools know nothing of that part.",
        "Links, levels and settings of alerts.",
    ),
    "export-lost": Code(
        "A part of an SLO names something that is not in its document, so an import of that document alone "
        "gives another SLO.",
        "Import it into a project that has what is named, or write that into the SLO itself.",
        "`alerting.policy` with a policy of your own, which no document of OpenSLO holds.",
    ),
    "export-refused": Code(
        "OpenSLO can't say what an SLO measures, so it is not exported.",
        "Nothing is to be done, if the other tool needs none of it.",
        "A composite, which is made of what other SLOs have recorded.",
    ),
    "import-exists": Code(
        "A spec would be replaced, so nothing is written.",
        "Say `--force` to replace it, or `-o` for another folder.",
        "The second import of a document that has changed since the first.",
    ),
}
