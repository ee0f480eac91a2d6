"""History for a server that takes it by remote write, instead of as blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from slogen.live.client import Client
from slogen.live.errors import Fault, ServerError
from slogen.live.writing import write

_MOST: Final = 10_000  # samples of one request
_BAD_REQUEST: Final = 400


@dataclass(slots=True)
class Sending:
    """Samples on their way to the remote write receiver that `client` is of; so many are `taken`."""

    client: Client
    taken: int = 0

    def add(self, name: str, labels: Mapping[str, str], points: Sequence[tuple[int, float]]) -> int:
        """Send a series, in the order of time; how many samples it has. Raises ServerError, with what to do
        where the server takes nothing that is so old."""
        for start in range(0, len(points), _MOST):
            piece = [(at * 1000, value) for at, value in points[start : start + _MOST]]
            reply = write(self.client, [(name, labels, piece)])
            if reply.status == _BAD_REQUEST:
                message = (
                    f"it refuses samples that are so old, after {self.taken:,} that it took: set"
                    " storage.tsdb.out_of_order_time_window of a Prometheus (or what its like have for it) to"
                    " more than the budget looks back"
                )
                raise ServerError(Fault.QUERY, self.client.server.shown, message)
            if not reply.is_success:
                raise self.client.refusal(reply, "remote write receiver")
            self.taken += len(piece)
        return len(points)
