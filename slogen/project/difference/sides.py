"""The two sides of a comparison: what a project says now, and what it said."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from slogen.diagnostics import CallError, Problem
from slogen.model.identity import declared
from slogen.project.difference.past import Past, checked_out, common, resolve
from slogen.project.job import shared_texts
from slogen.project.select import SPECS
from slogen.project.workspace import Workspace, open_workspace
from slogen.settings import FILE_NAME, Settings
from slogen.understand import Project

NOW: Final = "work tree"
HEAD: Final = "HEAD"
_LIKE_SPECS: Final = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared: a revision, a range of two, or a folder with the project as it was; and the specs
    that it is about, all of them if none is named."""

    old: str
    paths: tuple[Path, ...]
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says, and its texts by name. `project` is what can be understood of it; `errors` say why
    there isn't more, and `blind` are the sources of which nobody knows what stood in them."""

    name: str
    project: Project
    sources: Mapping[str, bytes]
    settings: bytes | None
    errors: tuple[Problem, ...] = ()
    blind: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    @property
    def common(self) -> tuple[bytes | None, list[bytes]]:
        """What may concern every SLO."""
        return self.settings, shared_texts(self.sources)

    @property
    def settings_known(self) -> bool:
        """Whether its settings are what it says."""
        return FILE_NAME not in self.blind

    @property
    def declared(self) -> frozenset[str]:
        """The identities that stand in its specs, also of SLOs that could not be understood."""
        return frozenset(slo for slo, _ in declared(self.project.services))


def compared(words: Iterable[str]) -> Compared:
    """Tell what is compared from what it is about.

    The first word is a folder if it is one with a project that is not the one here, and else a revision,
    unless it is a path.
    """
    first, *rest = [*words] or [HEAD]
    if _is_other_project(Path(first)):
        return Compared(first, tuple(map(Path, rest)), Path(first))
    if Path(first).exists() or first.endswith(_LIKE_SPECS):
        return Compared(HEAD, tuple(map(Path, (first, *rest))))
    return Compared(first, tuple(map(Path, rest)))


def _is_other_project(path: Path) -> bool:
    has_specs = path.name == SPECS or (path / SPECS).is_dir() or (path / FILE_NAME).is_file()
    place, here = os.path.realpath(path), os.path.realpath("")
    return path.is_dir() and has_specs and place not in (here, os.path.join(here, SPECS))


@contextmanager
def opened(what: Compared, settings: Path | None) -> Iterator[tuple[Side, Side, tuple[Problem, ...]]]:
    """Both sides, and the problems of the new one: where any is an error, its SLOs are not all there. Raises
    CallError where git can't be asked, and for paths that no run could be about."""
    now = open_workspace(what.paths, settings)
    root = now.selection.root
    if root is None:
        raise CallError("only a project can be compared: a folder of specs, or specs in one")
    with ExitStack() as stack:

        def at(commit: str, name: str) -> Side:
            also = [_seen(settings, now.selection.home)] if settings else []
            also = [path for path in also if not path.startswith("..")]
            past = stack.enter_context(checked_out(commit, now.selection.home, _name(root), also))
            return _past_side(past, name, _name(root), settings, now)

        if what.folder is not None:
            yield _folder_side(what.folder, settings, now), _now(now), tuple(now.problems)
            return
        old, new = _range(what.old, now.selection.home)
        before = at(old, _title(what.old)[0])
        if new is None:
            yield before, _now(now), tuple(now.problems)
        else:
            after = at(new, _title(what.old)[1])
            yield before, after, after.errors


def _range(word: str, home: Path) -> tuple[str, str | None]:
    """The commits that a word means: `A`, `A..B`, or `A...B` from where they went different ways."""
    for dots, first in (("...", common), ("..", None)):
        one, is_range, other = word.partition(dots)
        if is_range:
            one, other = one or HEAD, other or HEAD
            return (first(one, other, home) if first else resolve(one, home)), resolve(other, home)
    return resolve(word, home), None


def _title(word: str) -> tuple[str, str]:
    """How both sides are called."""
    for dots in ("...", ".."):
        one, is_range, other = word.partition(dots)
        if is_range:
            return one or HEAD, other or HEAD
    return word, NOW


def _now(workspace: Workspace) -> Side:
    chosen = workspace.selection
    return Side(NOW, workspace.project, chosen.sources, chosen.settings, only=chosen.only)


def _folder_side(folder: Path, settings: Path | None, now: Workspace) -> Side:
    home = Path(os.path.normpath(folder / "..")) if folder.name == SPECS else folder
    workspace = open_workspace([folder], _its_settings(home, settings, now))
    return _side(folder.as_posix(), workspace, workspace.problems, now)


def _past_side(past: Past, name: str, root: str, settings: Path | None, now: Workspace) -> Side:
    """What a commit said; nothing, where it had no specs."""
    if not os.path.lexists(past.home / root):
        return Side(name, Project(Settings()), {}, None, past.problems, only=now.selection.only)
    workspace = open_workspace([past.home / root], _its_settings(past.home, settings, now))
    shown = [_shown(problem, past, name) for problem in (*past.problems, *workspace.problems)]
    return _side(name, workspace, shown, now, past.problems)


def _side(
    name: str,
    workspace: Workspace,
    problems: Iterable[Problem],
    now: Workspace,
    missing: Iterable[Problem] = (),
) -> Side:
    """What can be understood, as if nothing else were there; some was `missing` before that was tried."""
    errors = tuple(dict.fromkeys(problem for problem in problems if problem.is_error))
    project, chosen = replace(workspace.project, problems=(), elsewhere=()), workspace.selection
    known = {path for service in project.services for path in service.files}
    wrong = {
        os.path.relpath(each.span.path, chosen.home) for each in (*missing, *chosen.problems) if each.span
    }
    wrong |= {each.span.path for each in workspace.project.all_problems if each.span and each.is_error}
    blind = frozenset(wrong - known)
    return Side(name, project, chosen.sources, chosen.settings, errors, blind, now.selection.only)


def _its_settings(home: Path, settings: Path | None, now: Workspace) -> Path | None:
    """The settings that were named, as they were there; as they are now, where they were not."""
    if settings is None:
        return None
    there = home / _seen(settings, now.selection.home)
    return there if there.is_file() else settings


def _seen(settings: Path, home: Path) -> str:
    return Path(os.path.relpath(os.path.realpath(settings), os.path.realpath(home))).as_posix()


def _name(root: Path) -> str:
    return Path(os.path.abspath(root)).name


def _shown(problem: Problem, past: Past, name: str) -> Problem:
    """The problem with paths as git writes those of a commit, not those of a folder that is gone soon."""

    def seen(text: str) -> str:
        return text.replace(f"{past.home.as_posix()}/", "").replace(f"{past.zone.as_posix()}/", "")

    span = problem.span and replace(problem.span, path=f"{name}:{seen(problem.span.path)}")
    return replace(problem, span=span, message=seen(problem.message), hint=seen(problem.hint))
