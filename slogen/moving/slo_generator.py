"""slo-generator: `ServiceLevelObjective` of sre.google.com/v2, and the shared configuration beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from slogen.moving.dialect import (
    Dialect,
    Options,
    Translated,
    expect,
    move,
    service_name,
    set_description,
    set_name,
    set_share,
)
from slogen.moving.draft import Draft
from slogen.moving.outcome import not_moved
from slogen.moving.queries import Candidate, Query, choose, of_events, of_ratio, read_queries
from slogen.moving.reading import Value
from slogen.moving.slo_generator_policy import CONFIGURATION, POLICIES, of_shared, set_policy
from slogen.promql.tree import Binary

NAME: Final = "slo-generator"
_GROUP: Final = "sre.google.com/"
_OLD: Final = "slo_target"  # of the form before v2
_KIND: Final = "ServiceLevelObjective"
_PROMETHEUS: Final = "prometheus"
_WINDOW: Final = re.compile(r"\[window\b")
_OURS: Final = "[{{.window}}"
_FILLED: Final = re.compile(r"\$\{[^}]*\}")
_OPERATORS: Final = ("increase", "sum")
_METHODS: Final = ("good_bad_ratio", "distribution_cut", "query_sli")


def fits(root: Value) -> bool:
    """Whether a document is one of slo-generator's: an SLO, also of its old form, or what SLOs share."""
    said = root.get("apiVersion")
    if said is not None:
        return str(said.data).startswith(_GROUP)
    return root.get("kind") is None and root.get(POLICIES, CONFIGURATION, _OLD) is not None


def translate(root: Value, options: Options) -> Translated:
    """The SLO of a document; none of the shared configuration, which is read with the SLOs."""
    if root.get("apiVersion") is None:
        if old := root.get(_OLD):
            message = "this is the form that slo-generator had before v2"
            hint = "run `slo-generator migrate` over it, and import what that writes"
            raise not_moved("import-refused-shape", old, message, hint)
        return Translated((), tuple(of_shared(root)))
    name = root.need("metadata").need("name")

    def fill(draft: Draft) -> str:
        return _fill(draft, root, name, options)

    return Translated((move(NAME, str(name.data), root, fill, options.judge),))


def _fill(draft: Draft, root: Value, name: Value, options: Options) -> str:
    expect(root.need("apiVersion"), f"{_GROUP}v2")
    expect(root.need("kind"), _KIND)
    spec, goal = root.need("spec"), root.need("spec").need("goal")
    _refuse_filled(name, goal)
    set_name(draft, name)
    set_description(draft, spec.get("description"))
    set_share(draft, goal)
    _sli(draft, spec, options)
    set_policy(draft, spec, options)
    return _service(draft, root, name, options)


def _refuse_filled(*values: Value) -> None:
    """Raise RefusedError for what the environment is to fill in."""
    for value in values:
        if found := _FILLED.search(value.text()):
            message = f"`{found[0]}` is filled in from the environment, which nobody knows here"
            raise not_moved("import-refused-slo", value, message, "write its value, and import again")


def _service(draft: Draft, root: Value, name: Value, options: Options) -> str:
    """The service: from the call, the label, or the SLO's own name; the other labels are labels."""
    labels = root.need("metadata").get("labels")
    service = ""
    for key, value in labels.items() if labels else ():
        if key != "service_name":
            draft.label(key, value)
        elif not options.service:
            _refuse_filled(value)
            service = service_name(value, value.text(), draft)
    if service or options.service:
        return service or options.service
    found = service_name(name, name.text())
    message = f"no label `service_name` says whose SLO this is, so its service is `{found}`"
    draft.tell([name.problem("import-decide-service", message, "name one with --service, or move the SLO")])
    return found


