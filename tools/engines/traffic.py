"""A service on loopback whose traffic swings, fails and recovers by the clock; what it counted is the truth.

Over 20 minutes the traffic goes from 2,000 to 18,000 requests a second and back, at a constant share of
errors: a rule that puts two moments together reads more or fewer than there are. Later half of all requests
fail for a while.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

MEAN, SWING, PERIOD = 10_000.0, 8_000.0, 1200.0  # so many that whole events are no error
HEALTHY, OUTAGE = 0.0005, 0.5
STEP: Final = 1.0


@dataclass(frozen=True)
class Plan:
    """Seconds from the start: an outage begins and ends."""

    outage: float
    recovery: float

    def share(self, at: float) -> float:
        """The share of requests that fail."""
        return OUTAGE if self.outage <= at < self.recovery else HEALTHY

    def rate(self, at: float) -> float:
        """Requests a second."""
        return MEAN + SWING * math.sin(2 * math.pi * at / PERIOD)


class Service:
    """Counts second by second, on a thread of its own, and shows the counts at /metrics."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.total = self.bad = 0.0
        self.start = time.time()
        self.history: list[tuple[float, float, float]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        for work in (self._server.serve_forever, self._count):
            threading.Thread(target=work, daemon=True).start()

    def ratio(self, end: float, window: float) -> float:
        """The true share of failed requests of `window` seconds up to the clock's `end`."""
        (_, total, bad), (_, before, bad_before) = self._at(end), self._at(end - window)
        return (bad - bad_before) / (total - before) if total > before else 0.0

    def _at(self, clock: float) -> tuple[float, float, float]:
        known = [each for each in self.history if each[0] <= clock]
        return known[-1] if known else (clock, 0.0, 0.0)

    def _count(self) -> None:
        counted = 0.0
        while True:
            passed = time.time() - self.start
            while counted + STEP <= passed:
                counted += STEP
                events = self.plan.rate(counted)
                self.total += events
                self.bad += events * self.plan.share(counted)
                self.history.append((self.start + counted, self.total, self.bad))
            time.sleep(0.2)

    def _text(self) -> str:
        total, bad = int(self.total), int(self.bad)
        slow = int(self.bad)
        lines = [
            "# TYPE http_requests_total counter",
            f'http_requests_total{{code="200"}} {total - bad}',
            f'http_requests_total{{code="500"}} {bad}',
            "# TYPE http_request_duration_seconds histogram",
            f'http_request_duration_seconds_bucket{{le="0.3"}} {total - slow}',
            f'http_request_duration_seconds_bucket{{le="+Inf"}} {total}',
            f"http_request_duration_seconds_sum {total / 10}",
            f"http_request_duration_seconds_count {total}",
        ]
        return "\n".join(lines) + "\n"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = service._text().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Silence."""

        return Handler
