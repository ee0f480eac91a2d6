"""Invented traffic, as data: what happens to an SLO, phase by phase."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from slogen.diagnostics import CallError, Problem, Span, did_you_mean, has_errors
from slogen.load.document import Document
from slogen.load.reader import MAX_BYTES, read
from slogen.reading import read_regular, why_unreadable
from slogen.shape.schema import check_as
from slogen.units import DAY, HOUR, MINUTE, format_duration, parse_duration

CODE: Final = "story"
_LONGEST: Final = 400 * DAY
_AFTER: Final = 8 * HOUR  # that a story lasts on
_BEFORE, _TRAFFIC = "30d", "20/s"
_UNITS: Final = {"s": 1, "m": MINUTE, "h": HOUR}
_DAY_BEGINS, _DAY_ENDS = 8 * HOUR, 20 * HOUR
_PART: Final = re.compile(r"(?:[-a-z]+=)?([0-9.]+ ?%)@([0-9a-z]+)")
_FIRST, _PAUSE = HOUR, 2 * HOUR  # of phases on the command line


@dataclass(frozen=True, slots=True)
class Phase:
    """What happens from `start` until before `end`, in seconds of the story. `errors` is a share (0..1),
    `traffic` events a second; None where they are as always. The targets may be `gone`, or `down`."""

    start: int
    end: int
    errors: float | None = None
    traffic: float | None = None
    gone: bool = False
    down: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """Phases in the order of time. `before` and `lasts` are seconds, `starts` those of the day (UTC);
    `traffic` and `night` are events a second, `errors` is the share of bad ones while nothing is wrong."""

    name: str
    description: str
    phases: tuple[Phase, ...]
    lasts: int
    before: int
    starts: int
    traffic: float
    night: float
    errors: float

    def rate(self, clock: int, phase: Phase | None) -> float:
        """Events a second at a time of day, in seconds."""
        if phase is not None and phase.traffic is not None:
            return phase.traffic
        if phase is not None and (phase.gone or phase.down):
            return 0.0
        return self.traffic if _DAY_BEGINS <= clock % DAY < _DAY_ENDS else self.night

    def share(self, phase: Phase | None) -> float:
        """The share of bad events."""
        return self.errors if phase is None or phase.errors is None else phase.errors

    @property
    def began(self) -> tuple[int, ...]:
        """When each phase began that breaks something."""
        return tuple(p.start for p in self.phases if p.gone or p.down or (p.errors or 0.0) > self.errors)


def shipped() -> list[str]:
    """The stories that come with slogen."""
    return sorted(
        path.name.removesuffix(".yaml") for path in _folder().iterdir() if path.name.endswith(".yaml")
    )


def story_of(text: str) -> tuple[Story | None, list[Problem]]:
    """A story by its name, by a file's, or by its phases ("100%@30m,5%@2h"), and what is wrong with it.
    Raises CallError for what is none of these."""
    if text in shipped():
        return _read(f"{text}.yaml", (_folder() / f"{text}.yaml").read_bytes())
    parts = [_PART.fullmatch(part.strip()) for part in text.split(",")]
    if all(parts):
        return _of_words(text, [(match[1], match[2]) for match in parts if match])
    path = Path(text)
    if not path.exists():
        near = did_you_mean(text, shipped())
        known = near or f"there are {', '.join(shipped())}; or write phases: 100%@30m,5%@2h"
        raise CallError(f"`{text}` is no story and no file; {known}")
    try:
        return _read(text, read_regular(path, MAX_BYTES))
    except OSError as error:
        raise CallError(f"`{text}`: {why_unreadable(path, error)}") from None


def _folder() -> Any:
    return files("slogen") / "stories"


def _of_words(text: str, parts: list[tuple[str, str]]) -> tuple[Story | None, list[Problem]]:
    """Phases one after the other, with a pause between them."""
    at, lines = _FIRST, list[str]()
    for errors, length in parts:
        try:
            seconds = parse_duration(length)
        except ValueError as error:
            raise CallError(f"--story {text}: {error}") from None
        lines.append(f"  - {{at: {at}s, for: {length}, errors: {errors.replace(' ', '')}}}")
        at += seconds + _PAUSE
    head = "apiVersion: slogen/v1\nkind: Story\nname: given\nerrors: 0.01%\nphases:\n"
    return _read("--story", (head + "\n".join(lines) + "\n").encode())


def _read(path: str, content: bytes) -> tuple[Story | None, list[Problem]]:
    documents, problems = read(path, content)
    for document in documents[:1]:
        problems += check_as(document, "story")
    if len(documents) != 1 and not has_errors(problems):
        message = f"a story is one document, and there are {len(documents)}"
        problems.append(Problem(CODE, message, Span(path), "write one file for each story"))
    if has_errors(problems):
        return None, problems
    story = _story(documents[0].data)
    problems += _contradictions(documents[0], story)
    return (None if has_errors(problems) else story), problems


def _story(data: Mapping[str, Any]) -> Story:
    phases = sorted((p for item in data["phases"] for p in _phases(item)), key=lambda each: each.start)
    traffic = _rate(data.get("traffic", _TRAFFIC))
    hours, _, minutes = data.get("starts", "00:00").partition(":")
    end = max(phase.end for phase in phases)
    return Story(
        data["name"],
        data.get("description", ""),
        tuple(phases),
        parse_duration(data["lasts"]) if "lasts" in data else end + _AFTER,
        parse_duration(data.get("before", _BEFORE)),
        int(hours) * HOUR + int(minutes) * MINUTE,
        traffic,
        _rate(data["night"]) if "night" in data else traffic,
        _share(data.get("errors", 0)),
    )


def _phases(item: Mapping[str, Any]) -> Iterator[Phase]:
    start, length = parse_duration(item["at"]), parse_duration(item["for"])
    every = parse_duration(item["every"]) if "every" in item else 0
    for number in range(item.get("times", 2) if every else 1):
        yield Phase(
            start + number * every,
            start + number * every + length,
            _share(item["errors"]) if "errors" in item else None,
            _rate(item["traffic"]) if "traffic" in item else None,
            item.get("gone", False),
            item.get("down", False),
        )


def _contradictions(document: Document, story: Story) -> Iterator[Problem]:
    """Phases that say nothing, or not one thing at a time."""
    data = document.data
    if story.before + story.lasts > _LONGEST:
        message = f"it takes {format_duration(story.before + story.lasts)} with what is before it"
        yield _problem(document, (), message, f"make it {format_duration(_LONGEST)} at most")
    for number, item in enumerate(data["phases"]):
        place = ("phases", number)
        is_away = [name for name in ("gone", "down") if item.get(name)]
        if not is_away and not item.keys() & {"errors", "traffic"}:
            yield _problem(
                document, place, "nothing happens in this phase", "say `errors: 50%`, or `gone: true`"
            )
        if len(is_away) + bool(item.keys() & {"errors", "traffic"}) > 1:
            message = "targets that are gone or down have no events"
            yield _problem(document, place, message, "make two phases of it")
        if "times" in item and "every" not in item:
            yield _problem(document, place, "`times` needs `every`", "say after how long it comes again")
        mine = list(_phases(item))
        if mine[-1].end > story.lasts:
            message = f"it ends after the story, which lasts {data.get('lasts')}"
            yield _problem(document, place, message, "let `lasts` be longer")
        others = [p for n, other in enumerate(data["phases"]) if n != number for p in _phases(other)]
        if any(a is not b and a.start < b.end and b.start < a.end for a in mine for b in [*mine, *others]):
            message = "it overlaps another phase, or itself"
            yield _problem(document, place, message, "let each end before the next begins")


def _problem(document: Document, place: tuple[str | int, ...], message: str, hint: str) -> Problem:
    return Problem(CODE, message, document.span(place), hint)


def _share(value: object) -> float:
    return float(str(value).strip().removesuffix("%")) / 100


def _rate(text: str) -> float:
    number, _, unit = text.partition("/")
    return float(number) / _UNITS[unit]
