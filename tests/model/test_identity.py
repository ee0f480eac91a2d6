"""Who is who: services in several files, and SLOs that keep their identity."""

import re

import pytest

from slogen.pipeline import compile_project

HEAD = "apiVersion: slogen/v1\nkind: ServiceLevelObjectives\n"
SLI = """    sli: {{events: {{bad: 'errors_total{{job="{name}"}}', total: 'requests_total{{job="{name}"}}'}}}}
"""


def spec(service, *names, extra="", head=""):
    slos = "".join(f"  - name: {name}\n    objective: 99.9\n{extra}{SLI.format(name='a')}" for name in names)
    return f"{HEAD}service: {service}\n{head}slos:\n{slos}"


def rules(result, service):
    """The rules of a service, without the line that names the sources."""
    assert result.ok, result.problems
    return result.files[f"prometheus/{service}.rules.yaml"].split("\n", 1)[1]


def messages(result):
    return [(p.span.path, p.message, p.hint) for p in result.problems if p.is_error]


def test_a_service_in_two_files_is_the_service_in_one():
    parts = compile_project({"specs/a.yaml": spec("shop", "errors"), "specs/b.yaml": spec("shop", "other")})
    whole = compile_project({"specs/a.yaml": spec("shop", "errors", "other")})
    assert rules(parts, "shop") == rules(whole, "shop")
    head = parts.files["prometheus/shop.rules.yaml"].split("\n")[0]
    assert head.endswith("source: specs/a.yaml, specs/b.yaml")
    assert parts.made.keys() == whole.made.keys()


def test_each_file_speaks_for_its_own_slos():
    sources = {
        "specs/a.yaml": spec("shop", "errors", head="owner: shop-team\n"),
        "specs/b.yaml": spec("shop", "other", head="owner: search-team\ndescription: The shop.\n"),
    }
    [service] = compile_project(sources).services
    assert [(slo.name, slo.owner) for slo in service.slos] == [
        ("errors", "shop-team"),
        ("other", "search-team"),
    ]
    assert service.description == "The shop."


def test_who_compiles_one_file_compiles_the_service():
    sources = {"specs/a.yaml": spec("shop", "errors"), "specs/b.yaml": spec("shop", "other")}
    sources |= {"specs/c.yaml": spec("search", "errors")}
    only = compile_project(sources, only={"specs/b.yaml"})
    assert rules(only, "shop") == rules(compile_project(sources), "shop")
    assert not any("search" in path for path in only.files)


def test_what_is_wrong_in_another_file_of_the_service_stops_it():
    broken = spec("shop", "other").replace("99.9", "100")
    result = compile_project(
        {"specs/a.yaml": spec("shop", "errors"), "specs/b.yaml": broken}, only={"specs/a.yaml"}
    )
    assert not result.ok
    assert [path for path, _, _ in messages(result)] == ["specs/b.yaml"]


def test_a_name_is_taken_over_all_files():
    result = compile_project({"specs/a.yaml": spec("shop", "errors"), "specs/b.yaml": spec("shop", "errors")})
    assert messages(result) == [
        (
            "specs/b.yaml",
            "the SLO `errors` is declared twice in `shop`",
            "the first one is in specs/a.yaml:5; rename one",
        )
    ]


@pytest.mark.parametrize("service", ["shop", "checkout"])
def test_a_new_name_keeps_the_rules(service):
    old = compile_project({"specs/a.yaml": spec("shop", "errors")})
    new = compile_project({"specs/a.yaml": spec(service, "payments", extra="    id: shop/errors\n")})
    before, after = rules(old, "shop"), rules(new, "shop")
    assert f"{service}/payments burns" in after
    assert "shop/errors burns" not in after
    assert re.sub(f"{service}/payments", "shop/errors", after) == before
    assert new.made.keys() == old.made.keys()


def test_an_identity_joins_the_service_that_it_names():
    sources = {
        "specs/a.yaml": spec("shop", "other"),
        "specs/b.yaml": spec("checkout", "payments", extra="    id: shop/errors\n"),
        "specs/c.yaml": spec("checkout", "refunds"),
    }
    shop, checkout = compile_project(sources).services
    assert [slo.id for slo in shop.slos] == ["shop/other", "shop/errors"]
    assert shop.files == ("specs/a.yaml", "specs/b.yaml")
    assert [slo.id for slo in checkout.slos] == ["checkout/refunds"]


def test_an_identity_is_there_once():
    sources = {
        "specs/a.yaml": spec("shop", "errors"),
        "specs/b.yaml": spec("checkout", "payments", extra="    id: shop/errors\n"),
    }
    assert messages(compile_project(sources)) == [
        (
            "specs/b.yaml",
            "the identity `shop/errors` is taken",
            "by the SLO in specs/a.yaml:5; drop one of them",
        )
    ]


def test_others_name_it_by_its_identity():
    kept = spec("shop", "payments", extra="    id: shop/errors\n")
    needs = spec("front", "page", extra="    depends_on: [shop/{}]\n")
    good = compile_project({"specs/a.yaml": kept, "specs/b.yaml": needs.replace("{}", "errors")})
    assert good.ok, good.problems
    bad = compile_project({"specs/a.yaml": kept, "specs/b.yaml": needs.replace("{}", "payments")})
    [(_, message, hint)] = messages(bad)
    assert message == "there is no SLO `shop/payments`"
    assert hint == "its identity is `shop/errors`: write that"


def test_a_composite_says_the_identity_of_its_part():
    kept = spec("shop", "payments", extra="    id: shop/errors\n")
    whole = (
        f"{HEAD}service: front\nslos:\n  - name: all\n    objective: 99\n    sli: "
        "{composite: {of: [{slo: shop/payments, weight: 1}, {slo: shop/errors, weight: 1}]}}\n"
    )
    found = messages(compile_project({"specs/a.yaml": kept, "specs/b.yaml": whole}))
    assert (
        "specs/b.yaml",
        "there is no SLO `shop/payments`",
        "its identity is `shop/errors`: write that",
    ) in found


def test_reserved_where_it_is_said():
    result = compile_project({"specs/a.yaml": spec("shop", "payments", extra="    id: slogen-meta/errors\n")})
    [problem] = [p for p in result.problems if p.is_error]
    assert (problem.code, problem.span.line) == ("reserved-name", 7)
