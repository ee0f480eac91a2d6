"""`slogen doctor` as people call it."""

from __future__ import annotations

import json
import os
import threading

import pytest

from slogen.codes.running import RUNNING
from slogen.codes.world import WORLD
from slogen.live.doctor.checks import CHECKS
from tests.docs.pages import REPO, read
from tests.live.doctor.targets import TARGETS
from tests.live.fake import Said, failure, serving, success

GOOD = "# TYPE requests_total counter\nrequests_total 5\n# TYPE errors_total counter\nerrors_total 1\n"


@pytest.fixture
def dump(project):
    """A dump that the specs fit."""
    (project / "metrics.txt").write_text(GOOD)
    return "metrics.txt"


def test_a_world_that_fits(slogen, dump):
    text = slogen("doctor", "--metrics", dump).output
    assert text.startswith(
        "2 SLOs looked for in metrics.txt: 4 selectors, 2 series, 11 checks done, nothing found"
    )
    assert "not asked: job, which only Prometheus adds" in text


@pytest.mark.parametrize("words", [["chat"], ["chat/availability"], ["chat/*"], ["specs/chat.yaml"]])
def test_words_are_slos_services_patterns_and_paths(slogen, dump, words):
    assert slogen("doctor", *words, "--metrics", dump).output.startswith("1 SLO looked for")


def test_a_name_that_nothing_has(slogen, dump):
    assert (
        "did you mean `chat/availability`?"
        in slogen("doctor", "chat/availabilty", "--metrics", dump, code=2).output
    )


def test_findings_are_exit_code_1_and_warnings_with_strict(slogen, project, dump):
    (project / dump).write_text(GOOD.replace("requests", "request"))
    text = slogen("doctor", "chat", "--metrics", dump, code=1).output
    assert "specs/chat.yaml:8:61: error[no-such-metric]: metrics.txt has no metric `requests_total`" in text
    assert "did you mean `request_total`?" in text
    (project / dump).write_text(GOOD.replace("errors", "failures"))
    slogen("doctor", "chat", "--metrics", dump)
    slogen("doctor", "chat", "--metrics", dump, "--strict", code=1)


def test_other_formats(slogen, project, dump):
    (project / dump).write_text(GOOD.replace("requests", "request"))
    arguments = ("doctor", "chat", "--metrics", dump, "--format")
    data = json.loads(slogen(*arguments, "json", code=1).output)
    assert [problem["code"] for problem in data["problems"]] == ["no-such-metric"]
    assert data["problems"][0]["slo"] == "chat/availability"
    assert data["checks"]["metrics"] == {"state": "done", "why": []}
    assert data["not_asked"] == ["job"]
    assert "::error file=specs/chat.yaml,line=8" in slogen(*arguments, "github", code=1).output
    assert json.loads(slogen(*arguments, "sarif", code=1).output)["runs"]


def test_one_check_alone(slogen, project, dump):
    (project / dump).write_text(GOOD.replace("requests", "request"))
    slogen("doctor", "--metrics", dump, "--only", "values")
    assert "'types'" in slogen("doctor", "--metrics", dump, "--only", "type", code=2).output


def test_a_check_that_was_asked_for_and_cannot_be_done(slogen, dump):
    """What a dump doesn't know is no failure but where somebody wants exactly that."""
    text = slogen("doctor", "--metrics", dump, "--only", "up", code=5).output
    assert "0 checks done\n" in text
    assert "nothing found" not in text
    slogen("doctor", "--metrics", dump, "--only", "up", "--unknown", "ok")
    slogen("doctor", "--metrics", dump)


def test_a_dump_that_cannot_be_read(slogen, project, dump):
    (project / dump).write_text("<html>\n")
    assert (
        "metrics.txt:1:1: error[unreadable-metrics]: this is HTML"
        in slogen("doctor", "--metrics", dump, code=2).output
    )
    assert "no-such-path" in slogen("doctor", "--metrics", "nothing.txt", code=2).output
    assert "unreadable-file" in slogen("doctor", "--metrics", "specs", code=2).output


