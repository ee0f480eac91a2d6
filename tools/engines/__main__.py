"""The rules of a small project on every engine that can be had, live; and the proof of the shipped specs
under vmalert-tool. Ends with 1 if anything is wrong.

usage: python -m tools.engines [--minutes SWING,OUTAGE,RECOVERY,STOPPED,AFTER] [--keep FOLDER]
[--without-proof] [--engine NAME ...]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tools.engines import servers
from tools.engines.judge import lines, table
from tools.engines.live import Course, plan_of, play
from tools.engines.traffic import Service

ENGINES = ("victoriametrics", "thanos", "thanos-stateless", "cortex")  # beside Prometheus
SPEC = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
owner: payments
slos:
  - name: availability
    objective: 99.9
    sli:
      events: {bad: 'http_requests_total{job="shop",code="500"}', total: 'http_requests_total{job="shop"}'}
  - name: latency
    objective: 99
    sli: {latency: {histogram: 'http_request_duration_seconds{job="shop"}', threshold: 300ms}}
"""
SETTINGS = """\
apiVersion: slogen/v1
kind: Settings
prometheus: {retention: 90d}
targets: [prometheus, mimir, thanos, victoriametrics]
"""


def main() -> int:
    """Prove, play, judge."""
    parser = argparse.ArgumentParser(prog="python -m tools.engines")
    parser.add_argument("--minutes", default="45,8,12,10,5")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--without-proof", action="store_true")
    parser.add_argument("--engine", action="append", choices=ENGINES)
    args = parser.parse_args()
    course = Course(*(float(each) * 60 for each in args.minutes.split(",")))
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        failed = [] if args.without_proof else proof(folder / "proof")
        service = Service(plan_of(course))
        started = engines(folder, service.address, args.engine or ENGINES)
        looks = []
        with (folder / "looks.jsonl").open("w") as log:
            for seen in play(started, service, course):
                looks.append(seen)
                log.write(json.dumps(asdict(seen)) + "\n")
                log.flush()
    found = lines(looks, course)
    print(table(found))
    failed += [words for line in found for words in line.wrong(found[0])]
    print("\n".join(failed) or "nothing is wrong")
    return bool(failed)


def project(folder: Path, more: str = "") -> Path:
    """A small project, generated for all of them, with `more` settings; the folder of its output."""
    (folder / "specs").mkdir(parents=True, exist_ok=True)
    (folder / "specs/shop.yaml").write_text(SPEC)
    (folder / "slogen.yaml").write_text(SETTINGS + more)
    subprocess.run(
        [sys.executable, "-m", "slogen", "generate", "specs"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return folder / "generated"


def proof(folder: Path) -> list[str]:
    """What vmalert-tool objects to in the rules of the shipped specs, in words."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "slogen.yaml"
    settings.write_text((servers.ROOT / "slogen.yaml").read_text() + "\ntargets: [victoriametrics, tests]\n")
    where = ["-o", str(folder / "generated"), "--settings", str(settings)]
    command = [sys.executable, "-m", "slogen"]
    specs = str(servers.ROOT / "specs")
    subprocess.run(
        [*command, "generate", specs, *where], cwd=servers.ROOT, check=True, stdout=subprocess.DEVNULL
    )
    done = subprocess.run(
        [*command, "test", specs, *where, "--oracles", str(servers.ORACLES), "--strict"],
        cwd=servers.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout.rstrip().rpartition("\n")[2])
    return [] if done.returncode == 0 else [done.stdout + done.stderr]


def engines(folder: Path, target: str, wanted: Sequence[str]) -> list[servers.Engine]:
    """Prometheus first, whose rules are never stopped; then all others that are wanted and there, told which
    aren't there."""
    newest = (servers.ORACLES / "newest-prometheus").resolve().name
    victoria = max(servers.ORACLES.glob("victoriametrics-*"), default=servers.ORACLES / "victoriametrics")
    built = servers.ORACLES / "engines"
    rules = project(folder / "project")
    found = [servers.prometheus(folder / "prometheus", rules / "prometheus", target, newest)]
    if "victoriametrics" in wanted and victoria.exists():
        found.append(servers.victoriametrics(folder / "vm", rules / "victoriametrics", target, victoria))
    if "thanos" in wanted and (built / "thanos").exists():
        found.append(servers.thanos(folder / "thanos", rules / "thanos", target, built))
    if "thanos-stateless" in wanted and (built / "thanos").exists():
        late = project(folder / "project-stateless", "thanos: {stateless: true}\n") / "thanos"
        found.append(servers.thanos(folder / "stateless", late, target, built, is_stateless=True))
    if "cortex" in wanted and (built / "cortex").exists():
        found.append(servers.cortex(folder / "cortex", rules / "mimir", target, built))
    missing = {*wanted} - {engine.name for engine in found}
    print(f"engines: {', '.join(engine.name for engine in found)}")
    if missing:
        print(f"skipped, not there: {', '.join(sorted(missing))}")
    return found


if __name__ == "__main__":
    sys.exit(main())
