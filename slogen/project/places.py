"""The folders that slogen is to write to, as they lie on the disk: through links, and with what is there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from slogen.diagnostics import Problem, Span, has_errors
from slogen.load.reader import read
from slogen.model.origin import Origin
from slogen.settings import FILE_NAME, Settings
from slogen.validate.folders import CODE, GIT, Parts, parts, related, wrong_name
from slogen.validate.settings import read_settings
from slogen.write import around, holds_only
from slogen.write.cache import FOLDER as CACHE

TARGET: Final = "catalogue"  # of what `slogen docs` writes
_HINT = "name a folder of its own"
_CATALOGUE = "name a folder of its own: what applies or loads rules would meet HTML there"


def merged_file(base: Path, settings: Settings) -> Path | None:
    """The configuration that the settings say slogen's part is merged into."""
    return base / settings.alertmanager.merge_into if settings.alertmanager.merge_into else None


def of_settings(text: bytes | None, base: Path, root: Path | None) -> list[Problem]:
    """Problems of the folders that the settings name, each at its line."""
    settings, problems = read_settings(text)
    if has_errors(problems):
        return []
    folders = {"dir": base / settings.output.dir, "tests": base / settings.output.tests}
    found = _problems(folders, base, root)
    return [Problem(CODE, said, _place(text, name, settings), _HINT) for name, said in found]


def of_options(folders: Mapping[str, Path], base: Path, root: Path | None) -> list[Problem]:
    """Problems of folders that were named on the command line, by the names of their options."""
    named = {name: wrong_name(folder.as_posix()) for name, folder in folders.items()}
    found = [(name, said) for name, said in named.items() if said] or _problems(folders, base, root)
    return [Problem(CODE, f"{name}: {said}", Span(folders[name].as_posix()), _HINT) for name, said in found]


def of_catalogue(output: Path, text: bytes | None, base: Path, root: Path | None) -> list[Problem]:
    """Problems of the folder of a catalogue: it is not one that rules or tests go to."""
    settings, _ = read_settings(text)
    found = of_options({"--output": output}, base, root)
    for what, folder in (("rules", settings.output.dir), ("tests", settings.output.tests)):
        if not found and _real(base / folder) == _real(output) and not holds_only(output, TARGET):
            message = f"--output: this is the folder of the {what}"
            found.append(Problem(CODE, message, Span(output.as_posix()), _CATALOGUE))
    return found


def _place(text: bytes | None, name: str, settings: Settings) -> Span:
    """Where the settings say it; where they don't, the folder itself."""
    documents = read(FILE_NAME, text or b"")[0]
    origin = Origin(documents[0]).at("output", name) if documents else None
    if origin and origin.exists:
        return origin.span()
    return Span(settings.output.dir if name == "dir" else settings.output.tests)


def _problems(folders: Mapping[str, Path], base: Path, root: Path | None) -> Iterator[tuple[str, str]]:
    """The name of each folder that can't be written to, and why."""
    found: dict[str, Parts] = {}
    for name, folder in folders.items():
        if said := _wrong(folder, base, root):
            yield name, said
        elif any(related(_real(folder), other) for other in found.values()):
            yield name, "the folders of output and tests must be two, and neither may lie in the other"
        else:
            found[name] = _real(folder)


def _wrong(folder: Path, base: Path, root: Path | None) -> str:
    real = _real(folder)
    if not any(real):
        return "this is the root of the disk"
    if root is not None and related(real, _real(root)):
        return "this is the folder of the specs, or one in or around it"
    if GIT in real:
        return "this lies in git's own folder"
    if related(real, _real(base / CACHE)):
        return "this is the folder of slogen's cache, or one in or around it"
    return _blocked(folder) or (_of_another(folder, base) if root is not None else "")


def _of_another(folder: Path, home: Path) -> str:
    """Whose output this folder would lie in, or have in it."""
    for place, project in around(folder, home):
        return f"`{project}` (as seen from there) is another project, and writes to `{place.as_posix()}`"
    return ""


def _real(path: Path) -> Parts:
    return parts(os.path.realpath(path))


def _blocked(folder: Path) -> str:
    """What lies where the folder, or one around it, should be."""
    for place in (folder, *folder.parents):
        if os.path.lexists(place):
            link = " (a link to nowhere)" if place.is_symlink() and not place.exists() else ""
            return "" if place.is_dir() else f"`{place.as_posix()}` is no folder{link}"
    return ""
