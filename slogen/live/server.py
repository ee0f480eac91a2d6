"""A server as it is to be asked: where, how, and with what credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

TENANT = "X-Scope-OrgID"  # by which Mimir, Cortex and Loki tell whose data is asked for
DEFAULT_TIMEOUT, DEFAULT_RETRIES = 30.0, 3


@dataclass(frozen=True, slots=True)
class OAuth2:
    """A client that gets its token from a token server, by its id and secret."""

    client_id: str
    client_secret: str = field(repr=False)
    token_url: str
    scopes: tuple[str, ...] = ()
    endpoint_params: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Tls:
    """How to trust the server, and who we are; paths of files."""

    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    server_name: str = ""
    insecure_skip_verify: bool = False
    min_version: str = ""  # TLS10 to TLS13, or what the library takes
    max_version: str = ""


@dataclass(frozen=True, slots=True)
class Http:
    """Prometheus' http_config, with secrets that were read from their files. `proxy` is None where the
    environment decides."""

    basic: tuple[str, str] | None = field(default=None, repr=False)
    authorization: str = field(default="", repr=False)
    oauth2: OAuth2 | None = None
    tls: Tls = Tls()
    proxy: str | None = field(default=None, repr=False)
    no_proxy: str = ""
    follow_redirects: bool = True
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    plain: frozenset[str] = frozenset()  # values of headers that anybody may see


@dataclass(frozen=True, slots=True)
class Server:
    """A server with Prometheus' HTTP API, and where its rules and its Alertmanager are asked for.

    Addresses have no userinfo and no slash at their end. `timeout` is for one question, in seconds; whoever
    has many asks `abreast` at a time.
    """

    url: str
    name: str = ""
    rules_url: str = ""
    alertmanager_url: str = ""
    http: Http = Http()
    timeout: float = DEFAULT_TIMEOUT
    retries: int = DEFAULT_RETRIES
    abreast: int = 1

    @property
    def shown(self) -> str:
        """How messages call it."""
        return f"{self.name} ({self.url})" if self.name else self.url


def bare(url: str) -> tuple[str, tuple[str, str] | None]:
    """An address without userinfo and a slash at its end, and the userinfo. Raises ValueError, with words
    that show nothing of it, for what is no address that queries can be added to."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address begins with http:// or https:// and a host")
    if parts.query or parts.fragment:
        raise ValueError("an address ends with its path, without `?` and `#`: slogen adds its questions")
    try:
        port = parts.port
    except ValueError:
        raise ValueError("a port is a number up to 65535") from None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    netloc = f"{host}:{port}" if port is not None else host
    path = parts.path.rstrip("/").removesuffix("/api/v1")
    user = (unquote(parts.username or ""), unquote(parts.password or "")) if "@" in parts.netloc else None
    return urlunsplit((parts.scheme, netloc, path, "", "")), user
