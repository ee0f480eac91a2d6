"""The folders that slogen writes to: what they may be called, and where they may not lie.

By their names alone, as settings say them; what links and the disk make of them is looked at by the commands.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.settings import UNKNOWN, Settings
from slogen.write.cache import FOLDER as CACHE

CODE: Final = "output-folder"
GIT: Final = ".git"
_SPECS: Final = "specs"
_INPUTS: Final = frozenset({"slogen.yaml", "slogen.yml", "notifications.yaml", "notifications.yml"})
_LONGEST_NAME, _LONGEST = 255, 1000  # bytes; most disks take no longer name, and paths of 4096
_WILDCARD: Final = re.compile(r"[*?\[\]\\]")
_HINT: Final = "name a folder of its own, such as `{}`"

Parts = tuple[str, ...]


def check_folders(origin: Origin, settings: Settings) -> Iterator[Problem]:
    """Problems of `output`, and of the file to merge into."""
    chosen = {
        "dir": (origin.at("output", "dir"), settings.output.dir, "generated"),
        "tests": (origin.at("output", "tests"), settings.output.tests, "promtool-tests"),
    }
    fine = True
    for here, text, usual in chosen.values():
        said = wrong_name(text) or _wrong_start(text) or _wrong_place(text)
        if said:
            fine = False
            yield here.problem(CODE, said, _HINT.format(usual))
    if fine and related(parts(settings.output.dir), parts(settings.output.tests)):
        here, _, usual = chosen["tests" if chosen["tests"][0].exists else "dir"]
        message = "the folders of output and tests must be two, and neither may lie in the other"
        yield here.problem(CODE, message, _HINT.format(usual))
    elif fine and UNKNOWN in settings.output.rules_from_tests:
        message = (
            "from there to the rules, the way leads through the project's folder, however that is called"
        )
        yield chosen["tests"][0].problem(CODE, message, "let both lie in the project, or both outside of it")
    if settings.alertmanager.merge_into and (
        said := _wrong_file(settings) if fine else wrong_name(settings.alertmanager.merge_into)
    ):
        yield origin.at("alertmanager", "merge_into").problem(CODE, said, "name the file of your own")


def wrong_name(text: str) -> str:
    """What is wrong with a path as a text; "" where nothing is."""
    names = text.split("/")
    if not text.strip() or any(name != name.strip() for name in names):
        return "a blank stands at the beginning or the end of a name"
    if not text.isprintable():
        return "a character that doesn't print, such as a newline, can't stand in a path"
    if len(text.encode()) > _LONGEST or any(len(name.encode()) > _LONGEST_NAME for name in names):
        return f"this path is too long: a name has {_LONGEST_NAME} bytes at most, all of it {_LONGEST:,}"
    return ""


def parts(path: str) -> Parts:
    """The names in a path, such that two that a disk may take for one are the same."""
    plain = posixpath.normpath(path)
    return tuple(unicodedata.normalize("NFC", part).casefold() for part in plain.split("/") if part != ".")


def related(one: Parts, other: Parts) -> bool:
    """Whether they are the same, or one lies in the other."""
    count = min(len(one), len(other))
    return one[:count] == other[:count]


def _wrong_start(text: str) -> str:
    if text.startswith("/"):
        return "an absolute path is another one on each machine; `-o` takes one"
    if text.startswith("~"):
        return "`~` is no home folder here"
    if found := _WILDCARD.search(text):
        return f"`{found[0]}` has a meaning in the paths that promtool reads"
    return ""


def _wrong_place(text: str) -> str:
    """Of a relative path; the specs and the cache lie beside the settings."""
    found = parts(text)
    if all(part == ".." for part in found):
        return "this is the project's own folder, or one around it"
    if GIT in found:
        return "this lies in git's own folder"
    if found[0] in _INPUTS:
        return "this is the name of a file that slogen reads"
    if related(found, (_SPECS,)):
        return "this is the folder of the specs, or lies in it (on disks that know no case, too)"
    return "this is the folder of slogen's cache, or lies in it" if related(found, (CACHE,)) else ""


def _wrong_file(settings: Settings) -> str:
    """Of the path of the file to merge into, which may lie anywhere else."""
    text = settings.alertmanager.merge_into
    if said := wrong_name(text):
        return said
    found = parts(text)
    if len(found) == 1 and found[0] in _INPUTS:
        return "this is a file that slogen reads"
    if GIT in found or related(found, (_SPECS,)) or related(found, (CACHE,)):
        return "a file can't be merged into the specs, git's folder or slogen's cache"
    if any(related(found, parts(folder)) for folder in (settings.output.dir, settings.output.tests)):
        return "this lies in a folder that slogen generates"
    return ""
