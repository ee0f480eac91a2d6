"""The import table of the architecture, and what only one place may do."""

import ast
import json
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

from slogen.load import read
from slogen.render import TARGETS
from slogen.settings import TARGETS as TARGETS_BY_DEFAULT
from slogen.shape.schema import check, schema_text
from slogen.sli import KINDS

PACKAGE = Path(__file__).parents[1] / "slogen"
FILES = sorted(PACKAGE.rglob("*.py"))
LEVELS = (
    {"units", "diagnostics", "codes", "fanout", "reading", "git", "packed", "version", "foreignyaml"},
    {"veil"},  # of diagnostics
    {"promql", "write"},
    {"conventions"},  # writes selectors, hence above promql
    {"target_settings"},
    {"settings", "yamltext"},
    {"load", "read_settings"},
    {"shape"},
    {"model"},
    {"emitted"},  # is made of services
    {"sli", "validate"},
    {"rules"},
    {"routing", "proof", "tell"},
    {"boards"},  # asks what is told in numbers
    {"render"},
    {"documents"},
    {"understand"},
    {"owners"},
    {"pipeline"},
    {"evals", "moving"},  # ask what specs mean
    {"oracles"},  # below report, which shows what they found
    {"project"},
    {"live"},
    {"history"},  # asks a Prometheus of its own, and that of the user
    {"report"},
    {"cli"},
)
RANK = {name: rank for rank, level in enumerate(LEVELS) for name in level}
ENTRANCES = {"__init__": {"pipeline", "evals"}, "__main__": {"cli"}}  # the package itself, what each imports
WRITERS = {"write_text", "write_bytes", "mkdir", "makedirs", "unlink", "rmdir", "touch", "symlink_to"}
OS_WRITERS = {
    "replace",
    "rename",
    "remove",
    "mkdir",
    "makedirs",
    "unlink",
    "rmdir",
    "fdopen",
    "link",
    "symlink",
}
ENDINGS = {"print", "exit", "quit", "sys.exit", "os._exit", "click.echo", "sys.stdout.write"}
NETWORK = {"socket", "http", "urllib", "ssl", "asyncio", "requests", "httpx", "aiohttp", "urllib3"}


def part_of(path: Path) -> str:
    """slogen/model/tiers.py -> model; slogen/units.py -> units."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imports(path: Path) -> set[str]:
    """Every module that a file imports, also inside functions and for types, with its full name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def parts_imported(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("slogen.")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path):
    here = part_of(path)
    for there in parts_imported(path) - {here}:
        if here in ENTRANCES:
            assert there in ENTRANCES[here]
        else:
            assert RANK[there] < RANK[here], f"{here} imports {there}"


def test_every_part_has_a_level():
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and list(path.glob("*.py"))}
    modules = {path.stem for path in PACKAGE.glob("*.py")} - ENTRANCES.keys()
    assert folders | modules <= RANK.keys() | {"presets"}


def writes(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether a call can change the file system."""
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    owner = getattr(node.func.value, "id", "") if isinstance(node.func, ast.Attribute) else ""
    if name == "open" and owner != "os":
        modes = [*node.args[bool(not owner) : 2], *(key.value for key in node.keywords if key.arg == "mode")]
        return any(isinstance(mode, ast.Constant) and set(str(mode.value)) & set("wax+") for mode in modes)
    return (
        name in WRITERS or (owner == "os" and name in OS_WRITERS) or (owner == "shutil" and name != "which")
    )


@pytest.mark.parametrize("code", ["open(p, 'w')", "p.open('a')", "open(p, mode='x')", "os.replace(a, b)"])
def test_writing_is_seen(code):
    assert writes(ast.parse(code, mode="eval").body)


@pytest.mark.slow
def test_only_write_writes():
    found = {
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in FILES
        # fanout writes to a pipe, history to temporary folders of its own
        if part_of(path) not in ("write", "cli", "project", "fanout", "history")
        for node in ast.walk(ast.parse(path.read_text()))
        if writes(node)
    }
    assert not found


def test_only_the_client_opens_sockets():
    for path in FILES:
        used = {name for name in imports(path) if name.split(".")[0] in NETWORK}
        # these only take texts apart, or name numbers
        used = {name for name in used if not name.startswith(("urllib.parse.", "http.HTTPStatus"))}
        assert not used or path.relative_to(PACKAGE).as_posix() == "live/client.py", (path, used)


@pytest.mark.slow
def test_only_the_tree_knows_the_parser():
    users = [path for path in FILES if any(name.split(".")[0] == "promql_parser" for name in imports(path))]
    assert [path.relative_to(PACKAGE).as_posix() for path in users] == ["promql/tree.py"]


@pytest.mark.slow
def test_nothing_below_cli_prints_or_exits():
    for path in FILES:
        calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        names = {ast.unparse(func) for func in calls}
        assert part_of(path) in ("cli", "__main__", "fanout") or not names & ENDINGS, (
            path
        )  # fanout's child ends


@pytest.mark.parametrize(
    "part", ["rules", "routing", "proof", "tell", "boards", "render", "validate", "live", "evals"]
)
def test_kinds_are_known_to_sli_alone(part):
    for path in (PACKAGE / part).rglob("*.py"):
        assert "sli" not in parts_imported(path), path
        constants = [
            node.value for node in ast.walk(ast.parse(path.read_text())) if type(node) is ast.Constant
        ]
        assert not KINDS.keys() & {value for value in constants if isinstance(value, str)}, path


def test_reports_make_nothing():
    """What is told was made before; who tells it only says it."""
    makers = {"pipeline", "understand", "rules", "routing", "proof", "boards"}
    users = [path.name for path in (PACKAGE / "report").rglob("*.py") if parts_imported(path) & makers]
    assert users == []


def test_kinds_in_registry_and_schema():
    schema = json.loads(schema_text("slo"))["$defs"]["sli"]
    assert [name for option in schema["oneOf"] for name in option["required"]] == list(KINDS)
    assert list(schema["properties"]) == [*KINDS, *schema["dependentRequired"]]


def test_each_kind_is_a_module_of_its_own():
    assert {parser.__module__ for parser in KINDS.values()} == {f"slogen.sli.{kind}" for kind in KINDS}


def test_targets_in_registry_settings_and_schema():
    schema = json.loads(schema_text("settings"))
    assert set(TARGETS_BY_DEFAULT) <= TARGETS.keys()
    assert set(schema["properties"]["targets"]["items"]["enum"]) == TARGETS.keys()


def test_kinds_are_in_the_docs():
    text = (PACKAGE.parent / "docs" / "spec.md").read_text()
    assert [kind for kind in KINDS if f"`{kind}`" not in text] == []


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "presets/policies").glob("*.yaml")), ids=lambda path: path.stem
)
def test_policies_fit_their_schema(path):
    documents, problems = read(path.name, path.read_bytes())
    assert problems == [problem for document in documents for problem in check(document)] == []
    assert [document.data["name"] for document in documents] == [path.stem]


def test_no_circle():
    """Modules that import each other, however far around, can't be read one after the other."""
    modules = {module_of(path): imports(path) for path in FILES}
    found = {
        name: {i if i in modules else i.rpartition(".")[0] for i in used} & modules.keys()
        for name, used in modules.items()
    }
    while ends := {name for name, used in found.items() if not used & found.keys() - {name}}:
        found = {name: used for name, used in found.items() if name not in ends}
    assert not found


def module_of(path: Path) -> str:
    """slogen/model/tiers.py -> slogen.model.tiers; a folder is its __init__."""
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
