"""docs/moving.md: its example is what an import does, and all options are there."""

import click

from slogen.moving.dialect import Options
from slogen.moving.importing import DIALECTS, move_all
from slogen.moving.judge import Judge
from slogen.moving.sloth_plugins import _KNOWN
from slogen.report.moving import render

from .pages import blocks, read

PAGE = read("docs/moving.md")


def test_the_example_is_what_comes_out(tmp_path):
    foreign, spec = blocks(PAGE, "yaml")
    (report,) = blocks(PAGE, "text")
    found = move_all({"sloth.yaml": foreign.encode()}, Options(Judge()))
    (written,) = found.specs
    plain = [line for line in written.text.splitlines() if not line.lstrip().startswith("#")]
    assert "\n".join(plain) == spec.strip()
    assert report.strip() in render(found, tmp_path, "text", [tmp_path / "shop.yaml"])


def test_options():
    from importlib import import_module

    command = import_module("slogen.cli.import").command
    names = {f"`{option.opts[0]}" for option in command.params if isinstance(option, click.Option)}
    assert [name for name in names - {"`--settings"} if name not in PAGE] == []


def test_dialects_and_plugins():
    assert [name for name in DIALECTS if f"`{name}`" not in PAGE] == []
    systems = {name.rpartition("/")[0] for name in _KNOWN}
    assert [system for system in systems if f"`{system}`" not in PAGE] == []
