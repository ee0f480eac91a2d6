"""PrometheusRule objects: one a service, split where one gets too large."""

import json
import re

import pytest
import yaml

import slogen

NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")


@pytest.fixture(scope="module")
def objects(compiled):
    def find(*slos, **options):
        settings = {"targets": ["kubernetes"], "kubernetes": options.pop("kubernetes", {})}
        result = compiled(*slos, settings=settings, **options)
        assert result.ok, result.problems
        return result, {path: yaml.safe_load(text) for path, text in result.files.items()}

    return find


def test_object(objects):
    _, found = objects(kubernetes={"namespace": "monitoring", "labels": {"release": "prom"}})
    [path, meta] = found
    assert (path, meta) == (
        "kubernetes/shop.prometheusrule.yaml",
        "kubernetes/slogen-meta.prometheusrule.yaml",
    )
    assert list(found[path]) == ["apiVersion", "kind", "metadata", "spec"]
    assert (found[path]["apiVersion"], found[path]["kind"]) == ("monitoring.coreos.com/v1", "PrometheusRule")
    assert found[path]["metadata"] == {
        "name": "slogen-shop",
        "namespace": "monitoring",
        "labels": {"app.kubernetes.io/managed-by": "slogen", "release": "prom"},
        "annotations": {"kustomize.toolkit.fluxcd.io/substitute": "disabled"},
    }


def test_the_same_groups_as_in_the_plain_file(compiled):
    description = "line one\n\nline {three}: \u2028 #x"
    result = compiled({"description": description}, settings={"targets": ["prometheus", "kubernetes"]})
    plain = yaml.safe_load(result.files["prometheus/shop.rules.yaml"])
    assert yaml.safe_load(result.files["kubernetes/shop.prometheusrule.yaml"])["spec"] == plain


def test_split_by_size(objects):
    slos = [{"name": f"s{n}"} for n in range(3)]
    result, found = objects(*slos, kubernetes={"max_bytes": 16_000})
    shop = {path: each for path, each in found.items() if "meta" not in path}
    assert len(shop) > 2
    names = [each["metadata"]["name"] for each in found.values()]
    assert len(set(names)) == len(names)
    assert all(NAME.fullmatch(name) for name in names)
    rules = [rule for each in shop.values() for group in each["spec"]["groups"] for rule in group["rules"]]
    assert len(rules) == result.compiled[0].rules.rule_count
    emitted = [rule.expr for group in result.compiled[0].rules.groups for rule in group.rules]
    assert [rule["expr"] for rule in rules] == emitted
    groups = [group["name"] for each in shop.values() for group in each["spec"]["groups"]]
    assert len(set(groups)) == len(groups)


def test_parts_are_as_small_as_asked(objects):
    _, found = objects({}, {"name": "b"}, kubernetes={"max_bytes": 16_000})
    assert max(len(json.dumps(each)) for each in found.values()) < 16_000  # kubectl keeps it as JSON


def test_a_rule_too_large_stands_alone(objects):
    _, found = objects(kubernetes={"max_bytes": 1})
    rules = [rule for each in found.values() for group in each["spec"]["groups"] for rule in group["rules"]]
    alerts = sum("alert" in rule for rule in rules)
    assert alerts < len(found) < len(rules)


@pytest.mark.parametrize("most", [1, 5_000, 16_000, 30_000])
def test_what_is_read_together_is_never_cut_apart(objects, most):
    """Objects are evaluated at moments of their own: a pair in two of them would be torn."""
    _, found = objects({}, {"name": "b"}, kubernetes={"max_bytes": most})
    places: dict[tuple[str, str], set[str]] = {}
    for path, each in found.items():
        for group in each["spec"]["groups"]:
            for rule in group["rules"]:
                window = re.fullmatch(
                    r"slo:sli_(?:bad|good|total|error):(?:ratio_)?rate(\w+)", rule.get("record", "")
                )
                if window:
                    slo = rule.get("labels", {}).get("slo_id", "")
                    places.setdefault((window[1], slo), set()).add(path)
    assert len(places) > 8
    assert {pair: paths for pair, paths in places.items() if len(paths) > 1} == {}


@pytest.mark.slow
def test_object_names_never_collide(yaml_of):
    sli = {"events": {"bad": "e", "total": "t"}}
    head = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives"}
    slos = [{"name": "a", "objective": 99, "sli": sli}]
    services = ["meta", "shop", "slogen-shop", "slogen-slogen-shop", "slogen", "shop-2"]
    settings = "apiVersion: slogen/v1\nkind: Settings\ngrafana: {forms: [sidecar, operator]}\n"
    specs = {name: yaml_of({**head, "service": name, "slos": slos}) for name in services}
    result = slogen.compile(specs, settings)
    texts = [text for path, text in result.files.items() if path.startswith("kubernetes/")]
    objects = [yaml.safe_load(text) for text in texts]
    names = [(each["kind"], each["metadata"]["name"]) for each in objects]
    assert len(set(names)) == len(names)
    assert sum(kind == "PrometheusRule" for kind, _ in names) == len(services) + 1
    for form in ("ConfigMap", "GrafanaDashboard"):
        assert sum(kind == form for kind, _ in names) == len(services) + 4
