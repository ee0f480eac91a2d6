"""The pages as a static HTML catalogue: a file a service, an index that can be searched and
filtered, nothing from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from slogen.emitted.pages import ServicePage, SloPage
from slogen.render.artifact import header
from slogen.render.docs import TEMPLATES

if TYPE_CHECKING:
    from jinja2 import Environment

    from slogen.model.slo import Service

INDEX = "index.html"
_FEW = 60  # SLOs that the index shows at once; of more it shows the services, to be opened


def catalogue(pages: Sequence[ServicePage]) -> Iterator[tuple[str, str]]:
    """Each file's path and its text. A service called `index` has a page of another name."""
    owners = Counter(slo.owner for page in pages for slo in page.slos)
    count = owners.total()
    named = sorted(pages, key=lambda page: page.name)
    index = {"pages": named, "count": count, "owners": _listed(owners), "is_open": count <= _FEW}
    yield INDEX, _text("index.html.j2", "", file_of=file_of, **index)
    for page in pages:
        yield file_of(page), _text("service.html.j2", page.source, page=page, index=INDEX, links_of=_links_of)


def _listed(owners: Mapping[str, int]) -> list[tuple[str, int]]:
    """By name; what nobody owns comes last."""
    return sorted(owners.items(), key=lambda each: (not each[0], each[0].casefold()))


def _links_of(slo: SloPage) -> list[tuple[str, str]]:
    """The live board, and where else to go from an SLO."""
    board = [("Live board", slo.board_url)] if slo.board_url else []
    return board + [(name, url) for name, url in slo.links.items() if url != slo.board_url]


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
