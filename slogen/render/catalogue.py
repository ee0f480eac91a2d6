"""The pages as a static HTML catalogue: a file a service, an index with a search, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from slogen.emitted.pages import ServicePage
from slogen.render.artifact import header
from slogen.render.docs import TEMPLATES

if TYPE_CHECKING:
    from jinja2 import Environment

    from slogen.model.slo import Service

INDEX = "index.html"


def catalogue(pages: Sequence[ServicePage]) -> Iterator[tuple[str, str]]:
    """Each file's path and its text. A service called `index` has a page of another name."""
    count = sum(len(page.slos) for page in pages)
    yield INDEX, _text("index.html.j2", "", pages=pages, count=count, file_of=file_of)
    for page in pages:
        yield file_of(page), _text("service.html.j2", page.source, page=page, index=INDEX)


def file_of(page: ServicePage | Service) -> str:
    """The file of a service's page, which is never that of the index."""
    return f"{page.name}.html" if f"{page.name}.html" != INDEX else f"{page.name}_.html"


def _text(template: str, source: str, **values: Any) -> str:
    said = header(source).strip().removeprefix("# ").replace("--", "- -")
    return _environment().get_template(template).render(header=_markup(said), **values)


def _markup(text: str) -> str:
    """Text inside a comment, which needs no escapes and can't end it."""
    return text.replace(">", "")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
