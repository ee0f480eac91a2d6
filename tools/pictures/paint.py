"""Paint three boards of the shipped specs for the README: `python tools/pictures/paint.py [BOARD...]`.

Needs node, npm, chromium and .oracles. A month of invented traffic is written as the rules would have
recorded it, a Prometheus answers the boards' own queries, and Grafana's components paint the answers.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import pi, sin
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests")]

from boards.grafana import choose, interpolate, queries  # noqa: E402

import slogen  # noqa: E402
from benchmarks.history import blocks  # noqa: E402
from benchmarks.server import Server, prometheus  # noqa: E402
from slogen.emitted.rules import Recording  # noqa: E402
from slogen.model.slo import Service, Slo  # noqa: E402
from slogen.units import format_duration, parse_duration  # noqa: E402

# The same pixels in a third of the bytes: every picture stays in the history of the repository.
SHRINK = """const [from, to] = process.argv.slice(1)
require("sharp")(from).webp({lossless: true, effort: 6}).toFile(to)"""
HERE, WORK = Path(__file__).parent, Path(tempfile.gettempdir()) / "slogen-pictures"
BASE, HOUR, DAY = 300, 3600, 86400
SPAN, SHOWN = 62 * DAY, 31 * DAY
NOW = int(time.time()) // HOUR * HOUR
# How much of the budget a month of each SLO spends, and errors of the last hours beside it.
SPENT: Mapping[str, tuple[float, float]] = {
    "chat-gateway/availability": (0.22, 0),
    "chat-gateway/latency": (0.61, 0),
    "embeddings/availability": (0.12, 0),
    "embeddings/latency": (0.86, 0.9),
    "llm-inference/availability": (0.31, 0),
    "llm-inference/success-rate": (0.18, 0),
    "llm-inference/latency": (0.44, 0),
    "llm-inference/ttft-p99": (0.34, 22.0),
    "llm-inference/inter-token-latency": (1.18, 1.4),
    "ml-pipelines/ci-success": (0.4, 0),
    "model-deployments/success-rate": (0.55, 0),
}
OPEN = "ttft-p99"  # the row of a service's board that is shown opened
SILENT = {"model-deployments/rollback-time"}
YOUNG = {"ml-pipelines/validation-time": 3 * DAY}
BURN, SPENT_UP, CONSUMED = "SLOErrorBudgetBurn", "SLOErrorBudgetExhausted", "SLOErrorBudgetConsumed"
FIRING = {
    "llm-inference/ttft-p99": (BURN, "page", "page_fast", 42 * 60),
    "llm-inference/inter-token-latency": (SPENT_UP, "ticket", "", 9 * HOUR),
    "embeddings/latency": (BURN, "ticket", "ticket_fast", 3 * HOUR),
    "chat-gateway/latency": (CONSUMED, "info", "", 30 * HOUR),
}
PICTURES = (  # file, board, rows of the grid, width, dark
    ("fleet", "slogen-fleet", 30, 1500, True, {}),
    (
        "slo-detail",
        "slogen-slo",
        51,
        1400,
        True,
        {"service": "llm-inference", "slo": "llm-inference/ttft-p99"},
    ),
    ("service", "slo-llm-inference", 45, 1400, False, {}),
)


RANGES = {"slogen-slo": 6 * HOUR, "slogen-fleet": DAY}  # that boards open with


@dataclass
class Counts:
    """Events of one SLO in each five minutes, as running sums."""

    slo: Slo
    total: list[float]
    bad: list[float]

    def rate(self, sums: list[float], window: int, end: int) -> float:
        """Events per second of the window that ends then."""
        last = (end - NOW + SPAN) // BASE
        return (sums[last] - sums[max(last - window // BASE, 0)]) / window


def counts(slo: Slo) -> Counts:
    """A daily curve, noise, a few bad hours, and what SPENT says of the end."""
    dice = random.Random(slo.id)
    spent, surge = SPENT.get(slo.id, (0.25, 0.0))
    budget, since = float(slo.budget), NOW - YOUNG.get(slo.id, SPAN)
    faults = {dice.randrange(SPAN // HOUR): dice.uniform(3, 14) for _ in range(36)}
    weight = sum(faults.values()) / (SPAN / HOUR)
    total, bad = [0.0], [0.0]
    for moment in range(NOW - SPAN + BASE, NOW + 1, BASE):
        rate = (30 + 18 * sin(moment / DAY * 2 * pi)) * dice.uniform(0.9, 1.1) if moment > since else 0.0
        hour = (moment - NOW + SPAN) // HOUR
        burn = spent * (0.45 * dice.uniform(0.3, 1.7) + 0.55 * faults.get(hour, 0.0) / weight)
        burn += surge * (NOW - moment < 50 * 60)
        total.append(rate * BASE)
        bad.append(rate * BASE * min(burn * budget, 1.0))
    return Counts(slo, list(accumulate(total)), list(accumulate(bad)))


def recorded(found: Counts, windows: list[int]) -> Iterator[tuple[str, dict[str, str], int, float]]:
    """The series of one SLO."""
    slo, own = found.slo, {"slo_id": found.slo.id, "slo_service": found.slo.service, "slo": found.slo.name}
    budget = float(slo.budget)
    group = dict.fromkeys(slo.sli.by, "llama-3-70b")
    gone = NOW - 5 * HOUR if slo.id in SILENT else NOW
    dense = range(NOW - SHOWN, gone + 1, BASE)
    for moment in dense:
        for name, sums in (("total", found.total), ("bad", found.bad)):
            yield f"slo:sli_{name}:rate5m", own | group, moment, found.rate(sums, BASE, moment)
    first = NOW - YOUNG.get(slo.id, SPAN)
    yield "slogen_first_seen_timestamp_seconds", own | group, NOW, float(first)
    for moment in range(NOW - SHOWN, gone + 1, 1800):
        for window in windows:
            total, bad = (found.rate(sums, window, moment) for sums in (found.total, found.bad))
            text = format_duration(window)
            if window > BASE:
                yield f"slo:sli_total:rate{text}", own | group, moment, total
                yield f"slo:sli_bad:rate{text}", own | group, moment, bad
            if total:
                ratio = {"slo_window": text}
                yield f"slo:sli_error:ratio_rate{text}", own | group | ratio, moment, bad / total
            if window == BASE and total:
                yield "slo:current_burn_rate:ratio", own | group, moment, bad / total / budget
            if window == slo.window and total:
                yield "slo:period_burn_rate:ratio", own | group, moment, bad / total / budget
                yield "slo:period_error:ratio", own | group | {"slo_window": text}, moment, bad / total
                left = 1 - bad / total / budget
                yield "slo:period_error_budget_remaining:ratio", own | group, moment, left
    yield "slogen_last_seen_timestamp_seconds", own | group, NOW, float(gone)


def constants(slo: Slo, info: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str], int, float]]:
    """What an SLO is."""
    own = {"slo_id": slo.id, "slo_service": slo.service, "slo": slo.name}
    for moment in range(NOW - YOUNG.get(slo.id, SHOWN), NOW + 1, BASE):
        yield "slo:objective:ratio", own, moment, float(slo.objective)
        yield "slo:error_budget:ratio", own, moment, float(slo.budget)
        yield "slo:time_period:days", own, moment, slo.window / DAY
        yield "slogen_slo_info", info, moment, 1.0
    for tier in slo.alerting.tiers:
        more = {"slo_tier": tier.name, "severity": tier.severity}
        more |= {"slo_window": tier.shown["long"], "slo_short_window": tier.shown["short"]}
        for moment in range(NOW - 7 * DAY, NOW + 1, 300):
            yield "slogen_tier_threshold", own | more, moment, float(tier.threshold)
    if slo.id in FIRING:
        name, severity, tier_name, since = FIRING[slo.id]
        more = {"alertname": name, "severity": severity}
        if tier_name:
            more["slo_tier"] = tier_name
        for moment in range(NOW - since, NOW + 1, 60):
            yield "ALERTS", own | more | {"alertstate": "firing"}, moment, 1.0
            yield "ALERTS_FOR_STATE", own | more, moment, float(NOW - since)


def services_up(services: Iterable[Service]) -> Iterator[tuple[str, Mapping[str, str], int, float]]:
    """The sign that the rules of each service run."""
    for service in services:
        for moment in range(NOW - 7 * DAY, NOW + 1, BASE):
            yield "slogen_up", {"slo_service": service.name}, moment, 1.0


def raw() -> Iterator[tuple[str, Mapping[str, str], int, float]]:
    """The histogram behind time to first token, of the last week."""
    bounds = (
        ("0.1", 0.3),
        ("0.25", 0.62),
        ("0.5", 0.85),
        ("1.0", 0.95),
        ("2.5", 0.993),
        ("5.0", 0.998),
        ("+Inf", 1.0),
    )
    sums = dict.fromkeys(bounds, 0.0)
    for moment in range(NOW - 7 * DAY, NOW + 1, BASE):
        rate = 30 + 18 * sin(moment / DAY * 2 * pi)
        slow = 0.12 if NOW - moment < 50 * 60 else 0.01 * (1 + sin(moment / DAY * 4 * pi))
        for bound in bounds:
            sums[bound] += rate * BASE * (bound[1] if bound[0] == "+Inf" else bound[1] * (1 - slow))
            labels = {"job": "llm-inference", "model_name": "llama-3-70b", "le": bound[0]}
            yield "vllm:time_to_first_token_seconds_bucket", labels, moment, sums[bound]


def history(folder: Path) -> None:
    """Write everything as data of a Prometheus."""
    specs = {path.name: path.read_text() for path in (REPOSITORY / "specs").glob("*.yaml")}
    result = slogen.compile(specs, (REPOSITORY / "slogen.yaml").read_text())
    rules = [rule for each in result.compiled for group in each.rules.groups for rule in group.rules]
    infos = {
        r.labels["slo_id"]: r.labels for r in rules if isinstance(r, Recording) and "slogen_slo" in r.record
    }
    found: dict[str, list[str]] = {}
    for slo in (slo for service in result.services for slo in service.slos):
        tiers = {w for tier in slo.alerting.tiers for w in (tier.long, tier.short)}
        windows = sorted({BASE, 1800, HOUR, 6 * HOUR, DAY, slo.window, *tiers})
        for name, labels, moment, value in (*recorded(counts(slo), windows), *constants(slo, infos[slo.id])):
            found.setdefault(name, []).append(_line(name, labels, moment, value))
    for name, labels, moment, value in (*raw(), *services_up(result.services)):
        found.setdefault(name, []).append(_line(name, labels, moment, value))
    (folder / "raw.om").write_text("".join(line for name in sorted(found) for line in found[name]))
    blocks(folder)


def _line(name: str, labels: Mapping[str, str], moment: int, value: float) -> str:
    return f"{name}{{{','.join(f'{k}={json.dumps(v)}' for k, v in labels.items())}}} {value!r} {moment}\n"


def answers(server: Server, board: Mapping[str, Any], variables: Mapping[str, str]) -> dict[int, list[Any]]:
    """What the server says to each query, by panel."""
    found: dict[int, list[Any]] = {}
    for panel, target in queries(board):
        expr = interpolate(target["expr"], variables)
        span = RANGES.get(board["uid"], 7 * DAY)
        if "timeFrom" in panel:
            span = parse_duration(interpolate(panel["timeFrom"], variables))
        if target.get("instant"):
            text = server.get("/api/v1/query", query=expr, time=NOW)
        else:
            times = {"start": NOW - span, "end": NOW, "step": _step(target, span, variables)}
            text = server.get("/api/v1/query_range", query=expr, **times)
        series = [
            {
                "labels": {k: v for k, v in one["metric"].items() if k != "__name__"},
                "legend": _legend(target, one["metric"], variables),
                "values": [[t, float(v)] for t, v in one.get("values", [one.get("value")])],
            }
            for one in json.loads(text)["data"]["result"]
        ]
        found.setdefault(panel["id"], []).append({"refId": target["refId"], "series": series})
    return found


def _step(target: Mapping[str, Any], span: int, variables: Mapping[str, str]) -> int:
    """As many points as a panel is wide, but no more than the query wants."""
    least = parse_duration(interpolate(target["interval"], variables)) if "interval" in target else 60
    return max(span // 300, least)


def _legend(target: Mapping[str, Any], labels: Mapping[str, str], variables: Mapping[str, str]) -> str:
    text = interpolate(target.get("legendFormat", ""), variables)
    if text == "__auto":
        return ", ".join(v for k, v in labels.items() if not k.startswith("__")) or "value"
    for name, value in labels.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    return " ".join(word for word in text.split() if "{{" not in word)


def opened(board: dict[str, Any]) -> None:
    """Open a row, and leave out the closed ones above it."""
    closed = [panel for panel in board["panels"] if panel.get("collapsed")]
    if not closed:
        return
    top = closed[0]["gridPos"]["y"]
    board["panels"] = [panel for panel in board["panels"] if panel not in closed]
    for row in closed:
        if row["title"].startswith(OPEN):
            shift = top - row["gridPos"]["y"]
            row["gridPos"]["y"] = top
            inside = row.pop("panels")
            for panel in inside:
                panel["gridPos"]["y"] += shift
            board["panels"] += [{**row, "collapsed": False, "panels": []}, *inside]


def label_values(server: Server, selector: str, label: str) -> list[str]:
    """As Grafana asks for them."""
    if not label:
        found = json.loads(server.get("/api/v1/query", query=selector, time=NOW))["data"]["result"]
        return [f"{_labels(one['metric'])} {one['value'][1]} {NOW}000" for one in found]
    asked = {"match[]": selector, "start": NOW - HOUR, "end": NOW}
    found = json.loads(server.get("/api/v1/series", **asked))["data"]
    return sorted({one[label] for one in found if label in one})


def _labels(labels: Mapping[str, str]) -> str:
    return f"{{{','.join(f'{k}={json.dumps(v)}' for k, v in labels.items())}}}"


def bundle() -> str:
    """Grafana's components and the painter as one script."""
    WORK.mkdir(exist_ok=True)
    for name in ("package.json", "painter.jsx"):
        (WORK / name).write_text((HERE / name).read_text())
    if not (WORK / "node_modules/sharp").exists():
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=WORK, check=True)
    defines = ['--define:process.env.NODE_ENV="production"', "--define:global=window"]
    command = ["npx", "esbuild", "painter.jsx", "--bundle", "--minify", "--outfile=painter.js", *defines]
    subprocess.run(
        [*command, "--loader:.svg=dataurl", "--loader:.css=empty", "--log-level=error"], cwd=WORK, check=True
    )
    return (WORK / "painter.js").read_text().replace("</script>", "<\\/script>")


