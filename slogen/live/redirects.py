"""Where a server sends us on to, and whether we go: on the same host alone, for the credentials' sake."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from slogen.live.errors import Fault, ServerError
from slogen.live.server import Server
from slogen.live.veiling import Veil


def followed(url: str, location: str, server: Server, veil: Veil) -> str:
    """The address to ask instead of `url`, without its query. Raises ServerError where we don't go there."""
    try:
        target = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(target)
        is_near = here.hostname == there.hostname and there.port != 0
    except ValueError:
        raise ServerError(Fault.PROTOCOL, server.shown, "it redirects to what is no address") from None
    if there.scheme not in ("http", "https") or not is_near or not server.http.follow_redirects:
        where = veil.text(f"{there.scheme}://{there.hostname or ''}")
        message = f"it redirects to {where}: a page to sign in at, or the address has moved"
        raise ServerError(Fault.PROTOCOL, server.shown, message)
    if here.scheme == "https" != there.scheme:
        message = "it redirects from https to http, where credentials could be read"
        raise ServerError(Fault.TLS, server.shown, message)
    return target.partition("?")[0]
