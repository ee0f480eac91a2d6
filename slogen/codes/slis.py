"""Codes of SLIs: PromQL, and what each kind needs."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes

SLIS: Final[Codes] = {
    "promql": Code(
        "PromQL that can't be read, that the oldest Prometheus of the project doesn't know, or that can't "
        "stand here.",
        "Mend it as the hint says. What newer versions know needs `prometheus.min_version` in slogen.yaml.",
    ),
    "condition": Code(
        "PromQL that is right and no condition: nothing says when it is good.",
        "Write comparisons of a series with a number, joined by `and` or `or` "
        "(see docs/kinds/timeslices.md).",
    ),
    "not-a-counter": Code(
        "A side of an SLI must count events, and this metric isn't, or may not be, a counter.",
        "Write a counter. A gauge of 0 and 1 is a `probe`, other gauges are `timeslices`.",
    ),
    "lifetime-count": Code(
        "The value of a counter itself is compared, or divided: all that it has counted since its process "
        "began. It only rises, so an outage of now moves it less the longer the process has run.",
        "Write `rate(x_total[{{ window }}])`, which counts what happens now.",
    ),
    "not-a-probe": Code(
        "A probe reads a gauge of 0 and 1, and the name of this one says that it holds something else: each"
        " value above 0 would be a success, the status 503 as well. Or it is 1 for a state that is no "
        "success, or has a series for each state, which are averaged.",
        "Read the gauge of the success (`probe_success`, `up`), name the state that is good "
        '(`condition="True"`), or write `timeslices` with a limit: a status is 0 where nothing answers, so '
        "it needs both.",
    ),
    "more-is-better": Code(
        "`latency` takes what is at most the threshold as good, and of this histogram, by its name, more is "
        "better: tokens a second, a score. The best times would page, and the worst never.",
        "Write `events`: bad is the bucket at the threshold, total the count.",
    ),
    "out-of-range": Code(
        "By its name, or by arithmetic, the value can't be what it is compared with, so all time is good, "
        "or all is bad: a ratio or a quotient with a percentage, a time with an age, a number with `>= 0`, "
        "all states of a thing together, of which one is always 1, or the number of series of 0 and 1. Or "
        "it is good while nothing answers: a status of 0, a connection that is refused at once.",
        "Compare a ratio with a number up to 1, divide a percentage by 100 for `ratio`, name the state, sum"
        " what is 0 or 1, and say beside a duration or a status that there was an answer (`and "
        "min(probe_success) == 1`).",
    ),
    "not-a-timestamp": Code(
        "By its name this is how long ago something was, a time in another unit, or one to come (an "
        "expiry), and `freshness` reads the time of the last success: all of it would be too old, or none.",
        "Name the timestamp; an age is a condition of `timeslices`, and so is what is left until an expiry."
        " Milliseconds need `unit`.",
    ),
    "outside-total": Code(
        "The events that are counted are no part of the total. A ratio of both is not a share, and in an "
        "outage in which every event is bad there is no total, so no ratio and no page.",
        "Count all events in `total`, or give successes and failures: `good:` and `bad:` without `total`.",
    ),
    "same-sides": Code(
        "Both sides of an SLI are the same, so the ratio never changes.",
        "Narrow one of them.",
    ),
    "empty-operand": Code(
        "A sum, a difference or a quotient gives nothing as soon as one operand has no series, as an error "
        "counter before the first error, or one of good events while all fail: no time is bad then. And "
        "`count` is never 0 but gone: no time is good with `count(x) == 0`. Nor is there a quantile of "
        "buckets without `le`.",
        "Write `A + (B or 0 * A)`, `(A or 0 * B) / B` and `(count(x) or 0 * count(up{...})) == 0`; in "
        "`events` an outermost sum is filled by slogen.",
    ),
    "or-drops": Code(
        "`or` doesn't add: it takes the right side only where the left has no series with the same labels.",
        "Add them with `+`.",
    ),
    "largest-of-many": Code(
        "`max by (pod)` of counters is for replicas of Prometheus that scrape the same twice. Where a "
        'matcher leaves several series of a pod (`code=~"5.."`), the events of all but one are lost.',
        "Keep the label, best by naming what is to go: `sum(max without (replica) (rate(...)))`.",
    ),
    "pattern-as-text": Code(
        'A matcher compares with the text of a pattern, as `code="5.."`, or a label must have two values at '
        "once: no series has that.",
        'Write `=~` for `=`, and `!~` for `!=`: `code=~"5.."`.',
    ),
    "no-such-status": Code(
        'A pattern matches no status: `code=~"5"` and `code=~"^5"` would have to match all of 503, and '
        '`code=~"5xx"` matches that text alone. Or the label of that metric never has the value: HAProxy '
        "counts classes and no numbers, ingress-nginx numbers, and verbs of the API server are capitals.",
        'Write `code=~"5.."`, or `code="5xx"` where series have classes; of a known metric the hint says '
        "what there is.",
    ),
    "exact-le": Code(
        "A bucket is selected by the exact text of `le`, and Prometheus 3 and some clients write that "
        "number in another way. slogen asks for both, and can't tell when the bucket is missing.",
        "Write `latency` with a `threshold`: it also tells when the bucket is missing.",
    ),
    "histogram-suffix": Code(
        "`histogram` names one series of the histogram, not the histogram.",
        "Write the name without `_bucket`, `_count` or `_sum`.",
    ),
    "histogram-le": Code(
        "A histogram is selected on `le`, which is the threshold's to choose.",
        "Drop the matcher and write the `threshold`.",
    ),
    "good-matcher": Code(
        "`good` lets every series pass, or none, or tells groups apart, so it says nothing about single "
        "events.",
        "Mend its matchers, or drop it.",
    ),
    "threshold": Code(
        "A threshold is no duration, or not above 0.",
        "Write it with its unit, such as 500ms; for a histogram without a unit of time a plain number.",
    ),
    "unknown-unit": Code(
        "The name of the histogram doesn't say in which unit it measures.",
        "Say it with `unit: seconds` or `unit: milliseconds`.",
    ),
    "other-unit": Code(
        "`unit` is another than the one that the name of the histogram ends with: the threshold is then a "
        "thousand times too large or too small.",
        "Drop `unit`; keep it where the name is wrong.",
    ),
    "buckets": Code(
        "The boundaries in `buckets` don't rise.",
        "List each boundary once, smallest first.",
    ),
    "off-boundary": Code(
        "No bucket ends at the threshold, so the events below it can't be counted.",
        "Take one of the boundaries in the hint, or give the histogram a boundary there.",
    ),
    "max-age": Code(
        "An age shorter than the time between two samples is always exceeded.",
        "Allow at least the time between two samples.",
    ),
    "slice": Code(
        "A slice of time is shorter than the time between two samples, or one bad slice spends the whole "
        "budget.",
        "Take a length or an objective that the hint names.",
    ),
    "sample-series": Code(
        "A sample series of `tests` is not one series, or has no value that its kind can use.",
        'Write it as `metric{label="value"}`, with a value where the SLI reads values.',
    ),
    "unknown-preset": Code(
        "There is no preset of this name.",
        "`slogen presets list` shows all.",
    ),
    "unknown-parameter": Code(
        "A preset has no parameter of this name.",
        "Take one that the hint lists; `slogen presets show NAME` explains them.",
    ),
    "missing-parameter": Code(
        "A preset needs to be told something that has no default.",
        "Add it below `with`, as the hint shows.",
    ),
    "preset-parameter": Code(
        "A parameter of a preset has a value that can't be used.",
        "Write it as the hint shows.",
    ),
    "preset-selector": Code(
        "`selector` narrows a preset by a label that the preset selects on itself.",
        "Use the parameter that sets it, or drop the matcher.",
    ),
    "preset-buckets": Code(
        "A preset that reads no histogram has no buckets.",
        "Drop `buckets`.",
    ),
    "cluster-scope": Code(
        "A selector and the scope of a cluster exclude each other, or the scope has no place in the PromQL: "
        "the SLO would read nothing there.",
        "Drop the matcher, as the scope sets it; or name the clusters that have the SLOs of the file.",
    ),
}