def paint(name: str, script: str, picture: Mapping[str, Any], out: Path) -> None:
    """Have the browser paint one board, as WebP."""
    data = json.dumps(picture).replace("</", "<\\/")
    style = "body{margin:0;font:14px Inter,sans-serif} .markdown pre{white-space:pre-wrap;font-size:12px}"
    style += " *{box-sizing:border-box}" + (WORK / "node_modules/uplot/dist/uPlot.min.css").read_text()
    style += " button{color:inherit;background:none;border:0;font:inherit}"
    page, painted = WORK / f"{name}.html", WORK / f"{name}.png"
    page.write_text(
        f"<meta charset=utf-8><style>{style}</style><div id=root></div>"
        f"<script>window.PICTURE={data}</script><script>{script}</script>"
    )
    height = min(picture["rows"], picture["bottom"]) * 38 + 54
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command += [f"--user-data-dir={WORK}/profile", f"--window-size={picture['width']},{height}"]
    command += ["--virtual-time-budget=8000", f"--screenshot={painted}", f"file://{page}"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    subprocess.run(["node", "-e", SHRINK, str(painted), str(out)], cwd=WORK, check=True)


def main() -> None:
    """Paint the boards that are named, or all."""
    script, chosen = bundle(), set(sys.argv[1:])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        history(folder)
        with prometheus(folder, "{}\n") as server:
            for name, uid, rows, width, dark, values in PICTURES:
                if chosen and name not in chosen:
                    continue
                board = json.loads((REPOSITORY / "generated" / "grafana" / f"{uid}.json").read_text())
                opened(board)
                variables = choose(board, lambda *asked: label_values(server, *asked), **values)
                bottom = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board["panels"])
                variables["__rate_interval"] = "20m"
                picture = {
                    "board": board,
                    "answers": answers(server, board, variables),
                    "variables": {k: v for k, v in variables.items() if not k.startswith("__")},
                    "dark": dark,
                    "width": width,
                    "rows": rows,
                    "bottom": bottom,
                    "range": {"from": (NOW - RANGES.get(uid, 7 * DAY)) * 1000, "to": NOW * 1000},
                }
                paint(name, script, picture, REPOSITORY / "docs" / "pictures" / f"{name}.webp")


if __name__ == "__main__":
    main()
