"""What lies beside the specs of a project: its settings and its notifications.

Both may be missing. What is there under their names and can't be read, or is there under a name that is
nearly theirs, is an error: else a run would do as if it weren't, and remove what came of it.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from slogen.diagnostics import Problem, Span
from slogen.load.files import find, read_beside
from slogen.load.reader import MAX_BYTES
from slogen.project.emptied import NOTIFICATIONS as NO_NOTIFICATIONS
from slogen.project.emptied import SETTINGS as NO_SETTINGS
from slogen.project.emptied import emptied
from slogen.reading import read_regular
from slogen.settings import FILE_NAME

NOTIFICATIONS: Final = "notifications.yaml"
# What a name may end in, once or more, for people to take it for the file without.
_ENDINGS: Final = (".yaml", ".yml")
_OTHER_ENDINGS: Final = (".json", ".txt")
_NEAR: Final = {"slogen": FILE_NAME, "notifications": NOTIFICATIONS, "notification": NOTIFICATIONS}
_ALIKE: Final = 0.83  # a letter more, less or another; slogen-prod and slogen2 are other settings
_KIND: Final = re.compile(rb"\bkind[\"']?\s*:\s*[\"']?(?:Settings|Notifications)\b")


@dataclass(frozen=True, slots=True)
class Beside:
    """The text of the settings and where it is from; the notifications by path; what is wrong with them."""

    settings: bytes | None
    settings_path: Path | None
    notifications: Mapping[str, bytes]
    problems: tuple[Problem, ...]


def read_project(
    own: Path, other: Path | None, *, base: Path, has_specs: bool, inside: Path | None
) -> Beside:
    """Read what lies in the folder of a project: its `own` settings, or in their place `other`, which
    somebody named. Notifications are read where there are specs that they can be about."""
    if other is not None:
        texts, problems = find([other])
        text = next(iter(texts.values()), None)
    else:
        text, problems = read_beside(own, inside or base)
    path, is_there = other or own, other is not None or text is not None or bool(problems)
    told: dict[str, bytes] = {}
    if has_specs:
        content, found = read_beside(base / NOTIFICATIONS, inside or base)
        told = {} if content is None else {(base / NOTIFICATIONS).as_posix(): content}
        lost = dict(emptied(told, "empty-notifications", NO_NOTIFICATIONS))
        told = {path: content for path, content in told.items() if path not in lost}
        if other is None and text is not None:
            lost |= emptied({own.as_posix(): text}, "empty-settings", NO_SETTINGS)
            text = None if own.as_posix() in lost else text
        problems = [*problems, *found, *lost.values(), *_misnamed(base, path)]
    return Beside(text, path if is_there else None, told, tuple(problems))


def _misnamed(base: Path, settings: Path) -> Iterator[Problem]:
    """Files that somebody means to be read and that have another name."""
    for name in sorted(os.listdir(base)):
        stem, endings = _taken_apart(name)
        wanted = _near(stem)
        if wanted is None or name == wanted or _is_same(base / name, settings):
            continue
        is_sure = stem in _NEAR and set(endings) <= set(_ENDINGS) and endings != []
        if not _is_same(base / name, base / wanted) and _is_meant(base / name, wanted, is_sure=is_sure):
            message = f"slogen doesn't read `{name}`: the name is `{wanted}`"
            hint = f"rename it to {wanted}, or move it away"
            yield Problem("misnamed-file", message, Span((base / name).as_posix()), hint)


def _taken_apart(name: str) -> tuple[str, list[str]]:
    """A name without the dots before it and all its endings, and these."""
    stem, endings = name.lower().removeprefix("."), list[str]()
    while (parts := os.path.splitext(stem))[1] in (*_ENDINGS, *_OTHER_ENDINGS):
        stem = parts[0]
        endings.append(parts[1])
    return stem, endings


def _near(stem: str) -> str | None:
    """The file that a person means by a name; a slip of one or two letters is looked over."""
    near = difflib.get_close_matches(stem, _NEAR, n=1, cutoff=_ALIKE) if stem.isalpha() else ()
    return _NEAR[near[0]] if near else None


def _is_same(one: Path, other: Path) -> bool:
    """Whether both names lead to one file, as on disks that know no case."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _is_meant(path: Path, wanted: str, *, is_sure: bool) -> bool:
    """Whether slogen is to read it. Notifications of something else may have such a name; those of slogen
    say so. Other endings, or none, and names that are only alike count where the file says what it is."""
    if is_sure and wanted == FILE_NAME:
        return True
    try:
        text = read_regular(path, MAX_BYTES)
    except OSError:
        return is_sure
    return b"slogen" in text and (is_sure or _KIND.search(text) is not None)


def project_zone(base: Path) -> Path:
    """How far links in a project may lead: the git work tree around it, else its own folder."""
    place = Path(os.path.abspath(base))
    for folder in (place, *place.parents):
        if os.path.lexists(folder / ".git") and folder not in (Path(folder.anchor), Path.home()):
            return folder
    return place


def is_text(name: str) -> bool:
    """Whether a name is text, and can stand in the files that are made."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def unusable_name(path: str) -> Problem:
    """The problem of a file or folder whose name can't be written down, nor read by promtool."""
    message = "the name of this, or of a folder around it, is not UTF-8 text"
    return Problem("file-name", message, Span(path), "rename it")
