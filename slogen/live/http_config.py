"""The file of Prometheus' own http_config, which promtool takes as --http.config.file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from slogen.diagnostics import Problem, Severity, Span, has_errors
from slogen.live.server import Http, OAuth2, Tls
from slogen.live.tokens import is_sendable
from slogen.load.document import Document
from slogen.load.document import Path as Place
from slogen.load.reader import MAX_BYTES, read
from slogen.reading import read_regular, why_unreadable
from slogen.shape.schema import check_as
from slogen.validate.secrets import without_lines

CODE: Final = "http-config"
_AUTHORIZATIONS: Final = ("basic_auth", "authorization", "bearer_token", "bearer_token_file", "oauth2")

_RESERVED: Final = re.compile(
    "authorization|host|content-(encoding|length|type)|user-agent|connection|keep-alive"
    "|proxy-authenticate|proxy-authorization|www-authenticate|accept-encoding"
    "|x-prometheus-remote-(write|read)-version|x-prometheus-scrape-timeout-seconds"
    "|x-amz-(date|security-token|content-sha256)",
    re.IGNORECASE,
)
_INSTEAD: Final = "leave it out; who we are is told by `basic_auth`, `authorization` or `oauth2`"


def read_http_config(path: Path) -> tuple[Http, list[Problem]]:
    """How to connect, with secrets read from the files that it names (relative to it), and what is wrong; no
    line of it is shown. Never raises."""
    try:
        text = read_regular(path, MAX_BYTES)
    except (OSError, ValueError) as error:
        why = why_unreadable(path, error) if isinstance(error, OSError) else "no path can be so"
        return Http(), [Problem("unreadable-file", f"cannot read this file: {why}", Span(str(path)))]
    documents, problems = read(str(path), text)
    for document in documents[:1]:
        problems += check_as(document, "http-config")
    for document in documents[1:]:
        message = "an http_config is one document"
        problems.append(Problem(CODE, message, document.span(()), "write one file for each server"))
    if has_errors(problems) or not documents:
        return Http(), without_lines(problems)
    reader = _Reader(documents[0], path.parent)
    http = reader.http()
    return http, without_lines([*problems, *reader.problems])


@dataclass
class _Reader:
    """Reads the secrets that a document names, and keeps what is wrong with them."""

    document: Document
    folder: Path
    problems: list[Problem] = field(default_factory=list)

    def http(self) -> Http:
        """All of it."""
        data = self.document.data
        self._one_of(data, (), _AUTHORIZATIONS)
        for name in ("basic_auth", "authorization", "oauth2"):
            inner = data.get(name, {})
            for plain in ("username", "password", "credentials", "client_secret"):
                self._one_of(inner, (name,), (plain, f"{plain}_file"))
        proxy = data.get("proxy_url") or None
        if proxy is None and data.get("proxy_from_environment") is False:
            proxy = ""
        return Http(
            self._basic(data.get("basic_auth")),
            self._authorization(data),
            self._oauth2(data.get("oauth2")),
            self._tls(data.get("tls_config", {})),
            proxy,
            data.get("no_proxy", ""),
            data.get("follow_redirects", True),
            dict(self._headers(data.get("http_headers", {}))),
            frozenset(_plain(data.get("http_headers", {}))),
        )

    def _one_of(self, inner: Mapping[str, Any], at: Place, names: tuple[str, ...]) -> None:
        there = [name for name in names if name in inner]
        for name in there[1:]:
            message = f"`{there[0]}` and `{name}` both say who we are"
            self._wrong((*at, name), message, f"keep one of {', '.join(f'`{n}`' for n in names)}")

    def _wrong(self, at: Place, message: str, hint: str) -> None:
        self.problems.append(Problem(CODE, message, self.document.span(at), hint, Severity.ERROR))

    def _secret(self, inner: Mapping[str, Any], at: Place, name: str) -> str:
        """A value that is written there, or in the file that is named there."""
        if name in inner:
            return self._text(inner[name], (*at, name))
        where = f"{name}_file"
        return self._content(inner[where], (*at, where)) if where in inner else ""

    def _text(self, value: str | int, at: Place) -> str:
        """A value as it is written: a password of digits keeps its zeros."""
        if isinstance(value, str):
            return value
        span = self.document.span(at)
        return span.text[span.column - 1 : span.end_column - 1]

    def _content(self, named: str, at: Place) -> str:
        try:
            text = read_regular(self.folder / named, MAX_BYTES).decode().strip()
        except (OSError, ValueError) as error:
            why = (
                why_unreadable(self.folder / named, error) if isinstance(error, OSError) else "it is no text"
            )
            self._wrong(at, f"the file named in `{at[-1]}` can't be read: {why}", "name one that can")
            return ""
        if not text or not text.isprintable():
            self._wrong(at, f"the file named in `{at[-1]}` holds no value on one line", "write it there")
            return ""
        return text

    def _basic(self, found: Mapping[str, Any] | None) -> tuple[str, str] | None:
        if found is None:
            return None
        at: Place = ("basic_auth",)
        if "username" not in found and "username_file" not in found:
            self._wrong(at, "`basic_auth` has no `username`", "name the user")
        return self._secret(found, at, "username"), self._secret(found, at, "password")

    def _authorization(self, data: Mapping[str, Any]) -> str:
        if "authorization" in data:
            found = data["authorization"]
            kind, value = found.get("type", "Bearer"), self._secret(found, ("authorization",), "credentials")
            if kind.lower() == "basic":
                self._wrong(
                    ("authorization", "type"), "a user and a password go elsewhere", "use `basic_auth`"
                )
            self._sendable(value, ("authorization",))
            return f"{kind} {value}".strip()
        token = self._secret(data, (), "bearer_token")
        self._sendable(token, ("bearer_token",))
        return f"Bearer {token}" if token else ""

    def _oauth2(self, found: Mapping[str, Any] | None) -> OAuth2 | None:
        if found is None:
            return None
        return OAuth2(
            found["client_id"],
            self._secret(found, ("oauth2",), "client_secret"),
            found["token_url"],
            tuple(found.get("scopes", ())),
            found.get("endpoint_params", {}),
        )

    def _tls(self, found: Mapping[str, Any]) -> Tls:
        at: Place = ("tls_config",)
        files = {n: str(self.folder / found[n]) for n in ("ca_file", "cert_file", "key_file") if n in found}
        for name, path in files.items():
            try:
                read_regular(Path(path), MAX_BYTES)
            except OSError as error:
                why = why_unreadable(Path(path), error)
                self._wrong(
                    (*at, name), f"the file named in `{name}` can't be read: {why}", "name one that can"
                )
        if "key_file" in files and "cert_file" not in files:
            self._wrong((*at, "key_file"), "a key is of no use without its certificate", "name `cert_file`")
        skips = found.get("insecure_skip_verify", False)
        oldest, newest = found.get("min_version", ""), found.get("max_version", "")
        if oldest and newest and oldest > newest:
            self._wrong((*at, "max_version"), f"no version is from {oldest} to {newest}", "swap them")
        return Tls(
            **files,
            server_name=found.get("server_name", ""),
            insecure_skip_verify=skips,
            min_version=oldest,
            max_version=newest,
        )

    def _sendable(self, value: str, at: Place) -> None:
        if value and not is_sendable(value):
            self._wrong(at, "a header's value is on one line, of letters that Latin-1 has", "write it so")

    def _headers(self, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for name, given in found.items():
            at: Place = ("http_headers", name)
            files = [self._content(path, (*at, "files", n)) for n, path in enumerate(given.get("files", ()))]
            values = [*given.get("values", ()), *given.get("secrets", ()), *files]
            for value in values:
                self._sendable(value, at)
            if _RESERVED.fullmatch(name):
                self._wrong(at, f"`{name}` can't be set by `http_headers`, nor in Prometheus", _INSTEAD)
            yield name, ", ".join(values)


def _plain(headers: Mapping[str, Any]) -> Iterator[str]:
    """The values of headers that anybody may see."""
    for given in headers.values():
        values = given.get("values", ())
        yield from values
        if not given.get("secrets") and not given.get("files"):
            yield ", ".join(values)
