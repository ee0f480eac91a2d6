"""Matchers that likely select nothing, or leave nothing out: a pattern behind `=`, a status that no code has.

Both compile, and an outage would never be seen. Only what is no sane value is told: paths, versions, names of
hosts and clusters stay as they are, and so do words, of which nobody knows the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache, wraps
from typing import Any, Final

from slogen.model.origin import Origin
from slogen.model.sli import Parsed, Parser
from slogen.promql.parse import PromqlError, parse_selector
from slogen.promql.selector import Matcher, Selector
from slogen.promql.solve import is_readable, matches
from slogen.promql.text import STRING, without_signs
from slogen.settings import Settings
from slogen.sli.counters import Doubt
from slogen.sli.occurring import not_occurring

# A matcher with its label, or a string that is no value of one (of `label_replace`).
_MATCHER: Final = re.compile(
    r'(?P<name>"[^"\\]+"|(?<![\w:.])[a-zA-Z_]\w*)\s*(?P<op>=~|!~|!=|=)\s*'
    rf"(?P<value>{STRING.pattern})|{STRING.pattern}",
    re.DOTALL,
)
_BRACES: Final = re.compile(rf"{STRING.pattern}|\{{({without_signs('{}')}*)\}}", re.DOTALL)
_METRIC: Final = re.compile(r"[a-zA-Z_:][\w:]*")
_NAME: Final = re.compile(r"([\w.]+)[\"'`]?\s*=")
_STATUS: Final = re.compile(r"(?:\w+_)?(?:code|status|statuscode)|responsecode", re.IGNORECASE)
_NO_STATUS: Final = re.compile(
    r"(?:exit|error|reason|country|language|zip|op|rpc_?method)_?code", re.IGNORECASE
)
_HOLDS_PATTERNS: Final = re.compile(
    r"(?:\w+_)?(?:path|route|uri|url|handler|view|endpoint|location|pattern|regexp?|rule|query|match)",
    re.IGNORECASE,
)
_CLASSES: Final = re.compile(r"\^?(?:[1-5]|\[[1-5-]+\])\.\.\$?(?:\|\^?(?:[1-5]|\[[1-5-]+\])\.\.\$?)*")
_ANYTHING: Final = re.compile(r"\.[*+]")
_WORDS: Final = re.compile(
    r"(?!inbound|outbound)[a-zA-Z][\w-]*(?:\|[a-zA-Z][\w-]*)+"
)  # those are clusters of Envoy
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)*")
_DIGITS: Final = re.compile(r"(?:[\d.*+?|()^$xX,!<>= {}\[\]-]|\\d|\(\?:)*")
_MARKS: Final = frozenset(".*+?|()[]{}^$\\")
_FIRST: Final = re.compile(r"[^\d\[]*(?:\[([1-5-]+)\]|\[?([1-5]))")
_CLASS: Final = re.compile(r"[1-5][xX]{2}")
_IN_CLASSES: Final = tuple(f"{first}{x}" for first in range(5, 0, -1) for x in ("xx", "XX"))
_HTTP: Final = tuple(map(str, range(599, 99, -1)))
_GRPC: Final = tuple(map(str, range(17)))
_OPPOSITE: Final = {"=": "=~", "!=": "!~", "=~": "=", "!~": "!="}


def with_slips(parse: Parser, *fields: str) -> Parser:
    """How a kind is parsed, whose matchers stand in these fields, with a warning for each that is likely a
    slip."""

    @wraps(parse)
    def parse_with_slips(config: Mapping[str, Any], origin: Origin, settings: Settings) -> Parsed:
        sli, problems = parse(config, origin, settings)
        if sli is None:
            return sli, problems
        told = dict[Doubt, Origin]()  # each once: the same slip in both sides is shown at the first
        for field in fields:
            text = config.get(field)
            for doubt in slips(text, _metric(config)) if isinstance(text, str) else ():
                told.setdefault(doubt, origin.at(field))
        return sli, [*problems, *(doubt.at(here) for doubt, here in told.items())]

    return parse_with_slips


def _metric(config: Mapping[str, Any]) -> str:
    """The metric that matchers alone are about: the histogram of a latency."""
    found = _METRIC.match(str(config.get("histogram", "")))
    return found[0] if found else ""


def slips(text: str, metric: str = "") -> Iterator[Doubt]:
    """A warning for each matcher in PromQL, or of matchers of `metric` alone, that likely is one."""
    told = set[Matcher]()
    for found in _MATCHER.finditer(text):
        if found["name"] is None or not _needs_a_look(found["name"], found["op"], found["value"]):
            continue
        for matcher in _read(found[0]):
            doubts = _of_matcher(matcher)
            told |= {matcher} if doubts else set()
            yield from doubts
    yield from _contradictions(text)
    known = text if "{" in text or not metric else f"{metric}{{{text}}}"
    yield from (doubt for matcher, doubt in not_occurring(known) if matcher not in told)


def _read(matchers: str) -> tuple[Matcher, ...]:
    """Matchers; none where they can't be read, which the kind tells."""
    try:
        return parse_selector(f"x{{{matchers}}}").matchers
    except PromqlError:
        return ()


