"""Sloth's common plugins of SLIs -> presets that ship, where there is one for the same thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from slogen.load.presets import family, preset
from slogen.moving.draft import Draft
from slogen.moving.histograms import threshold_of
from slogen.moving.judge import Judge
from slogen.moving.outcome import RefusedError, not_moved
from slogen.moving.queries import Candidate, Said, Sli, choose
from slogen.moving.reading import Value
from slogen.promql.text import quote
from slogen.units import to_decimal

_REQUESTS: Final = "apiserver_request_duration_seconds"
_BUCKET: Final = _REQUESTS + '_bucket{{{filter}le="{bucket}",verb!="WATCH"}}[{{{{.window}}}}]'
_COUNT: Final = _REQUESTS + '_count{{{filter}verb!="WATCH"}}[{{{{.window}}}}]'
_LATE: Final = f"(sum(rate({_COUNT})) - sum(rate({_BUCKET}))) / sum(rate({_COUNT}))"
_COMMON: Final = "sloth-common/"
_NONE: Final = "none"  # a pattern that is no status
_THROTTLED: Final = (
    "the plugin also counts 429 (too many requests) as an error, the preset server errors alone"
)
_WATCHES: Final = "the plugin counts all verbs but WATCH, the preset also leaves CONNECT out"
_ONE_PROXY: Final = f"the preset asks the server's proxy alone; {_THROTTLED}"
_ERRORS: Final = "the preset counts requests without a server error, the plugin all of them"
_MOMENTS: Final = (
    "the preset counts each moment alike, the plugin each target: it differs when there are more or fewer"
)
_TRIES: Final = "the preset counts each try, the plugin takes what was queued again out of the total"
_BY_HAND: Final = "write the SLI with matchers of your own if that matters"
_PASTE: Final = (
    "paste what `sloth generate` makes of it into the document, as `raw: {error_ratio_query: ...}` with "
    "`{{.window}}` for the range, and import again"
)


@dataclass(frozen=True, slots=True)
class _Known:
    """A preset that stands for a plugin.

    `matchers` are the options that the plugin needs, and the matcher that each becomes; `values` options that
    are a parameter as they are; `unit` that of its `bucket`, which it needs, too; `given` further parameters;
    `errors` the parameter of errors that are left out, as its option `exclude_errors` says. `differs` is what
    is different. Of `own_buckets` the boundaries are mostly each program's own. `query` is what the plugin
    makes, where the preset can't take any filter.
    """

    preset: str
    matchers: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    differs: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: str = ""
    own_buckets: bool = False
    query: str = ""

    def paste(self, options: Value | None) -> str:
        """What to write in place of the plugin."""
        if not self.query or options is None:
            return _PASTE
        bucket, matchers = options.get("bucket"), _filter(options)
        query = self.query.format(
            filter=f"{matchers}," if matchers else "", bucket=bucket.text() if bucket else ""
        )
        written = "'" + query.replace("'", "''") + "'"
        return f"paste `raw: {{error_ratio_query: {written}}}` into the document for it, and import again"


_ISTIO: Final = {"service": "destination_service_name=", "namespace": "destination_service_namespace="}
_TRAEFIK: Final = {"service_name_regex": "service=~"}
_KOOPER: Final = {"controller": "controller="}
_KNOWN: Final = {
    "kubernetes/apiserver/availability": _Known("apiserver/availability", differs=_THROTTLED),
    "kubernetes/apiserver/latency": _Known(
        "apiserver/latency",
        unit="seconds",
        given={"metric": _REQUESTS},
        differs=_WATCHES,
        query=_LATE,
    ),
    "istio/v1/availability": _Known("istio/availability", _ISTIO, differs=_ONE_PROXY),
    "istio/v1/latency": _Known("istio/latency", _ISTIO, "milliseconds", differs=_ERRORS),
    "traefik/v2/availability": _Known("traefik/availability", _TRAEFIK),
    "traefik/v2/latency": _Known("traefik/latency", _TRAEFIK, "seconds", differs=_ERRORS),
    "kubernetes/nginx-ingress/availability": _Known("ingress-nginx/availability", differs=_THROTTLED),
    "kubernetes/kooper/availability": _Known("kooper/availability", _KOOPER, differs=_TRIES),
    "kubernetes/kooper/latency": _Known("kooper/latency", _KOOPER, "seconds", own_buckets=True),
    "kubernetes/kooper/queue-congestion": _Known("kooper/queue-time", _KOOPER, "seconds", own_buckets=True),
    "coredns/availability": _Known("coredns/availability", values={"custom_rcode_regex": "errors"}),
    "coredns/latency": _Known("coredns/latency", unit="seconds"),
    "haproxy/frontend/availability": _Known("haproxy/frontend-availability"),
    "linkerd/v2/availability": _Known("linkerd/availability"),
    "prometheus/rules/eval-availability": _Known("prometheus/rules"),
    "prometheus/targets/availability": _Known("prometheus/targets", differs=_MOMENTS),
    "slok-go-http-metrics/availability": _Known(
        "http/availability",
        given={"metric": "http_request_duration_seconds_count", "errors": "5..|429"},
    ),
    "slok-go-http-metrics/latency": _Known("http/latency", unit="seconds", errors="errors", own_buckets=True),
}


def sli_of_plugin(at: Value, judge: Judge, draft: Draft) -> Sli:
    """The preset for a plugin. Raises RefusedError where there is none, and says what to paste."""
    name = at.need("id")
    plugin = name.text()
    known = _KNOWN.get(plugin.removeprefix(_COMMON)) if plugin.startswith(_COMMON) else None
    if known is None:
        raise not_moved("import-refused-plugin", name, f"no preset stands for the plugin `{plugin}`", _PASTE)
    options = at.get("options")
    parameters = {**known.given, **_parameters(options, known, at)}
    differs = "" if known.differs == _ERRORS and _leaves_errors_out(options) else known.differs
    said = (Said("import-changed-query", differs, _BY_HAND),) if differs else ()
    candidate = Candidate({"preset": known.preset} | ({"with": parameters} if parameters else {}), said)
    try:
        sli, problems = choose([candidate], at, judge)
    except RefusedError as error:
        message = f"{error.problem.message}, so it can't stand for the plugin"
        hint = known.paste(options) if known.query else f"{error.problem.hint}; or {_PASTE}"
        raise not_moved("import-refused-plugin", at, message, hint) from None
    draft.tell(problems)
    return sli


def _filter(options: Value) -> str:
    """The matchers of an option, which may have braces around them."""
    value = options.get("filter")
    return value.text().strip(" {},") if value else ""


def _leaves_errors_out(options: Value | None) -> bool:
    """Whether the plugin leaves errors out."""
    found = options.get("exclude_errors") if options else None
    return found is not None and found.flag()


def _parameters(options: Value | None, known: _Known, at: Value) -> dict[str, str]:
    """What the options say, as parameters of the preset. Raises RefusedError where one is missing, or nothing
    says whose metrics these are."""
    said = {name: value.text().strip() for name in _used(known) if options and (value := options.get(name))}
    for name in (*known.matchers, *(["bucket"] if known.unit else [])):
        if not said.get(name):
            raise _refused(options or at, f"the plugin needs the option `{name}`", "add it to `options`")
    matchers = [f"{known.matchers[name]}{quote(said[name])}" for name in known.matchers]
    selector = ",".join(filter(None, [*matchers, _filter(options) if options else ""]))
    found = {"selector": selector} if selector else {}
    if not selector and _needs_selector(known):
        message = f"nothing says whose metrics these are, as the preset `{known.preset}` has to know"
        raise _refused(options or at, message, "add the option `filter`, with the `job` at least")
    found |= {parameter: said[name] for name, parameter in known.values.items() if said.get(name)}
    if known.errors and not _leaves_errors_out(options):
        found[known.errors] = _NONE
    if known.unit and options is not None:
        found["threshold"] = _threshold(options.need("bucket"), known)
    return found


def _used(known: _Known) -> tuple[str, ...]:
    return (*known.matchers, "filter", *known.values, *(["bucket"] if known.unit else []))


def _needs_selector(known: _Known) -> bool:
    found = preset(known.preset)
    return found is not None and found.parameters["selector"].default is None


def _threshold(bucket: Value, known: _Known) -> str:
    text = threshold_of(bucket.text(), known.unit)
    if text is None:
        raise _refused(bucket, f"the bucket `{bucket.text()}` is no whole number of milliseconds", _PASTE)
    if known.own_buckets and to_decimal(bucket.text()) not in _boundaries(known):
        message = f"the bucket `{bucket.text()}` is none of those that the preset `{known.preset}` knows"
        raise _refused(bucket, message, _PASTE)
    return str(text)


def _boundaries(known: _Known) -> tuple[Decimal, ...]:
    found, its = preset(known.preset), family(known.preset.partition("/")[0])
    return its.facts(found)[0].buckets if found and its else ()


def _refused(at: Value, message: str, hint: str) -> RefusedError:
    return not_moved("import-refused-plugin", at, message, hint)
