"""A project is read, understood and compiled once, whatever a command asks of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from slogen import owners, pipeline
from slogen.understand import understand
from tests.cli.conftest import Run

NOTIFICATIONS = """\
apiVersion: slogen/v1
kind: Notifications
receivers: {pager: {webhook: {url: "http://pager/"}}, chat: {webhook: {url: "http://chat/"}}}
default: {page: pager, ticket: chat}
"""
MINE = """\
receivers: [{name: own}]
route: {receiver: own}
inhibit_rules: [{source_matchers: [alertname="Own"], target_matchers: [severity="ticket"]}]
"""
MERGED = "targets: [prometheus, alertmanager, tests]\nalertmanager: {merge_into: mine.yml}\n"
MADE_ONCE = {f"{what} of {owner}": 1 for what in ("rules", "proof") for owner in ("chat", "shop", "all")}


@pytest.fixture
def whole(project: Path) -> Path:
    """The project with everything that asks for its meaning: notifications, a file to merge into, tests."""
    (project / "notifications.yaml").write_text(NOTIFICATIONS)
    (project / "mine.yml").write_text(MINE)
    settings = project / "slogen.yaml"
    settings.write_text(settings.read_text().replace("targets: [prometheus]\n", MERGED))
    return project


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a project is understood, and the rules and the proof of each owner are made."""
    found: Counter[str] = Counter()
    rules, prove = owners.rules_of, owners.proof_of

    def count(name, real):
        def counted(*args, **more):
            found[name if name == "understand" else f"{name} of {args[0].name if args[0] else 'all'}"] += 1
            return real(*args, **more)

        return counted

    monkeypatch.setattr("slogen.project.workspace.understand", count("understand", understand))
    for module in (owners, pipeline):
        monkeypatch.setattr(module, "rules_of", count("rules", rules))
        monkeypatch.setattr(module, "proof_of", count("proof", prove))
    return found


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize(
    "command",
    [
        "validate",
        "generate",
        "generate --diff",
        "explain",
        "explain --routes",
        "docs -o pages",
        "alertmanager merge mine.yml",
    ],
)
def test_commands_understand_once(slogen: Run, calls: Counter[str], command: str) -> None:
    slogen(*command.split())
    assert calls["understand"] == 1


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("command", ["generate", "generate --stdout", "check"])
def test_what_is_merged_is_compiled_once(slogen: Run, calls: Counter[str], command: str) -> None:
    """The inhibition of the file that is merged into is held against the alerts of all owners."""
    slogen(*command.split(), code=command == "check")
    assert calls == {"understand": 1, **MADE_ONCE}


@pytest.mark.usefixtures("whole")
def test_a_changed_spec_compiles_each_owner_once(slogen: Run, calls: Counter[str], project: Path) -> None:
    slogen("generate")
    spec = next(iter(sorted((project / "specs").glob("*.yaml"))))
    spec.write_text(spec.read_text() + "# changed\n")
    calls.clear()
    slogen("generate")
    assert calls == Counter({"understand": 1, **MADE_ONCE, "proof of shop": 0})


@pytest.mark.usefixtures("whole")
def test_a_proof_understands_and_compiles_once(slogen: Run, calls: Counter[str], tmp_path: Path) -> None:
    slogen("generate")
    calls.clear()
    slogen("test", "--promtool", str(tmp_path / "none"), code=1)
    assert calls == {"understand": 1, **MADE_ONCE}