def _contradictions(text: str) -> Iterator[Doubt]:
    """A label that must have two values at once."""
    for braces in _BRACES.finditer(text):
        inside, asked = braces[1] or "", dict[str, Matcher]()
        names = _NAME.findall(inside)  # most are different, and reading them takes time
        for matcher in _read(inside) if len({*names}) < len(names) else ():
            if matcher.op == "=" and asked.setdefault(matcher.name, matcher).value != matcher.value:
                both = Matcher(matcher.name, "=~", f"{asked[matcher.name].value}|{matcher.value}")
                message = f"no series has `{asked[matcher.name]}` and `{matcher}` at once"
                yield Doubt("pattern-as-text", message, f"write `{both}`, or drop one of them")


def _needs_a_look(name: str, operator: str, value: str) -> bool:
    """Whether a matcher, as it is written, can be one: most can't, and reading them takes time."""
    if "~" in operator:
        return _is_status(name.strip('"'))
    return bool(_MARKS & set(value)) or ("," in value and _is_status(name.strip('"')))


@lru_cache(maxsize=4096)
def _of_matcher(matcher: Matcher) -> tuple[Doubt, ...]:
    is_status = _is_status(matcher.name)
    if matcher.op in ("=", "!="):
        return (_as_text(matcher),) if _looks_like_pattern(matcher, is_status=is_status) else ()
    if not is_status or not _DIGITS.fullmatch(matcher.value) or not re.search("[2-5]", matcher.value):
        return ()
    if any(part in _GRPC[10:] for part in matcher.value.split("|")):  # numbers of gRPC: 13 is INTERNAL
        return ()
    if _CLASS.fullmatch(matcher.value):
        return (_as_class(matcher),)
    return () if _is_possible(matcher) else (_impossible(matcher),)


def _is_status(name: str) -> bool:
    plain = name.replace(".", "_")
    return bool(_STATUS.fullmatch(plain)) and not _NO_STATUS.search(plain)


def _looks_like_pattern(matcher: Matcher, *, is_status: bool) -> bool:
    value = matcher.value
    if _CLASSES.fullmatch(value):
        return True
    if is_status and _DIGITS.fullmatch(value) and not _NUMBER.fullmatch(value):
        return bool(re.search(r"\d", value) and {*_MARKS, ","} & set(value))
    if "/" in value or _HOLDS_PATTERNS.fullmatch(matcher.name.replace(".", "_")):
        return False
    return bool(_ANYTHING.search(value) or _WORDS.fullmatch(value))


def _is_possible(matcher: Matcher) -> bool:
    """Whether the pattern matches a status that there is: `5*` matches 555, which nobody has."""
    if not is_readable(Selector("x", (matcher,))):
        return True
    repeated = {digit * 3 for digit in "12345"} if set("*+") & set(matcher.value) else set[str]()
    if "grpc" in matcher.name.lower():
        known: tuple[str, ...] = _GRPC
    else:
        known = (*_HTTP, *_IN_CLASSES, *(_GRPC if "rpc" in matcher.name.lower() else ()))
    asked = Matcher(matcher.name, "=~", matcher.value)
    return any(matches(asked, {matcher.name: each}) for each in known if each not in repeated)


def _as_text(matcher: Matcher) -> Doubt:
    message = f"`{matcher}` compares with just this text, which is a pattern"
    pattern = str(Matcher(matcher.name, _OPPOSITE[matcher.op], _mended(matcher)))
    return Doubt("pattern-as-text", message, f"write `{pattern}`{_no_series(matcher)}")


def _as_class(matcher: Matcher) -> Doubt:
    first = matcher.value[0]
    message = f"`{matcher}` matches the text {matcher.value} alone, no number such as {first}03"
    both = Matcher(matcher.name, matcher.op, f"{first}..")
    text = Matcher(matcher.name, _OPPOSITE[matcher.op], matcher.value)
    return Doubt("no-such-status", message, f"write `{both}`, which matches both, or `{text}` for the text")


def _impossible(matcher: Matcher) -> Doubt:
    message = f"`{matcher}` matches no status: a pattern must match all of a value"
    if "grpc" in matcher.name.lower():
        names = Matcher(matcher.name, matcher.op, "Internal|Unavailable")
        return Doubt("no-such-status", message, f"gRPC has names, such as `{names}`, or numbers from 0 to 16")
    pattern = Matcher(matcher.name, matcher.op, _mended(matcher))
    return Doubt("no-such-status", message, f"write `{pattern}`{_no_series(matcher)}")


def _no_series(matcher: Matcher) -> str:
    return (
        ": as it is, it selects no series"
        if matcher.op in ("=", "=~")
        else ": as it is, it leaves nothing out"
    )


def _mended(matcher: Matcher) -> str:
    """The pattern as it stands, where it is one; else one of the classes of its numbers."""
    value = matcher.value
    if not _is_status(matcher.name) or not _DIGITS.fullmatch(value):
        return value
    if _is_possible(matcher) and not set("^$") & set(value):
        return re.sub("[xX]{2}", "..", value)  # matches what is a number, too
    firsts = [_FIRST.match(part) for part in re.split(r"[|,]", value)]
    digits = "".join(dict.fromkeys(digit for found in firsts if found for digit in found[1] or found[2]))
    if not digits:
        return value.strip("^$")
    return f"{digits}.." if len(digits) == 1 else f"[{digits}].."
