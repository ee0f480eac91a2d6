import json

from slogen.shape.schema import SCHEMAS
from tests.cli.conftest import Run


def test_the_schema_of_specs_is_the_default(slogen: Run) -> None:
    shown = slogen("schema").stdout
    assert shown == slogen("schema", "slo").stdout
    assert "slos" in json.loads(shown)["properties"]


def test_all_are_listed_and_printed(slogen: Run) -> None:
    listed = slogen("schema", "--list").stdout.split()
    assert listed == list(SCHEMAS)
    assert len({slogen("schema", name).stdout for name in listed}) == len(listed)


def test_an_unknown_one_is_a_usage_error(slogen: Run) -> None:
    assert "'slo'" in slogen("schema", "slos", code=2).stderr
