"""What there is in Alertmanager's templates: the kinds of values, their fields, and functions.

Only what every version has, and what gives something whatever the alerts are: `index` may fail at a list that
is empty, and `slice` at a text that is short.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

TEXT, NUMBER, FLAG, ANY = "a text", "a number", "a condition", "something"
LIST, KV, PAIRS, PAIR = "a list", "labels", "pairs", "a pair"
DATA, ALERTS, SOME, ALERT, TIME = "the message", "alerts", "some alerts", "an alert", "a time"
_SAFE: Final = "safe HTML"  # functions take it for no text

FIELDS: Final[dict[str, dict[str, str]]] = {
    DATA: {
        **dict.fromkeys(("Receiver", "Status", "ExternalURL"), TEXT),
        **dict.fromkeys(("GroupLabels", "CommonLabels", "CommonAnnotations"), KV),
        "Alerts": ALERTS,
    },
    ALERTS: {"Firing": SOME, "Resolved": SOME},
    ALERT: {
        **dict.fromkeys(("Status", "GeneratorURL", "Fingerprint"), TEXT),
        **dict.fromkeys(("Labels", "Annotations"), KV),
        **dict.fromkeys(("StartsAt", "EndsAt"), TIME),
    },
    KV: {"SortedPairs": PAIRS, "Names": LIST, "Values": LIST},
    PAIRS: {"Names": LIST, "Values": LIST},
    PAIR: {"Name": TEXT, "Value": TEXT},
    TIME: {"Unix": NUMBER, "UTC": TIME, "String": TEXT, "Year": NUMBER},
}
# Methods that take values, and what they give.
METHODS: Final = {(KV, "Remove"): ((LIST,), KV), (TIME, "Format"): ((TEXT,), TEXT)}
# What a loop gives: the kind of its index, and of each of its values.
ITEMS: Final = {
    LIST: (NUMBER, TEXT),
    ALERTS: (NUMBER, ALERT),
    SOME: (NUMBER, ALERT),
    PAIRS: (NUMBER, PAIR),
    KV: (TEXT, TEXT),
}
_EXACT: Final = {
    **dict.fromkeys(("toUpper", "toLower", "title"), ((TEXT,), TEXT)),
    "safeHtml": ((TEXT,), _SAFE),
    "join": ((TEXT, LIST), TEXT),
    "match": ((TEXT, TEXT), FLAG),
    "reReplaceAll": ((TEXT, TEXT, TEXT), TEXT),
}
_COUNTED: Final = (TEXT, LIST, KV, PAIRS, ALERTS, SOME)
_COMPARED: Final = {"eq": (TEXT, NUMBER, FLAG), "ne": (TEXT, NUMBER, FLAG)} | dict.fromkeys(
    ("lt", "le", "gt", "ge"), (TEXT, NUMBER)
)
_PRINTS: Final = ("print", "println", "html", "js", "urlquery")
REGEX: Final = ("match", "reReplaceAll")
FUNCTIONS: Final = (
    *_EXACT,
    *_COMPARED,
    *_PRINTS,
    "printf",
    "stringSlice",
    "len",
    "index",
    "not",
    "and",
    "or",
)


def gives(name: str, given: Sequence[str]) -> str | None:
    """What a function gives for values of these kinds; None where it would fail, or might."""
    first, count = given[0] if given else "", len(given)
    if name in _EXACT:
        takes, kind = _EXACT[name]
        return kind if tuple(given) == takes else None
    if name in _COMPARED:
        fits = first in _COMPARED[name] and set(given) == {first}
        return FLAG if fits and (count == 2 or (name == "eq" and count > 2)) else None
    if name in _PRINTS or name == "printf":
        return TEXT if given and (first == TEXT or name in _PRINTS) else None
    if name == "stringSlice":
        return LIST if set(given) <= {TEXT} else None
    if name == "len":
        return NUMBER if count == 1 and first in _COUNTED else None
    if name == "index":
        return TEXT if tuple(given) == (KV, TEXT) else None
    if name == "not":
        return FLAG if count == 1 else None
    return (first if set(given) == {first} else ANY) if given else None


def field_of(kind: str, name: str) -> str | None:
    """The kind of a field; None where there is none. Labels may have any name."""
    return FIELDS.get(kind, {}).get(name, TEXT if kind == KV and (KV, name) not in METHODS else None)
