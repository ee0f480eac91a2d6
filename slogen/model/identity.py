"""Who is who: a service may stand in several files, and an SLO goes on under its `id` when it is renamed.

The identity of an SLO, `<service>/<name>`, is on every series that is recorded of it. An SLO whose `id` says
another service than its spec is still recorded, and shown on boards, with that service: labels of series
can't be changed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from slogen.conventions import identity_of, slo_id
from slogen.model.origin import Origin
from slogen.model.slo import Service, Slo


def gather(written: Iterable[Service]) -> list[Service]:
    """The services of single documents, put together by identity. The first description counts."""
    found: dict[str, Service] = {}
    for document in written:
        items = document.origin.document.data["slos"]
        for name in dict.fromkeys(identity_of(document.name, item)[0] for item in items):
            known = found.get(name) or Service(name, (), ())
            found[name] = replace(
                known,
                documents=(*known.documents, *document.documents),
                slos=(*known.slos, *(slo for slo in document.slos if slo.service == name)),
                description=known.description or (document.description if name == document.name else ""),
            )
    return list(found.values())


def declared(services: Iterable[Service]) -> Iterator[tuple[str, Origin]]:
    """The identity of each SLO as the specs say it, also of those that could not be understood, and where it
    is said."""
    documents = {id(each.document): each for service in services for each in service.documents}
    for document in documents.values():
        for index, item in enumerate(document.document.data["slos"]):
            service, name = identity_of(str(document.document.data["service"]), item)
            if name:
                yield slo_id(service, name), document.at("slos", index, "id" if "id" in item else "name")


def kept_as(name: str, slos: Iterable[Slo]) -> str:
    """A hint for who names an SLO as its spec calls it, while an `id` keeps another identity; else ""."""
    kept = next((slo.id for slo in slos if slo.shown == name != slo.id), "")
    return f"its identity is `{kept}`: write that" if kept else ""
