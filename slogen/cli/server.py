"""Options of commands that ask a server, and the server that they mean."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from slogen.cli.boundary import ExitCode
from slogen.cli.complete import servers
from slogen.cli.console import show
from slogen.cli.gathered import gathered
from slogen.cli.times import duration
from slogen.diagnostics import CallError, did_you_mean, has_errors
from slogen.live.client import Client
from slogen.live.errors import ServerError
from slogen.live.http_config import read_http_config
from slogen.live.server import DEFAULT_RETRIES, TENANT, Http, Server, bare
from slogen.live.tokens import is_sendable
from slogen.reading import read_regular
from slogen.settings import FILE_NAME, ServerSettings, Settings

F = TypeVar("F", bound=Callable[..., Any])
URL_VARIABLE: Final = "SLOGEN_PROMETHEUS_URL"
_MOST = 64 * 1024


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What the command line says about the server."""

    url: str | None
    server: str | None
    rules_url: str | None
    alertmanager_url: str | None
    http_config: Path | None
    headers: tuple[str, ...]
    timeout: str
    retries: int

    def client(self, settings: Settings, base: Path, abreast: int = 1) -> Client:
        """The server that is meant: that of the options, else of the environment, else of slogen.yaml, which
        lies in `base`. Many questions are asked `abreast` at a time. Raises CallError where none is meant, or
        what is said of it can't be."""
        return Client(replace(_server(self, settings, base), abreast=abreast))


FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_OPTIONS: Final = (
    click.option("--url", metavar="URL", help=f"The server; or {URL_VARIABLE}, or prometheus.url."),
    click.option(
        "--server", metavar="NAME", shell_complete=servers, help="A server of slogen.yaml, by its name."
    ),
    click.option("--rules-url", metavar="URL", help="Where rules are evaluated, if elsewhere."),
    click.option("--alertmanager-url", metavar="URL", help="Its Alertmanager."),
    click.option(
        "--http-config", type=FILE, metavar="FILE", help="Prometheus' http_config: credentials, TLS, proxy."
    ),
    click.option(
        "--header",
        "headers",
        multiple=True,
        metavar="'NAME: VALUE'",
        help="Send it, too; VALUE may be @file:PATH or @env:NAME.",
    ),
    click.option("--timeout", default="30s", metavar="TIME", help="For one answer."),
    click.option(
        "--retries",
        type=click.IntRange(0, 10),
        default=DEFAULT_RETRIES,
        metavar="N",
        help="Tries after the first.",
    ),
)


_gathered = gathered("server", ServerOptions, _OPTIONS)


def server_options(command: F) -> F:
    """`--url` and all that is about the server, as one argument `server` of ServerOptions. With
    `--format json` a server that can't be asked is told as JSON, too."""

    @wraps(command)
    def run(*args: Any, **given: Any) -> Any:
        with telling_errors(given.get("format_")):
            return command(*args, **given)

    wrapped: Any = _gathered(run)
    found: F = wrapped
    return found


@contextmanager
def telling_errors(format_: str | None) -> Iterator[None]:
    """With the format `json` a server that can't be asked is told as JSON, too."""
    try:
        yield
    except ServerError as error:
        if format_ == "json":
            said = {"kind": str(error.kind), "server": error.server, "message": error.message}
            click.echo(json.dumps({"error": said}, indent=2, ensure_ascii=False))
        raise


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """What the command line says of how to ask any server."""

    http_config: Path | None
    headers: tuple[str, ...]
    timeout: str
    retries: int

    def server(self, what: str, address: str, known: Http | None = None) -> Server:
        """The server at an address, which messages call `what`; `known` is who we are, unless the options
        or the address say so. Raises CallError for what is no address."""
        url, user = _bare(what, address)
        http = _http(self.http_config) if self.http_config else known or Http()
        http = replace(http, headers={**http.headers, **_headers(self.headers)})
        if user and not http.basic:
            http = replace(http, basic=user)
        return Server(url, http=http, timeout=duration(self.timeout), retries=self.retries)


http_options = gathered("http", HttpOptions, _OPTIONS[4:])


def _server(options: ServerOptions, settings: Settings, base: Path) -> Server:
    said = _named(options.server, settings)
    own = options.url or (None if options.server else os.environ.get(URL_VARIABLE)) or said.url
    if not own:
        raise CallError(
            f"no server is named: give --url, set {URL_VARIABLE}, or prometheus.url in {FILE_NAME}"
        )
    url, user = _bare("--url", own)
    same = url == _bare(FILE_NAME, said.url)[0] if said.url else False
    said = said if same or not said.url else ServerSettings()  # what is said of another server isn't of this
    rules = _companion("--rules-url", options.rules_url or said.rules_url, user)
    alertmanager = _companion("--alertmanager-url", options.alertmanager_url or said.alertmanager_url, user)
    path = options.http_config or (base / said.http_config if said.http_config else None)
    http = _http(path) if path else Http()
    tenant = {TENANT: said.tenant} if said.tenant else {}
    headers = {**http.headers, **tenant, **_headers(options.headers)}
    http = replace(http, headers=headers, plain=http.plain | {*tenant.values()})
    if user and not http.basic:
        http = replace(http, basic=user)
    return Server(
        url, options.server or "", rules, alertmanager, http, duration(options.timeout), options.retries
    )


def _named(name: str | None, settings: Settings) -> ServerSettings:
    if name is not None and name not in settings.servers:
        known = sorted(filter(None, settings.servers))
        near = did_you_mean(name, known) or (f"it has {', '.join(known)}" if known else "it has none")
        raise CallError(f"{FILE_NAME} has no server `{name}`; {near}")
    return settings.servers.get(name or "", ServerSettings())


def _bare(what: str, url: str) -> tuple[str, tuple[str, str] | None]:
    try:
        return bare(url) if url else ("", None)
    except ValueError as error:
        raise CallError(f"{what}: {error}") from None


def _companion(what: str, url: str, user: tuple[str, str] | None) -> str:
    """An address that is asked with the same credentials as the server itself."""
    found, own = _bare(what, url)
    if own and own != user:
        message = "it is asked with the user and password of --url, or --http-config: leave its own out"
        raise CallError(f"{what}: {message}")
    return found


def _http(path: Path) -> Http:
    http, problems = read_http_config(path)
    if has_errors(problems):
        show(problems, err=True)
        raise click.exceptions.Exit(ExitCode.USAGE)
    return http


def _headers(given: tuple[str, ...]) -> Mapping[str, str]:
    found = {}
    for text in given:
        name, is_split, value = (part.strip() for part in text.partition(":"))
        if not is_split or not name or not value:
            raise CallError("--header is 'NAME: VALUE'")
        found[name] = _value(name, value)
    return found


def _value(name: str, value: str) -> str:
    """The value of a header, wherever it stands; it is shown nowhere."""
    where, _, what = value.partition(":")
    if where == "@env":
        if what not in os.environ:
            raise CallError(f"--header {name}: the environment has no `{what}`")
        value = os.environ[what]
    elif where == "@file":
        try:
            value = read_regular(Path(what), _MOST).decode().strip()
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise CallError(f"--header {name}: `{what}` can't be read: {why}") from None
    if not is_sendable(value):
        raise CallError(f"--header {name}: a value is on one line, of letters that Latin-1 has")
    return value
