"""The programs of a proof: those that can be used, and what is said of those that can't, or aren't there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from slogen.diagnostics import Problem, Span
from slogen.oracles.find import AMTOOL, VMALERT_TOOL, candidates, lies_unused, usable
from slogen.oracles.results import Promtool
from slogen.oracles.work import Options, Work

_NONE_FOUND = (
    "no promtool was found on PATH: nothing was run. It comes with Prometheus; --promtool PATH names one"
)
_LIES_UNUSED = (
    "no promtool was found on PATH: nothing was run. The programs in .oracles/ are started only when "
    "they are named: --oracles .oracles"
)
_NONE_FETCHED = "there is no promtool in the folder of --oracles: nothing was run"
_NONE_USABLE = "no promtool that was named can be used: nothing was run"
_NO_AMTOOL = (
    "no amtool was found: where alerts go was not tried. It comes with Alertmanager; --amtool PATH names one"
)


_NO_VMALERT_TOOL = (
    "no vmalert-tool was found: the rules for VictoriaMetrics were not tried. It comes with VictoriaMetrics; "
    "--vmalert-tool PATH names one"
)


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs that can be used; `problems` of those that were named, and what was `not_run` and why."""

    promtools: tuple[Promtool, ...]
    amtools: tuple[Promtool, ...]
    vmalert_tools: tuple[Promtool, ...]
    problems: tuple[Problem, ...]
    not_run: tuple[str, ...]


def find_programs(work: Work, options: Options) -> Programs:
    """Ask every program that was named, or is there."""
    promtools, unusable = usable(options.promtools or candidates(options.folder), options.version_timeout)
    promtools = [_with_age(each, work.prometheus) for each in promtools]
    amtools, no_amtools = _amtools(work, options)
    vmalert_tools, no_vmalert_tools = _vmalert_tools(work, options)
    asked = (
        (bool(options.promtools), unusable),
        (bool(options.amtools), no_amtools),
        (bool(options.vmalert_tools), no_vmalert_tools),
    )
    not_run = [problem.message for is_named, found in asked if not is_named for problem in found]
    if not (promtools or (unusable and not options.promtools)):
        not_run.insert(0, _NONE_USABLE if options.promtools else _none_found(work, options))
    not_run += [] if amtools or no_amtools or not work.asks_amtool else [_NO_AMTOOL]
    not_run += [] if vmalert_tools or no_vmalert_tools or not work.vmalert_tests else [_NO_VMALERT_TOOL]
    problems = tuple(problem for is_named, found in asked if is_named for problem in found)
    return Programs(tuple(promtools), tuple(amtools), tuple(vmalert_tools), problems, tuple(not_run))


def _with_age(promtool: Promtool, oldest: tuple[int, int]) -> Promtool:
    """It is named as older than the project's Prometheus where it is: it may refuse what that one reads."""
    if promtool.number >= oldest:
        return promtool
    shown = ".".join(map(str, oldest))
    return replace(promtool, name=f"{promtool.name}, older than the project's Prometheus {shown}")


def _amtools(work: Work, options: Options) -> tuple[list[Promtool], list[Problem]]:
    """Those that can read what was made for the oldest Alertmanager of the project."""
    if not work.asks_amtool:
        return [], []
    found, unusable = usable(
        options.amtools or candidates(options.folder, AMTOOL), options.version_timeout, AMTOOL
    )
    new_enough = [t for t in found if t.number >= work.alertmanager]
    if found and not new_enough:
        oldest = ".".join(map(str, work.alertmanager))
        message = f"amtool {found[-1].version} is older than the project's Alertmanager, {oldest}"
        unusable.append(Problem("amtool-too-old", message, Span(found[-1].path.as_posix()), AMTOOL.hint))
    return new_enough, unusable


def _vmalert_tools(work: Work, options: Options) -> tuple[list[Promtool], list[Problem]]:
    """Those that can be asked, where there is anything for them."""
    if work.vmalert_tests is None:
        return [], []
    named = options.vmalert_tools or candidates(options.folder, VMALERT_TOOL)
    return usable(named, options.version_timeout, VMALERT_TOOL)


def _none_found(work: Work, options: Options) -> str:
    if options.folder is not None:
        return _NONE_FETCHED
    return _LIES_UNUSED if lies_unused(work.base) else _NONE_FOUND
