"""Controllers that apply what is generated: where they find it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.settings import Settings
from slogen.validate.secrets import without_lines

_CODE: Final = "gitops-settings"
# A token in the place of the user, or a password; `git@` of ssh is neither.
_SECRET: Final = re.compile(r"https?://[^/]*@|\w+://[^/@:]*:[^/@]*@")
_OUTSIDE: Final = "../"


def check_gitops(origin: Origin, settings: Settings) -> Iterator[Problem]:
    """A problem for each target that doesn't say where the objects come from, and for secrets in that."""
    argocd, flux = settings.argocd, settings.flux
    needed = {
        "argocd": (argocd.repo, argocd.path, "repo: https://git.example.com/slos"),
        "flux": (flux.source, flux.path, "source: slos"),
    }
    for target, (value, path, example) in needed.items():
        if target not in settings.targets:
            continue
        here = origin.at("targets", list(origin.at("targets").value or ()).index(target))
        if not value:
            message = f"the target `{target}` doesn't say where the objects come from"
            yield here.problem(_CODE, message, f"set `{target}: {{{example}}}`")
        elif not path and settings.output.objects().startswith((_OUTSIDE, "/")):
            message = f"the target `{target}` needs the folder of the objects in the repository"
            hint = f"set `{target}: {{path: ...}}`: the output doesn't lie beside slogen.yaml"
            yield here.problem(_CODE, message, hint)
    if _SECRET.match(argocd.repo):
        message = "the address of the repository holds a user or a password"
        hint = "let Argo CD have them in a Secret of its own (`argocd repo add`)"
        yield from without_lines([origin.at("argocd", "repo").problem("secret-in-address", message, hint)])
