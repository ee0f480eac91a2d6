"""Sloth's common plugins of SLIs -> presets that ship, where there is one for the same thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from slogen.moving.draft import Draft
from slogen.moving.histograms import threshold_of
from slogen.moving.judge import Judge
from slogen.moving.outcome import RefusedError, not_moved
from slogen.moving.queries import Candidate, Said, Sli, choose
from slogen.moving.reading import Value
from slogen.promql.text import quote

_BUCKET: Final = (
    'apiserver_request_duration_seconds_bucket{{{filter}le="{bucket}",verb!="WATCH"}}[{{{{.window}}}}]'
)
_COUNT: Final = 'apiserver_request_duration_seconds_count{{{filter}verb!="WATCH"}}[{{{{.window}}}}]'
_LATE: Final = f"(sum(rate({_COUNT})) - sum(rate({_BUCKET}))) / sum(rate({_COUNT}))"
_COMMON: Final = "sloth-common/"
_THROTTLED: Final = (
    "the plugin also counts 429 (too many requests) as an error, the preset server errors alone"
)
_WATCHES: Final = "the plugin counts all verbs but WATCH, the preset also leaves CONNECT out"
_ONE_PROXY: Final = f"the preset asks the server's proxy alone; {_THROTTLED}"
_ERRORS: Final = "the preset counts requests without a server error, the plugin all of them"
_BY_HAND: Final = "write the SLI with matchers of your own if that matters"
_PASTE: Final = (
    "paste what `sloth generate` makes of it into the document, as `raw: {error_ratio_query: ...}` with "
    "`{{.window}}` for the range, and import again"
)


@dataclass(frozen=True, slots=True)
class _Known:
    """A preset that stands for a plugin: which matchers its options become, `unit` of its `bucket`, further
    values, and what is different; `query` is the plugin's, where the preset can't take any filter."""

    preset: str
    matchers: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    differs: str = ""
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
        return (
            f"paste `raw: {{error_ratio_query: {written}}}` into the document in its place, and import again"
        )


_ISTIO: Final = {"service": "destination_service_name=", "namespace": "destination_service_namespace="}
_TRAEFIK: Final = {"service_name_regex": "service=~"}
_KNOWN: Final = {
    "kubernetes/apiserver/availability": _Known("apiserver/availability", differs=_THROTTLED),
    "kubernetes/apiserver/latency": _Known(
        "apiserver/latency",
        unit="seconds",
        given={"metric": "apiserver_request_duration_seconds"},
        differs=_WATCHES,
        query=_LATE,
    ),
    "istio/v1/availability": _Known("istio/availability", _ISTIO, differs=_ONE_PROXY),
    "istio/v1/latency": _Known("istio/latency", _ISTIO, "milliseconds", differs=_ERRORS),
    "traefik/v2/availability": _Known("traefik/availability", _TRAEFIK),
    "traefik/v2/latency": _Known("traefik/latency", _TRAEFIK, "seconds", differs=_ERRORS),
    "kubernetes/nginx-ingress/availability": _Known("ingress-nginx/availability", differs=_THROTTLED),
}


def sli_of_plugin(at: Value, judge: Judge, draft: Draft) -> Sli:
    """The preset for a plugin. Raises RefusedError where there is none, and says what to paste."""
    name = at.need("id")
    plugin = name.text()
    known = _KNOWN.get(plugin.removeprefix(_COMMON)) if plugin.startswith(_COMMON) else None
    if known is None:
        raise not_moved("import-refused-plugin", name, f"no preset stands for the plugin `{plugin}`", _PASTE)
    options = at.get("options")
    parameters = {**known.given, **(_parameters(options, known) if options else {})}
    differs = "" if known.differs == _ERRORS and options and _is_set(options) else known.differs
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


def _is_set(options: Value) -> bool:
    """Whether the plugin, as the preset, leaves errors out."""
    found = options.get("exclude_errors")
    return found is not None and found.flag()


def _parameters(options: Value, known: _Known) -> dict[str, str]:
    found = {name: value.text().strip() for name in known.matchers if (value := options.get(name))}
    matchers = [f"{known.matchers[name]}{quote(text)}" for name, text in found.items()]
    selector = ",".join(filter(None, (*matchers, _filter(options))))
    bucket = options.get("bucket") if known.unit else None
    return ({"selector": selector} if selector else {}) | (_threshold(bucket, known.unit) if bucket else {})


def _filter(options: Value) -> str:
    """The matchers of an option, which may have braces around them."""
    value = options.get("filter")
    return value.text().strip(" {},") if value else ""


def _threshold(bucket: Value, unit: str) -> dict[str, str]:
    text = threshold_of(bucket.text(), unit)
    if text is None:
        message = f"the bucket `{bucket.text()}` is no whole number of milliseconds"
        raise not_moved("import-refused-plugin", bucket, message, _PASTE)
    return {"threshold": str(text)}
