"""Tests of people: run, reported per file, never touched."""

import os

import pytest

from slogen.oracles import Verdict

RULES = 'rule_files: ["../../generated/prometheus/shop.rules.yaml"]\n'
FIRES = "[{eval_time: 5m, alertname: Burns, exp_alerts: [{exp_labels: {slo_id: shop/a, severity: page}}]}]"
SERIES = "interval: 1m, input_series: [{series: raw_a, values: 0x3 1x5}]"
GOOD = RULES + f"tests: [{{{SERIES}, promql_expr_test: [{{eval_time: 1m, expr: sum(x)}}]}}]\n"
SILENT = RULES + "tests: [{interval: 1m, alert_rule_test: [{eval_time: 1m, alertname: %s}]}]\n"


@pytest.fixture
def write(world):
    def put(text, name="night.test.yaml"):
        path = world.tests / "handwritten" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return put


def codes(proof):
    return [problem.code for problem in proof.problems]


@pytest.mark.oracle
def test_good_and_bad(world, write, newest):
    good, bad = write(GOOD), write(RULES + f"tests: [{{{SERIES}, alert_rule_test: {FIRES}}}]\n", "odd.yaml")
    proof = world.prove(newest)
    found = {result.path: result.verdict for result in proof.handwritten}
    assert found == {good.as_posix(): Verdict.YES, bad.as_posix(): Verdict.NO}  # the summary is missing
    assert not proof.ok
    assert proof.count(Verdict.YES) == 4


def test_nothing_of_people_is_touched(world, write, fake):
    paths = [
        write(GOOD),
        write("", "empty.test.yaml"),
        write("{", "broken.test.yml"),
        write("hi", "README.md"),
    ]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths]
    world.prove(fake())
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths] == before


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-test"),
        ("# nothing\n", "empty-test"),
        ("tests: []\n", "empty-test"),
        (RULES, "empty-test"),
        (RULES + "tests: [{interval: 1m, input_series: []}]\n", "empty-test"),
        ("a: [", "broken-test"),
        ("a: \x00", "broken-test"),
        (SILENT % "Bruns", "unknown-alert"),
        (RULES + "tests: [{promql_expr_test: [{expr: 'ALERTS{alertname=\"No\"}'}]}]", "unknown-alert"),
        ((SILENT % "Burns").replace("shop.rules", "gone"), "no-rule-files"),
    ],
)
def test_a_test_that_tests_nothing(world, write, fake, text, code):
    write(text)
    assert code in codes(world.prove(fake()))


def test_a_near_name_is_suggested(world, write, fake):
    write(SILENT % "Bruns")
    assert world.prove(fake()).problems[0].hint == "did you mean `Burns`?"


def test_other_yaml_is_left_alone(world, write, fake):
    write("groups: []\n", "extra.rules.yaml")
    proof = world.prove(fake())
    assert (proof.ok, proof.handwritten) == (True, ())


def test_alerts_of_their_own_rules_count(world, write, fake):
    write("groups: [{name: g, rules: [{alert: Own, expr: up}]}]\n", "extra.rules.yaml")
    write((SILENT % "Own").replace("../../generated/prometheus/shop.rules.yaml", "extra.*.yaml"))
    assert world.prove(fake()).ok


def test_a_part_of_the_specs_runs_the_tests_that_load_its_rules(world, write, fake):
    mine = write(GOOD)
    write("groups: []\n", "other.rules.yaml")
    write(GOOD.replace("../../generated/prometheus/shop", "other"), "other.test.yaml")
    proof = world.prove(fake(), work={"is_whole": False})
    assert [result.path for result in proof.handwritten] == [mine.as_posix()]


@pytest.mark.parametrize("how", ["pipe", "device", "outside", "nowhere", "loop"])
def test_what_is_no_file_hangs_nothing(world, fake, tmp_path_factory, how):
    path = world.tests / "mine.test.yaml"
    outside = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text("password: not-for-you")
    targets = {"device": "/dev/zero", "outside": outside, "nowhere": "gone.yaml", "loop": path.name}
    os.mkfifo(path) if how == "pipe" else path.symlink_to(targets[how])
    [problem] = world.prove(fake()).problems
    assert (problem.code, problem.span.path) in {
        ("unreadable-file", path.as_posix()),
        ("outside-link", path.as_posix()),
    }
    assert "not-for-you" not in problem.message


def test_a_link_within_the_project_is_a_test(world, fake):
    (world.base / "mine.yaml").write_text("rule_files: []\ntests: []\n")
    (world.tests / "mine.test.yaml").symlink_to("../mine.yaml")
    assert [problem.code for problem in world.prove(fake()).problems] == ["empty-test"]
