"""A server on loopback that answers as it is told, also wrongly."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Asked:
    """A request as it came: `form` has what stands in the query and in the body."""

    method: str
    path: str
    form: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Said:
    """An answer. `drip` sends a byte at a time, for as long as somebody reads; `cut` ends it half-way."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: bool = False
    cut: bool = False


Answers = Callable[[Asked], Said]


def success(data: Any, **more: Any) -> Said:
    """What Prometheus says when all is well."""
    body = json.dumps({"status": "success", "data": data, **more}).encode()
    return Said(200, body, {"Content-Type": "application/json"})


def vector(*samples: tuple[Mapping[str, str], float], at: float = 1000.0, **more: Any) -> Said:
    """An instant vector."""
    result = [{"metric": dict(labels), "value": [at, str(value)]} for labels, value in samples]
    return success({"resultType": "vector", "result": result}, **more)


def failure(status: int, error: str, kind: str = "bad_data") -> Said:
    """What Prometheus says when it refuses."""
    return Said(status, json.dumps({"status": "error", "errorType": kind, "error": error}).encode())


@dataclass
class Fake:
    """A running server; `asked` has all requests so far."""

    url: str
    asked: list[Asked]


@contextmanager
def serving(answers: Answers) -> Iterator[Fake]:
    """Serve these answers."""
    asked: list[Asked] = []
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each body waits 40 ms for its headers to be acknowledged

        def log_message(self, *_: Any) -> None:
            pass

        def answer(self) -> None:
            path, _, query = self.path.partition("?")
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            fields = dict(parse_qsl(query) + parse_qsl(body.decode(errors="replace")))
            request = Asked(self.command, path, fields, dict(self.headers), body)
            asked.append(request)
            self._say(answers(request))

        def _say(self, said: Said) -> None:
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            promised = 10**6 if said.drip else len(said.body) * (2 if said.cut else 1)
            self.send_header("Content-Length", str(promised))
            self.end_headers()
            if said.drip:
                while not over.wait(0.05):
                    self.wfile.write(b" ")
                    self.wfile.flush()
            self.wfile.write(said.body)
            if said.cut:
                self.wfile.flush()
                self.close_connection = True

        do_GET = do_POST = do_PUT = answer  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True, kwargs={"poll_interval": 0.02}).start()
    try:
        yield Fake(f"http://127.0.0.1:{server.server_address[1]}", asked)
    finally:
        over.set()
        server.shutdown()
        server.server_close()
