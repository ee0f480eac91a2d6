"""What a change of the specs means, as a reviewer reads it: in a project in git, with real commits."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, spec

_GIT = ("git", "-c", "user.name=us", "-c", "user.email=us@example.com", "-c", "commit.gpgsign=false")


def git(*arguments: str, place: Path | None = None) -> str:
    """Run git, without what a person has configured."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env = {**clean, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    done = subprocess.run([*_GIT, *arguments], cwd=place, env=env, capture_output=True, text=True, check=True)
    return done.stdout


def commit(message: str = "change") -> None:
    git("add", "-A")
    git("commit", "-q", "-m", message)


@pytest.fixture(autouse=True)
def repo(project: Path) -> Path:
    """The project of two services, committed."""
    git("init", "-q", "-b", "main")
    commit("first")
    return project


def forget() -> None:
    """As if there were no repository."""
    shutil.rmtree(".git")


def edit(path: str, old: str, new: str) -> None:
    text = Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new))


def change(slogen: Run, *words: str, id: str = "chat/availability") -> dict[str, Any]:
    """What JSON says of an SLO."""
    found: list[dict[str, Any]] = json.loads(slogen("diff", *words, "--format", "json").stdout)["slos"]
    (one,) = (each for each in found if each["id"] == id)
    return one


def said(found: dict[str, Any], topic: str) -> str:
    """A line of an SLO in one: what was, what is, and the note."""
    (line,) = (each for each in found["changes"] if each["topic"] == topic)
    pairs = [f"{each['label']} {each['before']} -> {each['after']}".strip() for each in line["values"]]
    return " ".join([*pairs, line["note"]]).strip()


def topics(found: dict[str, Any]) -> set[str]:
    return {each["topic"] for each in found["changes"]}


def test_nothing_changed(slogen: Run) -> None:
    expected = "HEAD -> work tree: nothing changes: 2 SLOs mean what they meant\n"
    assert slogen("diff", "--exit-code").stdout == expected
    Path("specs/chat.yaml").write_text("# words\n" + spec())  # a comment means nothing
    assert slogen("diff", "--exit-code").stdout == expected


def test_an_objective_is_ten_lines(slogen: Run) -> None:
    edit("specs/chat.yaml", "99.9", "99.95")
    shown = slogen("diff").stdout
    assert shown.splitlines() == [
        "HEAD -> work tree: 1 SLO changes; pages of 1 come sooner",
        "",
        "chat/availability (specs/chat.yaml:5)",
        "  objective     99.9% -> 99.95% over 30d",
        "  budget        43m12s -> 21m36s of total outage in 30d, with steady traffic",
        "  events        1,000 -> 500 of a million may be bad",
        "  history       kept: the same errors now use twice as much of the budget; whoever has less than 50%"
        " left is overspent at once",
        "  page above    page_fast 1.44% -> 0.72%, page_slow 0.6% -> 0.3%",
        "  ticket above  ticket_fast 0.3% -> 0.15%, ticket_slow 0.1% -> 0.05%",
        "  first page    sooner: at 100% errors 1m -> 30s, at 50% errors 2m -> 1m, at 10% errors 9m -> 4m30s,"
        " at 1% errors 3h36m -> 43m30s",
        "  first ticket  sooner: at 100% errors 4m30s -> 2m30s, at 50% errors 9m -> 4m30s, at 10% errors"
        " 43m30s -> 22m, at 1% errors 7h12m -> 3h36m, at 0.1% errors never -> 1d12h",
        "",
        "generated files: 1 changed: generated/prometheus",
    ]
    assert slogen("diff", "--exit-code", code=1).stdout == shown


