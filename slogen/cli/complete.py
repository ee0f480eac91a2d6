"""What a shell offers for the words of a command. Never raises, and reads no more than names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from slogen.conventions import identity_of


def slos(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The services and SLOs of the specs here; files, too, where none of them fits."""
    found = [CompletionItem(name) for name in sorted(set(_slos())) if name.startswith(begun)]
    return found or [CompletionItem(begun, type="file")]


def presets(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The presets that ship with slogen, with their titles."""
    from slogen.load.presets import families

    every = [preset for family in families() for preset in family.presets]
    return [CompletionItem(p.name, help=p.title) for p in every if p.name.startswith(begun)]


def servers(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The servers of slogen.yaml."""
    from slogen.settings import FILE_NAME
    from slogen.validate.settings import read_settings

    try:
        settings = read_settings(Path(FILE_NAME).read_bytes())[0]
    except OSError:
        return []
    return [CompletionItem(name) for name in settings.servers if name and name.startswith(begun)]


def revisions(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The branches and tags of the repository here, and files."""
    from slogen.git import GitError, ask

    try:
        names = ask("for-each-ref", "--format=%(refname:short)").decode(errors="replace").split("\n")
    except GitError:
        names = []
    found = [CompletionItem(name) for name in names if name and name.startswith(begun)]
    return [*found, CompletionItem(begun, type="file")]


def _slos() -> Iterator[str]:
    from slogen.load.files import find
    from slogen.load.reader import read
    from slogen.project.select import SPECS

    if not Path(SPECS).is_dir():
        return
    texts, _ = find([Path(SPECS)])
    for path, text in texts.items():
        for document in read(path, text)[0]:
            yield from _named(document.data)


def _named(data: Any) -> Iterator[str]:
    """A service and its SLOs, as far as they are written as they should be."""
    if not isinstance(data, dict) or not isinstance(data.get("service"), str):
        return
    service, listed = data["service"], data.get("slos")
    yield service
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            yield "/".join(identity_of(service, item))
