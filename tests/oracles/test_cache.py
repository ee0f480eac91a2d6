"""What passed and hasn't changed isn't run again."""

from dataclasses import replace

import pytest

from slogen.oracles import Verdict

pytestmark = pytest.mark.slow

CACHE = ".slogen-cache/proof.json"


def test_passes_are_reused(world, fake):
    tool = fake()
    assert world.prove(tool).reused == 0
    again = world.prove(tool)
    assert (again.ok, again.reused, again.calls) == (True, 3, 3)


def test_all_are_run_when_asked(world, fake):
    tool = fake()
    world.prove(tool)
    assert world.prove(tool, rerun=True).reused == 0


def test_failures_are_not_kept(world, fake):
    tool = fake(test="echo '  FAILED:' >&2; exit 1")
    world.prove(tool)
    again = world.prove(tool)
    assert (again.reused, again.count(Verdict.NO)) == (1, 4)


def test_a_changed_rule_file_runs_all_that_read_it(world, fake):
    tool = fake()
    world.prove(tool)
    world.edit(world.rules, "0.5", "0.6")
    assert world.prove(tool).reused == 0


def test_a_changed_test_runs_alone(world, fake):
    tool = fake()
    world.prove(tool)
    world.compiled = replace(world.compiled, tests=world.compiled.tests[:1])
    world.generate()
    assert world.prove(tool).reused == 2


def test_another_promtool_runs_again(world, fake):
    world.prove(fake("one"))
    assert world.prove(fake("two")).reused == 0


def test_the_same_path_with_another_program_runs_again(world, fake):
    world.prove(fake())
    assert world.prove(fake(test="sleep 0; echo '  SUCCESS'")).reused == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"passes": 3}', '{"passes": [[1], null]}', "\xff\x00"])
def test_a_damaged_cache_is_ignored(world, fake, text):
    tool = fake()
    world.prove(tool)
    (world.base / CACHE).write_text(text, encoding="latin-1")
    damaged = world.prove(tool)
    assert (damaged.ok, damaged.reused) == (True, 0)
    assert world.prove(tool).reused == 3


def test_the_cache_hides_from_git(world, fake):
    world.prove(fake())
    assert (world.base / ".slogen-cache/.gitignore").read_text() == "*\n"
