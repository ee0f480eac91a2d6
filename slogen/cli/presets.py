"""`slogen presets list` and `slogen presets show`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from slogen.cli.complete import presets
from slogen.cli.options import format_option
from slogen.diagnostics import did_you_mean
from slogen.load.family import Family
from slogen.load.presets import families, family, near_preset, preset
from slogen.load.search import Entry, entries, having, near
from slogen.project.example import example
from slogen.report.presets import as_json, as_text, list_as_json, listed


@click.group("presets")
def command() -> None:
    """Find the SLIs that ship with slogen, and see what they mean.

    \b
    Examples: slogen presets list first token
              slogen presets show vllm/ttft
    """


@command.command("list")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--system", metavar="NAME", help="Only presets of this system, such as vllm or istio.")
@format_option("text", "json")
def list_(words: tuple[str, ...], system: str | None, format_: str) -> None:
    """List the presets whose name, title or help has every WORD, or that read a metric of that name.

    A metric is found by its whole name, by a part of it, and by a pattern: * is any text, ? any character.

    \b
    Examples: slogen presets list
              slogen presets list http_server_requests_seconds_count
              slogen presets list consumergroup
              slogen presets list 'redis_*_total'
              slogen presets list availability --system istio
    """

    every = entries(_of(system))
    found = having(every, words)
    if not found:
        raise click.UsageError(
            f"no preset has {' and '.join(f'`{word}`' for word in words)}; {_hint(every, words)}"
        )
    pairs = [(entry.preset, entry.family) for entry in found]
    click.echo(list_as_json(pairs) if format_ == "json" else listed([preset for preset, _ in pairs]))


@command.command("show")
@click.argument("name", shell_complete=presets)
@format_option("text", "json")
def show(name: str, format_: str) -> None:
    """Say what a preset means and misses, which parameters it has, and what it compiles to.

    \b
    Examples: slogen presets show vllm/ttft
              slogen presets show istio/latency --format json
    """

    found = preset(name)
    if found is None:
        raise click.UsageError(
            f"there is no preset `{name}`; {near_preset(name) or '`slogen presets list` shows all'}"
        )
    its = family(found.family)
    assert its is not None
    said = as_json if format_ == "json" else as_text
    click.echo(said(found, its, example(found)))


def _of(system: str | None) -> list[Family]:
    """The families of a system by its name, or by the family's; all without one."""

    every = list(families())
    if system is None:
        return every
    wanted = system.lower()
    found = [f for f in every if f.name == wanted] or [f for f in every if wanted in f.system.lower()]
    if not found:
        names = [f.name for f in every]
        hint = did_you_mean(wanted, names) or f"there are {', '.join(names)}"
        raise click.UsageError(f"there is no system `{system}`; {hint}")
    return found


def _hint(every: Sequence[Entry], words: Sequence[str]) -> str:
    """What is near the words that no preset has; else that all of them are too much."""
    unknown = [word for word in words if not having(every, [word])]
    if not unknown:
        return "try fewer words"
    found = [f"`{name}`" for word in unknown for name in near(every, word)]
    return f"near are {', '.join(found)}" if found else "`slogen presets list` shows all"