def test_the_times_are_those_of_explain(slogen: Run) -> None:
    edit("specs/chat.yaml", "99.9", "99.5")
    moved = change(slogen)["first_alerts"]
    told = json.loads(slogen("explain", "chat/availability", "--format", "json").stdout)["reactions"]
    pages = {each["rate"]: each["page"] for each in told}
    mine = {each["error_ratio"]: each["after_seconds"] for each in moved if each["severity"] == "page"}
    assert {1, 0.5, 0.1} <= mine.keys() & pages.keys()
    assert {rate: mine[rate] for rate in mine if rate in pages} == {
        rate: pages[rate] for rate in mine if rate in pages
    }
    assert "pages of 1 come later" in slogen("diff").stdout


def test_a_window(slogen: Run) -> None:
    edit("specs/chat.yaml", "30d", "7d")
    found = change(slogen)
    assert said(found, "window") == "30d -> 7d"
    assert said(found, "budget").startswith("43m12s in 30d -> 10m5s in 7d of total outage")
    assert found["budget_fate"] == "refills"
    assert (found["before"]["window_seconds"], found["after"]["window_seconds"]) == (2592000, 604800)


def test_a_selector(slogen: Run) -> None:
    edit("specs/chat.yaml", 'errors_total{job="chat"}', 'errors_total{job="chat",code=~"5.."}')
    found = change(slogen)
    assert said(found, "counts") == 'bad errors_total{job="chat"} -> errors_total{job="chat",code=~"5.."}'
    assert said(found, "history") == "the budget mixes old and new events until 30d have passed"
    assert found["budget_fate"] == "mixed"
    assert topics(found) <= {"counts", "history", "cost"}


def test_a_long_selector_has_a_line_of_its_own(slogen: Run) -> None:
    edit("specs/chat.yaml", 'errors_total{job="chat"}', f'errors_total{{job="chat",code=~"{"5..|" * 30}6"}}')
    lines = slogen("diff").stdout.splitlines()
    (number,) = (n for n, line in enumerate(lines) if line.startswith("  counts"))
    assert lines[number].endswith('bad errors_total{job="chat"}')
    assert lines[number + 1].strip().startswith("-> errors_total{")


def test_good_events(slogen: Run) -> None:
    edit("specs/chat.yaml", "bad: 'errors", "good: 'good")
    commit()
    edit("specs/chat.yaml", "good_total", "fine_total")
    assert change(slogen)["budget_fate"] == "mixed"


def test_groups_begin_anew(slogen: Run) -> None:
    edit("specs/chat.yaml", "}'}}", "}', by: [region]}}")
    found = change(slogen)
    assert found["budget_fate"] == "restarts"
    assert said(found, "groups") == "none -> region"
    assert "1 budget restarts" in slogen("diff").stdout


def test_a_renamed_slo_begins_anew(slogen: Run) -> None:
    edit("specs/chat.yaml", "availability", "answers")
    found = change(slogen, id="chat/answers")
    assert (found["change"], found["was_id"], found["budget_fate"]) == (
        "renamed",
        "chat/availability",
        "restarts",
    )
    assert "`id: chat/availability` in the spec keeps both" in slogen("diff").stdout


def test_a_name_that_keeps_its_identity(slogen: Run) -> None:
    edit("specs/chat.yaml", "name: availability", "name: answers\n    id: chat/availability")
    found = change(slogen)
    assert (found["change"], found["name"], found["budget_fate"]) == ("changed", "chat/answers", "kept")
    assert topics(found) == {"name"}


def test_slos_that_come_and_go(slogen: Run) -> None:
    Path("specs/shop.yaml").unlink()
    Path("specs/new.yaml").write_text(spec("fresh").replace("errors_total", "other_total"))  # not even added
    shown = slogen("diff").stdout
    assert shown.startswith("HEAD -> work tree: 1 SLO is new, 1 is removed\n")
    assert "shop/availability is removed (specs/shop.yaml:5)\n  was           99.9% over 30d\n" in shown
    assert "fresh/availability is new (specs/new.yaml:5)\n  objective     99.9% over 30d\n" in shown
    assert "1 changed, 1 new, 1 removed" in shown
    assert change(slogen, id="shop/availability")["after"] is None


