"""`slogen presets list` and `slogen presets show`."""

from __future__ import annotations

import click

from slogen.cli.complete import presets
from slogen.cli.options import format_option
from slogen.diagnostics import did_you_mean
from slogen.load.family import Family, Preset
from slogen.load.presets import families, family, near_preset, preset
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

    \b
    Examples: slogen presets list
              slogen presets list http_server_requests_seconds_count
              slogen presets list availability --system istio
    """

    found = [(preset, family) for family in _of(system) for preset in family.presets]
    found = [(p, f) for p, f in found if all(_has(word, p, f) for word in words)]
    if not found:
        raise click.UsageError(
            f"no preset has {' and '.join(f'`{word}`' for word in words)}; try fewer words"
        )
    click.echo(list_as_json(found) if format_ == "json" else listed([preset for preset, _ in found]))


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


def _has(word: str, preset: Preset, family: Family) -> bool:
    """Whether a preset has a word, or reads a metric that is called so, or by a part of a histogram."""
    if word.lower() in _searched(preset, family):
        return True
    return "_" in word and any(word in family.full_names(each) for each in family.facts(preset))


def _searched(preset: Preset, family: Family) -> str:
    """What WORDs are looked for in, in small letters."""
    return " ".join((preset.name, preset.title, preset.means, preset.misses, family.system)).lower()
