"""Pages for people, as Markdown: one a service, and an index. Through Jinja2, imported when it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slogen.conventions import META
from slogen.emitted.pages import IndexEntry, ServicePage
from slogen.emitted.proof import Compiled
from slogen.render.artifact import Artifact, header
from slogen.settings import Settings
from slogen.tell.markdown import link, plain
from slogen.tell.pages import entry, page

if TYPE_CHECKING:
    from jinja2 import Environment

TARGET = "docs"
INDEX = "docs/_index.md"  # no service has an underscore in its name
TEMPLATES = Path(__file__).parent / "templates"


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The page of a service; for the project the index of all."""
    owner = compiled.rules.owner
    if owner != META:
        pages = (page(service, settings) for service in compiled.services)
        yield from (Artifact(f"docs/{one.name}.md", service_text(one), owner, TARGET) for one in pages)
    elif compiled.services:
        yield Artifact(INDEX, index_text(list(map(entry, compiled.services))), owner, TARGET)


def service_text(one: ServicePage) -> str:
    """The page of a service."""
    links = [link(name, url) for name, url in one.links.items()]
    if one.board_url:
        links.insert(0, link("Grafana board", one.board_url))
    return _text("service.md.j2", header=_header(one.source), page=one, links=links)


def index_text(entries: Sequence[IndexEntry]) -> str:
    """The page that leads to all others."""
    count = sum(len(one.slos) for one in entries)
    return _text("index.md.j2", header=_header(""), entries=entries, count=count)


def _header(source: str) -> str:
    """As a comment that Markdown doesn't show."""
    return f"<!-- {header(source).strip().removeprefix('# ').replace('--', '- -')} -->"


def _text(template: str, **values: Any) -> str:
    text = _environment().get_template(template).render(**values)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # Markdown: its own filters escape
    )
    made.filters |= {"text": plain, "fence": _fence, "link_list": _links}
    return made


def _fence(code: str) -> str:
    """A fenced block; the fence is longer than any inside."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(longest + 1, 3)
    return f"{fence}promql\n{code}\n{fence}"


def _links(links: Mapping[str, str]) -> str:
    return " · ".join(link(name, url) for name, url in links.items())
