"""A real Prometheus on loopback, scraping every second, and a log of the alerts it shows."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml

from .processes import ask, free_port, kill, start, wait_for
from .scaled import scaled_duration

POLL = 0.2


@dataclass(frozen=True)
class Look:
    """The firing alerts at a time (unix)."""

    time: float
    firing: tuple[dict[str, Any], ...]


@dataclass
class Prometheus:
    """A server with its own data folder; `by` scales what is a flag of the server."""

    binary: Path
    folder: Path
    by: Fraction
    targets: Mapping[str, int]
    alertmanager: int | None = None
    looks: list[Look] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.port = free_port()
        (self.folder / "rules").mkdir(parents=True)
        self._write_config()
        self._watching = threading.Event()

    def _write_config(self) -> None:
        jobs = [
            {"job_name": job, "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
            for job, port in self.targets.items()
        ]
        config = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [f"{self.folder}/rules/*.yaml"],
            "scrape_configs": jobs,
        }
        if self.alertmanager is not None:
            targets = [{"targets": [f"127.0.0.1:{self.alertmanager}"]}]
            config["alerting"] = {"alertmanagers": [{"static_configs": targets}]}
        (self.folder / "prometheus.yml").write_text(yaml.safe_dump(config))

    def start(self) -> None:
        """Start, or start again on the same data, and wait until it answers. Raises AssertionError."""
        flags = {
            "config.file": self.folder / "prometheus.yml",
            "storage.tsdb.path": self.folder / "data",
            "web.listen-address": f"127.0.0.1:{self.port}",
            "query.lookback-delta": scaled_duration("5m", self.by),
            "rules.alert.for-outage-tolerance": scaled_duration("1h", self.by),
            "rules.alert.for-grace-period": scaled_duration("10m", self.by),
            "rules.alert.resend-delay": scaled_duration("1m", self.by),
        }
        command: list[str | Path] = [
            self.binary,
            "--web.enable-lifecycle",
            *(f"--{name}={flags[name]}" for name in flags),
        ]
        self.process = start(command, self.folder / "log.txt")
        wait_for(f"ready, see {self.folder}/log.txt", lambda: self._get("/-/ready") is None, 30)
        if not self._watching.is_set():
            self._watching.set()
            threading.Thread(target=self._watch, daemon=True).start()

    def _get(self, path: str, **query: str) -> Any:
        return ask(f"http://127.0.0.1:{self.port}{path}?{urlencode(query)}")

    def kill(self) -> None:
        """End it as a power cut would."""
        kill(self.process)

    def close(self) -> None:
        """End it for good."""
        self._watching.clear()
        self.kill()

    def reload(self) -> None:
        """Read the configuration and the rule files again."""
        ask(f"http://127.0.0.1:{self.port}/-/reload", {})

    def query(self, expr: str) -> list[dict[str, Any]]:
        """The vector of an expression now: `metric`, and `value` as (time, text)."""
        result: list[dict[str, Any]] = self._get("/api/v1/query", query=expr)["data"]["result"]
        return result

    def failures(self, service: str) -> list[str]:
        """What is wrong with the rules of a service, in the server's words."""
        groups = [g for g in self._get("/api/v1/rules")["data"]["groups"] if f":{service}:" in g["name"]]
        return [f"{r['name']}: {r['lastError']}" for g in groups for r in g["rules"] if r.get("lastError")]

    def _watch(self) -> None:
        while self._watching.is_set():
            try:
                alerts = self._get("/api/v1/alerts")["data"]["alerts"]
            except (OSError, ValueError):
                alerts = None
            if alerts is not None:
                self.looks.append(Look(time.time(), tuple(a for a in alerts if a["state"] == "firing")))
            time.sleep(POLL)
