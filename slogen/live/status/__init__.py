"""How every SLO stands: what the server has recorded of it, read by a handful of queries."""

from slogen.live.status.ask import Seen, look
from slogen.live.status.standing import Alert, Budget, Burn, Standing, State, Status
from slogen.live.status.whole import status_of

__all__ = ["Alert", "Budget", "Burn", "Seen", "Standing", "State", "Status", "look", "status_of"]
