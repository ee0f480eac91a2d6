"""Ask a server with Prometheus' HTTP API. The only module that opens a socket.

Whatever comes that is no answer is a ServerError, whose words hold no secret, no userinfo and no query.
"""

from __future__ import annotations

import os
import ssl
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth
from urllib3.exceptions import HTTPError, InsecureRequestWarning

from slogen.live.answers import Matrix, NoAnswerError, Vector, matrix_of, vector_of
from slogen.live.deadline import within
from slogen.live.errors import Fault, ServerError
from slogen.live.reasons import reason_of, refusal
from slogen.live.redirects import followed
from slogen.live.reply import Form, Reply, is_number, options_of
from slogen.live.server import OAuth2, Server, Tls
from slogen.live.tokens import asked_of, token_of
from slogen.live.tries import tried
from slogen.live.trust import bundle_of
from slogen.live.veiling import Veil, secrets_of
from slogen.version import VERSION

MOST_BYTES: Final = 512 * 1024 * 1024  # of one answer, unpacked
_MOST_SAID: Final = 64 * 1024  # of what is no answer, of which a line is shown
_CHUNK: Final = 256 * 1024
_REDIRECTS: Final = 3
_VERSIONS: Final = dict(zip(("TLS10", "TLS11", "TLS12", "TLS13"), list(ssl.TLSVersion)[2:6], strict=True))
_FAULTS: Final = (requests.RequestException, HTTPError, OSError, ValueError)
# Thanos answers with what it has got, unless it is told to tell; VictoriaMetrics as of half a minute ago,
# unless it is to keep off its cache. Others don't know these words.
_WHOLE: Final = {"partial_response": "false", "dedup": "true", "nocache": "1"}
Answer = TypeVar("Answer", Vector, Matrix)


class _Session(requests.Session):
    """Looks at no redirect: requests would read its body, however long, and its address, however broken."""

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 - its signature
        return None


