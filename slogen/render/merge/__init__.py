"""slogen's part put into a team's own configuration of Alertmanager, as text: nothing else of it changes.

The configuration is a file of its own, or stands in Helm values or in a Secret. Each list gets a block
between markers, before everything else in the list. A merge first takes out what an earlier one put in, so
that doing it twice changes nothing, and what is no longer wanted goes. The outcome is read again and
compared: what was the team's must be there as before, and ours in front of it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from slogen import foreignyaml
from slogen.conventions import TEMPLATES
from slogen.diagnostics import Problem
from slogen.load.document import span_at
from slogen.render.merge.base import Base
from slogen.render.merge.blocks import blocks, files_block
from slogen.render.merge.chart import replaced, unknown, with_loaded
from slogen.render.merge.deployed import Deployed, deployed
from slogen.render.merge.endings import restored, unified
from slogen.render.merge.found import found_markers
from slogen.render.merge.layout import Layout, at, documents, find, inner, plain
from slogen.render.merge.markers import NotMergedError, Sections, no_line, put, stripped

__all__ = ["Deployed", "Merged", "NotMergedError", "Sections", "deployed", "merge"]


@dataclass(frozen=True, slots=True)
class Merged:
    """The text with slogen's part in it, what is worth a warning, and whether the file carries the template
    file, which else lies beside it."""

    text: str
    problems: tuple[Problem, ...] = ()
    holds_templates: bool = False


def merge(path: str, base: str, sections: Sections, template: str = "") -> Merged:
    """Put the sections into a base (none of them: take out what was put in). Raises NotMergedError."""
    before, base = base, unified(base)
    if "\r" in base:
        _refuse_return(path, base)
    base += "" if base.endswith("\n") or not base else "\n"
    # Without blank lines between the definitions it is a block of lines in YAML, too.
    template = template.rstrip("\n").replace("\n\n{{ define", "\n{{ define")
    clean = stripped(path, base, found_markers(path, base))
    layout = find(path, clean)
    theirs = _base(path, clean, layout).data
    config = theirs if isinstance(theirs, dict) else {}
    warnings = _warnings(path, base, find(path, base), sections, config)
    sections = with_loaded(sections, layout, config)
    if sections:
        _with_template(path, clean, layout, template)  # for its problems, at the lines that people see
    text = _merged(path, clean, layout, sections)
    text = _with_template(path, text, layout, template) if sections else text
    _compare(path, (clean, text), layout, sections, template)
    return Merged(restored(before, text), warnings, layout.files is not None)


def _refuse_return(path: str, text: str) -> None:
    """YAML takes a carriage return alone for the end of a line, and editors and git don't."""
    message = "a carriage return without a line feed stands here"
    span = no_line(span_at(path, text, text.index("\r"), text.index("\r") + 1))
    raise NotMergedError(Problem("merge-base", message, span, "end all lines as others do, with a line feed"))


def _base(path: str, text: str, layout: Layout) -> Base:
    return Base(path, text, layout.document, layout.config) if layout.config else Base(path, text)


def _warnings(
    path: str, text: str, layout: Layout, sections: Sections, config: Mapping[str, Any]
) -> tuple[Problem, ...]:
    """About the base as it is, slogen's part included, and what becomes of it; `config` is the team's."""
    base = _base(path, text, layout)
    later = (*replaced(base, layout, sections, config), *unknown(base, layout, sections))
    if not layout.is_text:
        return (*base.behind_catch_all(), *base.misspelt(), *later)
    if layout.is_base64:
        return ()
    part = inner(path, text, base.root)
    base = Base(path, part.text)
    return (*map(part.moved, (*base.behind_catch_all(), *base.misspelt())), *later)


def _with_template(path: str, text: str, layout: Layout, template: str) -> str:
    if layout.files is None:
        return text
    whole = Base(path, text, layout.document)
    return put(text, [files_block(whole, layout.files, TEMPLATES, template)])


def _merged(path: str, text: str, layout: Layout, sections: Sections) -> str:
    base = _base(path, text, layout)
    if not layout.is_text:
        _check_chart(path, text, layout)
        return _put(base, sections)
    if layout.is_base64:
        hint = "write it as text, below `stringData`"
        base.problem("slogen can't change a configuration that is in base64", hint)
    part = inner(path, text, base.root)
    try:
        changed = _put(Base(path, part.text), sections)
    except NotMergedError as error:
        raise NotMergedError(part.moved(error.problem)) from None
    return text[: part.start] + part.outer(changed).rstrip("\n") + text[part.end :]


def _check_chart(path: str, text: str, layout: Layout) -> None:
    """Whether a chart would take slogen's templates for its own."""
    if layout.kind == "values":
        chart = Base(path, text, layout.document, layout.config[:-1])
        if chart.data.get("tplConfig") is True:
            message = "with `tplConfig: true` the chart expands slogen's templates itself"
            chart.problem(message, "set it to false", chart.value("tplConfig"))


def _put(base: Base, sections: Sections) -> str:
    base.check()
    return put(base.text, blocks(base, sections))


def _compare(path: str, texts: tuple[str, str], layout: Layout, sections: Sections, template: str) -> None:
    """The merged file says what the base said, and slogen's part before it. Raises NotMergedError."""
    try:
        before, after = ([plain(node) for node in documents(path, text)] for text in texts)
        same = _opened(after, layout) == _wanted(before, layout, sections, template)
    except (yaml.YAMLError, NotMergedError):
        same = False
    if not same:
        # Where in the merged text is nothing that people can look at.
        message = "slogen can't put its part into this file without changing the rest"
        span = no_line(span_at(path, texts[0], 0, 1))
        raise NotMergedError(Problem("merge-base", message, span, "paste fragment.yml by hand"))


def _wanted(before: list[Any], layout: Layout, sections: Sections, template: str) -> list[Any]:
    """The documents as they should be: each list of slogen's in front of the team's."""
    opened = _opened(before, layout)
    config = at(opened[layout.document], layout.config)
    holders = {name: config["route"] if name == "routes" else config for name in sections}
    for name, items in sections.items():
        holders[name][name] = [*json.loads(json.dumps(items)), *(holders[name].get(name) or [])]
    if sections and layout.files is not None:
        above = at(opened[layout.document], layout.files[:-1])
        above[layout.files[-1]] = {TEMPLATES: template, **(above.get(layout.files[-1]) or {})}
    return opened


def _opened(documents: list[Any], layout: Layout) -> list[Any]:
    """A copy of the documents, in which a configuration that is a text is data."""
    opened = copy.deepcopy(documents)
    if layout.is_text:
        holder, key = at(opened[layout.document], layout.config[:-1]), layout.config[-1]
        holder[key] = foreignyaml.load(holder[key])
    return opened
