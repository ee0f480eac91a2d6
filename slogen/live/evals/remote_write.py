"""Prometheus' remote write, version 1: protobuf and snappy, of which so little is needed that both are here.

Counters go on from what the server has, where it can be asked: at `/api/v1/query` beside `/api/v1/write`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from slogen.conventions import EVAL_CASES, EVAL_LAST_RUN, EVAL_SCORE
from slogen.evals.readers import JOB, SUITE
from slogen.evals.series import Key, Series, Written, key_of
from slogen.live.client import Client
from slogen.live.errors import Fault, ServerError
from slogen.live.reply import Body
from slogen.promql.text import quote

_WRITE: Final = "/api/v1/write"
_HEADERS: Final = {"Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0"}
_LITERAL: Final = 1 << 16  # bytes of one piece
_MEMORY: Final = "90d"


def push(client: Client, run: Written, job: str, now: float) -> tuple[int, str]:
    """Send what a suite has after a run: how many series, and what is to be known of it. Raises
    AlreadyThereError."""
    note, before = "", dict[Key, float]()
    if client.server.url.endswith(_WRITE):
        before = _before(client, run.suite, job)
        after = {key: value for key, value in run.after(before).items() if key in run.series}
    else:
        after = {key: value for key, value in run.series.items() if key[0] != EVAL_CASES}
        note = f"cases are left out: what they were before is only known where the address ends in {_WRITE}"
    labelled = {key_of(name, {**dict(labels), JOB: job}): value for (name, labels), value in after.items()}
    content = compressed(request(labelled, round(now * 1000)))
    reply = client.other("POST", "", Body(content, "application/x-protobuf", _HEADERS))
    if not reply.is_success:
        raise client.refusal(reply, "remote write receiver")
    return len(labelled), note


def _before(client: Client, suite: str, job: str) -> Series:
    """What the server has of a suite, however long ago it was sent."""
    asking = Client(replace(client.server, url=client.server.url.removesuffix(_WRITE)))
    names = "|".join((EVAL_SCORE, EVAL_CASES, EVAL_LAST_RUN))
    selector = f'{{__name__=~"{names}",{SUITE}={quote(suite)},{JOB}={quote(job)}}}'
    with asking:
        found = asking.query(f"last_over_time({selector}[{_MEMORY}])")
    if found.warnings:
        raise ServerError(Fault.PROTOCOL, client.server.shown, f"it isn't sure: {found.warnings[0]}")
    return {
        key_of(
            s.labels["__name__"], {k: v for k, v in s.labels.items() if k not in ("__name__", JOB)}
        ): s.value
        for s in found.samples
    }


def request(series: Mapping[Key, float], at: int) -> bytes:
    """A WriteRequest with a sample of each series at a time (milliseconds)."""
    return b"".join(_field(1, _series(key, value, at)) for key, value in series.items())


def _series(key: Key, value: float, at: int) -> bytes:
    labels = sorted([("__name__", key[0]), *key[1]])
    pairs = (_field(1, _field(1, name.encode()) + _field(2, text.encode())) for name, text in labels)
    sample = b"\x09" + struct.pack("<d", value) + b"\x10" + _varint(at)
    return b"".join(pairs) + _field(2, sample)


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def compressed(content: bytes) -> bytes:
    """The content in snappy's block format, as literals: as long as before, and every reader takes it."""
    return _varint(len(content)) + b"".join(_literals(content))


def _literals(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _LITERAL):
        piece = content[start : start + _LITERAL]
        yield b"\xf4" + struct.pack("<H", len(piece) - 1) + piece
