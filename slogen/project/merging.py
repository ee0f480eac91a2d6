"""slogen's part in a configuration of the team's: what would be written, and what is worth knowing of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from slogen.conventions import TEMPLATES
from slogen.diagnostics import Problem, Severity, Span, has_errors
from slogen.model.slo import severity_words
from slogen.owners import routing_of
from slogen.pipeline import Made, compile_rules_of
from slogen.project.deployed import UnusableError, foreign_inhibition, missing_receivers, read_text
from slogen.project.silence import silences
from slogen.proof.routing import reach_cases
from slogen.render.alertmanager import sections, templates
from slogen.render.merge import NotMergedError, deployed, merge
from slogen.understand import Project
from slogen.write import OutFile


def merged_files(
    base: Path, target: Path, project: Project, made: Mapping[str, Made] | None = None
) -> tuple[list[OutFile], list[Problem]]:
    """The merged file and its templates; problems of the base, and of where it is to go. `made` is what was
    compiled already."""
    routing = routing_of(project)
    text, unusable = _read(base, target)
    problems = [*unusable, *_shadowed(base, text)]
    if has_errors(problems):
        return [], problems
    try:
        merged = merge(
            base.as_posix(), text, *((sections(routing), templates(routing)) if routing else ({},))
        )
        theirs = merge(base.as_posix(), text, {}).text
    except NotMergedError as error:
        return [], [*problems, error.problem]
    files = [OutFile(target.parent, target.name, "", "alertmanager", merged.text)]
    if routing and not merged.holds_templates:
        files.append(OutFile(target.parent, TEMPLATES, "", "alertmanager", templates(routing)))
    problems += [*merged.problems, *missing_receivers(deployed(base.as_posix(), theirs), project)]
    if has_errors(problems):
        return [], problems
    # Lines are those that people see after the merge.
    found = deployed(base.as_posix(), merged.text if base == target else theirs)
    # With notifications no alert of slogen's goes by routes of the team's.
    asks_hours = routing is None and found.has_hours
    rules = compile_rules_of(project, made) if found.rules or asks_hours else ()
    problems += foreign_inhibition(found, project, rules, Severity.WARNING)
    if asks_hours:
        alerts = reach_cases(rules, severity_words(project.services, project.settings))
        problems += silences(found, alerts, project, is_proof=False).problems
    return files, problems


def _read(base: Path, target: Path) -> tuple[str, list[Problem]]:
    """The text of the base, and why it can't be read or written."""
    try:
        text = read_text(base)
    except UnusableError as error:
        return "", [error.problem]
    if target.exists() and not target.stat().st_mode & 0o222:
        hint = "make it writable, or write elsewhere with `-o FILE`"
        return "", [Problem("read-only", "this file is read-only", Span(target.as_posix()), hint)]
    return text, []


def _shadowed(base: Path, text: str) -> Iterator[Problem]:
    """Templates of the team that have names of slogen's."""
    try:
        found = deployed(base.as_posix(), text)
    except NotMergedError:
        return
    for name, content in found.files.items():
        if name != TEMPLATES and 'define "slogen.' in str(content):
            message = f"the template file `{name}` has a name of slogen's, and one would replace the other"
            yield Problem("merge-template", message, Span(base.as_posix()), "rename it")
    for pattern in map(str, found.data.get("templates") or ()):
        folder = base.parent / os.path.dirname(pattern)
        for path in sorted(folder.glob(os.path.basename(pattern)) if folder.is_dir() else ()):
            if path.name == TEMPLATES or not path.is_file():
                continue
            content = path.read_bytes().decode(errors="replace")
            for number, line in enumerate(content.splitlines(), 1):
                if 'define "slogen.' in line:
                    message = "this template has a name of slogen's, and one would replace the other"
                    yield Problem("merge-template", message, Span(path.as_posix(), number), "rename it")
                    break
