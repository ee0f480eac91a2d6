"""What kept a server from answering, in words that a person can act on and that hold no secret."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from typing import Any, Final

from slogen.live.errors import Fault
from slogen.live.server import TENANT

_LONGEST = 300  # characters of what a server says
_HTML: Final = re.compile(rb"\s*<(?:!doctype|html|\?xml)", re.IGNORECASE)
_SELF_SIGNED = ("self-signed", "self signed", "unable to get local issuer")
_LIMITS = ("too many samples", "exceeded", "limit", "too large")
_SENDABLE: Final = "its value is one line, of letters that Latin-1 has"
_HINT_CA = "name its CA in tls_config.ca_file of --http-config"
_OURS = "a certificate of ours: tls_config.cert_file and key_file of --http-config"
_NO_TENANT: Final = "no org id"  # says Mimir, and Cortex
_TENANT: Final = f"401, whose data? Say `tenant` in slogen.yaml, or --header '{TENANT}: TENANT'"
_BY_STATUS: Final = {
    401: (Fault.AUTH, "401, it wants credentials, or other ones: see --http-config"),
    403: (Fault.AUTH, "403, the credentials may not read here"),
    404: (Fault.PROTOCOL, "404, there is no Prometheus API: is a prefix of the path missing?"),
    429: (Fault.LIMIT, "429, it was asked too often"),
}


def reason_of(error: BaseException, timeout: float) -> tuple[Fault, str]:
    """The kind and the words of what was raised while a server was asked; `timeout` in seconds."""
    chain = list(_chain(error))
    names = {type(each).__name__ for each in chain}
    words = " ".join(str(each) for each in chain)
    if "SOCKS" in words and "ependenc" in words:
        return Fault.PROXY, "a SOCKS proxy needs PySocks, which isn't installed: pip install pysocks"
    if names & {"InvalidHeader", "UnicodeEncodeError"} or "Invalid header" in words:
        return Fault.PROTOCOL, f"a header or a token can't be sent: {_SENDABLE}"
    if "ProxyError" in names:
        return Fault.PROXY, "the proxy can't be used"
    if names & {"NameResolutionError", "gaierror"}:
        return Fault.DNS, "its name is not known (DNS)"
    if names & {"SSLError", "SSLCertVerificationError", "SSLEOFError"} or "PEM lib" in words:
        return Fault.TLS, _tls(words)
    if names & {"ConnectTimeout", "ReadTimeout", "ReadTimeoutError", "TimeoutError", "ConnectTimeoutError"}:
        return Fault.TIMEOUT, f"no answer within {timeout:g} s (--timeout)"
    if "ConnectionRefusedError" in names:
        return Fault.REFUSED, "nothing listens there"
    if "IncompleteRead" in words or names & {"DecodeError", "ContentDecodingError", "ProtocolError"}:
        return Fault.HTTP, "its answer ended early, or can't be unpacked"
    if isinstance(error, OSError) and error.errno == errno.ENOENT:
        return Fault.TLS, "a file of tls_config isn't there"
    if names & {"InvalidURL", "InvalidProxyURL", "LocationParseError", "UnicodeError", "InvalidSchema"}:
        return Fault.PROTOCOL, "its address, or that of its proxy, is none that can be asked"
    return Fault.REFUSED, "the connection failed"


def _tls(words: str) -> str:
    lower = words.lower().replace("_", " ")
    if any(text in lower for text in _SELF_SIGNED):
        return f"its certificate is signed by nobody who is trusted; {_HINT_CA}"
    if "expired" in lower:
        return "its certificate has expired"
    if "hostname mismatch" in lower or "doesn't match" in lower or "not valid for" in lower:
        return "its certificate is for another name; see tls_config.server_name of --http-config"
    if "certificate required" in lower or "handshake failure" in lower or "bad certificate" in lower:
        return f"it wants {_OURS}"
    if "eof occurred" in lower:
        return f"it broke off; it may want {_OURS}"
    if "wrong version number" in lower or "record layer" in lower or "http request" in lower:
        return "it speaks no TLS there: is it http:// ?"
    if "pem lib" in lower or "no start line" in lower:
        return "a file of tls_config holds no certificate or key"
    return "no secure connection could be made (TLS)"


def refusal(status: int, body: Any, raw: bytes, api: str = "Prometheus") -> tuple[Fault, str]:
    """The kind and the words of an answer that is no success, where this API was expected; `body` and `raw`
    hold no secret any more, for they are cut here."""
    said = _said(body)
    if status == 200:
        what = "HTML, a page for people" if _HTML.match(raw) else f"no answer of the API of {api}"
        return Fault.PROTOCOL, f"what came is {said or what}: is this the address of a {api}?"
    plain = "" if said or _HTML.match(raw) else " ".join(raw.decode(errors="replace").split())[:_LONGEST]
    if status == 401 and _NO_TENANT in (said or plain):
        return Fault.AUTH, _TENANT
    if status in _BY_STATUS:
        kind, message = _BY_STATUS[status]
        message = message.replace("Prometheus", api)
        return kind, f"{message} ({said})" if said else message
    if status in (400, 422) and any(word in said for word in _LIMITS):
        return Fault.LIMIT, f"the question is too large for it: {said}"
    if status in (400, 422):
        return Fault.QUERY, f"it refused the question: {said or plain or status}"
    if status == 503 and isinstance(body, dict) and body.get("errorType") in ("timeout", "canceled"):
        return Fault.TIMEOUT, f"it gave up on the question: {said}"
    words = said or plain
    return Fault.HTTP, f"it answers {status}{': ' + words if words else ''}"


def _said(body: Any) -> str:
    """The server's own words."""
    text = body.get("error") or body.get("message") if isinstance(body, dict) else ""
    return " ".join(str(text or "").split())[:_LONGEST]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception, and what it came of: as a cause, or as what it was made of."""
    seen = set[int]()
    todo = [error]
    while todo:
        each = todo.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        reason = getattr(each, "reason", None)
        parts = [part for part in (*each.args, reason) if isinstance(part, BaseException)]
        todo += [each.__cause__, each.__context__, *parts]
