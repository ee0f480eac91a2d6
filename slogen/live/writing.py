"""Prometheus' remote write, version 1: protobuf and snappy, of which little is needed, so both are here."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from slogen.live.client import Client
from slogen.live.reply import Body, Reply

WRITE: Final = "/api/v1/write"
_HEADERS: Final = {"Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0"}
_LITERAL: Final = 1 << 16  # bytes of one piece
Sent = tuple[str, Mapping[str, str], Iterable[tuple[int, float]]]  # a name, labels, points in milliseconds


def write(client: Client, series: Iterable[Sent]) -> Reply:
    """Send samples to the address of the client; those of a series in the order of time. Raises ServerError
    where there is no reply."""
    content = compressed(b"".join(_field(1, _series(*each)) for each in series))
    return client.other("POST", "", Body(content, "application/x-protobuf", _HEADERS))


def _series(name: str, labels: Mapping[str, str], points: Iterable[tuple[int, float]]) -> bytes:
    pairs = sorted([("__name__", name), *labels.items()])
    named = (_field(1, _field(1, key.encode()) + _field(2, text.encode())) for key, text in pairs)
    samples = (_field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + _varint(at)) for at, value in points)
    return b"".join(named) + b"".join(samples)


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
