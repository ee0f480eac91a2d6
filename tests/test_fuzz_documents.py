"""Every kind of document, mutated: never a traceback; errors with places, or output that its readers take."""

from __future__ import annotations

import json
import random
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import slogen
from tests.render.channels import channels
from tests.test_fuzz import HOW, NASTY, holds, mutated

pytestmark = pytest.mark.slow

REPO = Path(__file__).parents[1]
FULL = REPO / "tests/shape/full"
SPEC = (REPO / "specs/embeddings.yaml").read_text()
VERSIONS = ("0.25", "0.28", "0.33")
NOT_IN_DEBIAN = ("jira", "0.28")  # Debian's build leaves it out
UNSEEN = re.compile(
    "[\x7f-\x9f\u2028\u2029\ufeff]"
)  # readers of YAML take some of them for the end of a line
CHANNELS = {
    shown: {
        f"r{number}": {kind: given}
        for number, (kind, _, given, first) in enumerate(channels())
        if first <= tuple(map(int, shown.split("."))) and (kind, shown) != NOT_IN_DEBIAN
    }
    for shown in VERSIONS
}
YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
READ = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(FULL.glob("*.yaml"))}
SHIPPED = yaml.safe_load((REPO / "notifications.yaml").read_text())
POLICIES = [yaml.safe_load(path.read_text()) for path in (REPO / "slogen/presets/policies").iterdir()]
SECRETISH = (
    "https://hooks.slack.com/services/T01234567/B01234567/abcdefABCDEF0123456789ab",
    "xoxb-123456789012-abcdefABCDEF0123456789ab",
    "1234567890:AAabcdefABCDEF0123456789abcdefABCDE",
    "550e8400-e29b-41d4-a716-446655440000",
)
MORE = (
    5,
    10**20,
    "0001-01-01T00:00",
    "300y",
    "localtime",
    "{{ .X }}",
    "{{ template",
    "u@h",
    "P9",
    *SECRETISH,
)
VALUES = (*NASTY, *MORE)


def notifications(version):
    """A document that compiles with an Alertmanager of this version, and has nearly every field."""
    said = READ["notifications"]
    chat = {"slack": said["receivers"]["everything"]["slack"]}
    receivers = {**CHANNELS[version], "everything": chat, "other": chat, "team": {"existing": "pd-main"}}
    owners = {"search-platform": {"page": "other", "ticket": ["team", "everything"]}}
    default = {**said["default"], "ticket": ["everything", *CHANNELS[version]]}
    default["escalate"] = {**default["escalate"], "page_to": "other"}
    return {**said, "receivers": receivers, "owners": owners, "default": default}


FITTING = {version: notifications(version) for version in VERSIONS}
SEEDS = [*FITTING.values(), SHIPPED, *READ.values(), *POLICIES, yaml.safe_load(SPEC)]
edits = st.tuples(
    st.sampled_from((*HOW, "rename")), st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(VALUES)
)


def renamed(data, number, name):
    """One key of a mapping somewhere in the data has another name."""
    found = [each for each in mappings(data) if each]
    if found:
        inside = found[number % len(found)]
        key = list(inside)[number % len(inside)]
        inside[str(name)[:200]] = inside.pop(key)
    return data


def mappings(data):
    if isinstance(data, dict):
        yield data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from mappings(value)


def changed(seed, steps):
    for how, first, second, value in steps:
        plain = [(how, first, second, value)]
        seed = renamed(mutated(seed, []), first, value) if how == "rename" else mutated(seed, plain)
    return seed


def settings_text(yaml_of, version="0.33", **more):
    head = {"apiVersion": "slogen/v1", "kind": "Settings", "alertmanager": {"min_version": version}}
    return yaml_of({**head, "prometheus": {"retention": "90d"}, **more})


def compiled(yaml_of, data, version="0.33"):
    """The document among others: its settings, or one more file beside a spec."""
    text = yaml_of(data)
    try:
        if isinstance(data, dict) and data.get("kind") == "Settings":
            result = slogen.compile({"a.yaml": SPEC}, text)
        else:
            sources = {"a.yaml": SPEC, "b.yaml": text}
            targets = ["alertmanager", "prometheus"]
            result = slogen.compile(sources, settings_text(yaml_of, version, targets=targets))
        holds(result)
    except Exception as error:
        error.add_note(text)
        raise
    return result


def test_the_seeds_compile(yaml_of):
    for version, seed in FITTING.items():
        result = compiled(yaml_of, seed, version)
        assert result.ok, [problem for problem in result.problems if problem.is_error]


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(SEEDS), st.lists(edits, min_size=1, max_size=4))
def test_mutated_documents(yaml_of, seed, steps):
    result = compiled(yaml_of, changed(seed, steps))
    for path, text in result.files.items():
        assert not UNSEEN.search(text), path
        list(yaml.load_all(text, YAML)) if path.endswith(".yaml") else None
        json.loads(text) if path.endswith(".json") else None


@pytest.mark.parametrize("version", VERSIONS)
def test_amtool_accepts_what_compiles(yaml_of, version, oracles, tmp_path):
    chance = random.Random(f"notifications {version}")
    base = FITTING[version]
    # Who has receivers of the team's own gets no whole file.
    mail = {"email": {"to": "a@example.com"}}
    seed = {**base, "receivers": {**base["receivers"], "team": mail}}
    fine = 0
    for number in range(150):
        how = chance.choice((*HOW, "rename"))
        edit = (how, chance.randrange(10**6), chance.randrange(10**6), chance.choice(VALUES))
        result = compiled(yaml_of, changed(seed, [edit]), version)
        text = result.files.get("alertmanager/alertmanager.yml", "")
        if result.ok and text:
            (tmp_path / f"{number:03}.yml").write_text(text)
            (tmp_path / "slogen.tmpl").write_text(result.files["alertmanager/slogen.tmpl"])
            fine += 1
    assert 10 < fine < 200
    command = [oracles(f"alertmanager-{version}", "amtool"), "check-config", *sorted(tmp_path.glob("*.yml"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (
        "\n".join(block for block in done.stdout.split("\n\n") if "FAILED" in block) + done.stderr[-3000:]
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "odd", ["\ufdd0", "\ufffe", "\U0010ffff", "\ue000", "\u202e", "\x85", "\u2028", '"\\']
)
def test_odd_characters_reach_who_owns_them(yaml_of, odd, version, oracles, tmp_path):
    owner = f"a{odd}b"
    said = {**SHIPPED, "owners": {owner: {"page": "search-chat", "ticket": "ml-mail"}}}
    spec = {**yaml.safe_load(SPEC), "owner": owner}
    texts = {"a.yaml": json.dumps(spec), "n.yaml": json.dumps(said)}
    if ord(odd[0]) > 0xFFFF:
        texts = {
            path: json.dumps(data, ensure_ascii=False) for path, data in zip(texts, (spec, said), strict=True)
        }
    result = slogen.compile(texts, settings_text(yaml_of, version, targets=["alertmanager"]))
    assert result.ok, [problem for problem in result.problems if problem.is_error]
    for path in ("alertmanager.yml", "slogen.tmpl"):
        (tmp_path / path).write_text(result.files[f"alertmanager/{path}"])
    file = f"--config.file={tmp_path / 'alertmanager.yml'}"
    labels = (
        f"owner={json.dumps(owner, ensure_ascii=False)}",
        "severity=page",
        "slo_id=embeddings/availability",
    )
    command = [oracles(f"alertmanager-{version}", "amtool"), "config", "routes", "test", file, *labels]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "slogen-search-chat", done.stderr
