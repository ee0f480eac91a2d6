"""Codes of what `slogen doctor` finds in the world: dumps, metrics, labels, buckets."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes, Exits

WORLD: Final[Codes] = {
    "unreadable-metrics": Code(
        "A dump of /metrics can't be read: it is empty, cut off, compressed in another way, no text, or "
        "something else than metrics. The line is where reading ended.",
        "Write it again: `curl -sf http://TARGET/metrics > metrics.txt`.",
        "`slogen doctor --metrics metrics.txt`, where the file holds the page of a login.",
        exits=Exits.USAGE,
    ),
    "cut-metrics": Code(
        "The last line of a dump doesn't end, so that the rest may be lost, and a part of its value.",
        "Write it again: `curl -sf http://TARGET/metrics > metrics.txt`.",
        "`slogen doctor --metrics metrics.txt`, where the disk was full.",
    ),
    "exposed-twice": Code(
        "A target shows the same series twice. Prometheus takes one of them and drops the others.",
        "Mend the exporter.",
        "`slogen doctor --metrics metrics.txt`, where two libraries count the same requests.",
    ),
    "no-such-metric": Code(
        "There is no series of a metric that an SLO reads. A counter of failures alone may be born with the"
        " first of them: then it is a warning.",
        "Write the name that the target shows; the hint has the nearest. Or let it be scraped.",
        "`total: http_request_total`, and the target shows `http_requests_total`.",
    ),
    "gone-metric": Code(
        "There is no series of a metric now, and there were some lately.",
        "Look whether the target runs, is scraped, and still has this metric in its version.",
        "The service was rolled back to a release without the metric.",
    ),
    "no-such-label": Code(
        "No series of the metric has a label that a matcher names. A matcher that is passed without it, as "
        "`!=` is, then leaves nothing out.",
        "Write the name of the label that the series have.",
        '`requests_total{code=~"5.."}`, and the label is called `status`.',
    ),
    "no-such-value": Code(
        "No series has a value that passes a matcher. On the side of bad events it is a warning: the value "
        "may come with the first of them.",
        "Write a value that is there; the message has some, the hint the nearest.",
        '`status="5xx"`, and the values are 200, 404 and 503.',
    ),
    "no-bad-events": Code(
        "No series of bad events is there, and all others are: nothing has failed yet, or the matchers "
        "don't fit.",
        "Nothing, if it never failed. Else compare the matchers with the values in the message.",
        '`code=~"5.."` of a service that was started a minute ago.',
    ),
    "no-such-series": Code(
        "Each value that a selector asks for is there, but no series has all of them.",
        "Drop matchers until there are series, and see which one is of others.",
        '`requests_total{job="api", handler="/login"}`, and only the job `auth` has that handler.',
    ),
    "many-series": Code(
        "A selector selects more than ten thousand series, which are read at every evaluation.",
        "Select fewer, or record a sum with a rule of your own and read that.",
        "`http_requests_total` without a matcher, in a company's Prometheus.",
    ),
    "no-such-group": Code(
        "No series that an SLO reads has a label of its `by`, so there is one group, without a name.",
        "Write the label that the series have.",
        "`by: [model]`, and the label is called `model_name`.",
    ),
    "unnamed-group": Code(
        "Some of the series that an SLO reads have no value for a label of its `by`. They are a group of "
        "their own, whose alerts say of nothing what is wrong.",
        'Leave them out with `label!=""`, if they aren\'t meant.',
        "`by: [pod]` of cAdvisor's metrics, which also have series of whole nodes.",
    ),
    "many-groups": Code(
        "The labels of `by` make more than five hundred groups. Each has recorded series, a budget and "
        "alerts.",
        "Group by fewer labels.",
        "`by: [user]`.",
    ),
    "no-such-bucket": Code(
        "A latency threshold lies on no bucket of the histogram as it is: nothing would be within it.",
        "Write one of the boundaries that are there, or add one to the histogram.",
        "`threshold: 500ms`, and the buckets are 0.1, 0.4 and 1.",
    ),
    "mixed-buckets": Code(
        "Some series of a histogram have a bucket at the threshold, and some have not. Events of the latter"
        " are in no count.",
        "Let all instances have the same boundaries; while a release rolls out it passes.",
        "One of two replicas still runs the release with other buckets.",
    ),
    "bucket-spelling": Code(
        "The bucket at the threshold is spelt so that the rules don't find it, which is an error; or in two "
        "ways, as `1` and `1.0`. The rules find these both: a series that has both would count its events "
        "twice.",
        "Let the exporter write plain numbers. Two ways are right while instances differ, as on the way to "
        "Prometheus 3; else drop one of them when scraping.",
        '`le="1"` from one replica and `le="1.0"` from another.',
    ),
    "not-classic": Code(
        "A histogram is native, and the spec takes it for a classic one: it has no buckets as series.",
        "Write `native: true`, or scrape classic histograms too.",
        "`scrape_native_histograms: true` was set, and the client dropped its classic buckets.",
    ),
    "not-native": Code(
        "The spec says `native: true`, and the histogram is a classic one.",
        "Drop `native: true`, or scrape native histograms.",
        "`native: true` on a Prometheus that scrapes the text format.",
    ),
    "wrong-metric-type": Code(
        "What is counted is a gauge by its type, or what is compared is a counter.",
        "Count counters. For gauges there are `timeslices`, `probe` and `ratio`; of a counter compare its "
        "rate.",
        "`total: queue_length`, whose type is gauge.",
    ),
    "negative-counter": Code(
        "A counter is below zero, which no counter can be.",
        "Select a counter, or mend what counts.",
        "`balance_total -3`.",
    ),
    "not-a-number": Code(
        "A series is NaN. In a sum of counters all is NaN with it; where values are compared it counts as "
        "missing.",
        "Leave it out with a matcher, or mend what counts.",
        '`requests_total{worker="3"} NaN`.',
    ),
    "not-within-total": Code(
        "More events are counted as bad (or good) than there are in all: a ratio above 1, or a budget that "
        "nobody spends.",
        "Let the total select all that the other side selects.",
        "`bad` counts all retries of a request, and `total` only the request.",
    ),
    "one-sided-group": Code(
        "A group of `by` is there on the side of bad (or good) events alone, so nobody knows what share "
        "they are.",
        "Let both sides have the same values of the labels of `by`.",
        '`bad` has `model="llama"`, and `total` has `model="meta/llama"`.',
    ),
    "sides-apart": Code(
        "The two sides of a ratio are scraped from other targets. They restart and are missed one without "
        "the other, and the ratio is wrong for a while.",
        "Take both from the same targets, if there is a metric there.",
        "Failures are counted by the client, requests by the server.",
    ),
    "counted-twice": Code(
        "The same events are there more than once: from several replicas of a Prometheus, or scraped and "
        "federated.",
        "Let the server drop the replica's label, or leave one of them out with a matcher.",
        "Two Prometheus replicas write to one store, which doesn't deduplicate.",
    ),
    "no-exclusion-data": Code(
        "The condition of an exclusion reads a metric that isn't there, so it never excludes anything.",
        "Mend the name; nothing, if the metric is only there while time is excluded.",
        "`exclude: [{when: 'maintenance == 1'}]`, and nobody sets `maintenance`.",
    ),
}
