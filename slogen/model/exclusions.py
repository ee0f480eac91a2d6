"""Time that doesn't count: what a spec may exclude. Each kind says itself when it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from slogen.model.clocks import VALID_FROM, second_of_week, since
from slogen.model.zones import Zone
from slogen.promql.condition import Sample, sample
from slogen.units import DAY, WEEK


class Exclusion(Protocol):
    """What every kind of exclusion says of itself; what a kind doesn't have it need not say."""

    @property
    def words(self) -> str:
        """What is excluded, for people."""
        ...

    def expr(self) -> str:
        """PromQL that gives series while the exclusion lasts, and none else."""
        ...

    def holds(self, at: int) -> bool:
        """Whether it holds at a Unix time while there are no data; by another road than `expr`."""
        ...

    def sample(self) -> Sample | None:
        """A series that makes it hold, where one is enough."""
        return None

    @property
    def edges(self) -> tuple[int, int] | None:
        """The Unix times at which it begins and ends, if it comes once."""
        return None

    @property
    def pause(self) -> int | None:
        """The longest time in seconds between two holds, if it comes every week."""
        return None


@dataclass(frozen=True, slots=True)
class When(Exclusion):
    """While a PromQL condition gives any series."""

    condition: str

    @property
    def words(self) -> str:
        """What is excluded, for people."""
        return f"while {self.condition}"

    def expr(self) -> str:
        """The condition itself."""
        return self.condition

    def holds(self, at: int) -> bool:
        """Never: a condition needs its series."""
        del at
        return False

    def sample(self) -> Sample | None:
        """A series for which the condition holds, if it is a simple one."""
        return sample(self.condition)


@dataclass(frozen=True, slots=True)
class Weekly(Exclusion):
    """Each week on `days` days in a row: `start` seconds after Sunday's midnight of the zone's clocks, for
    `length` seconds each."""

    text: str
    zone: Zone
    start: int
    length: int
    days: int = 1

    @property
    def words(self) -> str:
        """What is excluded, for people."""
        return f"{self.text} ({self.zone.name})"

    def expr(self) -> str:
        """Seconds since the schedule's first start in the week, on the zone's clocks, are few enough."""
        passed = since(self.zone, self.start)
        if self.days > 1:
            passed = f"({passed} < {self.days * DAY}) % {DAY}"
        return f"{passed} < {self.length}\nand\nvector(time()) >= {VALID_FROM}"

    def holds(self, at: int) -> bool:
        """Whether the zone's clocks show a time of the schedule."""
        second = second_of_week(self.zone, at)
        starts = (self.start + day * DAY for day in range(self.days))
        return at >= VALID_FROM and any((second - start) % WEEK < self.length for start in starts)

    @property
    def pause(self) -> int:
        """From the end of one to the start of the next, in a night or in the rest of the week."""
        nights = DAY - self.length if self.days > 1 else 0
        return max(nights, WEEK - (self.days - 1) * DAY - self.length)


@dataclass(frozen=True, slots=True)
class Dated(Exclusion):
    """Once, from one Unix time to another."""

    text: str
    start: int
    end: int

    @property
    def words(self) -> str:
        """What is excluded, for people."""
        return self.text

    def expr(self) -> str:
        """Whether the time lies between the two."""
        return f"vector(time()) >= {self.start} < {self.end}"

    def holds(self, at: int) -> bool:
        """Whether the time lies between the two."""
        return self.start <= at < self.end

    @property
    def edges(self) -> tuple[int, int]:
        """The two."""
        return self.start, self.end
