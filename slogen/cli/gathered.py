"""Options of a command that belong together, gathered into one argument."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import wraps
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
Option = Callable[[Any], Any]


def gathered(name: str, kind: type[Any], options: Sequence[Option]) -> Callable[[F], F]:
    """Give a command these options as one argument `name` of a dataclass `kind`, which has their names."""
    names = [field.name for field in fields(kind)]

    def decorate(command: F) -> F:
        @wraps(command)
        def run(*args: Any, **given: Any) -> Any:
            found = kind(**{each: given.pop(each) for each in names})
            return command(*args, **{name: found}, **given)

        wrapped: Any = run
        for option in reversed(options):
            wrapped = option(wrapped)
        found: F = wrapped
        return found

    return decorate