def test_a_policy_moves_its_tiers(slogen: Run) -> None:
    policy = """\
apiVersion: slogen/v1
kind: AlertPolicy
name: ours
window: 30d
tiers:
  - {name: fast, severity: page, budget: 2%, long: 1h, short: 5m}
  - {name: slow, severity: ticket, budget: 10%, long: 3d, short: 6h}
"""
    Path("specs/policy.yaml").write_text(policy)
    edit("specs/chat.yaml", "    sli:", "    alerting: {policy: ours}\n    sli:")
    commit()
    edit("specs/policy.yaml", "2%, long: 1h, short: 5m", "5%, long: 2h, short: 10m")
    found = change(slogen)
    assert said(found, "page tier").startswith("fast above 1.44% over 1h and 5m")
    assert "-> above 1.8% over 2h and 10m" in said(found, "page tier")
    assert {"first page"} <= topics(found)
    assert not {"history", "budget"} & topics(found)  # the budget is what it was
    edit("specs/policy.yaml", "  - {name: slow, severity: ticket, budget: 10%, long: 3d, short: 6h}\n", "")
    assert "ticket slow" in said(change(slogen), "alerts gone")


def test_alerts_that_are_off(slogen: Run) -> None:
    edit("specs/chat.yaml", "    sli:", "    alerting: {page: {enabled: false}}\n    sli:")
    found = change(slogen)
    assert "page page_fast" in said(found, "alerts gone")
    assert "-> never" in said(found, "first page")
    assert "pages of 1 come later" in slogen("diff").stdout


NOTIFICATIONS = """\
apiVersion: slogen/v1
kind: Notifications
receivers:
  duty: {pagerduty: {routing_key: {file: /run/key}}}
  chat: {slack: {webhook: {file: /run/slack}, channel: "#slo"}}
default: {page: duty, ticket: chat}
"""


def test_who_is_told(slogen: Run) -> None:
    Path("notifications.yaml").write_text(NOTIFICATIONS)
    commit()
    edit("notifications.yaml", "ticket: chat", "ticket: duty")
    assert said(change(slogen), "told") == "ticket slogen-chat -> slogen-duty"
    shown = slogen("diff").stdout
    assert "alike: shop/availability" in shown  # once for both
    git("checkout", "-q", ".")
    edit("notifications.yaml", "/run/slack", "/run/other-secret")
    shown = slogen("diff", "--exit-code", code=1).stdout
    assert "receivers     chat: sent otherwise than before" in shown
    assert "secret" not in shown
    assert "no SLO means anything else" in shown


def test_an_owner(slogen: Run) -> None:
    edit("specs/chat.yaml", "slos:", "owner: team-x\nslos:")
    assert said(change(slogen), "owner") == "none -> team-x"


def test_settings_that_move_all(slogen: Run) -> None:
    edit("slogen.yaml", "retention: 90d", "retention: 90d, base_window: 10m")
    found = change(slogen)
    assert "the budget goes on" in said(found, "history")
    assert found["budget_fate"] == "kept"
    shown = slogen("diff").stdout
    assert "2 SLOs change" in shown
    assert "alike: shop/availability" in shown
    assert "slogen.yaml   prometheus.base_window 5m -> 10m" in shown


def test_a_scrape_interval_counts_the_same_events(slogen: Run) -> None:
    edit("slogen.yaml", "retention: 90d", "retention: 90d, scrape_interval: 60s")
    assert said(change(slogen), "history") == "the same events are counted in another way; the budget goes on"


def test_identity_labels_restart_all(slogen: Run) -> None:
    edit("slogen.yaml", "targets:", "labels: {cluster: eu}\ntargets:")
    assert "2 SLOs change; 2 budgets restart" in slogen("diff").stdout


def test_words_are_no_more_than_words(slogen: Run) -> None:
    edit("specs/chat.yaml", "    sli:", "    description: Said otherwise\n    sli:")
    found = change(slogen)
    assert topics(found) == {"texts"}
    assert "Said otherwise" not in slogen("diff").stdout


