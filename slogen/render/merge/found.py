"""slogen's markers in a file: comments, and not lines of a text that happen to look like one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from slogen.foreignyaml import Loader
from slogen.render.merge.layout import Layout, find, inner
from slogen.render.merge.markers import MARKER, NotMergedError


def found_markers(path: str, text: str) -> list[re.Match[str]]:
    """The markers in order. In a file that is no YAML every line that looks like one is."""
    every = list(MARKER.finditer(text))
    try:
        texts = _lines_of_texts(path, text) if every else set[int]()
    except (NotMergedError, yaml.YAMLError, ValueError, RecursionError):
        return every
    return [marker for marker in every if text.count("\n", 0, marker.start()) not in texts]


def _lines_of_texts(path: str, text: str) -> set[int]:
    """The lines, counted from 0, within texts of several lines; those of a configuration that is itself a
    text only where they lie within one of its own."""
    roots = [node for node in yaml.compose_all(text, Loader=Loader) if node is not None]
    layout = find(path, text)
    config = _at(roots[layout.document], layout) if layout.is_text and not layout.is_base64 else None
    lines = {line for root in roots for line in _covered(root, config)}
    if config is not None:
        part = inner(path, text, config)
        within = yaml.compose(part.text, Loader=Loader)
        lines |= {line + part.first_line for line in _covered(within, None)}
    return lines


def _at(root: yaml.Node, layout: Layout) -> yaml.Node:
    for step in layout.config:
        root = next(value for key, value in root.value if key.value == step)
    return root


def _covered(node: yaml.Node | None, but: yaml.Node | None) -> Iterator[int]:
    """The lines of texts after the one on which each begins."""
    if isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for each in pair:
                yield from _covered(each, but)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _covered(item, but)
    elif isinstance(node, yaml.ScalarNode) and node is not but:
        end = node.end_mark.line + (node.style not in ("|", ">"))
        yield from range(node.start_mark.line + 1, end)
