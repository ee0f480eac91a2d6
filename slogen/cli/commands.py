"""The `slogen` command and the list of its subcommands, which are imported only when they are used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Any, Final

import click

from slogen.cli.boundary import ExitCode, guarded
from slogen.cli.streams import open_streams
from slogen.diagnostics import CallError, did_you_mean

# Name (and module) of each command, in the order of a day's work, and its line in `slogen --help`.
COMMANDS: Final = {
    "init": "Write a first spec, settings and hooks.",
    "import": "Write specs from the SLOs of other tools.",
    "validate": "Show all problems of all specs.",
    "generate": "Compile specs to rules, alerts and their proof.",
    "check": "Fail when generated files are not current.",
    "test": "Prove with promtool and amtool what was generated.",
    "alertmanager": "Put the routing into your own alertmanager.yml.",
    "diff": "Say what a change of the specs means.",
    "explain": "Say what an SLO does: tiers, times, costs.",
    "status": "Show how every SLO stands, asked of a server.",
    "report": "Tell how SLOs were kept over a month or another period.",
    "gate": "Say whether a deployment may go.",
    "doctor": "Ask whether the world looks as the specs say.",
    "backtest": "Play the alerts of SLOs over a history that is there.",
    "simulate": "Play the alerts of SLOs on invented traffic.",
    "backfill": "Write the history that budgets of new SLOs need.",
    "eval": "Hold an evaluation against quality SLOs, and push it.",
    "export": "Write the SLOs as documents of OpenSLO.",
    "docs": "Write a catalogue of all SLOs as HTML.",
    "presets": "Find SLIs that ship with slogen, by system and word.",
    "schema": "Print a JSON Schema of the spec files.",
}


class _Commands(click.Group):
    """Imports a command when it is called; `--help` imports none."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"slogen.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], COMMANDS) or f"commands are {', '.join(COMMANDS)}"
            ctx.fail(f"there is no command `{args[0]}`; {hint}")
        return super().resolve_command(ctx, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """As click does it, with streams that are open, and exit codes of our own for those that break."""
        open_streams()
        run = partial(super().main, args, prog_name, complete_var, False, **extra)
        if not standalone_mode:
            return run()
        sys.exit(guarded(lambda: self._run(run)))

    def _run(self, run: Callable[[], Any]) -> int:
        try:
            code: int | None = run()
        except click.ClickException as error:
            error.show()
            return error.exit_code
        except SystemExit as end:  # of completion, or what click makes of a pipe that broke
            return ExitCode.BROKEN_PIPE if end.code else ExitCode.DONE
        return code or 0

    def invoke(self, ctx: click.Context) -> Any:
        ctx.exit(guarded(lambda: self._called(ctx)))

    def _called(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CallError as error:
            name = ctx.invoked_subcommand or ""
            raise click.UsageError(
                str(error), click.Context(self.get_command(ctx, name) or self, ctx, name)
            ) from None


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from slogen.version import VERSION

        click.echo(f"slogen {VERSION}")
        ctx.exit()


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version.",
)
def main() -> None:
    """Compile service level objectives to Prometheus rules and alerts that are proven to page.

    \b
    Example: slogen init && slogen generate
    With no PATH, commands read specs/ and the settings slogen.yaml beside it.

    \b
    Exit codes: 0 done and clean, 1 findings or drift, 2 usage or a spec that cannot be read,
                3 a bug in slogen, 4 a server could not be asked, 5 cannot tell
    """
