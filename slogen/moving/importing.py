"""Foreign texts -> what became of their SLOs, and the specs of those that can be moved. Read this first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from slogen.diagnostics import Problem, Severity, has_errors
from slogen.load.reader import read
from slogen.moving import openslo, pyrra, rules, slo_generator, sloth, sloth_windows
from slogen.moving.dialect import Dialect, Options, Translated, misshapen
from slogen.moving.lost import lost_fields, lost_of_objects, unread_file
from slogen.moving.outcome import Import, Moved, RefusedError, Spec
from slogen.moving.reading import Value, WrongShapeError
from slogen.moving.writing import spec_of

# Rules come last, and only where that is asked for: they may be what one of the others has made.
DIALECTS: Final[Mapping[str, Dialect]] = {
    each.name: each
    for each in (sloth.DIALECT, pyrra.DIALECT, openslo.DIALECT, slo_generator.DIALECT, rules.DIALECT)
}
_LIST: Final = "List"


def move_all(texts: Mapping[str, bytes], options: Options, dialect: str = "") -> Import:
    """Move what is in the texts (by path): of one dialect, or of each that fits."""
    dialects = [DIALECTS[dialect]] if dialect else [*DIALECTS.values()][:-1]
    roots, problems = _read(texts)
    parts = [part for root in roots for part in _items(root)]
    options = replace(options, beside=tuple(parts))
    found = [_part(part, dialects, options) for part in parts]
    moved = [slo for each in found for slo in each.slos]
    slos = [*_with_parts(moved, [*_distinct(moved)])]
    problems += [problem for each in found for problem in each.problems]
    services = {slo.service for slo in slos if slo.fields}
    about = [each.described for each in found if each.described and each.described.service in services]
    described = {each.service: each.used() for each in about}
    problems += [problem for root in roots for problem in lost_fields(root)]
    problems += lost_of_objects(roots)
    if texts and not slos and not has_errors(problems):
        hint = f"what is read: {_names(dialects)}"
        problems.append(Problem("import-nothing", "there is no SLO in these files", None, hint))
    return Import(tuple(slos), tuple(problems), tuple(_specs(slos, problems, described)))


def _read(texts: Mapping[str, bytes]) -> tuple[list[Value], list[Problem]]:
    """All documents, but those of files that can't be read as a whole."""
    roots: list[Value] = []
    problems: list[Problem] = []
    for path in sorted(texts):
        documents, wrong = read(path, texts[path])
        problems += wrong
        if has_errors(wrong):
            problems.append(unread_file(path))
        else:
            roots += map(Value.of, documents)
    return roots, problems


def _items(root: Value) -> list[Value]:
    """The objects of a document: itself, what it lists, as `kubectl get` does, or what it is a list of."""
    if root.is_list:
        return root.each()
    kind, items = (root.get("kind"), root.get("items")) if root.is_mapping else (None, None)
    if kind is None or items is None or not str(kind.data).endswith(_LIST) or not items.is_list:
        return [root]
    for name in ("apiVersion", "kind"):
        if envelope := root.get(name):
            envelope.mark()
    return items.each()


def _part(part: Value, dialects: Sequence[Dialect], options: Options) -> Translated:
    dialect = next((each for each in dialects if part.is_mapping and each.fits(part)), None)
    if dialect is None:
        part.mark()
        return Translated((), (_unknown(part, dialects),))
    try:
        return dialect.translate(part, options)
    except WrongShapeError as error:
        problem = misshapen(error)
    except RefusedError as error:
        problem = error.problem
    part.mark()
    return Translated((Moved(dialect.name, "", part.span(), "", None, (problem,)),))


def _unknown(part: Value, dialects: Sequence[Dialect]) -> Problem:
    kind = part.get("kind") if part.is_mapping else None
    is_windows = kind is not None and kind.data == sloth_windows.KIND
    is_rules = part.is_mapping and rules.DIALECT.fits(part)
    asked = "--windows reads it" if is_windows else f"--from {rules.NAME} reads it" if is_rules else ""
    hint = asked or "leave it out, if it is something else"
    message = f"this document is nothing that can be imported from {_names(dialects)}"
    return part.problem("import-unknown-document", message, hint)


def _names(dialects: Sequence[Dialect]) -> str:
    return " or ".join(dialect.name for dialect in dialects)


def _distinct(slos: Sequence[Moved]) -> Iterator[Moved]:
    """The SLOs; of those with one identity all but one are refused: the first that was called so, else the
    first that is."""
    kept: dict[str, Moved] = {}
    for slo in sorted(slos, key=lambda slo: slo.is_renamed):  # which keeps the order of the others
        kept.setdefault(slo.id, slo)
    for slo in slos:
        other = kept[slo.id]
        if other is slo or not slo.id:
            yield slo
            continue
        where = f"{other.place.path}:{other.place.line}"
        message = f"`{slo.id}` is there twice: the one that keeps the name comes from {where}"
        hint = (
            "rename one of them where they come from, or import them into services of their own (--service)"
        )
        problem = Problem("import-refused-collision", message, slo.place, hint, Severity.ERROR)
        yield replace(slo, service="", fields=None, problems=(problem,))


def _with_parts(before: Sequence[Moved], slos: Sequence[Moved]) -> Iterator[Moved]:
    """The SLOs; of those that are made of others, none of whose file a part has been refused since."""
    gone = {(old.place.path, old.id) for old, new in zip(before, slos, strict=True) if old.id != new.id}
    for slo in slos:
        missing = [part for part in slo.parts if (slo.place.path, part) in gone]
        if not missing:
            yield slo
            continue
        message = f"`{slo.called}` is made of `{missing[0]}`, which is refused"
        hint = "do what is said of that, and import again"
        problem = Problem("import-refused-composite", message, slo.place, hint, Severity.ERROR)
        yield replace(slo, service="", fields=None, problems=(problem,))


def _specs(
    slos: Sequence[Moved], problems: Sequence[Problem], described: Mapping[str, str]
) -> Iterator[Spec]:
    """A spec a service, by name; what is to be decided of a whole file stands at the head of its specs."""
    for service in sorted({slo.service for slo in slos if slo.fields}):
        of_it = [slo for slo in slos if slo.fields and slo.service == service]
        files = {slo.place.path for slo in of_it}
        yield spec_of(
            service,
            of_it,
            (p for p in problems if p.severity is Severity.WARNING and p.span and p.span.path in files),
            described.get(service, ""),
        )
