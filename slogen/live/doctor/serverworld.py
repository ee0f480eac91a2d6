"""A world that is a running server."""

from __future__ import annotations

import time
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final, TypeVar

from slogen.live.answers import Sample, Series
from slogen.live.client import Client
from slogen.live.doctor.asks import Ask, Counted
from slogen.live.doctor.promql import MARK, expression, together
from slogen.live.errors import Fault, ServerError
from slogen.live.reply import Reply
from slogen.promql.selector import Selector
from slogen.units import DAY, HOUR

Key = TypeVar("Key", bound=Hashable)
Said = TypeVar("Said", dict[str, Any], list[Any])
RULES: Final = "rules"  # the path, and the key of why there are none
NOBODY: Final = frozenset({Fault.DNS, Fault.REFUSED, Fault.TLS, Fault.PROXY})  # there is nobody to ask
_OTHER: Final = "what came is no answer of the API of Prometheus"
_LONGEST: Final = 300
_AT_ONCE: Final = 40  # questions in a query
_WORKERS: Final = 4
_MOST_SINGLE: Final = 20  # metrics whose types are asked for one by one
_TOO_HARD: Final = frozenset({Fault.LIMIT, Fault.QUERY, Fault.TIMEOUT, Fault.HTTP})
_ENDINGS: Final = ("", "_total", "_bucket", "_count", "_sum")


