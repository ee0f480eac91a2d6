"""Serves the raw series of a fleet on loopback: counters that grow with the clock, the same at every path.

python exporter.py PORT SERVICES SLOS
"""

from __future__ import annotations

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RATE, ERRORS = 20, 0.0005


def page(service: int, slos: int, seconds: float) -> bytes:
    """The series of one service: for each SLO three codes, of which one is an error."""
    total = int(RATE * seconds)
    lines = ["# TYPE http_requests_total counter"]
    for slo in range(slos):
        counts = {"200": total, "404": total // 50, "500": int((total + slo + service) * ERRORS)}
        for code, count in counts.items():
            lines.append(f'http_requests_total{{route="/v1/{slo}",code="{code}"}} {count}')
    return "\n".join([*lines, ""]).encode()


class Handler(BaseHTTPRequestHandler):
    """GET /<number of a service>."""

    slos = 0
    started = time.time()

    def do_GET(self) -> None:
        body = page(int(self.path.strip("/")), self.slos, time.time() - self.started + 1000)
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    Handler.slos = int(sys.argv[2])
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
