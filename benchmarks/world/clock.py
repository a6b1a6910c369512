"""Days: whole days since 1970-01-01. Three years of steps of 30 days end on the as-of day, six more are kept back."""

from datetime import date
from typing import Final

import numpy as np

from .styles import Style

AS_OF: Final = date(2025, 10, 31)
END: Final = (AS_OF - date(1970, 1, 1)).days
STEP: Final = 30
HISTORY: Final = 36
AHEAD: Final = 6
START: Final = END - STEP * HISTORY


def step_days(step: int) -> tuple[int, int]:
    """The first and last day of a step; step 0 begins the day after START."""
    first = START + STEP * step
    return first + 1, first + STEP


def growth(style: Style, step: int) -> float:
    """What time adds to every log rate in a step: 0 on the as-of day but for the season."""
    years = (step + 0.5 - HISTORY) / 12
    return style.growth * years + style.bend * (max(years + 1, 0.0) ** 2 - 1) / 2 + style.season * np.sin(6.28 * years)
