"""Where a Grafana is, beside the server that a command asks, and with what credentials: its own alone."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import click

from slogen.cli.gathered import gathered
from slogen.cli.server import FILE, HttpOptions, ServerOptions
from slogen.live.client import Client


@dataclass(frozen=True, slots=True)
class GrafanaOptions:
    """What the command line says of Grafana."""

    grafana_url: str | None
    grafana_http_config: Path | None

    def client(self, server: ServerOptions) -> AbstractContextManager[Client | None]:
        """The Grafana, asked with the patience that the server gets; None where nobody names one. Raises
        CallError for what is no address."""
        if not self.grafana_url:
            return nullcontext()
        http = HttpOptions(self.grafana_http_config, (), server.timeout, server.retries)
        return Client(http.server("--grafana-url", self.grafana_url))


grafana_options = gathered(
    "grafana",
    GrafanaOptions,
    (
        click.option("--grafana-url", metavar="URL", help="The Grafana that has the boards."),
        click.option(
            "--grafana-http-config",
            type=FILE,
            metavar="FILE",
            help="The same as --http-config, for Grafana: a token of `authorization`.",
        ),
    ),
)
