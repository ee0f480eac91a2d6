"""OpenSLO v1 and v1alpha: each objective of an `SLO` is one; other kinds are read where it names them."""

from __future__ import annotations

from typing import Final

from slogen.diagnostics import Problem
from slogen.moving.dialect import (
    Described,
    Dialect,
    Options,
    Translated,
    expect,
    move,
    service_name,
    set_description,
    set_objective,
    set_share,
)
from slogen.moving.draft import Draft
from slogen.moving.names import name_of, renamed, slug
from slogen.moving.openslo_alerts import set_alerts
from slogen.moving.openslo_annotations import put, read_annotations
from slogen.moving.openslo_composite import composite
from slogen.moving.openslo_sli import choose_sli
from slogen.moving.openslo_windows import set_window
from slogen.moving.outcome import Moved, not_moved
from slogen.moving.reading import Value

NAME: Final = "openslo"
_GROUPS: Final = ("openslo/", "openslo.com/")
_VERSIONS: Final = ("openslo/v1", "openslo/v1alpha")
_SLO: Final = "SLO"
_SERVICE: Final = "Service"
_KINDS: Final = (
    _SLO,
    "SLI",
    "DataSource",
    _SERVICE,
    "AlertPolicy",
    "AlertCondition",
    "AlertNotificationTarget",
)


def fits(root: Value) -> bool:
    """Whether a document is one of OpenSLO's."""
    said = root.get("apiVersion")
    return said is not None and str(said.data).startswith(_GROUPS)


def translate(root: Value, options: Options) -> Translated:
    """The SLOs of a document; none of what SLOs refer to, which is read with them."""
    expect(root.need("apiVersion"), *_VERSIONS)
    kind = root.need("kind")
    if kind.text() not in _KINDS:
        raise not_moved("import-refused-shape", kind, "this kind is not known", f"one of {', '.join(_KINDS)}")
    if kind.data != _SLO:
        return _service_alone(root, options) if kind.data == _SERVICE else Translated(())
    objectives = root.need("spec").need("objectives").each()
    if not objectives:
        raise not_moved(
            "import-refused-shape", root.need("spec"), "there is no objective", "an SLO has one at least"
        )
    problems: list[Problem] = []
    service = _service(root, options, problems)
    slos = [_slo(root, at, number, service, options) for number, at in enumerate(objectives, 1)]
    return Translated((*slos, *composite(root, objectives, slos, options)), tuple(problems))


def _service_alone(root: Value, options: Options) -> Translated:
    """What a document says of a service whose SLOs are others."""
    name, text = (
        root.need("metadata").need("name"),
        spec.get("description") if (spec := root.get("spec")) else None,
    )
    if text is None or options.service:  # which is another one
        return Translated(())
    return Translated((), described=Described(service_name(name, str(name.data)), name, text))


def _service(root: Value, options: Options, problems: list[Problem]) -> str:
    said = root.need("spec").get("service")
    if said is None:
        if options.service:
            return options.service
        name = root.need("metadata").need("name")
        found = service_name(name, name.text())
        message = f"the document doesn't say its service, so that is `{found}`: it is the name of the SLO"
        problems.append(
            name.problem("import-decide-service", message, "name one with --service, or move the SLO")
        )
        return found
    service = options.service or service_name(said, said.text())
    problems += renamed(said, "service", said.text(), service)
    return service


def _slo(root: Value, objective: Value, number: int, service: str, options: Options) -> Moved:
    count = len(root.need("spec").need("objectives").each())

    def fill(draft: Draft) -> str:
        _name(draft, root, objective, number if count > 1 else 0)
        _fill(draft, root, objective, options)
        return service

    called = str(root.need("metadata").need("name").data)
    if count == 1:
        return move(NAME, called, root, fill, options.judge)
    return move(NAME, f"{called}[{number}]", root, fill, options.judge, objective)


def _name(draft: Draft, root: Value, objective: Value, number: int) -> None:
    """The name of the SLO; where it has several objectives, with that of the objective."""
    at, shown = root.need("metadata").need("name"), objective.get("displayName")
    before, added = at.text(), slug(shown.text()) if shown else ""
    after = name_of(at, f"{before}-{added or number}" if number else before, "name")
    draft.put(["name"], after, at)
    draft.tell(renamed(at, "SLO", before, after))


def _fill(draft: Draft, root: Value, objective: Value, options: Options) -> None:
    spec, metadata = root.need("spec"), root.need("metadata")
    said = (spec.get("description"), metadata.get("displayName"), objective.get("displayName"))
    set_description(draft, next((each for each in said if each is not None), None))
    _objective(draft, objective)
    annotated = read_annotations(metadata)
    if "window" in annotated and (windows := spec.get("timeWindow")):
        windows.mark()
    else:
        window = set_window(draft, spec, objective, options)
        set_alerts(draft, spec, objective, window, options)
    if "sli" in annotated:
        for each in (spec.get("indicator"), spec.get("budgetingMethod"), objective):
            if each is not None:
                each.mark()
    else:
        choose_sli(draft, spec, objective, options)
    labels = metadata.get("labels")
    for name, value in labels.items() if labels else ():
        values = list(value.each()) if value.is_list else [value]
        for first in values[:1]:
            draft.label(name, first)
        for each in values[1:]:
            message = f"the label `{name}` has several values, and in slogen one: `{each.text()}` is left out"
            draft.tell([each.problem("import-lost-value", message, "join them in one value, if both matter")])
    put(draft, annotated)


def _objective(draft: Draft, objective: Value) -> None:
    if percent := objective.get("targetPercent"):
        set_objective(draft, percent)
        return
    target = objective.need("target")
    set_share(draft, target, f"`targetPercent: {target.text()}` or ")


DIALECT: Final = Dialect(NAME, fits, translate)
