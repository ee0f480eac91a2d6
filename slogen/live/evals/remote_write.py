"""Prometheus' remote write, version 1: protobuf and snappy, of which so little is needed that both are here.

Counters go on from what the server has, where it can be asked: at `/api/v1/query` beside `/api/v1/write`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Final

from slogen.conventions import EVAL_CASES
from slogen.evals.readers import JOB
from slogen.evals.series import Key, Written, key_of
from slogen.live.client import Client
from slogen.live.evals.before import before
from slogen.live.reply import Body

_WRITE: Final = "/api/v1/write"
_HEADERS: Final = {"Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0"}
_LITERAL: Final = 1 << 16  # bytes of one piece


def push(client: Client, run: Written, job: str, now: float) -> tuple[int, str]:
    """Send what a suite has after a run: how many series, and what is to be known of it. Raises
    AlreadyThereError."""
    note, url = "", client.server.url
    if url.endswith(_WRITE):
        known = before(client, url.removesuffix(_WRITE), run.suite, job)
        after = {key: value for key, value in run.after(known).items() if key in run.series}
    else:
        after = {key: value for key, value in run.series.items() if key[0] != EVAL_CASES}
        note = f"cases are left out: what they were before is only known where the address ends in {_WRITE}"
    labelled = {key_of(name, {**dict(labels), JOB: job}): value for (name, labels), value in after.items()}
    content = compressed(request(labelled, round(now * 1000)))
    reply = client.other("POST", "", Body(content, "application/x-protobuf", _HEADERS))
    if not reply.is_success:
        raise client.refusal(reply, "remote write receiver")
    return len(labelled), note


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
