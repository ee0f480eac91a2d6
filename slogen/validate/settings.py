"""slogen.yaml: intervals that the rules can work with, and labels that are free."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from slogen.diagnostics import Problem, Severity, has_errors
from slogen.load.document import Document
from slogen.load.reader import read
from slogen.model.notifications import SEVERITIES
from slogen.model.origin import Origin
from slogen.read_settings import settings_from
from slogen.settings import FILE_NAME, PrometheusSettings, Settings
from slogen.shape.schema import KINDS
from slogen.units import MINUTE, YEAR, format_duration, parse_duration
from slogen.validate import clusters
from slogen.validate.folders import check_folders
from slogen.validate.gates import check_gates
from slogen.validate.gitops import check_gitops
from slogen.validate.labels import identity_labels
from slogen.validate.objects import check_objects
from slogen.validate.ranks import swapped
from slogen.validate.rulers import LONGEST_EVALUATION, check_settings, places
from slogen.validate.secrets import may_hold_secrets, shape, without_lines
from slogen.validate.version import check as check_version

BASE_WINDOWS = (5 * MINUTE, 10 * MINUTE, 15 * MINUTE)
SCRAPES_IN_BASE = 4
# No URL is parsed for it: `http://[` is none, and no bug.
_USER: Final = re.compile(r"https?://[^/?#]*@")

_EMPTY: Final = "apiVersion: slogen/v1\nkind: Settings\n"
NOT_SAID = YEAR  # of retention, where slogen.yaml can't be read: it may say enough


def misplaced(documents: Sequence[Document]) -> Iterator[Problem]:
    """What slogen.yaml holds besides one Settings document."""
    for document in documents[1:]:
        message = "slogen.yaml holds one document, the settings"
        yield Problem(
            "misplaced-document", message, document.span(()), "move the others into the specs folder"
        )
    kind = documents[0].data.get("kind") if documents and isinstance(documents[0].data, dict) else None
    if isinstance(kind, str) and kind in KINDS and kind != "Settings":
        message = f"slogen.yaml holds the settings (`kind: Settings`), not `{kind}`"
        hint = "move this into the specs folder"
        yield Problem("misplaced-document", message, documents[0].span(("kind",)), hint)


def check(document: Document, settings: Settings) -> Iterator[Problem]:
    """Check what a Settings document means; its shape is right already."""
    origin = Origin(document)
    yield from _scrapes(origin.at("prometheus", "scrape_interval"), settings)
    yield from _evaluations(origin.at("prometheus", "evaluation_interval"), settings)
    if settings.severity("page") == settings.severity("ticket"):
        message = (
            f"pages and tickets are both `{settings.severity('page')}`: alerts of one SLO would be alike"
        )
        here = origin.at("severities")
        yield here.problem("duplicate-severity", message, "give each its own word", key=True)
    yield from swapped({name: settings.severity(name) for name in SEVERITIES}, origin.at("severities"))
    yield from identity_labels(origin.at("labels"), settings.labels)
    yield from clusters.check_settings(origin, settings)
    yield from check_folders(origin, settings)
    yield from check_gates(origin, settings)
    yield from check_settings(origin, settings)
    yield from check_objects(origin, settings)
    yield from check_gitops(origin, settings)
    yield from _addresses(origin, settings)


def _addresses(origin: Origin, settings: Settings) -> Iterator[Problem]:
    """Addresses of servers that hold a user or a password: they would be in git, and in messages."""
    places = [
        origin.at("prometheus", "url"),
        origin.at("prometheus", "rules_url"),
        origin.at("alertmanager", "url"),
        origin.at("argocd", "server"),
    ]
    for name in filter(None, settings.servers):
        places += [origin.at("servers", name, each) for each in ("url", "rules_url", "alertmanager_url")]
    for here in places:
        if here.exists and _USER.match(str(here.value)):
            message = "the address of a server holds a user or a password"
            hint = "put them into a file in the form of Prometheus' http_config, and name that: `http_config`"
            yield from without_lines([here.problem("secret-in-address", message, hint)])


def _evaluations(here: Origin, settings: Settings) -> Iterator[Problem]:
    """How often rules are evaluated: so that they see each other's results, and base windows meet."""
    if not here.exists:
        return
    said, real = parse_duration(here.value), settings.prometheus.evaluation_interval
    if said > LONGEST_EVALUATION:
        message = "rules that are evaluated so seldom would not see each other's results"
        hint = f"{format_duration(LONGEST_EVALUATION)} is the longest"
        yield here.problem("evaluation-interval", message, hint)
    elif said != real:
        base = format_duration(settings.prometheus.base_window)
        message = (
            f"windows of {base} end at no evaluation then: rules are evaluated every {format_duration(real)}"
        )
        hint = f"say `{format_duration(real)}`, or another interval that divides {base}"
        yield here.problem("uneven-interval", message, hint, severity=Severity.WARNING)


def _scrapes(here: Origin, settings: Settings) -> Iterator[Problem]:
    scrape, base = settings.prometheus.scrape_interval, settings.prometheus.base_window
    if SCRAPES_IN_BASE * scrape <= base:
        return
    fits = next((window for window in BASE_WINDOWS if SCRAPES_IN_BASE * scrape <= window), None)
    message = (
        f"a base window of {format_duration(base)} holds too few scrapes, one each {format_duration(scrape)}"
    )
    hint = f"set `prometheus.base_window: {format_duration(fits or BASE_WINDOWS[-1])}`"
    if fits is None:
        hint += f" and scrape at least every {BASE_WINDOWS[-1] // SCRAPES_IN_BASE}s"
    yield here.problem("scrape-interval", message, hint)


def read_settings(text: str | bytes | None, target: str = "") -> tuple[Settings, list[Problem]]:
    """Settings from the text of slogen.yaml; the defaults where there is none or it has problems. With a
    `target`, as if they named that one, too."""
    if text is None and not target:
        return Settings(), []
    settings, problems = _read_settings(_EMPTY if text is None else text, target)
    return settings, list(problems)


@lru_cache(maxsize=4)  # one run asks several times
def _read_settings(text: str | bytes, target: str) -> tuple[Settings, tuple[Problem, ...]]:
    found, problems = read(FILE_NAME, text)
    problems = without_lines(problems) if may_hold_secrets(text) else problems
    shapes = [shape(document) for document in found]
    documents = [document for document, _ in shapes]
    for document, wrong in shapes[:1]:
        if other := list(check_version(document)):
            return Settings(PrometheusSettings(retention=NOT_SAID)), tuple(other)
        problems += wrong
    problems += misplaced(documents)
    if has_errors(problems):
        return Settings(PrometheusSettings(retention=NOT_SAID)), tuple(problems)
    if not documents:
        return Settings(), tuple(problems)
    settings = settings_from(documents[0].data)
    more = (target,) if target and target not in settings.targets else ()
    settings = replace(settings, targets=settings.targets + more)
    settings = replace(settings, places=places(Origin(documents[0]), settings))
    return settings, (*problems, *check(documents[0], settings))
