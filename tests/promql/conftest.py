"""PromQL that ships."""

from pathlib import Path

import pytest
import yaml

GENERATED = Path(__file__).parents[2] / "generated" / "prometheus"


@pytest.fixture(scope="session")
def shipped_expressions() -> list[str]:
    """The expression of every generated rule."""
    files = [yaml.safe_load(path.read_text()) for path in sorted(GENERATED.glob("*.rules.yaml"))]
    return [rule["expr"] for file in files for group in file["groups"] for rule in group["rules"]]
