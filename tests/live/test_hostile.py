"""Servers that answer nonsense in their headers, or never stop: a fault with its kind, and an end."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from slogen.live.client import Client
from slogen.live.errors import Fault, ServerError
from slogen.live.server import Http, OAuth2, Server

from .fake import Said, serving, vector

OK = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def repeating(first: bytes, again: bytes) -> Iterator[str]:
    """A server that says `first`, and then `again` for as long as somebody is there."""
    over = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        with suppress(OSError):
            peer, _ = server.accept()
            with peer:
                peer.sendall(first)
                for _ in range(200):  # an end for a client that would wait for ever
                    if over.wait(0.05):
                        break
                    peer.sendall(again)

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        over.set()
        server.close()
        thread.join(5)


def fault(url: str, timeout: float = 5, http: Http | None = None, retries: int = 0) -> ServerError:
    server = Server(url, http=http or Http(), timeout=timeout, retries=retries)
    with Client(server) as client, pytest.raises(ServerError) as found:
        client.query("up")
    return found.value


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (OK + b"X-Drip: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 2", b""),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    ],
    ids=["header", "continue", "silence", "chunks", "a chunk's size"],
)
def test_a_server_that_never_stops(first, again):
    with repeating(first, again) as url:
        error = fault(url, timeout=0.4)
    assert error.kind == Fault.TIMEOUT
    assert "0.4 s" in error.message


@pytest.mark.parametrize("location", ["http://[bad", "http://h:port/", "//[", "ftp://127.0.0.1/"])
def test_a_redirect_to_nowhere(location):
    with serving(lambda _: Said(302, headers={"Location": location})) as fake:
        error = fault(fake.url)
    assert error.kind == Fault.PROTOCOL
    assert "redirects to" in error.message


def test_a_location_without_a_redirect_is_not_looked_at():
    found = vector(({}, 1.0))
    with serving(lambda _: Said(200, found.body, {"Location": "http://[bad"})) as fake:
        assert Client(Server(fake.url)).query("up").samples[0].value == 1


@pytest.mark.parametrize(
    "wanted", ["\u00b2", "\u0663", "-1", "1e9", "Wed, 21 Oct 2015 07:28:00 GMT", "0" * 5000]
)
def test_a_pause_that_is_no_number(wanted):
    said = b"HTTP/1.1 429 x\r\nContent-Length: 0\r\nRetry-After: " + wanted.encode("latin-1", "ignore")
    with repeating(said + b"\r\n\r\n", b"") as url:
        assert fault(url, retries=1, timeout=0.4).kind in (Fault.LIMIT, Fault.TIMEOUT, Fault.REFUSED)


@pytest.mark.parametrize("wanted", ["\u00b2", "9" * 5000])
def test_a_length_that_is_no_number(wanted):
    said = OK + b"Content-Length: " + wanted.encode("latin-1") + b"\r\nConnection: close\r\n\r\n"
    with repeating(said + b"{}", b"") as url:
        assert fault(url, timeout=0.4).kind in (Fault.PROTOCOL, Fault.HTTP, Fault.TIMEOUT)


@pytest.mark.parametrize("lasts", ["[1]", '"soon"', "1e999", "NaN", "-5", "{}", "true"])
def test_a_token_that_lasts_for_no_number_of_seconds(lasts):
    def answers(asked):
        token = b'{"access_token": "abc", "expires_in": %s}' % lasts.encode()
        return Said(200, token) if asked.path == "/token" else vector(({}, 1))

    with serving(answers) as fake:
        oauth2 = OAuth2("slogen", "s3cr3t", fake.url + "/token")
        with Client(Server(fake.url, http=Http(oauth2=oauth2))) as client:
            assert client.query("up").samples


@pytest.mark.parametrize("token", ['"a\\nb"', '"t\u0142ken"', '{"a": 1}', "7"])
def test_a_token_that_cannot_be_sent(token):
    with serving(lambda _: Said(200, b'{"access_token": %s}' % token.encode())) as fake:
        error = fault(fake.url, http=Http(oauth2=OAuth2("slogen", "s3cr3t", fake.url + "/token")))
    assert error.kind == Fault.AUTH
    assert "the token server 127.0.0.1 gives no token" in error.message


def test_a_token_server_that_is_not_there():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving(lambda _: vector(({}, 1))) as fake:
        error = fault(fake.url, http=Http(oauth2=OAuth2("slogen", "s", f"http://127.0.0.1:{port}/t")))
    assert error.message == "the token server 127.0.0.1: nothing listens there"


@pytest.mark.parametrize("http", [Http(headers={"X": "\u0142"}), Http(authorization="Bearer a\nb")])
def test_a_header_that_cannot_be_sent(http):
    with serving(lambda _: vector(({}, 1))) as fake:
        error = fault(fake.url, http=http)
    assert error.kind == Fault.PROTOCOL
    assert "can't be sent" in error.message


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_bundle_of_certificates_that_is_not_there(monkeypatch, name):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv(name, "/nope")
    error = fault("https://127.0.0.1:1")
    assert error.kind == Fault.TLS
    assert error.message == f"{name} names no file or folder that can be read"


def test_a_socks_proxy_without_what_speaks_it(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "socks", None)
    error = fault("http://prom.example")
    assert error.kind == Fault.PROXY
    assert "PySocks" in error.message
