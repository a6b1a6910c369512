"""Styles: which mechanisms matter in a world. Numbers are effects on the log of a monthly rate."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Style:
    """One kind of bank; what is no effect says so."""

    growth: float = 0.35  # per year, over the whole history
    bend: float = 0.0  # turns growth up (or down) in the year before the as-of day
    season: float = 0.15
    colleagues: float = 2.0  # share of the whole staff
    band: float = 1.0  # share of those in the same position and pay
    household: float = 0.9  # somebody at home
    friends: float = 1.0  # share of those one pays
    payroll: float = 0.6  # paid through this bank
    event: float = 1.0  # income has just risen
    ladder: float = 0.9  # what one holds already
    recent: float = 0.5  # what one took within half a year
    person: float = 0.5  # age, income
    trade: float = 1.2  # a company's partners
    owner: float = 0.9  # a company's owners, an owner's companies
    taste: float = 0.25  # standard deviation of what nobody can see
    links: float = 0.3  # share of staff who are customers that the source says are
    payment_months: int = 18  # how far back the source's payments go


STYLES: Final = {
    "balanced": Style(),
    "workplace": Style(growth=0.5, bend=0.3, colleagues=3.2, band=2.2, household=0.4, friends=0.4, payroll=1.0),
    "family": Style(
        growth=0.2, owner=1.6, colleagues=1.0, band=0.3, household=1.7, friends=1.8, ladder=0.6, payment_months=24
    ),
    "money": Style(growth=0.3, bend=-0.3, colleagues=1.2, band=0.6, event=1.8, person=0.9, trade=1.7, taste=0.35),
    "surge": Style(growth=0.3, bend=0.6, season=0.25, colleagues=2.6, band=1.4, links=0.2, payment_months=12),
}
