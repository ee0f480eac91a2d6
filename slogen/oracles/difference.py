"""What is different between the alerts that a test expects and those that fired, per SLO and short."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from slogen.conventions import ID

_ALERT = re.compile(r"^ *Labels:\{(.*)\}\n *Annotations:\{(.*)\},? *$", re.MULTILINE)
_PAIR = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_GOT = "\n        got:["
_NOTE = "annotations."
_WIDTH = 240

Fields = dict[str, str]


def shortened(text: str, width: int = _WIDTH) -> str:
    """On one line, cut where it gets long."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def differences(body: str) -> Iterator[tuple[str, str]]:
    """SLO id ("" where an alert has none) and two lines `exp:` and `got:`, for each alert that differs.

    `body` is what promtool prints below `alertname:`.
    """
    wanted, _, found = body.partition(_GOT)
    expected, got = _alerts(wanted), _alerts(found)
    missing = [alert for alert in expected if alert not in got]
    extra = [alert for alert in got if alert not in expected]
    for slo_id in dict.fromkeys(alert.get(ID, "") for alert in (*missing, *extra)):
        yield slo_id, "\n".join(_pairs(_of(missing, slo_id), _of(extra, slo_id)))


def _alerts(text: str) -> list[Fields]:
    """Labels and annotations of each alert, in one mapping."""
    return [
        dict(_PAIR.findall(labels)) | {f"{_NOTE}{name}": value for name, value in _PAIR.findall(notes)}
        for labels, notes in _ALERT.findall(text)
    ]


def _of(alerts: Sequence[Fields], slo_id: str) -> list[Fields]:
    return [alert for alert in alerts if alert.get(ID, "") == slo_id]


def _pairs(missing: Sequence[Fields], extra: Sequence[Fields]) -> Iterator[str]:
    """Two alerts of an SLO are compared field by field; one without a partner is shown as it is."""
    for wanted, found in zip_longest(missing, extra, fillvalue=Fields()):
        keys = [key for key in {**wanted, **found} if wanted.get(key) != found.get(key)]
        if not (wanted and found):
            keys = [key for key in keys if not key.startswith(_NOTE)]
        yield f"exp: {_shown(wanted, keys)}"
        yield f"got: {_shown(found, keys)}"


def _shown(alert: Fields, keys: Sequence[str]) -> str:
    if not alert:
        return "no such alert"
    return shortened("{" + ", ".join(f'{key}="{alert[key]}"' for key in keys if key in alert) + "}")
