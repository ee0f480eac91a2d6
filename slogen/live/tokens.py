"""What is asked of a token server of OAuth 2, and what it answers (RFC 6749, section 4.4)."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

from slogen.live.server import OAuth2

_EARLY: Final = 10.0  # seconds before its end that a token is asked for anew
_LASTS: Final = 60.0  # seconds, where nobody says


def asked_of(oauth2: OAuth2) -> dict[str, str]:
    """The form, without the id and secret: they go where the token server wants them."""
    scope = {"scope": " ".join(oauth2.scopes)} if oauth2.scopes else {}
    return {"grant_type": "client_credentials", **oauth2.endpoint_params, **scope}


def token_of(found: Any) -> tuple[str, float] | None:
    """The token and for how many seconds to use it; None where there is none that can be sent."""
    token = found.get("access_token") if isinstance(found, dict) else None
    if not isinstance(token, str) or not is_sendable(token):
        return None
    try:
        lasts = float(found.get("expires_in") or _LASTS)
    except (TypeError, ValueError, OverflowError):
        lasts = _LASTS
    return token, (lasts if isfinite(lasts) else _LASTS) - _EARLY


def is_sendable(value: str) -> bool:
    """Whether a header can have this value: one line of Latin letters, and no control characters."""
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return bool(value) and value.isprintable()
