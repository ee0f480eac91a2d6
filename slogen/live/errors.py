"""A server that could not be asked: never taken for one that says all is well."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """What kept a server from answering. A contract: JSON has it as `kind`."""

    DNS = "dns"
    REFUSED = "refused"
    TLS = "tls"
    PROXY = "proxy"
    AUTH = "auth"
    TIMEOUT = "timeout"
    HTTP = "http"
    LIMIT = "limit"
    QUERY = "query"
    PROTOCOL = "protocol"
    UNSUPPORTED = "unsupported"


class ServerError(ConnectionError):
    """Why there is no answer. `server` is its address without anything secret."""

    def __init__(self, kind: Fault, server: str, message: str) -> None:
        super().__init__(f"{server}: {message}")
        self.kind = kind
        self.server = server
        self.message = message
