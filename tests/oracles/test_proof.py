"""The proof of a small world, with real promtools and fake ones."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from slogen.oracles import Options, Verdict, Work, prove

pytestmark = pytest.mark.slow


def words(proof, verdict):
    return {statement.words for statement in proof.statements if statement.verdict is verdict}


def codes(proof):
    return {problem.code for problem in proof.problems}


@pytest.mark.oracle
def test_all_is_proven(world, promtool):
    proof = world.prove(promtool)
    assert proof.ok
    assert proof.is_complete
    assert [tool.name for tool in proof.promtools] == [promtool.parent.name.removeprefix("prometheus-")]
    assert (proof.count(Verdict.YES), proof.calls, proof.reused) == (4, 3, 0)


@pytest.mark.oracle
def test_a_wrong_rule_fails_what_it_is_about(world, promtool):
    world.edit(world.rules, "errors:a > 0.5", "errors:a > 1.5")
    proof = world.prove(promtool)
    assert words(proof, Verdict.NO) == {"a pages in both at once", "a pages in first alone"}
    assert words(proof, Verdict.YES) == {"b pages in both at once", "b pages in second alone"}
    assert codes(proof) == {"changed-file"}
    assert "got: no such alert" in proof.statements[0].reasons[0].text


@pytest.mark.oracle
def test_a_wrong_recording_is_found_by_its_expression(world, promtool):
    world.edit(world.rules, "expr: raw_a", "expr: 2*raw_a")
    proof = world.prove(promtool)
    reasons = {r.text for s in proof.statements if s.block == "first alone" for r in s.reasons}
    assert any("errors:a at 5m" in reason for reason in reasons)
    assert "b pages in second alone" in words(proof, Verdict.YES)


@pytest.mark.oracle
def test_rules_that_promtool_refuses(world, newest):
    world.edit(world.rules, "raw_a", "raw_a(")
    proof = world.prove(newest)
    assert codes(proof) == {"changed-file", "rules-refused"}
    assert proof.count(Verdict.NO) == 4


@pytest.mark.oracle
def test_a_second_document_is_not_the_same_number_of_rules(world, newest):
    world.edit(world.rules, "      - record: errors:b", "---\ngroups: []\n      - record: errors:b")
    assert "rules-refused" in codes(world.prove(newest))


def test_several_promtools_are_named(world, fake):
    fails = fake("old", version="echo 'promtool, version 2.53.0'", test="echo '  FAILED:' >&2; exit 1")
    proof = world.prove(fake(), fails)
    assert [tool.name for tool in proof.promtools] == ["2.53", "3.5"]
    assert {reason.promtools for s in proof.statements for reason in s.reasons} == {("2.53",)}
    assert proof.count(Verdict.NO) == 4


def test_hanging_and_crashing_promtools_prove_nothing(world, fake):
    for test, said, timeout in (
        ("exec sleep 600", "gave no answer within 0.3 s", 0.3),
        ("exit 7", "exit code 7", 300.0),
    ):
        proof = world.prove(fake(test=test), timeout=timeout)
        assert proof.count(Verdict.NO) == 4
        assert said in proof.statements[0].reasons[0].text


def test_none_found(world):
    proof = world.prove()
    assert (proof.ok, proof.is_complete, proof.count(Verdict.NOT_RUN)) == (True, False, 4)
    assert "no promtool was found" in proof.not_run[0]


def test_an_unusable_one_is_wrong_only_if_it_was_asked_for(world, fake, monkeypatch):
    old = fake("promtool", version="echo 'promtool, version 2.31.0'")
    assert codes(world.prove(old)) == {"promtool-too-old"}
    monkeypatch.setenv("PATH", str(world.base))
    found = world.prove()
    assert (found.ok, found.is_complete, "too old" in found.not_run[0]) == (True, False, True)


def test_one_older_than_the_project_is_asked_and_named_so(world, fake):
    promtool = fake(version="echo 'promtool, version 2.50.0'")
    named = [
        world.prove(promtool, work={"prometheus": oldest}).promtools[0].name for oldest in ((2, 50), (3, 0))
    ]
    assert named == ["2.50", "2.50, older than the project's Prometheus 3.0"]


def test_changed_missing_empty_and_stale_files(world, fake):
    stale = world.tests / "shop/gone.test.yaml"
    listed = world.tests / ".slogen/shop.txt"
    stale.write_text(world.test_file("alone").read_text())
    world.edit(listed, "tests shop/outage", "tests shop/gone.test.yaml\ntests shop/outage")
    world.test_file("alone").write_text("")
    world.rules.unlink()
    proof = world.prove(fake())
    assert codes(proof) == {"changed-file", "missing-file", "stale-file"}
    assert words(proof, Verdict.NOT_RUN) == {"a pages in first alone", "b pages in second alone"}
    assert proof.handwritten == ()


def test_nothing_generated_yet_is_said_once(world, fake):
    for path in [*world.output.rglob("*"), *world.tests.rglob("*")]:
        if path.is_file():
            path.unlink()
    proof = world.prove(fake())
    assert [problem.code for problem in proof.problems] == ["not-generated"]
    assert proof.count(Verdict.NOT_RUN) == 4


def test_gaps_are_problems(world, fake):
    world.compiled = replace(world.compiled, tests=())
    world.generate()
    assert "untested-rule" in codes(world.prove(fake()))


def test_calls_are_parallel(world, fake):
    started = world.base / "started"
    started.mkdir()
    # Each waits for the two others, and gives up after a minute.
    meets = f"touch {started}/$$; n=0; while [ $(ls {started} | wc -l) -lt 3 ]; do"
    meets += " n=$((n + 1)); [ $n -gt 600 ] && exit 9; sleep 0.1; done"
    social = fake(test=f"{meets}; echo '  SUCCESS'", check=f"{meets}; echo '  SUCCESS: 4 rules found'")
    assert world.prove(social, jobs=3).ok


def test_progress_is_told(world, fake):
    seen: list[object] = []

    def begin(total: int) -> Callable[[], None]:
        seen.append(total)
        return lambda: seen.append("done")

    work = Work((world.compiled,), world.plan(), world.output, world.tests, world.base, 2, {})
    prove(work, Options((fake(),)), begin)
    assert seen == [3, "done", "done", "done"]
