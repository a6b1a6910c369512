"""Cut-offs: days on which the bank is looked at as it then stood, each followed by a horizon of known outcome.

    ──┬────────┬────────┬────────┬──► time
     t3       t2       t1      as_of        t1 = as_of - horizon; labels of t are what happened in (t, t + horizon]
     learn    learn    learn and
                       calibrate

Horizons do not overlap, so no outcome is learned from twice.
"""

from datetime import date, timedelta
from typing import Final

MOST: Final = 4


def cutoffs(as_of: date, horizon: int, first: date | None, most: int = MOST) -> list[date]:
    """Up to `most` cut-offs, newest first, with at least half a horizon of history before each."""
    if first is None:
        return []
    days = (as_of - timedelta(days=horizon * back) for back in range(1, most + 1))
    return [day for day in days if day - first >= timedelta(days=horizon // 2)]
