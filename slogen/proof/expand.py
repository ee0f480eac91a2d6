"""Expand the few template constructs that slogen's alerts use, as Prometheus does.

The formats are those of Prometheus's template functions (template/template.go): four significant
digits for ratios, whole seconds below a day written out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from slogen.promql.text import quote

_LEFT = re.compile(
    r"\{\{ with query .*?\{\{ if gt \$left 0\.0 \}\}(.*?)\{\{ else \}\}(.*?)\{\{ end \}\}\{\{ end \}\}",
    re.DOTALL,
)
_MOST = re.compile(
    r" \{\{ with query (?:(?!\}\}).)*\}\}[^{]*\{\{ \. \| first \| label [^}]*\}\}[^{]*\{\{ end \}\}"
)
_ACTION = re.compile(r"\{\{-?\s*(.+?)\s*-?\}\}")


def expand(text: str, labels: Mapping[str, str], value: float, seconds_left: float | None = None) -> str:
    """The text as it arrives. `seconds_left` answers the query for the rest of the budget; None: no data.

    What names a part has no data where only windows are injected.
    """
    if "{{" not in text:
        return text

    def left(match: re.Match[str]) -> str:
        if seconds_left is None:
            return ""
        return match.group(1) if seconds_left > 0 else match.group(2)

    def action(match: re.Match[str]) -> str:
        source, _, function = (part.strip() for part in match.group(1).partition("|"))
        if source.startswith('"'):
            return source.strip('"')
        if source.startswith("$labels."):
            return _text(function, labels.get(source.removeprefix("$labels."), ""))
        if source.startswith("$external"):
            return _text(function, "")  # promtool knows neither a URL nor external labels
        number = value if source == "$value" else seconds_left or 0.0
        return _format(function, number)

    if "first | label" in text:
        text = _MOST.sub(" ", text)
    return _ACTION.sub(action, _LEFT.sub(left, text) if "$left" in text else text)


def _format(function: str, value: float) -> str:
    if function == "humanizePercentage":
        return f"{_significant(value * 100)}%"
    if function == "humanizeDuration":
        return duration(value)
    if function == "humanizeTimestamp":
        return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} +0000 UTC"
    if function == "humanize":
        return _humanize(value)
    if function.startswith("printf") and "%g" not in function:
        return function.split('"')[1] % value
    if function == "humanize1024":
        return _humanize(value, 1024, "i")
    return repr(value).removesuffix(".0")


def _text(function: str, text: str) -> str:
    if function == "toUpper":
        return text.upper()
    if function == "toLower":
        return text.lower()
    if function == "title":
        return re.sub(r"\b\w", lambda match: match.group().upper(), text)
    return quote(text) if "%q" in function else text


def _significant(value: float) -> str:
    return f"{value:.4g}"


def duration(value: float) -> str:
    """Seconds as Prometheus's humanizeDuration writes them: "2d 4h 0m 10s"."""
    if abs(value) < 1:
        return f"{_significant(value)}s" if value == 0 else _small(value)
    sign, whole = ("-" if value < 0 else ""), int(abs(value))
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{sign}{days}d {hours}h {minutes}m {seconds}s"
    if hours:
        return f"{sign}{hours}h {minutes}m {seconds}s"
    if minutes:
        return f"{sign}{minutes}m {seconds}s"
    return f"{sign}{_significant(abs(value))}s"


def _small(value: float) -> str:
    prefix = ""
    for name in ("m", "u", "n", "p", "f", "a", "z", "y"):
        if abs(value) >= 1:
            break
        prefix, value = name, value * 1000
    return f"{_significant(value)}{prefix}s"


def _humanize(value: float, step: int = 1000, infix: str = "") -> str:
    prefix = ""
    if abs(value) >= 1 or infix:
        for name in ("k", "M", "G", "T", "P", "E", "Z", "Y"):
            if abs(value) < step:
                break
            prefix, value = f"{name}{infix}", value / step
        return f"{_significant(value)}{prefix}"
    if value == 0:
        return "0"
    return _small(value).removesuffix("s")
