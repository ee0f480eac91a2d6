"""A fake LLM service: answers requests at rates that a test sets over HTTP, and keeps count of them.

    python fake_service.py PORT        ends by itself when its standard input is closed

GET /metrics   what Prometheus scrapes; a series exists from its first event on, as in real services
POST /traffic  {"llama-3": {"rate": 400, "errors": 0.01, "slow": 0}}: per second, shares of it
GET /events    [[unix time, model, total, bad, slow], ...] sums so far, after every step
POST /exit     answers like /events, and is gone: nothing is counted after that
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import Counter as Sums
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest

STEP = 0.05
BUCKETS = (0.1, 0.5, 1.0, 5.0)
FAST, SLOW = 0.2, 3.0


class Service:
    """Counters and a histogram as an application would have them, and the true sums beside them."""

    def __init__(self) -> None:
        disable_created_metrics()
        self.registry = CollectorRegistry()
        self.traffic: dict[str, dict[str, float]] = {}
        self.events: list[tuple[float, str, float, float, float]] = []
        self.lock = threading.Lock()
        self._requests = Counter("llm_requests", "Requests", ["model", "code"], registry=self.registry)
        self._first_token = Histogram(
            "llm_time_to_first_token_seconds", "TTFT", ["model"], buckets=BUCKETS, registry=self.registry
        )
        self._owed, self._sums = Sums[tuple[str, str]](), Sums[tuple[str, str]]()

    def run(self) -> None:
        """Answer requests for ever, a step at a time, as many as are due by the clock."""
        before = time.time()
        while True:
            time.sleep(STEP)
            before, passed = time.time(), time.time() - before
            with self.lock:
                for model, traffic in self.traffic.items():
                    self._answer(model, passed, traffic)

    def _answer(self, model: str, passed: float, traffic: dict[str, float]) -> None:
        due = traffic["rate"] * passed
        total = self._whole(model, "total", due)
        bad = min(total, self._whole(model, "bad", due * traffic.get("errors", 0)))
        slow = min(total, self._whole(model, "slow", due * traffic.get("slow", 0)))
        for code, count in (("200", total - bad), ("500", bad)):
            if count:
                self._requests.labels(model, code).inc(count)
        for seconds, count in ((FAST, total - slow), (SLOW, slow)):
            for _ in range(count):
                self._first_token.labels(model).observe(seconds)
        for name, count in (("total", total), ("bad", bad), ("slow", slow)):
            self._sums[model, name] += count
        sums = self._sums
        row = (sums[model, "total"], sums[model, "bad"], sums[model, "slow"])
        self.events.append((time.time(), model, *row))

    def _whole(self, model: str, name: str, due: float) -> int:
        self._owed[model, name] += due  # type: ignore[assignment]
        count = int(self._owed[model, name])
        self._owed[model, name] -= count
        return count


def handler(service: Service) -> type[BaseHTTPRequestHandler]:
    """The HTTP side of a service."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with service.lock:
                is_metrics = self.path == "/metrics"
                body = (
                    generate_latest(service.registry) if is_metrics else json.dumps(service.events).encode()
                )
            self._answer(body)

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"]))
            with service.lock:
                if self.path == "/exit":
                    self._answer(json.dumps(service.events).encode())
                    os._exit(0)
                service.traffic = json.loads(text)
            self._answer(b"{}")

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def in_background(run: Callable[[], object]) -> None:
    """Run until the process ends."""
    threading.Thread(target=run, daemon=True).start()


def main() -> None:
    """Serve on loopback until standard input is closed."""
    service = Service()
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), handler(service))
    in_background(service.run)
    in_background(server.serve_forever)
    sys.stdin.read()


if __name__ == "__main__":
    main()
