"""From texts to documents, and the policies that these declare.

Pure: nothing here reads, writes or prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from slogen.diagnostics import Problem, has_errors
from slogen.load.document import Document
from slogen.load.reader import read
from slogen.model.read_alerting import read_policy
from slogen.model.tiers import Policy
from slogen.shape.salvage import salvage
from slogen.validate.policies import check as check_policy
from slogen.validate.secrets import is_named, may_hold_secrets, shape, without_lines

SLO_KIND, POLICY_KIND, SETTINGS_KIND = "ServiceLevelObjectives", "AlertPolicy", "Settings"
Source = str | bytes


def load(sources: Mapping[str, Source], problems: list[Problem], lost: set[str]) -> list[Document]:
    """All documents in the order of their paths; of those whose shape is wrong, what can be understood.

    `lost` gets the paths where something can't be: as nobody knows what it says, files that hold something
    of every service would come out without it.
    """
    fitting = []
    for path in sorted(sources):
        documents, found = read(path, sources[path])
        lost |= {path} if has_errors(found) else set()
        is_secret = is_named(path) or may_hold_secrets(sources[path])
        problems += without_lines(found) if is_secret else found
        for document in documents:
            document, found = shape(document)
            problems += found
            if has_errors(found):
                salvaged = salvage(document)
                fitting += [salvaged] if salvaged else []
                lost |= set() if salvaged and salvaged.data["service"] else {path}
                continue
            if document.data["kind"] == SETTINGS_KIND:
                message = "settings stand in slogen.yaml beside the specs folder, not in a spec"
                problems.append(
                    Problem("misplaced-settings", message, document.span(("kind",)), "move it there")
                )
                continue
            fitting.append(document)
    return fitting


def declared_policies(documents: Iterable[Document], problems: list[Problem]) -> dict[str, Policy]:
    """The policies of documents, by name."""
    policies: dict[str, Policy] = {}
    for document in documents:
        if document.data["kind"] == POLICY_KIND:
            problems += check_policy(document)
            policy = read_policy(document.data)
            if policy.name in policies:
                message = f"the policy `{policy.name}` is declared twice"
                problems.append(Problem("duplicate-policy", message, document.span(("name",)), "rename one"))
            policies[policy.name] = policy
    return policies


@cache
def shipped_policies() -> dict[str, Policy]:
    folder = Path(__file__).parent / "presets" / "policies"
    documents = [d for file in sorted(folder.iterdir()) for d in read(file.name, file.read_bytes())[0]]
    policies = (replace(read_policy(d.data), is_shipped=True) for d in documents)
    return {policy.name: policy for policy in policies}
