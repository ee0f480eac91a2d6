"""What is imported pages: promtool plays the outages of what comes of it."""

import subprocess

import pytest

import slogen
from tests.moving.conftest import moved

SETTINGS = (
    "apiVersion: slogen/v1\nkind: Settings\nprometheus: {retention: 90d}\ntargets: [prometheus, tests]\n"
)


def compiled(name):
    return slogen.compile({f"specs/{spec.service}.yaml": spec.text for spec in moved(name).specs}, SETTINGS)


def test_promtool_reads_the_rules(file, judge):
    judge([compiled(file)])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "services"),
    [
        ("sloth/shop.yaml", ["shop-api"]),
        ("sloth/operator.yaml", ["edge"]),
        ("openslo/shop.yaml", ["calls", "orders", "shop"]),
        # no raw data can be made up for a native histogram, nor for what looks back with an offset
        ("pyrra/shop.yaml", ["cart", "checkout", "postgres"]),
        ("openslo/alerts.yaml", ["orders"]),
        ("slo_generator/shop.yaml", ["shop", "shop-orders-ratio"]),
        ("rules/workbook.yaml", ["shop"]),
        ("rules/sloth.yaml", ["shop"]),
    ],
)
def test_outages_page(name, services, tmp_path, oracles):
    result = compiled(name)
    for path, text in result.files.items():
        file = tmp_path / (path if path.startswith("promtool-tests/") else f"generated/{path}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    stories = sorted(tmp_path.glob("promtool-tests/*/outage*.test.yaml"))
    assert sorted({story.parent.name for story in stories}) == services
    command = [oracles("prometheus-2.42", "promtool"), "test", "rules", *stories]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
