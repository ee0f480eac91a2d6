"""What a server says may repeat what it was told: no secret of ours is shown, in any form."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final
from urllib.parse import quote, quote_plus, urlsplit

from slogen.live.server import Http
from slogen.veil import HIDDEN

_SHORTEST: Final = 4  # characters: what is shorter stands in any text
_WORD: Final = 6  # characters of a word of a header about who we are
_WHO: Final = ("authorization", "proxy-authorization", "cookie")
# Names and labels are data, which a short password must not change; these are words.
_WORDS: Final = {"error", "message", "warnings", "infos", "lastError", "version", "application", "revision"}
_LABELS: Final = {"labels", "metric", "annotations", "discoveredLabels", "result"}


@dataclass(frozen=True, slots=True)
class Veil:
    """Hides these secrets, whole, from whatever a server says. Hide first, cut then."""

    _secrets: re.Pattern[str] | None = field(repr=False)

    @classmethod
    def of(cls, secrets: Iterable[str]) -> Veil:
        """Hide these, however they are written: as they are, or as an address, JSON or HTML has them."""
        forms = {form for secret in secrets for form in _forms(secret) if len(form) >= _SHORTEST}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        return cls(re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if forms else None)

    def text(self, text: str) -> str:
        """The text without them."""
        return self._secrets.sub(HIDDEN, text) if self._secrets else text

    def all(self, found: Any) -> Any:
        """Whatever JSON can hold, with all of its texts without them."""
        if isinstance(found, str):
            return self.text(found)
        if isinstance(found, list):
            return [self.all(each) for each in found]
        if isinstance(found, dict):
            return {self.text(name): self.all(value) for name, value in found.items()}
        return found

    def words(self, found: Any) -> Any:
        """An answer with its words without them: warnings, errors, versions. Its data stays as it is."""
        if isinstance(found, list):
            return [self.words(each) for each in found] if self._secrets else found
        if not isinstance(found, dict) or not self._secrets:
            return found
        return {name: self._word(name, value) for name, value in found.items()}

    def _word(self, name: str, value: Any) -> Any:
        if name in _LABELS:
            return value
        return self.all(value) if name in _WORDS else self.words(value)


def secrets_of(http: Http) -> Iterator[str]:
    """What must never be shown of how a server is asked, whoever says it."""
    if http.basic:
        yield from _pair(*http.basic)
    if " " in http.authorization:
        yield from _of_header("authorization", http.authorization)
    for name, value in http.headers.items():
        if value not in http.plain:
            yield from (each for each in _of_header(name, value) if each not in http.plain)
    if http.oauth2:
        yield from _pair(http.oauth2.client_id, http.oauth2.client_secret)
        yield from http.oauth2.endpoint_params.values()
    if http.proxy:
        parts = urlsplit(http.proxy)
        yield from _pair(parts.username or "", parts.password or "")


def _pair(user: str, password: str) -> Iterator[str]:
    """A password, and what is sent of it and of its user."""
    if password:
        both = f"{user}:{password}"
        yield from (password, both, base64.b64encode(both.encode()).decode())


def _of_header(name: str, value: str) -> Iterator[str]:
    """A header's value, each of its values, and each word of one that says who we are."""
    yield value
    yield from value.split(", ")
    if name.lower() not in _WHO:
        return
    scheme, _, rest = value.partition(" ")
    words = value if name.lower() == "cookie" else rest or scheme  # "Bearer" is no secret
    yield from (word for word in re.split(r"[\s;,=]+", words) if len(word) >= _WORD)
    if scheme.lower() == "basic":
        yield from (rest, *_decoded(rest))


def _decoded(word: str) -> Iterator[str]:
    try:
        both = base64.b64decode(word).decode()
    except (binascii.Error, ValueError):
        return
    yield from (both, both.partition(":")[2])


def _forms(secret: str) -> Iterator[str]:
    yield from (secret, quote(secret, safe=""), quote(secret), quote_plus(secret), escape(secret))
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
