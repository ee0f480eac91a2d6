"""Objectives of OpenSLO with indicators of their own: each is an SLO, and together they are a composite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from slogen.diagnostics import Severity
from slogen.moving.dialect import Options, move, set_name
from slogen.moving.draft import Draft
from slogen.moving.outcome import Fields, Moved, not_moved
from slogen.moving.reading import Value
from slogen.units import to_decimal

_Of = Sequence[tuple[str, Value | None]]
_DIALECT: Final = "openslo"
_SHARED: Final = ("objective", "window")  # what all parts must have alike
_INHERITED: Final = ("description", "owner", "labels")


def composite(
    root: Value, objectives: Sequence[Value], parts: Sequence[Moved], options: Options
) -> Iterator[Moved]:
    """The composite, if a document is one. Nothing says what is promised of the whole: where all parts
    promise the same it is that, else the composite is refused, with what to write."""
    own = [each for each in objectives if each.get("indicator", "indicatorRef")]
    if len(objectives) == 1 or not own:
        return
    moved = [part.fields for part in parts if part.fields]
    of = [*_of(objectives, parts)]
    alike = moved and all(part.get(name) == moved[0].get(name) for name in _SHARED for part in moved)
    if len(moved) == len(parts) and alike:
        yield _written(root, own[0], moved[0], of, parts, options)
    else:
        yield _refused(root, own[0], of)


def _of(objectives: Sequence[Value], parts: Sequence[Moved]) -> Iterator[tuple[str, Value | None]]:
    """The parts that are moved, with what says their weights."""
    for objective, part in zip(objectives, parts, strict=True):
        weight = objective.get("compositeWeight")
        if weight is not None:
            weight.mark()
        if part.fields:
            yield part.id, weight


def _weight(at: Value) -> Decimal:
    try:
        return to_decimal(at.text())
    except ValueError as error:
        raise not_moved("import-refused-composite", at, str(error), "such as 2") from None


def _written(
    root: Value, at: Value, like: Fields, of: _Of, parts: Sequence[Moved], options: Options
) -> Moved:
    name = root.need("metadata").need("name")

    def fill(draft: Draft) -> str:
        set_name(draft, name)
        for field in (*_SHARED, *_INHERITED):
            if field in like:
                draft.put([field], like[field], at)
        weighed = [{"slo": slo} | ({"weight": _weight(weight)} if weight else {}) for slo, weight in of]
        draft.put(["sli"], {"composite": {"of": weighed}}, at)
        message = f"nothing says the objective of `{name.text()}` as a whole: it is that of all its parts"
        draft.tell([at.problem("import-decide-doubt", message, "decide what is promised of the whole")])
        return parts[0].service

    judge = replace(options.judge, beside=tuple(parts))
    return move(_DIALECT, str(name.data), root, fill, judge, at)


def _refused(root: Value, at: Value, of: _Of) -> Moved:
    name = root.need("metadata").need("name")
    message = f"`{name.text()}` is a composite of its objectives, and nothing says the objective of the whole"
    weights = [(slo, weight.text() if weight else 1) for slo, weight in of]
    written = ", ".join(f"{{slo: {slo}, weight: {weight}}}" for slo, weight in weights)
    hint = f"decide on one, and write an SLO with it and `sli: {{composite: {{of: [{written}]}}}}`"
    problem = at.problem("import-refused-composite", message, hint, Severity.ERROR)
    return Moved(_DIALECT, name.text(), at.span(), "", None, (problem,))
