"""`slogen explain --target`."""

import json

import pytest
from click.testing import CliRunner

from slogen.cli import main
from slogen.model.rulers import RULERS

SPEC = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
slos:
  - name: a
    objective: 99.9
    sli: {events: {bad: 'e_total{job="s"}', total: 't_total{job="s"}'}}
  - name: b
    objective: 99
    sli: {latency: {histogram: 'd_seconds{job="s"}', threshold: 1s}}
"""


@pytest.fixture
def explained(tmp_path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/shop.yaml").write_text(SPEC)

    def run(*words):
        *slo, target = words
        command = ["explain", *slo, str(tmp_path / "specs"), "--target", target]
        return CliRunner().invoke(main, [*command, "--format", "json"]), CliRunner().invoke(main, command)

    return run


@pytest.mark.parametrize("target", RULERS)
def test_every_engine(explained, target):
    as_json, as_text = explained("shop/a", target)
    assert (as_json.exit_code, as_text.exit_code) == (0, 0), as_json.output
    found = json.loads(as_json.output)
    assert (found["target"], found["slos"]) == (target, 2)
    assert RULERS[target].called in as_text.output
    assert found["groups"] >= 3
    late = {each["seconds"] for each in found["delays"] if each["alert"] == "SLOErrorBudgetBurn"}
    assert (max(late) > 60) == RULERS[target].is_late


def test_a_stateless_thanos_is_late(explained, tmp_path):
    (tmp_path / "slogen.yaml").write_text(
        "apiVersion: slogen/v1\nkind: Settings\nthanos: {stateless: true}\n"
    )
    assert json.loads(explained("shop/a", "thanos")[0].output)["shows_at_once"] is False


def test_pages_come_soon_on_victoriametrics(explained):
    for slo in ("shop/a", "shop/b"):
        found = json.loads(explained(slo, "victoriametrics")[0].output)
        [page] = [d for d in found["delays"] if (d["alert"], d["severity"]) == ("SLOErrorBudgetBurn", "page")]
        assert page["seconds"] <= 60


def test_how_many_fit_into_mimir(explained):
    as_json, as_text = explained("shop", "mimir")
    found = json.loads(as_json.output)
    assert found["limits"] == {"rules_per_group": 20, "groups": 70, "bytes_of_object": None}
    assert found["slos_that_fit"] == 2 * 70 // found["groups"]
    assert f"about {found['slos_that_fit']} SLOs like these fit" in as_text.output
    assert "shop/a: later" in as_text.output
    assert "shop/b: later" in as_text.output


def test_the_operator_takes_objects_of_a_size(explained, tmp_path):
    as_json, as_text = explained("shop", "kubernetes")
    assert json.loads(as_json.output)["limits"]["bytes_of_object"] == 512 * 1024
    assert "limits    at most 512 KiB an object" in as_text.output
    assert json.loads(explained("shop", "thanos")[0].output)["limits"]["bytes_of_object"] is None
    (tmp_path / "slogen.yaml").write_text(
        "apiVersion: slogen/v1\nkind: Settings\nthanos: {forms: [objects]}\n"
    )
    assert json.loads(explained("shop", "thanos")[0].output)["limits"]["bytes_of_object"] == 512 * 1024


def test_what_an_engine_lacks_is_said(explained):
    assert "can't say how long" in explained("shop/a", "gmp")[1].output
    assert "doesn't record which alerts fire" in explained("shop/a", "azure")[1].output
    assert explained("shop/a", "prometheus")[1].output.count("without") == 0


def test_what_an_engine_would_refuse_is_said(explained, tmp_path):
    as_json, as_text = explained("shop/a", "azure")
    [found] = json.loads(as_json.output)["refused"]
    assert (found["code"], found["path"]) == ("ruler-interval", "slogen.yaml")
    assert "refused   slogen.yaml:1: Azure Monitor evaluates rules no more often than" in as_text.output
    settings = tmp_path / "slogen.yaml"
    settings.write_text("apiVersion: slogen/v1\nkind: Settings\nlabels: {cluster: a}\n")
    [found] = json.loads(explained("shop/a", "gmp")[0].output)["refused"]
    assert (found["code"], found["line"], found["column"]) == ("ruler-label", 3, 10)
    (tmp_path / "specs/shop.yaml").write_text(SPEC.replace('e_total{job="s"}', 'e_total{location="s"}'))
    settings.write_text("apiVersion: slogen/v1\nkind: Settings\nprometheus: {evaluation_interval: 1m}\n")
    [found] = json.loads(explained("shop/b", "gmp")[0].output)["refused"]
    assert (found["code"], found["line"], found["slo"]) == ("ruler-label", 7, "shop/a")
    for target in (each for each in RULERS if each != "gmp"):
        as_json, as_text = explained("shop/a", target)
        assert json.loads(as_json.output)["refused"] == []
        assert "refused" not in as_text.output


def test_an_engine_is_named_in_the_settings_first(tmp_path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/shop.yaml").write_text(SPEC)
    done = CliRunner().invoke(main, ["generate", str(tmp_path / "specs"), "--target", "azure"])
    assert done.exit_code == 1
    assert "error[ruler-unnamed]" in done.output
    assert not (tmp_path / "generated").exists()


def test_objects_that_were_cut_have_more_groups(explained, tmp_path):
    whole = json.loads(explained("shop/a", "kubernetes")[0].output)
    settings = "apiVersion: slogen/v1\nkind: Settings\nkubernetes: {max_bytes: 20000}\n"
    (tmp_path / "slogen.yaml").write_text(settings)
    cut = json.loads(explained("shop/a", "kubernetes")[0].output)
    assert cut["groups"] > whole["groups"]
    assert cut["rules"] == whole["rules"]
    latest = [max(each["seconds"] for each in found["delays"]) for found in (whole, cut)]
    assert latest[1] > latest[0]


def test_two_engines_that_share_the_rules(explained, tmp_path):
    """Budgets on Prometheus are as late as what vmalert records for them."""
    head = "apiVersion: slogen/v1\nkind: Settings\ntargets: [prometheus, victoriametrics]\n"
    (tmp_path / "slogen.yaml").write_text(head + "groups: {page: victoriametrics, budget: prometheus}\n")
    found = {
        target: json.loads(explained("shop/a", target)[0].output)
        for target in ("prometheus", "victoriametrics")
    }
    late = {
        target: {(each["alert"], each["severity"]): each["seconds"] for each in of["delays"]}
        for target, of in found.items()
    }
    assert late["prometheus"]["SLOErrorBudgetBurn", "ticket"] >= 60
    assert late["victoriametrics"]["SLOErrorBudgetBurn", "page"] == 60


def test_more_groups_than_a_tenant_has(explained, tmp_path):
    head = "apiVersion: slogen/v1\nkind: Settings\ntargets: [prometheus]\n"
    (tmp_path / "slogen.yaml").write_text(head + "mimir: {max_groups: 2}\n")
    as_json, as_text = explained("shop", "mimir")
    found = json.loads(as_json.output)
    [refused] = found["refused"]
    assert refused["code"] == "ruler-groups-limit"
    assert f"refused   slogen.yaml:1: {found['groups']} groups are more than the 2 that" in as_text.output
