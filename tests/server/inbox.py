"""Who gets messages in a test: an HTTP server that keeps requests, and a mail server that keeps mails."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .processes import wait_for

# Slack, PagerDuty and Telegram each find here what they look for.
ANSWER = json.dumps(
    {
        "status": "success",
        "ok": True,
        "result": {"message_id": 1, "date": 0, "chat": {"id": -1, "type": "group"}},
    }
).encode()


@dataclass(frozen=True)
class Message:
    """A request that came in: when (unix), to which path, and its JSON."""

    time: float
    path: str
    body: Any


@dataclass
class Inbox:
    """Listens on loopback while it is open."""

    messages: list[Message] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)

    def __post_init__(self) -> None:
        inbox = self

        class Keep(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                inbox.messages.append(Message(time.time(), self.path.strip("/"), json.loads(raw)))
                answer = ANSWER
                self.send_response(202 if self.path.startswith("/pagerduty") else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        class Mail(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 inbox\r\n")
                while line := self.rfile.readline():
                    verb = line[:4].upper()
                    if verb == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        raw = b"".join(iter(self.rfile.readline, b".\r\n"))
                        inbox.mails.append(message_from_bytes(raw, policy=policy.default))
                    self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
                    if verb == b"QUIT":
                        return

        class Letters(ThreadingHTTPServer):
            request_queue_size = 128  # all come at once, and who finds no place tries again after seconds

        self._servers: list[ThreadingHTTPServer | socketserver.ThreadingTCPServer] = [
            Letters(("127.0.0.1", 0), Keep),
            socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail),
        ]
        for server in self._servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """Of the HTTP server."""
        return int(self._servers[0].server_address[1])

    @property
    def mail_port(self) -> int:
        """Of the mail server."""
        return int(self._servers[1].server_address[1])

    def close(self) -> None:
        """Listen no more."""
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def settle(self, seconds: float, but: str = "") -> None:
        """Wait until nothing came for so many seconds, except to the path `but`. Raises AssertionError."""
        began = time.time()

        def is_quiet() -> bool:
            last = max((each.time for each in list(self.messages) if each.path != but), default=began)
            return time.time() - max(last, began) > seconds

        wait_for("the end of the messages", is_quiet, 20 * seconds)

    def to(self, path: str) -> list[Message]:
        """What came to a path, in order."""
        return [message for message in list(self.messages) if message.path == path]
