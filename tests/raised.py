"""The codes of problems that slogen's sources raise, read out of the sources themselves.

Whatever takes a `code` (a function, a dataclass, an exception) is found first, then each call of it. What
stands there must be a text, or a name that leads to texts in the same module; what hands on the `code` that
it got itself is counted where that came from.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "slogen"
_PROGRAMS = ("amtool", "promtool")
# `Problem(f"{program.name}-{what}", ...)`: of each program, what `_problem` is called with.
_COMPOSED = {"slogen/oracles/find.py": "what"}
# Where `code` is PromQL, or one that was raised elsewhere.
_OTHERS = ("slogen/codes/", "slogen/promql/", "slogen/render/docs.py", "slogen/report/")


@dataclass(frozen=True)
class Source:
    """A module: its tree, and by the name of what is called the place of the code among the arguments."""

    path: str
    tree: ast.Module
    takers: dict[str, int | None]


def raised(package: Path = PACKAGE) -> dict[str, list[str]]:
    """Every code, and where it is raised."""
    sources = [_source(path, package.parent) for path in sorted(package.rglob("*.py"))]
    sources = [source for source in sources if not source.path.startswith(_OTHERS)]
    found: dict[str, list[str]] = {}
    for source in sources:
        folder = source.path.rpartition("/")[0]
        near = _takers(other for other in sources if other.path.rpartition("/")[0] == folder)
        for code, line in _codes(source, _takers(sources) | near | source.takers):
            found.setdefault(code, []).append(f"{source.path}:{line}")
    return found


def _takers(sources: Iterable[Source]) -> dict[str, int | None]:
    return {name: at for source in sources for name, at in source.takers.items() if at is not None}


def _source(path: Path, root: Path) -> Source:
    tree = ast.parse(path.read_text())
    name, takers = path.relative_to(root).as_posix(), dict[str, int | None]()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name != "__init__":
            wanted = _COMPOSED.get(name, "code") if isinstance(node, ast.FunctionDef) else "code"
            parameters = _parameters(node)
            takers[node.name] = parameters.index((wanted, "str")) if (wanted, "str") in parameters else None
    return Source(name, tree, takers)


def _parameters(node: ast.FunctionDef | ast.ClassDef) -> list[tuple[str, str]]:
    """Names and types, in order."""
    if isinstance(node, ast.FunctionDef):
        each = [arg for arg in node.args.args if arg.arg not in ("self", "cls")]
        return [(arg.arg, ast.unparse(arg.annotation) if arg.annotation else "") for arg in each]
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and item.name == "__init__":
            return _parameters(item)
    fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
    return [(ast.unparse(item.target), ast.unparse(item.annotation)) for item in fields]


def _codes(source: Source, takers: dict[str, int | None]) -> Iterator[tuple[str, int]]:
    functions = [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef)]
    # The innermost function counts: it is walked last.
    scopes = {id(node): function for function in functions for node in ast.walk(function)}
    for function in functions:  # a code that is taken where none is given
        defaults = function.args.defaults
        for each, default in zip(function.args.args[-len(defaults) :], defaults, strict=False):
            if each.arg == "code":
                yield from ((text, function.lineno) for text in _texts(default, source, function))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = _given(node, takers.get(name))
            if given is not None:
                texts = _texts(given, source, scopes.get(id(node)))
                yield from ((text, node.lineno) for text in texts)


def _given(node: ast.Call, at: int | None) -> ast.expr | None:
    if at is None:
        return None
    named = (keyword.value for keyword in node.keywords if keyword.arg == "code")
    return next(named, node.args[at] if len(node.args) > at else None)


def _texts(node: ast.expr, source: Source, scope: ast.FunctionDef | None) -> list[str]:
    """What an argument may be. Raises AssertionError where that can't be told."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if source.path in _COMPOSED:
            return [f"{program}-{node.value}" for program in _PROGRAMS]
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body, source, scope), *_texts(node.orelse, source, scope)]
    if isinstance(node, ast.Attribute) and node.attr == "code":
        return []  # of an error or a doubt that was made with one
    if isinstance(node, ast.JoinedStr) and source.path in _COMPOSED:
        return []
    assert isinstance(node, ast.Name), f"{source.path}:{node.lineno}: {ast.unparse(node)} is no code"
    if scope and node.id in [arg.arg for arg in scope.args.args]:
        return []  # it is handed on
    values = (_values(node.id, scope) if scope else []) or _values(node.id, source.tree)
    assert values, f"{source.path}:{node.lineno}: nothing says what `{node.id}` is"
    return [text for value in values for text in _texts(value, source, scope)]


def _values(name: str, tree: ast.AST) -> list[ast.expr]:
    """What a name stands for, also one that is imported."""
    found = [
        each.value
        for each in ast.walk(tree)
        if isinstance(each, ast.Assign | ast.AnnAssign) and each.value is not None
        for target in (each.targets if isinstance(each, ast.Assign) else [each.target])
        if isinstance(target, ast.Name) and target.id == name
    ]
    for each in ast.walk(tree):
        if isinstance(each, ast.ImportFrom) and name in [alias.name for alias in each.names]:
            home = PACKAGE.parent.joinpath(*str(each.module).split(".")).with_suffix(".py")
            found += _values(name, ast.parse(home.read_text()))
    return found
