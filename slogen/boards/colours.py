"""Colours and words of boards, in one place: what is good is blue, so that red can be told from it by all.

Names are those of Grafana's themes, which are darker on light ground. Fills carry a word, written in black or
white by Grafana; marks (lines, bars, large numbers) stand on the ground of the panel. A test computes that
all can be read and told apart, by deuteranopes too.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from slogen.emitted.panels import ColourStep, Word
from slogen.model.alerting import INFO
from slogen.model.tiers import PAGE, TICKET
from slogen.tell.queries import URGENT
from slogen.tell.urgency import STATES, State

# Fills of cells.
RED_FILL, ORANGE_FILL, YELLOW_FILL, BLUE_FILL = "dark-red", "super-light-orange", "light-yellow", "dark-blue"
INVERTED, NO_FILL = "text", "transparent"
# Marks.
RED, ORANGE, BLUE, PURPLE, NEUTRAL = "red", "dark-orange", "blue", "purple", "text"

FILLS: Final = {
    State.PAGE: RED_FILL,
    State.RULES_GONE: INVERTED,
    State.NO_DATA: INVERTED,
    State.EXHAUSTED: ORANGE_FILL,
    State.TICKET: ORANGE_FILL,
    State.BURNING: ORANGE_FILL,
    State.CRITICAL: YELLOW_FILL,
    State.WARNING: YELLOW_FILL,
    State.EXCLUDED: NO_FILL,
    State.NO_TRAFFIC: NO_FILL,
    State.HEALTHY: BLUE_FILL,
}
STATE_WORDS = tuple(Word(state.value, text, FILLS[state]) for state, text in STATES.items())
ALERT_WORDS = (
    Word(URGENT[PAGE], "page", RED_FILL),
    Word(URGENT[TICKET], "ticket", ORANGE_FILL),
    Word(URGENT[INFO], "info", NO_FILL),
)
SHARE_STEPS = (
    ColourStep(RED),
    ColourStep(ORANGE, Decimal(0)),
    ColourStep(BLUE, Decimal("0.2")),
)
BAR_STEPS = (ColourStep(NO_FILL), ColourStep(RED, Decimal(-(10**6))), *SHARE_STEPS[1:])  # nothing is not red
BURN_STEPS = (
    ColourStep(BLUE_FILL),
    ColourStep(YELLOW_FILL, Decimal(1)),
    ColourStep(ORANGE, Decimal(3)),
    ColourStep(RED_FILL, Decimal(6)),
)
BURN_CELLS = (
    ColourStep(NO_FILL),
    ColourStep(YELLOW_FILL, Decimal(1)),
    ColourStep(ORANGE_FILL, Decimal(3)),
    ColourStep(RED_FILL, Decimal(6)),
)
