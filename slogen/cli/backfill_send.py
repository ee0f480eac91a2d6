"""What `slogen backfill` is told of sending: where to, and who we are there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

import click

from slogen.cli.gathered import gathered
from slogen.cli.server import HttpOptions, ServerOptions
from slogen.history.backfill import Backfilled, Job, backfill
from slogen.history.programs import Programs
from slogen.history.sending import Sending
from slogen.live.client import Client
from slogen.report.backfill import Sent


@dataclass(frozen=True, slots=True)
class SendOptions:
    """The remote write receiver, if there is to be one."""

    remote_write: str | None
    push_http_config: Path | None

    def sent(
        self, job: Job, source: Client, programs: Programs, server: ServerOptions
    ) -> tuple[Backfilled, Sent | None]:
        """All of it at the receiver; nothing where the budgets are wrong. Raises CallError for what is no
        address, and as `backfill` does."""
        with TemporaryDirectory(prefix="slogen-") as folder, self._receiver(source, server) as receiver:
            result = backfill(job, source, programs, Path(folder), Sending(receiver))
            return result, Sent(receiver.server.shown) if result.agrees and result.samples else None

    def _receiver(self, source: Client, server: ServerOptions) -> Client:
        """Credentials of the server that is asked go nowhere else."""
        http = HttpOptions(self.push_http_config, (), server.timeout, server.retries)
        address, asked = self.remote_write or "", source.server
        is_same = urlsplit(http.server("--remote-write", address).url)[:2] == urlsplit(asked.url)[:2]
        return Client(http.server("--remote-write", address, asked.http if is_same else None))


_OPTIONS: Final = (
    click.option(
        "--remote-write",
        metavar="URL",
        help="Send it there instead, where samples that are so old are taken (out_of_order_time_window).",
    ),
    click.option(
        "--push-http-config",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Who we are there, if it isn't the server that is asked.",
    ),
)
send_options = gathered("send", SendOptions, _OPTIONS)
