"""A real Alertmanager on loopback that runs the routing of a project."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import slogen

from .processes import ask, free_port, kill, start, wait_for

HEAD = {"apiVersion": "slogen/v1"}
# Debian's build reads its default templates from there. A copy that reads them from its own folder has a
# path of the same length instead.
DEBIAN_TEMPLATES = b"/usr/share/prometheus/alertmanager"
OWN_TEMPLATES = b"./" * 12 + b"/templates"
assert len(OWN_TEMPLATES) == len(DEBIAN_TEMPLATES)


def routing_of(
    notifications: Mapping[str, Any], specs: Iterable[Mapping[str, Any]], settings: Mapping[str, Any]
) -> dict[str, str]:
    """The generated files for Alertmanager, by name."""
    sources = {
        f"specs/{number}.yaml": json.dumps({**HEAD, "kind": "ServiceLevelObjectives", **spec})
        for number, spec in enumerate(specs)
    }
    sources["notifications.yaml"] = json.dumps({**HEAD, "kind": "Notifications", **notifications})
    given = {**HEAD, "kind": "Settings", "targets": ["alertmanager"], **settings}
    result = slogen.compile(sources, json.dumps(given))
    assert result.ok, result.problems
    return {Path(path).name: text for path, text in result.files.items()}


@dataclass
class Alertmanager:
    """A server with its own folder, in which its files lie, the configuration (`config`) among them."""

    binary: Path
    folder: Path
    files: Mapping[str, str]
    config: str = "alertmanager.yml"

    def __post_init__(self) -> None:
        self.port = free_port()
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, text in self.files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)
        self.program = self.folder / "alertmanager"
        patched = self.folder / "patched"
        patched.write_bytes(self.binary.read_bytes().replace(DEBIAN_TEMPLATES, OWN_TEMPLATES))
        patched.chmod(0o755)
        # Another thread may fork while this one writes, and what is open for writing won't start.
        subprocess.run(["cp", patched, self.program], check=True)
        (self.folder / "templates").symlink_to(self.binary.parent.resolve() / "templates")

    def start(self) -> None:
        """Start it and wait until it answers. Raises AssertionError."""
        flags = {
            "config.file": self.folder / self.config,
            "storage.path": self.folder / "data",
            "web.listen-address": f"127.0.0.1:{self.port}",
            "web.external-url": "http://alertmanager.example.com",
            "web.route-prefix": "/",
            "cluster.listen-address": "",
        }
        command: list[str | Path] = [self.program, *(f"--{name}={flags[name]}" for name in flags)]
        self.process = start(command, self.folder / "log.txt", self.folder)
        wait_for(f"ready, see {self.folder}/log.txt", lambda: self._get("status"), 30)

    def _get(self, what: str) -> Any:
        return ask(f"http://127.0.0.1:{self.port}/api/v2/{what}")

    def close(self) -> None:
        """End it for good."""
        kill(self.process)

    def post(self, *alerts: Mapping[str, str], ends: bool = False, **annotations: str) -> None:
        """Alerts with these labels fire, or end."""
        now = datetime.now(UTC)
        times = {"startsAt": now}  # what began earlier is sent at once, without the group's wait
        if ends:
            times = {"startsAt": now - timedelta(seconds=2)}
        times["endsAt"] = now - timedelta(seconds=1) if ends else now + timedelta(minutes=10)
        shown = {name: value.isoformat() for name, value in times.items()}
        body = [{"labels": labels, "annotations": annotations, **shown} for labels in alerts]
        ask(f"http://127.0.0.1:{self.port}/api/v2/alerts", body)

    def inhibited(self) -> list[dict[str, str]]:
        """The labels of the alerts that are held back by another."""
        return [alert["labels"] for alert in self._get("alerts") if alert["status"]["inhibitedBy"]]

    def log(self) -> str:
        """What it has said."""
        return (self.folder / "log.txt").read_text()
