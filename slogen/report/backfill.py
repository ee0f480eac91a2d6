"""What a backfill wrote, what it found, and what to do next, as text and JSON."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from slogen.history.backfill import Backfilled
from slogen.history.budgets import APART, Compared
from slogen.report.figures import moment, percent, rfc3339, rounded, span
from slogen.report.tables import Cell, Column, Table, text
from slogen.report.visible import visible

FORMS: Final = ("text", "json")
_DIGITS: Final = 3
_CHECK: Final = "Some minutes later: slogen backfill --check, which holds its budgets against raw series."


@dataclass(frozen=True, slots=True)
class Output:
    """The folder that was written. `engine` is what the blocks are for."""

    path: Path
    blocks: int
    size: int  # bytes
    engine: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The server to which all was sent."""

    server: str


def render(
    found: Backfilled,
    output: Output | Sent | None,
    form: str,
    notes: Sequence[str] = (),
    *,
    colour: bool = False,
) -> str:
    """What was found in a form of FORMS, without a newline at the end. Without `output` nothing was kept, or
    nothing was to be written."""
    if form == "json":
        return json.dumps(_data(found, output, notes), indent=2, ensure_ascii=False, allow_nan=False)
    lines = [*text(_table(found.budgets), colour=colour)]
    if output is not None:
        lines += ["", *_written(found, output)]
    said = [f"note: {visible(each)}" for each in (*notes, *found.notes)]
    if said:
        lines += ["", *said]
    if output is not None:
        lines += ["", *_next(output)]
    return "\n".join(lines)


def _table(budgets: Sequence[Compared]) -> Table:
    columns = (
        Column("SLO"),
        Column("Period"),
        Column("Errors, by rules", is_number=True),
        Column("counted", is_number=True),
        Column("Budget left, by rules", is_number=True),
        Column("counted", is_number=True),
        Column(""),
    )
    return Table(columns, tuple(_row(each) for each in budgets))


def _row(each: Compared) -> tuple[Cell, ...]:
    named = ", ".join(f'{name}="{value}"' for name, value in each.labels.items())
    verdict = Cell("same", "good") if each.agrees else Cell("apart", "bad")
    if each.counted.left is None and each.agrees:
        verdict = Cell("no data", "lost")
    return (
        Cell(f"{each.slo_id} {{{named}}}" if named else each.slo_id),
        Cell(each.period),
        *(Cell(percent(ratio, _DIGITS + 1)) for ratio in (each.rules.ratio, each.counted.ratio)),
        *(Cell(percent(left, _DIGITS - 1)) for left in (each.rules.left, each.counted.left)),
        verdict,
    )


def _written(found: Backfilled, output: Output | Sent) -> Iterator[str]:
    held = f"{found.series:,} series, {found.samples:,} samples"
    if isinstance(output, Sent):
        yield f"sent to {output.server}: {held}"
    else:
        kind = "block" if output.blocks == 1 else "blocks"
        yield f"{output.blocks} {kind}, {_size(output.size)}, {held}"
    yield f"{moment(found.begin)} to {moment(found.end)} ({span(found.end - found.begin)})"


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"


def _next(output: Output | Sent) -> Iterator[str]:
    """What to do now: with blocks by what they are for."""
    if isinstance(output, Sent):
        yield "Next: load the rules, if they don't run yet."
        yield _CHECK
        return
    folder = shlex.quote(output.path.as_posix())
    yield from {
        "Mimir": _mimir,
        "Thanos": _thanos,
        "VictoriaMetrics": _victoria,
    }.get(output.engine.split(" ")[0], _prometheus)(folder)


def _prometheus(folder: str) -> Iterator[str]:
    yield "Next, at the Prometheus that evaluates the rules:"
    yield f"  cp -r {folder}/. DATA/   # the folder of --storage.tsdb.path; on each replica"
    yield "  chown -R its user to what was copied"
    yield "It reads them within a minute, without a restart. Load the rules now, if they don't run yet."
    yield _CHECK
    yield f"To undo: remove the folders that {folder} has from DATA while Prometheus is stopped. It may have"
    yield "merged them with its own by then: before a change that you fear, make a snapshot."


def _mimir(folder: str) -> Iterator[str]:
    yield "Next, where the tenant's limits have compactor_block_upload_enabled:"
    yield f"  mimirtool backfill --address=URL --id=TENANT {folder}/*"
    yield "Once they are in the bucket nothing takes them out again but deleting their blocks there."


def _thanos(folder: str) -> Iterator[str]:
    yield "Next, with the external labels of the ruler or Prometheus that evaluates the rules:"
    upload = f"thanos tools bucket upload-blocks --path={folder}"
    yield f"  {upload} --label='NAME=\"VALUE\"' --objstore.config-file=FILE"
    yield "Blocks of one set of labels that overlap need the compactor's vertical compaction."


def _victoria(folder: str) -> Iterator[str]:
    yield "Next:"
    yield f"  vmctl prometheus --prom-snapshot={folder} --vm-addr=URL"


def _data(found: Backfilled, output: Output | Sent | None, notes: Sequence[str]) -> dict[str, Any]:
    return {
        "kind": "Backfill",
        "from": rfc3339(found.begin),
        "to": rfc3339(found.end),
        "output": None if output is None else _where(found, output),
        "agrees": found.agrees,
        "most_apart": APART,
        "complete": not found.is_partial,
        "slos": [_slo(each) for each in found.budgets],
        "notes": [*notes, *found.notes],
        "next": [] if output is None else list(_next(output)),
    }


def _where(found: Backfilled, output: Output | Sent) -> dict[str, Any]:
    held = {"series": found.series, "samples": found.samples}
    if isinstance(output, Sent):
        return {"server": output.server, **held}
    return {"path": output.path.as_posix(), "blocks": output.blocks, "bytes": output.size, **held}


def _slo(each: Compared) -> dict[str, Any]:
    sides = {"rules": each.rules, "counted": each.counted}
    return {
        "id": each.slo_id,
        "labels": dict(each.labels),
        "period": each.period,
        **{
            name: {"error_ratio": rounded(side.ratio), "budget_left": rounded(side.left)}
            for name, side in sides.items()
        },
        "agrees": each.agrees,
    }
