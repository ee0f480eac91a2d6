"""Kinds of SLIs in one cluster among several on a server: what they read is asked for with its labels."""

from __future__ import annotations

from collections.abc import Mapping
from functools import wraps
from typing import Any

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.model.sli import Parsed, Parser
from slogen.promql.parse import PromqlError
from slogen.promql.scope import ScopeError, scoped
from slogen.settings import Settings
from slogen.sli.placeholder import PROBE_WINDOW, render, with_placeholder


def in_scope(parse: Parser, *fields: str) -> Parser:
    """How a kind is parsed, whose PromQL stands in these fields, in the scope of the settings."""

    @wraps(parse)
    def parse_scoped(config: Mapping[str, Any], origin: Origin, settings: Settings) -> Parsed:
        own, problems = dict(config), list[Problem]()
        for field in (name for name in fields if settings.scope and isinstance(config.get(name), str)):
            try:
                own[field] = _scoped(config[field], settings.scope)
            except ScopeError as error:
                problems.append(origin.at(field).problem("cluster-scope", f"`{field}`: {error}", error.hint))
        return (None, problems) if problems else parse(own, origin, settings)

    return parse_scoped


def _scoped(text: str, scope: Mapping[str, str]) -> str:
    """The text in scope. What is no template that can be filled in stays, for the kind to say why."""
    try:
        expr = render(text, PROBE_WINDOW)
    except PromqlError:
        return text
    return scoped(expr, scope, with_placeholder)
