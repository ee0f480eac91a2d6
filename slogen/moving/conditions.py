"""Conditions of alerts, as several dialects have them: tiers, and words of severities."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from slogen.model.tiers import PAGE, TICKET
from slogen.moving.dialect import set_tiers
from slogen.moving.draft import Draft
from slogen.moving.judge import Judge
from slogen.moving.names import slug
from slogen.moving.reading import Value
from slogen.moving.tiers import Wanted

TWELFTH: Final = 12  # a short window's part of the long one where there is none, as in slogen's own tiers
_PAGES: Final = (PAGE, "critical", "high", "sev0", "sev1", "p0", "p1")
_TICKETS: Final = (TICKET, "warning", "medium", "low", "info", "sev2", "sev3", "sev4", "p2", "p3", "p4")
_LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Condition:
    """A tier that is wanted, and the word of its severity."""

    tier: Wanted
    word: Value | None = None


def tier_name(text: str) -> str:
    """The nearest name that a tier can have."""
    return slug(text).replace("-", "_")[:_LONGEST_NAME].rstrip("_") or "tier"


def severity_of(word: Value, draft: Draft) -> str:
    """Whether a severity pages. One that says neither does, as a page that is not heard is worse."""
    text = word.text()
    if text.lower() in _TICKETS:
        return TICKET
    if text.lower() not in _PAGES:
        message = f"`{text}` doesn't say whether it wakes somebody, so it is a page"
        hint = "if it can wait, write `severity: ticket` into its tier"
        draft.tell([word.problem("import-decide-doubt", message, hint)])
    return PAGE


def set_conditions(
    draft: Draft, conditions: Sequence[Condition], window: int, at: Value, judge: Judge
) -> None:
    """Set the tiers, of an SLO whose window is in seconds, and what pages and tickets have in common."""
    ordered = sorted((each.tier for each in conditions), key=lambda tier: (tier.long, -tier.factor))
    set_tiers(draft, named_apart(ordered), window, at, judge)
    for severity in (PAGE, TICKET):
        _severity(draft, severity, [each for each in conditions if each.tier.severity == severity])
    tell_apart(draft)


def named_apart(tiers: Sequence[Wanted]) -> list[Wanted]:
    """These tiers, with numbers where two have one name."""
    seen: set[str] = set()
    found = []
    for number, tier in enumerate(tiers, 1):
        name = tier.name if tier.name not in seen else f"{tier.name[: _LONGEST_NAME - 4]}_{number}"
        seen.add(name)
        found.append(replace(tier, name=name))
    return found


def _severity(draft: Draft, severity: str, conditions: Sequence[Condition]) -> None:
    """The word of a severity: one for all of its tiers."""
    for index, each in enumerate(conditions):
        first = conditions[0]
        if each.word is not None and first.word is not None:
            word, kept = each.word.text(), first.word.text()
            if word != kept:
                message = f"all {severity}s have the word `{kept}`: `{word}` is left out"
                hint = "label the SLO, if routes need it"
                draft.tell([each.word.problem("import-lost-value", message, hint)])
            elif index == 0 and word != severity:
                draft.put(["alerting", severity, "severity"], word, each.word)


def tell_apart(draft: Draft, off: Collection[str] = ()) -> None:
    """One word for pages and tickets would leave nothing to tell them apart by: the page keeps it, as a page
    that is not heard is worse, or else what is there at all."""
    words = {name: draft.fields.get("alerting", {}).get(name, {}).get("severity") for name in (PAGE, TICKET)}
    if not words[PAGE] or words[PAGE] != words[TICKET]:
        return
    loser = PAGE if PAGE in off else TICKET
    path = ("alerting", loser, "severity")
    message = f"pages and tickets are both `{words[loser]}`, so the {loser} gets the project's own word"
    draft.tell(
        [draft.origin(path).problem("import-lost-value", message, "see that a route of yours knows it")]
    )
    draft.drop(path)