class _Tuned(HTTPAdapter):
    """Speaks TLS as it is told to, also through a proxy."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **{**options, **self._options})

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return super().proxy_manager_for(proxy, **{**options, **self._options})


class _Token(AuthBase):
    """Brings an `Authorization` header, whatever is in a netrc file."""

    def __init__(self, value: Callable[[], str]) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if value := self._value():
            request.headers["Authorization"] = value
        return request


class Client:
    """A server that answers questions, or says why not by a ServerError. Use it in a `with`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        if server.http.tls.insecure_skip_verify:  # it was asked for by its name
            warnings.simplefilter("ignore", InsecureRequestWarning)
        self._session = _session(server.http.tls)
        self._session.headers.update(server.http.headers)
        self._session.auth = self._auth()
        # Another server: it is told nothing of what is for this one.
        self._tokens = _session(replace(server.http.tls, server_name=""))
        self._token: tuple[str, float] = ("", 0.0)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()
        self._tokens.close()

    def query(self, expr: str, at: float | None = None) -> Vector:
        """What an expression gives at a Unix time, or now."""
        moment = {} if at is None else {"time": f"{at:.3f}"}
        return self._read(vector_of, "query", {"query": expr, **moment})

    def query_range(self, expr: str, start: float, end: float, step: float) -> Matrix:
        """What an expression gives from `start` to `end` (Unix times), every `step` seconds."""
        span = {"start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step:.3f}"}
        return self._read(matrix_of, "query_range", {"query": expr, **span})

    def api(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The `data` of `/api/v1/<path>` of the server that queries go to."""
        return self._data("GET", self.server.url, path, dict(params or {}))["data"]

    def alertmanager(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON of `/api/v2/<path>` of the Alertmanager. Raises ServerError, too, where none is named."""
        url = self.server.alertmanager_url
        if not url:
            message = "nobody said where its Alertmanager is: give --alertmanager-url"
            raise ServerError(Fault.UNSUPPORTED, self.server.shown, message)
        reply = self._asked("GET", f"{url}/api/v2/{path}", dict(params or {}))
        found = reply.json()
        if reply.status != HTTPStatus.OK or found is None:
            raise self.refusal(reply, base=url)
        return self._veil().words(found)

    def other(self, method: str, path: str, form: Form | None = None, base: str = "") -> Reply:
        """The reply, of whatever status, at a path below the server's address, or below that of `base`."""
        return self._asked(method, (base or self.server.url) + path, form or {})

    def refusal(self, reply: Reply, what: str = "Prometheus", base: str = "") -> ServerError:
        """Why a reply is no success, where `what` was expected; `base` is the address, if it is another."""
        raw = self._veil().text(reply.body[:_MOST_SAID].decode(errors="replace")).encode()
        kind, message = refusal(reply.status, self._veil().all(reply.json()), raw, what)
        return ServerError(kind, self.server.shown if base in ("", self.server.url) else base, message)

    def _read(self, read: Callable[[Any], Answer], path: str, form: dict[str, str]) -> Answer:
        longest = f"{max(1, int(self.server.timeout))}s"
        body = self._data("POST", self.server.url, path, {**form, "timeout": longest, **_WHOLE})
        try:
            return read(body)
        except NoAnswerError as error:
            raise ServerError(Fault.PROTOCOL, self.server.shown, self._veil().text(str(error))) from error

    def _data(self, method: str, base: str, path: str, form: dict[str, str]) -> Any:
        """The answer of Prometheus' API, which says that it is a success."""
        url = f"{base}/api/v1/{path}"
        reply = self._asked(method, url, form)
        if reply.status == HTTPStatus.METHOD_NOT_ALLOWED and method == "POST":  # a proxy that only reads
            reply = self._asked("GET", url, form)
        body = reply.json()
        if reply.status != HTTPStatus.OK or not isinstance(body, dict) or body.get("status") != "success":
            raise self.refusal(reply, base=base)
        if "data" not in body:
            raise ServerError(Fault.PROTOCOL, self.server.shown, "its answer has no data")
        return self._veil().words(body)

    def _asked(self, method: str, url: str, form: Form) -> Reply:
        """The reply, after as many tries as may help."""
        until = time.monotonic() + self.server.timeout
        return tried(lambda: self._once(method, url, form, until), until, self.server.retries)

    def _once(self, method: str, url: str, form: Form, until: float) -> Reply:
        """One try; redirects are followed on the same host alone: credentials go nowhere else."""
        for _ in range(_REDIRECTS + 1):
            reply = self._sent(method, url, form, until)
            if not 300 <= reply.status < 400 or "Location" not in reply.headers:
                return reply
            url = followed(url, reply.headers["Location"], self.server, self._veil())
        raise ServerError(Fault.PROTOCOL, self.server.shown, "it redirects in a circle")

    def _sent(self, method: str, url: str, form: Form, until: float) -> Reply:
        left = max(0.1, until - time.monotonic())
        options = {"timeout": (min(10.0, left), left), **options_of(method, form)}

        def work() -> Reply:
            with self._open(self._session, method, url, **options) as answer:
                return Reply(answer.status_code, answer.headers, self._content(answer, until))

        try:
            return within(left, work)
        except _FAULTS as error:
            kind, message = self._reason(error)
            raise ServerError(kind, self.server.shown, message) from None

    def _reason(self, error: Exception) -> tuple[Fault, str]:
        """Why there is no answer; a fault that is known already is told as it is."""
        if isinstance(error, ServerError):
            return error.kind, error.message
        return reason_of(error, self.server.timeout)

    def _open(self, session: requests.Session, method: str, url: str, **options: Any) -> requests.Response:
        tls = self.server.http.tls
        cert = (tls.cert_file, tls.key_file or tls.cert_file) if tls.cert_file else None
        return session.request(
            method,
            url,
            stream=True,
            allow_redirects=False,
            verify=self._trusted(tls),
            cert=cert,
            proxies=self._proxies(url),
            **options,
        )

    def _content(self, answer: requests.Response, until: float) -> bytes:
        """The body, however slowly it drips and however much it is, within time and memory."""
        found = bytearray()
        while chunk := answer.raw.read1(_CHUNK, decode_content=True):
            found += chunk
            if time.monotonic() > until:
                raise TimeoutError
            if len(found) > MOST_BYTES:
                most = f"its answer is above {MOST_BYTES // 1024**2} MiB"
                raise ServerError(Fault.LIMIT, self.server.shown, f"{most}: select fewer SLOs")
        wanted = answer.headers.get("Content-Length", "")
        if not found and is_number(wanted) and int(wanted) > 0:
            raise requests.ConnectionError("Connection broken: IncompleteRead")
        return bytes(found)

    def _trusted(self, tls: Tls) -> str | bool:
        """Whose certificates are trusted: those that are named, or those of the system."""
        if tls.insecure_skip_verify:
            return False
        if found := bundle_of(tls, self.server.shown):
            return found
        system = ssl.get_default_verify_paths()
        if system.cafile:
            return system.cafile
        return system.capath if system.capath and any(os.scandir(system.capath)) else True

    def _proxies(self, url: str) -> dict[str, str]:
        http = self.server.http
        if http.proxy is None:
            with suppress(ValueError):
                return dict(requests.utils.get_environ_proxies(url))
            return {}
        if not http.proxy or requests.utils.should_bypass_proxies(url, http.no_proxy or None):
            return {}
        return {"http": http.proxy, "https": http.proxy}

    def _auth(self) -> AuthBase | None:
        http = self.server.http
        if http.basic:
            return HTTPBasicAuth(*(word.encode() for word in http.basic))
        if http.oauth2 is not None:
            oauth2 = http.oauth2
            return _Token(lambda: self._oauth2(oauth2))
        return _Token(lambda: http.authorization)

    def _oauth2(self, oauth2: OAuth2) -> str:
        """The token of RFC 6749, section 4.4; the id and secret go where the token server wants them."""
        token, until = self._token
        if token and time.monotonic() < until:
            return token
        form = asked_of(oauth2)
        who = {"client_id": oauth2.client_id, "client_secret": oauth2.client_secret}
        basic = HTTPBasicAuth(oauth2.client_id.encode(), oauth2.client_secret.encode())
        for auth, more in ((basic, {}), (_Token(str), who)):
            reply = self._of_tokens(oauth2.token_url, auth, {**form, **more})
            found = token_of(reply.json()) if reply.status == HTTPStatus.OK else None
            if found:
                self._token = (f"Bearer {found[0]}", time.monotonic() + found[1])
                return self._token[0]
        where = f"the token server {urlsplit(oauth2.token_url).hostname}"
        raise ServerError(Fault.AUTH, self.server.shown, f"{where} gives no token ({reply.status})")

    def _of_tokens(self, url: str, auth: AuthBase, form: dict[str, str]) -> Reply:
        until = time.monotonic() + self.server.timeout
        options: dict[str, Any] = {"data": form, "auth": auth, "timeout": self.server.timeout}
        try:
            with self._open(self._tokens, "POST", url, **options) as answer:
                return Reply(answer.status_code, answer.headers, self._content(answer, until))
        except _FAULTS as error:
            kind, message = self._reason(error)
            where = f"the token server {urlsplit(url).hostname}"
            raise ServerError(kind, self.server.shown, f"{where}: {message}") from None

    def _veil(self) -> Veil:
        """What a server says may repeat what it was told."""
        return Veil.of((*secrets_of(self.server.http), self._token[0].removeprefix("Bearer ")))


def _session(tls: Tls) -> requests.Session:
    """A session that speaks TLS so."""
    session = _Session()
    session.trust_env = False  # a netrc file or a bundle of certificates would win over what is said
    session.headers["User-Agent"] = f"slogen/{VERSION}"
    versions = {"ssl_minimum_version": tls.min_version, "ssl_maximum_version": tls.max_version}
    options: dict[str, Any] = {key: _VERSIONS[name] for key, name in versions.items() if name}
    if tls.server_name:
        options |= {"server_hostname": tls.server_name, "assert_hostname": tls.server_name}
    session.mount("https://", _Tuned(options))
    return session
