"""What Argo CD and Flux are given: held to their CRDs, and leading to the tree that is written."""

import pytest
import yaml
from jsonschema import Draft202012Validator

import slogen

# Trimmed to what slogen writes from the CRDs of Argo CD (Application) and Flux (Kustomization): names, types
# and what is required. Unknown fields, which a cluster drops, are refused here.
TEXT = {"type": "string", "minLength": 1}


def an_object(required, **properties):
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


METADATA = an_object("name namespace", name=TEXT, namespace=TEXT)
APPLICATION = an_object(
    "apiVersion kind metadata spec",
    apiVersion={"const": "argoproj.io/v1alpha1"},
    kind={"const": "Application"},
    metadata=METADATA,
    spec=an_object(
        "destination project source",
        project=TEXT,
        source=an_object("repoURL", repoURL=TEXT, path=TEXT, targetRevision=TEXT),
        destination=an_object("server", server=TEXT, namespace=TEXT),
        syncPolicy=an_object(
            "",
            automated=an_object("", prune={"type": "boolean"}, selfHeal={"type": "boolean"}),
            syncOptions={"type": "array", "items": TEXT},
        ),
    ),
)
KUSTOMIZATION = an_object(
    "apiVersion kind metadata spec",
    apiVersion={"const": "kustomize.toolkit.fluxcd.io/v1"},
    kind={"const": "Kustomization"},
    metadata=METADATA,
    spec=an_object(
        "interval prune sourceRef",
        interval={"type": "string", "pattern": r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$"},
        path=TEXT,
        prune={"type": "boolean"},
        sourceRef=an_object(
            "kind name", kind={"enum": ["OCIRepository", "GitRepository", "Bucket"]}, name=TEXT
        ),
    ),
)
SLO = {
    "name": "availability",
    "objective": 99.9,
    "sli": {"events": {"bad": 'e_total{job="j"}', "total": 't_total{job="j"}'}},
}
SPEC = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives", "service": "shop", "slos": [SLO]}


def compiled(targets, kubernetes=None, **settings):
    """A project of these targets and the objects that they are about."""
    said = {"apiVersion": "slogen/v1", "kind": "Settings", "prometheus": {"retention": "90d"}} | settings
    said |= {"targets": ["kubernetes", *targets], "kubernetes": {"labels": {}} | (kubernetes or {})}
    return slogen.compile(yaml.safe_dump(SPEC), yaml.safe_dump(said))


def made(schema, path, **settings):
    """The only file beside the objects, which fits the schema."""
    result = compiled(**settings)
    assert result.problems == ()
    assert [each for each in result.files if not each.startswith("kubernetes/")] == [path]
    data = yaml.safe_load(result.files[path])
    assert [error.message for error in Draft202012Validator(schema).iter_errors(data)] == []
    return data


def test_an_application():
    found = made(
        APPLICATION,
        "argocd/slogen.application.yaml",
        targets=["argocd"],
        argocd={"repo": "https://git.example.com/slos"},
        kubernetes={"namespace": "monitoring"},
    )
    assert found["metadata"] == {"name": "slogen", "namespace": "argocd"}
    assert found["spec"]["source"] == {
        "repoURL": "https://git.example.com/slos",
        "targetRevision": "HEAD",
        "path": "generated/kubernetes",
    }
    assert found["spec"]["destination"]["namespace"] == "monitoring"
    assert found["spec"]["syncPolicy"]["syncOptions"] == ["ServerSideApply=true"]
    assert found["spec"]["syncPolicy"]["automated"] == {"prune": True}


def test_an_application_as_the_settings_say():
    own = {"repo": "git@git.example.com:slos.git", "revision": "main", "path": "a/b", "project": "platform"}
    own |= {"namespace": "gitops", "server": "https://eu-1.example.com"}
    found = made(
        APPLICATION, "argocd/slogen-shop.application.yaml", targets=["argocd"], argocd=own, project="shop"
    )
    assert found["metadata"] == {"name": "slogen-shop", "namespace": "gitops"}
    assert found["spec"]["project"] == "platform"
    assert found["spec"]["destination"] == {"server": "https://eu-1.example.com"}
    assert found["spec"]["source"] == {"repoURL": own["repo"], "targetRevision": "main", "path": "a/b"}


def test_a_kustomization():
    path = "flux/slogen.kustomization.yaml"
    found = made(KUSTOMIZATION, path, targets=["flux"], flux={"source": "slos"}, output={"dir": "out"})
    assert found["metadata"] == {"name": "slogen", "namespace": "flux-system"}
    assert found["spec"]["path"] == "./out/kubernetes"
    assert found["spec"]["sourceRef"] == {"kind": "GitRepository", "name": "slos"}
    assert found["spec"]["prune"] is True
    own = {"source": "slos", "kind": "OCIRepository", "path": "kubernetes", "namespace": "slos"}
    found = made(KUSTOMIZATION, path, targets=["flux"], flux=own)
    assert found["metadata"]["namespace"] == "slos"
    assert found["spec"]["path"] == "./kubernetes"
    assert found["spec"]["sourceRef"]["kind"] == "OCIRepository"


@pytest.mark.parametrize("target", ["argocd", "flux"])
def test_not_on_unless_asked_for(target):
    result = slogen.compile("", "apiVersion: slogen/v1\nkind: Settings\n")
    assert target not in result.project.settings.targets


@pytest.mark.parametrize(
    ("repo", "is_right"),
    [
        ("https://git.example.com/slos", True),
        ("ssh://git@git.example.com:22/slos.git", True),
        ("git@git.example.com:slos.git", True),
        ("https://user:hunter2@git.example.com/slos", False),
        ("https://token@git.example.com/slos", False),
        ("ssh://git:hunter2@git.example.com/slos", False),
        ("../slos", False),
    ],
)
def test_which_addresses_are_taken(repo, is_right):
    result = compiled(targets=["argocd"], argocd={"repo": repo})
    assert result.ok == is_right
    assert "hunter2" not in str(result.problems)


CLUSTERS = [{"name": "eu", "scope": {"cluster": "eu"}}, {"name": "us", "scope": {"cluster": "us"}}]


@pytest.mark.parametrize(
    ("targets", "settings", "places"),
    [
        (["kubernetes"], {}, {"eu/", "us/"}),
        (
            ["gmp"],
            {"clusters": [each | {"labels": {"env": each["name"]}, "scope": {}} for each in CLUSTERS]},
            {"eu/", "us/"},
        ),
        (["prometheus", "thanos"], {"thanos": {"forms": ["objects"]}}, {"eu/", "us/"}),
        (["prometheus", "grafana"], {"grafana": {"forms": ["sidecar"]}}, {""}),
        (["kubernetes", "grafana"], {}, {"", "eu/", "us/"}),
    ],
)
def test_nothing_is_applied_where_no_objects_are(targets, settings, places):
    said = {"clusters": CLUSTERS, "flux": {"source": "slos"}, "kubernetes": {"labels": {}}} | settings
    said |= {"apiVersion": "slogen/v1", "kind": "Settings", "prometheus": {"retention": "90d"}}
    said["targets"] = [*targets, "flux"]
    result = slogen.compile(yaml.safe_dump(SPEC), yaml.safe_dump(said))
    assert result.ok, result.problems
    written = {path.partition("flux/")[0] for path in result.files if "flux/" in path}
    assert written == places
    assert written == {path.partition("kubernetes/")[0] for path in result.files if "kubernetes/" in path}