def _sli(draft: Draft, spec: Value, options: Options) -> None:
    _backend(spec.need("backend"), options)
    method, indicator = spec.need("method"), spec.need("service_level_indicator")
    said = method.text()
    if said not in _METHODS:
        hint = f"one of {', '.join(_METHODS)}"
        raise not_moved("import-refused-shape", method, f"`{said}` is no method of Prometheus", hint)
    queries, candidates = _METHOD[said](indicator)
    sli, problems = choose(candidates, indicator, options.judge)
    draft.put(["sli"], sli, indicator)
    draft.tell([*(problem for query in queries for problem in query.problems), *problems])


def _backend(at: Value, options: Options) -> None:
    """Raise RefusedError for other sources than Prometheus; the shared configuration may name their class."""
    name = at.text()
    kind = name.partition("/")[0]
    for part in options.beside:
        backends = part.get(CONFIGURATION) if part.is_mapping and part.get("apiVersion") is None else None
        own = backends.get(name) if backends is not None and backends.is_mapping else None
        if own is not None and own.is_mapping and (said := own.get("class")):
            kind = said.text()
    if kind.lower() != _PROMETHEUS:
        message = f"the backend is `{name}`, and slogen reads Prometheus alone"
        hint = "record it in Prometheus, and write `backend: prometheus` with its queries there"
        raise not_moved("import-refused-source", at, message, hint)


def _spelled(text: str) -> str:
    """With the placeholder for windows as others write it; where there is none, slo-generator adds it."""
    text = text.strip()
    return _WINDOW.sub(_OURS, text) if _WINDOW.search(text) else f"{text}{_OURS}]"


def _good_bad(at: Value) -> tuple[list[Query], Iterable[Candidate]]:
    good, bad, valid = at.need("filter_good"), at.get("filter_bad"), at.get("filter_valid")
    other = bad or valid
    if other is None:
        message, hint = "there are good events alone", "write `filter_bad` or `filter_valid`"
        raise not_moved("import-refused-shape", at, message, hint)
    _refuse_filled(good, other)
    operators = at.get("operators")
    called = [each.text() for each in operators.each()] if operators else _OPERATORS

    def spelled(text: str) -> str:
        return _applied(called, _spelled(text))

    queries = read_queries(good, other, spelled=spelled)
    counted, rest = (query.tree for query in queries)
    if bad is None:
        return queries, of_events(counted, rest, is_good=True)
    return queries, of_events(rest, Binary("+", counted, rest))


def _applied(functions: Iterable[str], text: str) -> str:
    """A query with these around it, the first one inside."""
    for function in functions:
        text = f"{function}({text})"
    return text


def _cut(at: Value) -> tuple[list[Query], Iterable[Candidate]]:
    """The bucket at the threshold out of the count, which slo-generator finds by the name."""
    expression, bucket = at.need("expression"), at.need("threshold_bucket")
    _refuse_filled(expression, bucket)

    def fast(text: str) -> str:
        return _applied(_OPERATORS, _spelled(_within(text.strip(), f'le="{bucket.text()}"')))

    def count(text: str) -> str:
        return _applied(_OPERATORS, _spelled(text).replace("_bucket", "_count"))

    within, total = read_queries(expression, spelled=fast), read_queries(expression, spelled=count)
    return [*within, *total], of_events(within[0].tree, total[0].tree, is_good=True)


def _within(text: str, matcher: str) -> str:
    """A selector, which may have a range, with one matcher more."""
    if "{" in text:
        return text.replace("{", f"{{{matcher},", 1)
    name, bracket, window = text.partition("[")
    return f"{name}{{{matcher}}}{bracket}{window}"


def _ratio(at: Value) -> tuple[list[Query], Iterable[Candidate]]:
    expression = at.need("expression")
    _refuse_filled(expression)
    queries = read_queries(expression, spelled=_spelled)
    return queries, of_ratio(queries[0].tree, is_good=True)


_METHOD: Final = dict(zip(_METHODS, (_good_bad, _cut, _ratio), strict=True))
DIALECT: Final = Dialect(NAME, fits, translate)