def test_a_cut_dump_is_a_warning(slogen, project, dump):
    (project / dump).write_text(GOOD.rstrip("\n"))
    assert "warning[cut-metrics]" in slogen("doctor", "--metrics", dump).output


def test_a_spec_that_is_wrong_is_told_first(slogen, project, dump):
    (project / "specs/shop.yaml").write_text("kind: nothing\n")
    assert "error" in slogen("doctor", "--metrics", dump, code=1).output


@pytest.mark.usefixtures("project")
def test_without_a_server_or_a_dump(slogen):
    assert "--url" in slogen("doctor", code=2).output


def test_a_pipe(slogen, project):
    """As `<(curl ...)` is one."""
    os.mkfifo(project / "pipe")
    writer = threading.Thread(target=(project / "pipe").write_text, args=(GOOD,))
    writer.start()
    assert "nothing found" in slogen("doctor", "--metrics", "pipe").output
    writer.join()


def test_the_shipped_specs_fit_their_targets(slogen, tmp_path, monkeypatch):
    """Those of real systems, as far as they are shown there."""
    arguments = []
    for job, text in TARGETS.items():
        (tmp_path / f"{job}.txt").write_text(text)
        arguments += ["--metrics", str(tmp_path / f"{job}.txt")]
    monkeypatch.chdir(REPO)
    text = slogen("doctor", "--strict", *arguments).output
    assert text.startswith("41 SLOs looked for in 14 dumps")
    assert "nothing found" in text


def test_the_page_has_every_check():
    """And every code that a check can give."""
    page = read("docs/live/doctor.md")
    assert [name for name in CHECKS if f"\n### {name}\n" not in page] == []
    assert [code for code in (*WORLD, *RUNNING) if f"(../problems.md#{code})" not in page] == []


def test_presets_that_fit_become_a_spec(slogen, tmp_path, monkeypatch):
    """Without specs; what comes out is a spec that is read again."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "metrics.txt").write_text(TARGETS["litellm"])
    text = slogen("doctor", "--suggest", "--metrics", "metrics.txt").stdout
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/litellm.yaml").write_text(text)
    slogen("validate")
    slogen("doctor", "--metrics", "metrics.txt")
    data = json.loads(slogen("doctor", "--suggest", "--metrics", "metrics.txt", "--format", "json").stdout)
    assert data["spec"].strip() == text.strip()


def test_no_preset_fits(slogen, dump):
    assert "no preset fits metrics.txt" in slogen("doctor", "--suggest", "--metrics", dump, code=1).stderr


def test_a_server_that_does_not_tell_its_metrics_fits_no_preset_nor_none(slogen):
    with serving(lambda _: Said(403, b"no")) as server:
        done = slogen("doctor", "--suggest", "--url", server.url, code=5)
    assert "cannot tell all that fits" in done.stderr
    assert "no preset fits" not in done.stderr


@pytest.mark.usefixtures("project")
def test_a_server_is_asked(slogen):
    """Which of the rules of two services is not loaded is told; what can't be told is exit code 5."""
    answers = {"rules": {"groups": []}, "status/buildinfo": {"goVersion": "go1.22", "version": "3.5.0"}}

    def answer(asked):
        path = asked.path.removeprefix("/api/v1/")
        if path == "query":
            return failure(422, "too much", "execution")
        return success(answers[path]) if path in answers else failure(404, "unknown")

    with serving(answer) as server:
        text = slogen("doctor", "--url", server.url, "--only", "rules", code=1).output
        assert "error[rules-missing]" in text
        arguments = ("doctor", "chat", "--url", server.url, "--retries", "0")
        text = slogen(*arguments, "--only", "metrics", code=5).output
        assert f"1 SLO looked for in {server.url}" in text
        assert "cannot tell: metrics" in text
        slogen(*arguments, "--only", "metrics", "--unknown", "ok")
        assert "is no duration" in slogen(*arguments, "--since", "soon", code=2).output


@pytest.mark.usefixtures("project")
def test_a_server_that_is_not_there(slogen):
    url = "http://127.0.0.1:9"
    assert url in slogen("doctor", "--url", url, "--retries", "0", code=4).stderr
