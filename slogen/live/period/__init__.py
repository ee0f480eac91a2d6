"""How SLOs were kept over a period that is over: what is told to a boss, or in a mail."""

from slogen.live.period.ask import Past, look_back
from slogen.live.period.dates import Period, period_of
from slogen.live.period.kept import Incident, Kept, Report
from slogen.live.period.read import report_of

__all__ = ["Incident", "Kept", "Past", "Period", "Report", "look_back", "period_of", "report_of"]
