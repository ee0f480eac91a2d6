"""Codes of the shape of documents: fields, types and values that the schemas know."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes

DOCUMENTS: Final[Codes] = {
    "unknown-kind": Code(
        "`kind` says what a document is, and slogen knows no such kind.",
        "Write one of the kinds that the hint lists.",
    ),
    "missing-field": Code(
        "A field is missing that must be there.",
        "Add it; the hint shows how it is written. docs/spec.md has every field.",
    ),
    "unknown-field": Code(
        "A field is not known here: it is misspelt, stands in the wrong place, or its partner is missing.",
        "Take the field that the hint names, or remove this one. It would do nothing.",
    ),
    "wrong-type": Code(
        "A value has another type than its field: a number for text, text for a list.",
        "Write it as the hint shows. Text that looks like a number needs quotes.",
    ),
    "bad-value": Code(
        "A value is not one that its field takes.",
        "Write it as the hint shows.",
    ),
    "duplicate-item": Code(
        "A list names the same thing twice.",
        "Keep one of them.",
    ),
    "too-few": Code(
        "A list is empty, or has fewer entries than its field needs.",
        "Add to it, or remove the field where it isn't required.",
    ),
    "too-many": Code(
        "Fields stand side by side of which there can be only one.",
        "Keep the one that you mean.",
    ),
    "broken-character": Code(
        "A text holds U+FFFD, the mark of a character that was lost. Prometheus and Alertmanager couldn't "
        "use it.",
        "Write the character that was meant. It got lost when the text was last saved in another encoding.",
    ),
}