class ServerWorld:
    """Answers of a server at one moment; `since` is how far back "lately" goes, in seconds. `grafana` is
    where its boards are, if somebody says so."""

    remembers = True

    def __init__(
        self, client: Client, since: int = 7 * DAY, at: float | None = None, grafana: Client | None = None
    ) -> None:
        self.client, self.since, self.grafana = client, since, grafana
        self.at = time.time() if at is None else at
        self.failed: dict[object, str] = {}
        self._labels: dict[str, frozenset[str]] = {}

    @property
    def shown(self) -> str:
        """Its name or address."""
        return self.client.server.shown

    def ask(self, questions: Mapping[Key, str]) -> dict[Key, tuple[Sample, ...]]:
        """Samples of many expressions, each asked for once. What the server would not answer is in `failed`,
        by its key. Raises ServerError where nothing can be asked."""
        texts = [text for text in dict.fromkeys(questions.values()) if text not in self.failed]
        parts = [texts[n : n + _AT_ONCE] for n in range(0, len(texts), _AT_ONCE)]
        found: dict[str, tuple[Sample, ...]] = {}
        with ThreadPoolExecutor(_WORKERS) as pool:
            for answers in pool.map(self._part, parts):
                found |= answers
        for key, text in questions.items():
            if text in self.failed:
                self.failed[key] = self.failed[text]
        return {key: found[text] for key, text in questions.items() if text in found}

    def _part(self, texts: Sequence[str]) -> dict[str, tuple[Sample, ...]]:
        """Answers of one query; where it is too much for the server, of its halves."""
        try:
            answer = self.client.query(together(texts), self.at)
        except ServerError as error:
            if error.kind not in _TOO_HARD:
                raise
            if len(texts) == 1:
                self.failed[texts[0]] = error.message
                return {}
            half = len(texts) // 2
            return self._part(texts[:half]) | self._part(texts[half:])
        if answer.warnings:
            self.failed.update(dict.fromkeys(texts, f"a partial answer: {answer.warnings[0]}"))
            return {}
        found: dict[str, list[Sample]] = {text: [] for text in texts}
        for sample in answer.samples:
            number = sample.labels.get(MARK, "")
            if number.isdigit() and int(number) < len(texts):
                found[texts[int(number)]].append(sample)
        return {text: tuple(samples) for text, samples in found.items()}

    def count(self, asked: Iterable[Ask]) -> dict[Ask, Counted]:
        """Answers to many questions."""
        answers = self.ask({ask: expression(ask, self.since) for ask in asked})
        return {ask: _counted(ask, samples) for ask, samples in answers.items()}

    def over(self, expr: str, seconds: int, step: int) -> tuple[Series, ...]:
        """What an expression gave over the last seconds; nothing, and `failed`, where it isn't answered."""
        try:
            found = self.client.query_range(expr, self.at - seconds, self.at, step)
        except ServerError as error:
            if error.kind not in _TOO_HARD:
                raise
            self.failed[expr] = error.message
            return ()
        return found.series

    @cached_property
    def rules(self) -> list[Any] | None:
        """The groups of the server that evaluates rules. None where it says nothing of them; why not is
        `failed`, where it knows of rules. Raises ServerError where nothing can be asked."""
        data = self.told(RULES, dict, base=self.client.server.rules_url)
        groups = data.get("groups") if data is not None else None
        if data is not None and not isinstance(groups, list):
            self.failed[RULES] = f"/api/v1/{RULES}: {_OTHER}"
        return groups if isinstance(groups, list) else None

    @property
    def asks_elsewhere_for_rules(self) -> bool:
        """Whether it may know nothing of rules, as VictoriaMetrics doesn't, and nobody said who does."""
        if self.client.server.rules_url:
            return False
        return not (self.told("status/buildinfo", dict) or {}).get("goVersion")

    def names(self) -> Collection[str]:
        """The names of all metrics."""
        return self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(map(str, self.told("label/__name__/values", list) or ()))

    def labels(self, metric: str) -> Collection[str]:
        """The labels of a metric's series of late."""
        if metric not in self._labels:
            lately = {"start": f"{self.at - HOUR:.0f}", "end": f"{self.at:.0f}"}
            found = self.told("labels", list, {"match[]": str(Selector(metric)), **lately})
            self._labels[metric] = frozenset(map(str, found or ())) - {"__name__"}
        return self._labels[metric]

    def types(self, metrics: Collection[str]) -> dict[str, frozenset[str]] | None:
        """By what targets say of their metrics."""
        known: dict[str, Any] = {}
        names = dict.fromkeys(name for metric in metrics for name in _families(metric))
        for name in names if len(metrics) <= _MOST_SINGLE else (None,):
            said = self.told("metadata", dict, {"metric": name} if name else None)
            if said is None:
                return None
            known |= said
        found = {metric: _types(metric, known) for metric in metrics}
        return {metric: kinds for metric, kinds in found.items() if kinds}

    def told(
        self, path: str, of: type[Said], params: Mapping[str, str] | None = None, *, base: str = ""
    ) -> Said | None:
        """What the server (or that at `base`) says at a path of its API, where it is of this type. Else None;
        and where it knows the path, `failed` says by it why not. Raises ServerError where nothing can be
        asked."""
        where = f"/api/v1/{path}"
        try:
            reply = self.client.other("GET", where, params or {}, base)
            if _knows_no(reply):
                return None
            found = reply.json()
            is_success = reply.is_success and isinstance(found, dict) and found.get("status") == "success"
            if is_success and isinstance(found.get("data"), of):
                return found["data"]  # type: ignore[no-any-return]
            self.failed[path] = f"{where}: {self._why_not(reply, is_success)}"
        except ServerError as error:
            if error.kind in NOBODY:
                raise
            self.failed[path] = f"{where}: {error.message}"
        return None

    def _why_not(self, reply: Reply, is_success: bool) -> str:
        return _OTHER if is_success else self.client.refusal(reply, "Prometheus").message

    def hides(self, selector: Selector, label: str) -> bool:
        """A server knows all labels."""
        del selector, label
        return False

    def lacks(self, metric: str) -> bool:
        """A server can have any metric."""
        del metric
        return False


def _counted(ask: Ask, samples: Iterable[Sample]) -> dict[tuple[str, ...], float]:
    return {tuple(sample.labels.get(label, "") for label in ask.by): sample.value for sample in samples}


def _families(metric: str) -> list[str]:
    """What a series' metric is called where its type is said: OpenMetrics leaves endings away."""
    return [metric.removesuffix(ending) for ending in _ENDINGS if metric.endswith(ending)]


def _knows_no(reply: Reply) -> bool:
    """Whether the server has no such path; VictoriaMetrics says so in words of its own."""
    return reply.status == HTTPStatus.NOT_FOUND or (
        reply.status == HTTPStatus.BAD_REQUEST and b"unsupported path" in reply.body[:_LONGEST]
    )


def _types(metric: str, known: Mapping[str, Any]) -> frozenset[str]:
    """All types that targets say, of the first name that any of them knows."""
    for name in _families(metric):
        every = known.get(name)
        said = [each for each in every if isinstance(each, dict)] if isinstance(every, list) else []
        if kinds := {str(each.get("type") or "unknown") for each in said} - {"unknown"}:
            return frozenset(kinds)
    return frozenset()