def test_an_old_side_that_is_broken(slogen: Run) -> None:
    edit("specs/shop.yaml", "99.9", "199")
    Path("specs/odd.yaml").write_text(spec("odd") + "<<<<<<< HEAD\n")
    commit()
    edit("specs/shop.yaml", "199", "99.9")
    edit("specs/odd.yaml", "<<<<<<< HEAD\n", "")
    edit("specs/chat.yaml", "99.9", "99.5")
    shown = slogen("diff").stdout
    assert "1 SLO changes; pages of 1 come later; 2 can't be compared" in shown
    assert "HEAD:specs/shop.yaml:6:16: an objective of 199 is out of range" in shown
    assert "HEAD:specs/odd.yaml:9:1: " in shown
    assert "not compared: odd/availability, shop/availability" in shown
    assert "generated files" not in shown
    data = json.loads(slogen("diff", "--format", "json").stdout)
    assert {each["code"] for each in data["old_errors"]} == {"objective", "yaml-syntax"}
    assert data["unknown"] == ["odd/availability", "shop/availability"]


def test_a_new_side_that_is_broken(slogen: Run) -> None:
    edit("specs/chat.yaml", "99.9", "199")
    assert "[objective]" in slogen("diff", code=1).stderr
    Path("specs/chat.yaml").write_text(f"<<<<<<< ours\n{spec()}=======\n{spec()}>>>>>>> theirs\n")
    failed = slogen("diff", code=2)
    assert "specs/chat.yaml:1:1: error[yaml-syntax]: this is a mark of a merge" in failed.stderr
    assert failed.stdout == ""


