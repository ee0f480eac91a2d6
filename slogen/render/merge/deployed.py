"""A configuration as somebody's Alertmanager runs it, read from whatever file it stands in."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import yaml

from slogen.diagnostics import Span
from slogen.render.merge.base import Base
from slogen.render.merge.layout import Inner, Layout, at, documents, find, inner, plain
from slogen.render.merge.markers import NotMergedError

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Deployed:
    """The configuration as text that amtool reads, and as data; where it begins, and each of its inhibition
    rules; the template files that the same file carries, by name; where each route stands, by its path."""

    text: str
    data: Mapping[str, Any]
    span: Span
    rules: tuple[tuple[Any, Span], ...]
    files: Mapping[str, Any]
    routes: Mapping[Place, Span]

    @property
    def receivers(self) -> Mapping[str, bool]:
        """Its receivers by name, and whether they send to anybody."""
        return {
            each["name"]: any(each[key] for key in each if key != "name") for each in self.data["receivers"]
        }

    @property
    def has_hours(self) -> bool:
        """Whether routes may be silent at times."""
        return any(self.data.get(field) for field in ("time_intervals", "mute_time_intervals"))


def deployed(path: str, text: str) -> Deployed:
    """Read a configuration: a file of its own, Helm values, or a Kubernetes object. Raises NotMergedError
    where there is none."""
    text = text.replace("\r\n", "\n")
    layout = find(path, text)
    outer = Base(path, text, layout.document, layout.config) if layout.config else Base(path, text)
    part = inner(path, text, outer.root) if layout.is_text and _is_block(outer.root) else None
    within = part.text if part else _text(outer, layout)
    base = outer if within is None else Base(path, within)
    try:
        base.check(may_have_ours=True)
    except NotMergedError as error:
        raise NotMergedError(part.moved(error.problem) if part else error.problem) from None
    place = partial(_place, base, outer, part)
    rules = tuple(
        (rule, place("inhibit_rules", number))
        for number, rule in enumerate(base.data.get("inhibit_rules") or [])
    )
    routes = {path: place(*path) for path in _routes(base.data["route"], ("route",))}
    files = at(plain(documents(path, text)[layout.document]), layout.files or ("",)) or {}
    as_text = base.text if base.is_whole else json.dumps(base.data, default=str)
    assert outer.root is not None
    return Deployed(as_text, base.data, outer.span(outer.root), rules, files, routes)


def _is_block(node: yaml.Node | None) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style == "|"


def _text(outer: Base, layout: Layout) -> str | None:
    """A configuration that is a string, but no block of lines; None where it is part of the file."""
    if not layout.is_text:
        return None
    return base64.b64decode(outer.data).decode() if layout.is_base64 else str(outer.data)


def _place(base: Base, outer: Base, part: Inner | None, *path: str | int) -> Span:
    """Where something stands; in a text whose lines are not those of the file, that of the text."""
    node = base.value(*path) if base is outer or part else outer.root
    assert node is not None
    span = base.span(node) if base is outer or part else outer.span(node)
    return part.there(span) if part else span


def _routes(route: Mapping[str, Any], path: Place) -> Iterator[Place]:
    """The paths of a route and all below."""
    yield path
    for number, child in enumerate(route.get("routes") or []):
        yield from _routes(child, (*path, "routes", number))