def test_no_repository(project: Path, slogen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    forget()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    shown = slogen("diff", code=2).stderr
    assert "not a git repository" in shown
    assert "name a folder with the project as it was" in shown


def test_a_repository_of_somebody_else(slogen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    shown = slogen("diff", code=2).stderr
    assert "dubious ownership" in shown
    assert "safe.directory" in shown


def test_no_commit_yet(slogen: Run) -> None:
    forget()
    git("init", "-q")
    assert "git has no commit here yet" in slogen("diff", code=2).stderr


def test_revisions_that_are_none(slogen: Run) -> None:
    shown = slogen("diff", "mian", code=2).stderr
    assert "git knows no revision `mian`; did you mean `main`?" in shown
    assert "is no revision of git" in slogen("diff", "--", "--output=x", code=2).stderr
    assert not Path("x").exists()


def test_a_shallow_clone(
    repo: Path, tmp_path_factory: pytest.TempPathFactory, slogen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit_of = git("rev-parse", "HEAD").strip()
    edit("specs/chat.yaml", "99.9", "99.5")
    commit()
    place = tmp_path_factory.mktemp("clone")
    git("clone", "-q", "--depth", "1", f"file://{repo}", str(place))
    monkeypatch.chdir(place)
    assert "nothing changes" in slogen("diff").stdout
    shown = slogen("diff", commit_of, code=2).stderr
    assert "this clone is a shallow one" in shown
    assert "fetch-depth: 0" in shown


def test_ranges(slogen: Run) -> None:
    git("checkout", "-q", "-b", "theirs")
    edit("specs/shop.yaml", "99.9", "99.5")
    commit()
    git("checkout", "-q", "main")
    edit("specs/chat.yaml", "99.9", "99.5")
    commit()
    edit("specs/chat.yaml", "99.5", "99")  # not committed, and so no part of any range
    assert {
        each["id"] for each in json.loads(slogen("diff", "theirs..main", "--format", "json").stdout)["slos"]
    } == {
        "chat/availability",
        "shop/availability",
    }
    shown = slogen("diff", "theirs...main").stdout
    assert shown.startswith("theirs -> main: 1 SLO changes")
    assert "99.9% -> 99.5%" in shown
    assert "shop" not in shown
    assert "99.9% -> 99% " in slogen("diff", "theirs", "specs/chat.yaml").stdout


def test_a_folder(tmp_path_factory: pytest.TempPathFactory, slogen: Run) -> None:
    other = tmp_path_factory.mktemp("as it was")
    (other / "specs").mkdir()
    (other / "slogen.yaml").write_text(Path("slogen.yaml").read_text())
    for name in ("chat", "shop"):
        (other / f"specs/{name}.yaml").write_text(Path(f"specs/{name}.yaml").read_text())
    (other / "specs/chat.yaml").write_text(spec(objective="99"))
    for word in (str(other), str(other / "specs")):
        shown = slogen("diff", word).stdout
        assert "99% -> 99.9% over 30d" in shown
        assert "shop" not in shown


def test_paths_are_about_their_services(slogen: Run) -> None:
    for name in ("chat", "shop"):
        edit(f"specs/{name}.yaml", "99.9", "99.5")
    assert "shop" not in slogen("diff", "specs/chat.yaml").stdout
    assert "chat" not in slogen("diff", "HEAD", "specs/shop.yaml").stdout
    assert "no-such-path" in slogen("diff", "specs/gone.yaml", code=2).stderr


def test_a_project_that_is_new(slogen: Run) -> None:
    forget()
    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "nothing")
    assert slogen("diff").stdout.startswith("HEAD -> work tree: 2 SLOs are new")


def test_links_never_lead_out(tmp_path_factory: pytest.TempPathFactory, slogen: Run) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text(spec("secret"))
    Path("specs/out.yaml").symlink_to(outside)
    Path("shared").mkdir()
    Path("shared/extra.yaml").write_text(spec("extra"))
    Path("specs/in.yaml").symlink_to("../shared/extra.yaml")
    commit()
    Path("specs/out.yaml").unlink()
    shown = slogen("diff").stdout
    assert "HEAD:specs/out.yaml:1:1: `specs/out.yaml` is a link that leads out of the project" in shown
    assert "secret" not in shown.replace("secret.yaml", "")
    edit("shared/extra.yaml", "99.9", "99.5")  # what is linked inside is compared
    assert "extra/availability (specs/in.yaml:5)" in slogen("diff").stdout


def test_no_program_of_the_repository_runs(slogen: Run) -> None:
    Path(".gitattributes").write_text("*.yaml filter=bad diff=bad\n")
    commit()
    for name in ("filter.bad.smudge", "filter.bad.clean", "diff.bad.textconv", "core.fsmonitor"):
        git("config", name, "touch ran; cat")
    edit("specs/chat.yaml", "99.9", "99.5")
    assert "99.9% -> 99.5%" in slogen("diff").stdout
    assert not Path("ran").exists()


def test_what_git_does_not_hold(slogen: Run) -> None:
    good = Path("specs/chat.yaml").read_text()
    Path("specs/chat.yaml").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n")
    Path("specs/big.yaml").write_text("#" * (4 * 1024 * 1024 + 1))
    commit()
    Path("specs/chat.yaml").write_text(good)
    Path("specs/big.yaml").unlink()
    shown = slogen("diff").stdout
    assert "`specs/chat.yaml` cannot be read: its content is in Git LFS" in shown
    assert "not compared: chat/availability" in shown
    assert "the limit is 4 MiB" in shown


def test_a_folder_with_blanks_below_the_top(repo: Path, slogen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    place = repo / "a b/ç"
    (place / "specs/x y").mkdir(parents=True)
    (place / "specs/x y/ö ä.yaml").write_text(spec("odd"))
    commit()
    monkeypatch.chdir(place)
    (place / "specs/x y/ö ä.yaml").write_text(spec("odd", objective="99.5"))
    assert "odd/availability (specs/x y/ö ä.yaml:5)" in slogen("diff").stdout
    monkeypatch.chdir(repo.parent)
    assert "99.9% -> 99.5%" in slogen("diff", "HEAD", str(place / "specs")).stdout


def test_a_hook_says_which_repository(slogen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    edit("specs/chat.yaml", "99.9", "99.5")
    assert "99.9% -> 99.5%" in slogen("diff").stdout


def test_settings_of_another_name(slogen: Run) -> None:
    Path("slogen-prod.yaml").write_text(Path("slogen.yaml").read_text())
    commit()
    edit("slogen-prod.yaml", "retention: 90d", "retention: 90d, base_window: 10m")
    assert "nothing changes" in slogen("diff").stdout
    assert "base_window 5m -> 10m" in slogen("diff", "--settings", "slogen-prod.yaml").stdout


def test_nothing_is_left_behind(
    slogen: Run, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("tmp")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    before = git("status", "--porcelain")
    slogen("diff")
    slogen("diff", "main..main")
    assert list(folder.iterdir()) == []
    assert git("status", "--porcelain") == before


HOSTILE = "</code> @everyone | `x` **b** <img src=x> &amp; :smile: #1 https://evil.example [a](b)"


def test_markdown_holds_nothing_of_users(slogen: Run) -> None:
    edit("specs/chat.yaml", "slos:", f"owner: {json.dumps(HOSTILE)}\nslos:")
    edit("specs/chat.yaml", 'errors_total{job="chat"}', 'errors_total{job="chat",x="@all </code> | `y`"}')
    shown = slogen("diff", "--format", "markdown").stdout
    outside = re.sub(r"<code>.*?</code>", "", shown)
    assert "@" not in outside
    assert "https://" not in outside
    assert "<img" not in shown
    assert not re.search(r"<(?!/?code>|/?details>|/?summary>)", shown.replace("\\<", ""))
    assert all("`" not in line.replace("\\`", "") for line in shown.splitlines())
    assert "&amp;amp;" in shown


def test_markdown(slogen: Run) -> None:
    edit("specs/chat.yaml", "99.9", "99.95")
    shown = slogen("diff", "--format", "markdown").stdout
    assert shown.startswith(
        "### What changes for SLOs\n\n1 SLO changes; pages of 1 come sooner (HEAD → work tree).\n"
    )
    assert "- **objective**: 99.9% → **99.95%** over 30d\n" in shown
    assert "<details><summary>Generated files: 1 changed</summary>" in shown
    git("checkout", "-q", ".")
    assert slogen("diff", "--format", "markdown").stdout.startswith("### SLOs: nothing changes\n")


@pytest.mark.slow
def test_markdown_fits_a_comment(slogen: Run) -> None:
    """Every SLO changes in its own way, and one is removed: what matters most stays."""
    head, item = spec().split("slos:\n")
    long = "x" * 60
    many = [item.replace("availability", f"n{n}-{long}"[:60].rstrip("-")) for n in range(300)]
    Path("specs/chat.yaml").write_text(f"{head}slos:\n{''.join(many)}")
    commit()
    changed = [each.replace("99.9", f"99.{n:03}") for n, each in enumerate(many, 100)]
    Path("specs/chat.yaml").write_text(f"{head}slos:\n{''.join(changed)}")
    Path("specs/shop.yaml").unlink()
    shown = slogen("diff", "--format", "markdown").stdout
    assert 55_000 < len(shown) <= 65_000
    assert re.search(r"\*\d+ more changes of SLOs are left out here", shown)
    assert shown.index("shop/availability") < shown.index("chat/n")
    assert shown.rstrip().endswith("</details>")


@pytest.mark.slow
def test_a_thousand_slos_that_change_alike(slogen: Run) -> None:
    head, item = spec().split("slos:\n")
    for service in range(20):
        many = "".join(item.replace("availability", f"n{n}") for n in range(50))
        Path(f"specs/s{service}.yaml").write_text(f"{head}slos:\n{many}".replace("chat", f"s{service}"))
    commit()
    edit("slogen.yaml", "retention: 90d", "retention: 90d, scrape_interval: 20s")
    shown = slogen("diff").stdout
    assert "1,002 SLOs change" in shown
    assert len(shown.splitlines()) < 15
